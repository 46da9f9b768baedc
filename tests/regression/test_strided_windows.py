"""Windows cut by hand at every second or later step of a series."""

import warnings

import numpy as np
import pytest

from skseq import LSTMRegressor, NaiveRegressor
from skseq.exceptions import LaggedTargetWarning

FAST = {"units": 2, "epochs": 1, "random_state": 0}
N_ROWS, TIME_STEPS = 160, 8
RNG = np.random.default_rng(0)
SERIES = {
    "walk": 50 + RNG.normal(size=N_ROWS).cumsum(),
    "counts": RNG.integers(20, 60, N_ROWS).astype(float),
    "mostly zeros": np.where(RNG.random(N_ROWS) < 0.7, 0, RNG.integers(1, 9, N_ROWS)),
    "float32": (50 + RNG.normal(size=N_ROWS).cumsum()).astype(np.float32),
}


def cut(series, stride, horizon=1, n_outputs=1, time_steps=TIME_STEPS):
    """Cut windows, and the values of the steps ``horizon`` and later after them."""
    first = time_steps + horizon - 1
    starts = np.arange(0, len(series) - max(first, time_steps) - n_outputs + 1, stride)
    X = np.stack([series[start:][:time_steps] for start in starts])[:, :, np.newaxis]
    return X, np.stack([series[start + first :][:n_outputs] for start in starts])


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("stride", [2, 3, 4, 7])
@pytest.mark.parametrize("horizon", [1, 2, 5])
class TestPast:
    def test_every_output_has_its_lag(self, name, stride, horizon):
        X, Y = cut(SERIES[name], stride, horizon, n_outputs=4)
        naive = NaiveRegressor().fit(X, Y)
        np.testing.assert_array_equal(naive.target_feature_, 0)
        np.testing.assert_array_equal(naive.lag_, horizon + np.arange(4))
        np.testing.assert_allclose(naive.predict(X), np.repeat(X[:, -1], 4, axis=1))

    def test_lost_rows_and_several_series(self, name, stride, horizon):
        if name == "mostly zeros" and stride == TIME_STEPS - 1:
            return  # one shared zero does not tell where the second series begins
        parts = [cut(part, stride, horizon) for part in np.split(SERIES[name], [80])]
        X, Y = map(np.concatenate, zip(*parts, strict=True))
        naive = NaiveRegressor().fit(2 * X + 1, Y)
        assert (naive.lag_, naive.slope_) == ([horizon], [0.5])
        X, Y = cut(SERIES[name], stride, horizon)
        rows = np.setdiff1d(np.arange(len(X)), [3, 9, 10])
        assert NaiveRegressor().fit(X[rows], Y[rows]).lag_ == [horizon]


def test_a_season_is_counted_in_steps_of_the_series():
    series = SERIES["walk"]
    X, Y = cut(series, 3, horizon=2)
    naive = NaiveRegressor("seasonal", season_length=6).fit(X, Y)
    np.testing.assert_array_equal(naive.predict(X), X[:, -5])
    assert LSTMRegressor(persistence=6, **FAST).fit(X, Y).lag_ == [2]


@pytest.mark.parametrize("repeated", ["month", "mean", "last"])
def test_repeated_features_do_not_hide_it(repeated):
    X, Y = cut(SERIES["walk"], 4)
    value = {
        "month": (np.arange(len(X)) // 7 % 12).astype(float),
        "mean": X[:, :, 0].mean(axis=1),
        "last": X[:, -1, 0],
    }[repeated]
    X = np.append(np.tile(value[:, np.newaxis, np.newaxis], (1, 8, 1)), X, axis=2)
    with warnings.catch_warnings(action="error", category=LaggedTargetWarning):
        network = LSTMRegressor(**FAST).fit(X, Y)
    assert (network.target_feature_, network.lag_) == ([1], [1])


@pytest.mark.sample(4)
@pytest.mark.parametrize("stride", [1, 2, 3, 5])
@pytest.mark.parametrize("n_later", [0, 1, 3])
@pytest.mark.parametrize("name", ["walk", "counts"])
def test_the_target_within_windows_warns(name, stride, n_later):
    X, Y = cut(SERIES[name], stride, horizon=-n_later)
    later = f", {n_later} rows? later" if n_later else ""
    match = rf"Feature 0 of X is the target itself \(up to scale\){later}: y"
    with pytest.warns(LaggedTargetWarning, match=match):
        LSTMRegressor(**FAST).fit(X, Y)


def test_rows_of_weight_zero_do_not_count():
    X, Y = cut(SERIES["walk"], 2)
    weight = np.ones(len(Y))
    weight[[4, 5, 30]] = 0
    wrong = np.where(weight[:, np.newaxis] == 0, 1e6, Y)
    assert NaiveRegressor().fit(X, wrong, sample_weight=weight).lag_ == [1]
    every_second = np.arange(len(Y)) % 2
    assert NaiveRegressor().fit(X, Y, sample_weight=every_second).lag_ == [1]


@pytest.mark.parametrize("stride", [2, 3, 5])
@pytest.mark.parametrize("horizon", [1, 2])
def test_a_near_copy_is_named(stride, horizon):
    series = np.tile(SERIES["walk"], 2) + 3 * np.arange(2 * N_ROWS) % 7
    X, Y = cut(series, stride, horizon)
    match = f"rises and falls with y {horizon} steps? earlier but is not a scaled copy"
    with pytest.warns(LaggedTargetWarning, match=match):
        LSTMRegressor(**FAST).fit(np.log(X), Y)
    Y[[10, 20]] += 5
    match = f"Feature 0 of X equals y {horizon} steps? earlier except in 2 of"
    with pytest.warns(LaggedTargetWarning, match=match):
        LSTMRegressor(**FAST).fit(X, Y)


@pytest.mark.parametrize("stride", [TIME_STEPS, TIME_STEPS + 3])
@pytest.mark.parametrize("n_outputs", [1, 3])
class TestWithoutOverlap:
    def test_a_series_warns(self, stride, n_outputs):
        series = np.linspace(0, 9, 400) ** 2 + np.tile(SERIES["walk"], 3)[:400]
        X, Y = cut(series, stride, n_outputs=n_outputs)
        match = "Feature 0 of X, at the last step of .* no window shares steps"
        with pytest.warns(LaggedTargetWarning, match=match):
            LSTMRegressor(**FAST).fit(X, Y)

    def test_independent_windows_do_not(self, stride, n_outputs):
        X, Y = cut(RNG.normal(size=400), stride, n_outputs=n_outputs)
        with warnings.catch_warnings(action="error", category=LaggedTargetWarning):
            LSTMRegressor(**FAST).fit(X, Y)
            LSTMRegressor(**FAST).fit(X, X[:, -2:].mean(axis=(1, 2)))
