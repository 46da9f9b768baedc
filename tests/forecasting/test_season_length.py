"""The number of steps in a season, by the frequency of the index."""

import pandas as pd
import pytest

from skseq._forecasting.season_length import usual_season
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
