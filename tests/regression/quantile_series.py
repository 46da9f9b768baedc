"""Series and regressors that the tests of quantiles use."""

import numpy as np
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler

SEVERAL = (0.1, 0.5, 0.9)


def quantile_regressor(quantile=SEVERAL, cls=LSTMRegressor, **params):
    defaults = {"units": 4, "epochs": 3, "random_state": 0}
    return cls(loss="quantile", quantile=quantile, **defaults | params)


def quantile_pipe(quantile=SEVERAL, *, time_steps=6, **params):
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(time_steps=time_steps),
        quantile_regressor(quantile, **params),
    )


def noise_around(level, n_rows, seed=0):
    """Make skewed noise around a level: its mean is no quantile that is tested."""
    rng = np.random.default_rng(seed)
    return level + rng.exponential(size=n_rows)


def autoregression(n_rows, seed=0):
    """Make a series whose quantiles are known: those of its noise, moved."""
    noise = np.random.default_rng(seed).normal(size=n_rows)
    y = np.zeros(n_rows)
    for row in range(1, n_rows):
        y[row] = 0.8 * y[row - 1] + noise[row]
    return y.reshape(-1, 1), y
