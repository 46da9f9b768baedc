"""Days or hours that change for good: an index is continued with the latest ones.

The oracle is the calendar: the labels that come next in it.
"""

import numpy as np
import pandas as pd
import pytest
from frequencies import frequency_with_warnings, undeclared

from skseq._series.frequency import find_frequency
from skseq._series.frequency.opening_hours.changed_week import ChangedWeek

pytestmark = pytest.mark.filterwarnings("ignore:Since .*, the rows of X come")

ALL_DAYS = range(7)
ALL_HOURS = range(24)
CHANGES = {
    "no Saturdays": ((range(6), ALL_HOURS), (range(5), ALL_HOURS)),
    "no Mondays": ((range(6), ALL_HOURS), (range(1, 6), ALL_HOURS)),
    "weekends off": ((ALL_DAYS, ALL_HOURS), (range(5), ALL_HOURS)),
    "open on Sundays": ((range(6), ALL_HOURS), (ALL_DAYS, ALL_HOURS)),
    "Mondays only": ((ALL_DAYS, ALL_HOURS), ([0], ALL_HOURS)),
    "Sundays off, not Mondays": ((range(1, 7), ALL_HOURS), (range(6), ALL_HOURS)),
    "weekends off, not Mondays": ((range(2, 7), ALL_HOURS), (range(5), ALL_HOURS)),
    "afternoons": ((range(5), range(9, 14)), (range(5), range(14, 20))),
    "two hours later": ((range(5), range(9, 18)), (range(5), range(11, 20))),
    "closes earlier": ((range(6), range(9, 18)), (range(6), range(9, 16))),
    "opens later": ((range(5), range(9, 18)), (range(5), range(11, 18))),
    "opens earlier": ((range(5), range(9, 18)), (range(5), range(6, 18))),
    "a break": ((ALL_DAYS, range(9, 18)), (ALL_DAYS, [9, 10, 11, 13, 14, 15])),
    "nights off": ((ALL_DAYS, ALL_HOURS), (ALL_DAYS, range(8, 20))),
    "open at night": ((ALL_DAYS, range(8, 20)), (ALL_DAYS, ALL_HOURS)),
    "one shift": ((range(5), range(6, 22)), (range(5), range(6, 14))),
    "later": ((range(6), range(9, 18)), (range(6), range(12, 21))),
    "other days": ((range(5), range(8, 12)), ([1, 2, 5, 6], range(14, 20))),
}
OF_DAYS = [*CHANGES][:7]


def calendar(change, step, *, n_before=40, n_after=8, tz=None):
    """Return all labels, and the number of those before the change."""
    start = pd.Timestamp("2023-01-02")
    index = pd.date_range(start, periods=7 * (n_before + n_after), freq="D")
    if step != "D":
        index = pd.date_range(start, index[-1] + pd.Timedelta("23h"), freq=step)
    is_late = index >= start + pd.Timedelta(weeks=n_before)
    is_open = [
        index.day_of_week.isin(list(days))
        & ((step == "D") | index.hour.isin(list(hours)))
        for days, hours in CHANGES[change]
    ]
    kept = np.where(is_late, is_open[1], is_open[0])
    index, first = undeclared(index[kept]), int(kept[~is_late].sum())
    if tz == "UTC" or (tz and not (index.hour == 2).any()):
        return index.tz_localize(tz), first
    return index, first  # two o'clock does not exist when the clocks change


CASES = [(change, "D") for change in OF_DAYS]
CASES += [(change, "h") for change in CHANGES]
CASES += [(change, "15min") for change in [*CHANGES][3::3]]


@pytest.mark.sample(4)
@pytest.mark.parametrize(("change", "step"), CASES)
@pytest.mark.parametrize("tz", [None, "UTC", "Europe/Berlin"])
@pytest.mark.parametrize("n_before", [4, 40])
def test_the_latest_hours_continue_an_index(change, step, tz, n_before):
    index, first = calendar(change, step, n_before=n_before, tz=tz)
    n = 40 if step != "D" else 8
    late = np.flatnonzero(index >= index[first] + pd.Timedelta(days=23))
    for stop in late[:: max(1, len(late) // 5)].tolist():
        following = index[stop : stop + n]
        frequency = find_frequency(index[:stop])
        assert frequency.extend(index[stop - 1], len(following)).equals(following)
        assert frequency.contains(following).all()
        assert not frequency.had_no_row(index[first:]).any()


@pytest.mark.parametrize(("change", "step"), CASES)
def test_rows_since_the_change_are_consecutive(change, step):
    index, first = calendar(change, step)
    frequency = find_frequency(index)
    positions = frequency.positions(index)
    np.testing.assert_array_equal(np.diff(positions[first:]), 1)
    if not change.startswith("open"):  # a new day is soon open in all rows together
        assert not frequency.had_no_row(index).any()
        # Between the earlier and the later hours, at most one day is missing.
        assert np.count_nonzero(np.diff(positions) != 1) <= 1
    # Of several series, each is counted by its own rows.
    parts = index[10 : first + 5], index[first - 2 :], index[first + 2 :]
    starts = np.cumsum([0, *map(len, parts[:-1])])
    counted = frequency.positions(parts[0].append([*parts[1:]]), starts)
    for part, one in zip(parts, np.split(counted, starts[1:]), strict=True):
        expected = positions[index.get_indexer(part)]
        np.testing.assert_array_equal(np.diff(one), np.diff(expected))


@pytest.mark.parametrize("change", ["no Saturdays", "closes earlier", "nights off"])
def test_an_earlier_label_is_continued_with_the_hours_of_its_time(change):
    index, _ = calendar(change, "h")
    frequency = find_frequency(index)
    assert isinstance(frequency.rule, ChangedWeek)
    for row in range(100, len(index) - 60, 331):
        following = frequency.extend(index[row], 50)
        assert following.equals(index[row + 1 : row + 51])


@pytest.mark.parametrize("n_after", range(1, 6))
def test_three_weeks_are_needed(n_after):
    index, _ = calendar("no Saturdays", "D", n_after=n_after)
    offset = find_frequency(index).offset
    # The third Saturday without a row is not known before the Monday after it.
    assert (offset == pd.offsets.BusinessDay()) == (n_after > 3)


HOLIDAYS = {
    "Christmas": ("1224", "0106"),
    "three weeks in August": ("0801", "0821"),
    "a week in March": ("0310", "0317"),
}


@pytest.mark.sample(3)
@pytest.mark.parametrize("holidays", HOLIDAYS)
@pytest.mark.parametrize("n_weekdays", [5, 6, 7])
def test_holidays_are_no_change(holidays, n_weekdays):
    first, last = HOLIDAYS[holidays]
    days = pd.date_range("2020-01-01", "2022-12-31")
    day = days.strftime("%m%d")
    is_off = (day >= first) & (day <= last)
    if first > last:
        is_off = (day >= first) | (day <= last)
    days = days[~is_off & (days.day_of_week < n_weekdays)]
    for stop in range(200, len(days), 7):
        assert not isinstance(find_frequency(days[:stop]).rule, ChangedWeek)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("step", ["D", "h"])
def test_rows_lost_at_random_are_no_change(rate, step):
    whole = pd.date_range("2023-01-02", periods=300 if step == "D" else 4000, freq=step)
    if step == "h":
        whole = whole[whole.hour.isin(range(8, 20)) & (whole.day_of_week < 6)]
    for seed in range(20):
        rng = np.random.default_rng(seed)
        known = whole[: rng.integers(len(whole) // 3, len(whole))]
        index = undeclared(known[rng.random(len(known)) >= rate])
        assert not isinstance(find_frequency(index).rule, ChangedWeek)


def test_rows_lost_at_random_do_not_hide_a_change():
    index, _ = calendar("no Saturdays", "h", n_after=16)
    index = index[np.random.default_rng(0).random(len(index)) > 0.1]
    frequency = find_frequency(index)
    assert set(frequency.extend(index[-1], 24 * 10).day_of_week) == set(range(5))


MESSAGES = {
    "no Saturdays": ("D", "Since 2023-10-09, .*: no longer on Sat. The index"),
    "open on Sundays": ("D", "Since 2023-10-15, .*: now on Sun. The index"),
    "weekends off": ("h", "Since 2023-10-09, .*: no longer on Sat, Sun. The index"),
    "closes earlier": ("h", "Since 2023-10-09, .*: no longer at 16:00, 17:00. The"),
    "opens later": ("h", "Since 2023-10-09, .*: no longer at 09:00, 10:00. The"),
    "later": (
        "h",
        "Since 2023-10-09, .*: no longer at 09:00, 10:00, 11:00, "
        "and now at 18:00, 19:00, 20:00. The",
    ),
    "nights off": ("h", "Since .*: no longer at 00:00, 01:00, 02:00, 9 more. The"),
}


@pytest.mark.parametrize("change", MESSAGES)
@pytest.mark.parametrize("are_periods", [False, True])
def test_a_change_is_warned_about_once(change, are_periods):
    step, message = MESSAGES[change]
    index, _ = calendar(change, step, n_after=5 if change == "open on Sundays" else 8)
    if change == "open on Sundays":
        index, _ = calendar(change, step, n_before=60, n_after=5)
        message = message.replace("2023-10-15", "2024-03-03")
    index = index.to_period(step) if are_periods else index
    with pytest.warns(UserWarning, match=message) as caught:
        frequency_with_warnings(index)
    assert len(caught) == 1


def test_periods_change_too():
    index, _ = calendar("no Saturdays", "D")
    frequency = find_frequency(index[:-10].to_period("D"))
    assert frequency.extend(index[-11].to_period("D"), 10).equals(
        index[-10:].to_period("D")
    )
    assert frequency.offset == pd.offsets.Day()


def test_weekdays_change_in_universal_time():
    days = pd.date_range("2023-01-02", "2024-02-16")
    days = days[
        (days.day_of_week < 5) | (days.day_of_week == 5) & (days < "2023-12-01")
    ]
    times = [day + pd.Timedelta(hours=hour) for day in days for hour in range(9, 17)]
    index = pd.DatetimeIndex(times).tz_localize("America/New_York").tz_convert("UTC")
    frequency = find_frequency(index[:-30])
    assert frequency.extend(index[-31], 30).equals(index[-30:])
