"""Recursive: 24 steps for each of 1,000 series, each prediction fed back as a value.

All contenders have one network, trained on windows of all series. A loop over the
series is timed on a few of them, and its time multiplied.
"""

from statistics import median

import numpy as np

from benchmarks.clocks import Clock
from benchmarks.contenders import load
from benchmarks.series import make_shops, to_unit_range
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "24 steps of 1,000 series"
BY_SERIES = "plain Keras, predict for each series and step"
BY_STEP = "plain Keras, predict for each step"
ON_BATCH = "plain Keras, predict_on_batch for each step"
CONTENDERS = {
    BY_SERIES: ("keras", "Keras"),
    BY_STEP: ("keras", "Keras"),
    ON_BATCH: ("keras", "KerasOnBatch"),
    "torch, 1 thread, a call for each step": ("torch", "Torch"),
    "JAX, a call for each step": ("jax", "Jax"),
    "skseq, forecast": ("skseq", "SkseqForecaster"),
}
COLUMNS = [
    Column("wall", "s"),
    Column("cpu", "CPU s"),
    Column("error", "RMSE"),
    Column("wall", "loop over series / this", over=BY_SERIES),
    Column("wall", "Keras, loop over steps / this", over=BY_STEP),
    Column("wall", "on_batch / this", over=ON_BATCH),
]
N_TIMED = 10
"""Number of series that the loop over series is timed on."""

N_CALLS = 3


def measure(name, quick):
    """Time forecasts after a fit; the median of a few."""
    n_series, n_rows, n_steps = (20, 40, 2) if quick else (1000, 76, 24)
    task = Task(28, epochs=1 if quick else 3, batch_size=256, learning_rate=0.01)
    y = make_shops(n_series, n_rows + n_steps).y
    values = to_unit_range(y.to_frame()).reshape(n_series, -1)
    contender = load(*CONTENDERS[name])(task)
    if hasattr(contender, "forecaster"):
        predict = forecaster_of(contender, y, n_rows)
    else:
        predict = loop_over_steps(contender, values[:, :n_rows])
    n_timed = n_series
    if name == BY_SERIES:
        n_timed = min(N_TIMED, n_series)
        predict = over_series(predict, n_timed)
    predict(1)  # shapes are traced before the clock starts
    clocks = []
    for _ in range(N_CALLS):
        with Clock() as clock:
            predicted = predict(n_steps)
        clocks.append(clock)
    errors = predicted - values[:n_timed, n_rows:]
    factor = n_series / n_timed
    return {
        "wall": factor * median(clock.wall for clock in clocks),
        "cpu": factor * median(clock.cpu for clock in clocks),
        "error": float(np.sqrt(np.mean(errors**2))),
    }


def forecaster_of(contender, y, n_rows):
    """Fit a forecaster; return a function of the number of steps."""
    low, high = y.min(), y.max()
    forecaster = contender.forecaster().fit(y.groupby(level=0).head(n_rows))

    def predict(n_steps):
        predicted = forecaster.forecast(n_steps).to_numpy()
        return (predicted.reshape(-1, n_steps) - low) / (high - low)

    return predict


def loop_over_steps(contender, values):
    """Fit a network; return a function of the number of steps, and of some series."""
    time_steps = contender.task.time_steps
    views = np.lib.stride_tricks.sliding_window_view(values, time_steps, axis=1)
    X = np.ascontiguousarray(views[:, :-1].reshape(-1, time_steps, 1))
    contender.fit(X, values[:, time_steps:].ravel())

    def predict(n_steps, series=slice(None)):
        windows = values[series, -time_steps:, np.newaxis]
        for _ in range(n_steps):
            predicted = contender.predict(windows).reshape(-1, 1, 1)
            windows = np.concatenate([windows[:, 1:], predicted], axis=1)
        return windows[:, -n_steps:, 0]

    return predict


def over_series(predict, n_series):
    """Return a function that predicts series one by one."""
    return lambda n_steps: np.concatenate(
        [predict(n_steps, slice(number, number + 1)) for number in range(n_series)]
    )
