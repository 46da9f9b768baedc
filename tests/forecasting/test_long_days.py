"""Fit warns once of a day of too many steps to be found as the season."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, naive_pipe
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skseq import SequenceForecaster
from skseq._forecasting.known.table import Table
from skseq._forecasting.target.season_length import warn_about_long_day
from skseq.model_selection import ForecastSplit, backtest


def of_steps(freq, n, tz=None):
    index = pd.date_range("2025-03-28", periods=n, freq=freq, tz=tz)
    noise = np.random.default_rng(0).normal(size=n)
    return pd.Series(noise + 5 * np.sin(np.arange(n) * np.pi / 72), index, name="y")


def office_hours(n_days):
    y = of_steps("min", n_days * 24 * 60)
    return y[(y.index.hour >= 9) & (y.index.hour < 16) & (y.index.day_of_week < 5)]


LONG = {
    "10min": (of_steps("10min", 3 * 144), 144),
    "clock change": (of_steps("10min", 3 * 144, "Europe/Berlin"), 144),
    "5min": (of_steps("5min", 5 * 288), 288),
    "1min": (of_steps("min", 3 * 1440), 1440),
    "periods": (of_steps("10min", 500).to_period(), 144),
    "office": (office_hours(12), 420),
    "several": (pd.concat({n: of_steps("10min", 500) for n in "ab"}), 144),
    "gaps": (of_steps("10min", 1000).drop(of_steps("10min", 600).index[500:]), 144),
}


@pytest.mark.parametrize("kind", LONG)
def test_the_number_of_steps_in_a_long_day_is_named(kind):
    y, n_steps = LONG[kind]
    with pytest.warns(UserWarning, match=f"{n_steps} steps a day.*=None") as caught:
        warn_about_long_day(Table.of(y.to_frame()))
    assert f"Set season_length={n_steps}, " in str(caught[0].message)


@pytest.mark.parametrize(
    "y",
    [
        of_steps("15min", 1000),
        of_steps("D", 500),
        of_steps("YS", 100),
        of_steps("10min", 3 * 144 - 1),  # too few days to show a season
        of_steps("7h", 1000),  # days of different numbers of steps
        of_steps("10min", 1000).reset_index(drop=True),
    ],
    ids=["short day", "days", "years", "few", "unequal", "numbers"],
)
def test_other_seasons_are_not_warned_of(y):
    warn_about_long_day(Table.of(y.to_frame()))


def test_fit_warns_unless_the_season_is_set_or_not_used():
    y = LONG["10min"][0]
    with pytest.warns(UserWarning, match="144 steps a day") as caught:
        fitted = SequenceForecaster(horizon=2).fit(y)
        fitted.forecast(coverage=0.5)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    for season_length in (144, None, 1):
        SequenceForecaster(horizon=2, season_length=season_length).fit(y)
    forecaster(naive_pipe()).fit(y)  # removes no season of a single series
    with pytest.warns(UserWarning, match="144 steps a day"):
        forecaster(naive_pipe()).fit(LONG["several"][0])
    with pytest.raises(ValueError, match="Set season_length"):
        forecaster(naive_pipe(), deseasonalize=True).fit(y)


def test_a_search_and_a_backtest_warn_once():
    y = LONG["several"][0]
    with pytest.warns(UserWarning, match="144 steps a day") as caught:
        backtest(forecaster(naive_pipe(), horizon=1), y=y, cv=ForecastSplit(3))
    assert len(caught) == 1
    y, parts = y["a"], TimeSeriesSplit(2, test_size=2)
    search = GridSearchCV(SequenceForecaster(), {"horizon": [2, 3]}, cv=parts)
    with pytest.warns(UserWarning, match="144 steps a day") as caught:
        search.fit(y.to_frame(), y)
    assert len(caught) == 1
