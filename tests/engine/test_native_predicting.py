"""Predictions of the native engine: the same in any batch and in any thread."""

import signal
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_runs import STACK, first_state, network

from skseq._engine import native
from skseq._engine.native import predicting
from skseq._engine.native.input_reader import BatchInputs
from skseq._engine.native.parameters import Parameters
from skseq._engine.native.threads import WorkerThreads
from skseq._network.normalization import Anchor, Normalization
from skseq._series.windows import Windows

pytestmark = pytest.mark.usefixtures("implementation")


def make_network():
    architecture = network(STACK, bidirectional=True, dtype="float32", dense_units=3)
    states = [first_state(architecture, seed) for seed in (0, 1)]
    array = np.random.default_rng(1).random((600, 4, 3), dtype=np.float32)
    return architecture, states, Windows.of(array)


@pytest.mark.parametrize("size", [1, 7, 64])
def test_few_windows_do_not_depend_on_the_batch(size):
    architecture, states, windows = make_network()
    few = windows[:64]
    whole = native.predict(architecture, states, few)
    assert whole.shape == (2, 64, 2)
    parts = [
        native.predict(architecture, states, few[at : at + size])
        for at in range(0, 64, size)
    ]
    joined = np.concatenate(parts, axis=1)
    # Computed in float64, where BLAS rounds a window by the others in its product.
    np.testing.assert_allclose(joined, whole, rtol=0, atol=1e-12)


ARCHITECTURE, STATES, WINDOWS = make_network()
EXACT = np.concatenate(
    [
        native.predict(ARCHITECTURE, STATES, WINDOWS[at : at + 50])
        for at in range(0, len(WINDOWS), 50)
    ],
    axis=1,
)


@given(rows=st.lists(st.integers(0, 599), min_size=1, max_size=300))
def test_a_prediction_does_not_depend_on_the_batch_or_the_place_in_it(rows):
    predictions = native.predict(ARCHITECTURE, STATES, WINDOWS[np.array(rows)])
    # BLAS rounds float32 numbers differently at the edges of a product.
    atol = 1e-6 * np.abs(EXACT).max()
    np.testing.assert_allclose(predictions, EXACT[:, rows], rtol=0, atol=atol)


@pytest.mark.parametrize("n_windows", [65, 128, 600])
def test_the_others_in_a_batch_change_no_bit(n_windows):
    same = native.predict(ARCHITECTURE, STATES, WINDOWS[:n_windows])
    others = np.random.default_rng(0).permutation(600)[:n_windows]
    others[3::5] = np.arange(n_windows)[3::5]
    mixed = native.predict(ARCHITECTURE, STATES, WINDOWS[others])
    np.testing.assert_array_equal(mixed[:, 3::5], same[:, 3::5])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_threads_change_no_bit(dtype):
    parameters = Parameters(replace(ARCHITECTURE, dtype=dtype), 2)
    parameters.load([state.weights for state in STATES])
    predictions = []
    for n_threads in (1, 2, 3):
        with WorkerThreads(lambda n=n_threads: n) as workers:
            predictor = predicting.BlockPredictor(parameters)
            inputs = BatchInputs(parameters.architecture, WINDOWS)
            predictions.append(predictor.predict(inputs, workers))
    for prediction in predictions[1:]:
        np.testing.assert_array_equal(prediction, predictions[0])


def test_many_windows_are_predicted_in_the_dtype_of_the_network():
    double = replace(ARCHITECTURE, dtype="float64")
    one, two = (native.predict(a, STATES, WINDOWS) for a in (ARCHITECTURE, double))
    np.testing.assert_allclose(two, EXACT, rtol=0, atol=1e-12)
    assert np.abs(one - EXACT).max() > 1e-9


def test_many_windows_keep_small_changes_at_a_high_level():
    level = 2.0**30
    anchor = Anchor(0, -1, slope=1.0, intercept=0.0)
    normalization = Normalization((1e-4, None, 1e-2), (anchor, None))
    architecture = replace(ARCHITECTURE, normalization=normalization)
    windows = WINDOWS.cut().astype(np.float64)
    windows[:, :, 0] = np.round(windows[:, :, 0] * 2**20) / 2**20 + level
    windows = Windows.of(windows)
    exact = native.predict(architecture, STATES, windows[:64])
    rounded = native.predict(architecture, STATES, windows)[:, :64]
    # float32 numbers at this level are 64 apart; the changes are about 1 in size.
    np.testing.assert_allclose(rounded, exact, rtol=0, atol=2e-6)


def test_a_block_is_never_empty_however_large_the_network():
    large = network("lstm", window_shape=(10**6, 3))
    assert predicting.windows_per_block(large, 1) == 1
    assert (
        predicting.windows_per_block(network(), 1) == predicting.MAX_WINDOWS_PER_BLOCK
    )


def test_threads_do_not_mix_single_windows():
    architecture, states, windows = make_network()
    failures = []

    def predict_each(first):
        for row in range(first, 600, 4):
            one = native.predict(architecture, states, windows[row : row + 1])
            if not np.allclose(one[:, 0], EXACT[:, row], rtol=0, atol=1e-12):
                failures.append(row)

    threads = [threading.Thread(target=predict_each, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


@pytest.mark.skipif(sys.platform == "win32", reason="has no pthread_kill")
def test_a_signal_handler_may_predict_while_its_thread_does(monkeypatch):
    architecture, states, windows = make_network()
    predicted = {}
    predict_block = predicting.predict_block

    def predict(row):
        predicted[row] = native.predict(architecture, states, windows[row : row + 1])

    def interrupted(network, block):
        network.load_windows(block)
        monkeypatch.setattr(predicting, "predict_block", predict_block)
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        return network.forward()  # of this block, whatever the handler has computed

    before = signal.signal(signal.SIGUSR1, lambda *_: predict(8))
    monkeypatch.setattr(predicting, "predict_block", interrupted)
    try:
        predict(3)
        predict(5)  # the buffers are free again
    finally:
        signal.signal(signal.SIGUSR1, before)
    for row in (3, 5, 8):
        np.testing.assert_allclose(
            predicted[row][:, 0], EXACT[:, row], rtol=0, atol=1e-12
        )
