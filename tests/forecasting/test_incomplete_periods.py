"""A first or last period that is not complete is reported; usual changes are not."""

import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import REAL, naive_pipe

from skseq import SequenceForecaster

DAYS = {"W": 700, "MS": 2400, "QS": 5000, "YS": 9000}


def visits(n_days, *, start="2010-01-01", seed=0):
    """Return daily counts with a season of a year and a trend."""
    days = pd.date_range(start, periods=n_days)
    level = 100 + 30 * np.sin(2 * np.pi * days.day_of_year / 365.25)
    level = level * np.exp(0.0002 * np.arange(n_days))
    counts = np.random.default_rng(seed).poisson(level)
    return pd.Series(counts, days, name="visits", dtype=float)


def reported(y, **params):
    """Fit and forecast, and return the warnings about incomplete periods."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        SequenceForecaster(naive_pipe(2), **params).fit(y).forecast()
    return [str(w.message) for w in caught if "period is not" in str(w.message)]


def whole_periods(freq):
    sums = visits(DAYS[freq]).resample(freq).sum()
    return sums[1:-1]


@pytest.mark.parametrize("season_length", ["auto", None])
@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("freq", DAYS)
def test_part_of_a_period_is_reported(freq, share, season_length):
    whole = whole_periods(freq)
    assert not reported(whole, season_length=season_length)
    for end, place in (("last", -1), ("first", 0)):
        y = whole.copy()
        y.iloc[place] *= share
        (text,) = reported(y, season_length=season_length)
        assert text.startswith(f"The {end} value of visits, {y.iloc[place]:.4g} at")
        assert str(y.index[place].date()) in text


def test_both_ends_are_reported():
    y = visits(2384, start="2010-01-25").resample("MS").sum()
    first, last = reported(y)
    assert first.startswith(f"The first value of visits, {y.iloc[0]:.4g} at")
    assert last.startswith(f"The last value of visits, {y.iloc[-1]:.4g} at")
    (text,) = reported(y[:-1])
    assert text.startswith("The first value")
    assert not reported(y[1:-1])


def test_the_first_period_is_reported_once():
    y = whole_periods("MS")
    y.iloc[0] *= 0.3
    fitted = SequenceForecaster(naive_pipe(2))
    with pytest.warns(UserWarning, match="The first value of visits"):
        fitted.fit(y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted.forecast()
        fitted.update(y[-1:].shift(freq="MS")).forecast()


def test_rows_of_update():
    y = whole_periods("MS")
    fitted = SequenceForecaster(naive_pipe(2)).fit(y[:-1]).update(0.3 * y[-1:])
    with pytest.warns(UserWarning, match="The last value of visits"):
        fitted.forecast()


def test_series_are_counted():
    y = whole_periods("MS")
    parts = {n: y.copy() for n in range(4)}
    for n in (1, 3):
        parts[n].iloc[-1] *= 0.3
    (text,) = reported(pd.concat(parts, names=["site", None]))
    assert "of series 1" in text and "The same applies to 1 other series." in text


def test_usual_falls_are_not_reported():
    for y in REAL.values():
        for end in range(len(y) - 5, len(y) + 1):
            assert not reported(y[:end].reset_index(drop=True))
    rng = np.random.default_rng(0)
    walks = np.exp(rng.normal(size=(60, 30)).cumsum(axis=0))
    found = [bool(reported(pd.Series(walk))) for walk in walks.T]
    assert sum(found) <= 1
    assert not reported(pd.Series(walks[:, 0] - 1))  # negative values
    assert not reported(pd.Series([5.0, 5, 5, 5, 5, 1]))  # too few


CURVES = {
    "line": lambda steps: 50 * steps,
    "root": np.sqrt,
    "saturation": lambda steps: 1 - np.exp(-steps / 8),
    "square": lambda steps: steps**2,
}


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
@pytest.mark.parametrize("noise", [0, 0.02])
def test_growth_from_a_small_start_is_not_reported(curve, noise):
    steps = np.arange(1, 41.0)
    for seed in range(5):
        factors = np.exp(np.random.default_rng(seed).normal(0, noise, 40))
        y = pd.Series(curve(steps) * factors, name="visits")
        assert not reported(y)
        assert not reported(y[::-1].reset_index(drop=True))
