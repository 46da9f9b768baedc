"""Backtest: a fit at each of 24 origins of a monthly series, and 6 months from there.

All contenders train the same network of 6 outputs on the target's own past, for a fixed
number of epochs. The values of those that do not scale are scaled once, over all rows.
"""

import numpy as np
import pandas as pd

from benchmarks.clocks import Clock
from benchmarks.contenders import load
from benchmarks.series import monthly_revenue, to_unit_range
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "A backtest of 24 origins, with refits"
KERAS = "plain Keras, loop"
CONTENDERS = {
    KERAS: ("keras", "Keras"),
    "skforecast, ForecasterRnn": ("skforecast", "Skforecast"),
    "darts, BlockRNNModel": ("darts", "Darts"),
    "skseq, backtest": ("skseq", "SkseqForecaster"),
}
COLUMNS = [
    Column("wall", "s"),
    Column("cpu", "CPU s"),
    Column("error", "mean absolute error"),
    Column("wall", "plain Keras / this", over=KERAS),
    Column("cpu", "plain Keras / this, CPU", over=KERAS),
    Column("wall", "skforecast / this", over="skforecast, ForecasterRnn"),
    Column("wall", "darts / this", over="darts, BlockRNNModel"),
]


def measure(name, quick):
    """Time one backtest, networks compiled or traced inside it."""
    n_origins, epochs = (2, 1) if quick else (24, 30)
    task = Task(
        12, units=(16,), epochs=epochs, batch_size=16, learning_rate=0.01, outputs=6
    )
    y = monthly_revenue(144, include_target=True).y
    unit = pd.Series(to_unit_range(y.to_frame())[:, 0], y.index, name="unit")
    contender = load(*CONTENDERS[name])(task)
    with Clock() as clock:
        if hasattr(contender, "backtest"):
            predictions = contender.backtest(unit, n_origins)
        else:
            predictions = backtest_in_loop(contender, unit.to_numpy(), n_origins)
    following = np.lib.stride_tricks.sliding_window_view(unit, task.outputs)
    errors = np.abs(predictions - following[-n_origins:])
    return {"wall": clock.wall, "cpu": clock.cpu, "error": float(errors.mean())}


def backtest_in_loop(contender, values, n_origins):
    """Refit and forecast at each of the last origins, with windows cut by hand."""
    task, cut = contender.task, np.lib.stride_tricks.sliding_window_view
    predictions = []
    for end in len(values) - task.outputs - np.arange(n_origins)[::-1]:
        past = values[:end]
        X = cut(past, task.time_steps)[..., np.newaxis]
        y = cut(past[task.time_steps :], task.outputs)
        contender.fit(np.ascontiguousarray(X[: len(y)]), np.ascontiguousarray(y))
        predictions.append(contender.predict(X[-1:])[0])
    return predictions
