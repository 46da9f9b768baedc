"""The Keras engine, against gradient descent by hand with TensorFlow."""

import numpy as np
import pytest
from training_runs import STACK, examples, first_state, make_run, network, train

from skseq._engine import keras
from skseq._engine.batches import BatchPlan
from skseq._series.windows import Windows

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn", STACK])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_steps_equal_gradient_descent_by_hand(cell, bidirectional):
    import tensorflow as tf

    architecture = network(cell, bidirectional=bidirectional)
    start, data = first_state(architecture), examples()
    end, _ = train(keras, architecture, 3, start=start, optimizer="sgd")

    model = keras.build_network(architecture, [start])
    for epoch in range(3):
        for rows in BatchPlan(len(data), 8, start.seed).epoch(epoch):
            batch = data[rows]
            with tf.GradientTape() as tape:
                error = (model(tf.constant(batch.windows.cut())) - batch.targets) ** 2
                loss = tf.reduce_mean(tf.reduce_mean(error, -1) * batch.weights)
            variables = model.trainable_variables
            gradients = tape.gradient(loss, variables)
            for variable, gradient in zip(variables, gradients, strict=True):
                variable.assign_sub(2**-7 * gradient)
    for weight, expected in zip(end.weights.values(), model.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_named_weights_are_in_keras_order(bidirectional):
    architecture = network(STACK, bidirectional=bidirectional)
    model = keras.build_network(architecture, [first_state(architecture)])
    shapes = [tuple(weight.shape) for weight in model.weights]
    assert shapes == list(architecture.weight_shapes.values())
    for name, weight in zip(architecture.weight_shapes, model.weights, strict=True):
        layer, *direction, kind = name.split("/")
        assert layer in weight.path
        assert weight.path.endswith(kind)
        if bidirectional and direction:
            assert direction[0] in weight.path


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "sgd"])
def test_a_warm_start_continues_where_training_ended(optimizer):
    architecture = network()
    whole, _ = train(keras, architecture, 4, optimizer=optimizer)
    half, _ = train(keras, architecture, 2, optimizer=optimizer)
    rest, _ = train(keras, architecture, 2, start=half, optimizer=optimizer)
    assert rest.n_epochs == whole.n_epochs == 4
    for name, weight in whole.weights.items():
        np.testing.assert_array_equal(rest.weights[name], weight)


def test_the_monitor_sees_every_epoch_and_may_stop():
    architecture = network()
    run = make_run(architecture, last=2)
    (end,) = keras.train(architecture, [run], 5)
    monitor = run.monitor
    assert end.n_epochs == 2
    assert [state.n_epochs for state in monitor.states] == [1, 2]
    np.testing.assert_equal(monitor.states[-1].weights, end.weights)
    assert monitor.losses[1]["loss"] < monitor.losses[0]["loss"]


def test_predictions_do_not_depend_on_the_batch():
    architecture = network(dtype="float32")
    state = first_state(architecture)
    array = np.random.default_rng(1).random((150, 4, 3), dtype=np.float32)
    windows = Windows.of(array)
    (whole,) = keras.predict(architecture, [state], windows)
    model = keras.build_network(architecture, [state])
    np.testing.assert_allclose(whole, model.predict(array, verbose=0), atol=1e-6)
    for size in (1, 7, 64):
        parts = [
            keras.predict(architecture, [state], windows[at : at + size])[0]
            for at in range(0, len(windows), size)
        ]
        np.testing.assert_allclose(np.concatenate(parts), whole, rtol=0, atol=1e-6)


def test_two_states_of_one_architecture_do_not_mix():
    architecture = network()
    windows = examples().windows
    one, two = first_state(architecture, 1), first_state(architecture, 2)
    first = keras.predict(architecture, [one], windows)
    other = keras.predict(architecture, [two], windows)
    assert not np.allclose(first, other)
    np.testing.assert_array_equal(keras.predict(architecture, [one], windows), first)
