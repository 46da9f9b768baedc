"""Keras networks that are used for many fits: the bits and the memory of new ones."""

import gc
import subprocess
import sys
import textwrap
import threading
import weakref
from dataclasses import replace

import numpy as np
import pytest
from process_state import needs_proc
from training_runs import Recorder, first_state

from skseq import KerasSequenceRegressor, RecurrentRegressor
from skseq._engine import keras as engine
from skseq._engine.batches import BatchPlan
from skseq._engine.contract import TrainingData, TrainingOptions, TrainingRun
from skseq._engine.keras import registered_classes, reusable_network
from skseq._network.architecture import make_architecture
from skseq._network.normalization import Anchor, Normalization
from skseq._network.window_statistics import StatisticsScale
from skseq._series.windows import Windows

pytestmark = pytest.mark.slow

PLAIN = {"cell": "lstm", "units": 3, "epochs": 2, "engine": "keras", "random_state": 0}


def regressor(**changes):
    return RecurrentRegressor(**PLAIN | changes)


def data(n_rows=40):
    windows = np.random.default_rng(0).random((n_rows, 3, 2))
    return windows, windows.sum(axis=(1, 2))


def content(fitted):
    """Give all that a fit learns."""
    states = [
        (state.n_epochs, state.weights, state.optimizer_state)
        for state in fitted._fitted_model.states
    ]
    return states, fitted.history_, fitted.predict(data()[0])


def reuse_nothing(monkeypatch):
    """Build every network anew."""
    monkeypatch.setattr(reusable_network, "_free_networks", lambda *kind: [])


def n_built(monkeypatch):
    """Count the networks that are built from now on."""
    built = []

    class Counted(reusable_network.ReusableNetwork):
        def __init__(self, *args):
            built.append(None)
            super().__init__(*args)

    monkeypatch.setattr(reusable_network, "ReusableNetwork", Counted)
    return built


WAYS = {
    "plain": {},
    "dropout": {"dropout": 0.2, "recurrent_dropout": 0.1},
    "both directions": {"bidirectional": True, "recurrent_dropout": 0.1},
    "stack": {"cell": ("gru", "rnn"), "dense_units": 2, "dropout": 0.1},
    "early stopping": {"early_stopping": True, "epochs": 8, "n_iter_no_change": 1},
    "schedule": {"learning_rate_schedule": "cosine", "batch_size": 7},
    "nadam": {"optimizer": "nadam"},  # not all of its state begins at 0
    "adagrad": {"optimizer": "adagrad"},
    "sgd": {"optimizer": "SGD", "dtype": "float64"},
    "members": {"n_members": 2, "dropout": 0.1},
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_reused_network_learns_what_a_new_one_does(way, monkeypatch):
    X, y = data()

    def work():
        one = regressor(**way).fit(X, y)
        contents = [content(one)]
        contents.append(content(one.set_params(warm_start=True).fit(X, y)))
        if not one.early_stopping:
            contents.append(content(one.partial_fit(X[:20], y[:20])))
        return contents

    with pytest.MonkeyPatch.context() as patch:
        reuse_nothing(patch)
        expected = work()
    other = regressor(**way | {"random_state": 5, "learning_rate": 0.3}).fit(X, -y)
    if not other.early_stopping:
        other.partial_fit(X[5:], y[5:])
    built = n_built(monkeypatch)
    np.testing.assert_equal(work(), expected)
    assert not built


def test_what_a_run_cannot_set_makes_another_network(monkeypatch):
    X, y = data()
    regressor().fit(X, y)
    built = n_built(monkeypatch)
    for changes in ({"loss": "mae"}, {"units": 4}, {"optimizer": "rmsprop"}):
        regressor(**changes).fit(X, y)
    assert len(built) == 3
    regressor(learning_rate=0.1, batch_size=5, early_stopping=True).fit(X, y)
    regressor(learning_rate_schedule="constant", verbose=0).fit(X, y)
    assert len(built) == 3


def own_network(window_shape, n_outputs):
    import keras

    layers = keras.layers
    return keras.Sequential(
        [layers.Input(window_shape), layers.Flatten(), layers.Dense(n_outputs)]
    )


def objects_of_users():
    """Make regressors with a parameter that a user made and may change."""
    import keras

    def error(y_true, y_pred):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)

    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.5)
    return [
        KerasSequenceRegressor(own_network, epochs=2, random_state=0),
        regressor(optimizer=keras.optimizers.Adam(0.1)),
        regressor(loss=error),
        regressor(loss=keras.losses.Huber()),
        regressor(learning_rate=schedule),
    ]


@pytest.mark.parametrize("number", range(5))
def test_objects_of_the_user_are_never_reused(number, monkeypatch):
    X, y = data()
    one = objects_of_users()[number]
    expected = content(one.fit(X, y))
    built = n_built(monkeypatch)
    np.testing.assert_equal(content(one.fit(X, y))[1:], expected[1:])
    assert len(built) == 1


def test_a_name_that_a_user_registered_is_never_reused(monkeypatch):
    import keras

    class Own(keras.optimizers.SGD):
        pass

    X, y = data()
    built = n_built(monkeypatch)
    with keras.saving.custom_object_scope({"Own": Own}):
        for _ in range(2):
            regressor(optimizer="Own").fit(X, y)
    assert len(built) == 2


def test_a_network_whose_fit_failed_is_not_reused(monkeypatch):
    X, y = data()
    one = regressor(learning_rate=1e30, optimizer="sgd", epochs=30)
    regressor(optimizer="sgd").fit(X, y)
    built = n_built(monkeypatch)
    with pytest.raises(ValueError, match="diverged"):
        one.fit(X, y)
    assert not built
    regressor(optimizer="sgd").fit(X, y)
    assert len(built) == 1


def test_networks_outlive_the_session_of_keras():
    import keras

    X, y = data()
    expected = content(regressor(early_stopping=True).fit(X, y))
    keras.backend.clear_session()
    np.testing.assert_equal(content(regressor(early_stopping=True).fit(X, y)), expected)


def test_fits_at_once_share_no_network():
    X, y = data()
    seeds = range(6)
    expected = [content(regressor(random_state=s).fit(X, y)) for s in seeds]
    contents = {}

    def work(seed):
        contents[seed] = content(regressor(random_state=seed).fit(X, y))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in seeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in seeds:
        np.testing.assert_equal(contents[seed], expected[seed])


def test_a_reused_network_holds_no_data():
    X, y = data()
    one = regressor(early_stopping=True).fit(X, y)
    held = [weakref.ref(thing) for thing in (X, y, one)]
    del X, y, one
    gc.collect()
    assert not any(thing() is not None for thing in held)


def fold_of(number, architecture):
    """Return an architecture and a run on data of another level in every fold."""
    level = 10.0**number
    rng = np.random.default_rng(number)
    series = level * rng.normal(size=(30, 2)).cumsum(axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(series, 4, axis=0)
    windows = Windows.of(np.ascontiguousarray(windows.transpose(0, 2, 1)))
    targets = rng.random((len(windows), 1))
    data = TrainingData(windows, targets, np.ones(len(windows)))
    normalization = Normalization(
        (1e-4 * level**2, None),
        (Anchor(0, -1, slope=1 / level, intercept=level),),
        StatisticsScale((0,), (np.log(level), -0.1), (1.0 + number, 0.5)),
    )
    architecture = replace(architecture, normalization=normalization)
    state = first_state(architecture, number)
    options = TrainingOptions("adam", 0.01, "mse", learning_rate_schedule="cosine")
    plan = BatchPlan(len(windows), 8, number)
    return architecture, TrainingRun(options, state, plan, data, data, Recorder())


def n_traced(monkeypatch):
    """Count the times that the code of a layer is run from now on, to trace it."""
    traced = []
    original = registered_classes.InstanceNormalization.call

    def call(self, windows):
        traced.append(None)
        return original(self, windows)

    monkeypatch.setattr(registered_classes.InstanceNormalization, "call", call)
    return traced


def test_one_traced_network_serves_folds_with_other_constants(monkeypatch):
    shape = {"window_shape": (4, 2), "n_outputs": 1, "dtype": "float64"}
    plain = make_architecture("gru", 3, **shape)

    def learn(number):
        architecture, run = fold_of(number, plain)
        (state,) = engine.train(architecture, [run], 2)
        assert list(state.weights) == list(architecture.weight_shapes)
        return state.weights, engine.predict(
            architecture, [state], run.training.windows
        )

    with monkeypatch.context() as patch:
        reuse_nothing(patch)
        expected = [learn(number) for number in range(4)]
    learn(5)
    built, traced = n_built(monkeypatch), n_traced(monkeypatch)
    np.testing.assert_equal([learn(number) for number in range(4)], expected)
    assert not built
    assert not traced


FITS = """
    import numpy as np
    import warnings
    from skseq import KerasSequenceRegressor, LSTMRegressor
    from process_state import resident

    warnings.simplefilter("ignore")

    # With the target's past in X, every fit normalizes by numbers of its own.
    series = np.random.default_rng(0).normal(size=64).cumsum()
    X = np.lib.stride_tricks.sliding_window_view(series[:-1], 4)[:, :, np.newaxis]
    y = series[4:]
    settings = {"units": 4, "epochs": 1, "engine": "keras", "batch_size": 20}
    readings = []
"""

SAME = """
    for seed in range(65):
        n_rows = 30 + seed % 30
        one = LSTMRegressor(**settings, random_state=seed, early_stopping=seed % 2 == 0)
        one.fit(X[:n_rows], y[:n_rows]).predict(X)
        readings.append(resident())
    assert np.polyfit(range(50), readings[15:], 1)[0] < 0.1, readings
"""

ASKED = """
    one = LSTMRegressor(**settings).fit(X, y)
    for number in range(400):
        one.predict(X[: 1 + number % 60])
        readings.append(resident())
    assert readings[-1] - readings[50] < 2, readings
    one.to_scikeras()
    begin = resident()
    for _ in range(20):
        one.to_scikeras()
        vars(one).pop("_fitted_keras_model", None)
        one.model_
    assert resident() - begin < 10, (begin, resident())
"""

ANEW = """
    import gc
    import keras

    def build_network(window_shape, n_outputs):
        layers = [
            keras.layers.Input(window_shape),
            keras.layers.LSTM(4, name="lstm"),
            keras.layers.Dense(n_outputs, name="dense"),
        ]
        return keras.Sequential(layers, name="network")

    for seed in range(30):
        one = KerasSequenceRegressor(build_network, epochs=1, random_state=seed)
        one.fit(X, y)
        gc.collect()
        readings.append(resident())
    assert np.polyfit(range(20), readings[10:], 1)[0] < 1, readings
"""


@needs_proc
@pytest.mark.parametrize("work", [SAME, ASKED, ANEW], ids=["fit", "predict", "anew"])
def test_keras_leaves_no_memory_behind(work):
    code = textwrap.dedent(FITS) + textwrap.dedent(work)
    path = str(__file__).rsplit("/", 2)[0]
    code = f"import sys; sys.path.insert(0, {path!r})\n" + code
    subprocess.run([sys.executable, "-c", code], check=True)
