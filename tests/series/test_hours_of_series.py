"""Series that are open at other times are counted as in tables of their own."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from skseq._series.axis import TimeAxis
from skseq._series.continuation import continue_index
from skseq._series.frequency.opening_hours import hours_of_series
from skseq._series.frequency.opening_hours.changed_week import ChangedWeek

DAYS = pd.date_range("2023-01-02", periods=300)
HOURS = pd.date_range("2023-01-02", periods=24 * 120, freq="h")
QUARTERS = pd.date_range("2023-01-02", periods=96 * 40, freq="15min")


def open_at(index, days=range(7), hours=range(24)):
    is_open = index.day_of_week.isin(list(days))
    return index[is_open & ((index.freqstr == "D") | index.hour.isin(list(hours)))]


def lost(index, rate=0.05):
    return index[np.random.default_rng(0).random(len(index)) > rate]


WEEKDAYS, SIX_DAYS = open_at(DAYS, range(5)), open_at(DAYS, range(6))
PANELS = {
    "one opens on Saturday": [WEEKDAYS, WEEKDAYS, SIX_DAYS],
    "one closes on Saturday": [SIX_DAYS, SIX_DAYS, WEEKDAYS],
    "Riyadh and New York": [open_at(DAYS, [6, 0, 1, 2, 3]), WEEKDAYS],
    "Monday and Saturday": [WEEKDAYS, open_at(DAYS, range(1, 6))],
    "stocks and bitcoin": [WEEKDAYS, DAYS],
    "no Wednesday": [open_at(DAYS, [0, 1, 3, 4, 5]), SIX_DAYS],
    "closes earlier": [open_at(HOURS, hours=range(9, b)) for b in (18, 16)],
    "opens later": [open_at(HOURS, hours=range(a, 18)) for a in (9, 12)],
    "overlapping": [open_at(HOURS, hours=range(a, a + 9)) for a in (6, 9, 12)],
    "hours and days": [
        open_at(HOURS, hours=range(8, 20)),
        open_at(HOURS, range(6), range(10, 18)),
    ],
    "one around the clock": [HOURS, open_at(HOURS, range(5), range(9, 18))],
    "quarter hours": [
        open_at(QUARTERS, range(5), range(9, 17)),
        open_at(QUARTERS, range(6), range(10, 14)),
    ],
    "ends and begins": [SIX_DAYS[:150], WEEKDAYS[30:], SIX_DAYS[100:], WEEKDAYS[:120]],
    "one has changed": [
        SIX_DAYS[:140].append(WEEKDAYS[SIX_DAYS[139] < WEEKDAYS]),
        SIX_DAYS,
        WEEKDAYS,
    ],
    "rows are lost": [lost(SIX_DAYS), lost(WEEKDAYS)],
}


def panel(parts, tz=None):
    names = [f"s{number}" for number in range(len(parts))]
    frames = [pd.DataFrame({"x": 0.0}, part.tz_localize(tz)) for part in parts]
    return pd.concat(dict(zip(names, frames, strict=True)), names=["series", "time"])


@pytest.mark.parametrize("kind", PANELS)
@pytest.mark.parametrize("tz", [None, "UTC", "Asia/Tokyo"])
def test_each_series_is_counted_and_continued_as_alone(kind, tz):
    X = panel(PANELS[kind], tz)
    axis = TimeAxis.of(X)
    names, n = X.index.get_level_values(0).unique(), 30
    ends = pd.DatetimeIndex([X.loc[name].index[-1] for name in names])
    following = continue_index(axis.frequency, ends, names, n)
    for number, name in enumerate(names):
        alone = TimeAxis.of(X.loc[name])
        steps = axis.steps[axis.series == number]
        np.testing.assert_array_equal(np.diff(steps), np.diff(alone.steps))
        labels = following[following.get_level_values(0) == name].get_level_values(1)
        assert labels.equals(alone.frequency.extend(ends[number], n))


@pytest.mark.parametrize("kind", ["one closes on Saturday", "overlapping"])
def test_the_order_of_rows_and_series_is_of_no_matter(kind):
    X = panel(PANELS[kind])
    by_time = X.iloc[X.index.get_level_values(1).argsort(kind="stable")]
    axis, other = TimeAxis.of(X), TimeAxis.of(by_time)
    for number, name in enumerate(axis.names):
        steps = axis.steps[axis.series == number]
        of_other = other.steps[other.series == other.names.get_loc(name)]
        np.testing.assert_array_equal(steps, of_other)


def test_a_short_series_has_the_shared_hours():
    X = panel([*PANELS["closes earlier"][:1], PANELS["closes earlier"][0][:30]])
    assert not TimeAxis.of(X).frequency.of_series


def test_series_in_the_same_hours_share_a_frequency():
    parts = [SIX_DAYS, *[WEEKDAYS] * 5, *[open_at(DAYS, range(4))] * 3]
    ((weekdays, _), (others, _)) = TimeAxis.of(panel(parts)).frequency.of_series
    assert weekdays == tuple(f"s{number}" for number in range(1, 6))
    assert others == ("s6", "s7", "s8")


def test_given_labels_count_only_where_a_series_is_open():
    X = panel(PANELS["one closes on Saturday"])
    frequency = TimeAxis.of(X).frequency
    names = pd.Index(["s0", "s2"])
    ends = pd.DatetimeIndex([SIX_DAYS[-1], WEEKDAYS[-1]])
    calendar = pd.date_range(ends[0] + pd.Timedelta("1D"), periods=20).delete(4)
    given = pd.MultiIndex.from_product([names, calendar])
    index = continue_index(frequency, ends, names, 8, given)
    for name, n_weekdays in zip(names, (6, 5), strict=True):
        labels = index[index.get_level_values(0) == name].get_level_values(1)
        assert labels.equals(calendar[calendar.day_of_week < n_weekdays][:8])


def test_a_change_of_some_series_is_warned_about_once():
    X = panel(PANELS["one has changed"])
    match = r"the rows of 1 of 3 series of X \(the first is s0\) come .* longer on Sat"
    with pytest.warns(UserWarning, match=match) as caught:
        axis = TimeAxis.of(X, warn=True)
    assert len(caught) == 1
    assert isinstance(axis.frequency.of("s0").rule, ChangedWeek)
    TimeAxis.of(panel([SIX_DAYS, WEEKDAYS]), warn=True)  # warnings are errors


@pytest.mark.parametrize("n_series", [300])
def test_many_series_with_holidays_are_continued_quickly(n_series):
    names = pd.Index([f"s{number}" for number in range(n_series)])
    days = WEEKDAYS.delete([50, 120, 200])
    frequency = TimeAxis.of(pd.DataFrame({"x": 0.0}, days)).frequency
    later = pd.bdate_range(days[-1] + pd.Timedelta("1D"), periods=20).delete(5)
    given = pd.MultiIndex.from_product([names, later])
    index = continue_index(frequency, days[[-1] * n_series], names, 19, given)
    assert index.equals(given)


@pytest.mark.parametrize("kind", PANELS)
@pytest.mark.parametrize("n_cells", [1, 40])
def test_series_in_blocks_are_found_as_all_together(kind, n_cells, monkeypatch):
    X = panel([*PANELS[kind], PANELS[kind][0][:5], *PANELS[kind][::-1]])
    expected = TimeAxis.of(X)
    monkeypatch.setattr(hours_of_series, "MOST_CELLS", n_cells)
    axis = TimeAxis.of(X)
    np.testing.assert_array_equal(axis.steps, expected.steps)
    names = [of for of, _ in axis.frequency.of_series]
    assert names == [of for of, _ in expected.frequency.of_series]


@pytest.mark.parametrize("n_weeks", [0.9, 1.2])
def test_many_series_of_minutes_take_little_memory(n_weeks):
    rng = np.random.default_rng(0)
    n_series, n_minutes = 600, 7 * 24 * 60
    minutes = pd.date_range("2024-01-01", periods=2 * n_minutes, freq="min")
    begins = rng.integers(0, n_minutes // 2, size=n_series)
    span = int(n_weeks * n_minutes)
    # Two minutes next to each other at both ends, and few in between.
    rows = [0, 1, 2, 3, *range(span // 2, span // 2 + 30), span - 1, span]
    X = panel([minutes[begin + np.array(rows)] for begin in begins])
    tracemalloc.start()
    TimeAxis.of(X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6
