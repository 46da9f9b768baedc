"""Any Keras network as a scikit-learn regressor on windows."""

import inspect

from skseq._engine.contract import TrainingOptions
from skseq._network.architecture import CustomNetwork
from skseq._regression.base import SequenceRegressor
from skseq._regression.docstrings import with_shared_texts
from skseq._regression.targets.quantiles import read_quantiles


@with_shared_texts
class KerasSequenceRegressor(SequenceRegressor):
    """Any Keras network, to predict a value for every window.

    Everything except the network is as in :class:`LSTMRegressor`: windows, scaling,
    normalization, the linear forecast, early stopping and warnings. ``keras.Model.fit``
    trains the network, called through SciKeras [1]_.

    Parameters
    ----------
    build_network : callable
        Function that is called as ``build_network(window_shape, n_outputs)``, where
        ``window_shape`` is (time_steps, n_features), with two more features for each
        target's past if ``window_statistics`` are used, and returns a new, uncompiled
        ``keras.Model``. The model has one input of shape ``(None, *window_shape)``, one
        output of shape ``(None, n_outputs)``, and computes in ``dtype``. ``n_outputs``
        is the number of targets, times the number of quantiles if there are several.
    {anchors}
    optimizer : str, keras.optimizers.Optimizer or its class, default="adam"
        Optimizer. An object is copied for every fit and keeps its settings, so that
        ``learning_rate`` is ignored.
    learning_rate : float or Keras learning-rate schedule, default=0.01
        Initial learning rate.
    {training}
    metrics : list, default=None
        Keras metrics to record in ``history_``, computed on scaled targets.
    callbacks : list of keras.callbacks.Callback, default=None
        Callbacks for ``keras.Model.fit``; each is copied for every fit. Callbacks of
        scikit-learn are set with ``set_callbacks`` instead.
    {general}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    RecurrentRegressor : Stacks of LSTM, GRU and simple layers, without Keras code.

    References
    ----------
    .. [1] A. Garcia-Badaracco et al., "SciKeras", 2020-,
       https://github.com/adriangb/scikeras.
    .. [2] T. Kim et al., "Reversible Instance Normalization for Accurate Time-Series
       Forecasting against Distribution Shift", ICLR 2022.

    Examples
    --------
    >>> from skseq import KerasSequenceRegressor
    >>> def build_network(window_shape, n_outputs):
    ...     import keras
    ...
    ...     return keras.Sequential([
    ...         keras.layers.Input(window_shape),
    ...         keras.layers.Conv1D(16, 3, padding="causal", activation="relu"),
    ...         keras.layers.LSTM(16),
    ...         keras.layers.Dense(n_outputs),
    ...     ])
    >>> regressor = KerasSequenceRegressor(build_network, epochs=50, random_state=0)
    >>> from skseq import SequenceWindower
    >>> from skseq.datasets import load_us_macro
    >>> X, y = load_us_macro(return_X_y=True)
    >>> windows = SequenceWindower(time_steps=8).fit_transform(X)
    >>> regressor.fit(windows, y).predict(windows)  # doctest: +SKIP
    """

    _parameter_constraints = {
        "build_network": [callable],
        "metrics": [list, tuple, None],
        "callbacks": [list, tuple, None],
        **SequenceRegressor._parameter_constraints,
    }

    def __init__(
        self,
        build_network,
        *,
        normalization="auto",
        persistence="auto",
        target_feature="auto",
        linear_weight="auto",
        window_statistics="auto",
        optimizer="adam",
        learning_rate=0.01,
        loss="mse",
        quantile=None,
        metrics=None,
        epochs=100,
        batch_size=32,
        early_stopping="auto",
        validation_fraction=0.2,
        n_iter_no_change=20,
        refit=False,
        max_windows=None,
        callbacks=None,
        target_scaler="minmax",
        series_weight="balanced",
        dtype="float32",
        warm_start=False,
        random_state=None,
        verbose=0,
    ):
        self.build_network = build_network
        self.normalization = normalization
        self.persistence = persistence
        self.target_feature = target_feature
        self.linear_weight = linear_weight
        self.window_statistics = window_statistics
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.loss = loss
        self.quantile = quantile
        self.metrics = metrics
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.refit = refit
        self.max_windows = max_windows
        self.callbacks = callbacks
        self.target_scaler = target_scaler
        self.series_weight = series_weight
        self.dtype = dtype
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    def _make_architecture(self, window_shape, n_outputs, normalization):
        if hasattr(self.build_network, "get_weights"):  # a model can be called too
            raise ValueError(
                "build_network must be a function (window_shape, n_outputs) that "
                f"returns a new model, not a model; got {self.build_network!r}. Every "
                "fit needs a network of its own."
            )
        _check_arguments(self.build_network)
        return CustomNetwork(
            self.build_network,
            window_shape,
            n_outputs,
            self.dtype,
            normalization,
            read_quantiles(self.quantile),
        )

    def _training_options(self):
        return TrainingOptions(
            self.optimizer,
            self.learning_rate,
            self.loss,
            metrics=None if self.metrics is None else list(self.metrics),
            callbacks=self.callbacks,
            verbose=min(int(self.verbose), 2),  # Keras rejects levels above 2
        )


def _check_arguments(build_network):
    """Raise if a function cannot be called with a window shape and n_outputs."""
    try:
        signature = inspect.signature(build_network)
    except ValueError:  # callables written in C may have none
        return
    try:
        signature.bind((1, 1), 1)
    except TypeError as error:
        raise TypeError(
            "build_network must be a function that can be called as "
            f"build_network(window_shape, n_outputs), but {error}. It got the "
            f"parameters {signature}. For parameters of your own, such as units, use "
            "functools.partial or a function that returns build_network."
        ) from None
