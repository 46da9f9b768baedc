"""Unusual values in the windows of a forecast are reported; usual ones are not."""

import re
import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import REAL, naive_pipe

from skseq import SequenceForecaster
from skseq.exceptions import RangeWarning

FREQUENCIES = {7: "D", 12: "MS", 24: "h", 4: "QS"}


def seasonal(season, n_seasons=12, seed=0):
    """Return a series with a trend, a season and noise; the last season is cut off."""
    n = n_seasons * season - season // 2
    rng = np.random.default_rng(seed)
    swing = 1 + 0.4 * np.sin(2 * np.pi * np.arange(n) / season)
    values = (200 + 30 / season * np.arange(n)) * swing * rng.normal(1, 0.03, n)
    index = pd.date_range("2020-01-01", periods=n, freq=FREQUENCIES[season])
    return pd.Series(values, index, name="sales")


def unusual(y, time_steps=None, **params):
    """Forecast, and return the warnings about unusual values."""
    pipe = naive_pipe(time_steps or 2 * params.get("season_length", 6))
    fitted = SequenceForecaster(pipe, horizon=2, **params).fit(y)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted.forecast()
    texts = [str(one.message) for one in caught]
    return [text for text in texts if "from which the forecast is made" in text]


@pytest.mark.sample(2)
@pytest.mark.parametrize("season", FREQUENCIES)
@pytest.mark.parametrize("factor", [0, 0.1, 3])
@pytest.mark.parametrize("log", [False, "auto"])
def test_an_outage_in_the_latest_window_is_reported(season, factor, log):
    y = seasonal(season)
    assert not unusual(y, season_length=season, log=log)
    cases = product((1, 2, season // 2), (2, season, 2 * season - 1))
    for n_days, n_after in [*cases][::2]:
        days = slice(len(y) - n_after - n_days, len(y) - n_after)
        closed = y.copy()
        closed.iloc[days] *= factor
        (text,) = unusual(closed + 1, season_length=season, log=log)
        assert f"at {y.index[days.start]}, but was" in text
        n_unusual = re.search(r"contain (\d+) values? so far from those", text)[1]
        assert int(n_unusual) == days.stop - max(days.start, len(y) - 2 * season)


def test_the_advice_helps():
    y = seasonal(7)
    days = slice(-6, -3)
    closed = y.copy()
    closed.iloc[days] = 0
    assert unusual(closed, season_length=7)
    replaced = closed.copy()
    replaced.iloc[days] = y.shift(7).iloc[days]
    assert not unusual(replaced, season_length=7)


@pytest.mark.parametrize("season", FREQUENCIES)
def test_what_comes_back_is_usual(season):
    y = seasonal(season)
    y.iloc[[-3, -3 * season - 3, -6 * season - 3]] *= 0.1
    assert not unusual(y, season_length=season)


@pytest.mark.parametrize("season", FREQUENCIES)
@pytest.mark.parametrize("factor", [0.2, 3])
def test_a_new_level_is_not_unusual(season, factor):
    for n_after in range(1, 4 * season, 1 + season // 4):
        y = seasonal(season, n_seasons=16)
        y.iloc[-n_after:] *= factor
        assert not unusual(y, season_length=season)


@pytest.mark.parametrize("n_after", range(1, 12))
def test_a_new_level_without_a_season_is_not_unusual(n_after):
    y = pd.Series(100 + np.random.default_rng(0).normal(size=80))
    y.iloc[-n_after:] += 50
    assert not unusual(y, 6)


def test_an_outage_before_the_window_is_not_reported():
    y = seasonal(7)
    y.iloc[-20:-17] = 0
    assert unusual(y, 21, season_length=7)
    assert not unusual(y, 7, season_length=7)


def test_a_run_without_a_season_is_reported():
    rng = np.random.default_rng(0)
    index = pd.date_range("2020", periods=80, freq="YS")
    y = pd.Series(100 + rng.normal(size=80), index)
    y.iloc[-5:-3] = 50
    (text,) = unusual(y, 6)
    assert "2 values so far from the values before" in text
    assert "interpolated" in text


def test_series_and_targets_are_named_and_counted():
    y = pd.concat({n: seasonal(7, seed=n) for n in range(4)}, names=["shop", "day"])
    frame = pd.DataFrame({"visits": y, "sales": 2 * y})
    assert not unusual(frame, season_length=7)
    days = y.index.get_level_values("day").unique()[-6:-3]
    frame.loc[(slice(2, 3), days), "sales"] = 1.0
    (text,) = unusual(frame, season_length=7)
    assert f"sales is 1 at {days[0]} of series 2, but was" in text
    assert "applies to 1 other series" in text
    frame.loc[(3, days), "visits"] = 1.0
    assert "applies to 1 other series" in unusual(frame, season_length=7)[0]


def test_two_targets_of_one_series_are_one_series():
    y = seasonal(7)
    y.iloc[-6:-3] = 0
    frame = pd.DataFrame({"visits": y, "sales": 2 * y})
    assert "other series" not in unusual(frame, season_length=7)[0]


@pytest.mark.parametrize("n_days", [8, 10])
def test_an_outage_that_began_before_the_window_is_described(n_days):
    y = seasonal(7, n_seasons=50)
    y.iloc[-11 - n_days : -11] = 0
    (text,) = unusual(y, season_length=7)
    first, usual = y.index[[-11 - n_days, -18 - n_days]]
    assert f"sales is 0 at {first}, but was {y[usual]:.4g} at {usual}" in text


@pytest.mark.sample(3)
@pytest.mark.parametrize(("rate", "season", "n"), [(0.02, 12, 240), (0.03, 4, 120)])
@pytest.mark.parametrize("noise", [0.05, 0.15])
@pytest.mark.parametrize("log", [False, "auto"])
def test_growth_by_a_percentage_is_usual(rate, season, n, noise, log):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        swing = 1 + 0.3 * np.sin(2 * np.pi * np.arange(n) / season)
        values = 100 * (1 + rate) ** np.arange(n) * swing * rng.lognormal(0, noise, n)
        index = pd.date_range("1960", periods=n, freq=FREQUENCIES[season])
        assert not unusual(pd.Series(values, index), season_length=season, log=log)


def test_values_of_update_are_compared():
    y = seasonal(7)
    fitted = SequenceForecaster(naive_pipe(14), season_length=7).fit(y[:-10])
    fitted.forecast()
    later = y[-10:].copy()
    later.iloc[3:6] = 0
    fitted.update(later)
    with pytest.warns(RangeWarning, match="3 values so far"):
        fitted.forecast()


@pytest.mark.parametrize("y", REAL.values(), ids=REAL)
def test_real_series_are_usual(y):
    for end in range(len(y) // 2, len(y), max(len(y) // 20, 1)):
        assert not unusual(y[:end], 24)


@pytest.mark.parametrize("season", FREQUENCIES)
def test_rows_may_be_missing(season):
    y = seasonal(season)
    for n_missing in (1, season, 3 * season):
        whole = y.drop(y.index[-3 * season - n_missing : -3 * season])
        assert not unusual(whole, season_length=season)
        closed = whole.copy()
        closed.iloc[-4:-2] = 0
        assert len(unusual(closed, season_length=season)) <= 1
