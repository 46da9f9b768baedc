"""Business days and opening hours: recurring breaks are no gaps, held-out folds are."""

import numpy as np
import pandas as pd
import pytest
from frequencies import HALF_HOURS, bars, kept_rows, undeclared
from hypothesis import given
from hypothesis import strategies as st
from pandas.tseries.holiday import USFederalHolidayCalendar

from skseq._series.frequency import find_frequency

DAYS = pd.bdate_range("2024-01-02", periods=60)
HOURS = pd.date_range("2024-01-01", periods=24 * 84, freq="h")
CALENDAR_DAYS = pd.date_range("2023-01-01", periods=700)


def at(hours, days):
    """Return those hours that lie at some hours of the day, on some weekdays."""
    is_open = HOURS.hour.isin(hours) & HOURS.day_of_week.isin(days)
    return HOURS[is_open]


INTERRUPTED = {
    "bars": bars(DAYS, HALF_HOURS),
    "bars and a closing auction": bars(DAYS, [*HALF_HOURS, 965]),
    "bars of minutes": bars(DAYS[:15], range(570, 960)),
    "bars in New York": bars(DAYS, HALF_HOURS).tz_localize("America/New_York"),
    "bars in universal time": bars(DAYS, HALF_HOURS)
    .tz_localize("America/New_York")
    .tz_convert("UTC"),
    "a week of bars": bars(DAYS[:6], HALF_HOURS),
    "business days": DAYS,
    "a week of business days": DAYS[:5],
    "no Sundays": CALENDAR_DAYS[CALENDAR_DAYS.day_of_week != 6],
    "three days a week": CALENDAR_DAYS[CALENDAR_DAYS.day_of_week.isin([0, 1, 3])],
    "opening hours": at(range(8, 20), range(7)),
    "opening hours in Berlin": at(range(8, 20), range(6)).tz_localize("Europe/Berlin"),
    "around the clock on weekdays": at(range(24), range(5)),
    "currencies": HOURS[
        ~(
            (HOURS.day_of_week == 4) & (HOURS.hour >= 17)
            | (HOURS.day_of_week == 5)
            | (HOURS.day_of_week == 6) & (HOURS.hour < 17)
        )
    ],
    "three readings a day": at([8, 12, 18], range(7)),
    "periods": DAYS.to_period("D"),
    "time differences": DAYS - DAYS[0],
}


@pytest.mark.parametrize("kind", INTERRUPTED)
def test_recurring_breaks_are_no_gaps(kind):
    index = INTERRUPTED[kind]
    index = index if isinstance(index, pd.PeriodIndex) else undeclared(index)
    frequency = find_frequency(index)
    np.testing.assert_array_equal(frequency.positions(index), np.arange(len(index)))


@pytest.mark.parametrize(
    "kind", ["bars", "bars in New York", "business days", "no Sundays", "currencies"]
)
def test_a_fold_held_out_is_missing_steps(kind):
    index = INTERRUPTED[kind]
    # Twenty business days, or four weeks.
    n_held = {"business days": 20, "no Sundays": 24}.get(kind, 20 * len(index) // 60)
    first = len(index) // 3
    kept = kept_rows(len(index), range(first, first + n_held))
    fitted = index[kept]
    np.testing.assert_array_equal(find_frequency(fitted).positions(fitted), kept)
    frequency = find_frequency(index[:first])
    later = index[: first + 1].append(index[first + n_held :])
    positions = frequency.positions(later)
    assert positions[first + 1] - positions[first] == n_held


def test_holidays_are_no_gaps():
    holidays = USFederalHolidayCalendar().holidays("2015", "2024")
    days = pd.bdate_range("2015", "2023").difference(holidays)
    positions = find_frequency(days).positions(days)
    np.testing.assert_array_equal(positions, np.arange(len(days)))
    index = bars(DAYS.delete([10, 25, 40]), HALF_HOURS)
    positions = find_frequency(index).positions(index)
    np.testing.assert_array_equal(positions, np.arange(len(index)))


def test_holidays_may_come_after_fit():
    frequency = find_frequency(DAYS[:40])
    later = DAYS[35:].delete(10)
    np.testing.assert_array_equal(np.diff(frequency.positions(later)), 1)


def test_declared_holidays_are_no_steps():
    offset = pd.offsets.CustomBusinessDay(holidays=["2024-01-10", "2024-02-27"])
    whole = pd.date_range("2024-01-01", periods=60, freq=offset)
    frequency = find_frequency(whole[:20])
    np.testing.assert_array_equal(frequency.positions(whole), np.arange(60))
    assert frequency.extend(whole[30], 20).equals(whole[31:51])
    gap = whole.delete(range(30, 50))
    assert frequency.positions(gap)[30] == 50


def test_after_hours_the_next_label_is_the_next_opening():
    index = INTERRUPTED["bars"]
    frequency = find_frequency(index[: 13 * 40])
    assert frequency.offset == pd.offsets.Minute(30)
    assert frequency.extend(index[13 * 40 - 1], 26).equals(index[13 * 40 : 13 * 42])


@pytest.mark.parametrize(
    ("kind", "offset"),
    [
        ("business days", pd.offsets.BusinessDay()),
        (
            "no Sundays",
            pd.offsets.CustomBusinessDay(weekmask="Mon Tue Wed Thu Fri Sat"),
        ),
        ("three days a week", pd.offsets.CustomBusinessDay(weekmask="Mon Tue Thu")),
    ],
)
def test_the_offset_of_business_days(kind, offset):
    index = undeclared(INTERRUPTED[kind])
    frequency = find_frequency(index[:-1])
    assert frequency.offset == offset
    assert index[-2] + frequency.offset == index[-1]
    assert frequency.extend(index[-6], 5).equals(index[-5:])


def test_a_row_outside_the_hours_is_one_step_more():
    frequency = find_frequency(DAYS)
    week = pd.date_range("2024-03-04", periods=9)  # with a Saturday and a Sunday
    np.testing.assert_array_equal(np.diff(frequency.positions(week)), 1)
    bar = INTERRUPTED["bars"]
    extra = bar.insert(13, bar[12] + pd.Timedelta("90min"))
    np.testing.assert_array_equal(np.diff(find_frequency(bar).positions(extra)), 1)
    # Close to the hours, the time between is missing.
    for minutes in (30, 60):
        extra = bar.insert(13, bar[12] + pd.Timedelta(minutes=minutes))
        steps = np.diff(find_frequency(bar).positions(extra))
        np.testing.assert_array_equal(steps[[11, 12, 13]], [1, minutes // 30, 1])
    with pytest.raises(ValueError, match="must match the frequency"):
        find_frequency(bar).positions(bar.insert(13, bar[12] + pd.Timedelta("7min")))


def test_a_rare_session_is_no_opening_hour():
    days = pd.bdate_range("2015-01-01", periods=1000)
    index = days.append(pd.DatetimeIndex(["2016-02-06"])).sort_values()  # a Saturday
    frequency = find_frequency(index)
    assert frequency.offset == pd.offsets.BusinessDay()
    np.testing.assert_array_equal(frequency.positions(index), np.arange(1001))
    sundays = CALENDAR_DAYS[CALENDAR_DAYS.day_of_week == 6][::13]
    index = undeclared(INTERRUPTED["no Sundays"]).union(sundays)
    positions = find_frequency(index).positions(index)
    np.testing.assert_array_equal(positions, np.arange(len(index)))


@pytest.mark.parametrize("missing", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("n_weeks", [1, 2, 3, 5, 12])
@pytest.mark.parametrize("seed", range(5))
def test_a_sensor_that_loses_hours_has_no_opening_hours(missing, n_weeks, seed):
    whole = HOURS[: 24 * 7 * n_weeks]
    kept = np.flatnonzero(np.random.default_rng(seed).random(len(whole)) > missing)
    index = whole[kept]
    positions = find_frequency(index).positions(index)
    np.testing.assert_array_equal(positions, kept - kept[0])


@pytest.mark.parametrize("outage", [range(24 * 5, 24 * 7), range(300, 372)])
def test_an_outage_is_a_gap(outage):
    kept = kept_rows(24 * 21, outage)
    index = HOURS[kept]
    np.testing.assert_array_equal(find_frequency(index).positions(index), kept)


def test_a_shuffled_fold_of_business_days_keeps_its_gaps():
    kept = np.sort(np.random.default_rng(0).permutation(300)[:225])
    index = pd.bdate_range("2020-01-01", periods=300)[kept]
    positions = find_frequency(index).positions(index)
    np.testing.assert_array_equal(np.diff(positions), np.diff(kept))


@pytest.mark.parametrize("first", pd.date_range("2020-01-06", periods=7))
def test_a_day_without_a_row_is_no_day_off(first):
    whole = pd.date_range(first, periods=9)
    kept = kept_rows(9, [4])
    positions = find_frequency(whole[kept]).positions(whole[kept])
    np.testing.assert_array_equal(positions, kept)


def test_days_before_any_weekend_are_days():
    days = undeclared(pd.date_range("2020-01-06", periods=5))
    assert find_frequency(days).offset == pd.offsets.Day()


@given(n_weeks=st.integers(-2000, 2000), kind=st.sampled_from([*INTERRUPTED][:5]))
def test_a_shift_by_weeks_changes_no_position(n_weeks, kind):
    index = INTERRUPTED[kind]
    index = index.tz_convert("UTC") if index.tz is not None else index
    shifted = undeclared(index + pd.Timedelta(weeks=n_weeks))
    positions = find_frequency(shifted).positions(shifted)
    np.testing.assert_array_equal(positions, np.arange(len(index)))


def test_series_are_counted_one_by_one():
    frequency = find_frequency(INTERRUPTED["bars"])
    index = INTERRUPTED["bars"]
    both = index[5:40].append(index[:30])
    positions = frequency.positions(both, starts=[0, 35])
    np.testing.assert_array_equal(positions, [*range(5, 40), *range(30)])
