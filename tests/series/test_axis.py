"""The time axis: series, steps, the last rows of each series, earlier rows."""

import pickle

import numpy as np
import pandas as pd
import pytest
from frequencies import HALF_HOURS, bars
from hypothesis import given
from hypothesis import strategies as st

from skseq._series.axis import TimeAxis

DAYS = pd.date_range("2024-01-01", periods=20)


def table(index):
    return pd.DataFrame({"a": np.arange(float(len(index)))}, index=index)


def panel(*series, names="abcdef"):
    """Make a table of several series, given as the labels of each, one by one."""
    pairs = [(names[n], label) for n, labels in enumerate(series) for label in labels]
    return table(pd.MultiIndex.from_tuples(pairs, names=["series", "time"]))


def naive_lagged(axis, lag):
    at = {
        key: row
        for row, key in enumerate(
            zip(axis.series.tolist(), axis.steps.tolist(), strict=True)
        )
    }
    keys = zip(axis.series.tolist(), axis.steps.tolist(), strict=True)
    return [at.get((series, step - lag), -1) for series, step in keys]


def test_the_index_of_x_comes_first_then_that_of_y():
    X, y = table(DAYS), table(DAYS.delete([5]))
    assert TimeAxis.of(X, y).labels.equals(DAYS)
    assert TimeAxis.of(y.to_numpy(), y).steps[-1] == 19
    without = TimeAxis.of(X.to_numpy(), y.to_numpy())
    np.testing.assert_array_equal(without.steps, np.arange(20))
    assert without.labels is None
    assert without.frequency is None


@pytest.mark.parametrize(
    "index", [DAYS, DAYS.delete([3, 4]), DAYS.to_period("D"), pd.RangeIndex(5, 25)]
)
def test_one_series(index):
    axis = TimeAxis.of(table(index))
    np.testing.assert_array_equal(axis.series, 0)
    assert axis.n_series == 1
    np.testing.assert_array_equal(axis.steps, axis.frequency.positions(axis.labels))
    assert axis.steps[0] == 0


def test_gaps_may_be_ignored():
    axis = TimeAxis.of(table(DAYS.delete([3, 4])), gaps="ignore")
    assert axis.frequency is None
    np.testing.assert_array_equal(axis.steps, np.arange(18))
    assert len(axis.labels) == 18


def test_rows_with_text_labels_are_counted_and_text_of_dates_warns():
    X = table(DAYS.strftime("%Y-%m-%d"))
    with pytest.warns(
        UserWarning, match=r"'2024-01-01'.*pd\.to_datetime\(X\.index, .*dayfirst"
    ):
        axis = TimeAxis.of(X, warn=True)
    np.testing.assert_array_equal(axis.steps, np.arange(20))
    TimeAxis.of(X)
    TimeAxis.of(table([f"row {row}" for row in range(20)]), warn=True)


def test_a_panel_in_any_order_of_rows():
    X = panel(DAYS, DAYS[4:].delete([3]), DAYS[:9])
    shuffled = X.sample(frac=1, random_state=0).sort_index(level=1, kind="stable")
    for frame in (X, shuffled):
        axis = TimeAxis.of(frame)
        names = frame.index.get_level_values(0)
        time = frame.index.get_level_values(1)
        assert (axis.names[axis.series] == names).all()
        np.testing.assert_array_equal(axis.steps, (time - DAYS[0]).days)
        assert axis.frequency.offset == pd.offsets.Day()


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 30)),
        unique=True,
        min_size=1,
        max_size=40,
    ),
    lag=st.integers(-3, 12),
    n_last=st.integers(0, 5),
    scale=st.sampled_from([1, 10**15]),
)
def test_rows_some_steps_earlier_and_the_last_rows(steps, lag, n_last, scale):
    steps = sorted(steps, key=lambda pair: pair[1])
    series = np.unique([pair[0] for pair in steps], return_inverse=True)[1]
    axis = TimeAxis(series, np.array([pair[1] for pair in steps]) * scale)
    np.testing.assert_array_equal(
        axis.rows_before(lag * scale), naive_lagged(axis, lag * scale)
    )
    expected = [
        row
        for row in range(len(steps))
        if (series[row + 1 :] == series[row]).sum() < n_last
    ]
    np.testing.assert_array_equal(axis.last(n_last), expected)
    until = 10 * scale
    early = np.flatnonzero(axis.steps <= until)
    ends = [early[series[early] == n].max(initial=-1) for n in range(axis.n_series)]
    np.testing.assert_array_equal(axis.last_rows_until(until), ends)
    np.testing.assert_array_equal(axis.between(-1, until), early)


def test_series_on_opening_hours():
    index = bars(pd.bdate_range("2024-01-02", periods=30), HALF_HOURS)
    axis = TimeAxis.of(panel(index, index[20:], index[:-13]))
    expected = [*range(len(index)), *range(20, len(index)), *range(len(index) - 13)]
    np.testing.assert_array_equal(axis.steps, expected)


def test_series_without_a_frequency_count_their_rows():
    index = pd.DatetimeIndex(np.cumsum(2 ** np.arange(30)).astype("M8[s]"))
    axis = TimeAxis.of(panel(index, index[3:20]))
    assert axis.frequency is None
    np.testing.assert_array_equal(axis.steps, [*range(30), *range(17)])


def test_alternating_series_share_no_frequency():
    hours = pd.date_range("2024-01-01", periods=30, freq="h")
    axis = TimeAxis.of(panel(hours, hours + pd.Timedelta("30min")))
    assert axis.frequency is None
    np.testing.assert_array_equal(axis.steps, [*range(30), *range(30)])


@pytest.mark.parametrize(
    ("frame", "match"),
    [
        (panel(DAYS, DAYS[::-1]), "series 'b' of X is unsorted"),
        (
            panel(DAYS, DAYS[[0, 0, 1]]),
            r"series 'b' of X has duplicates.*per time step. If an.*level=\[0, 1\]\)",
        ),
        (panel(DAYS, DAYS, names=["a", None]), "missing in row 20"),
        (panel(["x", "y"]), "second level must contain the times.*it contains str"),
        (table(pd.MultiIndex.from_arrays([DAYS, DAYS, DAYS])), "3 levels"),
    ],
    ids=["unsorted", "duplicates", "no name", "no times", "three levels"],
)
def test_invalid_panels_raise(frame, match):
    with pytest.raises(ValueError, match=match):
        TimeAxis.of(frame)


def test_later_rows_are_placed_on_the_known_frequency():
    axis = TimeAxis.of(table(DAYS))
    labels = pd.DatetimeIndex(["2024-01-30", "2024-02-02"])
    later = TimeAxis.at(np.zeros(2, int), labels, axis.frequency)
    np.testing.assert_array_equal(later.steps, [29, 32])


def test_an_axis_can_be_pickled():
    axis = pickle.loads(pickle.dumps(TimeAxis.of(panel(DAYS, DAYS[3:]))))
    np.testing.assert_array_equal(axis.rows_before(3), naive_lagged(axis, 3))


@pytest.mark.parametrize(
    "freqs",
    [
        ("W-MON", "W-WED"),
        ("W-MON", "W-WED", "W-FRI"),
        ("W-MON", "W-MON", "W-MON", "W-THU"),
        ("MS", "ME"),
        ("QS-JAN", "QS-FEB"),
    ],
)
@pytest.mark.parametrize("is_sorted", [True, False])
def test_series_that_take_turns_share_no_frequency(freqs, is_sorted):
    # Together they look like opening days, on which no series is continued rightly.
    parts = {
        f"shop {number}": pd.Series(
            0.0, pd.date_range("2021-01-01", periods=40, freq=f)
        )
        for number, f in enumerate(freqs)
    }
    y = pd.concat(parts)
    y = y if is_sorted else y.sort_index(level=1)
    with pytest.warns(UserWarning, match="no frequency in common|X is irregular"):
        axis = TimeAxis.of(y, warn=True)
    assert axis.frequency is None
    for number in range(axis.n_series):
        np.testing.assert_array_equal(axis.steps[axis.series == number], np.arange(40))
    # Each alone has one.
    for part in parts.values():
        assert TimeAxis.of(part).frequency is not None


def test_series_read_at_other_hours_share_no_frequency():
    days = pd.date_range("2021-01-01", periods=40)
    y = pd.concat({h: pd.Series(0.0, days + pd.Timedelta(hours=h)) for h in (0, 9)})
    with pytest.warns(UserWarning, match="that of series 0 is D, but .* 9, at 2021"):
        assert TimeAxis.of(y, warn=True).frequency is None


def test_opening_hours_are_shared_if_series_have_most_of_them():
    hours = pd.date_range("2024-01-01", periods=24 * 60, freq="h")
    hours = hours[(hours.hour >= 9) & (hours.hour < 17) & (hours.day_of_week < 5)]
    rng = np.random.default_rng(0)
    y = pd.concat(
        {name: pd.Series(0.0, hours[rng.random(len(hours)) < 0.95]) for name in "ab"}
    )
    assert TimeAxis.of(y, warn=True).frequency is not None


FAR_APART = np.cumsum(np.random.default_rng(0).integers(2, 9, 30))


@pytest.mark.parametrize(
    "labels",
    [
        pd.Index(FAR_APART),
        pd.Index(FAR_APART * 1.0),
        pd.PeriodIndex.from_ordinals(FAR_APART, freq="M"),
    ],
    ids=["integers", "whole floats", "periods"],
)
def test_labels_far_apart_are_counted_in_several_series_as_in_one(labels):
    alone = TimeAxis.of(table(labels))
    for n_series in (1, 2):
        axis = TimeAxis.of(panel(*[labels] * n_series))
        steps = axis.steps - axis.steps[0]
        np.testing.assert_array_equal(steps, np.tile(alone.steps, n_series))
        assert axis.frequency.offset == alone.frequency.offset


def test_integers_of_one_series_between_those_of_another_are_counted_by_row():
    axis = TimeAxis.of(panel(range(0, 200, 10), range(5, 150, 10)))
    assert axis.frequency is None
    np.testing.assert_array_equal(axis.steps, [*range(20), *range(15)])
