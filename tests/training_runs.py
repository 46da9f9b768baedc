"""Small trainings with either engine: networks, examples, a monitor that records."""

import numpy as np
from threadpoolctl import threadpool_info

from skseq._engine.batches import BatchPlan
from skseq._engine.contract import (
    TrainingData,
    TrainingOptions,
    TrainingRun,
    TrainingState,
)
from skseq._network.architecture import make_architecture
from skseq._network.initial_weights import draw_weights
from skseq._series.windows import Windows

STACK = ("lstm", "gru", "rnn")
CELLS = ["rnn", "lstm", "gru", STACK]
N_WINDOWS = 20

DROPOUTS = [
    {},
    {"dropout": 0.4},
    {"recurrent_dropout": 0.4},
    {"dropout": 0.2, "recurrent_dropout": 0.4},
]


def network(cell="lstm", dropout=0, **changes):
    shape = {"window_shape": (4, 3), "n_outputs": 2, "dtype": "float64"}
    units = (4, 5, 3) if cell == STACK else 5
    return make_architecture(cell, units, dropout, **shape | changes)


def examples(dtype="float64", seed=0):
    rng = np.random.default_rng(seed)
    windows, targets = rng.random((N_WINDOWS, 4, 3)), rng.random((N_WINDOWS, 2))
    weights = rng.random(N_WINDOWS) + 0.5
    windows, targets, weights = (a.astype(dtype) for a in (windows, targets, weights))
    return TrainingData(Windows.of(windows), targets, weights)


class Recorder:
    """A monitor that records, and stops after a number of epochs."""

    def __init__(self, last=None):
        self.n_epochs = 0
        self.losses = []
        self.states = []
        self.last = last

    def begin_epoch(self):
        pass

    def end_epoch(self, losses, copy_state):
        self.n_epochs += 1
        self.losses.append(losses)
        self.states.append(copy_state())
        return self.n_epochs == self.last


def first_state(architecture, seed=3):
    return TrainingState(seed, weights=draw_weights(architecture, seed))


def make_run(
    architecture,
    *,
    seed=3,
    start=None,
    data=None,
    validation=None,
    last=None,
    **options,
):
    """Make a run on batches of 8, 8 and 4 windows."""
    options = {"optimizer": "adam", "learning_rate": 2**-7, "loss": "mse"} | options
    start = start or first_state(architecture, seed)
    return TrainingRun(
        TrainingOptions(**options),
        start,
        BatchPlan(N_WINDOWS, 8, start.seed),
        data or examples(architecture.dtype),
        validation,
        Recorder(last),
    )


def train(engine, architecture, n_epochs=7, **options):
    """Train one network; return the last state and the losses."""
    run = make_run(architecture, **options)
    (end,) = engine.train(architecture, [run], n_epochs)
    return end, run.monitor.losses


def same_weights(one, other):
    return all(
        np.array_equal(a, b)
        for a, b in zip(one.weights.values(), other.weights.values(), strict=True)
    )


def blas_threads():
    return [
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]
