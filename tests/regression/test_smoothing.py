"""Exponential smoothing, with which the linear forecast of a series is averaged."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits
from training_runs import blas_threads

from skseq import LSTMRegressor, SequenceWindower
from skseq._regression.linear import fit_to_loss, smoothing
from skseq._regression.linear.smoothing import (
    ALPHAS,
    PRIOR_WINDOWS,
    drift_factor_of,
    level_kernel,
)
from skseq._series.windows import Windows


def level_of(window, alpha):
    """Smooth a window value by value."""
    level = window[0]
    for value in window:
        level += alpha * (value - level)
    return level


@settings(max_examples=50)
@given(
    window=arrays(float, st.integers(1, 30), elements=st.floats(-1e6, 1e6)),
    alpha=st.sampled_from(ALPHAS),
)
def test_the_kernel_gives_the_level(window, alpha):
    change = window @ level_kernel(alpha, len(window))
    expected = level_of(window, alpha) - window[-1]
    np.testing.assert_allclose(change, expected, atol=1e-6)


def test_the_share_of_the_drift_is_that_of_the_t_statistic():
    changes = np.random.default_rng(0).normal(0.3, 1, 50)
    t = changes.mean() / (changes.std() / np.sqrt(50))
    values = np.r_[5, 5 + changes.cumsum()]
    assert drift_factor_of(values) == pytest.approx(t**2 / (1 + t**2))
    assert drift_factor_of(np.arange(9.0)) == 1
    for values in ([], [1.0], [1.0, 2.0], np.ones(9)):
        assert drift_factor_of(np.array(values)) == 0


def noisy_level(n_rows, seed=0, drift=0.0):
    """Make values around a level that moves little."""
    rng = np.random.default_rng(seed)
    level = 50 + (drift + 0.1 * rng.normal(size=n_rows)).cumsum()
    return level + rng.normal(size=n_rows)


def fit_both(monkeypatch, y, *, columns=None, horizon=1, **params):
    """Fit a linear forecast with smoothing, and the same without."""
    windower = SequenceWindower(12, horizon=horizon)
    params = {"linear_weight": 1, "random_state": 0, "target_scaler": None} | params
    X = y.to_frame() if columns is None else columns
    fitted = []
    for is_smoothed in (True, False):
        if not is_smoothed:
            monkeypatch.setattr(fit_to_loss, "is_short_single_series", lambda *_: False)
        pipe = make_pipeline(windower, LSTMRegressor(**params)).fit(X, y)
        fitted.append(pipe[-1]._fitted_model.linear)
        monkeypatch.undo()
    return fitted


def predict(linear, windows):
    return linear.predict(Windows.of(windows[:, :, np.newaxis]))[:, 0]


@pytest.mark.parametrize("n_rows", [30, 60, 120])
@pytest.mark.parametrize("drift", [0, 0.3])
def test_the_linear_forecast_is_the_weighted_mean(n_rows, drift, monkeypatch):
    y = pd.Series(noisy_level(n_rows, drift=drift), name="y")
    smoothed, linear = fit_both(monkeypatch, y)
    windows = np.lib.stride_tricks.sliding_window_view(y, 12)[:-1]
    target, last = y.to_numpy()[12:], windows[:, -1]
    scale = np.sqrt(windows.var(axis=1) + linear.normalization.floors[0])
    of_series = np.sqrt(scale**2 + linear.series_scale.variances[0])
    weights = np.minimum(of_series, 1.5 * np.median(of_series)) ** 2
    share, errors = drift_factor_of(last), []
    for alpha in ALPHAS:
        levels = np.array([level_of(window, alpha) for window in windows])
        drift = share * np.average((target - levels) / of_series, weights=weights)
        left = (target - levels) / of_series - drift
        errors.append((weights @ left**2, drift, levels))
    error, drift, levels = min(errors, key=lambda of_alpha: of_alpha[0])
    regression = predict(linear, windows)
    ratio = weights @ ((target - regression) / of_series) ** 2 / error
    n_smoothing = PRIOR_WINDOWS * min(ratio, 1) ** 2
    weight = n_smoothing / (n_smoothing + len(windows))
    expected = (1 - weight) * regression + weight * (levels + drift * of_series)
    np.testing.assert_allclose(predict(smoothed, windows), expected)
    assert 0.02 < weight < 0.95


def test_smoothing_makes_forecasts_of_noisy_levels_more_accurate(monkeypatch):
    errors = []
    for seed in range(20):
        y = pd.Series(noisy_level(60, seed), name="y")
        windows = np.lib.stride_tricks.sliding_window_view(y, 12)[:-1]
        both = fit_both(monkeypatch, y[:40])
        later = slice(28, None)
        errors.append(
            [np.abs(predict(of, windows[later]) - y[40:]).mean() for of in both]
        )
    smoothed, linear = np.mean(errors, axis=0)
    assert smoothed < 0.99 * linear


def unlike_smoothing():
    """Yield fits whose linear forecast smoothing would not suit."""
    y = pd.Series(noisy_level(60), name="y")
    noise = pd.Series(noisy_level(60, 1), name="z")
    yield "another column", y, {"columns": pd.concat([y, noise], axis=1)}
    yield "last season", y, {"persistence": 12}
    yield "the mean of the window", y, {"persistence": None}
    yield "quantiles", y, {"loss": "quantile", "quantile": [0.1, 0.9]}
    panel = pd.concat({"a": y, "b": noise.rename("y")}, names=["shop", "row"])
    yield "two series", panel, {}


@pytest.mark.parametrize(
    ("y", "options"),
    [pytest.param(*case[1:], id=case[0]) for case in unlike_smoothing()],
)
def test_other_forecasts_are_not_smoothed(y, options, monkeypatch):
    smoothed, linear = fit_both(monkeypatch, y, **options)
    np.testing.assert_array_equal(smoothed.kernel, linear.kernel)
    np.testing.assert_array_equal(smoothed.bias, linear.bias)


def test_with_many_windows_smoothing_hardly_counts(monkeypatch):
    y = pd.Series(noisy_level(3000), name="y")
    smoothed, linear = fit_both(monkeypatch, y)
    np.testing.assert_allclose(smoothed.kernel, linear.kernel, atol=0.04)
    assert (smoothed.kernel != linear.kernel).any()


def test_blas_uses_one_thread(monkeypatch):
    used, fit_level = [], smoothing.fit_level

    def record(*arguments):
        used.extend(blas_threads())
        return fit_level(*arguments)

    monkeypatch.setattr(smoothing, "fit_level", record)
    y = pd.Series(noisy_level(60), name="y")
    with threadpool_limits(2):
        make_pipeline(SequenceWindower(12), LSTMRegressor(epochs=1)).fit(
            y.to_frame(), y
        )
    assert set(used) == {1}
