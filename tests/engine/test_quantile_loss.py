"""The pinball loss: its gradient, and both engines train with it alike."""

import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss
from test_against_keras import TOLERANCES, check_equal_to_keras
from training_runs import network

from skseq._engine import keras, native
from skseq._engine.native.losses import compute_loss, find_loss
from skseq._engine.native.optimizers import OPTIMIZERS

# The examples have two targets; two outputs are two targets or two quantiles of one.
QUANTILES = [(0.9,), (0.1, 0.8)]
ERRORS = np.array([[[-3.0, -1.5, -0.3, 0.2, 0.9, 4.0], [2.0, -1.0, -9.0, 1, 0.1, -1]]])

pytestmark = pytest.mark.usefixtures("implementation")


@pytest.mark.parametrize("quantiles", [(0.1, 0.9), (0.5, 0.001)])
def test_the_gradient_equals_finite_differences(quantiles):
    weights = np.arange(1.0, 7.0)[np.newaxis]
    zeros = np.zeros_like(ERRORS)

    def loss(errors):
        return compute_loss(find_loss("quantile", quantiles), errors, zeros, weights, 6)

    gradient = loss(ERRORS)[1]
    for index in np.ndindex(ERRORS.shape):
        step = np.zeros_like(ERRORS)
        step[index] = 1e-6
        difference = (loss(ERRORS + step)[0] - loss(ERRORS - step)[0]) / 2e-6
        assert gradient[index] == pytest.approx(difference[0], rel=1e-6)


@pytest.mark.parametrize("engine", [native, keras])
@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.9])
def test_the_loss_is_that_of_scikit_learn(engine, quantile):
    rng = np.random.default_rng(0)
    targets, predictions = rng.normal(size=(2, 50, 1))
    losses = engine.row_losses(
        "quantile", "float64", targets, predictions, quantiles=(quantile,)
    )
    assert losses.shape == (50,)
    expected = mean_pinball_loss(targets, predictions, alpha=quantile)
    assert losses.mean() == pytest.approx(expected)


def test_both_engines_have_the_same_gradient_where_the_error_is_zero():
    import tensorflow as tf

    zeros = np.zeros((1, 2, 3))
    _, gradient = find_loss("quantile", (0.1, 0.8))(zeros)
    loss = keras.make_loss("quantile", "float64", (0.1, 0.8))
    predictions = tf.zeros((3, 2), "float64")
    with tf.GradientTape() as tape:
        tape.watch(predictions)
        total = tf.reduce_sum(loss.call(tf.zeros((3, 2), "float64"), predictions))
    theirs = 2 * tape.gradient(total, predictions)  # they average over two outputs
    np.testing.assert_allclose(theirs.numpy().T, gradient[0])


def test_both_engines_train_with_it_alike():
    architecture = network("gru", quantiles=QUANTILES[1])
    check_equal_to_keras(architecture, loss="quantile")


@pytest.mark.slow
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("quantiles", QUANTILES, ids=str)
def test_every_optimizer_trains_with_it_alike(quantiles, optimizer, dtype):
    architecture = network("lstm", dtype=dtype, quantiles=quantiles)
    check_equal_to_keras(architecture, optimizer=optimizer, loss="quantile")


def test_the_loss_keeps_its_quantiles_in_its_configuration():
    import keras as library

    loss = keras.make_loss("quantile", "float64", (0.1, 0.8))
    saved = library.saving.serialize_keras_object(loss)
    again = library.saving.deserialize_keras_object(saved)
    assert again.quantiles == (0.1, 0.8)
    assert again.dtype == "float64"
