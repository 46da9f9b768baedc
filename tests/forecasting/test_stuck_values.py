"""Equal values at the end of a series are reported if earlier ones hardly ever are."""

import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import naive_pipe

from skseq import SequenceForecaster


def temperatures(n_stuck, digits=6, n=200, seed=0):
    """Return hourly temperatures, rounded, of which the latest do not change."""
    hours = pd.date_range("2024-06-01", periods=n, freq="h")
    noise = np.random.default_rng(seed).normal(size=n).cumsum()
    values = (15 + 0.3 * noise + 5 * np.sin(2 * np.pi * hours.hour / 24)).round(digits)
    values = np.array(values)
    if n_stuck:
        values[-n_stuck:] = values[-n_stuck]
    return pd.Series(values, hours, name="temperature")


def stuck(y):
    """Forecast, and return the warnings about equal values."""
    fitted = SequenceForecaster(naive_pipe(6), horizon=3).fit(y)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted.forecast()
    return [str(w.message) for w in caught if "run of equal values" in str(w.message)]


@pytest.mark.parametrize("n_stuck", [3, 5, 12, 30])
def test_a_stuck_sensor_is_reported(n_stuck):
    y = temperatures(n_stuck)
    (text,) = stuck(y)
    assert (
        f"The latest {n_stuck} values of temperature are all {y.iloc[-1]:.4g}" in text
    )
    assert f"from {y.index[-n_stuck]} on" in text
    assert not stuck(y[: 1 - n_stuck])


@pytest.mark.sample(2)
@pytest.mark.parametrize("digits", [0, 1, 6])
@pytest.mark.parametrize("n_stuck", [0, 2])
def test_usual_repetitions_are_not_reported(digits, n_stuck):
    for seed in range(5):
        assert not stuck(temperatures(n_stuck, digits, seed=seed))


def test_what_was_stuck_before_is_not_reported():
    y = temperatures(5)
    y.iloc[50:53] = y.iloc[50]
    assert not stuck(y)
    assert not stuck(0 * y)
    assert not stuck(y[-15:])  # too few rows


def test_series_are_named_and_counted():
    parts = {n: temperatures(4 * (n > 1), seed=n) for n in range(4)}
    (text,) = stuck(pd.concat(parts, names=["room", "hour"]))
    assert "of series 2 on" in text
    assert "applies to 1 other series" in text
    y = pd.DataFrame({"a": parts[0], "b": parts[2]})
    assert "values of b are all" in stuck(y)[0]


def test_of_many_series_a_few_end_with_zeros_by_chance():
    demand = np.tile([5.0, 0, 0, 0], 30)
    demand[113:] = 0
    y = pd.Series(demand, pd.date_range("2024-01-01", periods=120), name="sold")
    assert "latest 7 values of sold" in stuck(y)[0]
    others = np.random.default_rng(0).normal(size=(9, 120))
    many = pd.DataFrame(np.vstack([others, demand]).T, y.index).rename_axis("day")
    assert not stuck(many.T.stack())
