"""Steps after the windower return plain arrays, in which first rows are recognised."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import StackingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, KFold, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import LSTMRegressor, NaiveRegressor, SequenceWindower
from skseq._regression.rows.first_rows import find_first_rows
from skseq._series.axis import TimeAxis
from skseq._series.origin import origin_of
from skseq._series.row_steps import axis_of_rows
from skseq._series.window_array import as_windows
from skseq._series.windows import Windows

LENGTHS = pytest.mark.parametrize(
    "lengths", [[40], [40, 30], [25, 3, 30, 40], [5, 40, 1, 1, 30]], ids=str
)
STEPS = {
    "limits": FunctionTransformer(lambda windows: np.clip(windows, -1e3, 1e3)),
    "copies": FunctionTransformer(np.array),
    "doubles": FunctionTransformer(lambda windows: 2 * windows),
}
REGRESSORS = {
    "network": LSTMRegressor(2, epochs=1, random_state=0),
    "naive": NaiveRegressor("drift"),
    "mean": NaiveRegressor("mean"),
}
network = REGRESSORS["network"]
SEARCHES = {
    "search": GridSearchCV(network, {"units": [2]}, cv=TimeSeriesSplit(2)),
    "search of folds": GridSearchCV(network, {"units": [2]}, cv=KFold(3)),
    "stack": StackingRegressor([("one", network)], LinearRegression(), cv=3),
}


def panel(lengths):
    """Make a frame of one series, or of several in a two-level index."""
    rng = np.random.default_rng(0)
    parts = {
        f"s{n}": pd.DataFrame(
            {"v": 100 + np.cumsum(rng.normal(size=length))},
            index=pd.date_range("2020-01-01", periods=length, name="day"),
        )
        for n, length in enumerate(lengths)
    }
    return parts["s0"] if len(parts) == 1 else pd.concat(parts, names=["series"])


def axis_without_labels(windows):
    """Make the axis of windows that come as a plain array."""
    return axis_of_rows(windows.cut(), None, len(windows))


def warnings_of(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    of_regressors = ("Training leaves out", "Steps are missing")
    texts = [str(warning.message) for warning in caught]
    return [text for text in texts if text.startswith(of_regressors)]


@LENGTHS
@pytest.mark.parametrize("time_steps", [1, 2, 3, 8])
@pytest.mark.parametrize("horizon", [0, 1, 2, 5])
def test_first_rows_are_those_that_the_windower_knows(lengths, time_steps, horizon):
    X = panel(lengths)
    cut = SequenceWindower(time_steps, horizon=horizon).fit_transform(X)
    origin, windows = origin_of(cut), as_windows(cut)
    for axis in (axis_without_labels(windows), origin.axis):
        found = find_first_rows(windows, axis)
        np.testing.assert_array_equal(found, origin.is_unavoidable)


@pytest.mark.sample(2)
@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("regressor", REGRESSORS)
@LENGTHS
def test_a_step_after_the_windower_adds_no_warning(kind, regressor, lengths):
    X = panel(lengths)
    last = clone(REGRESSORS[regressor])
    pipe = make_pipeline(SequenceWindower(4), STEPS[kind], last)
    for y in (X.v, X.v.to_numpy()):
        assert warnings_of(lambda y=y: pipe.fit(X, y)) == []
        assert warnings_of(lambda: pipe.predict(X)) == []


@pytest.mark.sample(3)
@pytest.mark.parametrize("kind", SEARCHES)
@LENGTHS
def test_a_search_or_stack_after_the_windower_adds_no_warning(kind, lengths):
    X = panel(lengths)
    pipe = make_pipeline(SequenceWindower(4), clone(SEARCHES[kind]))
    assert warnings_of(lambda: pipe.fit(X, X.v)) == []


@pytest.mark.parametrize("time_steps", [3, 5, 8])
@pytest.mark.parametrize("seed", range(5))
def test_padded_sequences_are_no_first_rows(time_steps, seed):
    rng = np.random.default_rng(seed)
    windows = rng.normal(size=(200, time_steps, 2))
    lengths = rng.integers(0, time_steps, size=200)
    windows[np.arange(time_steps) < lengths[:, np.newaxis]] = np.nan
    windows = Windows.of(windows)
    is_padded = lengths > 0
    # Of few steps, some look like the first rows of a series by chance.
    are_first = find_first_rows(windows, axis_without_labels(windows))
    assert are_first[is_padded].mean() < 1 / (time_steps - 1)
    (text,) = warnings_of(lambda: network.fit(windows.cut(), rng.normal(size=200)))
    assert "padded sequences. Masking is not supported" in text


@pytest.mark.parametrize("n_missing", [1, 3, 4, 20])
@pytest.mark.parametrize("kind", STEPS)
def test_gaps_are_still_named_after_a_step(kind, n_missing):
    X = panel([60])
    X = X.drop(index=X.index[30 : 30 + n_missing])
    pipe = make_pipeline(SequenceWindower(4), STEPS[kind], clone(network))
    (text,) = warnings_of(lambda: pipe.fit(X, X.v))
    assert text.startswith("Training leaves out 4 of")
    assert f"The first belongs to {X.index[30]}." in text


def test_first_rows_of_part_of_the_rows_are_known_by_their_series():
    X = panel([40, 40])
    cut = SequenceWindower(4).fit_transform(X)
    origin = origin_of(cut)
    rows = np.delete(np.arange(80), [2, 40, 41])  # such as a fold of random rows
    windows, axis = as_windows(cut)[rows], TimeAxis.of(X.iloc[rows])
    found = find_first_rows(windows, axis)
    np.testing.assert_array_equal(found, origin.is_unavoidable[rows])


@pytest.mark.parametrize("regressor", ["network", "naive"])
@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("n_missing", [4, 20])
def test_predict_names_an_embargo_after_a_step(n_missing, kind, regressor):
    X = panel([80])
    pipe = make_pipeline(SequenceWindower(4), STEPS[kind], clone(REGRESSORS[regressor]))
    pipe.fit(X[:40], X.v[:40])
    (text,) = warnings_of(lambda: pipe.predict(X[40 + n_missing :]))
    assert text.startswith("Steps are missing in the windows of 4 of")
    (text,) = warnings_of(lambda: pipe.predict(X[45:46]))  # without any known step
    assert text.startswith("Steps are missing in the windows of 1 of")
    assert warnings_of(lambda: pipe.predict(X[40:])) == []
    assert warnings_of(lambda: pipe.predict(X[:10])) == []
