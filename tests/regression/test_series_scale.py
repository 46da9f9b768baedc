"""What the linear forecast multiplies by the scale of the series, not of a window."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import (
    LSTMRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._series.windows import Windows


def priced_sales(seed, effect, n_rows=400):
    """Sales that vary up to ten times as much in some weeks as in others."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2024-01-01", periods=n_rows, name="day")
    price = 10 + np.repeat(rng.normal(0, 2, n_rows // 10), 10)
    volatility = np.repeat(10 ** rng.uniform(-1, 0, n_rows // 20), 20)
    sales = 200 + effect * price + rng.normal(0, volatility, n_rows).cumsum()
    return pd.DataFrame({"sales": sales, "price": price}, index=days)


def effect_of_price(pipe, table):
    """Return what one more unit of price adds to the predictions of its own day."""
    predictions, later = [], table[-40:]
    for extra in (0.0, 1.0):
        changed = pd.concat([table[:-1], later[-1:].assign(price=later.price + extra)])
        predictions.append(pipe.predict(changed)[-1])
    return predictions[1] - predictions[0]


@pytest.mark.parametrize("scaler", [None, TargetAwareMinMaxScaler()], ids=["raw", "01"])
@pytest.mark.parametrize("effect", [-4, 2])
@pytest.mark.parametrize("seed", range(3))
def test_an_effect_is_found_whatever_the_recent_changes(seed, effect, scaler):
    table = priced_sales(seed, effect)
    regressor = LSTMRegressor(linear_weight=1)
    windower = SequenceWindower(7, future_columns=["price"])
    pipe = make_pipeline(scaler, windower, regressor).fit(table, table.sales)
    effects = [effect_of_price(pipe, table[:n]) for n in range(200, 400, 20)]
    np.testing.assert_allclose(effects, effect, rtol=0.25)


def test_the_effect_is_larger_in_larger_series():
    small, large = priced_sales(0, -4), priced_sales(1, -4)
    large["sales"] = 100 * large.sales
    table = pd.concat({"large": large, "small": small}, names=["shop"])
    regressor = LSTMRegressor(linear_weight=1, series_weight="balanced")
    windower = SequenceWindower(7, future_columns=["price"])
    windows = windower.fit_transform(table)
    regressor.fit(windows, table.sales)
    windows = np.array(windows)[np.isfinite(windows).all(axis=(1, 2))]
    changed = windows.copy()
    changed[:, -1, 1] += 1
    effects = regressor.predict(changed) - regressor.predict(windows)
    of_large, of_small = np.split(effects, 2)
    assert of_small.mean() == pytest.approx(-4, rel=0.5)
    assert of_large.mean() == pytest.approx(-400, rel=0.5)


@pytest.fixture(params=[False, True], ids=["mean", "quantiles"])
def fitted(request):
    table = priced_sales(0, -4, 120)
    windows = SequenceWindower(5, future_columns=["price"]).fit_transform(table)
    options = {"loss": "quantile", "quantile": [0.1, 0.9]} if request.param else {}
    regressor = LSTMRegressor(
        units=3, epochs=2, linear_weight=0.6, dtype="float64", random_state=0
    )
    regressor.set_params(**options).fit(windows, table.sales)
    assert regressor._fitted_model.linear.series_scale is not None
    return regressor, np.array(windows)[10:]


def test_the_gradient_of_the_linear_forecast(fitted):
    regressor, windows = fitted
    linear, windows = regressor._fitted_model.linear, windows[:8]
    n_outputs = len(linear.bias)
    for output in range(n_outputs):
        one = np.zeros((len(windows), n_outputs))
        one[:, output] = 1
        gradient = linear.input_gradient(Windows.of(windows), one)
        for step, feature in np.ndindex(windows.shape[1:]):
            ends = []
            for change in (-1e-4, 1e-4):
                moved = windows.copy()
                moved[:, step, feature] += change
                ends.append(linear.predict(Windows.of(moved))[:, output])
            expected = (ends[1] - ends[0]) / 2e-4
            np.testing.assert_allclose(
                gradient[:, step, feature], expected, rtol=1e-4, atol=1e-6
            )


@pytest.mark.slow
def test_the_keras_model_predicts_the_same(fitted):
    regressor, windows = fitted
    scaled = regressor.model_.predict(windows, verbose=0)
    found = regressor._fitted_model.unscale(scaled)
    expected = regressor.predict(windows).reshape(found.shape)
    np.testing.assert_allclose(found, expected)


def constant_until(n_last, change, kind, n_rows=80):
    """A series that was constant until its last rows, as a policy rate is."""
    y = np.full(n_rows, 0.25)
    steps = np.full(n_last, float(change))
    if kind == "twice":
        steps[n_last // 2 :] *= 2
    if kind == "launch":
        steps *= 1 + np.random.default_rng(0).normal(0, 0.05, n_last)
    y[-n_last:] += steps
    months = pd.period_range("2010-01", periods=n_rows, freq="M")
    return pd.Series(y, months, name="rate")


@pytest.mark.sample(2)
@pytest.mark.parametrize("kind", ["once", "twice", "launch"])
@pytest.mark.parametrize("change", [-0.2, 0.25, 100])
@pytest.mark.parametrize(("horizon", "n_more"), [(3, 1), (6, 2), (12, 1), (12, 3)])
def test_a_first_change_after_long_rest_is_not_multiplied(
    horizon, n_more, change, kind
):
    y = constant_until(horizon + n_more, change, kind)
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(), SequenceWindower(12), LSTMRegressor(linear_weight=1)
    )
    forecaster = SequenceForecaster(pipe, horizon=horizon, log=False)
    forecast = forecaster.fit(y).forecast()
    assert np.abs(forecast - y.iloc[-1]).max() < 1.5 * np.ptp(y)


def disturbed(kind, seed, n_rows=300):
    """A random walk whose early rows vary much more than its later ones."""
    rng = np.random.default_rng(seed)
    rows, walk = np.arange(n_rows), rng.normal(size=n_rows).cumsum()
    changes = {
        "outlier": np.where(rows == 50, 100, 0),
        "level": np.where(rows > 100, 1000, 0),
        "two levels": np.where(rows > 100, 50, 0) - np.where(rows > 150, 90, 0),
    }
    days = pd.date_range("2020-01-01", periods=n_rows)
    return pd.Series(walk + changes[kind], days, name="y")


@pytest.mark.parametrize("kind", ["outlier", "level", "two levels"])
@pytest.mark.parametrize("seed", range(3))
def test_a_few_wild_windows_do_not_decide_the_bias(kind, seed):
    y = disturbed(kind, seed)
    X, n_fitted = y.to_frame(), 240
    regressor = LSTMRegressor(linear_weight=1)
    pipe = make_pipeline(SequenceWindower(8), regressor).fit(X[:n_fitted], y[:n_fitted])
    errors = pipe.predict(X[n_fitted:]) - y[n_fitted:]
    changes = y.diff()[n_fitted:]
    assert np.abs(errors).mean() < 1.4 * np.abs(changes).mean()


@pytest.mark.parametrize("target", ["series", "array"])
def test_plain_windows_of_several_series_have_no_common_bias(target):
    parts = {
        name: size * (disturbed("outlier", seed) / 10 + 5)
        for seed, (name, size) in enumerate({"large": 1e3, "small": 1.0}.items())
    }
    y = pd.concat(parts, names=["series"])
    pipe = make_pipeline(
        SequenceWindower(8),
        FunctionTransformer(np.array),
        LSTMRegressor(linear_weight=1),
    )
    pipe.fit(y.to_frame("y"), y if target == "series" else y.to_numpy())
    scale = pipe[-1]._fitted_model.linear.series_scale
    assert scale is None or not scale.includes_bias


def months_with_a_change_of_unit(factor, seed):
    """Make growing sales, in another unit until two years before the end."""
    rng = np.random.default_rng(seed)
    t = np.arange(64)
    season = 1 + 0.2 * np.sin(2 * np.pi * t / 12)
    sales = 1e6 * np.exp(0.01 * t) * season * np.exp(rng.normal(0, 0.05, 64))
    sales[:40] *= factor
    return pd.Series(sales, pd.date_range("2019-01-01", periods=64, freq="MS"))


@pytest.mark.sample(4)
@pytest.mark.parametrize("loss", ["mse", "mae"])
@pytest.mark.parametrize("factor", [1e-3, 0.1, 10, 100, 1000])
@pytest.mark.parametrize("seed", range(2))
def test_forecasts_after_a_change_of_unit_are_near_the_last_value(seed, factor, loss):
    sales = months_with_a_change_of_unit(factor, seed)
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(11),
        LSTMRegressor(loss=loss, random_state=0),
    )
    forecast = SequenceForecaster(pipe, horizon=6).fit(sales[:-6]).forecast()
    errors, of_last = forecast - sales[-6:], sales.iloc[-7] - sales[-6:]
    assert np.abs(errors).mean() < 2 * np.abs(of_last).mean()


def test_all_steps_of_a_forecast_have_a_bias_or_none():
    steps = 0.15 + 0.3 * np.random.default_rng(10).normal(size=200)
    y = np.round(100 + np.cumsum(steps))  # hardly changes in some windows
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(), SequenceWindower(3), LSTMRegressor(random_state=0)
    )
    forecast = SequenceForecaster(pipe, horizon=28).fit(y).forecast()
    assert np.abs(np.diff(forecast)).max() < 0.4
