"""Columns that steps create count as known in advance only if their values are."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, LeastSquares, forecaster, months
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import SequenceWindower

N = 60


def table():
    rng = np.random.default_rng(0)
    y = pd.Series(rng.normal(size=N).cumsum() + 50, months(N), name="y")
    columns = {
        "promo": rng.integers(0, 3, N) * 1.0,
        "wind": rng.normal(size=N),
        "promo_old": rng.integers(0, 2, N) * 1.0,
    }
    return pd.DataFrame(columns, y.index), y


def pipe_with(column):
    step = FunctionTransformer(lambda X: X.assign(new=column))
    return make_pipeline(step, SequenceWindower(3), LeastSquares())


def mean(X):
    return X["y"].rolling(3, min_periods=1).mean()


def lagged(n):
    return lambda X: X["y"].shift(n).bfill()


LATER = {
    "the target itself": lambda X: X["y"],
    "square of the target": lambda X: X["y"] ** 2,
    "mean of the latest": mean,
    "centered mean": lambda X: X["y"].rolling(3, center=True, min_periods=1).mean(),
    "exponential mean": lambda X: X["y"].ewm(3).mean(),
    "sum so far": lambda X: X["y"].cumsum(),
    "difference": lambda X: X["y"].diff().fillna(0),
    "next row": lambda X: X["y"].shift(-1).ffill(),
    "mean of all": lambda X: X.index.month + X["y"].mean(),
    "rank": lambda X: X["y"].rank(),
    "another column": lambda X: X["wind"] * 2,
    "product with another column": lambda X: X["promo"] * X["promo_old"],
    "lag of 2 with the wind": lambda X: X["y"].shift(2).bfill() + X["wind"],
    "lag of 2": lagged(2),
}
KNOWN = {
    "calendar": lambda X: np.sin(X.index.month),
    "row number": lambda X: np.arange(len(X)),
    "of the future column": lambda X: X["promo"].rolling(2, min_periods=1).sum(),
    "with the calendar": lambda X: X["promo"] * X.index.month,
    "lag": lagged(3),
    "mean of lags": lambda X: lagged(3)(X).rolling(6, min_periods=1).mean(),
    "lag of another column": lambda X: X["wind"].shift(4).bfill(),
}


@pytest.mark.parametrize("column", LATER.values(), ids=LATER)
def test_created_columns_of_later_values_raise(column):
    X, y = table()
    # The lag alone is known in a forecast of one step, or of one step at a time.
    for strategy, horizon in [("direct", 3), ("recursive", 3), ("direct", 1)]:
        if column is LATER["lag of 2"] and (strategy, horizon) != ("direct", 3):
            continue
        pipe = pipe_with(column)
        one = forecaster(
            pipe, strategy=strategy, horizon=horizon, future_columns=["promo", "new"]
        )
        with pytest.raises(ValueError, match="future_columns lists 'new', but a step"):
            one.fit(X, y)


@pytest.mark.parametrize("column", KNOWN.values(), ids=KNOWN)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_created_columns_of_known_values_are_accepted(column, strategy):
    X, y = table()
    pipe = pipe_with(column)
    one = forecaster(
        pipe, strategy=strategy, horizon=3, future_columns=["promo", "new"]
    ).fit(X, y)
    assert one.estimator_[-2].future_columns == ["promo", "new"]


@pytest.mark.parametrize("lag", [1, 2])
def test_a_step_may_create_any_lag_for_a_recursive_forecast(lag):
    _, y = table()
    pipe = pipe_with(lagged(lag))
    forecaster(pipe, strategy="recursive", horizon=3, future_columns=["new"]).fit(y)


@pytest.mark.parametrize(("lag", "is_known"), [(0, False), (2, False), (3, True)])
def test_created_columns_of_several_series(lag, is_known):
    y = pd.concat({f"shop {n}": table()[1][n:] for n in range(3)}).rename("y")

    def new(X):
        means = X["y"].groupby(level=1).transform("mean")
        return means.groupby(level=0).shift(lag).bfill()

    pipe = pipe_with(new)
    one = forecaster(pipe, horizon=3, future_columns=["new"])
    if is_known:
        one.fit(y)
    else:
        with pytest.raises(ValueError, match="future_columns lists 'new', but a step"):
            one.fit(y)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("quantile", [0.02, 0.5, 0.98])
@pytest.mark.parametrize("source", ["y", "wind"])
def test_rare_values_of_an_unknown_column_raise(source, quantile, horizon):
    X, y = table()
    y = pd.Series(np.random.default_rng(1).normal(size=N), y.index, name="y")
    limit = {"y": y, "wind": X["wind"]}[source].quantile(quantile)
    pipe = pipe_with(lambda X: (X[source] > limit) * X["promo"])
    one = forecaster(pipe, horizon=horizon, future_columns=["promo", "new"])
    with pytest.raises(ValueError, match="values that are not known in advance"):
        one.fit(X, y)


@pytest.mark.parametrize("n_missing", [0, 3, 12])
@pytest.mark.parametrize("lag", [6, 7, 9])
def test_a_lag_by_date_may_cross_gaps(lag, n_missing):
    rng = np.random.default_rng(n_missing)
    days = pd.date_range("2024-01-01", periods=200, name="day")
    days = days.delete(rng.choice(np.arange(20, 180), n_missing, replace=False))
    y = pd.Series(rng.normal(size=len(days)).cumsum(), days, name="y")

    def earlier(X):
        return X["y"].shift(lag, freq="D").reindex(X.index).ffill().bfill()

    pipe = make_pipeline(
        FunctionTransformer(lambda X: X.assign(new=earlier(X))),
        SequenceWindower(7),
        LeastSquares(),
    )
    one = forecaster(pipe, horizon=7, future_columns=["new"])
    if lag < 7:
        with pytest.raises(ValueError, match="not known in advance"):
            one.fit(y)
    else:
        one.fit(y)
