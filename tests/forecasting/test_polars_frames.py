"""Frames of polars have names of columns, but no index."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from series_to_forecast import STRATEGIES, forecaster, linear_pipe, naive_pipe

from skseq.model_selection import ForecastSplit, backtest

N, HORIZON = 70, 3


def table():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 2))
    return X, 3 * X[:, 0] + rng.normal(size=80).cumsum()


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("target", ["array", "polars", "pandas"])
def test_columns_known_in_advance_are_found_by_name(target, strategy):
    X, y = table()
    frame = pl.DataFrame(X, schema=["price", "week"])
    options = {"horizon": HORIZON, "strategy": strategy}
    expected = forecaster(future_columns=[0, 1], **options).fit(X[:N], y[:N])
    known = y[:N]
    if target == "polars":
        known = pl.Series("sales", known)
    elif target == "pandas":
        known = pd.Series(known, name="sales")
    one = forecaster(future_columns=["week", "price"], **options).fit(frame[:N], known)
    following = slice(N, N + HORIZON)
    forecast = expected.forecast(X_future=X[following])
    for future in (
        frame[following],
        frame[following].select("week", "price"),
        frame[following].with_columns(pl.lit("a").alias("note")),
    ):
        np.testing.assert_allclose(one.forecast(X_future=future), forecast)
    np.testing.assert_allclose(one.predict(frame[following]), forecast)
    np.testing.assert_allclose(one.predict(frame[:N]), expected.predict(X[:N]))
    assert one.feature_names_in_.tolist() == ["price", "week"]
    assert np.isfinite(one.score(frame[following], y[following]))


def test_after_an_update_with_a_frame():
    X, y = table()
    frame = pl.DataFrame(X, schema=["price", "week"])
    one = forecaster(horizon=HORIZON, future_columns=["price"]).fit(frame[:N], y[:N])
    other = forecaster(horizon=HORIZON, future_columns=[0]).fit(X[:N], y[:N])
    one.update(frame[N : N + 2], y[N : N + 2])
    other.update(X[N : N + 2], y[N : N + 2])
    future = slice(N + 2, N + 2 + HORIZON)
    np.testing.assert_allclose(
        one.forecast(X_future=frame[future]), other.forecast(X_future=X[future])
    )


def test_errors_name_the_columns():
    X, y = table()
    frame = pl.DataFrame(X, schema=["price", "week"])
    one = forecaster(horizon=HORIZON, future_columns=["price"]).fit(frame[:N], y[:N])
    future = frame[N : N + HORIZON]
    with pytest.raises(ValueError, match="lacks 'price'; it has 'week'"):
        one.forecast(X_future=future.select("week"))
    with pytest.raises(ValueError, match="future column 'price'.* has 'a' in row 0"):
        one.forecast(X_future=future.with_columns(price=pl.lit("a")))
    with pytest.raises(ValueError, match="'price', but it lacks 3 values"):
        one.forecast(X_future=future.with_columns(price=pl.lit(None)))
    with pytest.raises(ValueError, match="feature names should match"):
        one.predict(future.rename({"week": "day"}))
    with pytest.raises(ValueError, match="needs every column of X.*'week'"):
        forecaster(strategy="recursive", future_columns=["price"]).fit(
            frame[:N], y[:N]
        ).forecast(2, future)
    assert forecaster(naive_pipe(), horizon=2).fit(frame, y).forecast().shape == (2,)
    assert forecaster(linear_pipe(4)).fit(frame, y).predict(frame).shape == (80,)


LONG = pl.DataFrame(
    {
        "ds": pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 2, 9), eager=True),
        "y": np.arange(40.0),
        "unique_id": ["a"] * 40,
    }
)


@pytest.mark.parametrize("names", [["ds", "y", "unique_id"], ["y", "ds"], ["ds"]])
def test_dates_are_found_before_a_conversion_hides_them(names):
    table, y, cv = LONG[names], LONG["y"], ForecastSplit(2)
    fitted = forecaster(naive_pipe()).fit(y)
    fitted_to_table = forecaster(naive_pipe()).fit(LONG[["y"]], y)
    for name, call in [
        ("y", lambda: forecaster(naive_pipe()).fit(table)),
        ("X", lambda: forecaster(naive_pipe()).fit(table, y)),
        ("y", lambda: fitted.update(table)),
        ("X", lambda: fitted.predict(table)),
        ("X", lambda: fitted_to_table.predict(table)),
        ("y", lambda: backtest(forecaster(naive_pipe()), y=table, cv=cv)),
        ("X", lambda: backtest(forecaster(naive_pipe()), table, y, cv=cv)),
    ]:
        match = rf"{name} must contain .* in 'ds'.*\({name}\.to_pandas\(\)\.set_i"
        with pytest.raises(ValueError, match=match):
            call()
