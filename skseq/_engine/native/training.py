"""Training with the native engine: epochs, steps, parts of a batch."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._engine.contract import TrainingState
from skseq._engine.learning_rates import learning_rates
from skseq._engine.native.losses import LOSSES, measure
from skseq._engine.native.network import Network
from skseq._engine.native.optimizers import OPTIMIZERS
from skseq._engine.native.parameters import Parameters
from skseq._engine.native.predicting import answer

WORTH_HALVING = 2**13
"""Values in a step of the widest layer from which on two halves of a batch pay."""

DROPOUT_STREAM = 1
"""Sets the draws of dropout apart from those of the batch plan."""


@np.errstate(over="ignore", invalid="ignore")
def train(architecture, runs, n_epochs):
    """Train networks of one architecture together and return where each stands then.

    Each ends with the same bits as if it were trained alone.

    Parameters
    ----------
    architecture : Architecture
    runs : list of TrainingRun
        Of recipes that differ in the learning rate at most, that
        `skseq._engine.choice.find_obstacle` has nothing against; on as many windows
        each, in batches of one size.
    n_epochs : int
        At most; a run's watch may stop it before.

    Returns
    -------
    states : list of TrainingState
    """
    with (
        one_blas_thread() as n_threads,
        Trainer(architecture, runs, n_epochs, n_threads) as trainer,
    ):
        return trainer.train(n_epochs)


class Trainer:
    """What lives for a whole call of `train`: parameters, optimizer, buffers, threads.

    Parameters
    ----------
    architecture : Architecture
    runs : list of TrainingRun
    n_epochs : int
    n_threads : int
        That may compute at the same time. The numbers do not depend on it.
    """

    def __init__(self, architecture, runs, n_epochs, n_threads):
        options = runs[0].options
        n_members = len(runs)
        self.architecture = architecture
        self.runs = runs
        self.n_done = 0
        self.widest = max(layer.units for layer in architecture.layers)
        self.parameters = Parameters(architecture, n_members)
        self.parameters.read([run.state.weights for run in runs])
        self.loss = LOSSES[options.loss]
        self.optimizer = OPTIMIZERS[options.optimizer](
            options,
            [run.state.optimizer_state for run in runs],
            self.parameters.flat.shape,
            architecture.dtype,
        )
        n_steps = n_epochs * runs[0].plan.n_steps
        rates = [learning_rates(run.options, n_steps) for run in runs]
        self.rates = iter(np.stack(rates, axis=1).astype(architecture.dtype))
        self.gradients = [Parameters(architecture, n_members) for _ in range(2)]
        self._networks = {}
        self._threads = ThreadPoolExecutor(1) if n_threads > 1 else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._threads:
            self._threads.shutdown()

    def train(self, n_epochs):
        """Train until every watch has said stop, or for a number of epochs.

        Returns
        -------
        states : list of TrainingState
            Each as it was when its run ended.
        """
        ended = {}
        for _ in range(n_epochs):
            going = [n for n in range(len(self.runs)) if n not in ended]
            for number in going:
                self.runs[number].monitor.begin_epoch()
            losses = self.train_epoch()
            self.n_done += 1
            for number in going:
                if self.end_epoch(number, losses[number]):
                    ended[number] = self.read_state(number)
            if len(ended) == len(self.runs):
                break
        return [
            ended.get(number) or self.read_state(number)
            for number in range(len(self.runs))
        ]

    def end_epoch(self, number, loss):
        """Tell a run's watch of an epoch and return whether it was the last."""
        run = self.runs[number]
        losses = {"loss": float(loss)}
        if run.validation is not None:
            losses["val_loss"] = self.measure(number)
        if run.options.verbose:
            member = f"member {number + 1}, " if len(self.runs) > 1 else ""
            print_losses(f"{member}epoch {run.state.n_epochs + self.n_done}", losses)
        return run.monitor.end_epoch(losses, lambda: self.read_state(number))

    def train_epoch(self):
        """Take a step for every batch; return the mean loss of the windows, by run."""
        epochs = [run.state.n_epochs + self.n_done for run in self.runs]
        rngs = self._start_streams(epochs) if self.architecture.drops else None
        plans = [
            run.plan.epoch(epoch) for run, epoch in zip(self.runs, epochs, strict=True)
        ]
        total = 0.0
        for batches in zip(*plans, strict=True):
            rows = np.stack(batches)
            total = total + rows.shape[1] * self.train_step(rows, rngs)
        return total / len(self.runs[0].training)

    def _start_streams(self, epochs):
        """Start dropout's random streams of an epoch.

        Both halves have their own, so that neither waits for the other.
        """
        return [
            [
                np.random.default_rng([run.state.seed, epoch, DROPOUT_STREAM, half])
                for run, epoch in zip(self.runs, epochs, strict=True)
            ]
            for half in range(2)
        ]

    def train_step(self, rows, rngs):
        """Forward, backward, step; return the loss before the step, by run.

        Parameters
        ----------
        rows : ndarray of int of shape (n_members, n_windows)
        rngs : list of list of Generator, or None
            For each half those of the members; None without dropout.
        """
        halves = self._halve(rows)
        values = self._run_all(
            partial(self.go_through, number, half, rows.shape[1], rngs)
            for number, half in enumerate(halves)
        )
        if len(halves) > 1:
            self.gradients[0].flat += self.gradients[1].flat
        self.optimizer.step(
            self.parameters.flat, self.gradients[0].flat, next(self.rates)
        )
        return sum(values)

    def _halve(self, rows):
        """Cut a batch in two where each half is worth a thread.

        It depends on a network's own sizes alone, never on the number of threads or of
        members, and so do the numbers.
        """
        n_windows = rows.shape[1]
        is_worth_it = n_windows * self.widest >= WORTH_HALVING and n_windows > 1
        return np.array_split(rows, 2, axis=1) if is_worth_it else [rows]

    def _run_all(self, jobs):
        """Return what one or two jobs do, the second in a thread if there are more."""
        first, *rest = jobs
        if self._threads is None:
            return [first(), *(job() for job in rest)]
        # NumPy's error settings belong to a context, which threads do not inherit.
        running = [self._threads.submit(copy_context().run, job) for job in rest]
        return [first(), *(job.result() for job in running)]

    def go_through(self, number, rows, n_windows, rngs):
        """Go forward and back through a part of a batch; return its share of the loss.

        Parameters
        ----------
        number : int
            Of the part, for its buffers.
        rows : ndarray of int of shape (n_members, n_windows of the part)
        n_windows : int
            Of the whole batch.
        rngs : list of list of Generator, or None
        """
        network = self._network(number, rows.shape[1])
        targets, weights = [], []
        for member, (run, own) in enumerate(zip(self.runs, rows, strict=True)):
            network.read(run.training.windows[own], slice(member, member + 1))
            targets.append(run.training.targets[own].T)
            weights.append(run.training.weights[own])
        if rngs:
            network.draw_masks(rngs[number])
        network.take(self.parameters)
        answers = network.forward()
        values, slopes = measure(
            self.loss, answers, np.stack(targets), np.stack(weights), n_windows
        )
        network.backward(slopes, self.gradients[number])
        return values

    def measure(self, number):
        """Return a run's loss on its validation part, without dropout."""
        examples = self.runs[number].validation
        alone = self.parameters.member(number)
        values, _ = measure(
            self.loss,
            answer(alone, examples.windows),
            examples.targets.T[np.newaxis],
            examples.weights[np.newaxis],
            len(examples),
        )
        return float(values[0])

    def read_state(self, number):
        """Copy where a run stands."""
        start = self.runs[number].state
        return TrainingState(
            start.seed,
            start.n_epochs + self.n_done,
            self.parameters.weights_of(number),
            self.optimizer.remember(number),
        )

    def _network(self, half, n_windows):
        """Return the buffers for a part of a batch: an epoch has few sizes of them."""
        key = (half, n_windows)
        if key not in self._networks:
            self._networks[key] = Network(self.architecture, len(self.runs), n_windows)
        return self._networks[key]


def print_losses(epoch, losses):
    """Print one line for an epoch."""
    parts = ", ".join(f"{name} {value:.6g}" for name, value in losses.items())
    print(f"{epoch}: {parts}")
