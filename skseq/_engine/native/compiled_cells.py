"""The recurrent cells, with the loop over the steps in the compiled kernel.

They have the buffers of the classes in `cells` and the same results up to rounding.
Import this module only if the kernel can be imported: see `kernels`.
"""

import numpy as np

from skseq._engine.native._compiled import LEVELS, VERSION, Steps, apply_adam
from skseq._engine.native.base_cell import Cell
from skseq._engine.native.cells import GRU, LSTM, SimpleRNN
from skseq._engine.native.threads import stop_if_failed

# In a clone, the kernel may be older than this file. With buffers in another order, its
# results would be wrong.
if VERSION != 1:
    raise ImportError(
        f"The compiled kernel has version {VERSION}; version 1 is needed."
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
        n_lanes = VECTOR_BYTES // self.a.itemsize
        n_padded = -(-n_columns // n_lanes) * n_lanes
        self.beside = np.empty((n_steps * n_windows, n_padded), dtype)
        self.kernel = Steps(self)
        n_operations = 2 * n_members * n_rows * n_columns * n_windows
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
        self.d_h[:] = 0
        self.begin_backward()
        d_inputs = None
        if needs_input_gradient:
            n_steps, n_members, _, n_windows = self.a.shape
            shape = (n_steps, n_members, self.layer.n_inputs, n_windows)
            d_inputs = np.empty(shape, self.a.dtype)
        for start, stop in reversed(self._spans):
            stop_if_failed()
            self.kernel.backward(A, self.mask, d_outputs, d_A, d_inputs, start, stop)
        if None in self.input_blocks:
            self._clear_constant_zeros(self._grouped(d_A))
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


__all__ = ["COMPILED_CELLS", "LEVELS", "apply_adam"]

COMPILED_CELLS = {"lstm": CompiledLSTM, "gru": CompiledGRU, "rnn": CompiledSimpleRNN}
