"""Series, pipelines and small regressors for the tests of forecasts."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
    datasets,
)

STRATEGIES = ["direct", "recursive"]

REAL = {
    load.__name__: load(return_X_y=True)[1].dropna()
    for load in (
        datasets.load_co2,
        datasets.load_electrical_equipment,
        datasets.load_elnino,
        datasets.load_nile,
        datasets.load_sunspots,
        datasets.load_us_macro,
    )
}
"""The targets of the data sets, one series each."""


class LeastSquares(RegressorMixin, BaseEstimator):
    """A linear map of the window, exact on a noiseless linear series."""

    def fit(self, X, y, sample_weight=None):
        X, y = np.asarray(X), np.asarray(y)
        self.windows_, self.targets_, self.weights_ = X, y, sample_weight
        self.n_calls_ = 0
        used = ~np.isnan(X).any(axis=(1, 2))
        if sample_weight is not None:
            used &= sample_weight > 0
        self.used_ = used
        self.coef_ = np.linalg.lstsq(flat(X[used]), y[used], rcond=None)[0]
        return self

    def predict(self, X):
        self.n_calls_ += 1
        return flat(np.nan_to_num(np.asarray(X))) @ self.coef_


def flat(windows):
    """Return one row for each window, with a constant."""
    windows = windows.reshape(len(windows), -1)
    return np.column_stack([windows, np.ones(len(windows))])


def months(n, start="2000-01-01"):
    return pd.date_range(start, periods=n, freq="MS")


def oscillation(n=120):
    """Return a noiseless AR(2) series: each value follows from the two before it."""
    return pd.Series(50 + 10 * np.cos(np.arange(n) / 3), months(n), name="sales")


def seasonal(n=96, season=12):
    rng = np.random.default_rng(0)
    return pd.Series(np.resize(rng.normal(size=season), n), months(n), name="sales")


def walk(n=80, seed=0):
    values = np.random.default_rng(seed).normal(size=n).cumsum()
    return pd.Series(values, months(n), name="sales")


def linear_pipe(time_steps=3, **params):
    return make_pipeline(SequenceWindower(time_steps, **params), LeastSquares())


def naive_pipe(time_steps=4, strategy="last", **params):
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(time_steps),
        NaiveRegressor(strategy, **params),
    )


def network_pipe(time_steps=6, **params):
    params = {"units": 2, "epochs": 2, "random_state": 0} | params
    return make_pipeline(
        TargetAwareMinMaxScaler(), SequenceWindower(time_steps), LSTMRegressor(**params)
    )


def forecaster(pipe=None, **params):
    return SequenceForecaster(linear_pipe() if pipe is None else pipe, **params)


def shops(n_rows=(60, 50, 70)):
    """Return several series of unequal length, size and end, as one."""
    parts = {}
    for number, n in enumerate(n_rows):
        values = walk(n, seed=number).to_numpy() * 10**number
        parts[f"shop {number}"] = pd.Series(values, months(n, f"200{number}-01-01"))
    return pd.concat(parts, names=["shop", "month"]).rename("sales")
