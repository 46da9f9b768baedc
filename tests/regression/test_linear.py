"""The linear forecast: ridge regression, its weight, and what a warm start keeps."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from model_with_loss import ModelWithLoss
from sklearn.linear_model import RidgeCV
from small_series import pipe_of, trending, walk
from threadpoolctl import threadpool_limits

from skseq import GRURegressor, LSTMRegressor, SequenceWindower
from skseq._engine.contract import TrainingData
from skseq._network.normalization import Anchor, Normalization
from skseq._regression.linear.forecast import fit_linear
from skseq._regression.linear.ridge import PENALTIES, ridge
from skseq._series.windows import Windows


def test_the_linear_forecast_is_that_of_ridge_regression():
    rng = np.random.default_rng(0)
    X, weights = rng.normal(size=(40, 6)), rng.random(40) + 0.1
    y = X @ rng.normal(size=6) * 0.3 + rng.normal(size=40)
    slopes, intercept = ridge(X, y, weights)
    oracle = RidgeCV(PENALTIES).fit(X, y, sample_weight=weights / weights.mean())
    np.testing.assert_allclose(slopes, oracle.coef_)
    assert intercept == pytest.approx(oracle.intercept_)


def test_the_linear_forecast_is_the_same_in_any_batch_and_thread():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((600, 10)).cumsum(axis=0)
    windows = SequenceWindower(24).fit(X, X[:, 0]).transform(X)
    params = {"units": 3, "epochs": 1, "linear_weight": 1, "random_state": 0}
    predictions = []
    for limit in (1, 2):
        with threadpool_limits(limit):
            fitted = LSTMRegressor(**params).fit(windows, X[:, 0])
            predictions.append(fitted.predict(windows))
    np.testing.assert_array_equal(*predictions)
    alone = [fitted.predict(windows[[row]])[0] for row in (30, 599)]
    np.testing.assert_array_equal(alone, predictions[0][[30, 599]])


def test_a_constant_target_that_begins_to_vary_is_left_to_the_network():
    X, y = walk()
    windows = SequenceWindower(4).fit(X, y).transform(X)
    still = np.column_stack([y, np.full(len(y), 5.0)])
    params = {"units": 3, "epochs": 1, "target_scaler": None, "warm_start": True}
    regressor = LSTMRegressor(**params).fit(windows, still)
    still[:, 1] += np.sin(np.arange(len(y)))
    regressor.fit(windows, still)
    assert regressor.linear_weight_[0] > regressor.linear_weight_[1] == 0
    assert np.ptp(regressor.predict(windows)[:, 1]) > 0


def test_a_warm_start_keeps_the_linear_forecast():
    X, y = trending()
    windows = pipe_of()[:-1].fit_transform(X, y)
    regressor = LSTMRegressor(units=3, epochs=1, warm_start=True).fit(windows, y)
    linear = regressor._fitted_model.linear
    regressor.fit(windows[30:], y[30:])
    assert regressor._fitted_model.linear is linear
    with pytest.raises(ValueError, match="continues with persistence='auto'.*got None"):
        regressor.set_params(persistence=None).fit(windows, y)


@pytest.mark.slow
@pytest.mark.parametrize("cls", [LSTMRegressor, GRURegressor])
@pytest.mark.parametrize("params", [{}, {"n_members": 2, "linear_weight": 0.3}])
def test_model_is_all_that_is_fitted(cls, params, tmp_path):
    X, y = trending()
    pipe = pipe_of(cls=cls, **params).fit(X, y)
    windows = pipe[:-1].transform(X)[20:].astype("float32")
    predictions = pipe[-1].model_.predict(windows, verbose=0)
    scaled = pipe[-1].target_scaler_.inverse_transform(predictions)[:, 0]
    np.testing.assert_allclose(scaled, pipe.predict(X)[20:], rtol=1e-5)
    again = pipe[-1].to_scikeras().predict(windows)
    np.testing.assert_allclose(again, pipe.predict(X)[20:], rtol=1e-5)


def test_a_weight_of_one_trains_no_network(monkeypatch):
    monkeypatch.setattr("skseq._engine.native.train", None)
    X, y = trending()
    pipe = pipe_of(linear_weight=1).fit(X, y)
    regressor = pipe[-1]
    assert (regressor.n_iter_, regressor.history_) == (0, {"loss": []})
    windows = pipe[:-1].transform(X)
    linear = regressor._fitted_model.linear.predict(Windows.of(windows[20:]))
    expected = regressor.target_scaler_.inverse_transform(linear)[:, 0]
    np.testing.assert_allclose(pipe.predict(X)[20:], expected)
    assert pickle.loads(pickle.dumps(pipe)).predict(X).shape == y.shape
    with pytest.raises(ValueError, match="no network to train any more"):
        regressor.set_params(warm_start=True).fit(windows, y)
    with pytest.raises(ValueError, match="no network to train any more"):
        regressor.partial_fit(windows, y)


@pytest.mark.parametrize("linear_weight", [0, 0.4, 1])
def test_the_prediction_is_the_weighted_mean_of_network_and_linear(linear_weight):
    X, y = trending()
    params = {"target_scaler": None, "dtype": "float64"}
    network = pipe_of(linear_weight=0, **params).fit(X, y).predict(X)
    linear = pipe_of(linear_weight=1, **params).fit(X, y).predict(X)
    both = pipe_of(linear_weight=linear_weight, **params).fit(X, y).predict(X)
    mean = linear_weight * linear + (1 - linear_weight) * network
    np.testing.assert_allclose(both, mean)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_the_bias_follows_the_loss(quantile):
    X, y = walk(n_rows=400)
    y = y + np.random.default_rng(1).exponential(2, size=400)  # skewed: mean > median
    normalization = Normalization((1e-4,), (Anchor(0, -1, 1.0, 0.0),))
    windows = Windows.of(SequenceWindower(4).fit_transform(X)[4:])
    data = TrainingData(windows, y[4:, np.newaxis], np.ones(396))

    def pinball(targets, predictions):
        above = targets - predictions
        return np.maximum(quantile * above, (quantile - 1) * above)[:, 0]

    least_squares = fit_linear(normalization, data)
    shifted = least_squares.shifted(data, ModelWithLoss(pinball))

    def loss(shift):
        moved = replace(shifted, bias=shifted.bias + shift)
        return pinball(data.targets, moved.predict(windows)).mean()

    # As small as any other bias makes it, up to the distance of two quantiles.
    assert loss(0) <= 1.001 * min(loss(shift) for shift in np.linspace(-2, 2, 81))
    assert loss(0) < pinball(data.targets, least_squares.predict(windows)).mean()
    np.testing.assert_array_equal(shifted.kernel, least_squares.kernel)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("horizon", [1, 3])
def test_unrelated_columns_do_little_harm(seed, horizon):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=90).cumsum()
    X = np.column_stack([y, rng.normal(size=(90, 3)).cumsum(axis=0)])
    errors = []
    for columns in X, X[:, :1]:
        pipe = pipe_of(time_steps=12, horizon=horizon, linear_weight=1)
        pipe.fit(columns[:54], y[:54])
        errors.append(np.std(pipe.predict(columns)[54:] - y[54:]))
    assert errors[0] < 1.5 * errors[1]
