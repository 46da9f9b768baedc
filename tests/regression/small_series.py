"""Series, windows and small regressors that several tests of regressors use."""

import numpy as np
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

N_ROWS, N_TRAIN = 120, 90
N_WINDOWS, SHAPE = 40, (4, 3)
DEFAULTS = {"units": 3, "epochs": 2, "random_state": 0}
"""Parameters of `quick`; a fixture sets the engine."""


def trending(seed=0):
    """Make a series with a season and a trend that leaves the fitted range."""
    rng = np.random.default_rng(seed)
    months = np.arange(N_ROWS)
    y = 100 + 2 * months + 15 * np.sin(months * np.pi / 6) + rng.normal(size=N_ROWS)
    return np.column_stack([rng.random(N_ROWS), y]), y


def walk(seed=0, n_rows=N_ROWS):
    y = np.cumsum(np.random.default_rng(seed).normal(size=n_rows))
    return y.reshape(-1, 1), y


def pipe_of(scaler=None, *, time_steps=13, horizon=1, cls=LSTMRegressor, **params):
    params = {"units": 4, "epochs": 3, "random_state": 0} | params
    return make_pipeline(
        scaler or TargetAwareMinMaxScaler(),
        SequenceWindower(time_steps=time_steps, horizon=horizon),
        cls(**params),
    )


def last_value(**params):
    """Make the naive forecast "last" in place of a network."""
    return NaiveRegressor()


def windows_and_target(seed=0):
    """Make windows in [0, 1) and a target in the millions that they determine."""
    windows = np.random.default_rng(seed).random((N_WINDOWS, *SHAPE))
    return windows, 1e6 * (5 + windows[:, -1, 0] + windows[:, -2, 1])


def quick(cls=LSTMRegressor, **params):
    return cls(**DEFAULTS | params)


def same_weights(one, other):
    pairs = zip(
        one._fitted_model.states[0].weights.values(),
        other._fitted_model.states[0].weights.values(),
        strict=True,
    )
    return all(np.array_equal(a, b) for a, b in pairs)
