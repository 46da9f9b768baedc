"""Steps that write into the table they get change no row that a forecaster stores."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, LeastSquares, forecaster, shops, walk
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, StandardScaler

from skseq import SequenceWindower
from skseq.model_selection import ForecastSplit, backtest


def divide(t):
    t.iloc[:, 0] = t.iloc[:, 0] / 1000
    return t


def take_logarithm(t):
    t["price"] = np.log(t["price"])
    return t


def add_row_count(t):
    t["count"] = np.arange(len(t)) % 7.0
    return t


def rename(t):
    t.columns = [f"{name} of shop" for name in t.columns]
    t.index.names = ["level"] * t.index.nlevels
    return t


def multiply(t):
    t *= 2
    return t


def reverse_sign(t):
    t[:, 0] = -t[:, 0]
    return t


def both(function):
    """Return a step that applies a function, and one that applies it to a copy."""
    steps = [function, lambda t: function(t.copy())]
    return [FunctionTransformer(step) for step in steps]


SCALERS = {
    "StandardScaler": [StandardScaler(copy=False), StandardScaler()],
    "MaxAbsScaler": [MaxAbsScaler(copy=False), MaxAbsScaler()],
}
STEPS = {
    f.__name__: both(f) for f in (divide, take_logarithm, add_row_count, rename)
} | SCALERS
ARRAY_STEPS = {f.__name__: both(f) for f in (multiply, reverse_sign)} | SCALERS


def tables(kind):
    """Return X and y, and a mask of the rows to fit."""
    y = shops((24, 20)) if kind == "panel" else walk(30)
    y = 50 + y / y.abs().max()
    price = np.random.default_rng(0).uniform(2, 9, len(y))
    X = pd.DataFrame({"price": price}, y.index)
    later = y.groupby(level=0).cumcount(ascending=False) if kind == "panel" else None
    later = np.arange(len(y))[::-1] if later is None else later.to_numpy()
    if kind == "array":
        X, y = X.to_numpy(), y.to_numpy()
    return X, y, later >= 4, later >= 2


def what_users_get(step, kind, strategy, **params):
    """Return the results of all methods."""
    X, y, fitted, known = tables(kind)
    # Without an index, known rows are recognized by the first ones.
    n = len(X) if kind == "array" else 6
    pipe = make_pipeline(step, SequenceWindower(3), LeastSquares())
    one = forecaster(
        pipe, horizon=2, strategy=strategy, future_columns=[0], log=False, **params
    )
    one.fit(X[fitted], y[fitted])
    results = [
        one.forecast(X_future=X[known & ~fitted]),
        one.forecast(X_future=X[known & ~fitted], coverage=0.5),
        one.predict(X[known][-n:]),
    ]
    one.update(X[known & ~fitted], y[known & ~fitted])
    results += [one.forecast(X_future=X[~known]), one.predict(X[known][-n:])]
    if kind == "frame":
        splits = ForecastSplit(2, horizon=2)
        results.append(backtest(one, X, y, cv=splits, refit=2)["prediction"])
    return results


CASES = [
    *(("frame", name, strategy) for name in STEPS for strategy in STRATEGIES),
    *(("panel", name, STRATEGIES[len(name) % 2]) for name in STEPS),
    *(("array", name, STRATEGIES[len(name) % 2]) for name in ARRAY_STEPS),
]


@pytest.mark.sample(3)
@pytest.mark.parametrize(("kind", "name", "strategy"), CASES)
@pytest.mark.filterwarnings("ignore:future_columns lists")
def test_a_step_that_writes_gives_what_it_gives_with_a_copy(kind, name, strategy):
    steps = (ARRAY_STEPS if kind == "array" else STEPS)[name]
    for one, other in zip(
        *(what_users_get(step, kind, strategy) for step in steps), strict=True
    ):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


class WritesIntoTarget(LeastSquares):
    def fit(self, X, y, sample_weight=None):
        y = np.asarray(y)
        y.flags.writeable = True
        super().fit(X, y.copy(), sample_weight)
        y[...] = -99.0
        return self


@pytest.mark.parametrize("kind", ["frame", "array"])
def test_a_regressor_that_writes_into_the_target_changes_nothing(kind):
    _, y, _, _ = tables(kind)
    # Targets of a recursive forecaster are a column of the table.
    ones = [
        forecaster(make_pipeline(SequenceWindower(3), last), strategy="recursive").fit(
            y
        )
        for last in (WritesIntoTarget(), LeastSquares())
    ]
    forecasts = [one.forecast() for one in ones]
    np.testing.assert_array_equal(*forecasts)
