"""Forecasts of logarithms that run away, and series of very different levels."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal
from series_to_forecast import linear_pipe, months, naive_pipe, network_pipe, walk

from skseq import SequenceForecaster


def growth(n, size=1.0, seed=0):
    """Return a walk of logarithms: positive values about a level."""
    values = size * np.exp(walk(n, seed).to_numpy() / 10)
    return pd.Series(values, months(n), name="sales")


def panel(**parts):
    return pd.concat(parts, names=["shop", "month"])


def forecaster(pipe, **params):
    return SequenceForecaster(pipe, **({"log": True} | params))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_recursive_forecast_that_runs_away_warns_and_stays_finite(sign):
    logs = 0.01 * 1.1 ** np.arange(60)
    y = pd.Series(np.exp(sign * logs), months(60))
    fitted = forecaster(linear_pipe(), strategy="recursive").fit(y)
    near = fitted.forecast(10)
    np.testing.assert_allclose(
        np.log(near), sign * 0.01 * 1.1 ** np.arange(60, 70), rtol=1e-4
    )
    with pytest.warns(UserWarning, match="193 predictions .*log=False"):
        far = fitted.forecast(200)
    assert np.isfinite(np.log(far)).all()
    assert_series_equal(far[:10], near, check_freq=False)


def test_a_far_forecast_is_named_by_its_series():
    # A map of the window as it is: most of its error comes from the larger series.
    y = panel(b=growth(40, 1e4), a=growth(40, seed=1))
    with pytest.warns(UserWarning, match="1 prediction .* of series 'a'"):
        forecaster(linear_pipe()).fit(y).forecast()


def test_a_forecast_near_newer_values_is_not_far():
    fitted = forecaster(naive_pipe()).fit(panel(a=growth(40), b=growth(40, 1e4)))
    fitted.update(panel(b=pd.Series([1e12], months(41)[40:], name="sales")))
    np.testing.assert_allclose(fitted.forecast()["b"], 1e12)


@pytest.mark.parametrize("make", [naive_pipe, network_pipe])
def test_rows_without_a_past_are_about_the_mean_of_their_own_series(make):
    y = panel(a=growth(60, 1e-3), b=growth(60, 1e4, seed=1))
    fitted = forecaster(make()).fit(y)
    predictions = pd.Series(fitted.predict(y), y.index)
    for name in "ab":
        mean = np.exp(np.log(y[name]).mean())
        np.testing.assert_allclose(predictions[name].iloc[0], mean)
    assert fitted.score(y) > 0.5


def test_a_new_series_is_the_same_whether_its_rows_come_at_once_or_one_by_one():
    y, new = panel(a=growth(60), b=growth(60, 1e3, 1)), panel(c=growth(20, 1e-2, 2))
    once, split = (forecaster(network_pipe()).fit(y) for _ in range(2))
    once.update(new)
    for row in range(20):
        split.update(new[row : row + 1])
    assert_series_equal(once.forecast(), split.forecast())
    known = once._fitted_forecast.transform.means[:2]
    np.testing.assert_array_equal(
        known, forecaster(naive_pipe()).fit(y)._fitted_forecast.transform.means
    )


def test_the_scale_of_the_calibration_is_that_of_its_own_rows():
    y = panel(a=growth(60), b=growth(60, 10, 1))
    later = y.index.get_level_values(1) >= months(60)[-3]
    residuals = []
    for values in (y, y.where(~later, 3 * y)):
        fitted = forecaster(network_pipe(), horizon=3).fit(values)
        fitted.forecast(coverage=0.5)
        unlike = fitted.residuals_.shape[0] // 2
        # The last origins see the changed values, those before them see none.
        residuals.append(fitted.residuals_[: unlike - 4])
    np.testing.assert_array_equal(*residuals)


def test_intervals_of_values_near_the_largest_number_are_finite():
    y = growth(60, 1e148)
    table = forecaster(naive_pipe()).fit(y).forecast(coverage=[0.5, 0.9])
    assert np.isfinite(table).all(axis=None)
    names = ["lower_0.9", "lower_0.5", "prediction", "upper_0.5", "upper_0.9"]
    assert (np.diff(table[names], axis=1) >= 0).all()


def test_any_name_of_a_target_or_future_column_is_valid():
    y = growth(60).rename("self")
    expected = forecaster(naive_pipe()).fit(y.rename("sales")).forecast()
    forecast = forecaster(naive_pipe()).fit(y).forecast()
    assert_series_equal(forecast, expected, check_names=False)
    X = pd.DataFrame({"self": np.arange(61.0)}, months(61))
    fitted = forecaster(linear_pipe(), future_columns=["self"])
    fitted.fit(X[:60], y.rename("sales"))
    assert len(fitted.forecast(X_future=X)) == 1
