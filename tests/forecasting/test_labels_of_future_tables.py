"""X_future must have labels of the kind of fit; errors name what it has instead."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, forecaster

N, HORIZON = 40, 2
DAYS = pd.date_range("2020-01-01", periods=N + HORIZON)
KINDS = {
    "dates": DAYS,
    "dates with a time zone": DAYS.tz_localize("Europe/Berlin"),
    "periods of D": DAYS.to_period("D"),
    "numbers": pd.RangeIndex(N + HORIZON),
    "time differences": DAYS - DAYS[0],
}
PAIRS = [(known, future) for known in KINDS for future in KINDS if known != future]


def table(index):
    X = np.random.default_rng(0).normal(size=(N + HORIZON, 1))
    return pd.DataFrame(X, index, ["price"])


def fit(X, strategy="direct"):
    known = X.index.get_level_values(-1).isin(X.index.get_level_values(-1).unique()[:N])
    one = forecaster(horizon=HORIZON, strategy=strategy, future_columns=["price"])
    return one.fit(X[known], X["price"][known].rename("sales").cumsum())


def panel(index):
    return pd.concat({"a": table(index), "b": table(index)})


@cache
def fitted_to(kind, strategy, make):
    return fit(make(KINDS[kind]), strategy)


@pytest.mark.sample(3)
@pytest.mark.parametrize("make", [table, panel])
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("known", "future"), PAIRS)
def test_labels_of_another_kind_are_named(known, future, strategy, make):
    one = fitted_to(known, strategy, make)
    match = f"X_future must contain {known} as in fit, but it contains {future}. Use"
    with pytest.raises(ValueError, match=re.escape(match)):
        one.forecast(X_future=make(KINDS[future]))


@pytest.mark.parametrize("make", [table, panel])
def test_another_number_of_levels_is_named(make):
    one, other = fit(make(DAYS)), panel if make is table else table
    n_levels = 1 if make is table else 2
    with pytest.raises(ValueError, match=f"X_future must have {n_levels} level"):
        one.forecast(X_future=other(DAYS))


def test_labels_of_another_kind_after_irregular_ones():
    days = DAYS + pd.to_timedelta(np.random.default_rng(0).integers(0, 80000, 42), "s")
    one = fit(table(days))
    with pytest.raises(ValueError, match="but it contains dates with a time zone"):
        one.forecast(X_future=table(days.tz_localize("UTC")))
    assert len(one.forecast(X_future=table(days))) == HORIZON


@pytest.mark.parametrize("make", [table, panel])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_another_time_zone_is_converted(strategy, make):
    local = KINDS["dates with a time zone"]
    one = fit(make(local), strategy)
    expected = one.forecast(X_future=make(local))
    found = one.forecast(X_future=make(local.tz_convert("Asia/Tokyo")))
    pd.testing.assert_series_equal(found, expected)
