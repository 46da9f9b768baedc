r"""Dense layers, with or without ReLU (Goodfellow et al. 2016, section 6.5).

.. math:: y = \varphi(A [x; 1]), \qquad
          \frac{\partial L}{\partial a} = \frac{\partial L}{\partial y} \varphi'(a),
          \qquad \frac{\partial L}{\partial A} = \frac{\partial L}{\partial a}
          [x; 1]^T, \qquad \frac{\partial L}{\partial x} =
          W^T \frac{\partial L}{\partial a}

with :math:`\varphi(a) = \max(a, 0)` in dense layers and :math:`\varphi(a) = a` in the
output layer.
"""

import numpy as np

from skseq._engine.native.base_cell import empty


class Dense:
    """One dense layer, with buffers for some number of windows.

    Parameters
    ----------
    n_inputs, n_outputs : int
    n_members, n_windows : int
    dtype : str
    has_relu : bool
    """

    def __init__(self, n_inputs, n_outputs, n_members, n_windows, dtype, *, has_relu):
        self.has_relu = has_relu
        self.operand = empty((n_members, n_inputs + 1, n_windows), dtype)
        # The last row is always 1, for the column of A with the bias.
        self.operand[:] = 1
        self.outputs = np.empty((n_members, n_outputs, n_windows), dtype)

    def forward(self, A, inputs):
        """Compute the outputs.

        Parameters
        ----------
        A : ndarray of shape (n_members, n_outputs, n_inputs + 1)
            Kernel and bias.
        inputs : ndarray of shape (n_members, n_inputs, n_windows)

        Returns
        -------
        outputs : ndarray of shape (n_members, n_outputs, n_windows)
            The next call overwrites them.
        """
        self.operand[:, :-1] = inputs
        np.matmul(A, self.operand, out=self.outputs)
        if self.has_relu:
            np.maximum(self.outputs, 0, out=self.outputs)
        return self.outputs

    def backward(self, A, d_outputs, d_A):
        """Overwrite d_A with the gradient of A; return the gradient of the inputs."""
        # The output is above 0 where the product was, so the product is not stored.
        d_a = d_outputs * (self.outputs > 0) if self.has_relu else d_outputs
        np.matmul(d_a, self.operand.swapaxes(1, 2), out=d_A)
        return A[:, :, :-1].swapaxes(1, 2) @ d_a
