"""Forecasts far from all known values are reported; usual forecasts are not."""

import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import REAL, linear_pipe, months, walk

from skseq import SequenceForecaster
from skseq.exceptions import RangeWarning


def explosive(rate, n=40):
    """Return an alternating series that grows: an exact linear map continues it."""
    values = (-rate) ** np.arange(n)
    return pd.Series(values, months(n), name="rate")


def fit_recursive(y, **params):
    return SequenceForecaster(linear_pipe(), strategy="recursive", **params).fit(y)


def far_warnings(forecaster, steps=None):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        forecaster.forecast(steps)
    return [str(w.message) for w in caught if "from all known" in str(w.message)]


@pytest.mark.parametrize("shift", [0, 1e4])
@pytest.mark.parametrize("scale", [1e-6, 1, 1e6])
def test_a_forecast_that_explodes_is_reported_in_every_unit(scale, shift):
    forecaster = fit_recursive(scale * (explosive(1.05) + shift), log=False)
    assert not far_warnings(forecaster, 6)
    (text,) = far_warnings(forecaster, 40)
    assert "their series than these are from each other. The first is" in text
    assert "but rate was always between" in text
    assert "log=False" not in text


def test_the_logarithms_of_a_forecast_are_far():
    y = pd.Series(np.exp(explosive(1.05, 60)), name="rate")
    forecaster = fit_recursive(y[:40], log=True)
    n_near = next(n for n in range(1, 40) if far_warnings(forecaster, n)) - 1
    (text,) = far_warnings(forecaster, n_near + 1)
    assert text.startswith("1 prediction is farther from all known values of its ser")
    assert "from each other, in logarithms. The first is" in text
    assert "Check it: " in text
    assert "log=False" in text


def test_the_series_and_the_target_are_named():
    y = pd.concat({"calm": walk(40).rename("rate"), "wild": explosive(1.05)})
    with pytest.warns(RangeWarning, match=r"of series 'wild', but rate was"):
        fit_recursive(y, log=False).forecast(60)
    frame = pd.DataFrame({"calm": walk(40), "wild": explosive(1.05)})
    with pytest.warns(RangeWarning, match="but wild was always"):
        fit_recursive(frame, log=False).forecast(60)


def test_known_values_include_those_of_update():
    y = explosive(1.05, 60)
    forecaster = fit_recursive(y[:40], log=False)
    assert far_warnings(forecaster, 25)
    assert not far_warnings(forecaster.update(y[40:]), 6)


@pytest.mark.parametrize("y", REAL.values(), ids=REAL)
def test_default_forecasts_of_real_series_are_near(y):
    assert not far_warnings(SequenceForecaster(horizon=12).fit(y[-150:]))


def test_a_constant_series_and_a_trend_are_near():
    for y in (np.full(40, 0.1), np.arange(40.0)):
        assert not far_warnings(SequenceForecaster(horizon=6).fit(y))


@pytest.mark.parametrize(
    ("rate", "n", "horizon"), [(0.1, 36, 12), (0.05, 48, 18), (0.3, 20, 5)]
)
def test_growth_by_a_percentage_is_near(rate, n, horizon):
    noise = np.random.default_rng(0).normal(0, 0.01, n)
    y = pd.Series(100 * (1 + rate) ** np.arange(n) * np.exp(noise), months(n))
    assert not far_warnings(SequenceForecaster(horizon=horizon).fit(y))


def test_a_series_that_rose_and_fell_may_not_double():
    y = [2054, 2481, 2667, 3082, 3700, 3849, 3868, 3978, 3985, 3922, 4053, 4527, 4785]
    y = pd.Series([*y, 5123.0, 5697, 5951, 5997, 5870, 4121])
    assert far_warnings(SequenceForecaster(horizon=6).fit(y))


def test_a_constant_series_among_others_is_near():
    y = pd.concat({"calm": walk(40), "still": 7 + 0 * walk(40)})
    assert not far_warnings(SequenceForecaster(horizon=3).fit(y))
    forecaster = SequenceForecaster(horizon=3).fit(y)
    forecaster.update(pd.concat({"new": 3 + 0 * walk(40)}))
    assert not far_warnings(forecaster)
