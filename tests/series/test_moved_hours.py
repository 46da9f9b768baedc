"""Opening hours in another time zone move by an hour when the clocks change.

The oracle is the same index in local time, in which the hours never move.
"""

import numpy as np
import pandas as pd
import pytest
from frequencies import bars, frequency_with_warnings, kept_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from skseq._series.frequency import find_frequency

EXCHANGES = {
    "America/New_York": ("09:30", "16:00"),
    "Europe/London": ("08:00", "16:30"),
    "Australia/Sydney": ("10:00", "16:00"),
    "Asia/Tokyo": ("09:00", "15:00"),
}
WITHOUT_CHANGES = "Asia/Tokyo"
LENGTHS = [15, 30, 60]
DAYS = pd.bdate_range("2022-01-03", "2023-06-30")
HALF_DAYS = [20, 61, 62, 130, 230, 231, 257, 280, 319, 350]


def local_bars(zone, length, days=DAYS, half_days=(), saturdays=False):
    """Return bars in local time, with half days by their number."""
    opens, closes = (
        pd.Timedelta(f"{time}:00") // pd.Timedelta("1min") for time in EXCHANGES[zone]
    )
    if saturdays:
        days = pd.date_range(days[0], days[-1])
        days = days[days.day_of_week < 6]
    whole = bars(days, range(opens, closes, length)).tz_localize(zone)
    n_minutes = whole.hour * 60 + whole.minute
    is_short = whole.normalize().tz_localize(None).isin(days[list(half_days)])
    is_short |= whole.day_of_week == 5
    return whole[~is_short | (n_minutes < (opens + closes) // 2)]


def rows_beside_changes(local, zone="UTC"):
    """Return which rows are in the last session before a change, or the first after."""
    days = local.tz_localize(None).normalize()
    abroad = local.tz_convert(zone).tz_localize(None)
    late = pd.Series(abroad - local.tz_localize(None)).groupby(days).first()
    has_changed = late.diff().fillna(pd.Timedelta(0)) != pd.Timedelta(0)
    is_beside = has_changed | has_changed.shift(-1, fill_value=False)
    return is_beside.loc[days].to_numpy()


def assert_continued_as_in_local_time(local, index, rows):
    """Compare the labels that follow some rows, as many as a Saturday has."""
    n = int(pd.Series(local.day_of_week).groupby(local.date).size().quantile(0.1))
    fitted, oracle = find_frequency(index), find_frequency(local)
    for row in rows:
        expected = oracle.extend(local[row], n)
        following = fitted.extend(index[row], n)
        assert (following == expected).all(), index[row]
        assert following.dtype == index.dtype
        assert fitted.contains(following).all()
        assert fitted.is_consecutive(index[row : row + 1].append(following))


@pytest.mark.sample(6)
@pytest.mark.parametrize("zone", EXCHANGES)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("half_days", [(), HALF_DAYS], ids=["whole", "half days"])
@pytest.mark.parametrize("abroad", ["UTC", "America/New_York"])
def test_labels_follow_as_in_local_time(zone, length, half_days, abroad):
    local = local_bars(zone, length, half_days=half_days)
    is_beside = rows_beside_changes(local, abroad)
    rows = np.flatnonzero(~is_beside)[:: 43 if length == 60 else 149]
    # Half days are the last and the last but one session of these rows.
    ends = np.flatnonzero(np.diff(local.day_of_week) != 0)
    beside = [row for row in ends if not is_beside[row]][::15]
    rows = np.concatenate([rows, beside, [len(local) - 1]])
    assert_continued_as_in_local_time(local, local.tz_convert(abroad), rows)


@pytest.mark.sample(2)
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London"])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("first", ["2022-01-03", "2022-07-01"])
def test_the_first_session_after_a_change_shows_it(zone, length, first):
    days = DAYS[DAYS.slice_indexer(first)]
    local = local_bars(zone, length, days)
    starts = np.flatnonzero(np.diff(local.day_of_week, prepend=-1) != 0)
    is_beside = rows_beside_changes(local)[starts]
    for number in np.flatnonzero(is_beside[:-3])[1::2]:  # the first after each change
        stop = starts[number + 1]
        known, n = local[:stop], starts[number + 3] - stop
        # The last row of the session, whatever is known of later ones.
        for index in (known, local):
            frequency = find_frequency(index.tz_convert("UTC"))
            following = frequency.extend(known[-1].tz_convert("UTC"), n)
            assert (following == local[stop : stop + n]).all()
        is_earlier = local[stop - 1].dst() > pd.Timedelta(0)
        if is_earlier:  # its first row is outside the usual hours
            row = starts[number]
            frequency = find_frequency(local[: row + 1].tz_convert("UTC"))
            following = frequency.extend(local[row].tz_convert("UTC"), n)
            assert (following == local[row + 1 : row + 1 + n]).all()


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London"])
def test_saturdays_may_be_shorter(zone):
    local = local_bars(zone, 60, saturdays=True)
    rows = np.flatnonzero(~rows_beside_changes(local))[::29]
    assert_continued_as_in_local_time(local, local.tz_convert("UTC"), rows)


def test_currencies_trade_from_sunday_to_friday():
    hours = pd.date_range("2022-01-03", "2023-06-30", freq="h", tz="America/New_York")
    day, hour = hours.day_of_week, hours.hour
    is_open = (day < 4) | ((day == 4) & (hour < 17)) | ((day == 6) & (hour >= 17))
    local = hours[is_open]
    # A session is a week here, and its hours are known to be later when it ends.
    week = (local.tz_localize(None) + pd.Timedelta("7h")).to_period("W")
    late = local.tz_localize(None) - local.tz_convert("UTC").tz_localize(None)
    late = pd.Series(late).groupby(week).last()
    has_changed = late.diff().fillna(pd.Timedelta(0)) != pd.Timedelta(0)
    is_beside = has_changed | has_changed.shift(-1, fill_value=False)
    rows = np.flatnonzero(~is_beside.loc[week].to_numpy())[::29]
    assert_continued_as_in_local_time(local, local.tz_convert("UTC"), rows)


@settings(max_examples=12)
@given(
    zone=st.sampled_from(["America/New_York", "Europe/London"]),
    length=st.sampled_from(LENGTHS),
    n_days=st.integers(200, len(DAYS)),
    n_lost=st.integers(1, 3),
    data=st.data(),
)
def test_rows_may_be_missing_in_the_latest_session(zone, length, n_days, n_lost, data):
    local = local_bars(zone, length, DAYS[:n_days])
    if rows_beside_changes(local)[-1]:
        return
    per_day = len(local) // n_days
    first = data.draw(st.integers(0, per_day - n_lost - 1), label="first lost")
    lost = np.arange(n_lost) + len(local) - per_day + first
    local = local[kept_rows(len(local), lost)]
    rows = [len(local) - 1, len(local) - per_day]
    assert_continued_as_in_local_time(local, local.tz_convert("UTC"), rows)


@pytest.mark.sample(4)
@pytest.mark.parametrize("zone", EXCHANGES)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("half_days", [(), HALF_DAYS], ids=["whole", "half days"])
def test_seasons_are_counted_as_in_local_time(zone, length, half_days):
    local = local_bars(zone, length, half_days=half_days)
    index = local.tz_convert("UTC")
    fitted, oracle = find_frequency(index), find_frequency(local)
    steps, expected = (
        one.season_steps(labels, one.positions(labels))
        for one, labels in ((fitted, index), (oracle, local))
    )
    np.testing.assert_array_equal(steps - steps[0], expected - expected[0])


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London"])
@pytest.mark.parametrize("n_fitted", [40, 120, 250])
def test_the_hours_may_move_after_fit(zone, n_fitted):
    local = local_bars(zone, 30)
    index, per_day = local.tz_convert("UTC"), len(local) // len(DAYS)
    frequency = find_frequency(index[: n_fitted * per_day])
    is_beside = rows_beside_changes(local)
    for stop in range(n_fitted * per_day, len(index) - 13, 13 * per_day + 3):
        if is_beside[stop - 1]:
            continue
        following = frequency.with_moves(index[:stop]).extend(index[stop - 1], 13)
        assert (following == index[stop : stop + 13]).all()


@pytest.mark.sample(2)
@pytest.mark.parametrize("rate", [0.05, 0.15, 0.3])
@pytest.mark.parametrize("seed", range(3))
def test_labels_are_consecutive_where_rows_are_lost_at_random(rate, seed):
    index = local_bars("America/New_York", 30).tz_convert("UTC")
    index = index[np.random.default_rng(seed).random(len(index)) > rate]
    frequency = find_frequency(index)
    for row in range(0, len(index), 101):
        following = frequency.extend(index[row], 40)
        assert frequency.is_consecutive(index[row : row + 1].append(following))


def moved(index):
    """Return whether the hours of an index move, by its frequency."""
    return bool(getattr(find_frequency(index).rule, "moves", ()))


@pytest.mark.sample(3)
@pytest.mark.parametrize("zone", EXCHANGES)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("rate", [0, 0.1])
def test_hours_do_not_move_in_local_time(zone, length, rate):
    local = local_bars(zone, length, half_days=HALF_DAYS)
    kept = np.random.default_rng(0).random(len(local)) >= rate
    assert not moved(local[kept])
    assert not moved(local[kept].tz_localize(None))
    if zone == WITHOUT_CHANGES:
        assert not moved(local[kept].tz_convert("UTC"))


WARNED = [("America/New_York", "UTC"), ("America/New_York", "Europe/London")]
WARNED += [("Europe/London", None), ("Australia/Sydney", "UTC")]


@pytest.mark.sample(3)
@pytest.mark.parametrize(("zone", "abroad"), WARNED)
@pytest.mark.parametrize("length", LENGTHS)
def test_moved_hours_are_warned_of_once(zone, abroad, length):
    index = local_bars(zone, length, half_days=HALF_DAYS).tz_convert(abroad)
    index = index if abroad else index.tz_localize(None)
    with pytest.warns(UserWarning, match="hours in the index of X move") as caught:
        frequency = frequency_with_warnings(index)
    assert len(caught) == 1
    message = str(caught[0].message)
    convert = 'tz_convert("America/New_York")'
    assert f"X.{convert}." in message or f"X.tz_localize('UTC').{convert}." in message
    # The offset of the same whole hours of each day would not generate the labels.
    assert frequency.offset == pd.tseries.frequencies.to_offset(f"{length}min")


def test_the_warning_names_the_date_and_the_hours():
    index = local_bars("America/New_York", 30).tz_convert("UTC")
    message = (
        "until 2023-03-13, the first and last rows of a session were at 14:30 and "
        "20:30, since then they are at 13:30 and 19:30"
    )
    with pytest.warns(UserWarning, match=message):
        frequency_with_warnings(index)


@pytest.mark.parametrize("n_after", range(5))
def test_a_change_is_warned_about_after_a_few_sessions(n_after):
    days = DAYS[: np.flatnonzero(DAYS == "2022-03-14")[0] + n_after]
    index = local_bars("America/New_York", 30, days).tz_convert("UTC")
    if n_after < 3:
        frequency_with_warnings(index)  # warnings are errors
        return
    with pytest.warns(UserWarning, match="until 2022-03-14"):
        frequency_with_warnings(index)


@pytest.mark.sample(2)
@pytest.mark.parametrize("zone", EXCHANGES)
@pytest.mark.parametrize("length", LENGTHS)
def test_half_days_and_lost_rows_are_not_warned_of(zone, length):
    local = local_bars(zone, length, half_days=HALF_DAYS)
    n_rows = len(local)
    for lost in (range(n_rows - 40, n_rows, 9), range(100, n_rows, 997), [0, 1]):
        frequency_with_warnings(local[kept_rows(n_rows, lost)])
    frequency_with_warnings(local_bars(WITHOUT_CHANGES, length).tz_convert("UTC"))


@pytest.mark.sample(2)
@pytest.mark.parametrize("rate", [0.02, 0.1, 0.2])
@pytest.mark.parametrize("hours", [range(8), range(8, 20), [9, 10, 11, 14, 15, 16, 17]])
def test_rows_lost_at_random_do_not_move_hours(rate, hours):
    whole = pd.date_range("2024-01-01", periods=24 * 60, freq="h")
    whole = whole[whole.hour.isin(hours)] - pd.Timedelta("2h")  # some are at night
    for seed in range(20):
        kept = np.random.default_rng(seed).random(len(whole)) >= rate
        assert not moved(whole[kept])
