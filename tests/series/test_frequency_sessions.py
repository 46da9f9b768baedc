"""Interruptions of opening hours: whole sessions that recur are no gap, all else is."""

import numpy as np
import pandas as pd
import pytest
from frequencies import HALF_HOURS, bars, kept_rows, undeclared
from hypothesis import given
from hypothesis import strategies as st

from skseq._series.frequency import find_frequency
from skseq._series.frequency.opening_hours.sessions import Sessions
from skseq._series.frequency.steps import DAY, HOUR

DAYS = pd.bdate_range("2024-01-02", periods=120)
BARS = bars(DAYS, HALF_HOURS)
N_BARS = len(HALF_HOURS)
TEN_YEARS = pd.bdate_range("2014-01-01", "2023-12-31")
AROUND_THE_CLOCK = pd.date_range("2024-01-01", periods=24 * 60, freq="h")


def daily(hours):
    return AROUND_THE_CLOCK[AROUND_THE_CLOCK.hour.isin(hours)]


def assert_positions(index, expected):
    frequency = find_frequency(undeclared(index))
    np.testing.assert_array_equal(frequency.positions(index), expected)


OPENING_HOURS = {
    "office": BARS,
    "New York": BARS.tz_localize("America/New_York"),
    "every day": daily(range(8, 20)),
    "a break at noon": daily([9, 10, 11, 14, 15, 16, 17]),
    "three readings": daily([8, 12, 18]),
    "an hour of maintenance": daily([*range(3), *range(4, 24)]),
    "at night": daily([22, 23, 0, 1, 2, 3, 4, 5]),
}


@pytest.mark.parametrize("kind", OPENING_HOURS)
def test_rows_missing_inside_a_session_are_missing_steps(kind):
    whole = OPENING_HOURS[kind]
    times = whole.strftime("%H:%M")
    opens = {"at night": "22:00", "an hour of maintenance": "04:00"}.get(kind, times[0])
    first = np.flatnonzero(times == opens)[8]
    per_session = np.diff(np.flatnonzero(times == opens))[0]
    frequency = find_frequency(undeclared(whole))
    for start in range(first, first + per_session + 1):
        for n_lost in {1, 2, *range(per_session - 1, per_session + 2)}:
            is_session = n_lost == per_session and start in (first, first + n_lost)
            if is_session:
                continue
            kept = kept_rows(len(whole), range(start, start + n_lost))
            assert_positions(whole[kept], kept)
            positions = frequency.positions(whole[kept])
            np.testing.assert_array_equal(positions, kept)


@pytest.mark.parametrize("kind", ["office", "every day", "at night", "New York"])
def test_one_whole_session_may_be_a_holiday(kind):
    whole = OPENING_HOURS[kind]
    times = whole.strftime("%H:%M")
    opens = np.flatnonzero(times == {"at night": "22:00"}.get(kind, times[0]))
    kept = kept_rows(len(whole), range(opens[9], opens[10]))
    assert_positions(whole[kept], np.arange(len(kept)))
    kept = kept_rows(len(whole), range(opens[9], opens[11]))
    assert_positions(whole[kept], kept)


@pytest.mark.parametrize("make", [lambda days: days, lambda d: bars(d, HALF_HOURS)])
@pytest.mark.parametrize("n_recurring", [1, 2, 5])
def test_as_many_sessions_as_recur_may_be_missing(make, n_recurring):
    # Closed after Christmas, every year.
    years = range(2015, 2015 + 4)
    days = TEN_YEARS[TEN_YEARS.year < 2019]
    last = [np.flatnonzero(days.year == year)[-1] for year in years]
    closed = np.concatenate([np.arange(n - n_recurring, n) for n in last])
    open_days = days.delete(closed)
    index = make(open_days)
    assert_positions(index, np.arange(len(index)))
    frequency = find_frequency(undeclared(index))
    per_day = len(make(days[:1]))
    for n_lost in {1, n_recurring, n_recurring + 1, n_recurring + 2}:
        later = make(open_days.delete(range(50, 50 + n_lost)))
        steps = np.diff(frequency.positions(later))
        expected = 1 if n_lost <= n_recurring else n_lost * per_day + 1
        assert steps[50 * per_day - 1] == expected


@pytest.mark.parametrize("n_years", [1, 2])
def test_a_long_holiday_that_came_once_or_twice_is_a_gap(n_years):
    days = pd.bdate_range("2020-01-01", periods=261 * n_years)
    lost = np.concatenate([np.arange(5) + 250 * year + 100 for year in range(n_years)])
    kept = kept_rows(len(days), lost)
    assert_positions(days[kept], kept)


def test_three_weeks_every_august_are_missing_steps():
    days = pd.date_range("2019-01-01", "2022-12-31")
    days = days[days.day_of_week != 0]
    is_open = ~((days.month == 8) & (days.day <= 21))
    assert_positions(days[is_open], np.flatnonzero(is_open))


@pytest.mark.parametrize("n_folds", [3, 5, 10])
@pytest.mark.parametrize("make", [lambda days: days, lambda d: bars(d, HALF_HOURS)])
def test_all_shuffled_folds_keep_their_gaps(n_folds, make):
    holidays = TEN_YEARS[17::26]
    for days in (TEN_YEARS, TEN_YEARS.difference(holidays)):
        index = make(days[: len(days) if make(days[:1]).size == 1 else 200])
        order = np.random.default_rng(0).permutation(len(index))
        for held_out in np.array_split(order, n_folds):
            kept = kept_rows(len(index), held_out)
            steps = np.diff(find_frequency(index[kept]).positions(index[kept]))
            assert (steps >= np.diff(kept)).all()


def test_half_days_that_recur_are_no_gaps():
    lost = [np.arange(7, N_BARS) + N_BARS * day for day in (20, 50, 80)]
    for n_half_days in (1, 2, 3):
        kept = kept_rows(len(BARS), np.concatenate(lost[:n_half_days]))
        expected = np.arange(len(kept)) if n_half_days == 3 else kept
        assert_positions(BARS[kept], expected)
    # Other hours at the end of a session are missing steps all the same.
    frequency = find_frequency(BARS[kept])
    for first in range(1, N_BARS):
        later = kept_rows(N_BARS * 3, range(N_BARS + first, 2 * N_BARS))
        steps = np.diff(frequency.positions(BARS[later]))
        is_half_day = first == 7
        assert steps.max() == (1 if is_half_day else N_BARS - first + 1)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.15, 0.3])
@pytest.mark.parametrize("kind", OPENING_HOURS)
@pytest.mark.parametrize("seed", range(3))
def test_rows_lost_at_random_in_opening_hours(rate, kind, seed):
    whole = OPENING_HOURS[kind]
    kept = np.random.default_rng(seed).random(len(whole)) > rate
    kept[[0, -1]] = True
    kept = np.flatnonzero(kept)
    assert_positions(whole[kept], kept)


ZONES = ["America/New_York", "Europe/London", "Australia/Sydney"]


@pytest.mark.sample(4)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("freq", ["5min", "30min", "h"])
@pytest.mark.parametrize("first", ["2022-02-01", "2022-09-01", "2022-01-03"])
def test_exchanges_in_universal_time(zone, freq, first):
    n_days = 260 if first.endswith("03") else 50
    hours = pd.date_range("09:30", "15:59", freq=freq)
    minutes = hours.hour * 60 + hours.minute
    days = pd.bdate_range(first, periods=n_days)
    index = bars(days, minutes).tz_localize(zone).tz_convert("UTC")
    assert_positions(index, np.arange(len(index)))


@pytest.mark.parametrize("first", ["2022-01-10", "2022-06-01"])
def test_the_clocks_may_change_after_fit(first):
    days = pd.bdate_range(first, periods=160)
    index = bars(days, HALF_HOURS).tz_localize("America/New_York").tz_convert("UTC")
    steps = np.diff(find_frequency(index[: N_BARS * 30]).positions(index))
    # The weekend on which a day gets shorter takes an hour from a session.
    assert (steps != 1).sum() <= 1
    assert set(steps) <= {1, 3}


def test_a_currency_has_no_holidays_but_weekends():
    hours = AROUND_THE_CLOCK[: 24 * 56]
    index = hours[hours.day_of_week < 5]
    kept = kept_rows(len(index), range(120, 240))  # a week
    assert_positions(index[kept], kept)


@given(
    is_open=st.lists(st.booleans(), min_size=24, max_size=24).filter(any),
    numbers=st.lists(st.integers(-500, 500), min_size=1),
)
def test_sessions_hold_their_slots(is_open, numbers):
    week = np.tile(np.array(is_open), 7)
    sessions, numbers = Sessions.of(week, HOUR), np.array(numbers)
    found = sessions.of_numbers(numbers)
    assert (sessions.first_numbers(found) <= numbers).all()
    assert (numbers < sessions.first_numbers(found + 1)).all()
    weeks, slots = np.divmod(sessions.slots(numbers), len(week))
    assert week[slots].all()
    np.testing.assert_array_equal(
        weeks * week.sum() + [week[:slot].sum() for slot in slots], numbers
    )
    assert Sessions.of(week[:7] | True, DAY).starts.tolist() == list(range(7))


CAMPAIGNS = {
    "nine years": ["2015-06-01", "2024-06-01"],
    "two years": ["2015-06-01", "2017-06-01"],
    "a month": ["2015-06-01", "2015-08-11"],
    "three": ["2015-06-01", "2017-03-03", "2024-06-01"],
}


@pytest.mark.parametrize("kind", CAMPAIGNS)
def test_a_long_gap_makes_no_day_off(kind):
    parts = [pd.date_range(first, periods=41) for first in CAMPAIGNS[kind]]
    index = parts[0].append(parts[1:])
    frequency = find_frequency(index)
    assert frequency.offset == pd.offsets.Day()
    np.testing.assert_array_equal(frequency.positions(index), (index - index[0]).days)


def test_a_date_that_stands_for_never_makes_no_day_off():
    days = pd.date_range("2024-01-01", periods=100, unit="s")
    index = days.append(pd.DatetimeIndex(["9999-12-31"]).as_unit("s"))
    assert find_frequency(index).offset == pd.offsets.Day()
    business = undeclared(DAYS).as_unit("s").append(index[-1:])
    assert find_frequency(business).offset == pd.offsets.BusinessDay()


HOURS_OF_DAY = {
    "office": (range(9, 17), range(5), "09:00", "17:00"),
    "shop": (range(8, 20), range(6), "08:00", "20:00"),
    "every day": (range(7, 23), range(7), "07:00", "23:00"),
    "maintenance": ([*range(3), *range(4, 24)], range(7), "04:00", "03:00"),
    "night": ([22, 23, 0, 1, 2, 3], range(7), "22:00", "04:00"),
    "one hour": ([9, 10], range(7), "09:00", "11:00"),
}


@pytest.mark.parametrize("kind", HOURS_OF_DAY)
@pytest.mark.parametrize("minute", [0, 30])
@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_the_offset_of_opening_hours_leads_to_the_next_opening(kind, minute, zone):
    hours, days, _, _ = HOURS_OF_DAY[kind]
    index = AROUND_THE_CLOCK[: 24 * 42]
    index = index[index.hour.isin(hours) & index.day_of_week.isin(days)]
    index = (index + pd.Timedelta(minutes=minute)).tz_localize(zone)
    index = index[~index.duplicated()]
    frequency = find_frequency(index)
    assert isinstance(frequency.offset, pd.offsets.CustomBusinessHour)
    for row in range(30, 70):
        assert index[row] + frequency.offset == index[row + 1]
    assert frequency.extend(index[29], 40).equals(undeclared(index)[30:70])


@pytest.mark.parametrize("kind", ["a break at noon", "three readings", "office"])
def test_other_hours_have_the_step_within_them(kind):
    frequency = find_frequency(OPENING_HOURS[kind])
    assert isinstance(frequency.offset, pd.offsets.Tick)


def test_after_a_row_at_a_closed_time_the_next_opening_follows():
    frequency = find_frequency(DAYS)
    saturday = DAYS[3] + pd.Timedelta("1D")
    assert frequency.extend(saturday, 3).equals(undeclared(DAYS)[4:7])
    evening = BARS[N_BARS - 1] + pd.Timedelta("90min")
    following = find_frequency(BARS).extend(evening, 3)
    assert following.equals(BARS[N_BARS : N_BARS + 3])
