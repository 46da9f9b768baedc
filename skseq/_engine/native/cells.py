r"""The recurrent cells: elementwise equations of one step, forward and backward.

The loop over the steps and the products with weights are in `base_cell`. In the
equations here, :math:`\partial x` is short for the gradient
:math:`\partial L / \partial x`. The derivatives use
:math:`\sigma' = \sigma (1 - \sigma)` and :math:`\tanh' = 1 - \tanh^2`. They need the
values of gates and states but not the products, which are overwritten.
"""

import numpy as np

from skseq._engine.native.base_cell import Cell, one_minus, to_sigmoid


class SimpleRNN(Cell):
    r"""The simple cell (Elman 1990).

    .. math:: h_t = \tanh(a_t), \qquad
              \frac{\partial L}{\partial a_t} = \frac{\partial L}{\partial h_t}
              (1 - h_t^2)
    """

    input_blocks = (0,)
    state_blocks = (0,)
    n_gates = 0

    def step(self, t):
        np.tanh(self.a[t], out=self.outputs[t])

    def step_back(self, t, d_h):
        h, d_a = self.outputs[t], self.a[t]
        np.multiply(h, h, out=d_a)
        one_minus(d_a)
        d_a *= d_h


class LSTM(Cell):
    r"""Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers 2000).

    .. math::
        i_t, f_t, o_t &= \sigma(a^i_t), \sigma(a^f_t), \sigma(a^o_t), \qquad
        g_t = \tanh(a^g_t) \\
        c_t &= f_t c_{t-1} + i_t g_t, \qquad h_t = o_t \tanh(c_t)

    In the backward pass, the gradient reaches the memory :math:`c_t` from :math:`h_t`
    and from :math:`c_{t+1}`:

    .. math::
        \partial c_t &= \partial h_t \, o_t (1 - \tanh^2 c_t)
                       + \partial c_{t+1} f_{t+1} \\
        \partial a^i_t &= \partial c_t \, g_t \, i_t (1 - i_t), \quad
        \partial a^f_t = \partial c_t \, c_{t-1} f_t (1 - f_t) \\
        \partial a^o_t &= \partial h_t \tanh(c_t) \, o_t (1 - o_t), \quad
        \partial a^g_t = \partial c_t \, i_t (1 - g_t^2)
    """

    # Order i, f, o, g, so that the gates are contiguous; Keras has g before o.
    input_blocks = state_blocks = (0, 1, 3, 2)
    block_names = ("input_gate", "forget_gate", "output_gate", "candidate")
    n_gates = 3

    def __init__(self, layer, time_steps, n_members, n_windows, dtype):
        super().__init__(layer, time_steps, n_members, n_windows, dtype)
        self.memory = np.zeros_like(self.states)  # c, starting with c before step 0
        self.tanh_c = np.empty_like(self.outputs)
        self.d_c = np.empty_like(self.states[0])

    def make_step_buffers(self):
        super().make_step_buffers()
        self.d_c_i = np.empty_like(self.states[0])

    def step(self, t):
        i, f, o, g = self._blocks[t]
        np.tanh(self.a[t], out=self.a[t])
        to_sigmoid(self._gates[t])
        c, h = self.memory[t + 1], self.outputs[t]
        np.multiply(f, self.memory[t], out=c)
        c += np.multiply(i, g, out=h)  # h serves as a buffer until its last line
        np.tanh(c, out=self.tanh_c[t])
        np.multiply(o, self.tanh_c[t], out=h)

    def states_by_name(self):
        return {"cell_state": self.memory[1:], "hidden_state": self.outputs}

    def begin_backward(self):
        self.d_c[:] = 0

    def step_back(self, t, d_h):
        i, f, o, g = self._blocks[t]
        d_i, d_f, d_o = self._d_blocks
        d_c, d_c_i, tanh_c = self.d_c, self.d_c_i, self.tanh_c[t]
        # The lines reuse buffers whose content is no longer needed, so their order
        # matters. finish_gates multiplies by the last factor, (1 - gate).
        np.multiply(d_h, o, out=d_o)
        d_c += d_o
        d_o *= tanh_c  # dh tanh(c) o
        tanh_c *= d_o  # dh o tanh^2 c; overwrites tanh c
        d_c -= tanh_c
        np.multiply(d_c, i, out=d_c_i)
        d_c *= f  # the gradient of c of the previous step
        np.multiply(d_c_i, g, out=d_i)  # dc g i
        np.multiply(d_c, self.memory[t], out=d_f)  # dc c_before f
        self.finish_gates(t)
        d_g = np.multiply(g, g, out=g)
        one_minus(d_g)
        d_g *= d_c_i


class GRU(Cell):
    r"""Gated recurrent unit (Cho et al. 2014), reset after the product as in Keras.

    The candidate has two products, one of the input and one of the state, because the
    reset gate is applied to the second one only:

    .. math::
        z_t, r_t &= \sigma(a^z_t), \sigma(a^r_t), \qquad
        n_t = \tanh(a^n_t + r_t a^m_t) \\
        h_t &= z_t h_{t-1} + (1 - z_t) n_t

    with :math:`a^n_t = W^n x_t + b^n` and :math:`a^m_t = U^m h_{t-1} + b^m`. In the
    backward pass,

    .. math::
        \partial a^n_t &= \partial h_t (1 - z_t)(1 - n_t^2), \quad
        \partial a^m_t = \partial a^n_t \, r_t \\
        \partial a^z_t &= \partial h_t (h_{t-1} - n_t) z_t (1 - z_t), \quad
        \partial a^r_t = \partial a^n_t \, a^m_t \, r_t (1 - r_t)

    and :math:`\partial h_t z_t` is added to :math:`\partial h_{t-1}` directly. In A the
    weights from the input to :math:`a^m` and from the state to :math:`a^n` are always
    zero. Each product has a bias, so the operand has two rows of ones.
    """

    input_blocks = (0, 1, 2, None)  # z, r, n, m
    state_blocks = (0, 1, None, 2)
    block_names = ("update_gate", "reset_gate")
    n_gates = 2
    n_biases = 2  # of the input and of the state

    def __init__(self, layer, time_steps, n_members, n_windows, dtype):
        super().__init__(layer, time_steps, n_members, n_windows, dtype)
        self.candidate = np.empty_like(self.outputs)

    def step(self, t):
        z, r, from_input, from_state = self._blocks[t]
        gates = self._gates[t]
        np.tanh(gates, out=gates)
        to_sigmoid(gates)
        n = self.candidate[t]
        np.multiply(r, from_state, out=n)
        n += from_input
        np.tanh(n, out=n)
        # z h + (1 - z) n equals n + z (h - n), which needs one product fewer.
        h = np.subtract(self.states[t], n, out=self.outputs[t])
        h *= z
        h += n

    def states_by_name(self):
        return {"candidate": self.candidate, "hidden_state": self.outputs}

    def step_back(self, t, d_h):
        z, r, d_n, m = self._blocks[t]
        d_z, d_r = self._d_blocks
        n = self.candidate[t]
        # As in the LSTM, the order of the lines matters because buffers are reused.
        direct = d_h * z
        np.subtract(self.states[t], n, out=d_z)
        d_z *= direct  # dh (h_before - n) z
        np.multiply(n, n, out=d_n)
        one_minus(d_n)
        d_n *= np.subtract(d_h, direct, out=n)  # dh (1 - z); overwrites n
        np.multiply(d_n, m, out=d_r)
        d_r *= r  # da^n a^m r
        np.multiply(d_n, r, out=m)
        self.finish_gates(t)
        return direct


CELLS = {"lstm": LSTM, "gru": GRU, "rnn": SimpleRNN}
