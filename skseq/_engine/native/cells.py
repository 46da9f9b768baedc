r"""Recurrent cells, forward and backward through time.

A cell reads a window step by step and carries a state :math:`h_t` along. All that a
step multiplies with weights is stacked into one operand, so a step is one product

.. math:: a_t = A \, [x_t; h_{t-1}; 1], \qquad A = [W, U, b]

followed by the cell's own elementwise equations. Going back, each cell turns
:math:`\partial L / \partial h_t` into :math:`\partial L / \partial a_t`. The rest is
the same for all. By the chain rule, a step adds

.. math:: \frac{\partial L}{\partial A} \mathrel{+}=
          \frac{\partial L}{\partial a_t} [x_t; h_{t-1}; 1]^T, \qquad
          \frac{\partial L}{\partial h_{t-1}} \mathrel{+}=
          U^T \frac{\partial L}{\partial a_t}, \qquad
          \frac{\partial L}{\partial x_t} = W^T \frac{\partial L}{\partial a_t}

since :math:`A` is the same at all steps and :math:`h_{t-1}` is also read from above.
In the cells' own equations the loss is left out: :math:`\partial x` is short for
:math:`\partial L / \partial x`.

Backpropagation through time is no more than this: the loop of the forward pass, run
backwards (Goodfellow, Bengio & Courville 2016, section 10.2.2).

The derivatives use :math:`\sigma' = \sigma (1 - \sigma)` and
:math:`\tanh' = 1 - \tanh^2`, and :math:`\sigma(a) = (1 + \tanh(a / 2)) / 2` makes one
call of tanh do for all gates.

Dropout inside a cell multiplies the operand by a mask :math:`D`, entry by entry, before
the product, and so do slopes on their way back: :math:`a_t = A (D \odot [x_t; h_{t-1};
1])`, and what reaches the operand is :math:`D \odot A^T \partial a_t` (Gal & Ghahramani
2016). The mask is the same at all steps of a window.

Arrays of one step have the shape (members, rows, windows): members are networks that
train together, each with its own weights and windows; windows are columns. Steps come
first, so that all a step touches lies side by side in memory.
"""

import numpy as np

ENOUGH_COLUMNS = 128
"""Windows, or windows of several steps, that make a product efficient."""


class Cell:
    """One direction of one recurrent layer, with buffers for a number of windows.

    The rows of A come in blocks, one for each gate or candidate. As in Keras, recurrent
    dropout has a mask for each block. There are then as many groups as blocks, each
    with an operand masked for it and a product; without it all blocks are one group.

    Parameters
    ----------
    layer : skseq._network.architecture.Layer
    time_steps, n_members, n_windows : int
    dtype : str

    Attributes
    ----------
    operand : ndarray of shape (time_steps, n_members, n_groups, n_rows, n_windows)
        The input, the state before, and ones.
    a : ndarray of shape (time_steps, n_members, n_blocks * units, n_windows)
        The products; going back, the slopes of the loss in them.
    states : ndarray of shape (time_steps + 1, n_members, units, n_windows)
        The state :math:`h_t`, from :math:`h_0 = 0` on.
    outputs : view of states of shape (time_steps, n_members, units, n_windows)
        The states after each step.
    """

    input_blocks: tuple
    """Which block of Keras' kernel each block of A holds; None for zeros."""

    state_blocks: tuple
    """The same of Keras' recurrent kernel."""

    n_gates: int
    """Blocks of A, the first ones, that end in a sigmoid."""

    n_biases = 1
    """Rows of ones in the operand: biases that are learnt apart."""

    def __init__(self, layer, time_steps, n_members, n_windows, dtype):
        n_blocks = len(self.input_blocks)
        self.layer = layer
        self.units = units = layer.units
        n_rows = layer.n_inputs + units + self.n_biases
        self.n_groups = n_blocks if layer.recurrent_dropout else 1
        self.of_input = slice(layer.n_inputs)
        self.of_state = slice(layer.n_inputs, layer.n_inputs + units)
        self.mask = None
        step = (time_steps, n_members)
        self.operand = np.ones((*step, self.n_groups, n_rows, n_windows), dtype)
        self.operand[0, :, :, self.of_state] = 0
        self.a = np.empty((*step, n_blocks * units, n_windows), dtype)
        self.states = np.zeros((time_steps + 1, n_members, units, n_windows), dtype)
        self.outputs = self.states[1:]
        # Views of each step, made once: slicing costs as much as a small product.
        grouped = (*step, self.n_groups, n_blocks * units // self.n_groups, n_windows)
        self._a_by_group = self.a.reshape(grouped)
        self._products = list(self._a_by_group)
        self._states_before = [x[:, :, self.of_state] for x in self.operand]
        self._gates = [a[:, : self.n_gates * units] for a in self.a]
        self._blocks = [np.split(a, n_blocks, axis=1) for a in self.a]
        self.d_gates = np.empty_like(self._gates[0])
        self._d_blocks = np.split(self.d_gates, max(self.n_gates, 1), axis=1)
        # Buffers: to make them anew in each step would cost more than to fill them.
        self._steps_at_once = max(ENOUGH_COLUMNS // n_windows, 1)
        self._d_A = np.empty((*grouped[1:4], n_rows), dtype)
        self._halved = np.empty((n_members, n_blocks * units, n_rows), dtype)
        self._d_states = np.empty_like(self._states_before[0])
        halves = np.ones((n_blocks, units), dtype)
        halves[: self.n_gates] = 0.5  # tanh of a half stands in for a sigmoid
        self._halves = halves.reshape(-1, 1)

    def read(self, inputs):
        """Take the window in, of shape (time_steps, n_members, n_inputs, n_windows)."""
        self.operand[:, :, :, self.of_input] = inputs[:, :, np.newaxis]
        if self.mask is not None:
            self.operand[:, :, :, self.of_input] *= self.mask[:, :, self.of_input]

    def take(self, A):
        """Take the weights over for the passes forward, those of gates halved."""
        np.multiply(A, self._halves, out=self._halved)

    def forward(self):
        """Run over the window; ``outputs`` receive the states."""
        A = self._grouped(self._halved)
        for t, operand in enumerate(self.operand):
            if t > 0:
                self._keep_state(t)
            np.matmul(A, operand, out=self._products[t])
            self.step(t)

    def backward(self, A, d_outputs, d_A, *, wants_inputs):
        """Run back over the window.

        Parameters
        ----------
        A : ndarray of shape (n_members, n_blocks * units, n_rows)
        d_outputs : list of ndarray of shape (n_members, units, n_windows), or None
            Slope of the loss in the output of each step; None where nobody reads it.
        d_A : ndarray of the shape of A
            Receives the slope of the loss in A.
        wants_inputs : bool

        Returns
        -------
        d_inputs : ndarray of shape (time_steps, n_members, n_inputs, n_windows) or None
            Slope of the loss in the inputs, if it is wanted.
        """
        A_T = self._grouped(A).swapaxes(2, 3)
        U_T = A_T[:, :, self.of_state]
        d_A = self._grouped(d_A)
        d_h = np.zeros_like(self.states[0])
        self.begin_backward()
        for t in reversed(range(len(self.a))):
            if d_outputs[t] is not None:
                d_h += d_outputs[t]
            direct = self.step_back(t, d_h)
            if t % self._steps_at_once == 0:
                self._collect(t, d_A)
            if t > 0:
                np.matmul(U_T, self._products[t], out=self._d_states)
                d_h = self._from_operand(self._d_states, self.of_state)
                if direct is not None:
                    d_h += direct
        self._forget_zeros(d_A)
        if not wants_inputs:
            return None
        W_T = A_T[:, :, self.of_input]
        return self._from_operand(W_T @ self._a_by_group, self.of_input)

    def step(self, t):
        """Turn the products of step t, in place, into gates; write states[t + 1]."""
        raise NotImplementedError

    def step_back(self, t, d_h):
        """Turn the gates of step t, in place, into the slopes of its products.

        Returns
        -------
        direct : ndarray of shape (n_members, units, n_windows) or None
            What reaches the state before without a product.
        """
        raise NotImplementedError

    def begin_backward(self):
        """Forget what the last backward pass carried from step to step."""

    def finish_gates(self, t):
        """Let gates give way to the slopes of their products, which lack (1 - gate)."""
        gates = self._gates[t]
        one_minus(gates)
        gates *= self.d_gates

    def draw_mask(self, rngs):
        """Draw what dropout inside the cell keeps, scaled to keep the mean.

        Parameters
        ----------
        rngs : list of numpy.random.Generator
            One for each member.
        """
        if not (self.layer.input_dropout or self.layer.recurrent_dropout):
            return
        if self.mask is None:
            self.mask = np.ones_like(self.operand[0])
        for rows, share in (
            (self.of_input, self.layer.input_dropout),
            (self.of_state, self.layer.recurrent_dropout),
        ):
            if share:
                for mask, rng in zip(self.mask[:, :, rows], rngs, strict=True):
                    mask[:] = draw_kept(rng, mask.shape, share, mask.dtype)

    def _grouped(self, blocks):
        """View an array of all blocks' rows by groups."""
        n_members, n_rows, n_columns = blocks.shape
        return blocks.reshape(
            n_members, self.n_groups, n_rows // self.n_groups, n_columns
        )

    def _collect(self, t, d_A):
        """Add the slope in A that comes from step t and the steps next to it."""
        steps = slice(t, t + self._steps_at_once)
        d_a, operand = side_by_side(self._a_by_group[steps]), self.operand[steps]
        is_first = steps.stop >= len(self.a)
        out = d_A if is_first else self._d_A
        np.matmul(d_a, side_by_side(operand).swapaxes(2, 3), out=out)
        if not is_first:
            d_A += out

    def _keep_state(self, t):
        """Put the state before step t into its operand."""
        state = self.states[t][:, np.newaxis]
        if self.mask is None:
            self._states_before[t][:] = state
        else:
            np.multiply(
                state, self.mask[:, :, self.of_state], out=self._states_before[t]
            )

    def _from_operand(self, slopes, rows):
        """Turn the slopes in some rows of the operand into those of what fills them."""
        if self.mask is None:
            return slopes[..., 0, :, :]
        slopes *= self.mask[:, :, rows]
        return slopes.sum(axis=-3)

    def _forget_zeros(self, d_A):
        """Clear the slopes of weights that are zero by definition."""
        n_members, n_rows = len(d_A), d_A.shape[-1]
        blocks = d_A.reshape(n_members, -1, self.units, n_rows).swapaxes(0, 1)
        for d_block, of_input, of_state in zip(
            blocks, self.input_blocks, self.state_blocks, strict=True
        ):
            if of_input is None:
                d_block[:, :, self.of_input] = 0
                d_block[:, :, -2] = 0
            if of_state is None:
                d_block[:, :, self.of_state] = 0
                d_block[:, :, -1] = 0


def side_by_side(steps):
    """Put the windows of some steps into the columns of one array."""
    n_steps, *shape, n_windows = steps.shape
    return steps.transpose(1, 2, 3, 0, 4).reshape(*shape, n_steps * n_windows)


def draw_kept(rng, shape, share, dtype):
    """Draw a mask: 0 for a share of the entries, 1 / (1 - share) for the others."""
    keeps = rng.random(shape, dtype=np.float32) >= share
    return np.multiply(keeps, 1 / (1 - share), dtype=dtype)


def to_sigmoid(tanh_of_half):
    """Turn tanh(a / 2) into the sigmoid of a, in place."""
    tanh_of_half += 1
    tanh_of_half *= 0.5


def one_minus(values):
    """Turn values into 1 - values, in place."""
    np.subtract(1, values, out=values)


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

    Going back, the memory :math:`c_t` is reached by :math:`h_t` and by
    :math:`c_{t+1}`:

    .. math::
        \partial c_t &= \partial h_t \, o_t (1 - \tanh^2 c_t)
                       + \partial c_{t+1} f_{t+1} \\
        \partial a^i_t &= \partial c_t \, g_t \, i_t (1 - i_t), \quad
        \partial a^f_t = \partial c_t \, c_{t-1} f_t (1 - f_t) \\
        \partial a^o_t &= \partial h_t \tanh(c_t) \, o_t (1 - o_t), \quad
        \partial a^g_t = \partial c_t \, i_t (1 - g_t^2)
    """

    input_blocks = state_blocks = (0, 1, 3, 2)  # i, f, o, g; Keras has g before o
    n_gates = 3

    def __init__(self, layer, time_steps, n_members, n_windows, dtype):
        super().__init__(layer, time_steps, n_members, n_windows, dtype)
        self.memory = np.zeros_like(self.states)  # c, from c before the first step on
        self.tanh_c = np.empty_like(self.outputs)
        self.d_c, self.d_c_i = np.empty((2, *self.states.shape[1:]), dtype)

    def step(self, t):
        i, f, o, g = self._blocks[t]
        np.tanh(self.a[t], out=self.a[t])
        to_sigmoid(self._gates[t])
        c, h = self.memory[t + 1], self.outputs[t]
        np.multiply(f, self.memory[t], out=c)
        c += np.multiply(i, g, out=h)  # h lends its place
        np.tanh(c, out=self.tanh_c[t])
        np.multiply(o, self.tanh_c[t], out=h)

    def begin_backward(self):
        self.d_c[:] = 0

    def step_back(self, t, d_h):
        i, f, o, g = self._blocks[t]
        d_i, d_f, d_o = self._d_blocks
        d_c, d_c_i, tanh_c = self.d_c, self.d_c_i, self.tanh_c[t]
        np.multiply(d_h, o, out=d_o)
        d_c += d_o
        d_o *= tanh_c  # dh tanh(c) o
        tanh_c *= d_o  # dh o tanh^2 c; tanh c is used up
        d_c -= tanh_c
        np.multiply(d_c, i, out=d_c_i)
        d_c *= f  # what goes on to c before
        np.multiply(d_c_i, g, out=d_i)  # dc g i
        np.multiply(d_c, self.memory[t], out=d_f)  # dc c_before f
        self.finish_gates(t)
        d_g = np.multiply(g, g, out=g)
        one_minus(d_g)
        d_g *= d_c_i


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

    and :math:`\partial h_{t-1}` gains :math:`\partial h_t z_t` directly. In A the input
    does not reach the block of :math:`a^m`, nor the state that of :math:`a^n`: these
    weights are zeros and stay zeros. Each part has its bias, hence two rows of ones.
    """

    input_blocks = (0, 1, 2, None)  # z, r, n, m
    state_blocks = (0, 1, None, 2)
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
        h = np.subtract(self.states[t], n, out=self.outputs[t])
        h *= z
        h += n

    def step_back(self, t, d_h):
        z, r, d_n, m = self._blocks[t]
        d_z, d_r = self._d_blocks
        n = self.candidate[t]
        direct = d_h * z
        np.subtract(self.states[t], n, out=d_z)
        d_z *= direct  # dh (h_before - n) z
        np.multiply(n, n, out=d_n)
        one_minus(d_n)
        d_n *= np.subtract(d_h, direct, out=n)  # dh (1 - z); n is used up
        np.multiply(d_n, m, out=d_r)
        d_r *= r  # da^n a^m r
        np.multiply(d_n, r, out=m)
        self.finish_gates(t)
        return direct


CELLS = {"lstm": LSTM, "gru": GRU, "rnn": SimpleRNN}
