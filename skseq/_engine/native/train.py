"""Training and predicting with the native engine: epochs, steps, batches."""

from dataclasses import replace

import numpy as np

from skseq._engine import State
from skseq._engine.native.losses import LOSSES, measure
from skseq._engine.native.network import Network
from skseq._engine.native.optimizers import OPTIMIZERS
from skseq._engine.native.parameters import Parameters
from skseq._engine.native.threads import one_blas_thread

WINDOWS_AT_ONCE = 256
"""Windows in one pass of predict: enough for products to be fast, few to be held."""

DROPOUT_STREAM = 1
"""Sets the draws of dropout apart from those of the batch plan."""


def train(architecture, recipe, state, plan, training, validation, n_epochs, watch):
    """Train for some epochs and return where training stands then.

    Parameters and return are those of `skseq._engine.keras.train`; the recipe must be
    one that `skseq._engine.choice.find_obstacle` has nothing against.
    """
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        trainer = Trainer(architecture, recipe, state)
        for number in range(state.n_epochs, state.n_epochs + n_epochs):
            watch.begin_epoch()
            losses = {"loss": trainer.train_epoch(training, plan.epoch(number), number)}
            if validation is not None:
                losses["val_loss"] = trainer.measure(validation)
            trainer.n_epochs = number + 1
            if recipe.verbose:
                print_losses(number + 1, losses)
            if watch.end_epoch(losses, trainer.read_state):
                break
        return trainer.read_state()


def predict(architecture, state, windows):
    """Answer complete windows.

    Parameters and return are those of `skseq._engine.keras.predict`, but for the dtype:
    all is computed in float64. Products round a window by how many others stand beside
    it, and so its answer is the same in any batch to far below float32.
    """
    double = replace(architecture, dtype="float64")
    parameters = Parameters(double).read(state.weights)
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        return answer(parameters, windows).T


class Trainer:
    """The parts of training that live for a whole fit.

    Parameters
    ----------
    architecture : Architecture
    recipe : Recipe
    state : State
        Where to start from.
    """

    def __init__(self, architecture, recipe, state):
        self.seed = state.seed
        self.n_epochs = state.n_epochs
        self.parameters = Parameters(architecture).read(state.weights)
        self.gradient = Parameters(architecture)
        self.loss = LOSSES[recipe.loss]
        self.optimizer = OPTIMIZERS[recipe.optimizer](recipe.learning_rate)
        self.optimizer.resume(state.memory)
        self._networks = {}

    def train_epoch(self, training, batches, number):
        """Take a step for every batch; return the mean loss of the windows.

        Parameters
        ----------
        training : Examples
        batches : list of ndarray of int
        number : int
            Of the epoch, from which dropout is drawn.
        """
        rng = np.random.default_rng([self.seed, number, DROPOUT_STREAM])
        total = 0.0
        for rows in batches:
            total += len(rows) * self.train_step(training[rows], rng)
        return total / len(training)

    def train_step(self, batch, rng):
        """Forward, backward, step; return the loss before the step."""
        network = self._network(len(batch))
        network.draw_masks(rng)
        answers = network.forward(self.parameters, batch.windows)
        value, slopes = measure(self.loss, answers, batch.targets.T, batch.weights)
        network.backward(self.parameters, slopes, self.gradient)
        self.optimizer.step(self.parameters.flat, self.gradient.flat)
        return value

    def measure(self, examples):
        """Return the loss on examples, without dropout."""
        answers = answer(self.parameters, examples.windows)
        value, _ = measure(self.loss, answers, examples.targets.T, examples.weights)
        return value

    def read_state(self):
        """Copy where training stands."""
        weights, memory = self.parameters.write(), self.optimizer.remember()
        return State(self.seed, self.n_epochs, weights, memory)

    def _network(self, n_windows):
        """Return the buffers for a batch: an epoch has at most two sizes of them."""
        if n_windows not in self._networks:
            self._networks[n_windows] = Network(self.parameters.architecture, n_windows)
        return self._networks[n_windows]


def answer(parameters, windows):
    """Answer windows a block at a time, without dropout.

    Parameters
    ----------
    parameters : Parameters
    windows : ndarray of shape (n_windows, time_steps, n_features)

    Returns
    -------
    answers : ndarray of shape (n_outputs, n_windows)
    """
    blocks = np.split(windows, range(WINDOWS_AT_ONCE, len(windows), WINDOWS_AT_ONCE))
    network = Network(parameters.architecture, len(blocks[0]))
    answers = []
    for block in blocks:
        if len(block) < len(blocks[0]):
            network = Network(parameters.architecture, len(block))
        answers.append(network.forward(parameters, block))
    return np.concatenate(answers, axis=1)


def print_losses(number, losses):
    """Print one line for an epoch."""
    parts = ", ".join(f"{name} {value:.6g}" for name, value in losses.items())
    print(f"epoch {number}: {parts}")
