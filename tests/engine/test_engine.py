"""Batch plan, early stopping, and the Keras engine against TensorFlow by hand."""

from itertools import islice

import numpy as np
import pytest

from skseq._engine import keras
from skseq._engine.batches import BatchPlan
from skseq._engine.contract import (
    TrainingData,
    TrainingOptions,
    TrainingRun,
    TrainingState,
)
from skseq._engine.stopping import EarlyStopping
from skseq._network.architecture import make_architecture
from skseq._network.initial_weights import draw_weights
from skseq._series.windows import Windows


@pytest.mark.parametrize(("n_windows", "batch_size"), [(7, 3), (6, 3), (2, 5), (1, 1)])
def test_every_window_is_in_one_batch_of_an_epoch(n_windows, batch_size):
    plan = BatchPlan(n_windows, batch_size, seed=0)
    batches = plan.epoch(4)
    assert len(batches) == plan.n_steps
    assert sorted(np.concatenate(batches)) == list(range(n_windows))
    assert all(len(batch) == batch_size for batch in batches[:-1])


def test_the_order_of_an_epoch_depends_on_seed_and_number_alone():
    plan = BatchPlan(20, 6, seed=1)
    later = list(islice(plan.batches(first_epoch=2), plan.n_steps))
    np.testing.assert_equal(later, plan.epoch(2))
    assert not np.array_equal(plan.epoch(2)[0], plan.epoch(3)[0])
    assert not np.array_equal(plan.epoch(2)[0], BatchPlan(20, 6, 2).epoch(2)[0])


def test_early_stopping_keeps_the_best():
    stopping = EarlyStopping(patience=2)
    losses = [3.0, 1.0, 2.0, 1.0]
    stops = [
        stopping.should_stop(loss, lambda at=at: {"at": at})
        for at, loss in enumerate(losses)
    ]
    assert stops == [False, False, False, True]
    assert (stopping.best_epoch, stopping.best_loss) == (1, 1.0)
    assert stopping.best(TrainingState(seed=0)).weights == {"at": 1}


class Recorder:
    """A watch that records, and stops after so many epochs."""

    def __init__(self, last=None):
        self.n_epochs = 0
        self.losses = []
        self.states = []
        self.last = last

    def begin_epoch(self):
        pass

    def end_epoch(self, losses, read_state):
        self.n_epochs += 1
        self.losses.append(losses)
        self.states.append(read_state())
        return self.n_epochs == self.last


def network(cell="lstm", **changes):
    shape = {
        "bidirectional": False,
        "window_shape": (4, 3),
        "n_outputs": 2,
        "dtype": "float64",
    }
    return make_architecture(cell, changes.pop("units", 5), 0, **shape | changes)


def examples(n_windows=20, dtype="float64"):
    rng = np.random.default_rng(0)
    arrays = rng.random((n_windows, 4, 3)), rng.random((n_windows, 2))
    windows, *rest = (a.astype(dtype) for a in (*arrays, rng.random(n_windows) + 0.5))
    return TrainingData(Windows.of(windows), *rest)


def train(architecture, start, n_epochs, *, watch=None, **options):
    options = TrainingOptions(
        **{"optimizer": "adam", "learning_rate": 2**-7, "loss": "mse"} | options
    )
    data = examples(dtype=architecture.dtype)
    plan = BatchPlan(len(data), 8, start.seed)
    run = TrainingRun(options, start, plan, data, None, watch or Recorder())
    (end,) = keras.train(architecture, [run], n_epochs)
    return end


def first_state(architecture, seed=3):
    return TrainingState(seed, weights=draw_weights(architecture, seed))


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn", ("lstm", "gru")])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_steps_equal_gradient_descent_by_hand(cell, bidirectional):
    import tensorflow as tf

    units = (5, 4) if isinstance(cell, tuple) else 5
    architecture = network(cell, units=units, bidirectional=bidirectional)
    start, data = first_state(architecture), examples()
    end = train(architecture, start, 3, optimizer="sgd")

    model = keras.build_network(architecture, [start])
    for epoch in range(3):
        for rows in BatchPlan(len(data), 8, start.seed).epoch(epoch):
            batch = data[rows]
            with tf.GradientTape() as tape:
                error = (model(tf.constant(batch.windows.cut())) - batch.targets) ** 2
                loss = tf.reduce_mean(tf.reduce_mean(error, -1) * batch.weights)
            for variable, slope in zip(
                model.trainable_variables,
                tape.gradient(loss, model.trainable_variables),
                strict=True,
            ):
                variable.assign_sub(2**-7 * slope)
    for weight, expected in zip(end.weights.values(), model.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, rtol=0, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("bidirectional", [False, True])
def test_named_weights_are_in_keras_order(bidirectional):
    architecture = network(("lstm", "gru", "rnn"), bidirectional=bidirectional)
    model = keras.build_network(architecture, [first_state(architecture)])
    shapes = [tuple(weight.shape) for weight in model.weights]
    assert shapes == list(architecture.weight_shapes.values())
    for name, weight in zip(architecture.weight_shapes, model.weights, strict=True):
        layer, *direction, kind = name.split("/")
        assert layer in weight.path
        assert weight.path.endswith(kind)
        if bidirectional and direction:
            assert direction[0] in weight.path


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "sgd"])
def test_training_goes_on_where_it_ended(optimizer):
    architecture = network()
    start = first_state(architecture)
    whole = train(architecture, start, 4, optimizer=optimizer)
    half = train(architecture, start, 2, optimizer=optimizer)
    rest = train(architecture, half, 2, optimizer=optimizer)
    assert rest.n_epochs == whole.n_epochs == 4
    for name, weight in whole.weights.items():
        np.testing.assert_array_equal(rest.weights[name], weight)


@pytest.mark.slow
def test_the_watch_sees_every_epoch_and_may_stop():
    architecture = network()
    monitor = Recorder(last=2)
    end = train(architecture, first_state(architecture), 5, watch=monitor)
    assert end.n_epochs == 2
    assert [state.n_epochs for state in monitor.states] == [1, 2]
    np.testing.assert_equal(monitor.states[-1].weights, end.weights)
    assert monitor.losses[1]["loss"] < monitor.losses[0]["loss"]


@pytest.mark.slow
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


@pytest.mark.slow
def test_two_states_of_one_architecture_do_not_mix():
    architecture = network()
    windows = examples().windows
    one, two = first_state(architecture, 1), first_state(architecture, 2)
    first = keras.predict(architecture, [one], windows)
    other = keras.predict(architecture, [two], windows)
    assert not np.allclose(first, other)
    np.testing.assert_array_equal(keras.predict(architecture, [one], windows), first)
