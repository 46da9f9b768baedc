"""Predicting with the native engine."""

import threading
from dataclasses import replace

import numpy as np

from skseq._engine.blas import one_blas_thread, run_alone
from skseq._engine.native.network import Network
from skseq._engine.native.parameters import Parameters
from skseq._engine.network_cache import NetworkCache

WINDOWS_AT_ONCE = 64
"""Windows in one pass: enough for products to be fast, few to be held."""

VALUES_AT_ONCE = 2**22
"""Of all layers at all steps of these windows, about: 32 MiB."""


@np.errstate(over="ignore", invalid="ignore")
def predict(architecture, states, windows):
    """Answer complete windows with each of some networks.

    All is computed in float64. Products round a window by how many others stand beside
    it, and so its answer is the same in any batch to far below float32.

    Parameters
    ----------
    architecture : Architecture
    states : list of TrainingState
    windows : Windows

    Returns
    -------
    answers : ndarray of shape (n_members, n_windows, n_outputs)
        Scaled.
    """
    predictor = _predictor(architecture, *states)
    with one_blas_thread():
        return predictor.answer(windows).swapaxes(1, 2)


class Predictor:
    """Weights laid out for products, and buffers for a single window.

    Parameters
    ----------
    architecture : Architecture
    states : list of TrainingState
    """

    def __init__(self, architecture, states):
        double = replace(architecture, dtype="float64")
        self.parameters = Parameters(double, len(states))
        self.parameters.read([state.weights for state in states])
        self._network = Network(double, len(states), 1)
        self._network.take(self.parameters)
        self._lock = threading.RLock()

    def answer(self, windows):
        """Answer windows; one alone without making buffers anew."""
        if len(windows) > 1:
            return answer(self.parameters, windows)
        return run_alone(self._lock, answer_block, self._network, windows)


_predictor = NetworkCache(lambda architecture, *states: Predictor(architecture, states))


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
    n_members = len(parameters.flat)
    n_at_once = windows_at_once(parameters.architecture, n_members)
    for start in range(0, len(windows), n_at_once):
        block = windows[start : start + n_at_once]
        if len(block) != size:
            size = len(block)
            network = Network(parameters.architecture, n_members, size)
            network.take(parameters)
        answers.append(answer_block(network, block))
    return np.concatenate(answers, axis=2)


def windows_at_once(architecture, n_members):
    """Return how many windows fit into one pass."""
    n_units = sum(layer.n_outputs for layer in architecture.layers)
    n_values = 10 * n_units * architecture.window_shape[0] * n_members
    return min(WINDOWS_AT_ONCE, max(1, VALUES_AT_ONCE // n_values))


def answer_block(network, windows):
    """Answer as many windows as a network has buffers for."""
    network.read(windows)
    return network.forward()
