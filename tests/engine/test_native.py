"""The native engine: its slopes, its equality with Keras, what it leaves behind."""

import subprocess
import sys
import textwrap
import threading
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from skseq import LSTMRegressor
from skseq._engine import choice, keras, native
from skseq._engine.batches import BatchPlan
from skseq._engine.blas import one_blas_thread
from skseq._engine.choice import choose_engine
from skseq._engine.contract import (
    TrainingData,
    TrainingOptions,
    TrainingRun,
    TrainingState,
)
from skseq._engine.learning_rates import SCHEDULES, learning_rates
from skseq._engine.native import cells, training
from skseq._engine.native.dense import ACTIVATIONS
from skseq._engine.native.losses import LOSSES, measure
from skseq._engine.native.network import Network
from skseq._engine.native.optimizers import OPTIMIZERS
from skseq._engine.native.parameters import Parameters
from skseq._network import architecture as _architecture
from skseq._network.architecture import CustomNetwork, make_architecture
from skseq._network.initial_weights import draw_weights
from skseq._series.windows import Windows

STACK = ("lstm", "gru", "rnn")
CELLS = ["rnn", "lstm", "gru", STACK]
N_WINDOWS = 20


def network(cell="lstm", dropout=0, **changes):
    shape = {"window_shape": (4, 3), "n_outputs": 2, "dtype": "float64"}
    units = (4, 5, 3) if isinstance(cell, tuple) else 5
    return make_architecture(cell, units, dropout, **shape | changes)


def examples(dtype="float64", seed=0):
    rng = np.random.default_rng(seed)
    windows, targets = rng.random((N_WINDOWS, 4, 3)), rng.random((N_WINDOWS, 2))
    weights = rng.random(N_WINDOWS) + 0.5
    windows, targets, weights = (a.astype(dtype) for a in (windows, targets, weights))
    return TrainingData(Windows.of(windows), targets, weights)


class Recorder:
    """A watch that records, and stops after so many epochs."""

    def __init__(self, last=None):
        self.n_epochs = 0
        self.losses = []
        self.last = last

    def begin_epoch(self):
        pass

    def end_epoch(self, losses, read_state):
        self.n_epochs += 1
        self.losses.append(losses["loss"])
        return self.n_epochs == self.last


def first_state(architecture, seed=3):
    return TrainingState(seed, weights=draw_weights(architecture, seed))


def make_run(architecture, *, seed=3, start=None, data=None, last=None, **options):
    """Make a run on batches of 8, 8 and 4 windows."""
    options = {"optimizer": "adam", "learning_rate": 2**-7, "loss": "mse"} | options
    start = start or first_state(architecture, seed)
    plan = BatchPlan(N_WINDOWS, 8, start.seed)
    data = data or examples(architecture.dtype)
    return TrainingRun(
        TrainingOptions(**options), start, plan, data, None, Recorder(last)
    )


def train(engine, architecture, n_epochs=7, **options):
    """Train one network; return the state and the losses."""
    run = make_run(architecture, **options)
    (end,) = engine.train(architecture, [run], n_epochs)
    return end, run.monitor.losses


def same_weights(one, other):
    return all(
        np.array_equal(a, b)
        for a, b in zip(one.weights.values(), other.weights.values(), strict=True)
    )


def one_pass(architecture, windows, seed=0):
    """Make a network that holds windows, with masks drawn."""
    passes = Network(architecture, 1, len(windows))
    passes.read(windows)
    passes.draw_masks([np.random.default_rng(seed)])
    return passes


DROPOUTS = [
    {},
    {"dropout": 0.4},
    {"input_dropout": 0.4},
    {"recurrent_dropout": 0.4},
    {"dropout": 0.2, "input_dropout": 0.3, "recurrent_dropout": 0.4},
]


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dropout", DROPOUTS, ids=str)
def test_slopes_are_those_of_finite_differences(cell, bidirectional, dropout):
    architecture = network(
        cell,
        bidirectional=bidirectional,
        dense_units=(6, 4),
        dense_activation="tanh",
        **dropout,
    )
    data = examples()
    parameters = Parameters(architecture, 1).read([draw_weights(architecture, 1)])
    passes = one_pass(architecture, data.windows)

    def loss():
        passes.take(parameters)
        answers = passes.forward()
        return measure(
            LOSSES["mse"],
            answers,
            data.targets.T[np.newaxis],
            data.weights[np.newaxis],
            N_WINDOWS,
        )

    gradient = Parameters(architecture, 1)
    passes.backward(loss()[1], gradient)
    step = 1e-5
    for name, slopes in gradient.weights_of(0).items():
        for index in [(0,) * slopes.ndim, tuple(np.array(slopes.shape) - 1)]:
            ends = []
            for sign in (1, -1):
                moved = draw_weights(architecture, 1)
                moved[name][index] += sign * step
                parameters.read([moved])
                ends.append(loss()[0][0])
            difference = (ends[0] - ends[1]) / (2 * step)
            assert slopes[index] == pytest.approx(difference, rel=1e-6, abs=1e-9), name


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("n_columns", [1, 2 * N_WINDOWS, 3 * N_WINDOWS])
def test_slopes_do_not_depend_on_how_steps_are_put_side_by_side(
    cell, n_columns, monkeypatch
):
    """Of four steps: one at a time, two, and three with one that is left over."""
    architecture = network(cell, recurrent_dropout=0.2)
    data = examples()
    found = []
    for columns in (cells.ENOUGH_COLUMNS, n_columns):
        monkeypatch.setattr(cells, "ENOUGH_COLUMNS", columns)
        passes = one_pass(architecture, data.windows)
        parameters = Parameters(architecture, 1).read([draw_weights(architecture, 1)])
        passes.take(parameters)
        gradient = Parameters(architecture, 1)
        passes.backward(np.ones_like(passes.forward()), gradient)
        found.append(gradient.flat)
    np.testing.assert_allclose(*found, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", sorted(set(LOSSES)))
def test_slopes_of_losses(name):
    errors = np.array([[[-3.0, -1.5, -0.3, 0.2, 0.9, 4.0]]])
    weights = np.arange(1.0, 7.0)[np.newaxis]
    zeros = np.zeros_like(errors)

    def loss(errors):
        return measure(LOSSES[name], errors.copy(), zeros, weights, 6)

    for column in range(errors.size):
        step = np.zeros_like(errors)
        step[..., column] = 1e-6
        difference = (loss(errors + step)[0] - loss(errors - step)[0]) / 2e-6
        slope = loss(errors)[1][0, 0, column]
        assert slope == pytest.approx(difference[0], rel=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_of_activations(name):
    activate, slope = ACTIVATIONS[name]
    at = np.array([-2.0, -0.3, 0.1, 1.5])
    difference = (activate(at + 1e-6) - activate(at - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope(activate(at)), difference, rtol=1e-6)


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_weights_survive_the_way_into_matrices_and_back(cell, bidirectional):
    architecture = network(cell, bidirectional=bidirectional, dense_units=3)
    members = [draw_weights(architecture, seed) for seed in (5, 6)]
    parameters = Parameters(architecture, 2).read(members)
    for number, weights in enumerate(members):
        back = parameters.weights_of(number)
        assert list(back) == list(weights)
        for name, weight in weights.items():
            np.testing.assert_array_equal(back[name], weight)


TOLERANCES = {"float64": 1e-10, "float32": 1e-5}

PLAIN_LOSSES = ["mse", "mae", "huber", "log_cosh"]


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("dense_units", [(), (6, 4)], ids=str)
def test_weights_after_twenty_steps_are_those_of_keras(
    cell, bidirectional, dtype, dense_units
):
    equal_to_keras(
        network(cell, bidirectional=bidirectional, dtype=dtype, dense_units=dense_units)
    )


@pytest.mark.slow
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", PLAIN_LOSSES)
def test_optimizers_and_losses_are_those_of_keras(optimizer, loss, dtype):
    equal_to_keras(network("gru", dtype=dtype), optimizer=optimizer, loss=loss)


@pytest.mark.slow
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_are_those_of_keras(activation):
    equal_to_keras(network(dense_units=6, dense_activation=activation))


SETTINGS = [
    {"optimizer": "sgd", "momentum": 0.9},
    {"weight_decay": 0.1},
    {"optimizer": "sgd", "weight_decay": 0.1},
    {"optimizer": "adamw", "weight_decay": 0.05},
    {"global_clipnorm": 0.05},
    {"global_clipnorm": 100.0},
    *({"learning_rate_schedule": schedule} for schedule in SCHEDULES),
]


@pytest.mark.slow
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_settings_of_optimizers_are_those_of_keras(settings, dtype):
    equal_to_keras(network(dtype=dtype), **settings)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_two_engines_agree(cell):
    equal_to_keras(network(cell, dense_units=4), learning_rate_schedule="cosine")


def equal_to_keras(architecture, **options):
    tolerance = TOLERANCES[architecture.dtype]
    ours, our_losses = train(native, architecture, **options)
    theirs, their_losses = train(keras, architecture, **options)
    for name, weight in theirs.weights.items():
        np.testing.assert_allclose(ours.weights[name], weight, rtol=0, atol=tolerance)
    # Keras averages the losses of an epoch in float32, and they add up the differences.
    rtol = max(1e-5, 10 * tolerance)
    np.testing.assert_allclose(our_losses, their_losses, rtol=rtol)
    windows = examples(architecture.dtype).windows
    np.testing.assert_allclose(
        native.predict(architecture, [theirs], windows),
        keras.predict(architecture, [theirs], windows),
        rtol=0,
        atol=tolerance,
    )


@pytest.mark.slow
def test_schedules_are_those_of_keras():
    from keras.optimizers import schedules

    theirs = {
        "linear": schedules.PolynomialDecay(0.1, 50, end_learning_rate=0),
        "cosine": schedules.CosineDecay(0.1, 50),
        "exponential": schedules.ExponentialDecay(0.1, 50, 0.01),
    }
    for name, schedule in theirs.items():
        options = TrainingOptions("adam", 0.1, "mse", learning_rate_schedule=name)
        expected = [float(schedule(step)) for step in range(50)]
        np.testing.assert_allclose(learning_rates(options, 50), expected, rtol=1e-5)
    assert set(SCHEDULES) == {"constant", *theirs}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_goes_on_where_it_ended(optimizer):
    architecture = network(STACK, 0.3, recurrent_dropout=0.2)
    momentum = 0.5 if optimizer == "sgd" else 0
    options = {"optimizer": optimizer, "momentum": momentum}
    whole, losses = train(native, architecture, n_epochs=4, **options)
    half, _ = train(native, architecture, n_epochs=2, **options)
    rest, last = train(native, architecture, n_epochs=2, start=half, **options)
    assert last == losses[2:]
    assert same_weights(rest, whole)


COMPANIES = [
    {},
    {"optimizer": "nadam", "learning_rate_schedule": "linear"},
    {"optimizer": "sgd", "momentum": 0.9, "global_clipnorm": 0.1},
    {"optimizer": "adamw", "weight_decay": 0.1},
]


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("dropout", DROPOUTS, ids=str)
@pytest.mark.parametrize("options", COMPANIES, ids=str)
@pytest.mark.parametrize("halved", [False, True])
def test_a_network_is_trained_in_company_as_it_is_alone(
    cell, dropout, options, halved, monkeypatch
):
    if halved:
        monkeypatch.setattr(training, "WORTH_HALVING", 1)
    architecture = network(cell, bidirectional=True, dtype="float32", **dropout)
    options = [
        options | {"seed": 1},
        options | {"seed": 2, "learning_rate": 0.05},
        options | {"seed": 3, "data": examples("float32", seed=5)},
    ]
    runs = [make_run(architecture, **own) for own in options]
    together = native.train(architecture, runs, 3)
    for own, run, end in zip(options, runs, together, strict=True):
        alone, losses = train(native, architecture, 3, **own)
        assert same_weights(end, alone)
        np.testing.assert_equal(end.optimizer_state, alone.optimizer_state)
        assert run.monitor.losses == losses


def test_a_network_may_stop_before_the_others():
    architecture = network()
    runs = [make_run(architecture, seed=seed, last=seed) for seed in (1, 3, 2)]
    ends = native.train(architecture, runs, 5)
    assert [end.n_epochs for end in ends] == [1, 3, 2]
    for seed, end in zip((1, 3, 2), ends, strict=True):
        assert same_weights(end, train(native, architecture, seed, seed=seed)[0])


@pytest.mark.parametrize("dropout", [0, 0.3])
def test_the_number_of_threads_changes_no_bit(monkeypatch, dropout):
    monkeypatch.setattr(training, "WORTH_HALVING", 1)
    architecture = network("lstm", dropout, dtype="float32")
    go_through = training.Trainer.go_through
    ends, workers = [], set()

    def watched(self, *args):
        workers.add(threading.get_ident())
        return go_through(self, *args)

    monkeypatch.setattr(training.Trainer, "go_through", watched)
    for n_threads in (1, 2):
        run = make_run(architecture)
        with training.Trainer(architecture, [run], 3, n_threads) as trainer:
            ends += trainer.train(3)
        assert len(workers) == n_threads
    assert same_weights(*ends)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_what_overflows_in_a_half_is_told_by_the_loss_alone(n_threads, monkeypatch):
    monkeypatch.setattr(training, "WORTH_HALVING", 1)
    architecture = network(dtype="float32")
    run = make_run(architecture, optimizer="sgd", learning_rate=1e30)
    with (
        np.errstate(over="ignore", invalid="ignore"),
        training.Trainer(architecture, [run], 4, n_threads) as trainer,
    ):
        trainer.train(4)
    assert not np.isfinite(run.monitor.losses[-1])


class BrokenError(Exception):
    """An error that no other code raises."""


def test_an_error_in_the_other_thread_is_an_error(monkeypatch):
    monkeypatch.setattr(training, "WORTH_HALVING", 1)
    go_through = training.Trainer.go_through

    def breaking(self, number, *args):
        if number == 1:
            raise BrokenError
        return go_through(self, number, *args)

    monkeypatch.setattr(training.Trainer, "go_through", breaking)
    before = blas_threads(), threading.active_count()
    architecture = network()
    with pytest.raises(BrokenError):
        native.train(architecture, [make_run(architecture)], 2)
    assert (blas_threads(), threading.active_count()) == before


def test_halves_of_a_batch_make_the_whole(monkeypatch):
    architecture = network("gru")
    whole, losses = train(native, architecture)
    monkeypatch.setattr(training, "WORTH_HALVING", 1)
    halved, in_halves = train(native, architecture)
    assert not same_weights(halved, whole)
    for name, weight in whole.weights.items():
        np.testing.assert_allclose(halved.weights[name], weight, rtol=0, atol=1e-12)
    np.testing.assert_allclose(in_halves, losses, rtol=1e-12)


def test_dropout_drops_its_share_and_keeps_the_mean():
    architecture = network(
        STACK,
        (0.25, 0.5, 0),
        input_dropout=(0.5, 0, 0.2),
        recurrent_dropout=(0.3, 0, 0),
    )
    passes = Network(architecture, 2, 2000)
    passes.draw_masks([np.random.default_rng(seed) for seed in (0, 1)])
    assert passes.masks[2] is None
    lstm, gru, rnn = (cell for (cell,) in passes.layers)
    assert gru.mask is None
    assert len(lstm.mask[0]) == 4  # recurrent dropout: apart for each gate
    assert len(rnn.mask[0]) == 1
    drawn = [
        (passes.masks[0], 0.25),
        (passes.masks[1], 0.5),
        (lstm.mask[:, :, lstm.of_input], 0.5),
        (lstm.mask[:, :, lstm.of_state], 0.3),
        (rnn.mask[:, :, rnn.of_input], 0.2),
    ]
    for mask, share in drawn:
        kept = np.unique(mask)
        np.testing.assert_allclose(kept, [0, 1 / (1 - share)])
        assert (mask == 0).mean() == pytest.approx(share, abs=0.015)
        assert mask.mean() == pytest.approx(1, abs=0.025)
    for cell in (lstm, rnn):
        assert (cell.mask[:, :, -1] == 1).all()  # a bias is never dropped
    assert (rnn.mask[:, :, rnn.of_state] == 1).all()


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("dropout", DROPOUTS[1:], ids=str)
def test_one_mask_gives_both_engines_the_same_slopes(cell, dropout, monkeypatch):
    """Keras is handed, where it would draw masks, those that native drew."""
    import tensorflow as tf
    from keras.layers import Dropout
    from keras.src.layers.rnn.dropout_rnn_cell import DropoutRNNCell

    architecture = network(cell, **dropout)
    state, data = first_state(architecture), examples()
    parameters = Parameters(architecture, 1).read([state.weights])
    passes = one_pass(architecture, data.windows)
    passes.take(parameters)
    answers = passes.forward()
    gradient = Parameters(architecture, 1)
    passes.backward(np.ones_like(answers), gradient)

    ((ours,),) = passes.layers
    blocks = {"of_input": ours.input_blocks, "of_state": ours.state_blocks}

    def masks_of(part):
        """Our masks of a part of the operand, in the order of Keras' blocks."""
        (groups,) = ours.mask[:, :, getattr(ours, part)]
        masks = {block: m.T for block, m in zip(blocks[part], groups, strict=False)}
        return [masks[block] for block in sorted(k for k in masks if k is not None)]

    def get(part, share):
        def handed(self, step_input):
            if not getattr(self, share):
                return None
            masks = masks_of(part)
            return masks if hasattr(self, "dropout_mask_count") else masks[0]

        return handed

    patches = {
        "get_dropout_mask": get("of_input", "dropout"),
        "get_recurrent_dropout_mask": get("of_state", "recurrent_dropout"),
    }
    for name, function in patches.items():
        monkeypatch.setattr(DropoutRNNCell, name, function)
    monkeypatch.setattr(
        Dropout, "call", lambda self, x, training=None: x * passes.masks[0][0].T
    )
    model = keras.build_network(architecture, [state])
    with tf.GradientTape() as tape:
        theirs = model(data.windows.cut(), training=True)
        total = tf.reduce_sum(theirs)
    np.testing.assert_allclose(answers[0].T, theirs, atol=1e-12)
    slopes = tape.gradient(total, model.trainable_variables)
    for (name, own), slope in zip(gradient.weights_of(0).items(), slopes, strict=True):
        np.testing.assert_allclose(own, slope, atol=1e-11, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_keras_goes_on_as_native_does(optimizer, schedule):
    """The second call of two begins the schedule again, where the optimizer stands."""
    architecture = network()
    options = {"optimizer": optimizer, "learning_rate_schedule": schedule}
    options["momentum"] = 0.5 if optimizer == "sgd" else 0
    ends = []
    for engine in (native, keras):
        half, _ = train(engine, architecture, 3, **options)
        ends.append(train(engine, architecture, 3, start=half, **options)[0])
    for ours, theirs in zip(*(end.weights.values() for end in ends), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)


@pytest.mark.slow
def test_the_loss_of_the_validation_part_is_that_of_keras():
    architecture = network()
    found = []
    for engine in (native, keras):
        run = make_run(architecture)
        losses = []
        run.monitor.end_epoch = lambda now, _, all=losses: all.append(now["val_loss"])
        engine.train(architecture, [replace(run, validation=examples(seed=4)[:7])], 3)
        found.append(losses)
    np.testing.assert_allclose(*found, rtol=1e-5)


@pytest.mark.parametrize(
    "engine", [native, pytest.param(keras, marks=pytest.mark.slow)]
)
def test_another_optimizer_cannot_go_on(engine):
    architecture = network()
    half, _ = train(engine, architecture, 1, optimizer="rmsprop")
    with pytest.raises(ValueError, match="(?i)'rmsprop' -> 'sgd'.*same optimizer"):
        train(engine, architecture, 1, start=half, optimizer="sgd", momentum=0.9)
    half, _ = train(engine, architecture, 1, optimizer="sgd")
    with pytest.raises(ValueError, match="momentum"):
        train(engine, architecture, 1, start=half, optimizer="sgd", momentum=0.9)


def test_tables_of_names_and_of_what_they_mean_agree():
    assert set(ACTIVATIONS) == set(_architecture.ACTIVATIONS)
    assert set(cells.CELLS) == set(_architecture.GATES)


def test_predictions_do_not_depend_on_the_batch():
    architecture = network(STACK, bidirectional=True, dtype="float32", dense_units=3)
    states = [first_state(architecture, seed) for seed in (0, 1)]
    array = np.random.default_rng(1).random((600, 4, 3), dtype=np.float32)
    windows = Windows.of(array)
    whole = native.predict(architecture, states, windows)
    assert whole.shape == (2, 600, 2)
    for size in (1, 7, 256):
        parts = [
            native.predict(architecture, states, windows[at : at + size])
            for at in range(0, len(windows), size)
        ]
        joined = np.concatenate(parts, axis=1)
        np.testing.assert_allclose(joined, whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("options", "obstacle"),
    [
        ({}, None),
        ({"optimizer": "lion"}, "optimizer='lion'"),
        ({"loss": "msle"}, "loss='msle'"),
        ({"loss": np.abs}, "loss="),
        ({"learning_rate": lambda step: 1}, "a learning_rate"),
        ({"metrics": ["mae"]}, "metrics"),
        ({"callbacks": ["one"]}, "keras_callbacks"),
    ],
)
def test_native_wherever_it_can(options, obstacle):
    options = TrainingOptions(
        **{"optimizer": "adam", "learning_rate": 0.1, "loss": "mse"} | options
    )
    assert choose_engine("keras", network(), options, 32) == "keras"
    if obstacle is None:
        assert choose_engine("auto", network(), options, 32) == "native"
        assert choose_engine("native", network(), options, 32) == "native"
        own = CustomNetwork(print, (4, 3), 2, "float32")
        assert choose_engine("auto", own, options, 32) == "keras"
    else:
        assert choose_engine("auto", network(), options, 32) == "keras"
        with pytest.raises(ValueError, match=f"cannot do {obstacle}"):
            choose_engine("native", network(), options, 32)


def test_only_large_work_goes_to_a_gpu(monkeypatch):
    options = TrainingOptions("adam", 0.01, "mse")
    large = make_architecture(
        "lstm", 512, window_shape=(48, 8), n_outputs=1, dtype="float32"
    )
    assert choose_engine("auto", large, options, 256) == "native"
    monkeypatch.setattr(choice, "sees_gpu", lambda: True)
    assert choose_engine("auto", large, options, 256) == "keras"
    assert choose_engine("native", large, options, 256) == "native"
    assert choose_engine("auto", network(), options, 256) == "native"


def test_training_goes_on_with_the_engine_that_began():
    X, y = np.random.default_rng(0).random((2, 20, 3))
    regressor = LSTMRegressor(units=2, epochs=1, warm_start=True).fit(X, y)
    assert regressor.engine_ == "native"
    with pytest.raises(ValueError, match="cannot do metrics"):
        regressor.set_params(metrics=["mae"]).fit(X, y)
    regressor.set_params(warm_start=False).fit(X, y)
    assert regressor.engine_ == "keras"


def blas_threads():
    return [
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]


def test_blas_gets_its_threads_back():
    before = blas_threads()

    def fail_inside():
        with one_blas_thread(), one_blas_thread():
            assert set(blas_threads()) == {1}
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail_inside()
    assert blas_threads() == before


def test_fits_in_threads_are_fits():
    X, y = np.random.default_rng(0).random((2, 30, 3))
    before = blas_threads()
    expected = LSTMRegressor(units=3, epochs=5, random_state=0).fit(X, y).predict(X)
    answers = [None] * 4

    def fit(number):
        regressor = LSTMRegressor(units=3, epochs=5, random_state=0).fit(X, y)
        answers[number] = regressor.predict(X)

    threads = [threading.Thread(target=fit, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        np.testing.assert_array_equal(answer, expected)
    assert blas_threads() == before


def test_a_native_fit_loads_no_tensorflow():
    code = """
        import sys
        import numpy as np
        from skseq import LSTMRegressor
        X, y = np.random.default_rng(0).random((2, 20, 3))
        LSTMRegressor(units=2, epochs=1).fit(X, y).predict(X)
        loaded = {"tensorflow", "keras", "scikeras"} & set(sys.modules)
        assert not loaded, loaded
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_an_epoch_is_a_line(capsys):
    X, y = np.random.default_rng(0).random((2, 20, 3))
    LSTMRegressor(units=2, epochs=2, verbose=1, early_stopping=True).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1", "epoch 2"]
    assert all("val_loss" in line for line in lines)
