"""Engines: what turns an architecture, windows and a batch plan into trained weights.

An engine is two functions: ``train`` and ``predict``. They take and give plain data,
described here, and keep nothing between calls that changes a result.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skseq._engine.batches import BatchPlan
from skseq._series.windows import Windows

SEED_LIMIT = 2**31 - 1
"""Seeds are drawn below this, the largest that all libraries take."""


@dataclass(frozen=True)
class TrainingOptions:
    """How to train.

    Attributes
    ----------
    optimizer : str, or what Keras takes as an optimizer
    learning_rate : float, or a Keras schedule
    loss : str, or what Keras takes as a loss
    learning_rate_schedule : str
        One of `skseq._engine.learning_rates.SCHEDULES`.
    momentum : float
        Of the optimizer "sgd".
    weight_decay : float or None
        None for the optimizer's own.
    global_clipnorm : float or None
        What the norm of a gradient is cut down to.
    metrics : list or None
        Recorded by epoch beside the loss.
    callbacks : list or None
        Keras callbacks.
    verbose : {0, 1, 2}
    """

    optimizer: Any
    learning_rate: Any
    loss: Any
    learning_rate_schedule: str = "constant"
    momentum: float = 0.0
    weight_decay: float | None = None
    global_clipnorm: float | None = None
    metrics: list | None = None
    callbacks: list | None = None
    verbose: int = 0


@dataclass(frozen=True)
class TrainingData:
    """Complete windows and what they should give, both scaled.

    Attributes
    ----------
    windows : Windows
    targets : ndarray of shape (n_windows, n_outputs)
    weights : ndarray of shape (n_windows,)
    """

    windows: Windows
    targets: np.ndarray
    weights: np.ndarray

    def __len__(self):
        """Count the windows."""
        return len(self.windows)

    def __getitem__(self, rows):
        """Take some of the examples."""
        return TrainingData(self.windows[rows], self.targets[rows], self.weights[rows])


@dataclass(frozen=True, eq=False)
class TrainingState:
    """Where training stands: all that the next epoch needs, as plain data.

    Attributes
    ----------
    seed : int
        What initial weights, batch plan and dropout are drawn from.
    n_epochs : int
        Epochs trained so far.
    weights : dict of str to ndarray, or None
        None before the first epoch of a user's own network.
    optimizer_state : dict
        What the optimizer and dropout carry from step to step, in plain data that the
        engine alone reads, but for ``"optimizer"``, its name. Empty at the start.
    """

    seed: int
    n_epochs: int = 0
    weights: dict | None = None
    optimizer_state: dict = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingRun:
    """One training: how, from where, on what, and who watches.

    Attributes
    ----------
    options : TrainingOptions
    state : TrainingState
        Where to start from.
    plan : BatchPlan
        Over the windows of ``training``.
    training : TrainingData
    validation : TrainingData or None
    monitor : object with ``begin_epoch()`` and ``end_epoch(losses, read_state)``
        Is called around every epoch. ``losses`` is a dict of floats: loss, val_loss
        and the metrics. Training stops where ``end_epoch`` returns True.
    """

    options: TrainingOptions
    state: TrainingState
    plan: BatchPlan
    training: TrainingData
    validation: TrainingData | None
    monitor: Any


def check_same_optimizer(memory, kind):
    """Raise if a memory is that of another optimizer than the one to go on with."""
    if memory["optimizer"] != kind:
        raise ValueError(
            "A warm start continues with what the optimizer remembers, but it has "
            f"changed: {memory['optimizer']!r} -> {kind!r}. Give the same optimizer "
            "again, or fit with warm_start=False."
        )
