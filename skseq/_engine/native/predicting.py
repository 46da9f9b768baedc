"""Prediction with the native engine."""

import threading
from dataclasses import replace

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._engine.native.network import Network
from skseq._engine.native.parameters import Parameters
from skseq._engine.network_cache import NetworkCache

WINDOWS_AT_ONCE = 64
"""Windows in one pass: enough for fast products, few enough for small buffers."""

VALUES_AT_ONCE = 2**22
"""Upper limit of the values in the buffers of one pass, roughly: 32 MiB."""


def predict(architecture, states, windows):
    """Predict for complete windows with each of some networks.

    Parameters
    ----------
    architecture : Architecture
    states : list of TrainingState
    windows : Windows

    Returns
    -------
    predictions : ndarray of shape (n_members, n_windows, n_outputs)
        In the units of the scaled target.
    """
    predictor = _predictor(architecture, *states)
    with one_blas_thread():
        return predictor.predict(windows).swapaxes(1, 2)


class Predictor:
    """Weights as matrices, and buffers for a single window.

    Parameters
    ----------
    architecture : Architecture
    states : list of TrainingState
    """

    def __init__(self, architecture, states):
        # BLAS rounds a window differently beside a different number of others. In
        # float64 the prediction is still the same in any batch, far below float32.
        double = replace(architecture, dtype="float64")
        self.parameters = Parameters(double, len(states))
        self.parameters.load([state.weights for state in states])
        self._network = Network(double, len(states), 1)
        self._network.load_weights(self.parameters)
        # The buffers are shared by all threads that predict with the same states.
        self._lock = threading.Lock()

    def predict(self, windows):
        """Predict for windows; a single one needs no new buffers."""
        if len(windows) > 1:
            return predict_all(self.parameters, windows)
        with self._lock:
            return predict_block(self._network, windows)


_predictor = NetworkCache(lambda architecture, *states: Predictor(architecture, states))


def predict_all(parameters, windows):
    """Predict for windows block by block, without dropout.

    Parameters
    ----------
    parameters : Parameters
    windows : Windows

    Returns
    -------
    predictions : ndarray of shape (n_members, n_outputs, n_windows)
    """
    predictions = []
    size = 0
    n_members = len(parameters.flat)
    n_at_once = windows_at_once(parameters.architecture, n_members)
    for start in range(0, len(windows), n_at_once):
        block = windows[start : start + n_at_once]
        if len(block) != size:
            size = len(block)
            network = Network(parameters.architecture, n_members, size)
            network.load_weights(parameters)
        predictions.append(predict_block(network, block))
    return np.concatenate(predictions, axis=2)


def windows_at_once(architecture, n_members):
    """Return the number of windows in one pass."""
    n_units = sum(layer.n_outputs for layer in architecture.layers)
    # An LSTM has some 10 values for each unit and step: operand, products, states.
    n_values = 10 * n_units * architecture.window_shape[0] * n_members
    return min(WINDOWS_AT_ONCE, max(1, VALUES_AT_ONCE // n_values))


def predict_block(network, windows):
    """Predict for as many windows as a network has buffers for."""
    network.load_windows(windows)
    return network.forward()
