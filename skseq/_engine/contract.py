"""What engines take and return.

An engine is a module with three functions. They take and return the plain data
described here. They may cache networks between calls, but this changes no result.

``train(architecture, runs, n_epochs)``
    Trains a network for each `TrainingRun`, in ``n_epochs`` epochs or fewer if the
    monitor of the run stops it. Returns a list of `TrainingState`: the state of each
    network after the last epoch of its run.
``predict(architecture, states, windows)``
    Returns the predictions of each network for complete `Windows`, in the units of the
    scaled target: an ndarray of shape (n_members, n_windows, n_outputs).
``row_losses(loss, dtype, targets, predictions, quantiles=())``
    Returns the loss of each row of arrays of shape (n_rows, n_outputs), or None if the
    loss is one number for all rows. ``quantiles`` has the quantile of each output if
    the loss is `QUANTILE_LOSS`.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skseq._engine.batches import BatchPlan
from skseq._series.windows import Windows

QUANTILE_LOSS = "quantile"
"""Name of the pinball loss at the quantiles of an architecture."""

SEED_LIMIT = 2**31 - 1
"""Upper limit of seeds, which NumPy, Keras and TensorFlow accept."""


@dataclass(frozen=True)
class TrainingOptions:
    """How to train.

    Attributes
    ----------
    optimizer : str, or what Keras accepts as an optimizer
    learning_rate : float, or a Keras schedule
    loss : str, or what Keras accepts as a loss
        `QUANTILE_LOSS` if the architecture has quantiles.
    learning_rate_schedule : str
        One of `skseq._engine.learning_rates.SCHEDULES`.
    global_clipnorm : float or None
        Maximum norm of the gradient over all weights.
    metrics : list or None
        Keras metrics to record in each epoch.
    callbacks : list or None
        Keras callbacks.
    verbose : {0, 1, 2}
    """

    optimizer: Any
    learning_rate: Any
    loss: Any
    learning_rate_schedule: str = "constant"
    global_clipnorm: float | None = None
    metrics: list | None = None
    callbacks: list | None = None
    verbose: int = 0


@dataclass(frozen=True)
class TrainingData:
    """Complete windows and their targets, both scaled.

    Attributes
    ----------
    windows : Windows
    targets : ndarray of shape (n_windows, n_outputs)
        One column for each output of the network.
    weights : ndarray of shape (n_windows,)
    """

    windows: Windows
    targets: np.ndarray
    weights: np.ndarray

    def __len__(self):
        """Return the number of windows."""
        return len(self.windows)

    def __getitem__(self, rows):
        """Return some of the examples, by a slice, a mask or row numbers."""
        return TrainingData(self.windows[rows], self.targets[rows], self.weights[rows])


# eq=False: compared and hashed by identity, as keys of the cached predictors.
@dataclass(frozen=True, eq=False)
class TrainingState:
    """All that the next epoch depends on, as plain data.

    Attributes
    ----------
    seed : int
        Initial weights, batch plan and dropout masks are drawn from it.
    n_epochs : int
        Number of epochs trained so far, in all calls of ``fit``.
    weights : dict of str to ndarray, or None
        None before the first epoch of a `CustomNetwork`.
    optimizer_state : dict
        What the optimizer and dropout carry from step to step. ``"optimizer"`` is the
        name of the optimizer; only the engine reads the other entries. Empty before the
        first epoch.
    """

    seed: int
    n_epochs: int = 0
    weights: dict | None = None
    optimizer_state: dict = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingRun:
    """One training of one network: options, start, data and monitor.

    Attributes
    ----------
    options : TrainingOptions
    state : TrainingState
        The state that training starts from.
    plan : BatchPlan
        The batches of ``training``.
    training : TrainingData
    validation : TrainingData or None
    monitor : object with ``begin_epoch()`` and ``end_epoch(losses, copy_state)``
        The engine calls both in every epoch. ``losses`` is a dict of floats: loss,
        val_loss and the metrics; ``copy_state()`` returns the `TrainingState` after the
        epoch. Training stops when ``end_epoch`` returns True.
    """

    options: TrainingOptions
    state: TrainingState
    plan: BatchPlan
    training: TrainingData
    validation: TrainingData | None
    monitor: Any


def check_same_optimizer(optimizer_state, name):
    """Raise if the state belongs to another optimizer than the given one."""
    if optimizer_state["optimizer"] != name:
        raise ValueError(
            "A warm start continues with the optimizer state of the previous fit, but "
            f"the optimizer has changed: {optimizer_state['optimizer']!r} -> {name!r}. "
            "Use the same optimizer, or fit with warm_start=False."
        )
