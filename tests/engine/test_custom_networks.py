"""Networks of the user's own: normalized as the package's own networks are."""

import random

import numpy as np
import pytest
from training_runs import Recorder, first_state

from skseq._engine import keras as engine
from skseq._engine.batches import BatchPlan
from skseq._engine.contract import (
    TrainingData,
    TrainingOptions,
    TrainingRun,
    TrainingState,
)
from skseq._network.architecture import CustomNetwork, make_architecture
from skseq._network.normalization import Anchor, Normalization, Normalizer
from skseq._series.windows import Windows

SHAPE = {"window_shape": (4, 2), "n_outputs": 2, "dtype": "float64"}
NORMALIZATION = Normalization(
    (1e-4, None), (Anchor(0, -1, slope=2.0, intercept=0.5), None)
)


def recurrent(window_shape, n_outputs):
    import keras

    options = {"dtype": "float64"}
    return keras.Sequential(
        [
            keras.layers.Input(window_shape, **options),
            keras.layers.LSTM(3, **options),
            keras.layers.Dense(n_outputs, **options),
        ]
    )


def functional(window_shape, n_outputs):
    """Build the same network as a Functional model of layers with names of ours."""
    import keras

    options = {"dtype": "float64"}
    windows = keras.layers.Input(window_shape, name="windows", **options)
    values = keras.layers.LSTM(3, name="normalize", **options)(windows)
    values = keras.layers.Dense(n_outputs, name="restore", **options)(values)
    return keras.Model(windows, values, name="network")


def examples(n_windows=20):
    rng = np.random.default_rng(0)
    series = 100 + rng.normal(size=(n_windows + 3, 2)).cumsum(axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(series, 4, axis=0)
    windows = Windows.of(np.ascontiguousarray(windows.transpose(0, 2, 1)))
    return TrainingData(windows, rng.random((n_windows, 2)), np.ones(n_windows))


def train(architecture, state, n_epochs=3):
    data = examples()
    plan = BatchPlan(len(data), 8, seed=3)
    options = TrainingOptions("adam", 0.01, "mse")
    run = TrainingRun(options, state, plan, data, data, Recorder())
    return engine.train(architecture, [run], n_epochs)[0]


@pytest.mark.slow
@pytest.mark.parametrize("build", [recurrent, functional])
@pytest.mark.parametrize("normalization", [None, NORMALIZATION])
def test_a_custom_network_learns_what_the_same_architecture_does(build, normalization):
    named = make_architecture("lstm", 3, **SHAPE, normalization=normalization)
    custom = CustomNetwork(build, **SHAPE, normalization=normalization)
    start = first_state(named)
    one, other = train(named, start), train(custom, start)
    for ours, theirs in zip(one.weights.values(), other.weights.values(), strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-12)
    windows = examples().windows
    expected, predicted = (
        engine.predict(architecture, [state], windows)
        for architecture, state in ((named, one), (custom, other))
    )
    np.testing.assert_allclose(predicted, expected, rtol=1e-12)


@pytest.mark.slow
def test_a_custom_network_reads_normalized_windows():
    custom = CustomNetwork(recurrent, **SHAPE, normalization=NORMALIZATION)
    trained = train(custom, TrainingState(seed=0))
    windows = examples().windows
    core = recurrent(*list(SHAPE.values())[:2])
    core.set_weights(list(trained.weights.values()))
    values, scale, base = Normalizer(NORMALIZATION).normalize(windows.cut())
    expected = scale.T * core(values).numpy() + base.T
    predicted = engine.predict(custom, [trained], windows)[0]
    np.testing.assert_allclose(predicted, expected, rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("normalization", [None, NORMALIZATION])
def test_a_custom_network_continues_where_it_ended(normalization):
    custom = CustomNetwork(recurrent, **SHAPE, normalization=normalization)
    whole = train(custom, TrainingState(seed=1), 4)
    half = train(custom, TrainingState(seed=1), 2)
    rest = train(custom, half, 2)
    for one, other in zip(rest.weights.values(), whole.weights.values(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_function_that_raises_leaves_the_random_states():
    def broken(window_shape, n_outputs):
        random.random(), np.random.random()
        raise RuntimeError("planned")

    before = random.getstate(), [str(part) for part in np.random.get_state()]
    custom = CustomNetwork(broken, **SHAPE)
    with pytest.raises(RuntimeError, match="planned"):
        engine.build_network(custom, [TrainingState(seed=0)])
    after = random.getstate(), [str(part) for part in np.random.get_state()]
    assert after == before
