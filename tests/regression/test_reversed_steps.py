"""Windows whose steps are newest first, such as a reshaped table of lags 1, 2, ..."""

import warnings

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from skseq import LSTMRegressor, NaiveRegressor
from skseq.exceptions import LaggedTargetWarning

FAST = {"units": 2, "epochs": 1, "random_state": 0}
N_ROWS = 120
RNG = np.random.default_rng(0)
SERIES = {
    "walk": 50 + RNG.normal(size=N_ROWS).cumsum(),
    "counts": RNG.integers(20, 60, N_ROWS).astype(float),
    "mostly zeros": np.where(RNG.random(N_ROWS) < 0.5, 0, RNG.integers(1, 9, N_ROWS)),
}


def lag_table(series, lags, stride=1):
    rows = np.arange(max(lags), len(series), stride)
    return series[rows[:, np.newaxis] - lags][:, :, np.newaxis], series[rows]


def warnings_of(X, y):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        LSTMRegressor(**FAST).fit(X, y)
    return [str(w.message) for w in caught if w.category is LaggedTargetWarning]


def two_series(series, lags):
    parts = [lag_table(part, lags) for part in np.split(series, [70])]
    return map(np.concatenate, zip(*parts, strict=True))


@pytest.mark.sample(3)
@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("lags", [range(1, 8), range(2, 8), range(3, 15)])
@pytest.mark.parametrize("rows", ["all", "some", "two series", "every second"])
def test_only_the_order_of_steps_is_named(name, lags, rows):
    lags = np.array(lags)
    X, y = lag_table(SERIES[name], lags, stride=1 + (rows == "every second"))
    if rows == "some":
        X, y = np.delete(X, [20, 40, 41], axis=0), np.delete(y, [20, 40, 41])
    elif rows == "two series":
        X, y = two_series(SERIES[name], lags)
    (message,) = warnings_of(3 * X + 1, y)
    assert "feature 0 of X are not in time order: step 0 (counted from 0)" in message
    assert f"contains y {lags[0]} row" in message
    assert f"the last step contains y {lags[-1]} rows before it" in message
    with pytest.raises(ValueError, match="Order the steps of each window"):
        NaiveRegressor().fit(X, y)
    assert NaiveRegressor().fit(X[:, ::-1], y).lag_ == [lags[0]]


@pytest.mark.parametrize("rows", ["all", "two series", "every second"])
@pytest.mark.parametrize("name", SERIES)
def test_the_target_itself_is_named(name, rows):
    lags = np.arange(7)
    X, y = lag_table(SERIES[name], lags, stride=1 + (rows == "every second"))
    if rows == "two series":
        X, y = two_series(SERIES[name], lags)
    first = warnings_of(X, y)[0]
    assert "Feature 0 of X is the target itself" in first
    assert "at the first step of each window" in first


def test_rows_or_steps_where_y_does_not_tell():
    X, y = lag_table(SERIES["walk"], np.arange(1, 8))
    other = RNG.normal(size=len(y))
    message = warnings_of(X, other)[0]
    assert "The windows of X seem to be out of time order: 112 of 113" in message
    assert "newest first, such as lag 1, lag 2, and so on: reverse" in message


def test_rows_that_are_newest_first():
    windows = sliding_window_view(SERIES["walk"], 6)[:-1, :, np.newaxis]
    message = warnings_of(windows[::-1].copy(), SERIES["walk"][6:][::-1])[0]
    assert "113 of 114 end with the first steps of a window earlier in X" in message


def test_one_reversed_feature_among_others():
    X, y = lag_table(SERIES["walk"], np.arange(1, 8))
    X = np.append(X, X[:, ::-1], axis=2)
    assert warnings_of(X, y) == []
    assert NaiveRegressor().fit(X, y).target_feature_ == [1]
