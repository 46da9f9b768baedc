"""Predict with Keras, with one traced network for all states of an architecture."""

import threading

import numpy as np

from skseq._engine.contract import TrainingState
from skseq._engine.keras.messages import no_retracing_warnings
from skseq._engine.keras.networks import build_member, without_constants
from skseq._engine.keras.startup import start_tensorflow
from skseq._engine.network_cache import cache_networks
from skseq._network.architecture import dtype_of_windows

# Every call of Keras has this number of windows, so that no other shape is traced.
BATCH_SIZE = 64
"""Number of windows in a call of Keras; the last batch is padded with zeros."""

# A network has the weights of one state at a time, and all threads share it. Reentrant,
# since a signal handler may predict while its thread holds the lock.
_lock = threading.RLock()
"""Held while a shared network predicts."""


def predict(architecture, states, windows):
    """Predict with each of some networks; see `skseq._engine.contract`."""
    start_tensorflow()
    predictor = _predictor(without_constants(architecture))
    normalization = architecture.normalization
    with _lock, no_retracing_warnings():
        return np.stack(
            [predictor.predict(state, normalization, windows) for state in states]
        )


class _Predictor:
    """A network that is traced once and predicts with the weights of any state."""

    def __init__(self, architecture):
        self.dtype = dtype_of_windows(architecture)
        self.network = build_member(architecture, TrainingState(seed=0))
        self.loaded = None

    def predict(self, state, normalization, windows):
        """Predict with the weights of a state and the constants of a normalization."""
        predictions = []
        for start in range(0, len(windows), BATCH_SIZE):
            # In every batch, since a signal handler may have loaded another state.
            self._load(state, normalization)
            part = windows[start : start + BATCH_SIZE].cut()
            # Rows of zeros change no other row; their predictions are discarded.
            padded = np.zeros((BATCH_SIZE, *part.shape[1:]), dtype=self.dtype)
            padded[: len(part)] = part
            predicted = self.network.model.predict_on_batch(padded)
            predictions.append(predicted[: len(part)])
        return np.concatenate(predictions)

    def _load(self, state, normalization):
        """Set weights and constants unless they are set already."""
        if self.loaded == (state, normalization):
            return
        self.loaded = None  # an interrupt may leave a mixture of two states
        self.network.set_weights(state.weights)
        self.network.set_normalization(normalization)
        self.loaded = state, normalization


_predictor = cache_networks(_Predictor)
