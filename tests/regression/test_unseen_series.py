"""Windows of equal values of new series give this value, and nothing else changes."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_constant_series import (
    DAYS,
    TIME_STEPS,
    fit,
    panel,
    pipeline,
    predict,
    walks,
)

from skseq import SequenceForecaster
from skseq.inspection import lag_relevance

VALUES = [0.0, 5.0, -3.0]
SIZES = [1e3, 1e5, 1e7]


def same(value, n_rows=20):
    return panel(new=np.full(n_rows, value))


def without_names(fitted):
    """Return predictions as if all series were those of fit."""
    regressor = fitted[-1]
    model = regressor._fitted_model
    regressor._fitted_model = replace(model, series_names=None)
    return fitted


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("linear_weight", [0, 1])
def test_a_constant_window_of_a_new_series_gives_its_value(size, linear_weight):
    fitted = fit(panel(**walks(size)), linear_weight=linear_weight, epochs=1)
    y = panel(**{f"{value}": np.full(10, value) for value in VALUES})
    # The first window of each has no known step, and so no value.
    is_answered = (predict(fitted, y)[0] == y).to_numpy().reshape(-1, 10)
    np.testing.assert_array_equal(is_answered, [[False] + 9 * [True]] * len(VALUES))
    assert (predict(without_names(fitted), y)[0] != y).all()


@pytest.mark.parametrize("scaled", [True, False])
def test_only_digits_within_rounding_errors_are_lost(scaled):
    y = panel(**walks(1e5))
    pipe = pipeline(epochs=1)
    pipe = pipe if scaled else pipe[1:]
    pipe.fit(y.to_frame(), y)
    values = [0.1, 1 / 3, 123456.789, 1e12]
    new = panel(**{f"{value}": np.full(3, value) for value in values})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 1e12 is outside the range of fit
        predicted = predict(pipe, new)[0].to_numpy().reshape(-1, 3)[:, -1]
    np.testing.assert_allclose(predicted, values, rtol=1e-15, atol=1e-10 * scaled)
    np.testing.assert_array_equal(predicted[[0, 2]], [0.1, 123456.789])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_predictions_of_fitted_and_of_varying_series_do_not_change(dtype):
    series = walks()
    series["small"][30:50] = 7.0  # also constant windows
    y, new = panel(**series), panel(new=walks(1e-3)["small"])
    fitted = fit(y, dtype=dtype, epochs=1)
    # The window of the second row has one known value.
    before = predict(fitted, y), predict(fitted, new)[2:]
    after = predict(without_names(fitted), y), predict(fitted, new)[2:]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


def test_only_windows_that_are_constant_are_answered():
    fitted = fit(panel(**walks(1e5)), epochs=1)
    y = panel(new=[2.0] * 10 + [3.0] + [2.0] * 10)
    predicted = predict(fitted, y)[0].to_numpy()
    changes = slice(11, 11 + TIME_STEPS)  # their windows contain the 3
    assert (np.delete(predicted, np.r_[0, changes]) == 2).all()
    assert (predicted[changes] != 2).all()


def check_engine(engine):
    y = panel(**walks(1e5))
    raw = fit(y, normalization=None, epochs=1, engine=engine)
    assert (predict(raw, same(5.0)) != 5).all(axis=None)
    fitted = fit(y, epochs=1, engine=engine)
    assert (predict(fitted, same(5.0))[1:] == 5).all(axis=None)
    windows = np.asarray(fitted[:-1].transform(same(5.0).to_frame()))
    assert (fitted[-1].predict(windows) != 5).all()


def test_arrays_and_windows_that_are_not_standardized_are_for_the_network():
    check_engine("native")


@pytest.mark.slow
def test_the_engine_does_not_matter():
    pytest.importorskip("tensorflow")
    check_engine("keras")


@pytest.mark.parametrize(
    ("quantile", "n_needed"), [(0.5, 1), ([0.2, 0.8], 4), ([0.1, 0.9], None)]
)
def test_quantiles_need_enough_equal_values(quantile, n_needed):
    fitted = fit(panel(**walks(1e5)), loss="quantile", quantile=quantile, epochs=1)
    is_exact = (predict(fitted, same(5.0)) == 5).all(axis=1).to_numpy()
    first = len(is_exact) if n_needed is None else n_needed
    np.testing.assert_array_equal(is_exact, np.arange(len(is_exact)) >= first)


@pytest.mark.parametrize("continued", ["partial_fit", "warm_start"])
def test_training_that_continues_adds_series(continued):
    y = panel(**walks())
    pipe = fit(y, warm_start=continued == "warm_start", epochs=1)
    train = pipe[-1].fit if continued == "warm_start" else pipe[-1].partial_fit
    later = panel(**walks(), third=walks()["large"][::-1])
    days = later.index.levels[1] + pd.Timedelta(days=len(DAYS))
    later.index = later.index.set_levels(days, level=1)
    assert list(pipe[-1]._fitted_model.series_names) == ["small", "large"]
    train(pipe[:-1].transform(later.to_frame()), later)
    names = list(pipe[-1]._fitted_model.series_names)
    assert names == ["small", "large", "third"]


def test_the_gradient_is_that_of_the_last_value():
    fitted, y = fit(panel(**walks(1e5)), epochs=1), same(5.0)
    gradient = lag_relevance(fitted, y.to_frame()).gradient[1:, :, 0]
    assert (gradient[:, :-1] == 0).all()
    slope = fitted[-1]._fitted_model.lagged_targets[0].slope
    assert (gradient[TIME_STEPS:, -1] == slope).all()


def seasonal(size, n_rows=120):
    days = pd.date_range("2024-01-01", periods=n_rows)
    week = np.array([1, 0.9, 0.95, 1.1, 1.3, 1.6, 0.5])[days.day_of_week]
    noise = np.exp(np.random.default_rng(0).normal(0, 0.05, (2, n_rows)))
    return {f"s{n}": pd.Series(size * week * one, days) for n, one in enumerate(noise)}


def forecaster(**options):
    return SequenceForecaster(pipeline(epochs=1), horizon=2, **options)


def join(series):
    return pd.concat(series, names=["shop", "day"]).rename("y")


@pytest.mark.parametrize(
    ("size", "options"),
    [(1e3, {"strategy": "recursive"}), (1e5, {}), (1e7, {"log": False})],
)
def test_new_constant_series_after_update(size, options):
    old, days = seasonal(size), pd.date_range("2024-03-31", periods=30)
    fitted = forecaster(**options).fit(join(old))
    before = fitted.forecast()
    new = {f"{value}": pd.Series(value, days) for value in [*VALUES, 0.1]}
    table = fitted.update(join(new)).forecast(coverage=[0.6, 0.8])
    for name in new:
        assert (table.loc[name] == float(name)).all(axis=None)
    pd.testing.assert_series_equal(
        table["prediction"][list(old)], before, check_names=False
    )


def test_a_new_constant_series_is_constant_in_logarithms():
    days = pd.date_range("2024-03-31", periods=30)
    fitted = forecaster(log=True).fit(join(seasonal(1e5)))
    predicted = fitted.update(join({"new": pd.Series(5.0, days)})).forecast()["new"]
    np.testing.assert_allclose(predicted, 5, rtol=1e-9)


def test_one_of_several_targets_is_constant():
    old = join(seasonal(1e5)).to_frame()
    old["z"] = old["y"].to_numpy()[::-1]
    days = pd.date_range("2024-03-31", periods=30)
    values = pd.DataFrame({"y": 5.0, "z": np.arange(30) % 4.0}, days)
    new = pd.concat({"new": values}, names=["shop", "day"])
    predicted = forecaster().fit(old).update(new).forecast().loc["new"]
    assert (predicted["y"] == 5).all()
    assert predicted["z"].nunique() > 1


def test_the_onnx_model_says_that_it_does_not_know_new_series():
    pytest.importorskip("onnx")
    from skseq.export import to_onnx

    days = pd.date_range("2024-03-31", periods=30)
    fitted = forecaster(log=False, deseasonalize=False).fit(join(seasonal(1e5)))
    to_onnx(fitted.update(join({"varies": pd.Series(np.arange(30.0), days)})))
    fitted.update(join({"new": pd.Series(5.0, days)}))
    with pytest.warns(UserWarning, match=r"came with update: .new.\. Their latest"):
        to_onnx(fitted)
