"""The choice of the logarithm: by the likelihood of the Box-Cox transform."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import months

from skseq._forecasting.known.table import Table
from skseq._forecasting.target.log_choice import MIN_GAIN, log_likelihood_gains


def gains_of(y, season=1):
    return log_likelihood_gains(y.to_numpy(), Table.of(y.to_frame()), season)


def random_growth(n=120, seed=0):
    rng = np.random.default_rng(seed)
    return pd.Series(100 * np.exp(rng.normal(0.02, 0.1, n).cumsum()), months(n))


def test_it_is_the_difference_of_two_normal_likelihoods():
    from scipy.stats import norm

    y = random_growth()
    changes, of_logs = np.diff(y), np.diff(np.log(y))
    of_values = norm.logpdf(changes, changes.mean(), changes.std()).sum()
    likelihood = norm.logpdf(of_logs, of_logs.mean(), of_logs.std()).sum()
    # The density of y is that of log(y), divided by y.
    expected = likelihood - np.log(y[1:]).sum() - of_values
    assert gains_of(y)[0] == pytest.approx(expected)


def test_growth_by_rates_is_told_from_growth_by_steps():
    by_rates = [gains_of(random_growth(seed=seed))[0] for seed in range(20)]
    assert min(by_rates) > MIN_GAIN
    by_steps = [
        gains_of(500 + random_growth(seed=seed).apply(np.log).mul(100))[0]
        for seed in range(20)
    ]
    assert max(by_steps) < MIN_GAIN


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_it_does_not_depend_on_the_unit(unit):
    y = random_growth()
    assert gains_of(unit * y, 12)[0] == pytest.approx(gains_of(y, 12)[0])


def test_a_series_without_logarithm_gains_nothing():
    y = random_growth()
    parts = {"zero": y.where(y != y.max(), 0), "constant": 0 * y + 3, "two": y[:2]}
    gains = gains_of(pd.concat(parts | {"growth": y}))
    assert gains[:3].tolist() == [-np.inf, 0, 0]
    assert gains[3] == pytest.approx(gains_of(y)[0])
