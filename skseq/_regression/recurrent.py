"""LSTM, GRU and other recurrent networks as scikit-learn regressors."""

from numbers import Real

from sklearn.utils._param_validation import Interval, StrOptions

from skseq._engine.choice import ENGINES
from skseq._engine.contract import TrainingOptions
from skseq._engine.learning_rates import SCHEDULES
from skseq._network.architecture import GATES, make_architecture
from skseq._regression.base import COUNT, SequenceRegressor
from skseq._regression.docstrings import with_shared_texts
from skseq._regression.targets.quantiles import read_quantiles

RATE = Interval(Real, 0, 1, closed="left")


class RecurrentBase(SequenceRegressor):
    """Base of the recurrent regressors: everything except the choice of the cell."""

    _parameter_constraints = {
        "units": [COUNT, "array-like"],
        "dropout": [RATE, "array-like"],
        "recurrent_dropout": [RATE, "array-like"],
        "bidirectional": ["boolean"],
        "dense_units": [COUNT, "array-like"],
        "patch_length": [COUNT],
        "n_members": [COUNT],
        "learning_rate_schedule": [StrOptions(set(SCHEDULES))],
        "global_clipnorm": [Interval(Real, 0, None, closed="neither"), None],
        "engine": [StrOptions({"auto", *ENGINES})],
        **SequenceRegressor._parameter_constraints,
    }

    def __init__(
        self,
        units=32,
        *,
        dropout=0,
        recurrent_dropout=0,
        bidirectional=False,
        dense_units=(),
        normalization="auto",
        persistence="auto",
        target_feature="auto",
        linear_weight="auto",
        window_statistics="auto",
        patch_length=1,
        n_members=1,
        optimizer="adam",
        learning_rate=0.01,
        learning_rate_schedule="constant",
        global_clipnorm=None,
        loss="mse",
        quantile=None,
        epochs=100,
        batch_size=32,
        early_stopping="auto",
        validation_fraction=0.2,
        n_iter_no_change=20,
        refit=False,
        max_windows=None,
        target_scaler="minmax",
        series_weight="balanced",
        engine="auto",
        dtype="float32",
        warm_start=False,
        random_state=None,
        verbose=0,
    ):
        self.units = units
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.bidirectional = bidirectional
        self.dense_units = dense_units
        self.normalization = normalization
        self.persistence = persistence
        self.target_feature = target_feature
        self.linear_weight = linear_weight
        self.window_statistics = window_statistics
        self.patch_length = patch_length
        self.n_members = n_members
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.learning_rate_schedule = learning_rate_schedule
        self.global_clipnorm = global_clipnorm
        self.loss = loss
        self.quantile = quantile
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.refit = refit
        self.max_windows = max_windows
        self.target_scaler = target_scaler
        self.series_weight = series_weight
        self.engine = engine
        self.dtype = dtype
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    def _make_architecture(self, window_shape, n_outputs, normalization):
        return make_architecture(
            self.cell,
            self.units,
            self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            bidirectional=self.bidirectional,
            dense_units=self.dense_units,
            window_shape=window_shape,
            n_outputs=n_outputs,
            dtype=self.dtype,
            normalization=normalization,
            quantiles=read_quantiles(self.quantile),
            patch_length=self.patch_length,
        )

    def _training_options(self):
        return TrainingOptions(
            self.optimizer,
            self.learning_rate,
            self.loss,
            learning_rate_schedule=self.learning_rate_schedule,
            global_clipnorm=self.global_clipnorm,
            verbose=min(int(self.verbose), 2),  # Keras rejects levels above 2
        )


@with_shared_texts
class LSTMRegressor(RecurrentBase):
    """Long short-term memory (LSTM) network that predicts a value for every window.

    The cell is that of [1]_ with a forget gate. X contains one window for each row, as
    :class:`SequenceWindower` makes them; a table is read as windows of one step. The
    target is scaled internally, and predictions are in the units of y.

    Parameters
    ----------
    {recurrent_parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    GRURegressor : A cell with fewer weights.
    RecurrentRegressor : Any cell, and stacks of different cells.
    NaiveRegressor : Naive forecasts to compare with.

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
    """Gated recurrent unit (GRU) network that predicts a value for every window.

    The cell is that of [1]_. X contains one window for each row, as
    :class:`SequenceWindower` makes them; a table is read as windows of one step. The
    target is scaled internally, and predictions are in the units of y.

    Parameters
    ----------
    {recurrent_parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    LSTMRegressor : A cell with separate memory.
    RecurrentRegressor : Any cell, and stacks of different cells.
    NaiveRegressor : Naive forecasts to compare with.

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
    """Stack of LSTM, GRU or simple layers that predicts a value for every window.

    A sequence of cells, of units, or of both makes a stack. X holds one window for each
    row, as :class:`SequenceWindower` makes them; a table is read as windows of one
    step. The target is scaled internally, and predictions are in the units of y.

    Parameters
    ----------
    cell : {"lstm", "gru", "rnn"} or sequence of these, default="lstm"
        Cell of the recurrent layers [1]_; "rnn" is the simple (Elman) cell. A sequence
        gives the cell of each layer, first layer first.
    {recurrent_parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    LSTMRegressor, GRURegressor : All layers have the same cell.
    KerasSequenceRegressor : Any Keras network.

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
        recurrent_dropout=0,
        bidirectional=False,
        dense_units=(),
        normalization="auto",
        persistence="auto",
        target_feature="auto",
        linear_weight="auto",
        window_statistics="auto",
        patch_length=1,
        n_members=1,
        optimizer="adam",
        learning_rate=0.01,
        learning_rate_schedule="constant",
        global_clipnorm=None,
        loss="mse",
        quantile=None,
        epochs=100,
        batch_size=32,
        early_stopping="auto",
        validation_fraction=0.2,
        n_iter_no_change=20,
        refit=False,
        max_windows=None,
        target_scaler="minmax",
        series_weight="balanced",
        engine="auto",
        dtype="float32",
        warm_start=False,
        random_state=None,
        verbose=0,
    ):
        self.cell = cell
        super().__init__(
            units,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            bidirectional=bidirectional,
            dense_units=dense_units,
            normalization=normalization,
            persistence=persistence,
            target_feature=target_feature,
            linear_weight=linear_weight,
            window_statistics=window_statistics,
            patch_length=patch_length,
            n_members=n_members,
            optimizer=optimizer,
            learning_rate=learning_rate,
            learning_rate_schedule=learning_rate_schedule,
            global_clipnorm=global_clipnorm,
            loss=loss,
            quantile=quantile,
            epochs=epochs,
            batch_size=batch_size,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            refit=refit,
            max_windows=max_windows,
            target_scaler=target_scaler,
            series_weight=series_weight,
            engine=engine,
            dtype=dtype,
            warm_start=warm_start,
            random_state=random_state,
            verbose=verbose,
        )
