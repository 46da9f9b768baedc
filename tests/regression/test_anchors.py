"""Normalized windows and anchors: when they are used, and what they are good for."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from small_series import N_ROWS, N_TRAIN, last_value, pipe_of, trending, walk

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler


def rmse(pipe, X, y):
    error = pipe.predict(X[N_TRAIN:]) - y[N_TRAIN:]
    return np.sqrt(np.mean(error**2))


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    "scaler", [TargetAwareMinMaxScaler(), StandardScaler(), MinMaxScaler((-1, 1))]
)
@pytest.mark.parametrize("target_scaler", ["minmax", StandardScaler(), None], ids=str)
@pytest.mark.parametrize("horizon", [1, 3])
def test_the_past_is_found_whatever_scales_it(scaler, target_scaler, horizon):
    X, y = trending()
    params = {"linear_weight": 0, "target_scaler": target_scaler, "epochs": 1}
    pipe = pipe_of(scaler, horizon=horizon, early_stopping=False, **params)
    regressor = pipe.fit(X, y)[-1]
    assert regressor.target_feature_.tolist() == [1]
    assert regressor.lag_.tolist() == [horizon]
    # With weights of zero nothing is left but the last known value.
    (state,) = regressor._fitted_model.states
    for weight in state.weights.values():
        weight[:] = 0
    last = pipe_of(scaler, horizon=horizon, cls=last_value).fit(X, y)
    predictions, expected = (p.predict(X) for p in (pipe, last))
    np.testing.assert_allclose(predictions[20:], expected[20:], rtol=1e-4)


def test_a_trend_beyond_the_fitted_range_is_followed():
    X, y = trending()
    normalized = pipe_of(epochs=60).fit(X[:N_TRAIN], y[:N_TRAIN])
    levels = pipe_of(normalization=None, persistence=None, epochs=60)
    levels.fit(X[:N_TRAIN], y[:N_TRAIN])
    assert levels[-1].target_feature_.tolist() == [-1]
    assert levels[-1].linear_weight_ == 0
    last = pipe_of(cls=last_value).fit(X[:N_TRAIN], y[:N_TRAIN])
    assert rmse(normalized, X, y) < 0.6 * rmse(last, X, y)
    assert rmse(normalized, X, y) < 0.5 * rmse(levels, X, y)


@pytest.mark.parametrize("linear_weight", [0, 0.5, 1])
def test_another_unit_changes_nothing(linear_weight):
    X, y = trending()
    params = {"linear_weight": linear_weight, "dtype": "float64"}
    one = pipe_of(**params).fit(X, y).predict(X)
    other = pipe_of(**params).fit(X * [1, 1e6] + [0, 5e6], y * 1e6 + 5e6)
    np.testing.assert_allclose(
        other.predict(X * [1, 1e6] + [0, 5e6]), one * 1e6 + 5e6, rtol=1e-7
    )


def test_without_the_targets_past_windows_are_read_as_they_are():
    X, y = trending()
    one = pipe_of().fit(X[:, :1], y)
    other = pipe_of(normalization=None, persistence=None, early_stopping=False)
    other.fit(X[:, :1], y)
    np.testing.assert_array_equal(one.predict(X[:, :1]), other.predict(X[:, :1]))
    assert not hasattr(one[-1], "best_epoch_")


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"normalization": "instance"}, "normalization"),
        ({"persistence": "last"}, "persistence"),
        ({"persistence": 12, "linear_weight": 0.5}, "persistence and linear_weight"),
        ({"target_feature": 0}, "target_feature"),
    ],
)
def test_a_parameter_that_cannot_be_applied_is_an_error(params, word):
    X, y = trending()
    with pytest.raises(
        ValueError, match=f"{word} cannot be applied without the target's past"
    ):
        pipe_of(**params).fit(X[:, :1], y)


def test_the_anchor_of_a_season_must_be_in_the_window():
    X, y = trending()
    pipe_of(time_steps=12, persistence=12).fit(X, y)
    with pytest.raises(ValueError, match="time_steps=12 or more"):
        pipe_of(time_steps=11, persistence=12).fit(X, y)


def test_behind_a_scaler_that_mixes_targets_windows_are_read_as_they_are():
    X, y = trending()
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    mixing = FunctionTransformer(lambda t: t @ turn, lambda t: t @ turn.T)
    targets = np.column_stack([y, X[:, 0]])
    regressor = pipe_of(target_scaler=mixing, epochs=1).fit(X, targets)[-1]
    assert regressor._fitted_model.architecture.normalization is None
    assert regressor.linear_weight_.tolist() == [0, 0]


def test_two_targets_have_a_past_each():
    X, y = trending()
    targets = np.column_stack([y, X[:, 0], np.full(N_ROWS, 3.0)])
    pipe = pipe_of().fit(X, targets)
    assert pipe[-1].target_feature_.tolist() == [1, 0, -1]
    assert (pipe.predict(X)[:, 2] == 3).all()


def test_other_features_are_not_normalized():
    X, y = trending()
    params = {"linear_weight": 0, "dtype": "float64"}
    pipe = pipe_of(StandardScaler(), **params).fit(X, y)
    raised = X + np.array([1, 0])
    assert (np.abs(pipe.predict(raised) - pipe.predict(X))[20:] > 1e-6).all()


def test_rows_of_weight_zero_do_not_hide_the_past():
    X, y = trending()
    windows = pipe_of()[:-1].fit_transform(X, y)
    weights = np.ones(N_ROWS)
    weights[::7] = 0
    spoilt = np.where(weights > 0, y, 1e3)
    regressor = LSTMRegressor(units=3, epochs=1).fit(windows, spoilt, weights)
    assert regressor.target_feature_.tolist() == [1]


def test_a_gap_in_the_index_does_not_hide_the_past():
    X, y = trending()
    dates = pd.date_range("2020-01-01", periods=N_ROWS, freq="MS")
    keeps = np.r_[0:50, 55:N_ROWS]
    frame = pd.DataFrame(X, index=dates, columns=["noise", "sales"]).iloc[keeps]
    pipe = pipe_of().fit(frame, pd.Series(y, dates).iloc[keeps])
    assert pipe[-1].target_feature_.tolist() == [1]


def test_a_single_spike_is_no_lagged_target():
    y, X = np.zeros(100), np.zeros((100, 1))
    y[30] = X[33] = 1
    windows = SequenceWindower(3).fit(X, y).transform(X)
    regressor = LSTMRegressor(units=3, epochs=1).fit(windows, y)
    assert regressor.target_feature_.tolist() == [-1]


def test_a_requested_linear_weight_needs_an_anchor():
    X, y = trending()
    with pytest.raises(ValueError, match="linear_weight cannot .*without normaliz"):
        pipe_of(normalization=None, persistence=None, linear_weight=1).fit(X, y)


@pytest.mark.parametrize("size", [1e-25, 1e25])
@pytest.mark.filterwarnings("ignore:.* networks learn from values")
def test_features_of_an_unusual_size_are_not_normalized(size):
    X, y = walk()
    windows = SequenceWindower(4).fit(X, y).transform(X) * size
    regressor = LSTMRegressor(units=3, epochs=1).fit(windows, y)
    assert regressor.linear_weight_ == 0
    assert np.isfinite(regressor.predict(windows)).all()


def demand(lag):
    """Hourly demand by temperature, and the demand of some hours earlier."""
    rng = np.random.default_rng(lag)
    index = pd.date_range("2024", periods=700, freq="h")
    noise = pd.Series(rng.normal(size=700), index)
    heat = 8 * np.cos(2 * np.pi * index.hour / 24) + noise.ewm(alpha=0.03).mean() * 30
    y = 500 + 30 * np.maximum(heat, 0) + 10 * rng.normal(size=700)
    X = pd.DataFrame({"heat": heat, "lag": y.shift(lag)}, index)
    return X[lag:], y[lag:]


def fit_current(X, y, **params):
    regressor = LSTMRegressor(units=8, epochs=30, random_state=0, **params)
    windower = SequenceWindower(12, horizon=0)
    return make_pipeline(TargetAwareMinMaxScaler(), windower, regressor).fit(X, y)


@pytest.mark.parametrize("lag", [24, 48, 168])
def test_a_lag_among_current_inputs_does_no_harm(lag):
    X, y = demand(lag)
    errors = {}
    for normalization in ("auto", "instance"):
        pipe = fit_current(X[:450], y[:450], normalization=normalization)
        errors[normalization] = np.std(pipe.predict(X)[450:] - y[450:])
    assert errors["auto"] < 0.6 * errors["instance"]


def follower(lead, noise, seed=0):
    """A target that follows the level of an indicator some steps before."""
    rng = np.random.default_rng(seed)
    indicator = pd.Series(rng.normal(size=240).cumsum(), name="indicator")
    y = indicator.shift(lead).bfill() + noise * rng.normal(size=240)
    return pd.concat([y.rename("y"), indicator], axis=1), y


def fit_ahead(X, y, horizon=1, **params):
    regressor = LSTMRegressor(units=8, epochs=30, random_state=0, **params)
    windower = SequenceWindower(8, horizon=horizon)
    return make_pipeline(TargetAwareMinMaxScaler(), windower, regressor).fit(X, y)


@pytest.mark.parametrize("horizon", [1, 2])
@pytest.mark.parametrize("lead", [2, 3, 5])
def test_the_level_of_an_indicator_is_used(lead, horizon):
    X, y = follower(lead, 0.2)
    errors = {}
    for normalization in ("auto", "instance"):
        pipe = fit_ahead(X[:180], y[:180], horizon, normalization=normalization)
        errors[normalization] = np.std(pipe.predict(X)[180:] - y[180:])
        assert pipe[-1].normalization_ == {"auto": None}.get(normalization, "instance")
    assert errors["auto"] < 0.8 * errors["instance"]


def test_another_target_does_not_decide_alone():
    X, y = follower(3, 0.2)
    noise = np.random.default_rng(0).normal(size=240)
    X, y = X.assign(noise=noise), pd.DataFrame({"y": y, "noise": noise})
    assert fit_ahead(X, y)[-1].normalization_ is None


def test_other_features_do_not_prevent_standardization():
    X, y = follower(3, 0.2)
    unrelated = X.assign(indicator=follower(3, 0, seed=1)[0].indicator)
    assert fit_ahead(unrelated, y)[-1].normalization_ == "instance"
    assert fit_ahead(X[["y"]], y)[-1].normalization_ == "instance"
    assert fit_ahead(X, y, window_statistics=True)[-1].normalization_ == "instance"
    two = (pd.concat({"a": of, "b": of}) for of in (X, y))
    assert fit_ahead(*two)[-1].normalization_ == "instance"
    assert fit_ahead(X[:30], y[:30])[-1].normalization_ == "instance"  # too few rows


def test_lags_alone_are_standardized():
    X, y = demand(24)
    assert fit_current(X[["lag"]], y)[-1].normalization_ == "instance"
    assert fit_current(X, y)[-1].normalization_ is None
