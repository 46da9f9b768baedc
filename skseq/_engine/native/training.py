"""Training with the native engine: epochs, steps and the parts of a batch."""

from functools import cache, partial

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._engine.contract import TrainingState
from skseq._engine.learning_rates import learning_rates
from skseq._engine.native.input_reader import BatchInputs
from skseq._engine.native.loss_lines import LossLines
from skseq._engine.native.losses import compute_loss, find_loss
from skseq._engine.native.optimizers import find_optimizer
from skseq._engine.native.parameters import Parameters
from skseq._engine.native.parts import PartWorker, count_threads, split_batch
from skseq._engine.native.predicting import BlockPredictor
from skseq._engine.native.threads import WorkerThreads

# Without it, dropout masks would use the random numbers of the batch plan.
DROPOUT_STREAM = 1
"""Part of the seed of dropout masks."""


# Training that diverges overflows before a loss is infinite. The monitor then raises
# one clear error after the epoch, so NumPy's warnings are not needed.
@np.errstate(over="ignore", invalid="ignore")
def train(architecture, runs, n_epochs):
    """Train networks of one architecture together; see `skseq._engine.contract`.

    The results are the same, bit for bit, as if each network were trained alone. The
    options of the runs may differ only in the learning rate, and
    `skseq._engine.choice.find_unsupported` must return None for them. All runs must
    have the same number of windows and the same batch size.
    """
    with one_blas_thread(), WorkerThreads(count_threads) as threads:
        trainer = Trainer(architecture, runs, n_epochs, threads)
        try:
            return trainer.train()
        finally:
            trainer.lines.end()


class Trainer:
    """Parameters, optimizer and buffers of one call of `train`.

    Parameters
    ----------
    architecture : Architecture
    runs : list of TrainingRun
    n_epochs : int
    threads : WorkerThreads
        They share the parts of a batch. Their number does not change results.
    """

    def __init__(self, architecture, runs, n_epochs, threads):
        options = runs[0].options
        n_members = len(runs)
        self.architecture = architecture
        self.runs = runs
        self.n_epochs = n_epochs
        self.n_epochs_done = 0
        self.parameters = Parameters(architecture, n_members)
        self.parameters.load([run.state.weights for run in runs])
        self.loss = find_loss(options.loss, architecture.output_quantiles)
        self.optimizer = find_optimizer(options.optimizer)(
            options,
            [run.state.optimizer_state for run in runs],
            self.parameters.flat.shape,
            architecture.dtype,
        )
        self.gradient = Parameters(architecture, n_members)
        n_before = runs[0].state.n_epochs
        self.lines = LossLines(options.verbose, n_members, n_before, n_epochs)
        self.threads = threads
        self._workers = {}
        self._split = cache(partial(split_batch, architecture))
        self._inputs = {}
        self._training_inputs = [self._inputs_of(run.training.windows) for run in runs]
        self._validation_inputs = [
            run.validation and self._inputs_of(run.validation.windows) for run in runs
        ]
        # Members are validated one by one, because each may have other windows.
        self._validated = BlockPredictor(Parameters(architecture, 1))

    def _inputs_of(self, windows):
        """Return the inputs of windows; members that share windows share them, too."""
        if id(windows) not in self._inputs:
            self._inputs[id(windows)] = BatchInputs(
                self.architecture, windows, are_repeated=True
            )
        return self._inputs[id(windows)]

    def train(self):
        """Train until every monitor has stopped its run, or to the last epoch."""
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
            rows = np.array(batches, dtype=np.intp)
            total = total + rows.shape[1] * self.train_step(rows, rates, rngs)
        return total / len(self.runs[0].training)

    def _learning_rates(self):
        """Return the learning rates of an epoch, of shape (n_steps, n_members)."""
        n_steps = self.runs[0].plan.n_steps
        steps = self.n_epochs_done * n_steps, n_steps, self.n_epochs * n_steps
        return np.array([learning_rates(run.options, *steps) for run in self.runs]).T

    def _make_rngs(self, epochs):
        """Make the generators of dropout masks, for each draw and member.

        Their seeds contain the number of the epoch, so that a warm start draws the
        masks of an uninterrupted fit. Each draw has its own generators, because
        threads draw at the same time.
        """
        plan = self.runs[0].plan
        parts = self._split(min(plan.batch_size, plan.n_windows))
        return [
            [
                np.random.default_rng([run.state.seed, epoch, DROPOUT_STREAM, draw])
                for run, epoch in zip(self.runs, epochs, strict=True)
            ]
            for part in parts
            for draw in part.draws
        ]

    def train_step(self, rows, rates, rngs):
        """Update the weights once; return the loss before the update, by run.

        Parameters
        ----------
        rows : ndarray of int of shape (n_members, n_windows)
        rates : ndarray of shape (n_members,)
        rngs : list of list of Generator, or None
            The generators of each draw and member; None without dropout.
        """
        parts = self._split(rows.shape[1])
        losses = [None] * len(parts)

        def compute(worker, number):
            # The sum starts with the gradient of the first part.
            start = self.gradient if number == 0 else None
            losses[number] = self._worker(worker).compute(
                parts[number], rows, rngs, start
            )

        def add(worker, number):
            if number > 0:
                self.gradient.flat += self._worker(worker).gradient.flat

        for worker in self._workers.values():
            worker.forget_weights()
        self.threads.run(len(parts), compute, add)
        self.optimizer.step(self.parameters.flat, self.gradient.flat, rates)
        return sum(losses)

    def _worker(self, number):
        """Return the buffers of a worker; make them when it first computes."""
        if number not in self._workers:
            self._workers[number] = PartWorker(
                self.architecture,
                self.runs,
                self.loss,
                self.parameters,
                self._training_inputs,
            )
        return self._workers[number]

    def validation_loss(self, number):
        """Return a run's loss on its validation set, without dropout."""
        examples = self.runs[number].validation
        self._validated.parameters.flat[0] = self.parameters.flat[number]
        values, _ = compute_loss(
            self.loss,
            self._validated.predict(self._validation_inputs[number], self.threads),
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
