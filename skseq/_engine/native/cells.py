r"""Recurrent cells, forward and backward through time.

A cell reads a window step by step and carries a state :math:`h_t` along. All that a
step multiplies with weights is stacked into one operand, so a step is one product

.. math:: a_t = A \, [x_t; h_{t-1}; 1]

followed by the cell's own elementwise equations. Going back, each cell turns
:math:`\partial L / \partial h_t` into :math:`\partial L / \partial a_t`. The rest is
the same for all: :math:`\partial L / \partial h_{t-1}` gains
:math:`U^T \partial L / \partial a_t`, and over all steps at once

.. math:: \frac{\partial L}{\partial A} = \sum_t \frac{\partial L}{\partial a_t}
          [x_t; h_{t-1}; 1]^T, \qquad
          \frac{\partial L}{\partial x_t} = W^T \frac{\partial L}{\partial a_t}

with :math:`A = [W, U, b]`. Backpropagation through time is no more than this: the
loop of the forward pass, run backwards (Goodfellow, Bengio & Courville 2016, section
10.2.2).

The derivatives use :math:`\sigma' = \sigma (1 - \sigma)` and
:math:`\tanh' = 1 - \tanh^2`, and :math:`\sigma(a) = (1 + \tanh(a / 2)) / 2` makes one
call of tanh do for all gates.
"""

import numpy as np


class Cell:
    """One direction of one recurrent layer, with buffers for a number of windows.

    Parameters
    ----------
    n_inputs, units, time_steps, n_windows : int
    dtype : str

    Attributes
    ----------
    operand : ndarray of shape (n_inputs + units + n_biases, time_steps, n_windows)
        The input, the state before, and ones. Write the input into ``inputs``.
    inputs : view of operand of shape (n_inputs, time_steps, n_windows)
    outputs : ndarray of shape (units, time_steps, n_windows)
        The state :math:`h_t` after each step.
    """

    n_blocks: int
    """Row blocks of A, each of as many rows as there are units."""

    n_biases = 1
    """Rows of ones in the operand: biases that are learnt apart."""

    half: tuple
    """Factor on the rows of each block: 1/2 where tanh stands in for a sigmoid."""

    def __init__(self, n_inputs, units, time_steps, n_windows, dtype):
        self.units = units
        self.time_steps = time_steps
        n_rows = n_inputs + units + self.n_biases
        self.operand = np.zeros((n_rows, time_steps, n_windows), dtype)
        self.operand[n_inputs + units :] = 1
        self.inputs = self.operand[:n_inputs]
        self.states_before = self.operand[n_inputs : n_inputs + units]
        self.outputs = np.empty((units, time_steps, n_windows), dtype)
        self.a = np.empty((self.n_blocks * units, time_steps, n_windows), dtype)
        # Views of each step, made once: slicing costs as much as a small product.
        self._operands = [self.operand[:, t] for t in range(time_steps)]
        self._products = [self.a[:, t] for t in range(time_steps)]
        self._blocks = [np.split(a, self.n_blocks) for a in self._products]
        self._scale = np.repeat(self.half, units).astype(dtype)[:, np.newaxis]
        self._columns_of_state = slice(n_inputs, n_inputs + units)
        self._columns_of_input = slice(n_inputs)

    def forward(self, A):
        """Run over the window; ``inputs`` hold it, ``outputs`` receive the states."""
        halved = A * self._scale
        for t in range(self.time_steps):
            np.matmul(halved, self._operands[t], out=self._products[t])
            self.step(t, self._blocks[t])
            if t + 1 < self.time_steps:
                self.states_before[:, t + 1] = self.outputs[:, t]

    def backward(self, A, d_outputs, d_A, d_inputs=None):
        """Run back over the window.

        Parameters
        ----------
        A : ndarray of shape (n_blocks * units, n_inputs + units + n_biases)
        d_outputs : ndarray of shape (units, time_steps, n_windows)
            Slope of the loss in each output.
        d_A : ndarray of the shape of A
            Receives the slope of the loss in A.
        d_inputs : ndarray of shape (n_inputs, time_steps, n_windows) or None
            Receives the slope of the loss in the inputs, if anybody wants it.
        """
        U = np.ascontiguousarray(A[:, self._columns_of_state].T)
        d_h = d_outputs[:, -1].copy()
        self.begin_backward()
        for t in reversed(range(self.time_steps)):
            direct = self.step_back(t, self._blocks[t], d_h)
            if t > 0:
                np.matmul(U, self._products[t], out=d_h)
                d_h += d_outputs[:, t - 1]
                if direct is not None:
                    d_h += direct
        d_a = self.a.reshape(len(self.a), -1)
        np.matmul(d_a, self.operand.reshape(len(self.operand), -1).T, out=d_A)
        self.forget_zeros(d_A)
        if d_inputs is not None:
            W = A[:, self._columns_of_input]
            np.matmul(W.T, d_a, out=d_inputs.reshape(len(d_inputs), -1))

    def step(self, t, blocks):
        """Turn the products of step t, in place, into gates; write outputs[:, t]."""
        raise NotImplementedError

    def step_back(self, t, blocks, d_h):
        """Turn the gates of step t, in place, into the slopes of its products.

        Returns
        -------
        direct : ndarray of shape (units, n_windows) or None
            What reaches the state before without a product.
        """
        raise NotImplementedError

    def begin_backward(self):
        """Forget what the last backward pass carried from step to step."""

    def forget_zeros(self, d_A):
        """Clear the slopes of weights that are zero by definition."""


def to_sigmoid(tanh_of_half):
    """Turn tanh(a / 2) into the sigmoid of a, in place."""
    tanh_of_half += 1
    tanh_of_half *= 0.5


class SimpleRNN(Cell):
    r"""The simple cell (Elman 1990).

    .. math:: h_t = \tanh(a_t), \qquad
              \frac{\partial L}{\partial a_t} = \frac{\partial L}{\partial h_t}
              (1 - h_t^2)
    """

    n_blocks = 1
    half = (1,)

    def step(self, t, blocks):
        (a,) = blocks
        np.tanh(a, out=self.outputs[:, t])

    def step_back(self, t, blocks, d_h):
        (d_a,) = blocks
        h = self.outputs[:, t]
        np.multiply(h, h, out=d_a)
        np.subtract(1, d_a, out=d_a)
        d_a *= d_h


class LSTM(Cell):
    r"""Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers 2000).

    .. math::
        i_t, f_t, o_t &= \sigma(a^i_t), \sigma(a^f_t), \sigma(a^o_t), \qquad
        g_t = \tanh(a^g_t) \\
        c_t &= f_t c_{t-1} + i_t g_t, \qquad h_t = o_t \tanh(c_t)

    Going back, the memory :math:`c_t` is reached by :math:`h_t` and by
    :math:`c_{t+1}`:

    .. math::
        \partial c_t &= \partial h_t \, o_t (1 - \tanh^2 c_t)
                       + \partial c_{t+1} f_{t+1} \\
        \partial a^i_t &= \partial c_t \, g_t \, i_t (1 - i_t), \quad
        \partial a^f_t = \partial c_t \, c_{t-1} f_t (1 - f_t) \\
        \partial a^g_t &= \partial c_t \, i_t (1 - g_t^2), \quad
        \partial a^o_t = \partial h_t \tanh(c_t) \, o_t (1 - o_t)
    """

    n_blocks = 4
    half = (0.5, 0.5, 1, 0.5)

    def __init__(self, n_inputs, units, time_steps, n_windows, dtype):
        super().__init__(n_inputs, units, time_steps, n_windows, dtype)
        # memory[:, t] is c before step t, so that c before the first step is zero.
        self.memory = np.zeros((units, time_steps + 1, n_windows), dtype)
        self.tanh_c = np.empty((units, time_steps, n_windows), dtype)
        self.d_c = np.empty((units, n_windows), dtype)
        self._work = np.empty((units, n_windows), dtype)

    def step(self, t, blocks):
        i, f, g, o = blocks
        np.tanh(self._products[t], out=self._products[t])
        to_sigmoid(self._products[t][: 2 * self.units])
        to_sigmoid(o)
        before, c = self.memory[:, t], self.memory[:, t + 1]
        np.multiply(f, before, out=c)
        c += np.multiply(i, g, out=self._work)
        np.tanh(c, out=self.tanh_c[:, t])
        np.multiply(o, self.tanh_c[:, t], out=self.outputs[:, t])

    def begin_backward(self):
        self.d_c[:] = 0

    def step_back(self, t, blocks, d_h):
        i, f, g, o = blocks
        d_c, work, tanh_c = self.d_c, self._work, self.tanh_c[:, t]
        np.multiply(d_h, o, out=work)
        d_c += work
        work *= tanh_c
        np.multiply(work, tanh_c, out=tanh_c)
        d_c -= tanh_c  # d_h o - d_h o tanh^2 c
        # work is now d_h o tanh(c): times (1 - o) it is the slope at o.
        d_o = np.subtract(1, o, out=o)
        d_o *= work
        # From here on the gates give way to slopes: what is read last goes last.
        np.multiply(d_c, i, out=work)  # d_c i
        keeps = f * d_c  # what goes on to c before
        d_f = np.subtract(1, f, out=f)
        d_f *= keeps
        d_f *= self.memory[:, t]
        d_i = np.subtract(1, i, out=i)
        d_i *= work
        d_i *= g
        d_g = np.multiply(g, g, out=g)
        np.subtract(1, d_g, out=d_g)
        d_g *= work
        d_c[:] = keeps


class GRU(Cell):
    r"""Gated recurrent unit (Cho et al. 2014), reset after the product as in Keras.

    The candidate's product comes in two parts, of the input and of the state, since
    the reset gate is between them:

    .. math::
        z_t, r_t &= \sigma(a^z_t), \sigma(a^r_t), \qquad
        n_t = \tanh(a^n_t + r_t a^m_t) \\
        h_t &= z_t h_{t-1} + (1 - z_t) n_t

    with :math:`a^n_t = W^n x_t + b^n` and :math:`a^m_t = U^m h_{t-1} + b^m`. Going
    back,

    .. math::
        \partial a^n_t &= \partial h_t (1 - z_t)(1 - n_t^2), \quad
        \partial a^m_t = \partial a^n_t \, r_t \\
        \partial a^z_t &= \partial h_t (h_{t-1} - n_t) z_t (1 - z_t), \quad
        \partial a^r_t = \partial a^n_t \, a^m_t \, r_t (1 - r_t)

    and :math:`\partial h_{t-1}` gains :math:`\partial h_t z_t` directly.
    """

    n_blocks = 4
    n_biases = 2
    half = (0.5, 0.5, 1, 1)

    def __init__(self, n_inputs, units, time_steps, n_windows, dtype):
        super().__init__(n_inputs, units, time_steps, n_windows, dtype)
        self.candidate = np.empty((units, time_steps, n_windows), dtype)

    def step(self, t, blocks):
        z, r, from_input, from_state = blocks
        gates = self.a[: 2 * self.units, t]
        np.tanh(gates, out=gates)
        to_sigmoid(gates)
        n = self.candidate[:, t]
        np.multiply(r, from_state, out=n)
        n += from_input
        np.tanh(n, out=n)
        h = np.subtract(self.states_before[:, t], n, out=self.outputs[:, t])
        h *= z
        h += n

    def step_back(self, t, blocks, d_h):
        z, r, d_n, d_m = blocks
        n, before, from_state = self.candidate[:, t], self.states_before[:, t], d_m
        direct = d_h * z
        rest = d_h - direct  # d_h (1 - z)
        np.multiply(n, n, out=d_n)
        np.subtract(1, d_n, out=d_n)
        d_n *= rest
        d_r_over_slope = d_n * from_state
        np.multiply(d_n, r, out=d_m)
        # rest z (h before - n) is the slope at z.
        z *= rest
        z *= before - n
        d_r_over_slope *= r
        np.subtract(1, r, out=r)
        r *= d_r_over_slope
        return direct

    def forget_zeros(self, d_A):
        of_input, of_state = np.split(d_A, 4)[2:]
        of_input[:, self._columns_of_state] = 0
        of_input[:, -1] = 0
        of_state[:, self._columns_of_input] = 0
        of_state[:, -2] = 0
