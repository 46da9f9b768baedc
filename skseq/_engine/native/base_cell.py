r"""What all recurrent cells share: the loop over the steps, forward and backward.

A cell processes a window step by step and passes a state :math:`h_t` from step to step.
The input, a one for the bias, and the state are stacked into one operand, so that a
step needs only one matrix product

.. math:: a_t = A \, [x_t; 1; h_{t-1}], \qquad A = [W, b, U]

followed by the elementwise equations of the cell (see `cells`). In the backward pass,
each cell turns :math:`\partial L / \partial h_t` into :math:`\partial L / \partial
a_t`. The rest is the same for all cells. By the chain rule, a step adds

.. math:: \frac{\partial L}{\partial A} \mathrel{+}=
          \frac{\partial L}{\partial a_t} [x_t; 1; h_{t-1}]^T, \qquad
          \frac{\partial L}{\partial h_{t-1}} \mathrel{+}=
          U^T \frac{\partial L}{\partial a_t}, \qquad
          \frac{\partial L}{\partial x_t} = W^T \frac{\partial L}{\partial a_t}

The gradients are added up because :math:`A` is the same at all steps, and because the
layer above uses :math:`h_{t-1}` too. This is backpropagation through time: the loop of
the forward pass, run backward (Goodfellow, Bengio & Courville 2016, section 10.2.2).

Recurrent dropout multiplies the state in the operand elementwise by a mask :math:`D`.
In the backward pass it multiplies the gradient by the same mask: :math:`\partial
h_{t-1} = D \odot U^T \partial a_t` (Gal & Ghahramani 2016). The mask is the same at all
steps of a window.

Arrays have the axes (step, member, row, window): members are networks that train
together, each with its own weights and windows.
"""

import math

import numpy as np

from skseq._engine.native.threads import stop_if_failed

# Products of smaller matrices spend most of their time on overhead.
MIN_COLUMNS = 128
"""Minimum number of columns in a product that adds up the gradient of several steps."""


class Cell:
    """One direction of one recurrent layer, with buffers for some number of windows.

    The rows of A form blocks, one for each gate or candidate. As in Keras, recurrent
    dropout has a mask for each block. Each block is then a separate group with its
    masked operand and its product; without recurrent dropout all blocks are one group.

    Parameters
    ----------
    layer : skseq._network.architecture.Layer
    time_steps, n_members, n_windows : int
    dtype : str

    Attributes
    ----------
    operand : ndarray of shape (time_steps, n_members, n_groups, n_rows, n_windows)
        The input, ones for the bias, and the state before the step.
    a : ndarray of shape (time_steps, n_members, n_blocks * units, n_windows)
        The products, overwritten with their gradient by the backward pass.
    states : ndarray of shape (time_steps + 1, n_members, units, n_windows)
        The state :math:`h_t`, starting with :math:`h_0 = 0`.
    outputs : view of states of shape (time_steps, n_members, units, n_windows)
        The states after each step.
    mask : ndarray of shape (n_members, n_groups, units, n_windows), or None
        Mask of recurrent dropout; None before `draw_state_mask`.
    """

    input_blocks: tuple
    """Number of the block in Keras' kernel for each block of A; None if A has zeros."""

    state_blocks: tuple
    """The same for the recurrent kernel of Keras."""

    n_gates: int
    """Number of blocks of A that are gates, with a sigmoid; they come first."""

    block_names = ()
    """Names of the first blocks of A in `activations`."""

    n_biases = 1
    """Number of rows of ones in the operand, one for each vector of biases."""

    def __init__(self, layer, time_steps, n_members, n_windows, dtype):
        n_blocks = len(self.input_blocks)
        self.layer = layer
        self.units = units = layer.units
        n_rows = layer.n_inputs + units + self.n_biases
        self.n_groups = n_blocks if layer.recurrent_dropout else 1
        self.input_rows = slice(layer.n_inputs)
        self.state_rows = slice(layer.n_inputs + self.n_biases, n_rows)
        self.mask = None
        # Time steps come first, so that the memory of one step is contiguous. Windows
        # come last, as columns, so that one product with A serves all windows.
        step = (time_steps, n_members)
        self.operand = empty((*step, self.n_groups, n_rows, n_windows), dtype)
        self.operand[:] = 1
        self.operand[0, :, :, self.state_rows] = 0
        self.a = empty((*step, n_blocks * units, n_windows), dtype)
        self.states = np.zeros((time_steps + 1, n_members, units, n_windows), dtype)
        self.outputs = self.states[1:]
        # With few windows the product of one step is inefficient.
        self.steps_per_product = max(MIN_COLUMNS // n_windows, 1)
        self.make_step_buffers()

    def make_step_buffers(self):
        """Make the views and buffers of a step, for the loops below."""
        n_steps, n_members, n_rows, n_windows = self.a.shape
        dtype = self.a.dtype
        # Make the views of each step once: slicing takes as long as a small product.
        self._a_by_group = self.a.reshape(
            n_steps, n_members, self.n_groups, -1, n_windows
        )
        self._products = list(self._a_by_group)
        self._states_before = [x[:, :, self.state_rows] for x in self.operand]
        n_gate_rows = self.n_gates * self.units
        self._gates = [a[:, :n_gate_rows] for a in self.a]
        by_block = self._a_by_block().swapaxes(1, 2)
        self._blocks = [list(blocks) for blocks in by_block]
        self.d_gates = np.empty_like(self._gates[0])
        self._d_blocks = np.split(self.d_gates, max(self.n_gates, 1), axis=1)
        # Allocate buffers once: in each step it would take longer than filling them.
        n_columns = self.operand.shape[3]
        self._d_A = np.empty((*self._a_by_group.shape[1:4], n_columns), dtype)
        self._halved = np.empty((n_members, n_rows, n_columns), dtype)
        self._d_states = np.empty_like(self._states_before[0])
        self._halves = np.ones((n_rows, 1), dtype)
        self._halves[:n_gate_rows] = 0.5

    def load_inputs(self, inputs):
        """Copy inputs of shape (time_steps, n_members, n_inputs, n_windows)."""
        self.operand[:, :, :, self.input_rows] = inputs[:, :, np.newaxis]

    def load_weights(self, A):
        """Copy the weights for the following forward passes."""
        # Halve the rows of gates, since sigmoid(a) = (1 + tanh(a / 2)) / 2. Then one
        # call of tanh serves gates and candidates. Halving is exact in binary.
        np.multiply(A, self._halves, out=self._halved)

    def forward(self):
        """Process the windows and write the states to ``outputs``."""
        A = self._grouped(self._halved)
        for t, operand in enumerate(self.operand):
            stop_if_failed()
            if t > 0:
                self._copy_state(t)
            np.matmul(A, operand, out=self._products[t])
            self.step(t)

    def backward(self, A, d_outputs, d_A, *, needs_input_gradient):
        """Compute the gradients, from the last step to the first.

        Parameters
        ----------
        A : ndarray of shape (n_members, n_blocks * units, n_rows)
        d_outputs : ndarray of shape (n_given, n_members, units, n_windows)
            Gradient with respect to the outputs of the last steps; those of other steps
            are not used by any layer.
        d_A : ndarray of the shape of A
            Overwritten with the gradient with respect to A.
        needs_input_gradient : bool

        Returns
        -------
        d_inputs : ndarray of shape (time_steps, n_members, n_inputs, n_windows) or None
            Gradient with respect to the inputs, if ``needs_input_gradient``.
        """
        A_T = self._grouped(A).swapaxes(2, 3)
        U_T = A_T[:, :, self.state_rows]
        d_A = self._grouped(d_A)
        d_h = np.zeros_like(self.states[0])
        self.begin_backward()
        first_given = len(self.a) - len(d_outputs)
        for t in reversed(range(len(self.a))):
            stop_if_failed()
            if t >= first_given:
                d_h += d_outputs[t - first_given]
            direct = self.step_back(t, d_h)
            # The gradient of the products is complete for step t and those after it.
            if t % self.steps_per_product == 0:
                self._add_gradient(t, d_A)
            if t > 0:
                np.matmul(U_T, self._products[t], out=self._d_states)
                if self.mask is not None:
                    self._d_states *= self.mask
                d_h = self._sum_groups(self._d_states)
                if direct is not None:
                    d_h += direct
        self._clear_constant_zeros(d_A)
        if not needs_input_gradient:
            return None
        # Outside the loop: no step needs it, and one large product is faster.
        W_T = A_T[:, :, self.input_rows]
        return self._sum_groups(W_T @ self._a_by_group)

    def step(self, t):
        """Turn the products of step t into gates, in place; write states[t + 1]."""
        raise NotImplementedError

    def step_back(self, t, d_h):
        """Overwrite the gates of step t with the gradient of its products.

        Returns
        -------
        direct : ndarray of shape (n_members, units, n_windows) or None
            The part of the gradient of the previous state that does not pass through a
            product with weights.
        """
        raise NotImplementedError

    def begin_backward(self):
        """Reset what the backward pass carries from step to step, if anything."""

    def finish_gates(self, t):
        """Overwrite the gates of step t with the gradient of their products.

        ``d_gates`` contains that gradient without the factor (1 - gate).
        """
        gates = self._gates[t]
        one_minus(gates)
        gates *= self.d_gates

    def activations(self):
        """Return gates and states of all steps by name, after `forward`.

        Returns
        -------
        activations : dict of str to ndarray
            Views of the buffers, of shape (time_steps, n_members, units, n_windows).
        """
        by_block = self._a_by_block()
        named = {name: by_block[:, :, n] for n, name in enumerate(self.block_names)}
        return named | self.states_by_name()

    def _a_by_block(self):
        """View the products with their rows as blocks."""
        n_steps, n_members, _, n_windows = self.a.shape
        return self.a.reshape(n_steps, n_members, -1, self.units, n_windows)

    def states_by_name(self):
        """Return what `activations` holds besides the blocks of A."""
        return {"hidden_state": self.outputs}

    def draw_state_mask(self, rngs, windows=slice(None)):
        """Draw the mask of recurrent dropout, for all windows or for some.

        Parameters
        ----------
        rngs : list of numpy.random.Generator
            One for each member.
        windows : slice, default=slice(None)
        """
        rate = self.layer.recurrent_dropout
        if not rate:
            return
        if self.mask is None:
            shape = (len(rngs), self.n_groups, *self.states.shape[2:])
            self.mask = np.empty(shape, self.states.dtype)
        for mask, rng in zip(self.mask, rngs, strict=True):
            draw_mask(rng, rate, mask[..., windows])

    def _grouped(self, blocks):
        """View an array with the rows of all blocks as groups."""
        n_members, _, n_columns = blocks.shape
        return blocks.reshape(n_members, self.n_groups, -1, n_columns)

    def _add_gradient(self, t, d_A):
        """Add the gradient of A from step t and some steps after it, in one product."""
        # With the steps side by side, the product also adds up their gradients.
        steps = slice(t, t + self.steps_per_product)
        d_a, operand = side_by_side(self._a_by_group[steps]), self.operand[steps]
        is_first = steps.stop >= len(self.a)
        out = d_A if is_first else self._d_A
        np.matmul(d_a, side_by_side(operand).swapaxes(2, 3), out=out)
        if not is_first:
            d_A += out

    def _copy_state(self, t):
        """Copy the state before step t into the operand, with dropout."""
        state = self.states[t][:, np.newaxis]
        if self.mask is None:
            self._states_before[t][:] = state
        else:
            np.multiply(state, self.mask, out=self._states_before[t])

    def _sum_groups(self, gradient):
        """Sum the gradients of all groups, which have the same inputs and states."""
        if self.n_groups == 1:
            return gradient[..., 0, :, :]
        return gradient.sum(axis=-3)

    def _clear_constant_zeros(self, d_A):
        """Set the gradient to zero for the blocks of A that are always zero."""
        n_members, n_rows = len(d_A), d_A.shape[-1]
        # The first bias is with the inputs, the last one with the states.
        with_inputs = slice(self.input_rows.stop + 1)
        with_states = slice(self.state_rows.start - 1, n_rows)
        blocks = d_A.reshape(n_members, -1, self.units, n_rows).swapaxes(0, 1)
        for d_block, input_block, state_block in zip(
            blocks, self.input_blocks, self.state_blocks, strict=True
        ):
            if input_block is None:
                d_block[:, :, with_inputs] = 0
            if state_block is None:
                d_block[:, :, with_states] = 0


def empty(shape, dtype):
    """Allocate an array with readable memory after its end, for the compiled kernel."""
    # The kernel reads whole vectors, of at most 64 bytes, also for the last windows.
    size = math.prod(shape)
    return np.empty(size + 64, dtype)[:size].reshape(shape)


def side_by_side(steps):
    """Concatenate the columns of some steps, which are windows, in one array."""
    n_steps, *shape, n_windows = steps.shape
    return steps.transpose(1, 2, 3, 0, 4).reshape(*shape, n_steps * n_windows)


def draw_mask(rng, rate, out):
    """Draw a dropout mask: 0 at the given rate, else 1 / (1 - rate)."""
    is_retained = rng.random(out.shape, dtype=np.float32) >= rate
    # Scaled so that the mean over masks is 1: predictions need no mask and no factor.
    # With a factor that is a Python float, NumPy would compute in float64.
    np.multiply(is_retained, out.dtype.type(1 / (1 - rate)), out=out)


def to_sigmoid(tanh_of_half):
    """Turn tanh(a / 2) into the sigmoid of a, in place."""
    tanh_of_half += 1
    tanh_of_half *= 0.5


def one_minus(values):
    """Turn values into 1 - values, in place."""
    np.subtract(1, values, out=values)
