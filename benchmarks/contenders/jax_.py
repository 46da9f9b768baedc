"""JAX: cells, dropout and Adam written by hand, a whole fit compiled as one program.

Later fits of the same shape reuse the compiled program. If epochs are timed, the
program is one epoch.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.nn import sigmoid
from jax.nn.initializers import glorot_uniform, orthogonal

from benchmarks.contenders import FromWindows

N_GATES = {"lstm": 4, "gru": 3}


def draw_weights(task, n_features, key):
    """Draw weights as Keras does: a list with a dict for each layer, the head last."""
    layers, n_inputs = [], n_features
    for cell, units in zip(task.cells, task.units, strict=True):
        key, for_inputs, for_state = jax.random.split(key, 3)
        width = N_GATES[cell] * units
        bias = jnp.zeros(width)
        if cell == "lstm":
            bias = bias.at[units : 2 * units].set(1)
        layer = {
            "W": glorot_uniform()(for_inputs, (n_inputs, width)),
            "U": orthogonal()(for_state, (units, width)),
            "b": bias,
        }
        layers.append(layer | ({"c": jnp.zeros(width)} if cell == "gru" else {}))
        n_inputs = units
    return [*layers, {"W": glorot_uniform()(key, (n_inputs, 1)), "b": jnp.zeros(1)}]


def lstm(layer, steps):
    """Run an LSTM layer over steps (time_steps, n, n_inputs)."""

    def step(state, x):
        h, c = state
        i, f, g, o = jnp.split(x @ layer["W"] + h @ layer["U"] + layer["b"], 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * jnp.tanh(g)
        h = sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    zeros = jnp.zeros((steps.shape[1], layer["U"].shape[0]))
    return lax.scan(step, (zeros, zeros), steps)[1]


def gru(layer, steps):
    """Run a GRU layer over steps; the reset gate is applied after the product."""

    def step(h, x):
        z, r, n = jnp.split(x @ layer["W"] + layer["b"], 3, axis=1)
        z_h, r_h, n_h = jnp.split(h @ layer["U"] + layer["c"], 3, axis=1)
        z = sigmoid(z + z_h)
        h = z * h + (1 - z) * jnp.tanh(n + sigmoid(r + r_h) * n_h)
        return h, h

    zeros = jnp.zeros((steps.shape[1], layer["U"].shape[0]))
    return lax.scan(step, zeros, steps)[1]


RUN = {"lstm": lstm, "gru": gru}


def predict(task, weights, windows, key=None):
    """Predict windows (n, time_steps, n_features); with a key, drop between layers."""
    steps = windows.transpose(1, 0, 2)
    for number, (cell, layer) in enumerate(zip(task.cells, weights, strict=False)):
        if number and key is not None and task.dropout:
            key, mine = jax.random.split(key)
            is_kept = jax.random.bernoulli(mine, 1 - task.dropout, steps.shape)
            steps = steps * is_kept / (1 - task.dropout)
        steps = RUN[cell](layer, steps)
    return (steps[-1] @ weights[-1]["W"] + weights[-1]["b"])[:, 0]


def adam(task, weights, gradients, memory):
    """Take one step of Adam; memory is (number of steps, mean, mean square)."""
    n, mean, square = memory
    n = n + 1
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradients)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradients)
    rate = task.learning_rate * jnp.sqrt(1 - 0.999**n) / (1 - 0.9**n)
    weights = jax.tree.map(
        lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, mean, square
    )
    return weights, (n, mean, square)


def make_program(task):
    """Compile training, with one epoch for each row of the given order.

    The order (n_epochs, n_batches, batch_size) pads the last batch with -1.
    """

    def train_step(state, rows):
        weights, memory, key, windows, targets = state
        key, mine = jax.random.split(key)
        is_window = rows >= 0

        def loss(weights):
            errors = predict(task, weights, windows[rows], mine) - targets[rows]
            return jnp.sum(is_window * errors**2) / jnp.sum(is_window)

        value, gradients = jax.value_and_grad(loss)(weights)
        weights, memory = adam(task, weights, gradients, memory)
        total = value * jnp.sum(is_window)
        return (weights, memory, key, windows, targets), total

    def train_epoch(state, batches):
        state, totals = lax.scan(train_step, state, batches)
        return state, jnp.sum(totals)

    @jax.jit
    def train(weights, memory, key, windows, targets, order):
        state = (weights, memory, key, windows, targets)
        (weights, memory, key, *_), totals = lax.scan(train_epoch, state, order)
        return weights, memory, key, totals[-1] / len(targets)

    return train


class Jax(FromWindows):
    """``lax.scan`` over steps, batches and epochs."""

    def __init__(self, task):
        super().__init__(task)
        self.program = make_program(task)
        self.predict_batch = jax.jit(lambda weights, X: predict(task, weights, X))

    def fit(self, X, y, on_epoch=None):
        """Train from fresh weights."""
        task = self.task
        weights = draw_weights(task, X.shape[2], jax.random.key(task.seed))
        zeros = jax.tree.map(jnp.zeros_like, weights)
        state = weights, (jnp.zeros(()), zeros, zeros), jax.random.key(task.seed + 1)
        windows, targets = jnp.asarray(X), jnp.asarray(y)
        n_parts = 1 if on_epoch is None else task.epochs
        for part in np.split(self.order(len(y)), n_parts):
            *state, loss = self.program(*state, windows, targets, part)
            loss = float(loss)
            if on_epoch is not None:
                on_epoch()
        self.weights = state[0]
        return loss

    def order(self, n_windows):
        """Draw the rows of every batch of every epoch."""
        rng, size = np.random.default_rng(self.task.seed), self.task.batch_size
        n_batches = -(-n_windows // size)
        order = np.full((self.task.epochs, n_batches * size), -1)
        for epoch in order:
            epoch[:n_windows] = rng.permutation(n_windows)
        return order.reshape(self.task.epochs, n_batches, size)

    def predict(self, X):
        """Predict all windows at once."""
        return np.asarray(self.predict_batch(self.weights, X))
