"""Series, windows and pipelines for the tests of naive forecasts."""

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from skseq import (
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

SEASON = 4
SEASONAL = {"season_length": SEASON}


def walk(n=40, seed=0):
    """Return a series without two equal values."""
    return np.random.default_rng(seed).normal(size=n).cumsum() + 50


def noise(n=40, seed=1):
    return np.random.default_rng(seed).normal(size=n)


def windows_of(columns, time_steps=3, horizon=1, **params):
    table = np.column_stack(columns)
    return SequenceWindower(time_steps, horizon=horizon, **params).fit_transform(table)


def make_pipe(strategy="last", scaler=None, time_steps=6, horizon=1, **params):
    return Pipeline(
        [
            ("scale", scaler or TargetAwareMinMaxScaler()),
            ("window", SequenceWindower(time_steps, horizon=horizon)),
            ("naive", NaiveRegressor(strategy, **params)),
        ]
    )


def dated(values, dates=None):
    if dates is None:
        dates = pd.date_range("2020-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"y": values, "other": noise(len(values))}, index=dates)
