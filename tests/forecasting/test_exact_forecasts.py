"""Forecasts of series whose next values are known."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import (
    STRATEGIES,
    LeastSquares,
    forecaster,
    linear_pipe,
    months,
    naive_pipe,
    network_pipe,
    oscillation,
    seasonal,
    shops,
    walk,
)
from sklearn.compose import TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import SequenceWindower

N_KNOWN = 90


@pytest.mark.sample(2)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("horizon", [1, 2, 12, 30])
@pytest.mark.parametrize("history", ["auto", None])
def test_a_noiseless_series_is_continued_exactly(strategy, horizon, history):
    y = oscillation()
    pipe = linear_pipe(history=history)
    fitted = forecaster(pipe, horizon=horizon, strategy=strategy).fit(y[:N_KNOWN])
    expected = y[N_KNOWN : N_KNOWN + horizon]
    pd.testing.assert_series_equal(fitted.forecast(), expected, atol=1e-7)


def test_a_recursive_forecast_has_any_number_of_steps():
    y = oscillation()
    fitted = forecaster(horizon=2, strategy="recursive").fit(y[:40])
    pd.testing.assert_series_equal(fitted.forecast(80), y[40:], atol=1e-5)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_linear_forecast_of_a_network_is_as_accurate_as_in_fit(strategy):
    y = oscillation()
    pipe = network_pipe(linear_weight=1, dtype="float64", early_stopping=False)
    fitted = forecaster(pipe, horizon=6, strategy=strategy).fit(y[:N_KNOWN])
    in_fit = np.abs(fitted.predict(y[:N_KNOWN]) - y[:N_KNOWN])[20:].max()
    errors = np.abs(fitted.forecast() - y[N_KNOWN : N_KNOWN + 6])
    assert errors.iloc[0] < 3 * in_fit + 1e-9
    assert errors.max() < 0.02 * np.ptp(y)


@pytest.mark.sample(2)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("horizon", [1, 5, 12, 30])
@pytest.mark.parametrize("n_known", [60, 65])
def test_a_season_is_continued_in_phase(strategy, horizon, n_known):
    y = seasonal()
    pipe = naive_pipe(24, "seasonal", season_length=12)
    fitted = forecaster(pipe, horizon=horizon, strategy=strategy).fit(y[:n_known])
    expected = y[n_known : n_known + horizon]
    pd.testing.assert_series_equal(fitted.forecast(), expected)


def test_a_recursive_forecast_is_a_loop_over_predict():
    y = walk()
    fitted = forecaster(network_pipe(), strategy="recursive").fit(y)
    known = y.to_frame()
    for _ in range(5):
        following = known.index[-1] + pd.offsets.MonthBegin()
        known.loc[following] = 0.0
        known.iloc[-1] = fitted.estimator_.predict(known)[-1]
    forecast = fitted.forecast(5)
    np.testing.assert_allclose(forecast, known["sales"][-5:], rtol=1e-6)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_after_update_the_pipeline_sees_the_newer_rows(strategy):
    y = walk()
    fitted = forecaster(network_pipe(), horizon=3, strategy=strategy).fit(y[:60])
    table = y.to_frame().reindex(months(83)).fillna(0.0)
    forecast = fitted.update(y[60:]).forecast()
    if strategy == "direct":
        expected = fitted.estimator_.predict(table)[-1]
        np.testing.assert_allclose(forecast, expected, rtol=1e-6)
    again = forecaster(network_pipe(), horizon=3, strategy=strategy).fit(y[:60])
    for row in range(60, 80):
        again.update(y[row : row + 1])
    pd.testing.assert_series_equal(again.forecast(), forecast)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_several_targets_are_forecast_at_once(strategy):
    y = pd.DataFrame({"a": oscillation(), "b": 3 * oscillation() + 1})
    fitted = forecaster(horizon=4, strategy=strategy).fit(y[:N_KNOWN])
    expected = y[N_KNOWN : N_KNOWN + 4]
    pd.testing.assert_frame_equal(fitted.forecast(), expected, atol=1e-7)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("rule", ["last", "drift", "mean"])
def test_many_series_are_forecast_as_each_alone(strategy, rule):
    y = shops()
    kwargs = {"horizon": 3, "strategy": strategy}
    forecast = forecaster(naive_pipe(4, rule), **kwargs).fit(y).forecast()
    for name, part in y.groupby(level=0):
        alone = forecaster(naive_pipe(4, rule), **kwargs).fit(part.droplevel(0))
        pd.testing.assert_series_equal(
            forecast[name], alone.forecast(), check_freq=False, rtol=1e-9
        )


def test_one_call_predicts_a_step_of_all_series():
    fitted = forecaster(strategy="recursive").fit(shops())
    regressor = fitted.estimator_[-1]
    regressor.n_calls_ = 0
    fitted.forecast(7)
    assert regressor.n_calls_ == 7


@pytest.mark.parametrize("horizon", [1, 3])
def test_targets_of_a_row_are_the_steps_after_its_window(horizon):
    y = walk(30)
    fitted = forecaster(linear_pipe(4), horizon=horizon).fit(y)
    regressor = fitted.estimator_[-1]
    n_rows = len(y) - horizon + 1
    targets = regressor.targets_.reshape(n_rows, -1)
    for row in np.flatnonzero(regressor.used_):
        window = y.iloc[row - 4 : row]
        np.testing.assert_array_equal(regressor.windows_[row, :, 0], window)
        np.testing.assert_array_equal(targets[row], y.iloc[row : row + horizon])
    # The last row is trained on, so no value at the end is wasted.
    assert regressor.used_[-1]


def test_targets_that_reach_across_a_gap_are_left_out():
    y = walk(40).drop(months(40)[20])
    for gaps, n_rows in [("auto", 35), ("ignore", 37)]:
        pipe = linear_pipe(3, gaps=gaps)
        regressor = forecaster(pipe, horizon=3).fit(y).estimator_[-1]
        assert regressor.weights_ is None
        assert len(regressor.targets_) == n_rows
    pipe = TransformedTargetRegressor(linear_pipe(3))
    with pytest.raises(ValueError, match="TransformedTargetRegressor cuts the windows"):
        forecaster(pipe, horizon=3).fit(y)


class TwoQuantiles(LeastSquares):
    """A regressor that predicts two columns for each output."""

    def predict(self, X):
        return np.repeat(super().predict(X).reshape(len(X), -1), 2, axis=1)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_forecast_has_one_value_for_each_step(strategy):
    pipe = make_pipeline(SequenceWindower(3), TwoQuantiles())
    fitted = forecaster(pipe, horizon=2, strategy=strategy).fit(walk())
    with pytest.raises(ValueError, match="TwoQuantiles must predict one column"):
        fitted.forecast()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_regressors_on_flat_windows_forecast_too(strategy):
    y = oscillation()
    flatten = FunctionTransformer(lambda X: np.asarray(X)[:, :, 0])
    fill = SimpleImputer()
    regressor = KNeighborsRegressor(1)
    pipe = make_pipeline(SequenceWindower(6), flatten, fill, regressor)
    fitted = forecaster(pipe, horizon=3, strategy=strategy).fit(y[:N_KNOWN])
    expected = y[N_KNOWN : N_KNOWN + 3]
    pd.testing.assert_series_equal(fitted.forecast(), expected, rtol=0.1)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.filterwarnings("ignore:.* cuts the windows itself")
def test_an_estimator_around_a_pipeline_is_exact_too(strategy):
    y = oscillation()
    pipe = TransformedTargetRegressor(
        make_pipeline(SequenceWindower(3), LeastSquares()),
        func=lambda y: 2 * y,
        inverse_func=lambda y: y / 2,
        check_inverse=False,
    )
    fitted = forecaster(pipe, horizon=3, strategy=strategy).fit(y[:N_KNOWN])
    expected = y[N_KNOWN : N_KNOWN + 3]
    pd.testing.assert_series_equal(fitted.forecast(), expected, atol=1e-7)


@pytest.mark.sample(2)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("dtype", ["float32", "int64", "Float64", "int8"])
@pytest.mark.parametrize("as_array", [False, True])
def test_targets_may_be_of_any_dtype_of_numbers(strategy, dtype, as_array):
    y = oscillation(60).round().astype(dtype)
    same = y.astype(float)
    if as_array:
        y, same = y.to_numpy(), same.to_numpy()
    kwargs = {"horizon": 3, "strategy": strategy}
    forecast = forecaster(**kwargs).fit(y).forecast()
    assert forecast.dtype == np.float64
    expected = forecaster(**kwargs).fit(same).forecast()
    np.testing.assert_allclose(forecast, expected, rtol=1e-4)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("horizon", [1, 2, 4])
def test_a_series_shorter_than_a_window_takes_no_rows_of_others(strategy, horizon):
    y = shops((30, 3, 30))
    fitted = forecaster(naive_pipe(6), horizon=horizon, strategy=strategy).fit(y)
    last = y.groupby(level=0).last()
    np.testing.assert_allclose(fitted.forecast(), np.repeat(last, horizon))
