"""Recurrent networks as scikit-learn regressors: the public classes."""

from sklearn.utils._param_validation import StrOptions

from skseq._network.architecture import GATES
from skseq._regression.base import RecurrentBase
from skseq._regression.docstrings import with_shared_texts


@with_shared_texts
class LSTMRegressor(RecurrentBase):
    """Long short-term memory network that predicts a value for every window.

    The cell is that of [1]_ with a forget gate. The estimator takes the windows of a
    :class:`SequenceWindower`, or a table as windows of one step, scales y by itself,
    and answers in y's units.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    GRURegressor : A lighter cell.
    RecurrentRegressor : Any cell, and stacks of several.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural
       Computation 9(8), 1997, pp. 1735-1780.
    .. [2] T. Kim et al., "Reversible Instance Normalization for Accurate Time-Series
       Forecasting against Distribution Shift", ICLR 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
    >>> y = 100 + 10 * np.sin(np.arange(60) / 3)
    >>> X = y.reshape(-1, 1)
    >>> pipe = make_pipeline(
    ...     TargetAwareMinMaxScaler(),
    ...     SequenceWindower(time_steps=4),
    ...     LSTMRegressor(units=8, epochs=60, random_state=0),
    ... )
    >>> pipe.fit(X[:50], y[:50]).predict(X[50:]).shape
    (10,)
    >>> bool(pipe.score(X[50:], y[50:]) > 0.5)
    True
    """

    cell = "lstm"


@with_shared_texts
class GRURegressor(RecurrentBase):
    """Gated recurrent unit network that predicts a value for every window.

    The cell is that of [1]_. The estimator takes the windows of a
    :class:`SequenceWindower`, or a table as windows of one step, scales y by itself,
    and answers in y's units.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    LSTMRegressor : A cell with a memory of its own.
    RecurrentRegressor : Any cell, and stacks of several.

    References
    ----------
    .. [1] K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder
       for Statistical Machine Translation", EMNLP 2014, pp. 1724-1734.
    .. [2] T. Kim et al., "Reversible Instance Normalization for Accurate Time-Series
       Forecasting against Distribution Shift", ICLR 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import GRURegressor
    >>> windows = np.arange(60.0).reshape(20, 3, 1)
    >>> y = windows.sum(axis=(1, 2))
    >>> GRURegressor(units=4, epochs=2).fit(windows, y).predict(windows).shape
    (20,)
    """

    cell = "gru"


@with_shared_texts
class RecurrentRegressor(RecurrentBase):
    """Recurrent network of any cells that predicts a value for every window.

    A sequence of cells, of units, or of both makes a stack. The estimator takes the
    windows of a :class:`SequenceWindower`, or a table as windows of one step, scales y
    by itself, and answers in y's units.

    Parameters
    ----------
    cell : {"lstm", "gru", "rnn"} or sequence of these, default="lstm"
        What the recurrent layers are made of [1]_; "rnn" is the simple cell. A
        sequence goes from the first layer to the last.
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    LSTMRegressor, GRURegressor : One kind of cell.

    References
    ----------
    .. [1] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press, 2016,
       chapter 10.
    .. [2] T. Kim et al., "Reversible Instance Normalization for Accurate Time-Series
       Forecasting against Distribution Shift", ICLR 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import RecurrentRegressor
    >>> windows = np.arange(60.0).reshape(20, 3, 1)
    >>> y = windows.sum(axis=(1, 2))
    >>> stack = RecurrentRegressor(
    ...     cell=("lstm", "gru"), units=(8, 4), dropout=0.2, epochs=2
    ... )
    >>> stack.fit(windows, y).predict(windows).shape
    (20,)
    """

    _parameter_constraints = {
        "cell": [StrOptions(set(GATES)), "array-like"],
        **RecurrentBase._parameter_constraints,
    }

    def __init__(
        self,
        cell="lstm",
        units=32,
        *,
        dropout=0,
        input_dropout=0,
        recurrent_dropout=0,
        bidirectional=False,
        dense_units=(),
        dense_activation="relu",
        normalization="auto",
        persistence="auto",
        target_feature="auto",
        linear_share="auto",
        n_members=1,
        optimizer="adam",
        learning_rate=0.01,
        learning_rate_schedule="constant",
        momentum=0.0,
        weight_decay=None,
        global_clipnorm=None,
        loss="mse",
        epochs=100,
        batch_size=32,
        early_stopping="auto",
        validation_fraction=0.2,
        n_iter_no_change=20,
        target_scaler="minmax",
        engine="auto",
        keras_callbacks=None,
        network=None,
        metrics=None,
        dtype="float32",
        warm_start=False,
        skill_warning=True,
        range_warning=True,
        random_state=None,
        verbose=0,
    ):
        self.cell = cell
        super().__init__(
            units,
            dropout=dropout,
            input_dropout=input_dropout,
            recurrent_dropout=recurrent_dropout,
            bidirectional=bidirectional,
            dense_units=dense_units,
            dense_activation=dense_activation,
            normalization=normalization,
            persistence=persistence,
            target_feature=target_feature,
            linear_share=linear_share,
            n_members=n_members,
            optimizer=optimizer,
            learning_rate=learning_rate,
            learning_rate_schedule=learning_rate_schedule,
            momentum=momentum,
            weight_decay=weight_decay,
            global_clipnorm=global_clipnorm,
            loss=loss,
            epochs=epochs,
            batch_size=batch_size,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            target_scaler=target_scaler,
            engine=engine,
            keras_callbacks=keras_callbacks,
            network=network,
            metrics=metrics,
            dtype=dtype,
            warm_start=warm_start,
            skill_warning=skill_warning,
            range_warning=range_warning,
            random_state=random_state,
            verbose=verbose,
        )
