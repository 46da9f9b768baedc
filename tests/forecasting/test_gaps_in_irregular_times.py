"""Gaps in irregular times after fit: a forecaster warns of those in its windows."""

import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, forecaster, linear_pipe

from skseq.exceptions import IncompleteWindowWarning
from skseq.model_selection import ForecastSplit, backtest

rng = np.random.default_rng(0)
JITTER = np.arange(90) * 10 + rng.uniform(-0.05, 0.05, 90)
RANDOM = rng.exponential(10, 90).clip(1).cumsum()
START = pd.Timestamp("2024-03-28")


def times(seconds):
    return START + pd.to_timedelta(seconds, "s").round("ms")


INDEXES = {
    "log with jitter": times(JITTER),
    "random times": times(RANDOM),
    "numbers": pd.Index(RANDOM),
}
MONTHS = pd.date_range("2015-01-01", periods=30, freq="MS")
BUSINESS_DAYS = pd.bdate_range("2015-01-01", "2022-06-30").to_series()
WITHOUT_FREQUENCY = INDEXES | {
    "dekads": MONTHS.union(MONTHS + pd.Timedelta("10D")).union(
        MONTHS + pd.Timedelta("20D")
    ),
    "last days but one": BUSINESS_DAYS.groupby(BUSINESS_DAYS.index.to_period("M"))
    .nth(-2)
    .index,
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("kind", INDEXES)
@pytest.mark.filterwarnings("error::skseq.exceptions.IncompleteWindowWarning")
def test_rows_that_come_one_by_one_leave_no_gap(kind, strategy):
    index = INDEXES[kind]
    y = pd.Series(np.sin(np.arange(90)), index, name="y")
    one = forecaster(linear_pipe(4), horizon=2, strategy=strategy).fit(y[:50])
    for n in range(50, 88):
        one.update(y[n : n + 1])
    assert len(one.forecast(X_future=index[88:])) == 2
    backtest(one, y=y, cv=ForecastSplit(8, horizon=2), refit=8)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("kind", ["log with jitter", "random times"])
def test_a_gap_is_reported_once_while_windows_contain_it(kind, strategy):
    index = INDEXES[kind]
    y = pd.Series(np.sin(np.arange(90)), index, name="y")
    y.index = index.where(np.arange(90) < 60, index + pd.Timedelta("2h"))
    one = forecaster(linear_pipe(4), horizon=3, strategy=strategy).fit(y[:50])
    n_warnings = []
    for n in range(50, 80):
        one.update(y[n : n + 1])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            one.forecast(X_future=y.index[n + 1 : n + 4])
        messages = [str(w.message) for w in caught]
        assert all("There is a gap in X between" in m for m in messages)
        assert all(w.category is IncompleteWindowWarning for w in caught)
        n_warnings.append(len(messages))
    # From the first forecast of a row after the gap to the last one from before it.
    assert set(n_warnings[:7] + n_warnings[16:]) == {0}
    assert set(n_warnings[9:13]) == {1}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("kind", WITHOUT_FREQUENCY)
@pytest.mark.filterwarnings("error::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.filterwarnings("ignore:The index of y is irregular")
def test_intervals_report_no_gap_between_the_rows_of_fit(kind, strategy):
    index = WITHOUT_FREQUENCY[kind]
    y = pd.Series(np.sin(np.arange(len(index))), index, name="y")
    one = forecaster(linear_pipe(4), horizon=2, strategy=strategy).fit(y[:-2])
    assert len(one.forecast(X_future=index[-2:], coverage=0.5)) == 2
