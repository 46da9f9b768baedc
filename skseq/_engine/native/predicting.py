"""Predicting with the native engine."""

import threading
from dataclasses import replace
from functools import lru_cache

import numpy as np

from skseq._engine.native.network import Network, put_in
from skseq._engine.native.parameters import Parameters
from skseq._engine.threads import one_blas_thread

WINDOWS_AT_ONCE = 64
"""Windows in one pass: enough for products to be fast, few to be held."""

N_PREDICTORS = 8
"""Networks that are kept ready to predict with."""


def predict(architecture, states, windows):
    """Answer complete windows with each of some networks.

    All is computed in float64. Products round a window by how many others stand beside
    it, and so its answer is the same in any batch to far below float32.

    Parameters
    ----------
    architecture : Architecture
    states : list of State
    windows : Windows

    Returns
    -------
    answers : ndarray of shape (n_members, n_windows, n_outputs)
        Scaled.
    """
    predictor = _predictor(architecture, *states)
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        return predictor.answer(windows).swapaxes(1, 2)


class Predictor:
    """Weights laid out for products, and buffers for a single window.

    Parameters
    ----------
    architecture : Architecture
    states : list of State
    """

    def __init__(self, architecture, states):
        double = replace(architecture, dtype="float64")
        self.parameters = Parameters(double, len(states))
        self.parameters.read([state.weights for state in states])
        self._network = Network(double, len(states), 1)
        self._network.take(self.parameters)
        self._lock = threading.Lock()

    def answer(self, windows):
        """Answer windows; one alone without making buffers anew."""
        if len(windows) > 1:
            return answer(self.parameters, windows)
        with self._lock:
            return answer_block(self._network, windows)


@lru_cache(maxsize=N_PREDICTORS)
def _predictor(architecture, *states):
    return Predictor(architecture, states)


def answer(parameters, windows):
    """Answer windows a block at a time, without dropout.

    Parameters
    ----------
    parameters : Parameters
    windows : Windows

    Returns
    -------
    answers : ndarray of shape (n_members, n_outputs, n_windows)
    """
    answers = []
    size = 0
    for start in range(0, len(windows), WINDOWS_AT_ONCE):
        block = windows[start : start + WINDOWS_AT_ONCE]
        if len(block) != size:
            size = len(block)
            network = Network(parameters.architecture, len(parameters.flat), size)
            network.take(parameters)
        answers.append(answer_block(network, block))
    return np.concatenate(answers, axis=2)


def answer_block(network, windows):
    """Answer as many windows as a network has buffers for."""
    put_in(network, slice(None), windows)
    return network.forward()
