"""Later days of some series only: the others do not know the holidays."""

import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, forecaster, naive_pipe

DAYS = pd.bdate_range("2024-01-01", periods=80)
LATER = pd.bdate_range(DAYS[-1], periods=8)[1:]
NAMES = ["a", "b", "c"]
SOME = [list(some) for n in (1, 2) for some in combinations(NAMES, n)]


def panel():
    rng = np.random.default_rng(0)
    parts = {name: pd.Series(rng.normal(size=80), DAYS) for name in NAMES}
    return pd.concat(parts, names=["shop", "day"])


def days_of(names, days):
    index = pd.MultiIndex.from_product([names, days], names=["shop", "day"])
    return pd.DataFrame(index=index)


@pytest.mark.parametrize("some", SOME, ids="".join)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_series_whose_days_are_not_given_are_named(some, strategy):
    fitted = forecaster(naive_pipe(), horizon=3, strategy=strategy).fit(panel())
    future = days_of(some, LATER.delete(1))
    others = [name for name in NAMES if name not in some]
    match = f"no later days of {len(others)} of 3 series, {str(others)[1:-1]}"
    with pytest.warns(UserWarning, match=match):
        forecast = fitted.forecast(3, future)
    for name in NAMES:
        days = forecast.loc[name].index
        assert list(days) == list((LATER.delete(1) if name in some else LATER)[:3])


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (NAMES, LATER.delete(1)),  # all know the holiday
        (["a"], LATER),  # there is none
        (["a"], LATER.delete(4)),  # after the forecast
        (["a"], DAYS[-20:].delete(3)),  # known days
    ],
)
def test_nothing_is_said_where_no_series_misses_a_holiday(names, days):
    fitted = forecaster(naive_pipe(), horizon=3).fit(panel())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted.forecast(X_future=days_of(names, days))


def test_the_days_of_one_series_are_its_own():
    fitted = forecaster(naive_pipe(), horizon=3).fit(panel().loc["a"])
    forecast = fitted.forecast(X_future=pd.DataFrame(index=LATER.delete(1)))
    assert list(forecast.index) == list(LATER.delete(1)[:3])
