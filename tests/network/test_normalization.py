"""Windows read in their own terms: the same in both engines, and what it means."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from skseq._engine import keras, native
from skseq._engine.batches import BatchPlan
from skseq._engine.contract import (
    TrainingData,
    TrainingOptions,
    TrainingRun,
    TrainingState,
)
from skseq._engine.native.losses import LOSSES, measure
from skseq._engine.native.network import Network
from skseq._engine.native.parameters import Parameters
from skseq._network.architecture import Anchor, Normalization, make_architecture
from skseq._network.initial_weights import draw_weights
from skseq._network.normalization import Normalizer
from skseq._series.windows import Windows

N_WINDOWS = 20
LAST = Anchor(feature=2, step=-1, slope=2.0, intercept=0.5)
EARLIER = Anchor(feature=0, step=-3, slope=0.7, intercept=0.0)
OF_MEAN = Anchor(feature=1, step=None, slope=1.0, intercept=0.0)
FLOORS = (1e-4, None, 1e-6)
KINDS = {
    "last and earlier": Normalization(FLOORS, (LAST, EARLIER)),
    "mean, and none": Normalization(FLOORS, (OF_MEAN, None)),
    "levels kept": Normalization((None,) * 3, (None, LAST)),
    "levels kept, of mean": Normalization((None,) * 3, (OF_MEAN, EARLIER)),
}


class Unwatched:
    n_epochs = 0

    def begin_epoch(self):
        pass

    def end_epoch(self, losses, read_state):
        self.n_epochs += 1
        return False


def network(normalization, dtype="float64", **changes):
    return make_architecture(
        "lstm",
        5,
        **{"window_shape": (4, 3), "n_outputs": 2} | changes,
        dtype=dtype,
        normalization=normalization,
    )


def examples(dtype="float64"):
    rng = np.random.default_rng(0)
    levels = np.cumsum(rng.normal(size=(N_WINDOWS + 3, 3)), axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(levels, 4, axis=0)
    windows = np.ascontiguousarray(windows.transpose(0, 2, 1), dtype)
    targets = rng.random((N_WINDOWS, 2)).astype(dtype)
    return TrainingData(Windows.of(windows), targets, np.ones(N_WINDOWS, dtype))


def train(engine, architecture):
    start = TrainingState(3, weights=draw_weights(architecture, 3))
    plan = BatchPlan(N_WINDOWS, 8, 3)
    options = TrainingOptions("adam", 2**-7, "mse")
    data = examples(architecture.dtype)
    run = TrainingRun(options, start, plan, data, None, Unwatched())
    return engine.train(architecture, [run], 7)[0]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [("float64", 1e-10), ("float32", 1e-5)]
)
def test_engines_agree(kind, dtype, tolerance):
    architecture = network(KINDS[kind], dtype)
    ends = [train(engine, architecture) for engine in (native, keras)]
    for one, other in zip(*(end.weights.values() for end in ends), strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)
    windows = examples(dtype).windows
    one, other = (e.predict(architecture, ends[:1], windows) for e in (native, keras))
    np.testing.assert_allclose(one, other, rtol=max(tolerance, 1e-6), atol=tolerance)


@pytest.mark.parametrize("kind", KINDS)
def test_slopes_are_those_of_finite_differences(kind):
    architecture = network(KINDS[kind])
    data = examples()
    parameters = Parameters(architecture, 1).read([draw_weights(architecture, 1)])
    passes = Network(architecture, 1, N_WINDOWS)
    passes.read(data.windows)

    def loss():
        passes.take(parameters)
        targets, weights = data.targets.T[np.newaxis], data.weights[np.newaxis]
        return measure(LOSSES["mse"], passes.forward(), targets, weights, N_WINDOWS)

    gradient = Parameters(architecture, 1)
    passes.backward(loss()[1], gradient)
    rng = np.random.default_rng(0)
    for place in rng.choice(parameters.flat.size, 20, replace=False):
        ends = []
        for sign in (1, -1):
            parameters.flat[0, place] += sign * 1e-5
            ends.append(loss()[0][0])
            parameters.flat[0, place] -= sign * 1e-5
        slope = (ends[0] - ends[1]) / 2e-5
        assert gradient.flat[0, place] == pytest.approx(slope, rel=1e-5, abs=1e-8)


def test_a_window_is_read_without_its_level_and_its_scale():
    windows = np.random.default_rng(0).random((6, 5, 1))
    reader = Normalizer(Normalization((0.0,), (Anchor(0, -1, 1.0, 0.0),)))
    plain, scale, base = reader.read(windows)
    moved, moved_scale, moved_base = reader.read(1000 + 50 * windows)
    np.testing.assert_allclose(moved, plain, atol=1e-9)
    np.testing.assert_allclose(moved_scale, 50 * scale)
    np.testing.assert_allclose(moved_base, 1000 + 50 * base)
    np.testing.assert_allclose(plain.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(plain.std(axis=1), 1)


def test_a_window_in_which_nothing_moves_reads_zero_and_answers_its_level():
    architecture = network(Normalization((1e-6,) * 3, (LAST, LAST)), "float32")
    state = TrainingState(0, weights=draw_weights(architecture, 0))
    still = np.full((1, 4, 3), 0.3, dtype="float32")
    answer = native.predict(architecture, [state], Windows.of(still))
    np.testing.assert_allclose(answer, 2 * 0.3 + 0.5, atol=2 * 1e-3)


@pytest.mark.slow
# Can go when Keras copies variables as NumPy 2 asks for it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_saved_model_answers_in_a_process_that_only_loads_it(tmp_path):
    architecture = network(KINDS["last and earlier"], "float32")
    state = TrainingState(0, weights=draw_weights(architecture, 0))
    model = keras.build_network(architecture, [state])
    model.save(tmp_path / "model.keras")
    windows = examples("float32").windows.cut()
    np.save(tmp_path / "windows.npy", windows)
    script = (
        "import sys, keras, numpy as np, skseq.layers\n"
        "model = keras.saving.load_model(sys.argv[1] + '/model.keras')\n"
        "windows = np.load(sys.argv[1] + '/windows.npy')\n"
        "np.save(sys.argv[1] + '/answers.npy', model.predict(windows, verbose=0))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    answers = np.load(tmp_path / "answers.npy")
    np.testing.assert_allclose(answers, model.predict(windows, verbose=0), rtol=1e-6)


def test_the_anchor_alone_is_a_naive_rule():
    architecture = network(KINDS["last and earlier"])
    weights = {n: np.zeros_like(w) for n, w in draw_weights(architecture, 0).items()}
    windows = examples().windows
    answers = native.predict(
        architecture, [TrainingState(0, weights=weights)], windows
    )[0]
    cut = windows.cut()
    np.testing.assert_allclose(answers[:, 0], 2 * cut[:, -1, 2] + 0.5)
    np.testing.assert_allclose(answers[:, 1], 0.7 * cut[:, -3, 0])


def test_another_normalization_is_another_network():
    one = network(KINDS["last and earlier"])
    assert one != replace(one, normalization=KINDS["levels kept"])
    assert hash(one) == hash(network(KINDS["last and earlier"]))
