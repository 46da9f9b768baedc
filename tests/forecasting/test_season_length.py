"""The number of steps in a season, by the frequency of the index."""

import pandas as pd
import pytest

from skseq._forecasting.known.table import Table
from skseq._forecasting.target.season_length import steps_in_week, usual_season
from skseq._series.frequency import find_frequency


@pytest.mark.parametrize(
    ("freq", "expected"),
    [
        *[("15min", 96), ("30min", 48), ("h", 24), ("6h", 4), ("D", 7), ("B", 5)],
        *[("W", 52), ("W-SAT", 52), ("SMS", 24), ("MS", 12), ("ME", 12), ("BME", 12)],
        *[("QS", 4), ("QE-JAN", 4), ("YS", 1), ("2MS", 6), ("C", 5)],
        *[("min", 1), ("s", 1), ("bh", 8), ("7h", 1), ("2D", 1)],
    ],
)
@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_season_of_a_frequency(freq, expected, zone):
    index = pd.date_range("2024-01-01", periods=100, freq=freq, tz=zone)
    assert usual_season(find_frequency(index), index[-1]) == expected


@pytest.mark.parametrize(
    ("start", "freq", "expected"),
    [("2000", "YS", 1), ("2000", "10YS", 1), ("2261", "MS", 12), ("2262-04", "D", 7)],
)
def test_the_season_is_found_beyond_the_last_nanosecond(start, freq, expected):
    index = pd.date_range(start, periods=10, freq=freq).as_unit("ns")
    assert usual_season(find_frequency(index), index[-1]) == expected


DAYS_WITH_NEW_CLOCKS = {
    "Europe/Berlin": ["2025-03-30", "2025-10-26"],
    "America/New_York": ["2025-03-09", "2025-11-02"],
    "Australia/Sydney": ["2025-04-06", "2025-10-05"],
}


@pytest.mark.parametrize(
    ("freq", "in_day"), [("15min", 96), ("20min", 72), ("30min", 48), ("h", 24)]
)
@pytest.mark.parametrize("zone", DAYS_WITH_NEW_CLOCKS)
@pytest.mark.parametrize("days_before", [-1, 0, 1, 2, 6, 10])
def test_a_clock_change_does_not_hide_the_season(freq, in_day, zone, days_before):
    for day in DAYS_WITH_NEW_CLOCKS[zone]:
        end = pd.Timestamp(f"{day} 12:00", tz=zone) - pd.Timedelta(days=days_before)
        index = pd.date_range(end=end, periods=300, freq=freq)
        table = Table.of(pd.DataFrame({"y": range(300)}, index))
        season = usual_season(table.frequency, index[-1])
        assert (season, steps_in_week(table, season)) == (in_day, 7 * in_day)


def test_a_day_has_as_many_steps_as_opening_hours_hold():
    index = pd.date_range("2024-01-01", periods=3000, freq="30min")
    index = index[(index.hour >= 9) & (index.hour < 16) & (index.day_of_week < 5)]
    assert usual_season(find_frequency(index), index[-1]) == 14


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (pd.period_range("2000-01", periods=100, freq="M"), 12),
        (pd.period_range("2000-01", periods=100, freq="D"), 7),
    ],
)
def test_season_of_periods(index, expected):
    assert usual_season(find_frequency(index), index[-1]) == expected
