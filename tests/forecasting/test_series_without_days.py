"""X_future must have all days of a forecast, or it cannot show all holidays."""

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
def test_steps_of_series_whose_days_are_not_given_are_counted(some, strategy):
    fitted = forecaster(naive_pipe(), horizon=3, strategy=strategy).fit(panel())
    future = days_of(some, LATER.delete(1))
    others = [name for name in NAMES if name not in some]
    n_steps = 3 * len(others)
    match = f"no row for {n_steps} steps .*; the first is .* of series {others[0]}"
    for X_future in (future, future.index, future.assign(other=1.0)):
        with pytest.warns(UserWarning, match=match) as caught:
            forecast = fitted.forecast(3, X_future)
        assert len(caught) == 1
        for name in NAMES:
            days = forecast.loc[name].index
            assert list(days) == list((LATER.delete(1) if name in some else LATER)[:3])


@pytest.mark.parametrize("days", [DAYS[:0], DAYS[-20:].delete(3), DAYS])
@pytest.mark.parametrize("names", [NAMES, NAMES[:1]])
def test_an_index_that_is_empty_or_ends_before_the_forecast_is_reported(names, days):
    y, future = panel(), days_of(names, days)
    one, many = (forecaster(naive_pipe(), horizon=3).fit(s) for s in (y.loc["a"], y))
    for fitted, X_future, n in ((many, future, 9), (one, future.loc["a":"a"], 3)):
        index = X_future.index if fitted is many else X_future.index.droplevel(0)
        match = f"no row for {n} steps .*; the first is {LATER[0]}"
        with pytest.warns(UserWarning, match=match):
            fitted.forecast(X_future=index)
        unused = "not used.*its index shows no holiday"
        for values in (pd.DataFrame({"a": 1.0}, index), pd.Series(1.0, index)):
            with pytest.warns(UserWarning, match=unused):
                fitted.forecast(X_future=values)


@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("days", [LATER, LATER.delete(1), DAYS.append(LATER.delete(4))])
def test_days_of_all_forecast_steps_do_not_warn(days, steps):
    fitted = forecaster(naive_pipe(), horizon=3).fit(panel())
    days = days[days <= days[days > DAYS[-1]][steps - 1]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecast = fitted.forecast(steps, days_of(NAMES, days))
    assert set(forecast.index.get_level_values(1)) == set(days[-steps:])


def test_the_days_of_one_series_are_its_own():
    fitted = forecaster(naive_pipe(), horizon=3).fit(panel().loc["a"])
    forecast = fitted.forecast(X_future=pd.DataFrame(index=LATER.delete(1)))
    assert list(forecast.index) == list(LATER.delete(1)[:3])
