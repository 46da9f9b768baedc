"""The contenders: functions of a series and a seed that predict the test rows.

None is tuned. All contenders with windows use the same windows.
"""

import warnings
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.skill import smoothing

TIME_STEPS = 13
"""Steps in a window, for every series: one season of months and one step."""


@dataclass(frozen=True)
class Contender:
    """A function that forecasts.

    Attributes
    ----------
    forecast : callable
        ``forecast(series, seed)`` returns an ndarray of shape (n_test_rows,).
    is_random : bool
        Whether the forecast depends on the seed.
    """

    forecast: object
    is_random: bool = True


def last_value(series, _seed=None):
    """Repeat the previous row."""
    return series.y.to_numpy(float)[series.n_train - 1 : -1]


def seasonal_value(series, _seed=None):
    """Repeat the row of the previous season."""
    return series.y.to_numpy(float)[series.n_train - series.season : -series.season]


def skseq_pipeline(series, seed, *, cell="lstm", time_steps=TIME_STEPS, **params):
    """Fit the pipeline of the user guide."""
    from sklearn.pipeline import Pipeline

    from skseq import RecurrentRegressor, SequenceWindower, TargetAwareMinMaxScaler
    from skseq.exceptions import RangeWarning, SkillWarning

    pipe = Pipeline(
        [
            ("scale", TargetAwareMinMaxScaler()),
            ("window", SequenceWindower(time_steps=time_steps)),
            ("rnn", RecurrentRegressor(cell=cell, random_state=seed, **params)),
        ]
    )
    n_train = series.n_train
    with warnings.catch_warnings():
        # The tables show where a naive forecast is more accurate.
        warnings.simplefilter("ignore", SkillWarning)
        warnings.simplefilter("ignore", RangeWarning)
        pipe.fit(series.table[:n_train], series.y[:n_train])
        return pipe.predict(series.table[n_train:])


def cut(series):
    """Scale by the range of the training rows and cut windows, without skseq.

    Returns
    -------
    windows : ndarray of float32 of shape (n_rows - TIME_STEPS, TIME_STEPS, n_features)
    targets : ndarray of float32 of shape (n_rows - TIME_STEPS,)
        Scaled.
    n_fitted : int
        Number of windows of training rows.
    unscale : callable
    """
    table = series.table.to_numpy(np.float64)
    low, high = table[: series.n_train].min(axis=0), table[: series.n_train].max(axis=0)
    scaled = ((table - low) / (high - low)).astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(scaled[:-1], TIME_STEPS, axis=0)
    place = series.table.columns.get_loc(series.target)

    def unscale(values):
        return values.astype(np.float64) * (high - low)[place] + low[place]

    windows = np.ascontiguousarray(views.transpose(0, 2, 1))
    return windows, scaled[TIME_STEPS:, place], series.n_train - TIME_STEPS, unscale


def plain_keras(series, seed):
    """Fit a small LSTM on min-max scaled values, as most tutorials do."""
    import keras

    windows, targets, n_fitted, unscale = cut(series)
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    layers = [keras.Input(windows.shape[1:]), keras.layers.LSTM(32)]
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), loss="mse")
    model.fit(
        windows[:n_fitted], targets[:n_fitted], epochs=100, batch_size=32, verbose=0
    )
    return unscale(keras.ops.convert_to_numpy(model(windows[n_fitted:]))[:, 0])


def perceptron(series, seed):
    """Fit scikit-learn's multilayer perceptron on flattened windows."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return from_flat_windows(MLPRegressor(max_iter=2000, random_state=seed), series)


def boosted_trees(series, seed):
    """Fit scikit-learn's gradient boosting on flattened windows."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    return from_flat_windows(HistGradientBoostingRegressor(random_state=seed), series)


def from_flat_windows(regressor, series):
    """Fit a regressor of scikit-learn on flattened windows."""
    windows, targets, n_fitted, unscale = cut(series)
    flat = windows.reshape(len(windows), -1)
    regressor.fit(flat[:n_fitted], targets[:n_fitted])
    return unscale(regressor.predict(flat[n_fitted:]))


NAIVE = {
    "last value": Contender(last_value, is_random=False),
    "seasonal value": Contender(seasonal_value, is_random=False),
}
SMOOTHING, DEFAULT = "ETS", "LSTMRegressor()"
CONTENDERS = {
    SMOOTHING: Contender(smoothing.forecast, is_random=False),
    DEFAULT: Contender(skseq_pipeline),
    "GRURegressor()": Contender(partial(skseq_pipeline, cell="gru")),
    "plain Keras": Contender(plain_keras),
    "MLPRegressor": Contender(perceptron),
    "HistGradientBoosting": Contender(boosted_trees, is_random=False),
}
VARIANTS = {
    ", ".join(f"{name}={value}" for name, value in params.items()): Contender(
        partial(skseq_pipeline, **params)
    )
    for params in (
        {"normalization": None},
        {"persistence": None},
        {"linear_weight": 0},
        {"linear_weight": 1},
        {"early_stopping": False},
        {"refit": True},
        {
            "normalization": None,
            "persistence": None,
            "linear_weight": 0,
            "early_stopping": False,
        },
        {"bidirectional": True},
        {"n_members": 3},
        {"time_steps": 6},
        {"time_steps": 12},
        {"time_steps": 24},
    )
}
ALL = NAIVE | CONTENDERS | VARIANTS
