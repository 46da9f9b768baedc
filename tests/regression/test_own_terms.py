"""Forecasts in a window's own terms: when they are made, and what they are worth."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from threadpoolctl import threadpool_limits

from skseq import (
    GRURegressor,
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._regression.linear import PENALTIES, ridge
from skseq.exceptions import RangeWarning, SkillWarning

N_ROWS, N_TRAIN = 120, 90


def trending(seed=0):
    """Make a series with a season and a trend that leaves the fitted range."""
    rng = np.random.default_rng(seed)
    months = np.arange(N_ROWS)
    y = 100 + 2 * months + 15 * np.sin(months * np.pi / 6) + rng.normal(size=N_ROWS)
    return np.column_stack([rng.random(N_ROWS), y]), y


def walk(seed=0, n_rows=N_ROWS):
    y = np.cumsum(np.random.default_rng(seed).normal(size=n_rows))
    return y.reshape(-1, 1), y


def pipe_of(scaler=None, *, time_steps=13, horizon=1, cls=LSTMRegressor, **params):
    params = {"units": 4, "epochs": 3, "random_state": 0} | params
    return make_pipeline(
        scaler or TargetAwareMinMaxScaler(),
        SequenceWindower(time_steps=time_steps, horizon=horizon),
        cls(**params),
    )


def rmse(pipe, X, y):
    error = pipe.predict(X[N_TRAIN:]) - y[N_TRAIN:]
    return np.sqrt(np.mean(error**2))


@pytest.mark.parametrize(
    "scaler", [TargetAwareMinMaxScaler(), StandardScaler(), MinMaxScaler((-1, 1))]
)
@pytest.mark.parametrize("target_scaler", ["minmax", StandardScaler(), None], ids=str)
@pytest.mark.parametrize("horizon", [1, 3])
def test_the_past_is_found_whatever_scales_it(scaler, target_scaler, horizon):
    X, y = trending()
    params = {"linear_share": 0, "target_scaler": target_scaler, "epochs": 1}
    pipe = pipe_of(scaler, horizon=horizon, early_stopping=False, **params)
    regressor = pipe.fit(X, y)[-1]
    assert regressor.target_feature_.tolist() == [1]
    assert regressor.lag_.tolist() == [horizon]
    # With weights of zero nothing is left but the last known value.
    (state,) = regressor._states
    for weight in state.weights.values():
        weight[:] = 0
    last = pipe_of(scaler, horizon=horizon, cls=last_value).fit(X, y)
    answers, expected = (p.predict(X) for p in (pipe, last))
    np.testing.assert_allclose(answers[20:], expected[20:], rtol=1e-4)


def last_value(**params):
    """Make the rule "last" in the place of a network."""
    return NaiveRegressor()


def test_a_trend_beyond_the_fitted_range_is_followed():
    X, y = trending()
    own = pipe_of(epochs=60).fit(X[:N_TRAIN], y[:N_TRAIN])
    levels = pipe_of(normalization=None, persistence=None, epochs=60)
    levels.fit(X[:N_TRAIN], y[:N_TRAIN])
    assert levels[-1].target_feature_.tolist() == [-1]
    assert levels[-1].linear_share_ == 0
    last = pipe_of(cls=last_value).fit(X[:N_TRAIN], y[:N_TRAIN])
    assert rmse(own, X, y) < 0.6 * rmse(last, X, y)
    assert rmse(own, X, y) < 0.5 * rmse(levels, X, y)


@pytest.mark.parametrize("linear_share", [0, 0.5, 1])
def test_another_unit_changes_nothing(linear_share):
    X, y = trending()
    params = {"linear_share": linear_share, "dtype": "float64"}
    one = pipe_of(**params).fit(X, y).predict(X)
    other = pipe_of(**params).fit(X * [1, 1e6] + [0, 5e6], y * 1e6 + 5e6)
    np.testing.assert_allclose(
        other.predict(X * [1, 1e6] + [0, 5e6]), one * 1e6 + 5e6, rtol=1e-7
    )


def test_without_the_targets_past_all_is_as_with_levels():
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
        ({"persistence": 12, "linear_share": 0.5}, "persistence, linear_share"),
        ({"target_feature": 0}, "target_feature"),
    ],
)
def test_what_is_asked_for_by_name_must_be_there(params, word):
    X, y = trending()
    with pytest.raises(
        ValueError, match=f"{word} asked for needs the target's own past"
    ):
        pipe_of(**params).fit(X[:, :1], y)
    if "target_feature" not in params:
        with pytest.raises(ValueError, match="windows of 3 steps or more"):
            pipe_of(time_steps=2, **params).fit(X, y)


def test_a_season_to_count_from_must_be_in_the_window():
    X, y = trending()
    pipe_of(time_steps=12, persistence=12).fit(X, y)
    with pytest.raises(ValueError, match="time_steps=12 or more"):
        pipe_of(time_steps=11, persistence=12).fit(X, y)


def test_a_target_scaler_that_bends_leaves_levels():
    X, y = trending()
    log = FunctionTransformer(np.log, np.exp, check_inverse=False)
    regressor = pipe_of(target_scaler=log, epochs=1).fit(X, y)[-1]
    assert regressor._architecture.normalization is None
    assert regressor.linear_share_ == 0


def test_two_targets_have_a_past_each():
    X, y = trending()
    targets = np.column_stack([y, X[:, 0], np.full(N_ROWS, 3.0)])
    pipe = pipe_of().fit(X, targets)
    assert pipe[-1].target_feature_.tolist() == [1, 0, -1]
    assert (pipe.predict(X)[:, 2] == 3).all()


def test_a_warm_start_keeps_its_terms():
    X, y = trending()
    windows = pipe_of()[:-1].fit_transform(X, y)
    regressor = LSTMRegressor(units=3, epochs=1, warm_start=True).fit(windows, y)
    linear = regressor._linear
    regressor.fit(windows[30:], 2 * y[30:])
    assert regressor._linear is linear
    with pytest.raises(ValueError, match="goes on with persistence='auto'.*got None"):
        regressor.set_params(persistence=None).fit(windows, y)


def test_the_linear_forecast_is_that_of_ridge_regression():
    rng = np.random.default_rng(0)
    X, weights = rng.normal(size=(40, 6)), rng.random(40) + 0.1
    y = X @ rng.normal(size=6) * 0.3 + rng.normal(size=40)
    slopes, intercept = ridge(X, y, weights)
    oracle = RidgeCV(PENALTIES).fit(X, y, sample_weight=weights / weights.mean())
    np.testing.assert_allclose(slopes, oracle.coef_)
    assert intercept == pytest.approx(oracle.intercept_)


@pytest.mark.slow
@pytest.mark.parametrize("cls", [LSTMRegressor, GRURegressor])
@pytest.mark.parametrize("params", [{}, {"n_members": 2, "linear_share": 0.3}])
def test_model_is_all_that_is_fitted(cls, params, tmp_path):
    X, y = trending()
    pipe = pipe_of(cls=cls, **params).fit(X, y)
    windows = pipe[:-1].transform(X)[20:].astype("float32")
    answers = pipe[-1].model_.predict(windows, verbose=0)
    scaled = pipe[-1].target_scaler_.inverse_transform(answers)[:, 0]
    np.testing.assert_allclose(scaled, pipe.predict(X)[20:], rtol=1e-5)
    again = pipe[-1].to_scikeras().predict(windows)
    np.testing.assert_allclose(again, pipe.predict(X)[20:], rtol=1e-5)


def test_a_network_that_loses_to_a_naive_rule_says_so():
    X, y = walk(n_rows=200)
    params = {"linear_share": 0, "persistence": None, "normalization": None}
    pipe = pipe_of(early_stopping=True, **params)
    pipe.fit(X, y)  # nothing is known of the past then, and nothing said
    params = {"linear_share": 0, "epochs": 1, "learning_rate": 1.0}
    with pytest.warns(SkillWarning, match=r"RMSE is \d.*rule 'last' 0\.\d.*Naive"):
        pipe_of(**params).fit(X, y)


@pytest.mark.filterwarnings("error::skseq.exceptions.SkillWarning")
def test_the_warning_of_skill_can_be_switched_off():
    X, y = walk(n_rows=200)
    params = {"linear_share": 0, "epochs": 1, "learning_rate": 1.0}
    pipe_of(**params, skill_warning=False).fit(X, y)
    pipe_of(**params, early_stopping=False).fit(X, y)
    X, y = trending()
    pipe_of(epochs=40).fit(X, y)


@pytest.mark.filterwarnings("error::skseq.exceptions.RangeWarning")
def test_values_far_from_those_fitted_are_told_of_once():
    X, y = trending()
    pipe = pipe_of().fit(X[:N_TRAIN], y[:N_TRAIN])
    pipe.predict(X[N_TRAIN:])  # a trend that goes on is not far
    far = X[N_TRAIN:] * [1, 1000]
    with pytest.warns(RangeWarning, match="Feature 1 of X reaches .* from 0 to 1"):
        pipe.predict(far)
    pipe.predict(far)
    pipe.fit(X[:N_TRAIN], y[:N_TRAIN])
    with pytest.warns(RangeWarning):
        pipe.predict(far)
    silent = pipe_of(range_warning=False).fit(X[:N_TRAIN], y[:N_TRAIN])
    silent.predict(far)


def test_other_features_keep_their_level():
    X, y = trending()
    params = {"linear_share": 0, "dtype": "float64"}
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


def test_a_spike_or_two_are_nobodys_past():
    y, X = np.zeros(100), np.zeros((100, 1))
    y[30] = X[33] = 1
    windows = SequenceWindower(3).fit(X, y).transform(X)
    regressor = LSTMRegressor(units=3, epochs=1).fit(windows, y)
    assert regressor.target_feature_.tolist() == [-1]


def test_a_scaler_that_bends_is_refused_where_a_past_is_asked_for():
    X, y = trending()
    log = FunctionTransformer(np.log, np.exp, check_inverse=False)
    with pytest.raises(ValueError, match="persistence asked for.*in proportion"):
        pipe_of(target_scaler=log, persistence="last").fit(X, y)
    with pytest.raises(ValueError, match="linear_share asked for needs normaliz"):
        pipe_of(normalization=None, persistence=None, linear_share=1).fit(X, y)


@pytest.mark.parametrize("size", [1e-25, 1e25])
def test_features_beyond_float32_squared_keep_their_level(size):
    X, y = walk()
    windows = SequenceWindower(4).fit(X, y).transform(X) * size
    regressor = LSTMRegressor(units=3, epochs=1).fit(windows, y)
    assert regressor.linear_share_ == 0
    assert np.isfinite(regressor.predict(windows)).all()


def test_the_linear_forecast_is_the_same_in_any_batch_and_thread():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((600, 10)).cumsum(axis=0)
    windows = SequenceWindower(24).fit(X, X[:, 0]).transform(X)
    params = {"units": 3, "epochs": 1, "linear_share": 1, "random_state": 0}
    answers = []
    for limit in (1, 2):
        with threadpool_limits(limit):
            fitted = LSTMRegressor(**params).fit(windows, X[:, 0])
            answers.append(fitted.predict(windows))
    np.testing.assert_array_equal(*answers)
    alone = [fitted.predict(windows[[row]])[0] for row in (30, 599)]
    np.testing.assert_array_equal(alone, answers[0][[30, 599]])


def test_a_constant_target_that_begins_to_vary_needs_a_new_linear_forecast():
    X, y = walk()
    windows = SequenceWindower(4).fit(X, y).transform(X)
    still = np.column_stack([y, np.full(len(y), 5.0)])
    params = {"units": 3, "epochs": 1, "target_scaler": None, "warm_start": True}
    regressor = LSTMRegressor(**params).fit(windows, still)
    still[:, 1] += np.sin(np.arange(len(y)))
    with pytest.raises(ValueError, match="constant, but it varies now"):
        regressor.fit(windows, still)


def test_range_takes_in_what_training_goes_on_with():
    X, y = walk()
    windows = SequenceWindower(4).fit(X, y).transform(X)
    regressor = LSTMRegressor(units=3, epochs=1, warm_start=True).fit(windows, y)
    regressor.fit(windows + 1000, y + 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RangeWarning)
        regressor.predict(windows + 1000)
