r"""Dense layers: a product and an activation (Goodfellow et al. 2016, section 6.5).

.. math:: y = \varphi(A [x; 1]), \qquad
          \frac{\partial L}{\partial a} = \frac{\partial L}{\partial y} \varphi'(a),
          \qquad \frac{\partial L}{\partial A} = \frac{\partial L}{\partial a}
          [x; 1]^T, \qquad \frac{\partial L}{\partial x} =
          W^T \frac{\partial L}{\partial a}

The slope of an activation is written by its value, as in the cells.
"""

import numpy as np

ACTIVATIONS = {
    "relu": (lambda a: np.maximum(a, 0), lambda y: y > 0),
    "tanh": (np.tanh, lambda y: 1 - y * y),
    "sigmoid": (lambda a: (1 + np.tanh(a / 2)) / 2, lambda y: y * (1 - y)),
    "linear": (lambda a: a, np.ones_like),
}
"""Each activation, and its slope by its value."""


class Dense:
    """One dense layer, with buffers for a number of windows.

    Parameters
    ----------
    n_inputs : int
    activation : str
    n_members, n_windows : int
    dtype : str
    """

    def __init__(self, n_inputs, activation, n_members, n_windows, dtype):
        self.activate, self.slope = ACTIVATIONS[activation]
        self.operand = np.ones((n_members, n_inputs + 1, n_windows), dtype)

    def forward(self, A, inputs):
        """Multiply, add the bias, activate.

        Parameters
        ----------
        A : ndarray of shape (n_members, n_outputs, n_inputs + 1)
            Kernel and bias.
        inputs : ndarray of shape (n_members, n_inputs, n_windows)

        Returns
        -------
        outputs : ndarray of shape (n_members, n_outputs, n_windows)
        """
        self.operand[:, :-1] = inputs
        self.outputs = self.activate(A @ self.operand)
        return self.outputs

    def backward(self, A, d_outputs, d_A):
        """Write the slope in A and return that in the inputs."""
        d_a = d_outputs * self.slope(self.outputs)
        np.matmul(d_a, self.operand.swapaxes(1, 2), out=d_A)
        return A[:, :, :-1].swapaxes(1, 2) @ d_a
