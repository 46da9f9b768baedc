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
    "mean over series": lambda t: t.assign(
        mean=t.groupby(level=-1)[t.columns[0]].transform("mean")
    ),
    "row itself": lambda t: t * 2,
}


def piped(name, last=None):
    steps = [FunctionTransformer(of_columns(READ_OTHER_ROWS[name]))]
    return make_pipeline(*steps, SequenceWindower(3), last or LeastSquares())


def panel(n):
    y = pd.concat({f"s{k}": walk(n, seed=k) * 10**k for k in range(3)})
    return y.rename("sales").rename_axis(["series", "month"])


def data(kind, n):
    """Return X and y of one or three series that end together."""
    y = panel(n) if kind == "panel" else walk(n)
    if kind == "array":
        return y.to_numpy()[:, np.newaxis], y.to_numpy()
    X = pd.DataFrame(np.random.default_rng(1).normal(size=(len(y), 1)), y.index, ["p"])
    return X, y


def between(table, first, end):
    """Return the rows of each series from one number to another."""
    if getattr(getattr(table, "index", None), "nlevels", 1) == 1:
        return table[first:end]
    number = table.groupby(level=0, sort=False).cumcount()
    return table[((number >= first) & (number < end)).to_numpy()]


KINDS = ["frame", "array", "panel"]
CASES = [
    (name, KINDS[(number + more) % 3])
    for number, name in enumerate(READ_OTHER_ROWS)
    for more in range(2)
]


@pytest.mark.sample(2)
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_residuals_are_those_of_single_forecasts(name, kind):
    X, y = data(kind, 26)
    params = {"horizon": 2, "log": False, "deseasonalize": False}
    params["strategy"] = "recursive" if kind == "panel" else "direct"
    params["future_columns"] = None if kind == "array" else [0]

    def future(first):
        return None if kind == "array" else between(X, first, first + 2)

    one = forecaster(piped(name), **params)
    one.fit(between(X, 0, 24), between(y, 0, 24))
    one.forecast(X_future=future(24), coverage=0.5)
    residuals = one.residuals_.reshape(3 if kind == "panel" else 1, -1, 2)
    # The last origin is two rows before the last fitted one.
    first = 23 - residuals.shape[1]
    early = forecaster(piped(name), **params)
    early.fit(between(X, 0, first), between(y, 0, first))
    for number, n_known in enumerate(range(first, 23)):
        if number:
            early.update(*(between(t, n_known - 1, n_known) for t in (X, y)))
        forecast = np.asarray(early.forecast(X_future=future(n_known)))
        errors = np.asarray(between(y, n_known, n_known + 2)) - forecast
        np.testing.assert_allclose(
            residuals[:, number].ravel(), errors, rtol=1e-6, atol=1e-6
        )


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_known_rows_are_predicted_from_the_rows_before_them(name, kind):
    strategy = STRATEGIES[len(name) % 2]
    X, y = data(kind, 16)
    params = {"horizon": 2, "strategy": strategy, "log": False}
    params["future_columns"] = None if kind == "array" else [0]
    one = forecaster(piped(name), **params).fit(X, y)
    predictions, fitted = one.predict(X), one._fitted_forecast
    numbers = pd.Series(np.arange(len(y)), getattr(y, "index", None))
    n_steps = 2 if strategy == "direct" else 1
    for row in (1, 2, 4, 14):
        table = fitted.table.take(between(numbers, 0, row).to_numpy())
        future = None if kind == "array" else between(X, row, row + n_steps)
        expected, _ = replace(fitted, table=table).forecast(n_steps, future)
        at = predictions[between(numbers, row, row + 1)]
        np.testing.assert_allclose(at, expected[:, 0, 0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", READ_OTHER_ROWS)
def test_no_forecast_reads_a_row_after_its_origin(name):
    rng = np.random.default_rng(0)
    # Series begin and end at different times, and have gaps.
    parts = {
        key: walk(30, seed=n)[n * 2 : 30 - n * 4].drop(months(30)[[11, 12, 15 + 2 * n]])
        for n, key in enumerate("abc")
    }
    y = pd.concat(parts).rename("sales")
    time = y.index.get_level_values(1)
    strategy = STRATEGIES[len(name) % 2]
    params = {"horizon": 2, "strategy": strategy, "log": False, "deseasonalize": False}
    fitted = forecaster(piped(name), **params).fit(y)._fitted_forecast
    other = y + (time > months(30)[20]) * rng.normal(size=len(y))
    table = fitted.table.with_targets(other.to_numpy()[:, np.newaxis])
    rows = np.flatnonzero(time <= months(30)[21])
    before, after = (
        one.predict_known(rows) for one in (fitted, replace(fitted, table=table))
    )
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("kind", ["frame", "panel"])
def test_rows_without_a_past_depend_on_no_other_target(strategy, kind):
    X, y = data(kind, 16)

    def earlier(t):
        """Return a lag of the target; the first rows get a later value."""
        series = np.zeros(len(t)) if kind == "frame" else t.index.codes[0]
        return t.iloc[:, 0].groupby(series).transform(lambda y: y.shift(2).bfill())

    mixed = FunctionTransformer(lambda t: t.assign(q=t["p"] + earlier(t)))
    pipe = make_pipeline(mixed, SequenceWindower(3), LeastSquares())
    params = {"strategy": strategy, "log": False, "future_columns": ["p", "q"]}
    one = forecaster(pipe, horizon=2, **params).fit(X, y)
    fitted = one._fitted_forecast
    first = np.flatnonzero(fitted.table.rows_in_series == 0)
    number = fitted.table.rows_in_series[:, np.newaxis]
    other = fitted.table.targets * np.where(number > 0, 2.0, 1.0)
    changed = replace(fitted, table=fitted.table.with_targets(other))
    before, after = (one.predict_known(first) for one in (fitted, changed))
    np.testing.assert_array_equal(before, after)


def test_an_error_names_the_rows_that_are_too_few():
    few = FunctionTransformer(lambda t: t * 0 + savgol_filter(t, 7, 2, axis=0))
    y = walk(30)
    one = forecaster(make_pipeline(few, SequenceWindower(3), LeastSquares())).fit(y)
    assert one.predict(y[7:]).shape == (23,)
    with pytest.raises(ValueError, match="window_length") as info:
        one.predict(y)
    (note,) = info.value.__notes__
    assert "prediction of 2000-02-01" in note
    assert "predict only later rows" in note


def test_usual_steps_are_applied_once():
    y = walk(80)
    pipe = make_pipeline(StandardScaler(), SequenceWindower(3), LeastSquares())
    one = forecaster(pipe, horizon=2).fit(y)
    one.predict(y)
    assert one.estimator_[-1].n_calls_ == 1
