"""W2: a search over window lengths and network sizes, scored on three folds: 18 fits.

All contenders train and score the same rows in every fold. Windows cut by hand are
scaled once, over all rows; skseq scales in each fold, which avoids leakage.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from sklearn.model_selection import TimeSeriesSplit

from benchmarks.clocks import Clock
from benchmarks.contenders import load
from benchmarks.series import monthly_revenue
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "W2: a grid search of 18 fits"
CONTENDERS = {
    "plain Keras, loops": ("keras", "Keras"),
    "SciKeras, GridSearchCV and a loop": ("scikeras", "SciKeras"),
    "torch, 1 thread, loops": ("torch", "Torch"),
    "skseq, GridSearchCV": ("skseq", "SkseqPipeline"),
}
COLUMNS = [
    Column("wall", "s"),
    Column("cpu", "CPU s"),
    Column("error", "lowest error"),
    Column("wall", "plain Keras / this", over="plain Keras, loops"),
    Column("cpu", "plain Keras / this, CPU", over="plain Keras, loops"),
    Column("wall", "SciKeras / this", over="SciKeras, GridSearchCV and a loop"),
]


@dataclass(frozen=True)
class Grid:
    """The candidates: each window length with each network, on each fold."""

    time_steps: tuple[int, ...] = (6, 12)
    units: tuple[tuple[int, ...], ...] = ((8,), (16,), (32,))
    n_folds: int = 3

    def folds_of_windows(self, n_rows, time_steps):
        """Split rows by time, and return the windows of each part."""
        folds = TimeSeriesSplit(self.n_folds).split(np.empty(n_rows))
        return [
            (train[time_steps:] - time_steps, test - time_steps)
            for train, test in folds
        ]


def measure(name, quick):
    """Time one search, networks compiled or traced inside it."""
    grid = Grid(time_steps=(3,), units=((4,), (8,))) if quick else Grid()
    task = Task(time_steps=0, epochs=2 if quick else 30, learning_rate=0.01)
    series = monthly_revenue(144, include_target=True)
    make = load(*CONTENDERS[name])
    with Clock() as clock:
        if hasattr(make, "search"):
            error = make(task).search(series, grid)
        else:
            error = search_in_loops(make, task, series, grid)
    return {"wall": clock.wall, "cpu": clock.cpu, "error": float(error)}


def search_in_loops(make, task, series, grid):
    """Search by hand; return the lowest mean squared error over the folds."""
    errors = []
    for time_steps, units in product(grid.time_steps, grid.units):
        contender = make(replace(task, time_steps=time_steps, units=units))
        X, y = contender.inputs(series)
        of_folds = []
        for train, test in grid.folds_of_windows(len(series.y), time_steps):
            contender.fit(X[train], y[train])
            of_folds.append(np.mean((contender.predict(X[test]) - y[test]) ** 2))
        errors.append(np.mean(of_folds))
    return min(errors)
