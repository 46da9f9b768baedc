"""Predictions of the native engine: the same in any batch and in any thread."""

import threading

import numpy as np
import pytest
from training_runs import STACK, first_state, network

from skseq._engine import native
from skseq._engine.native import predicting
from skseq._series.windows import Windows

pytestmark = pytest.mark.usefixtures("implementation")


def make_network():
    architecture = network(STACK, bidirectional=True, dtype="float32", dense_units=3)
    states = [first_state(architecture, seed) for seed in (0, 1)]
    array = np.random.default_rng(1).random((600, 4, 3), dtype=np.float32)
    return architecture, states, Windows.of(array)


@pytest.mark.parametrize("size", [1, 7, 256])
def test_predictions_do_not_depend_on_the_batch(size):
    architecture, states, windows = make_network()
    whole = native.predict(architecture, states, windows)
    assert whole.shape == (2, 600, 2)
    parts = [
        native.predict(architecture, states, windows[at : at + size])
        for at in range(0, len(windows), size)
    ]
    joined = np.concatenate(parts, axis=1)
    # Computed in float64, where BLAS rounds a window by the others in its product.
    np.testing.assert_allclose(joined, whole, rtol=0, atol=1e-12)


def test_a_block_is_never_empty_however_large_the_network():
    large = network("lstm", window_shape=(10**6, 3))
    assert predicting.windows_per_block(large, 1) == 1
    assert (
        predicting.windows_per_block(network(), 1) == predicting.MAX_WINDOWS_PER_BLOCK
    )


def test_threads_do_not_mix_single_windows():
    architecture, states, windows = make_network()
    expected = native.predict(architecture, states, windows)
    failures = []

    def predict_each(first):
        for row in range(first, 600, 4):
            one = native.predict(architecture, states, windows[row : row + 1])
            if not np.allclose(one[:, 0], expected[:, row], rtol=0, atol=1e-12):
                failures.append(row)

    threads = [threading.Thread(target=predict_each, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
