"""Training with the native engine: epochs, steps and the two halves of a batch."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._engine.contract import TrainingState
from skseq._engine.learning_rates import learning_rates
from skseq._engine.native.loss_lines import LossLines
from skseq._engine.native.losses import compute_loss, find_loss
from skseq._engine.native.network import Network
from skseq._engine.native.optimizers import find_optimizer
from skseq._engine.native.parameters import Parameters
from skseq._engine.native.predicting import predict_all

# For smaller batches, starting the second thread takes longer than it saves.
MIN_VALUES_TO_HALVE = 2**13
"""Units of the widest layer times windows from which two threads share a batch."""

# Without it, dropout masks would use the random numbers of the batch plan.
DROPOUT_STREAM = 1
"""Part of the seed of dropout masks."""


# Training that diverges overflows before a loss is infinite. The monitor then raises
# one clear error after the epoch, so NumPy's warnings are not needed.
@np.errstate(over="ignore", invalid="ignore")
def train(architecture, runs, n_epochs):
    """Train networks of one architecture together.

    The results are the same, bit for bit, as if each network were trained alone.

    Parameters
    ----------
    architecture : Architecture
    runs : list of TrainingRun
        Their options may differ only in the learning rate, and
        `skseq._engine.choice.find_unsupported` must return None for them. All must have
        the same number of windows and the same batch size.
    n_epochs : int
        Maximum number of epochs; the monitor of a run may stop it earlier.

    Returns
    -------
    states : list of TrainingState
        The state of each network after the last epoch of its run.
    """
    with (
        one_blas_thread() as n_threads,
        Trainer(architecture, runs, n_epochs, n_threads) as trainer,
    ):
        return trainer.train()


class Trainer:
    """Parameters, optimizer, buffers and threads of one call of `train`.

    Parameters
    ----------
    architecture : Architecture
    runs : list of TrainingRun
    n_epochs : int
    n_threads : int
        Number of threads that may compute at the same time. It does not change results.
    """

    def __init__(self, architecture, runs, n_epochs, n_threads):
        options = runs[0].options
        n_members = len(runs)
        self.architecture = architecture
        self.runs = runs
        self.n_epochs = n_epochs
        self.n_epochs_done = 0
        self.widest = max(layer.units for layer in architecture.layers)
        self.parameters = Parameters(architecture, n_members)
        self.parameters.load([run.state.weights for run in runs])
        self.loss = find_loss(options.loss, architecture.output_quantiles)
        self.optimizer = find_optimizer(options.optimizer)(
            options,
            [run.state.optimizer_state for run in runs],
            self.parameters.flat.shape,
            architecture.dtype,
        )
        # One for each half of a batch, because two threads write to them.
        self.gradients = [Parameters(architecture, n_members) for _ in range(2)]
        n_before = runs[0].state.n_epochs
        self.lines = LossLines(options.verbose, n_members, n_before, n_epochs)
        self._networks = {}
        self._threads = ThreadPoolExecutor(1) if n_threads > 1 else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.lines.end()
        if self._threads:
            self._threads.shutdown()

    def train(self):
        """Train until every monitor has stopped its run, or to the last epoch.

        Returns
        -------
        states : list of TrainingState
            The state of each network after the last epoch of its run.
        """
        ended = {}
        for _ in range(self.n_epochs):
            running = [n for n in range(len(self.runs)) if n not in ended]
            for number in running:
                self.runs[number].monitor.begin_epoch()
            # Members that have ended are still computed but ignored: to leave them out,
            # all buffers would have to be replaced.
            losses = self.train_epoch()
            self.n_epochs_done += 1
            losses = {n: self.losses_of(n, losses[n]) for n in running}
            self.lines.show(self.n_epochs_done, losses)
            for number in running:
                monitor, copy_state = self.runs[number].monitor, self.copy_state
                if monitor.end_epoch(losses[number], partial(copy_state, number)):
                    ended[number] = copy_state(number)
            if len(ended) == len(self.runs):
                break
        return [
            ended.get(number) or self.copy_state(number)
            for number in range(len(self.runs))
        ]

    def losses_of(self, number, loss):
        """Return the losses of a run after an epoch, by name."""
        losses = {"loss": float(loss)}
        if self.runs[number].validation is not None:
            losses["val_loss"] = self.validation_loss(number)
        return losses

    def train_epoch(self):
        """Take a step for every batch; return the mean loss over windows, by run."""
        epochs = [run.state.n_epochs + self.n_epochs_done for run in self.runs]
        rngs = self._make_rngs(epochs) if self.architecture.has_dropout else None
        plans = [
            run.plan.epoch(epoch) for run, epoch in zip(self.runs, epochs, strict=True)
        ]
        total = 0.0
        for rates, *batches in zip(self._learning_rates(), *plans, strict=True):
            rows = np.stack(batches)
            total = total + rows.shape[1] * self.train_step(rows, rates, rngs)
        return total / len(self.runs[0].training)

    def _learning_rates(self):
        """Return the learning rates of an epoch, of shape (n_steps, n_members)."""
        n_steps = self.runs[0].plan.n_steps
        steps = self.n_epochs_done * n_steps, n_steps, self.n_epochs * n_steps
        rates = [learning_rates(run.options, *steps) for run in self.runs]
        return np.stack(rates, axis=1).astype(self.architecture.dtype)

    def _make_rngs(self, epochs):
        """Make the generators of dropout masks, for each half of a batch and member.

        Their seeds contain the number of the epoch, so that a warm start draws the
        masks of an uninterrupted fit. Each half has its own generators, because two
        threads draw from them.
        """
        return [
            [
                np.random.default_rng([run.state.seed, epoch, DROPOUT_STREAM, half])
                for run, epoch in zip(self.runs, epochs, strict=True)
            ]
            for half in range(2)
        ]

    def train_step(self, rows, rates, rngs):
        """Update the weights once; return the loss before the update, by run.

        Parameters
        ----------
        rows : ndarray of int of shape (n_members, n_windows)
        rates : ndarray of shape (n_members,)
        rngs : list of list of Generator, or None
            The generators of each half and member; None without dropout.
        """
        parts = self._split_batch(rows)
        values = self._run_all(
            partial(self.compute_gradient, number, part, rows.shape[1], rngs)
            for number, part in enumerate(parts)
        )
        if len(parts) > 1:
            self.gradients[0].flat += self.gradients[1].flat
        self.optimizer.step(self.parameters.flat, self.gradients[0].flat, rates)
        return sum(values)

    def _split_batch(self, rows):
        """Split a large batch into two halves, one for each thread."""
        # This must not depend on the number of threads or members: the sum of two
        # halves is rounded differently, and results must be the same bit for bit.
        n_windows = rows.shape[1]
        is_large = n_windows * self.widest >= MIN_VALUES_TO_HALVE and n_windows > 1
        return np.array_split(rows, 2, axis=1) if is_large else [rows]

    def _run_all(self, jobs):
        """Run one or two jobs, the second in another thread, and return the results."""
        first, *rest = jobs
        if self._threads is None:
            return [first(), *(job() for job in rest)]
        # NumPy stores its error settings in the context, which threads do not inherit.
        running = [self._threads.submit(copy_context().run, job) for job in rest]
        return [first(), *(job.result() for job in running)]

    def compute_gradient(self, number, rows, n_windows, rngs):
        """Compute the gradient of a part of a batch; return its part of the loss.

        Parameters
        ----------
        number : int
            Number of the part, which selects buffers and generators.
        rows : ndarray of int of shape (n_members, n_windows of the part)
        n_windows : int
            Number of windows in the whole batch.
        rngs : list of list of Generator, or None
        """
        network = self._network(number, rows.shape[1])
        targets, weights = [], []
        for member, (run, batch) in enumerate(zip(self.runs, rows, strict=True)):
            windows = run.training.windows[batch]
            network.load_windows(windows, slice(member, member + 1))
            targets.append(run.training.targets[batch].T)
            weights.append(run.training.weights[batch])
        if rngs:
            network.draw_masks(rngs[number])
        network.load_weights(self.parameters)
        values, d_predictions = compute_loss(
            self.loss,
            network.forward(),
            np.stack(targets),
            np.stack(weights),
            n_windows,
        )
        network.backward(d_predictions, self.gradients[number])
        return values

    def validation_loss(self, number):
        """Return a run's loss on its validation set, without dropout."""
        examples = self.runs[number].validation
        values, _ = compute_loss(
            self.loss,
            predict_all(self.parameters.copy_member(number), examples.windows),
            examples.targets.T[np.newaxis],
            examples.weights[np.newaxis],
            len(examples),
        )
        return float(values[0])

    def copy_state(self, number):
        """Return a copy of the state of a run."""
        start = self.runs[number].state
        return TrainingState(
            start.seed,
            start.n_epochs + self.n_epochs_done,
            self.parameters.copy_weights(number),
            self.optimizer.copy_state(number),
        )

    def _network(self, number, n_windows):
        """Return the buffers for a part of a batch; make them once for each size."""
        key = (number, n_windows)
        if key not in self._networks:
            self._networks[key] = Network(self.architecture, len(self.runs), n_windows)
        return self._networks[key]
