"""Prediction with the native engine."""

import threading
from dataclasses import replace
from functools import cached_property

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._engine.native.input_reader import BatchInputs
from skseq._engine.native.network import Network
from skseq._engine.native.parameters import Parameters
from skseq._engine.native.parts import count_threads
from skseq._engine.native.threads import WorkerThreads
from skseq._engine.network_cache import cache_networks

# Enough for efficient products, few enough for small buffers and for many threads.
MAX_WINDOWS_PER_BLOCK = 64
"""Maximum number of windows in one pass."""

# 32 MiB in float64. Long windows and large networks get fewer windows in a pass.
MAX_VALUES_PER_BLOCK = 2**22
"""Maximum number of values in the buffers of one pass, roughly."""


def predict(architecture, states, windows):
    """Predict with each of some networks; see `skseq._engine.contract`.

    One block of windows is computed in float64. More are computed in the dtype of the
    network, always in blocks of the same size: the other windows then change a
    prediction by the last digits of float32 at most.
    """
    predictor = _predictor(architecture, *states)
    with one_blas_thread():
        return predictor.predict(windows).swapaxes(1, 2)


class Predictor:
    """The weights of some networks as matrices, with buffers for a single window.

    Parameters
    ----------
    architecture : Architecture
    *states : TrainingState
    """

    def __init__(self, architecture, *states):
        self._architecture = architecture
        self._states = states
        # The rounding of BLAS depends on the number of windows in a product and on the
        # place of a window among them. In float64 such differences are far below the
        # precision of float32, and for few windows it takes hardly longer.
        double = replace(architecture, dtype="float64")
        self.parameters = Parameters(double, len(states))
        self.parameters.load([state.weights for state in states])
        self._network = Network(double, len(states), 1)
        self._network.load_weights(self.parameters)
        # All threads that predict with the same states share the buffers, in turn. The
        # lock is reentrant, since a signal handler may predict while its thread does.
        self._lock = threading.RLock()
        self._in_use = False

    def predict(self, windows):
        """Predict for windows; a single window hardly ever needs new buffers."""
        if len(windows) == 1:
            with self._lock:
                # Only a signal handler finds them in use: its own thread waits for it.
                if not self._in_use:
                    self._in_use = True
                    try:
                        return predict_block(self._network, windows)
                    finally:
                        self._in_use = False
        blocks = BlockPredictor(self.parameters)
        if len(windows) > blocks.block_size:
            # In float64 the level of a window is added to the change that is predicted,
            # which float32 may not be able to represent at that level.
            blocks = BlockPredictor(self._rounded_parameters, "float64")
        with WorkerThreads(count_threads) as threads:
            inputs = BatchInputs(self._architecture, windows)
            return blocks.predict(inputs, threads)

    @cached_property
    def _rounded_parameters(self):
        """The parameters in the dtype of the network."""
        if self._architecture.dtype == self.parameters.architecture.dtype:
            return self.parameters
        parameters = Parameters(self._architecture, len(self._states))
        return parameters.load([state.weights for state in self._states])


_predictor = cache_networks(Predictor)


def double_parameters(architecture, states):
    """Return the parameters of some networks in float64."""
    return _predictor(architecture, *states).parameters


class BlockPredictor:
    """Predicts for windows in blocks of the same size, without dropout.

    Parameters
    ----------
    parameters : Parameters
        They may change between predictions.
    output_dtype : str or None
        Dtype of the predictions; None for that of the parameters.
    """

    def __init__(self, parameters, output_dtype=None):
        self.parameters = parameters
        self.output_dtype = output_dtype or parameters.architecture.dtype
        self.n_members = len(parameters.flat)
        self.block_size = windows_per_block(parameters.architecture, self.n_members)
        self._networks = {}

    def predict(self, inputs, threads):
        """Predict for windows, in threads that share the blocks.

        Parameters
        ----------
        inputs : BatchInputs
        threads : WorkerThreads

        Returns
        -------
        predictions : ndarray of shape (n_members, n_outputs, n_windows)
        """
        architecture, n_windows = self.parameters.architecture, len(inputs)
        shape = (self.n_members, architecture.n_outputs, n_windows)
        predictions = np.empty(shape, self.output_dtype)
        size = min(self.block_size, n_windows)
        networks = {}

        def compute(worker, number):
            if worker not in networks:
                networks[worker] = self._load(worker, size)
            # The last block is filled up with the last window, because BLAS rounds
            # differently in products of another size.
            rows = np.arange(number * size, (number + 1) * size)
            network = networks[worker]
            network.load_inputs(inputs.read(np.minimum(rows, n_windows - 1)))
            columns = predictions[:, :, rows[0] : rows[-1] + 1]
            columns[:] = network.forward()[:, :, : columns.shape[2]]

        threads.run(-(-n_windows // size), compute)
        return predictions

    def _load(self, worker, n_windows):
        """Return the buffers of a worker, with the weights as they are now."""
        key = worker, n_windows
        if key not in self._networks:
            self._networks[key] = Network(
                self.parameters.architecture,
                self.n_members,
                n_windows,
                self.output_dtype,
            )
        self._networks[key].load_weights(self.parameters)
        return self._networks[key]


def passes(parameters, windows):
    """Run the forward pass on windows in blocks, without dropout.

    Parameters
    ----------
    parameters : Parameters
    windows : Windows

    Yields
    ------
    network : Network
        After the forward pass of a block; the next block overwrites its buffers.
    rows : slice
        The windows of the block.
    """
    size = 0
    n_members = len(parameters.flat)
    block_size = windows_per_block(parameters.architecture, n_members)
    for start in range(0, len(windows), block_size):
        rows = slice(start, min(start + block_size, len(windows)))
        block = windows[rows]
        if len(block) != size:
            size = len(block)
            network = Network(parameters.architecture, n_members, size)
            network.load_weights(parameters)
        predict_block(network, block)
        yield network, rows


def windows_per_block(architecture, n_members):
    """Return the number of windows in one pass."""
    n_units = sum(layer.n_outputs for layer in architecture.layers)
    # An LSTM has about 10 values for each unit and step: operand, products and states.
    n_values = 10 * n_units * architecture.input_shape[0] * n_members
    return min(MAX_WINDOWS_PER_BLOCK, max(1, MAX_VALUES_PER_BLOCK // n_values))


def predict_block(network, windows):
    """Predict for exactly as many windows as a network has buffers for."""
    network.load_windows(windows)
    return network.forward()
