"""ForecastSplit: folds by time, for one series and for panels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from last_value_forecaster import LastValueForecaster, make_months, make_panel
from sklearn.base import clone
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    TimeSeriesSplit,
    cross_validate,
    learning_curve,
)
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, NaiveRegressor, SequenceWindower
from skseq.model_selection import ForecastSplit
from skseq.model_selection._backtest import folds_of
from skseq.model_selection._backtest_rows import BacktestRows

PARAMETERS = st.fixed_dictionaries(
    {
        "n_splits": st.integers(1, 4),
        "horizon": st.integers(1, 4),
        "time_steps": st.none() | st.integers(1, 4),
        "gap": st.integers(0, 3),
        "step": st.none() | st.integers(1, 4),
        "max_train_size": st.none() | st.integers(8, 12),
    }
)


def split_by_hand(series, times, split, *, within_reach=True):
    """Go back from the end of time and collect the rows of each fold one by one."""
    needed = 1 if split.time_steps is None else split.time_steps + split.horizon
    longest = max(times) if split.max_train_size is None else split.max_train_size
    ahead = split.gap + split.horizon
    latest, origins, folds = max(times) - ahead, set(), []
    while latest >= min(times) and len(folds) < split.n_splits:
        origin = max(t for t in times if t <= latest)
        train = [i for i, t in enumerate(times) if origin - longest < t <= origin]
        ends = {
            series[i]: max(times[j] for j in train if series[i] == series[j])
            for i in train
        }
        test = [
            i
            for i, t in enumerate(times)
            if origin + split.gap < t <= latest + ahead
            and series[i] in ends
            and not (within_reach and t > ends[series[i]] + ahead)
        ]
        sizes = [sum(series[i] == name for i in train) for name in ends]
        if test and max(sizes) >= needed and origin not in origins:
            folds.insert(0, (train, test))
        origins.add(origin)
        latest -= split.horizon if split.step is None else split.step
    return folds


def as_lists(folds):
    return [(list(train), list(test)) for train, test in folds]


def check_against_loop(table, series, times, split):
    expected = split_by_hand(series, times, split)
    if len(expected) < split.n_splits:
        with pytest.raises(ValueError, match="needs a table of at least"):
            split.split(table)
        return
    assert as_lists(split.split(table)) == expected


@given(PARAMETERS, st.integers(1, 40))
def test_one_series_equals_a_loop(parameters, n_rows):
    rows = list(range(n_rows))
    split = ForecastSplit(**parameters)
    check_against_loop(np.zeros((n_rows, 2)), [0] * n_rows, rows, split)


@st.composite
def panels(draw):
    """Draw a panel of months, with holes, in an order of rows that mixes the series."""
    rows = []
    for name in "abc"[: draw(st.integers(1, 3))]:
        start, length = draw(st.integers(0, 12)), draw(st.integers(1, 25))
        months = range(start, start + length)
        left_out = draw(st.sets(st.integers(0, 30), max_size=2))
        rows += [(name, month) for month in months if month not in left_out]
    if len(rows) < 2:
        rows = [("a", 0), ("a", 1), ("a", 2)]
    if draw(st.booleans()):
        rows.sort(key=lambda row: row[1])
    return rows


def panel_of(rows):
    names, numbers = zip(*rows, strict=True)
    labels = pd.PeriodIndex.from_ordinals(np.array(numbers) + 600, freq="M")
    index = pd.MultiIndex.from_arrays([names, labels])
    return pd.Series(0.0, index=index), names, numbers


@given(PARAMETERS, panels())
def test_panels_equal_a_loop(parameters, rows):
    check_against_loop(*panel_of(rows), ForecastSplit(**parameters))


@given(PARAMETERS, panels())
def test_a_backtest_contains_rows_that_are_out_of_reach(parameters, rows):
    y, names, numbers = panel_of(rows)
    split = ForecastSplit(**parameters)
    expected = split_by_hand(names, numbers, split, within_reach=False)
    if len(expected) < split.n_splits:
        return
    folds = folds_of(split, LastValueForecaster(), BacktestRows.of(None, y))
    assert as_lists((fold.train, fold.test) for fold in folds) == expected
    assert len({fold.origin for fold in folds}) == len(folds)


@pytest.mark.parametrize("gap", [0, 2])
@pytest.mark.parametrize("max_train_size", [None, 7])
def test_rows_in_a_row_are_those_of_time_series_split(gap, max_train_size):
    X = np.zeros((30, 1))
    ours = ForecastSplit(4, horizon=3, gap=gap, max_train_size=max_train_size)
    theirs = TimeSeriesSplit(4, test_size=3, gap=gap, max_train_size=max_train_size)
    assert as_lists(ours.split(X)) == as_lists(theirs.split(X))


def test_a_missing_month_counts_as_a_step():
    y = make_months(24).drop(pd.Timestamp("2019-11-01"))
    ((train, test),) = ForecastSplit(1, horizon=3).split(y)
    assert y.index[train[-1]] == pd.Timestamp("2019-09-01")
    assert len(test) == 2


def test_business_days_are_steps():
    days = pd.date_range("2024-01-01", periods=60, freq="B")
    ((train, test),) = ForecastSplit(1, horizon=5).split(pd.Series(0.0, index=days))
    assert days[test[0]] - days[train[-1]] == pd.Timedelta("3D")  # a weekend
    assert len(test) == 5


def test_origins_in_a_long_hole_are_passed_over():
    seconds = np.r_[0:500, 3_000_000_000:3_000_000_500]
    y = pd.Series(0.0, index=pd.to_datetime(seconds, unit="s"))
    folds = list(ForecastSplit(300, horizon=2).split(y))
    assert len(folds) == 300
    assert {len(test) for _, test in folds} <= {1, 2}


def test_times_are_read_from_y_if_x_has_no_index():
    panel = make_panel()
    by_index = ForecastSplit(2, horizon=3).split(panel)
    by_target = ForecastSplit(2, horizon=3).split(np.zeros((len(panel), 1)), panel)
    assert as_lists(by_index) == as_lists(by_target)


def test_irregular_times_count_as_they_occur():
    days = ["2024-01-01", "2024-01-02", "2024-01-09", "2024-03-20"]
    folds = ForecastSplit(2, horizon=1).split(
        pd.Series(0.0, index=pd.to_datetime(days))
    )
    assert as_lists(folds) == [([0, 1], [2]), ([0, 1, 2], [3])]


def test_irregular_times_are_numbered_over_all_series():
    days = [0, 1, 5, 6, 9, 14, 15, 23, 30, 31, 44]
    times = pd.to_datetime(days, unit="D")
    panel = pd.concat({"a": pd.Series(0.0, times), "b": pd.Series(0.0, times[6:])})
    ((train, test),) = ForecastSplit(1, horizon=3).split(panel)
    moments = panel.index.get_level_values(1)
    assert moments[train].max() < moments[test].min()
    assert sorted(moments[test].unique()) == list(times[-3:])
    assert len(test) == 6


def test_a_series_that_begins_after_the_origin_is_in_no_part():
    panel = pd.concat({"old": make_months(20), "new": make_months(3, "2019-06-01")})
    ((train, test),) = ForecastSplit(1, horizon=3).split(panel)
    assert set(panel.index[train].get_level_values(0)) == {"old"}
    assert set(panel.index[test].get_level_values(0)) == {"old"}


def lstm_pipe():
    lstm = LSTMRegressor(units=2, epochs=1, random_state=0)
    return make_pipeline(SequenceWindower(3), lstm)


SEARCHES = {
    "grid": lambda cv: GridSearchCV(
        lstm_pipe(), {"sequencewindower__time_steps": [2, 3]}, cv=cv
    ),
    "random": lambda cv: RandomizedSearchCV(
        lstm_pipe(), {"lstmregressor__units": [1, 2]}, n_iter=2, cv=cv
    ),
    "halving": lambda cv: HalvingGridSearchCV(
        lstm_pipe(),
        {"lstmregressor__units": [1, 2]},
        resource="lstmregressor__epochs",
        min_resources=1,
        max_resources=2,
        cv=cv,
    ),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_searches_take_it(name):
    y = make_months(40)
    search = SEARCHES[name](ForecastSplit(2, horizon=4, time_steps=3))
    search.fit(y.to_frame(), y)
    assert search.n_splits_ == 2
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_cross_validation_of_a_panel():
    panel = make_panel()
    X = panel.groupby(level=0).shift(1).fillna(0.0).to_frame("lag")
    cv = ForecastSplit(3, horizon=2)
    scores = cross_validate(Ridge(), X, panel, cv=cv, return_indices=True)
    assert as_lists(
        zip(scores["indices"]["train"], scores["indices"]["test"], strict=True)
    ) == as_lists(cv.split(X))
    sizes, *_ = learning_curve(Ridge(), X, panel, cv=cv)
    assert len(sizes) == 5


def test_folds_of_windows_are_complete():
    y = make_months(12)
    cv = ForecastSplit(2, horizon=2, time_steps=6)
    pipe = make_pipeline(SequenceWindower(6, horizon=2), NaiveRegressor("mean"))
    assert np.isfinite(
        cross_validate(pipe, y.to_frame(), y, cv=cv, error_score="raise")["test_score"]
    ).all()


def test_copies_and_repr():
    cv = ForecastSplit(3, horizon=2)
    text = "ForecastSplit(gap=0, horizon=2, max_train_size=None, n_splits=3, step=None,"
    assert " ".join(repr(cv).split()) == f"{text} time_steps=None)"
    assert clone(cv, safe=False).get_n_splits() == cv.get_n_splits() == 3


def test_the_smallest_table_is_named_and_is_enough():
    cv = ForecastSplit(3, horizon=4, time_steps=6, gap=1, step=2)
    match = r"at least 19 steps of time: time_steps \+ horizon = 6 \+ 4 .* Got 18 steps"
    with pytest.raises(ValueError, match=match):
        cv.split(np.zeros((18, 1)))
    assert len(list(cv.split(np.zeros((19, 1))))) == 3


@pytest.mark.parametrize(
    ("parameters", "match"),
    [
        ({"n_splits": 0}, "'n_splits' parameter"),
        ({"horizon": 0}, "'horizon' parameter"),
        ({"gap": -1}, "'gap' parameter"),
        ({"step": 0.5}, "'step' parameter"),
        (
            {"max_train_size": 5, "time_steps": 5},
            "time_steps \\+ horizon = 5 \\+ 1 = 6. Use max_train_size=6",
        ),
    ],
)
def test_invalid_parameters(parameters, match):
    cv = ForecastSplit(**parameters)
    with pytest.raises(ValueError, match=match):
        cv.split(np.zeros((50, 1)))
    with pytest.raises(ValueError, match=match):
        cv.get_n_splits()


def test_unsorted_and_differing_indexes():
    y = make_months(20)
    with pytest.raises(ValueError, match="unsorted"):
        ForecastSplit(2).split(y[::-1])
    with pytest.raises(ValueError, match="must have the same index"):
        ForecastSplit(2).split(y.to_frame(), y.shift(1, freq="MS"))
    with pytest.raises(ValueError, match="Swap the levels"):
        ForecastSplit(2).split(make_panel().swaplevel())


def test_small_numpy_integers_do_not_overflow():
    X = np.zeros((500, 1))
    small, plain = (
        ForecastSplit(dtype(2), horizon=dtype(100), gap=dtype(99), step=dtype(120))
        for dtype in (np.int8, int)
    )
    for one, other in zip(small.split(X), plain.split(X), strict=True):
        np.testing.assert_array_equal(np.concatenate(one), np.concatenate(other))
    assert small.get_n_splits() == 2
