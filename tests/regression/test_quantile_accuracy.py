"""Predicted quantiles are those of the data where these are known."""

import numpy as np
import pandas as pd
import pytest
from quantile_series import (
    SEVERAL,
    autoregression,
    noise_around,
    quantile_pipe,
    quantile_regressor,
)
from scipy.stats import norm
from sklearn.metrics import d2_pinball_score, r2_score

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

# At a constant rate the last steps of training still move the predictions.
FALLING = {"learning_rate_schedule": "linear", "early_stopping": False}


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_the_quantile_of_noise_is_reached(quantile):
    """Nothing in X tells of y: the best prediction is the same in every row."""
    y = noise_around(7, 2000)
    X = np.ones((2000, 1, 1))
    regressor = quantile_regressor(quantile, epochs=25, **FALLING).fit(X, y)
    predicted = regressor.predict(X)
    assert predicted.shape == (2000,)
    # Of 2000 values, the fraction below a quantile varies by 0.01.
    assert (y <= predicted).mean() == pytest.approx(quantile, abs=0.02)


def test_several_quantiles_of_two_targets_come_from_one_network():
    y = np.column_stack([noise_around(7, 2000), -noise_around(100, 2000, seed=1)])
    X = np.ones((2000, 1, 1))
    regressor = quantile_regressor(QUANTILES, epochs=25, **FALLING).fit(X, y)
    predicted = regressor.predict(X)
    assert predicted.shape == (2000, 10)
    for target, columns in ((0, slice(5)), (1, slice(5, 10))):
        below = (y[:, [target]] <= predicted[:, columns]).mean(axis=0)
        np.testing.assert_allclose(below, QUANTILES, atol=0.02)


@pytest.mark.parametrize(
    "params", [{}, {"linear_weight": 0}, {"linear_weight": 1}, {"normalization": None}]
)
def test_coverage_on_later_rows_is_near_the_nominal_one(params):
    X, y = autoregression(4000)
    pipe = quantile_pipe(
        QUANTILES, time_steps=12, units=8, epochs=25, **FALLING, **params
    )
    later = pipe.fit(X[:2000], y[:2000]).predict(X[2000:])
    below = (y[2000:, np.newaxis] <= later).mean(axis=0)
    np.testing.assert_allclose(below, QUANTILES, atol=0.04)
    # Near the truth in each row as well. The noise has a deviation of 1 in all of them,
    # which normalized windows of 12 steps only estimate.
    truth = 0.8 * X[1999:-1] + norm.ppf(QUANTILES)
    largest = 0.15 if params == {"normalization": None} else 0.3
    assert np.abs(later - truth).mean() < largest


def test_each_of_several_series_has_quantiles_in_its_own_size():
    sizes = {"small": 10, "large": 1e6}
    days = pd.date_range("2000-01-01", periods=800)
    panel = pd.concat(
        {
            name: pd.DataFrame({"y": size * (10 + autoregression(800, n)[1])}, days)
            for n, (name, size) in enumerate(sizes.items())
        },
        names=["series", "time"],
    )
    is_later = panel.index.get_level_values("time") >= days[400]
    X, later = panel[~is_later], panel[is_later]
    pipe = quantile_pipe(SEVERAL, time_steps=12, units=8, epochs=25, **FALLING)
    predicted = pipe.fit(X, X["y"]).predict(later)
    for name in sizes:
        rows = later.index.get_level_values("series") == name
        below = (later.loc[rows, ["y"]].to_numpy() <= predicted[rows]).mean(axis=0)
        np.testing.assert_allclose(below, SEVERAL, atol=0.06)


def test_the_width_follows_what_the_window_says_of_it():
    rng = np.random.default_rng(0)
    X = rng.random((1500, 1))
    y = 3 + (0.2 + X[:, 0]) * rng.normal(size=1500)
    regressor = quantile_regressor((0.1, 0.9), epochs=60, units=8, **FALLING).fit(X, y)
    low, high = regressor.predict(np.array([[0.1], [0.9]])).T
    expected = 2 * norm.ppf(0.9) * np.array([0.3, 1.1])
    np.testing.assert_allclose(high - low, expected, rtol=0.15)


def test_the_score_is_r2_of_one_quantile_and_mean_d2_of_several():
    X, y = autoregression(200)
    weights = np.random.default_rng(0).random(100)
    both = np.column_stack([y, y[::-1]])
    one = quantile_pipe(0.9).fit(X[:100], y[:100])
    later, score = X[100:], {"sample_weight": weights}
    expected = r2_score(y[100:], one.predict(later), **score)
    assert one.score(later, y[100:], **score) == expected
    for target in (y, both):
        pipe = quantile_pipe(SEVERAL).fit(X[:100], target[:100])
        predicted = pipe.predict(later)
        by_quantile = [
            d2_pinball_score(target[100:], predicted[:, n::3], alpha=q, **score)
            for n, q in enumerate(SEVERAL)
        ]
        expected = pytest.approx(np.mean(by_quantile))
        assert pipe.score(later, target[100:], **score) == expected
