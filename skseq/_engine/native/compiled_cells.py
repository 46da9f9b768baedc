"""The recurrent cells and both passes of a network in the compiled kernel.

They have the buffers of the classes in `cells` and `network` and the same results up to
rounding. Import this module only if the kernel can be imported: see `kernels`.
"""

import math

import numpy as np

from skseq._engine.native import _compiled
from skseq._engine.native._compiled import LEVELS, VERSION, Passes, Steps, apply_adam
from skseq._engine.native.base_cell import Cell, empty
from skseq._engine.native.cells import GRU, LSTM, SimpleRNN
from skseq._engine.native.losses import LOSSES
from skseq._engine.native.threads import stop_if_failed

# In a clone, the kernel may be older than this file. With buffers in another order, its
# results would be wrong.
if VERSION != 2:
    raise ImportError(
        f"The compiled kernel has version {VERSION}; version 2 is needed."
    )

# Python handles an interrupt between two calls. A call takes about 20 ms, or 0.2 s with
# a slow BLAS.
OPERATIONS_PER_CALL = 2e9
"""Number of floating-point operations in a call of the kernel, roughly."""


VECTOR_BYTES = 64
"""Bytes of the longest vectors that the kernel reads."""


class CompiledCell(Cell):
    """Calls the kernel for the loop over the steps.

    Attributes
    ----------
    d_h : ndarray of shape (n_members, units, n_windows)
        Gradient of the state, which passes from step to step.
    d_masked : ndarray of shape (units, n_windows), or None
        Gradient of the masked state of one group.
    beside : ndarray of shape (n_steps * n_windows, n_columns)
        Transposed operands of as many steps as a product adds up. Extra columns make
        the length of a row a multiple of a vector.
    """

    def __init__(self, layer, time_steps, n_members, n_windows, dtype):
        super().__init__(layer, time_steps, n_members, n_windows, dtype)
        n_columns, n_rows = self.operand.shape[3], self.a.shape[2]
        self.d_h = np.empty_like(self.states[0])
        self.d_masked = np.empty_like(self.d_h[0]) if layer.recurrent_dropout else None
        n_steps = min(self.steps_per_product, time_steps)
        self.beside = transposed_operand(n_columns, n_steps * n_windows, dtype)
        self.kernel = Steps(self)
        n_operations = 2 * n_members * n_rows * n_columns * n_windows
        self.n_operations = n_operations * time_steps
        n_steps = max(int(OPERATIONS_PER_CALL / n_operations), 1)
        self._spans = [
            (start, min(start + n_steps, time_steps))
            for start in range(0, time_steps, n_steps)
        ]

    def make_step_buffers(self):
        """Make no views: only the loops in NumPy need them."""

    def further_buffers(self):
        """Return the buffers of an LSTM for c, its tanh and its gradient, else None."""
        return None, None, None

    def load_weights(self, A):
        """Use these weights in the following forward passes."""
        self._A = A

    def forward(self):
        for start, stop in self._spans:
            stop_if_failed()
            self.kernel.forward(self._A, self.mask, start, stop)

    def backward(self, A, d_outputs, d_A, *, needs_input_gradient):
        d_inputs = None
        if needs_input_gradient:
            n_steps, n_members, _, n_windows = self.a.shape
            shape = (n_steps, n_members, self.layer.n_inputs, n_windows)
            d_inputs = np.empty(shape, self.a.dtype)
        for start, stop in reversed(self._spans):
            stop_if_failed()
            self.kernel.backward(A, self.mask, d_outputs, d_A, d_inputs, start, stop)
        return d_inputs


class CompiledSimpleRNN(CompiledCell, SimpleRNN):
    """`SimpleRNN` with the compiled kernel."""


class CompiledLSTM(CompiledCell, LSTM):
    """`LSTM` with the compiled kernel."""

    def further_buffers(self):
        return self.memory, self.tanh_c, self.d_c


class CompiledGRU(CompiledCell, GRU):
    """`GRU` with the compiled kernel."""

    def further_buffers(self):
        return self.candidate, None, None


LOSS_NUMBERS = {LOSSES[name]: number for name, number in _compiled.LOSS_NUMBERS.items()}
"""Numbers of the losses that the kernel has."""


def transposed_operand(n_rows, n_windows, dtype):
    """Allocate an array for transposed operands, with rows of whole vectors."""
    n_lanes = VECTOR_BYTES // np.dtype(dtype).itemsize
    return np.empty((n_windows, -(-n_rows // n_lanes) * n_lanes), dtype)


class CompiledPasses:
    """Runs both passes of a network, in one call of the kernel each.

    Parameters
    ----------
    network : skseq._engine.native.network.Network
        With compiled cells. All methods take it, because a reference stored here would
        delay the release of its memory.
    """

    def __init__(self, network):
        self.kernel = Passes(network)
        self._d_outputs = None

    def forward(self, network):
        """Return the outputs of the last dense layer, which are overwritten later."""
        stop_if_failed()
        self.kernel.forward(network.parameters.flat, network.masks)
        return network.dense[-1].outputs

    def backward(self, network, d_outputs, gradient, *, needs_input_gradient):
        """Do what `Network.backward` does, from the gradient of `forward`."""
        stop_if_failed()
        self._make_gradient_buffers(network)
        self._d_outputs[:] = d_outputs
        d_inputs = np.empty_like(network.inputs) if needs_input_gradient else None
        self.kernel.backward(network.parameters.flat, gradient.flat, d_inputs)
        return d_inputs

    def has_loss(self, loss):
        """Return whether `compute_gradient` supports a loss."""
        return loss in LOSS_NUMBERS

    def compute_gradient(self, network, loss, targets, weights, n_windows, gradient):
        """Do what `Network.compute_gradient` does."""
        stop_if_failed()
        self._make_gradient_buffers(network)
        losses = np.empty(len(targets), targets.dtype)
        self.kernel.compute_gradient(
            network.parameters.flat,
            gradient.flat,
            network.masks,
            LOSS_NUMBERS[loss],
            n_windows,
            targets,
            weights,
            network.scale if network.is_normalized else None,
            network.base if network.is_normalized else None,
            losses,
        )
        return losses

    def _make_gradient_buffers(self, network):
        """Make the buffers before the first backward pass; predictions need none."""
        if self._d_outputs is not None:
            return
        n_steps, n_members, n_inputs, n_windows = network.inputs.shape
        dtype = network.inputs.dtype
        n_rows = max(dense.operand.shape[1] for dense in network.dense)
        n_outputs = max(dense.outputs.shape[1] for dense in network.dense)
        n_lower = max([cells[0].layer.n_inputs for cells in network.layers[1:]] + [0])
        n_values = max(n_rows, n_outputs, n_steps * n_lower)
        # The third buffer is for the backward directions.
        has_two = any(len(cells) == 2 for cells in network.layers)
        n_third = max(n_values, n_steps * n_inputs) if has_two else 0
        buffers = [
            empty((n, n_members, n_windows), dtype)
            for n in (n_values, n_values, n_third)
        ]
        beside = transposed_operand(n_rows, n_windows, dtype)
        self.kernel.use_gradient_buffers(buffers, beside)
        shape = network.dense[-1].outputs.shape
        self._d_outputs = buffers[0].ravel()[: math.prod(shape)].reshape(shape)


def make_passes(network):
    """Return `CompiledPasses`, or None if a call of the kernel would take too long."""
    n_operations = sum(cell.n_operations for cells in network.layers for cell in cells)
    # The backward pass takes twice as long as the forward pass.
    return CompiledPasses(network) if 3 * n_operations <= OPERATIONS_PER_CALL else None


__all__ = ["COMPILED_CELLS", "LEVELS", "apply_adam", "make_passes"]

COMPILED_CELLS = {"lstm": CompiledLSTM, "gru": CompiledGRU, "rnn": CompiledSimpleRNN}
