"""Prediction intervals: calibrated on forecasts of the latest rows."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import (
    STRATEGIES,
    forecaster,
    linear_pipe,
    months,
    naive_pipe,
    network_pipe,
    shops,
    walk,
)

from skseq import SequenceForecaster


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("as_array", [False, True])
def test_residuals_are_those_of_forecasts_from_each_origin(strategy, as_array):
    y = walk(100)
    fitted = forecaster(naive_pipe(), horizon=3, strategy=strategy)
    fitted.fit(y.to_numpy() if as_array else y).forecast(coverage=0.8)
    # The three steps of the last origin end with the last row.
    origins = np.arange(77, 97)
    steps = origins[:, np.newaxis] + [1, 2, 3]
    expected = y.to_numpy()[steps] - y.to_numpy()[origins][:, np.newaxis]
    np.testing.assert_allclose(fitted.residuals_[:, :, 0], expected)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_residuals_are_those_of_a_forecaster_fitted_on_the_earlier_rows(strategy):
    y = walk(60)
    kwargs = {"horizon": 2, "strategy": strategy}
    fitted = forecaster(network_pipe(), **kwargs).fit(y)
    fitted.forecast(coverage=0.5)
    earlier = forecaster(network_pipe(), **kwargs).fit(y[:47])
    for origin in range(12):
        errors = y[47 + origin : 49 + origin] - earlier.forecast()
        np.testing.assert_allclose(fitted.residuals_[origin, :, 0], errors, atol=1e-6)
        earlier.update(y[47 + origin : 48 + origin])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_intervals_do_not_depend_on_earlier_calls(strategy):
    y = walk(60)
    fitted = forecaster(naive_pipe(), horizon=3, strategy=strategy).fit(y)
    numbers = (3, 2, 1) if strategy == "direct" else (3, 2, 7, 1)
    first = {}
    for n_steps in numbers:
        alone = forecaster(naive_pipe(), horizon=3, strategy=strategy).fit(y)
        first[n_steps] = alone.forecast(n_steps, coverage=(0.5, 0.8))
    for n_steps in (*numbers, *numbers[::-1]):
        again = fitted.forecast(n_steps, coverage=(0.5, 0.8))
        pd.testing.assert_frame_equal(again, first[n_steps])


def test_intervals_hold_the_prediction_and_each_other():
    fitted = forecaster(naive_pipe(), horizon=3).fit(walk(100))
    table = fitted.forecast(coverage=(0.8, 0.5))
    assert list(table.columns) == [
        *("prediction", "lower_0.8", "upper_0.8", "lower_0.5", "upper_0.5")
    ]
    pd.testing.assert_series_equal(
        table["prediction"], fitted.forecast(), check_names=False
    )
    columns = ["lower_0.8", "lower_0.5", "prediction", "upper_0.5", "upper_0.8"]
    assert (np.diff(table[columns], axis=1) >= 0).all()
    widths = table["upper_0.8"] - table["prediction"]
    expected = np.sort(np.abs(fitted.residuals_[:, :, 0]), axis=0)[16]
    np.testing.assert_allclose(widths, expected)


def test_a_calibration_is_kept_while_the_known_rows_are_the_same():
    y = walk(100)
    fitted = forecaster(naive_pipe(), horizon=3).fit(y[:90])
    fitted.forecast(coverage=0.8)
    residuals = fitted.residuals_
    fitted.update(y[80:90]).forecast(2, coverage=0.5)
    assert fitted.residuals_ is residuals
    fitted.update(y[90:]).forecast(coverage=0.8)
    assert fitted.residuals_ is not residuals
    assert not hasattr(fitted.fit(y), "residuals_")


def test_more_steps_of_a_recursive_forecast_are_calibrated_when_needed():
    fitted = forecaster(naive_pipe(), horizon=2, strategy="recursive").fit(walk(100))
    fitted.forecast(1, coverage=0.5)
    assert fitted.residuals_.shape == (20, 2, 1)
    fitted.forecast(5, coverage=0.5)
    assert fitted.residuals_.shape == (20, 5, 1)


def test_several_targets_have_columns_of_two_levels():
    y = walk(100)
    y = pd.DataFrame({"a": y, "b": 1000 * y})
    table = forecaster(naive_pipe(), horizon=2).fit(y).forecast(coverage=0.8)
    assert table.columns[:2].tolist() == [("a", "prediction"), ("a", "lower_0.8")]
    sizes = [table[name]["upper_0.8"] - table[name]["prediction"] for name in "ab"]
    np.testing.assert_allclose(1000 * sizes[0], sizes[1])


def test_arrays_give_a_frame_by_step():
    fitted = forecaster(naive_pipe(), horizon=2).fit(walk(100).to_numpy())
    table = fitted.forecast(coverage=0.8)
    assert table.index.equals(pd.RangeIndex(1, 3, name="step"))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_series_has_intervals_of_its_own_size(strategy):
    fitted = forecaster(naive_pipe(), horizon=2, strategy=strategy).fit(shops())
    table = fitted.forecast(coverage=0.8)
    widths = (table["upper_0.8"] - table["lower_0.8"]).groupby(level=0).mean()
    assert widths["shop 0"] < widths["shop 1"] / 3 < widths["shop 2"] / 9
    # Each has as many origins as a fifth of its own rows.
    assert len(fitted.residuals_) == 12 + 10 + 14


@pytest.mark.parametrize("coverage", [0.8, 0.95])
def test_intervals_hold_as_many_values_as_they_say(coverage):
    rng = np.random.default_rng(0)
    values = np.zeros(6000)
    for row in range(1, len(values)):
        values[row] = 0.7 * values[row - 1] + rng.normal()
    fitted = SequenceForecaster(linear_pipe(), horizon=3, calibration_fraction=0.5)
    fitted.fit(values[:4000])
    table = fitted.forecast(coverage=coverage)
    widths = table.iloc[:, 2] - table["prediction"]
    rows = np.arange(4003, 6000)
    predictions = fitted.estimator_.predict(values.reshape(-1, 1))[rows]
    errors = values[rows[:, np.newaxis] - [2, 1, 0]] - predictions
    rates = (np.abs(errors) <= widths.to_numpy()).mean(axis=0)
    assert np.abs(rates - coverage).max() < 0.03


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("coverage", [0.5, (0.5, 0.8)])
def test_series_without_intervals_are_named(strategy, coverage):
    y = shops((60, 50, 70))
    day = pd.Series([5.0], months(1, "2004-01-01"), name=y.name)
    y = pd.concat([y, pd.concat({"new": day}, names=y.index.names)])
    one = forecaster(naive_pipe(2), horizon=2, strategy=strategy)
    with pytest.warns(UserWarning, match="1 of 4 series have fewer rows"):
        one.fit(y)
    with pytest.warns(UserWarning) as record:
        table = one.forecast(coverage=coverage)
    expected = "1 of 4 series have no prediction intervals (NaN), the first is new"
    assert sum(expected in str(warning.message) for warning in record) == 1
    is_missing = table["lower_0.5"].isna()
    assert is_missing.loc["new"].all()
    assert is_missing.sum() == 2
    assert table["prediction"].notna().all()


def test_the_calibration_part_is_that_of_fit():
    fitted = forecaster(naive_pipe(), horizon=2, calibration_fraction=0.2).fit(walk(50))
    expected = fitted.forecast(coverage=0.8)
    assert len(fitted.residuals_) == 10
    for fraction in (0.4, 99):  # not validated before the next fit
        fitted.set_params(calibration_fraction=fraction)
        pd.testing.assert_frame_equal(fitted.forecast(coverage=0.8), expected)
    fitted.set_params(calibration_fraction=0.4).fit(walk(50)).forecast(coverage=0.8)
    assert len(fitted.residuals_) == 20
