"""The pipeline of a forecaster without one."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import months, seasonal, walk

from skseq import SequenceForecaster
from skseq._forecasting.default_pipeline import season_length
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
    assert season_length(find_frequency(index), index[-1]) == expected


def test_a_day_has_as_many_steps_as_opening_hours_hold():
    index = pd.date_range("2024-01-01", periods=3000, freq="30min")
    index = index[(index.hour >= 9) & (index.hour < 16) & (index.day_of_week < 5)]
    assert season_length(find_frequency(index), index[-1]) == 14


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (pd.RangeIndex(100), 1),
        (pd.timedelta_range("1h", periods=100, freq="h"), 1),
        (pd.period_range("2000-01", periods=100, freq="M"), 12),
        (pd.period_range("2000-01", periods=100, freq="D"), 7),
    ],
)
def test_season_of_labels_that_are_no_dates(index, expected):
    assert season_length(find_frequency(index), index[-1]) == expected


@pytest.mark.parametrize(
    ("n_rows", "horizon", "expected"),
    [(200, 1, 24), (200, 12, 24), (200, 24, 30), (40, 12, 9), (20, 5, 6)],
)
def test_windows_hold_two_seasons_if_the_rows_allow(n_rows, horizon, expected):
    fitted = SequenceForecaster(horizon=horizon).fit(walk(n_rows))
    assert fitted.estimator_["window"].time_steps == expected
    assert len(fitted.forecast()) == horizon


def test_it_is_accurate_and_the_same_each_time():
    y = seasonal(120) + np.arange(120) / 20
    y = y + np.random.default_rng(1).normal(0, 0.05, size=120)
    one, other = (SequenceForecaster(horizon=12).fit(y[:108]) for _ in range(2))
    pd.testing.assert_series_equal(one.forecast(), other.forecast())
    errors = np.abs(one.forecast() - y[108:])
    seasonal_errors = np.abs(y[96:108].to_numpy() - y[108:])
    assert errors.mean() < seasonal_errors.mean() / 2


def test_arrays_have_windows_of_twelve_steps():
    fitted = SequenceForecaster().fit(walk(100).to_numpy())
    assert fitted.estimator_["window"].time_steps == 12
    index = months(100)
    assert SequenceForecaster().fit(walk(100)).freq_ == index.freq
