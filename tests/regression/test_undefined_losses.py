"""A loss that is NaN or infinite for some predictions moves no bias and no weight."""

import warnings

import numpy as np
import pytest
from model_with_loss import ModelWithLoss, least_squares
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import (
    KerasSequenceRegressor,
    LSTMRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._engine.contract import TrainingData
from skseq._regression.linear.weight import choose_linear_weight
from skseq._series.windows import Windows

UNDEFINED = [np.nan, np.inf, -np.inf]


def gamma(targets, predictions):
    return (np.log(predictions) + targets / predictions).mean(axis=1)


def relative(targets, predictions):
    return np.abs(1 - targets / np.sqrt(predictions) ** 2).mean(axis=1)


def pinball_of_roots(targets, predictions):
    error = np.sqrt(targets) - np.sqrt(predictions)
    return np.maximum(0.9 * error, -0.1 * error).mean(axis=1)


def with_value(loss, value):
    """Return a loss with another value where it is undefined."""

    def changed(targets, predictions):
        losses = loss(targets, predictions)
        is_outside = (predictions <= 0).any(axis=1)
        return np.where(np.isfinite(losses) & ~is_outside, losses, value)

    return changed


def positive(level, n_rows=200):
    """Make a series above 0, whose lowest values are at a level."""
    walk = np.random.default_rng(0).normal(size=n_rows).cumsum()
    return walk - walk.min() + level


@pytest.mark.parametrize("loss", [gamma, relative, pinball_of_roots])
@pytest.mark.parametrize("value", UNDEFINED)
@pytest.mark.parametrize("n_outputs", [1, 2])
def test_a_shift_to_undefined_losses_is_never_the_best(loss, value, n_outputs):
    forecast, data = least_squares(positive(1.5), n_outputs)
    assert forecast.predict(data.windows).min() > 0
    biases = [
        forecast.shifted(data, ModelWithLoss(with_value(loss, v), n_outputs)).bias
        for v in (value, 1e9)
    ]
    np.testing.assert_array_equal(*biases)
    assert (biases[0] != forecast.bias).all()


@pytest.mark.parametrize("value", UNDEFINED)
def test_least_squares_with_undefined_losses_are_not_shifted(value):
    forecast, data = least_squares(positive(0.0) - 0.5)
    model = ModelWithLoss(with_value(gamma, value))
    assert forecast.shifted(data, model) is forecast
    one_loss_for_all = ModelWithLoss(lambda *_: None)
    assert forecast.shifted(data, one_loss_for_all) is forecast


@pytest.mark.parametrize("value", UNDEFINED)
def test_a_linear_forecast_with_undefined_losses_has_no_weight(value):
    rng = np.random.default_rng(0)
    targets = rng.exponential(size=(50, 2))
    data = TrainingData(Windows.of(np.zeros((50, 1, 1))), targets, np.ones(50))
    model = ModelWithLoss(with_value(gamma, value), 2)
    linear, network = targets + 0.01, targets + 0.02
    assert choose_linear_weight(model, data, linear, network) > 0.75
    linear[3, 1] = -0.01
    assert choose_linear_weight(model, data, linear, network) == 0


def counts(level=2.0, n_rows=200):
    week = 1 + np.sin(np.arange(n_rows) * 2 * np.pi / 7)
    return np.random.default_rng(0).poisson(level + week).astype(float)


def pipe(regressor=None, scaler=None, **params):
    params = {"units": 4, "epochs": 5, "random_state": 0} | params
    return make_pipeline(
        scaler or TargetAwareMinMaxScaler(),
        SequenceWindower(7),
        regressor or LSTMRegressor(**params),
    )


def gamma_of_counts(y_true, y_pred):
    from keras import ops

    return ops.mean(ops.log(y_pred + 0.1) + (y_true + 0.1) / (y_pred + 0.1), axis=-1)


def make_loss(name):
    keras = pytest.importorskip("keras")
    own = {"object": keras.losses.Poisson(), "gamma": gamma_of_counts}
    return own.get(name, name)


CASES = [("object", 1), ("gamma", 1), ("poisson", "auto")]


@pytest.mark.parametrize(("loss", "linear_weight"), CASES)
def test_counts_are_not_predicted_too_low(loss, linear_weight):
    y = counts()
    fitted = pipe(loss=make_loss(loss), linear_weight=linear_weight)
    predictions = fitted.fit(y[:, np.newaxis], y).predict(y[:, np.newaxis])
    assert np.nanmean(predictions) == pytest.approx(y.mean(), rel=0.15)


SPARSE = counts(level=0.0)
"""Some linear predictions of these are negative."""

WITH_ZEROS = np.column_stack([SPARSE, np.zeros(len(SPARSE))])
"""With another column, the linear forecast is not averaged with smoothing."""


def negative_is_nan(y_true, y_pred):
    from keras import ops

    return ops.mean(ops.square(y_true - y_pred) + 0 * ops.sqrt(y_pred + 0.02), axis=-1)


@pytest.mark.parametrize(
    "early_stopping", ["auto", pytest.param(False, marks=pytest.mark.slow)]
)
def test_the_network_is_alone_if_the_linear_forecast_does_not_suit(early_stopping):
    pytest.importorskip("keras")
    params = {"epochs": 1, "learning_rate": 1e-4, "random_state": 1}
    params["early_stopping"] = early_stopping
    X, y = WITH_ZEROS, SPARSE
    auto, zero = (
        pipe(loss=negative_is_nan, linear_weight=weight, **params).fit(X, y)
        for weight in ("auto", 0)
    )
    assert auto[-1].linear_weight_ == [0]
    np.testing.assert_array_equal(auto.predict(X), zero.predict(X))


@pytest.mark.parametrize("linear_weight", [0.5, 1])
def test_a_weight_that_is_given_is_an_error(linear_weight):
    loss = make_loss("poisson")
    match = (
        f"linear_weight={linear_weight} needs .*loss='poisson' is nan for a prediction "
        "of -.* for the target 0, .*np.log1p.* Or set linear_weight=0"
    )
    with pytest.raises(ValueError, match=match):
        pipe(loss=loss, linear_weight=linear_weight).fit(WITH_ZEROS, SPARSE)


def of_targets(y_true, y_pred):
    from keras import ops

    return ops.mean(ops.abs(y_true - y_pred) / y_true, axis=-1)


LEVEL = {"normalization": None, "persistence": None}


def softplus_network(window_shape, n_outputs):
    import keras

    layers = keras.layers
    output = layers.Dense(n_outputs, activation="softplus")
    return keras.Sequential([keras.Input(window_shape), layers.GRU(2), output])


@pytest.mark.parametrize(
    "scaler",
    [
        "minmax",
        pytest.param(TargetAwareMinMaxScaler((1, 2)), marks=pytest.mark.slow),
    ],
)
def test_a_network_that_predicts_negative_numbers_says_what_to_do(scaler):
    y, loss = counts(), make_loss("poisson")
    X = y[:, np.newaxis]
    match = "diverged: .* loss='poisson' is nan for a prediction of -.*softplus"
    with pytest.raises(ValueError, match=match):
        pipe(loss=loss, target_scaler=scaler, **LEVEL).fit(X, y)


def test_the_advice_on_negative_predictions_helps():
    y, loss = counts(), make_loss("poisson")
    X, options = y[:, np.newaxis], {"epochs": 3, "random_state": 0}
    own = KerasSequenceRegressor(softplus_network, loss=loss, **LEVEL, **options)
    log = LSTMRegressor(4, target_scaler=FunctionTransformer(np.log1p, np.expm1))
    for network in (own, log):
        predictions = pipe(network).fit(X, y).predict(X)[10:]
        assert 0 < predictions.mean() < 2 * y.mean()


def test_a_loss_that_divides_by_a_target_of_zero_says_what_to_do():
    pytest.importorskip("keras")
    y = positive(3.0)
    X = y[:, np.newaxis]
    match = r"nan for a prediction of 0 for the target 0, .*feature_range=\(1, 2\)"
    with pytest.raises(ValueError, match=match):
        pipe(loss=of_targets).fit(X, y)
    away_from_0 = TargetAwareMinMaxScaler(feature_range=(1, 2))
    fitted = pipe(loss=of_targets, target_scaler=away_from_0, epochs=1).fit(X, y)
    assert fitted[-1].linear_weight_ > 0


def test_naive_forecasts_without_a_logarithm_are_not_compared():
    changes = np.random.default_rng(0).normal(size=200)
    y = np.exp(changes.cumsum())
    logarithm = FunctionTransformer(np.log, np.exp)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "The naive forecast '(last|mean)'")
        pipe(loss="mae", target_scaler=logarithm).fit(y[:, np.newaxis], y)
