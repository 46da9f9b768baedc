"""Past rows are forecast from the rows up to each origin, whatever rows steps read."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.signal import savgol_filter
from series_to_forecast import STRATEGIES, LeastSquares, forecaster, months, walk
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skseq import SequenceWindower


def of_columns(function):
    """Apply a function to all columns of a frame or array, and return its type."""

    def apply(t):
        made = function(pd.DataFrame(t)).astype(float)
        return made if hasattr(t, "iloc") else made.to_numpy()

    return apply


READ_OTHER_ROWS = {
    "centered mean": lambda t: t.rolling(5, center=True, min_periods=1).mean(),
    "filter": lambda t: t * 0 + savgol_filter(t, 3, 1, axis=0, mode="nearest"),
    "rank": lambda t: t.rank(),
    "z-score": lambda t: (t - t.mean()) / (t.std() + 1),
    "detrended": lambda t: (
        t - np.outer(np.linspace(0, 1, len(t)), t.iloc[-1] - t.iloc[0])
    ),
    "mean over series": lambda t: (
        t.assign(mean=t.groupby(level=-1)[t.columns[0]].transform("mean"))
    ),
    "row itself": lambda t: t * 2,
}


def piped(name, last=None):
    steps = [FunctionTransformer(of_columns(READ_OTHER_ROWS[name]))]
    return make_pipeline(*steps, SequenceWindower(3), last or LeastSquares())


def panel(n=40):
    y = pd.concat({f"s{k}": walk(n, seed=k) * 10**k for k in range(3)})
    return y.rename("sales").rename_axis(["series", "month"])


def data(kind, n=40):
    """Return X and y of one or three series that end together."""
    y = panel(n) if kind == "panel" else walk(n)
    if kind == "array":
        return y.to_numpy()[:, np.newaxis], y.to_numpy()
    X = pd.DataFrame(np.random.default_rng(1).normal(size=(len(y), 1)), y.index, ["p"])
    return X, y


def until(table, n):
    """Return the first n rows of each series."""
    return select(table, lambda numbers: numbers < n)


def select(table, is_wanted):
    numbers = np.arange(len(table))
    if getattr(getattr(table, "index", None), "nlevels", 1) == 2:
        numbers = table.groupby(level=0, sort=False).cumcount().to_numpy()
    return table[is_wanted(numbers)]


@pytest.mark.parametrize("name", READ_OTHER_ROWS)
@pytest.mark.parametrize(
    ("kind", "strategy"),
    [("frame", "direct"), ("array", "recursive"), ("panel", "direct")],
)
def test_residuals_are_those_of_single_forecasts(kind, strategy, name):
    X, y = data(kind)
    params = {"horizon": 2, "strategy": strategy, "log": False}
    params |= {"future_columns": None if kind == "array" else [0], "deseasonalize": False, "calibration_fraction": 0.2}
    one = forecaster(piped(name), **params).fit(until(X, 38), until(y, 38))
    X_future = select(X, lambda n: n >= 38) if params["future_columns"] else None
    one.forecast(X_future=X_future, coverage=0.5)
    n_series = 3 if kind == "panel" else 1
    residuals = one.residuals_.reshape(n_series, -1, 2)
    # The last origin is two rows before the last fitted one.
    first = 37 - residuals.shape[1]
    early = forecaster(piped(name), **params).fit(until(X, first), until(y, first))
    for number in range(residuals.shape[1]):
        last = first + number
        if number:
            newer = [select(t, lambda n: n == last - 1) for t in (X, y)]
            early.update(*newer)
        ahead = [select(t, lambda n: (n >= last) & (n < last + 2)) for t in (X, y)]
        X_future = ahead[0] if params["future_columns"] else None
        errors = np.asarray(ahead[1]) - np.asarray(early.forecast(X_future=X_future))
        np.testing.assert_allclose(
            residuals[:, number].ravel(), errors, rtol=1e-6, atol=1e-6
        )


@pytest.mark.parametrize("name", READ_OTHER_ROWS)
@pytest.mark.parametrize("kind", ["frame", "array", "panel"])
def test_known_rows_are_predicted_from_the_rows_before_them(kind, name):
    strategy = STRATEGIES[len(name) % 2]
    X, y = data(kind, 20)
    params = {"horizon": 2, "strategy": strategy, "log": False}
    params["future_columns"] = None if kind == "array" else [0]
    one = forecaster(piped(name), **params).fit(X, y)
    predictions, fitted = one.predict(X), one._fitted_forecast
    numbers = pd.Series(np.arange(len(y)), getattr(y, "index", None))
    for row in (*range(1, 5), 12, 18):
        before = select(numbers, lambda n: n < row)
        known = replace(fitted, table=fitted.table.take(before.to_numpy()))
        n_steps = 2 if strategy == "direct" else 1
        ahead = select(X, lambda n: (n >= row) & (n < row + n_steps))
        ahead = ahead if params["future_columns"] else None
        expected, _ = known.forecast(n_steps, ahead)
        at = predictions[select(numbers, lambda n: n == row)]
        np.testing.assert_allclose(at, expected[:, 0, 0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", READ_OTHER_ROWS)
def test_no_forecast_reads_a_row_after_its_origin(name, strategy):
    rng = np.random.default_rng(0)
    parts = {
        # Series begin and end at different times, and have gaps.
        key: walk(60, seed=n)[n * 5 : 60 - n * 7].drop(months(60)[[21, 22, 30 + 2 * n]])
        for n, key in enumerate("abc")
    }
    y = pd.concat(parts).rename("sales")
    time = y.index.get_level_values(1)
    params = {"horizon": 2, "strategy": strategy, "log": False, "deseasonalize": False}
    one = forecaster(piped(name), **params).fit(y)
    is_later = np.asarray(time > months(60)[40])
    other = y + is_later * rng.normal(size=len(y))
    changed = replace(
        one._fitted_forecast,
        table=one._fitted_forecast.table.with_targets(other.to_numpy()[:, np.newaxis]),
    )
    rows = np.arange(len(y))
    before, after = (f.predict_known(rows) for f in (one._fitted_forecast, changed))
    # Two rows before the end of a series, direct forecasts are two steps ahead.
    until_origin = np.asarray(time <= months(60)[41])
    np.testing.assert_array_equal(before[until_origin], after[until_origin])


def test_usual_steps_are_applied_once():
    y = walk(80)
    pipe = make_pipeline(StandardScaler(), SequenceWindower(3), LeastSquares())
    one = forecaster(pipe, horizon=2).fit(y)
    one.predict(y)
    assert one.estimator_[-1].n_calls_ == 1
