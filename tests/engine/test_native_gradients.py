"""Gradients of the native engine, against finite differences and against Keras."""

import numpy as np
import pytest
from training_runs import (
    CELLS,
    DROPOUTS,
    N_WINDOWS,
    STACK,
    examples,
    first_state,
    network,
)

from skseq._engine import keras
from skseq._engine.native import base_cell
from skseq._engine.native.cells import CELLS as CELL_CLASSES
from skseq._engine.native.losses import LOSSES, compute_loss
from skseq._engine.native.network import Network
from skseq._engine.native.parameters import Parameters
from skseq._network.architecture import GATES
from skseq._network.initial_weights import draw_weights

pytestmark = pytest.mark.usefixtures("implementation")


def load_network(architecture, windows, seed=0):
    """Make a network with windows loaded and masks drawn."""
    loaded = Network(architecture, 1, len(windows))
    loaded.load_windows(windows)
    loaded.draw_masks([np.random.default_rng(seed)])
    return loaded


def draw_all_weights(architecture):
    """Draw weights with biases: at a bias of 0, relu may be at its kink."""
    rng = np.random.default_rng(1)
    weights = draw_weights(architecture, 1)
    return {name: w + 0.1 * rng.normal(size=w.shape) for name, w in weights.items()}


@pytest.mark.sample(4)
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dropout", DROPOUTS, ids=str)
@pytest.mark.parametrize("dense_units", [(), (6, 4)], ids=str)
def test_gradients_equal_finite_differences(cell, bidirectional, dropout, dense_units):
    architecture = network(
        cell, bidirectional=bidirectional, dense_units=dense_units, **dropout
    )
    data = examples()
    parameters = Parameters(architecture, 1).load([draw_all_weights(architecture)])
    loaded = load_network(architecture, data.windows)

    def loss():
        loaded.load_weights(parameters)
        return compute_loss(
            LOSSES["mse"],
            loaded.forward(),
            data.targets.T[np.newaxis],
            data.weights[np.newaxis],
            N_WINDOWS,
        )

    gradient = Parameters(architecture, 1)
    loaded.backward(loss()[1], gradient)
    step = 1e-5
    for name, derivatives in gradient.copy_weights(0).items():
        shape = derivatives.shape
        for index in [(0,) * len(shape), tuple(np.array(shape) - 1)]:
            ends = []
            for sign in (1, -1):
                moved = draw_all_weights(architecture)
                moved[name][index] += sign * step
                parameters.load([moved])
                ends.append(loss()[0][0])
            difference = (ends[0] - ends[1]) / (2 * step)
            # The error of a central difference is about step ** 2.
            expected = pytest.approx(difference, rel=1e-6, abs=1e-9)
            assert derivatives[index] == expected, name


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("n_columns", [1, 2 * N_WINDOWS, 3 * N_WINDOWS])
def test_gradients_do_not_depend_on_the_steps_in_a_product(
    cell, n_columns, monkeypatch
):
    """Of four steps: one at a time, two, and three with one that is left over."""
    architecture = network(cell, recurrent_dropout=0.2)
    data = examples()
    found = []
    for columns in (base_cell.MIN_COLUMNS, n_columns):
        monkeypatch.setattr(base_cell, "MIN_COLUMNS", columns)
        loaded = load_network(architecture, data.windows)
        parameters = Parameters(architecture, 1).load([draw_weights(architecture, 1)])
        loaded.load_weights(parameters)
        gradient = Parameters(architecture, 1)
        loaded.backward(np.ones_like(loaded.forward()), gradient)
        found.append(gradient.flat)
    np.testing.assert_allclose(*found, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_of_losses_equal_finite_differences(name):
    errors = np.array([[[-3.0, -1.5, -0.3, 0.2, 0.9, 4.0]]])
    weights = np.arange(1.0, 7.0)[np.newaxis]
    zeros = np.zeros_like(errors)

    def loss(errors):
        return compute_loss(LOSSES[name], errors.copy(), zeros, weights, 6)

    for column in range(errors.size):
        step = np.zeros_like(errors)
        step[..., column] = 1e-6
        difference = (loss(errors + step)[0] - loss(errors - step)[0]) / 2e-6
        derivative = loss(errors)[1][0, 0, column]
        assert derivative == pytest.approx(difference[0], rel=1e-6)


def test_log_cosh_of_large_errors_is_their_size_less_a_constant():
    errors = np.array([-1e4, 1e4], dtype="float32")
    value, gradient = LOSSES["log_cosh"](errors)
    np.testing.assert_allclose(value, 1e4 - np.log(2), rtol=1e-6)
    np.testing.assert_array_equal(gradient, [-1, 1])


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_weights_in_matrices_come_back_as_they_were(cell, bidirectional):
    architecture = network(cell, bidirectional=bidirectional, dense_units=3)
    members = [draw_weights(architecture, seed) for seed in (5, 6)]
    parameters = Parameters(architecture, 2).load(members)
    for number, weights in enumerate(members):
        back = parameters.copy_weights(number)
        assert list(back) == list(weights)
        for name, weight in weights.items():
            np.testing.assert_array_equal(back[name], weight)


def test_every_cell_of_an_architecture_has_a_class():
    assert set(CELL_CLASSES) == set(GATES)


def test_dropout_has_its_rate_and_keeps_the_mean():
    architecture = network(STACK, (0.25, 0.5, 0), recurrent_dropout=(0.3, 0, 0.2))
    loaded = Network(architecture, 2, 2000)
    loaded.draw_masks([np.random.default_rng(seed) for seed in (0, 1)])
    assert loaded.masks[2] is None
    lstm, gru, rnn = (cell for (cell,) in loaded.layers)
    assert gru.mask is None
    assert lstm.mask.shape[1] == 4  # a mask for each gate
    drawn = [
        (loaded.masks[0], 0.25),
        (loaded.masks[1], 0.5),
        (lstm.mask, 0.3),
        (rnn.mask, 0.2),
    ]
    for mask, rate in drawn:
        np.testing.assert_allclose(np.unique(mask), [0, 1 / (1 - rate)])
        # Masks are random: some 10,000 and more entries differ from their mean by this.
        assert (mask == 0).mean() == pytest.approx(rate, abs=0.015)
        assert mask.mean() == pytest.approx(1, abs=0.025)


@pytest.mark.sample(4)
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("dropout", DROPOUTS[1:], ids=str)
def test_both_engines_have_the_same_gradients_with_the_same_masks(
    cell, dropout, monkeypatch
):
    """Keras gets, where it would draw masks, those that the native engine drew."""
    import tensorflow as tf
    from keras.layers import Dropout
    from keras.src.layers.rnn.dropout_rnn_cell import DropoutRNNCell

    architecture = network(cell, **dropout)
    state, data = first_state(architecture), examples()
    parameters = Parameters(architecture, 1).load([state.weights])
    loaded = load_network(architecture, data.windows)
    loaded.load_weights(parameters)
    predictions = loaded.forward()
    gradient = Parameters(architecture, 1)
    loaded.backward(np.ones_like(predictions), gradient)

    ((native_cell,),) = loaded.layers

    def state_masks(self, step_input):
        """Return the native masks of the state, in the order of Keras' blocks."""
        if not self.recurrent_dropout:
            return None
        pairs = zip(native_cell.state_blocks, native_cell.mask[0], strict=False)
        masks = {block: mask.T for block, mask in pairs if block is not None}
        in_order = [masks[block] for block in sorted(masks)]
        return in_order if hasattr(self, "dropout_mask_count") else in_order[0]

    monkeypatch.setattr(DropoutRNNCell, "get_recurrent_dropout_mask", state_masks)
    monkeypatch.setattr(
        Dropout, "call", lambda self, x, training=None: x * loaded.masks[0][0].T
    )
    model = keras.build_network(architecture, [state])
    with tf.GradientTape() as tape:
        keras_predictions = model(data.windows.cut(), training=True)
        total = tf.reduce_sum(keras_predictions)
    np.testing.assert_allclose(predictions[0].T, keras_predictions, atol=1e-12)
    keras_gradient = tape.gradient(total, model.trainable_variables)
    ours = gradient.copy_weights(0)
    for (name, values), expected in zip(ours.items(), keras_gradient, strict=True):
        np.testing.assert_allclose(values, expected, atol=1e-11, err_msg=name)
