"""Columns known in advance may be boolean: each value counts as 0 or 1."""

from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pytest
from series_to_forecast import STRATEGIES, LeastSquares, forecaster, naive_pipe
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from skseq import SequenceWindower
from skseq.model_selection import ForecastSplit, backtest

N, HORIZON = 60, 3
DAYS = pd.date_range("2020-01-01", periods=N + HORIZON)
IS_HOLIDAY = np.random.default_rng(0).random(len(DAYS)) < 0.3
SALES = pd.Series(
    5.0 * IS_HOLIDAY + np.random.default_rng(1).normal(size=len(DAYS)), DAYS
)
ENCODERS = {
    "none": "passthrough",
    "one-hot": OneHotEncoder(drop="first", sparse_output=False),
    "ordinal": OrdinalEncoder(),
    "scaler": StandardScaler(),
}
DTYPES = ["bool", "boolean", "bool[pyarrow]", "object", "category", "Int8", "Float64"]


def encoding_pipe(encoder):
    columns = make_column_transformer(
        (ENCODERS[encoder], ["holiday"]),
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    return make_pipeline(columns, SequenceWindower(4), LeastSquares())


def table(dtype, *, panel=False):
    """Return X, y and which rows are known."""
    X, y = pd.DataFrame({"holiday": IS_HOLIDAY}, DAYS).astype(dtype), SALES
    if panel:
        X, y = pd.concat({"a": X, "b": X}), pd.concat({"a": y, "b": 2 * y})
    return X, y, X.index.get_level_values(-1) < DAYS[N]


def predictions(one, X, y, is_known):
    """Return what forecast, predict and backtest make of the rows."""
    one.fit(X[is_known], y[is_known])
    cv = ForecastSplit(2, horizon=HORIZON)
    return [
        one.forecast(X_future=X[~is_known]).to_numpy(),
        one.predict(X[~is_known]),
        backtest(one, X, y, cv=cv, refit=2)["prediction"].to_numpy(),
    ]


@pytest.mark.sample(4)
@pytest.mark.parametrize("panel", [False, True], ids=["series", "panel"])
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("dtype", "encoder"),
    [(dtype, "none") for dtype in DTYPES]
    + [(DTYPES[0], encoder) for encoder in list(ENCODERS)[1:]],
)
def test_every_dtype_gives_the_forecasts_of_floats(dtype, encoder, strategy, panel):
    if "pyarrow" in dtype:
        pytest.importorskip("pyarrow")
    one = forecaster(
        encoding_pipe(encoder),
        horizon=HORIZON,
        strategy=strategy,
        future_columns=["holiday"],
    )
    expected = predictions(one, *table("float64", panel=panel))
    found = predictions(one, *table(dtype, panel=panel))
    for now, before in zip(found, expected, strict=True):
        np.testing.assert_allclose(now, before)


@cache
def fitted_to(dtype, strategy):
    """Return a fitted forecaster and its forecast with a column of the same dtype."""
    options = {"strategy": strategy, "future_columns": ["holiday"]}
    X, _, _ = table(dtype)
    one = forecaster(horizon=HORIZON, **options).fit(X[:N], SALES[:N])
    return one, one.forecast(X_future=X[N:])


@pytest.mark.sample(4)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("known", ["float64", "bool", "boolean"])
@pytest.mark.parametrize("future", ["float64", "int8", "bool", "boolean", "object"])
def test_the_dtype_may_change_after_fit(known, future, strategy):
    one, expected = fitted_to(known, strategy)
    found = one.forecast(X_future=table(future)[0][N:])
    pd.testing.assert_series_equal(found, expected)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_frames_of_polars(strategy):
    one = forecaster(horizon=HORIZON, strategy=strategy, future_columns=["holiday"])
    frame, y = pl.DataFrame({"holiday": IS_HOLIDAY}), SALES.to_numpy()
    other, numbers = (
        clone(one).set_params(future_columns=[0]),
        IS_HOLIDAY[:, None] * 1.0,
    )
    expected = other.fit(numbers[:N], y[:N]).forecast(X_future=numbers[N:])
    one.fit(frame[:N], y[:N])
    np.testing.assert_allclose(one.forecast(X_future=frame[N:]), expected)


@pytest.mark.parametrize("dtype", ["bool", "boolean"])
@pytest.mark.parametrize(
    ("values", "message"),
    [
        (pd.array([True, None, False], "boolean"), "but it lacks 1 value"),
        ([True, "no", False], "must contain valid numbers.*has 'no' in"),
        ([True, np.inf, False], "must contain valid numbers.*has inf in"),
    ],
)
def test_other_values_are_still_named(dtype, values, message):
    one = forecaster(naive_pipe(), horizon=HORIZON, future_columns=["holiday"])
    one.fit(table(dtype)[0][:N], SALES[:N])
    with pytest.raises(ValueError, match=message):
        one.forecast(X_future=pd.DataFrame({"holiday": values}, DAYS[N:]))
