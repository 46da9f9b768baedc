"""Rows that gaps leave out: most of a series must not vanish without a warning."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, forecaster, linear_pipe, walk

from skseq.exceptions import IncompleteWindowWarning

DAYS = pd.date_range("2024-01-01", periods=120)


def every(n_days, n=120):
    return pd.Series(walk(n).to_numpy()[::n_days], DAYS[:n:n_days], name="sales")


@pytest.mark.parametrize("n_days", [2, 7])
@pytest.mark.parametrize("horizon", [2, 4])
def test_a_series_of_another_frequency_is_named(n_days, horizon):
    y = pd.concat({"daily": every(1), "rare": every(n_days)})
    n = len(every(n_days))
    match = f"of 1 of 2 series cannot.*of series rare.* 0 of {n} rows.*2024-01-01"
    with pytest.warns(IncompleteWindowWarning, match=match):
        forecaster(linear_pipe(2), horizon=horizon).fit(y)


@pytest.mark.parametrize(("rate", "warns"), [(0.95, False), (0.75, True)])
def test_one_series_with_gaps(rate, warns):
    kept = np.random.default_rng(0).random(120) < rate
    y = every(1)[kept]
    one = forecaster(linear_pipe(2), horizon=4)
    if warns:
        with pytest.warns(IncompleteWindowWarning, match="rows of y can be used"):
            one.fit(y)
    else:
        one.fit(y)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_row_is_left_out_without_gaps(strategy):
    y = pd.concat({"long": every(1), "short": every(1)[:9]})
    forecaster(linear_pipe(2), horizon=4, strategy=strategy).fit(y)
