"""Reversible instance normalization: what it does, and the same in both engines."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from training_runs import N_WINDOWS, first_state, train
from training_runs import network as plain_network

from skseq._engine import keras, native
from skseq._engine.contract import TrainingData, TrainingState
from skseq._engine.native.losses import LOSSES, compute_loss
from skseq._engine.native.network import Network
from skseq._engine.native.parameters import Parameters
from skseq._network.initial_weights import draw_weights
from skseq._network.normalization import Anchor, Normalization, Normalizer
from skseq._network.window_statistics import StatisticsScale
from skseq._series.windows import Windows

LAST = Anchor(feature=2, step=-1, slope=2.0, intercept=0.5)
EARLIER = Anchor(feature=0, step=-3, slope=0.7, intercept=0.0)
OF_MEAN = Anchor(feature=1, step=None, slope=1.0, intercept=0.0)
FLOORS = (1e-4, None, 1e-6)
KINDS = {
    "last and earlier": Normalization(FLOORS, (LAST, EARLIER)),
    "mean, and none": Normalization(FLOORS, (OF_MEAN, None)),
    "statistics": Normalization(
        FLOORS,
        (LAST, EARLIER),
        StatisticsScale((0, 2), (0.1, -0.2, 0.3, -0.4), (1.0, 2.0, 0.5, 3.0)),
    ),
    "no floors": Normalization((None,) * 3, (None, LAST)),
    "no floors, of mean": Normalization((None,) * 3, (OF_MEAN, EARLIER)),
}


def network(normalization, dtype="float64"):
    return plain_network(dtype=dtype, normalization=normalization)


def examples(dtype="float64"):
    rng = np.random.default_rng(0)
    levels = np.cumsum(rng.normal(size=(N_WINDOWS + 3, 3)), axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(levels, 4, axis=0)
    windows = np.ascontiguousarray(windows.transpose(0, 2, 1), dtype)
    targets = rng.random((N_WINDOWS, 2)).astype(dtype)
    return TrainingData(Windows.of(windows), targets, np.ones(N_WINDOWS, dtype))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [("float64", 1e-10), ("float32", 1e-5)]
)
def test_engines_agree(kind, dtype, tolerance):
    architecture = network(KINDS[kind], dtype)
    data = examples(dtype)
    ends = [train(engine, architecture, data=data)[0] for engine in (native, keras)]
    for one, other in zip(*(end.weights.values() for end in ends), strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)
    one, other = (
        engine.predict(architecture, ends[:1], data.windows)
        for engine in (native, keras)
    )
    np.testing.assert_allclose(one, other, rtol=max(tolerance, 1e-6), atol=tolerance)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_equal_finite_differences(kind):
    architecture = network(KINDS[kind])
    data = examples()
    parameters = Parameters(architecture, 1).load([draw_weights(architecture, 1)])
    loaded = Network(architecture, 1, N_WINDOWS)
    loaded.load_windows(data.windows)

    def loss():
        loaded.load_weights(parameters)
        targets, weights = data.targets.T[np.newaxis], data.weights[np.newaxis]
        return compute_loss(
            LOSSES["mse"], loaded.forward(), targets, weights, N_WINDOWS
        )

    gradient = Parameters(architecture, 1)
    loaded.backward(loss()[1], gradient)
    rng = np.random.default_rng(0)
    for place in rng.choice(parameters.flat.size, 20, replace=False):
        ends = []
        for sign in (1, -1):
            parameters.flat[0, place] += sign * 1e-5
            ends.append(loss()[0][0])
            parameters.flat[0, place] -= sign * 1e-5
        difference = (ends[0] - ends[1]) / 2e-5
        expected = pytest.approx(difference, rel=1e-5, abs=1e-8)
        assert gradient.flat[0, place] == expected


def test_level_and_scale_of_a_window_are_taken_out():
    windows = np.random.default_rng(0).random((6, 5, 1))
    normalizer = Normalizer(Normalization((0.0,), (Anchor(0, -1, 1.0, 0.0),)))
    plain, scale, base = normalizer.normalize(windows)
    moved, moved_scale, moved_base = normalizer.normalize(1000 + 50 * windows)
    np.testing.assert_allclose(moved, plain, atol=1e-9)
    np.testing.assert_allclose(moved_scale, 50 * scale)
    np.testing.assert_allclose(moved_base, 1000 + 50 * base)
    np.testing.assert_allclose(plain.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(plain.std(axis=1), 1)


def test_a_window_of_equal_values_is_predicted_at_its_level():
    architecture = network(Normalization((1e-6,) * 3, (LAST, LAST)), "float32")
    state = first_state(architecture, 0)
    still = np.full((1, 4, 3), 0.3, dtype="float32")
    prediction = native.predict(architecture, [state], Windows.of(still))
    np.testing.assert_allclose(prediction, 2 * 0.3 + 0.5, atol=2 * 1e-3)


@pytest.mark.slow
# Can go when Keras copies variables as NumPy 2 asks for it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_saved_model_predicts_in_a_process_that_only_loads_it(tmp_path):
    architecture = network(KINDS["last and earlier"], "float32")
    state = first_state(architecture, 0)
    model = keras.build_network(architecture, [state])
    model.save(tmp_path / "model.keras")
    windows = examples("float32").windows.cut()
    np.save(tmp_path / "windows.npy", windows)
    script = (
        "import sys, keras, numpy as np, skseq.layers\n"
        "model = keras.saving.load_model(sys.argv[1] + '/model.keras')\n"
        "windows = np.load(sys.argv[1] + '/windows.npy')\n"
        "np.save(sys.argv[1] + '/predictions.npy', model.predict(windows, verbose=0))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    predictions = np.load(tmp_path / "predictions.npy")
    np.testing.assert_allclose(
        predictions, model.predict(windows, verbose=0), rtol=1e-6
    )


def test_the_anchor_alone_is_a_naive_forecast():
    architecture = network(KINDS["last and earlier"])
    weights = {n: np.zeros_like(w) for n, w in draw_weights(architecture, 0).items()}
    windows = examples().windows
    predictions = native.predict(
        architecture, [TrainingState(0, weights=weights)], windows
    )[0]
    cut = windows.cut()
    np.testing.assert_allclose(predictions[:, 0], 2 * cut[:, -1, 2] + 0.5)
    np.testing.assert_allclose(predictions[:, 1], 0.7 * cut[:, -3, 0])


def test_another_normalization_is_another_network():
    one = network(KINDS["last and earlier"])
    assert one != replace(one, normalization=KINDS["no floors"])
    assert hash(one) == hash(network(KINDS["last and earlier"]))
