"""Members: five networks of different seeds, trained together and one by one.

All have the same windows of 12 steps and 4 features; the LSTM has three sizes.
"""

from statistics import median

from benchmarks.clocks import Clock
from benchmarks.contenders.skseq_ import Skseq
from benchmarks.series import make_noise
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "Five networks at once"
TOGETHER, ONE_BY_ONE = "5 members of one regressor", "5 regressors, one by one"
CONTENDERS = {
    "1 regressor": ("skseq", "Skseq"),
    TOGETHER: ("skseq", "Skseq"),
    ONE_BY_ONE: ("skseq", "Skseq"),
}
UNITS = (4, 16, 64)
COLUMNS = [
    column
    for units in UNITS
    for column in (
        Column(f"units {units}", f"{units} units, s"),
        Column(f"units {units}", "one by one / this", over=ONE_BY_ONE),
    )
]


def measure(name, quick):
    """Time fits of ten epochs, the median of three."""
    return {f"units {units}": seconds(name, units, quick) for units in UNITS}


def seconds(name, units, quick):
    """Return the time of what a contender fits."""
    task = Task(12, units=(units,), epochs=1 if quick else 10, batch_size=32)
    contender = Skseq(task)
    X, y = contender.inputs(make_noise(100 if quick else 500, n_features=4))
    regressor = contender.regressor()
    if name == TOGETHER:
        regressor.set_params(n_members=5)
    times = []
    for _ in range(3):
        with Clock() as clock:
            for _ in range(5 if name == ONE_BY_ONE else 1):
                regressor.fit(X, y)
        times.append(clock.wall)
    return median(times)
