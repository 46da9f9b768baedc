"""y's past is found in windows cut by hand, whatever other features they have."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skseq import LSTMRegressor, NaiveRegressor
from skseq.exceptions import LaggedTargetWarning

N_ROWS, TIME_STEPS = 72, 6
SERIES = 50 + np.random.default_rng(0).normal(size=N_ROWS).cumsum()
OTHER = np.random.default_rng(1).normal(size=N_ROWS)
MONTHS = np.arange(N_ROWS) % 12
FAST = {"units": 2, "epochs": 1, "random_state": 0}


def cut(series, time_steps=TIME_STEPS, horizon=1):
    first = time_steps + horizon - 1
    rows = range(first, len(series))
    return np.stack([series[row - first :][:time_steps] for row in rows])


def repeated(values):
    """Make windows that contain one value at all steps."""
    return np.repeat(values[:, np.newaxis], TIME_STEPS, axis=1)


def rows_of(windows):
    """Return the number of the row that each window belongs to."""
    return np.arange(N_ROWS - len(windows), N_ROWS)


FEATURES = {
    "month to predict": lambda w: repeated(rows_of(w) % 12),
    "year to predict": lambda w: repeated(rows_of(w) // 12),
    "month of each step": lambda w: cut(MONTHS)[-len(w) :],
    "mean": lambda w: repeated(w.mean(axis=1)),
    "last value": lambda w: repeated(w[:, -1]),
    "position": lambda w: np.tile(np.arange(TIME_STEPS), (len(w), 1)),
    "demeaned": lambda w: w - w.mean(axis=1, keepdims=True),
    "from the last value": lambda w: w - w[:, -1:],
    "noise": lambda w: np.random.default_rng(2).normal(size=w.shape),
    "constant": np.ones_like,
}
"""Features made of windows that have y's past, or of their rows."""


def features(names, windows, position):
    """Stack windows with features before or after them."""
    made = [FEATURES[name](windows) for name in names]
    made.insert(position, windows)
    return np.stack(made, axis=2).astype(float)


@pytest.mark.parametrize("name", FEATURES)
@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("position", [0, 1])
class TestOtherFeatures:
    def windows(self, name, horizon, position, series=SERIES):
        windows = cut(series, horizon=horizon)
        return features([name], windows, position), series[-len(windows) :]

    def test_found(self, name, horizon, position):
        X, y = self.windows(name, horizon, position)
        for feature in ("auto", position):
            naive = NaiveRegressor(target_feature=feature).fit(X, y)
            assert naive.target_feature_ == [position]
            assert naive.lag_ == [horizon]

    def test_found_in_a_network_without_a_warning(self, name, horizon, position):
        X, y = self.windows(name, horizon, position)
        with warnings.catch_warnings(action="error", category=LaggedTargetWarning):
            network = LSTMRegressor(persistence="last", **FAST).fit(X, y)
        assert (network.target_feature_, network.lag_) == ([position], [horizon])
        assert network.linear_weight_ > 0

    def test_found_where_rows_are_missing(self, name, horizon, position):
        X, y = self.windows(name, horizon, position)
        rows = np.setdiff1d(np.arange(len(y)), [11, 30, 31, 32, 50])
        naive = NaiveRegressor().fit(X[rows], y[rows])
        assert (naive.target_feature_, naive.lag_) == ([position], [horizon])

    def test_found_in_series_one_after_another(self, name, horizon, position):
        parts = [
            self.windows(name, horizon, position, part)
            for part in np.split(SERIES, [27, 52])
        ]
        X, y = map(np.concatenate, zip(*parts, strict=True))
        naive = NaiveRegressor().fit(X, y)
        assert (naive.target_feature_, naive.lag_) == ([position], [horizon])

    def test_not_found_in_shuffled_windows(self, name, horizon, position):
        X, y = self.windows(name, horizon, position)
        order = np.random.default_rng(3).permutation(len(y))
        with pytest.raises(ValueError, match="at none of the lags"):
            NaiveRegressor().fit(X[order], y[order])


@pytest.mark.parametrize("name", ["month to predict", "mean", "position", "demeaned"])
@pytest.mark.parametrize("order", ["shuffled", "reversed"])
def test_windows_that_are_not_in_time_order_warn(name, order):
    X, y = features([name], cut(SERIES), 1), SERIES[TIME_STEPS:]
    rows = np.arange(len(y))[::-1]
    if order == "shuffled":
        rows = np.random.default_rng(5).permutation(rows)
    with pytest.warns(LaggedTargetWarning, match="windows of X seem to be out of"):
        LSTMRegressor(**FAST).fit(X[rows], y[rows])


@pytest.mark.filterwarnings("error::skseq.exceptions.LaggedTargetWarning")
def test_steps_of_another_feature_may_be_reversed():
    other = cut(OTHER)[:, ::-1]
    X = np.stack([cut(SERIES), other, FEATURES["mean"](other)], axis=2)
    assert LSTMRegressor(**FAST).fit(X, SERIES[TIME_STEPS:]).target_feature_ == [0]


def test_all_features_at_once():
    windows, y = cut(SERIES), SERIES[TIME_STEPS:]
    X = features(FEATURES, windows, 3)
    assert NaiveRegressor().fit(X, y).target_feature_ == [3]
    seasonal = NaiveRegressor("seasonal", season_length=4).fit(X, y)
    np.testing.assert_array_equal(seasonal.predict(X)[4:], y[:-4])
    network = LSTMRegressor(persistence=4, **FAST).fit(X, y)
    assert network.target_feature_ == [3]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_may_be_rounded_one_by_one(dtype):
    windows, y = cut(SERIES).astype(dtype), SERIES[TIME_STEPS:].astype(dtype)
    factors = 1 + np.finfo(dtype).eps * (np.arange(len(y)) % 3)
    rounded = windows * factors[:, np.newaxis].astype(dtype)
    assert (rounded != windows).any()
    X = rounded[:, :, np.newaxis]
    rows = np.setdiff1d(np.arange(len(y)), [11, 30, 31, 32, 50])
    for naive in (
        NaiveRegressor("seasonal", season_length=3).fit(X, y),
        NaiveRegressor().fit(X[rows], y[rows]),
    ):
        assert (naive.target_feature_, naive.lag_) == ([0], [1])


def test_a_feature_tells_series_of_zeros_apart():
    rng = np.random.default_rng(4)
    sold = rng.poisson(0.3, size=(5, 40)).astype(float)
    sold[:, :6] = sold[:, -8:] = 0  # the windows of two series overlap by chance
    sold[:, 6] = 1
    y = np.concatenate([series[TIME_STEPS + 2 :] for series in sold])
    windows = np.concatenate([cut(series, horizon=3) for series in sold])
    shop = repeated(np.repeat(np.arange(5.0), len(y) // 5))
    X = np.stack([windows, shop], axis=2)
    assert NaiveRegressor().fit(X, y).lag_ == [3]
    with pytest.raises(ValueError, match="at none of the lags"):
        NaiveRegressor().fit(windows[:, :, np.newaxis], y)


@pytest.mark.parametrize("name", ["month to predict", "mean", "position"])
def test_later_values_are_found(name):
    windows = cut(SERIES)
    X = features([name], windows[2:], 1)
    y = SERIES[TIME_STEPS:-2]
    for rows in (np.arange(len(y)), np.setdiff1d(np.arange(len(y)), [20, 21, 40])):
        with pytest.warns(LaggedTargetWarning, match="Feature 1 of X is the target"):
            LSTMRegressor(**FAST).fit(X[rows], y[rows])


@pytest.mark.parametrize("name", ["month to predict", "mean", "position"])
def test_a_feature_that_nearly_holds_the_past_is_named(name):
    windows, y = cut(SERIES), SERIES[TIME_STEPS:].copy()
    y[[20, 40]] += 3
    X = features([name], windows, 1)
    match = "Feature 1 of X equals y 1 step earlier except in 2 of"
    with pytest.warns(LaggedTargetWarning, match=match):
        LSTMRegressor(**FAST).fit(X, y)
    rows = np.setdiff1d(np.arange(len(y)), [12, 30])
    with pytest.warns(LaggedTargetWarning, match=match):
        LSTMRegressor(**FAST).fit(X[rows], y[rows])


class TestStepsThatAreNotRows:
    """Windows of single earlier rows, such as 12, 2 and 1 rows before."""

    def windows(self, lags, series=SERIES):
        rows = np.arange(24, len(series))
        return series[rows[:, np.newaxis] - lags][:, :, np.newaxis], series[rows]

    @pytest.mark.parametrize(
        "lags", [[7, 5, 3, 1], [12, 2, 1], [24, 12, 1], [14, 5, 3]]
    )
    def test_found(self, lags):
        X, y = self.windows(lags)
        naive = NaiveRegressor().fit(X, y)
        assert (naive.target_feature_, naive.lag_) == ([0], [lags[-1]])
        with warnings.catch_warnings(action="error", category=LaggedTargetWarning):
            network = LSTMRegressor(**FAST).fit(X, y)
        assert (network.target_feature_, network.lag_) == ([0], [lags[-1]])
        assert network.linear_weight_ > 0

    def test_found_by_time(self):
        X, y = self.windows([12, 2, 1])
        dates = pd.date_range("2024-01-01", periods=len(y))
        rows = np.setdiff1d(np.arange(len(y)), [20, 21, 40])
        naive = NaiveRegressor().fit(X[rows], pd.Series(y, dates).iloc[rows])
        assert (naive.target_feature_, naive.lag_) == ([0], [1])

    @pytest.mark.parametrize(
        "regressor",
        [
            NaiveRegressor("drift"),
            NaiveRegressor("seasonal", season_length=2),
            LSTMRegressor(persistence=2, **FAST),
        ],
    )
    def test_steps_cannot_be_counted(self, regressor):
        match = "=.* counts the steps of a window as rows, .* use .*='last'"
        with pytest.raises(ValueError, match=match):
            regressor.fit(*self.windows([12, 2, 1]))

    @pytest.mark.parametrize("lags", [[1, 2, 12], [3, 5, 14], [1, 24, 12]])
    def test_the_last_step_must_be_the_latest(self, lags):
        X, y = self.windows(lags)
        match = (
            r"feature 0 of X are not in time order: step 0 \(counted from 0\) "
            f"contains y {lags[0]} rows? before the row to predict, but the last step "
            f"contains y {lags[-1]} rows before it"
        )
        with pytest.raises(ValueError, match=match):
            NaiveRegressor().fit(X, y)
        with pytest.warns(LaggedTargetWarning, match=match + ".*therefore not used"):
            network = LSTMRegressor(**FAST).fit(X, y)
        assert network.target_feature_ == [-1]
        later_found = np.concatenate([X, self.windows([24, 12, 1])[0]], axis=2)
        assert NaiveRegressor().fit(later_found[:, -3:], y).target_feature_ == [1]


def test_the_last_value_alone_is_used():
    windows, y = cut(SERIES), SERIES[TIME_STEPS:]
    X = np.stack([windows - windows[:, -1:], repeated(windows[:, -1])], axis=2)
    network = LSTMRegressor(epochs=1, linear_weight=0).fit(X, y)
    assert network.target_feature_ == [1]
    (state,) = network._fitted_model.states
    for weight in state.weights.values():
        weight[:] = 0
    np.testing.assert_allclose(network.predict(X), windows[:, -1], rtol=1e-5)
