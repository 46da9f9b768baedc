"""Growth: how the time of an epoch grows with the numbers of windows, steps and units.

One of the three varies and the other two have a medium size. The guide shows a plot
instead of a table with many columns.
"""

from dataclasses import replace

from benchmarks.clocks import Laps
from benchmarks.contenders import load
from benchmarks.series import make_noise
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "Growth of the time of an epoch"
CONTENDERS = {
    "plain Keras": ("keras", "Keras"),
    "skseq, whole pipeline": ("skseq", "SkseqPipeline"),
}
MIDDLE = {"windows": 2000, "time_steps": 24, "units": 32}
AXES = {
    "windows": (500, 1000, 2000, 4000, 8000),
    "time_steps": (6, 12, 24, 48, 96),
    "units": (8, 16, 32, 64, 128),
}
COLUMNS = [
    Column(f"{axis} {value}", f"{value:,} {axis}, s".replace("_", " "))
    for axis, values in AXES.items()
    for value in (values[0], values[-1])
]


def measure(name, quick):
    """Time an epoch at every point of the three axes, the faster of two."""
    make = load(*CONTENDERS[name])
    return {
        f"{axis} {value}": epoch_seconds(make, quick, **MIDDLE | {axis: value})
        for axis, values in AXES.items()
        for value in values
    }


def epoch_seconds(make, quick, windows, time_steps, units):
    """Return the time of an epoch after the first."""
    task = Task(time_steps, units=(units,), epochs=3, batch_size=64)
    if quick:
        windows, task = windows // 20, replace(task, time_steps=time_steps // 3)
    contender = make(task)
    X, y = contender.inputs(make_noise(windows + task.time_steps, n_features=4))
    laps = Laps()
    contender.fit(X, y, on_epoch=laps)
    return min(laps.wall[1:])
