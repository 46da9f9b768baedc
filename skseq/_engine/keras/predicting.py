"""Predicting with Keras: one traced network for all states of an architecture."""

import numpy as np

from skseq._engine.contract import TrainingState
from skseq._engine.keras.forks import refuse_after_fork
from skseq._engine.keras.networks import build_network, lock
from skseq._engine.network_cache import NetworkCache

ROWS_AT_ONCE = 64
"""Windows in a call of predict: always as many, so that no other shape is traced."""


def predict(architecture, states, windows):
    """Answer complete windows with each of some networks.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    states : list of TrainingState
    windows : Windows

    Returns
    -------
    answers : ndarray of shape (n_members, n_windows, n_outputs)
        Scaled.
    """
    refuse_after_fork()
    return np.stack([_predict_one(architecture, state, windows) for state in states])


def _predict_one(architecture, state, windows):
    with lock:
        return _predictor(architecture).answer(state, windows)


class _Predictor:
    """A network that is traced once and lent the weights of one state at a time."""

    def __init__(self, architecture):
        self.model = build_network(architecture, [TrainingState(seed=0)])
        self.state = None

    def answer(self, state, windows):
        """Answer windows with the weights of a state."""
        self._hold(state)
        answers = []
        for start in range(0, len(windows), ROWS_AT_ONCE):
            part = windows[start : start + ROWS_AT_ONCE].cut()
            padded = np.zeros((ROWS_AT_ONCE, *part.shape[1:]), dtype=part.dtype)
            padded[: len(part)] = part
            answers.append(self.model.predict_on_batch(padded)[: len(part)])
        return np.concatenate(answers)

    def _hold(self, state):
        """Take over the weights of a state, unless they are here already."""
        if self.state is not state:
            self.state = None  # an interrupt may leave the weights of two mixed
            self.model.set_weights(list(state.weights.values()))
            self.state = state


_predictor = NetworkCache(_Predictor)
