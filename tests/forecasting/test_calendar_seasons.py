"""Seasons of the calendar keep their phase after holidays and clock changes."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower

BY_WEEKDAY = np.array([100.0, 108, 102, 114, 76, 60, 50])
HOLIDAYS = pd.to_datetime(
    ["2022-04-15", "2022-05-26", "2022-10-03", "2022-12-26", "2023-04-07", "2023-05-01"]
)


def weekdays(n_open, *, with_holidays=True):
    days = pd.date_range("2022-01-03", "2023-06-30")
    days = days[days.day_of_week < n_open]
    return days.difference(HOLIDAYS) if with_holidays else days


def declared():
    offset = pd.offsets.CustomBusinessDay(holidays=list(HOLIDAYS))
    return pd.date_range("2022-01-03", "2023-06-30", freq=offset)


def opening_hours():
    hours = pd.date_range("2022-01-03", "2022-12-31", freq="h")
    is_open = (hours.hour >= 9) & (hours.hour < 17) & (hours.day_of_week < 5)
    return hours[is_open & ~hours.normalize().isin(HOLIDAYS)]


def local_hours(zone):
    return pd.date_range("2023-01-02", "2023-12-20", freq="h", tz=zone)


def by_weekday(index):
    return BY_WEEKDAY[index.day_of_week]


def by_hour(index):
    return 100 + 20 * np.sin(index.hour / 24 * 2 * np.pi) + index.hour**2 / 10


CALENDARS = {
    "business days": (weekdays(5), by_weekday, 5),
    "six days": (weekdays(6), by_weekday, 6),
    "declared holidays": (declared(), by_weekday, 5),
    "without holidays": (weekdays(5, with_holidays=False), by_weekday, 5),
    "opening hours": (opening_hours(), by_hour, 8),
    "hours": (local_hours(None), by_hour, 24),
    "hours in Berlin": (local_hours("Europe/Berlin"), by_hour, 24),
    "hours in New York": (local_hours("America/New_York"), by_hour, 24),
    "half hours on Lord Howe": (
        local_hours("Australia/Lord_Howe").repeat(2)
        + pd.to_timedelta(np.resize([0, 30], 2 * len(local_hours(None))), unit="min"),
        by_hour,
        48,
    ),
}


@pytest.fixture(params=CALENDARS)
def calendar(request):
    """Return a series with a season of the calendar, and the season."""
    index, season_of, season = CALENDARS[request.param]
    noise = np.random.default_rng(0).normal(0, 1e-3, len(index))
    y = pd.Series(season_of(index) + noise, index, name="sales")
    return y, season


def forecaster(season, **params):
    pipe = make_pipeline(SequenceWindower(3), NaiveRegressor("last"))
    return SequenceForecaster(pipe, horizon=season, deseasonalize=True, **params)


def split(y, n_test):
    return y.iloc[:-n_test], y.iloc[-n_test:]


# Away from the last rows, so that the last clock change or holiday is behind them.
@pytest.mark.parametrize("n_test", [20, 60, 200])
def test_a_forecast_follows_the_calendar(calendar, n_test):
    y, season = calendar
    train, test = split(y, n_test)
    fitted = forecaster(season).fit(train)
    assert fitted.season_length_ == season
    forecast = fitted.forecast()
    assert forecast.index[0] == test.index[0]
    known = forecast.index.intersection(test.index)
    assert_allclose(forecast[known], test[known], atol=0.1)


def test_an_updated_forecaster_follows_it_too(calendar):
    y, season = calendar
    train, later = split(y, len(y) // 2)
    new, test = split(later, season)
    forecast = forecaster(season).fit(train).update(new).forecast()
    known = forecast.index.intersection(test.index)
    assert_allclose(forecast[known], y[known], atol=0.2)


def test_predictions_of_known_rows_follow_it_too(calendar):
    y, season = calendar
    fitted = forecaster(season).fit(y)
    rows = y.iloc[2 * season :]
    assert_allclose(fitted.predict(rows.to_frame()[[]]), rows, atol=0.2)


def test_each_series_of_a_panel_has_its_own_holidays():
    first, second = weekdays(5), weekdays(5, with_holidays=False)
    y = pd.concat(
        {name: pd.Series(by_weekday(i), i) for name, i in [("a", first), ("b", second)]}
    )
    noise = np.random.default_rng(0).normal(0, 1e-3, len(y))
    forecast = forecaster(5).fit(y + noise).forecast()
    expected = by_weekday(forecast.index.get_level_values(1))
    assert_allclose(forecast, expected, atol=0.1)


def test_rows_count_where_gaps_are_ignored():
    index = weekdays(5)
    y = pd.Series(np.resize(BY_WEEKDAY[:5], len(index)), index)
    y += np.random.default_rng(0).normal(0, 1e-3, len(y))
    pipe = make_pipeline(SequenceWindower(3, gaps="ignore"), NaiveRegressor("last"))
    fitted = SequenceForecaster(pipe, horizon=5, deseasonalize=True).fit(y[:-5])
    assert_allclose(fitted.forecast(), y[-5:], atol=0.1)


def test_intervals_follow_it():
    y = pd.Series(by_weekday(weekdays(5)), weekdays(5))
    y += np.random.default_rng(0).normal(0, 1, len(y))
    intervals = forecaster(5).fit(y[:-5]).forecast(coverage=0.9)
    # Of a difference of two normal variables: 2 * 1.645 * sqrt(2) = 4.65.
    assert (intervals.iloc[:, -1] - intervals.iloc[:, -2]).max() < 7


ZONES = ["Europe/Berlin", "Europe/Athens", "America/Denver", "America/New_York"]


@pytest.mark.sample(2)
@pytest.mark.parametrize("zone", [*ZONES, "Atlantic/Azores", "Asia/Kolkata"])
@pytest.mark.parametrize("hours", [3, 4, 6, 8])
def test_a_clock_change_is_no_step_of_several_hours(zone, hours):
    index = pd.date_range("2024-01-01", "2024-05-20", freq=f"{hours}h", tz="UTC")
    season = 24 // hours
    pattern = np.array([0.0, 100, 200, -100, 50, -200, 30, -80])[:season]
    noise = np.random.default_rng(0).normal(0, 1e-3, len(index))
    values = pattern[np.arange(len(index)) % season] + noise
    y = pd.Series(values, index.tz_convert(zone))
    forecast = forecaster(season).fit(y[:-season]).forecast()
    assert_allclose(forecast, y[-season:], atol=0.1)


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Africa/Cairo", "2024-04-25 12:00"),
        ("America/Santiago", "2024-09-07 15:00"),
        ("Asia/Beirut", "2024-03-30 17:00"),
    ],
)
def test_clocks_may_change_at_midnight(zone, end):
    index = pd.date_range(end=pd.Timestamp(end, tz=zone), periods=300, freq="h")
    y = pd.Series(by_hour(index), index)
    y += np.random.default_rng(0).normal(0, 1e-3, len(y))
    pipe = make_pipeline(SequenceWindower(3), NaiveRegressor("last"))
    fitted = SequenceForecaster(pipe, horizon=24, deseasonalize=True).fit(y)
    assert fitted.season_length_ == 24
    forecast = fitted.forecast()
    assert_allclose(forecast, by_hour(forecast.index), atol=0.2)
