"""Panel: 1,000 series of 200 rows beside one series with as many rows."""

from statistics import median

from benchmarks.clocks import MIB, Clock, allocated_by
from benchmarks.contenders import load
from benchmarks.series import make_shops
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "Windows of many series"
ONE, MANY = "1 series of 200,000 rows", "1,000 series of 200 rows"
CONTENDERS = {ONE: ("skseq", "SkseqForecaster"), MANY: ("skseq", "SkseqForecaster")}
SHAPES = {ONE: (1, 200_000), MANY: (1000, 200)}
COLUMNS = [
    Column("cut_cpu", "scaling and cutting, CPU s"),
    Column("fit_cpu", "fit, CPU s"),
    Column("fit_cpu", "one series / this", over=ONE),
    Column("table", "table, MiB"),
    Column("cut_memory", "scaling and cutting, MiB"),
    Column("fit_memory", "fit, MiB"),
    Column("windows", "all windows, MiB"),
]
N_CALLS = 3


def measure(name, quick):
    """Time scaling and cutting, and the fit of one epoch; then measure the memory."""
    n_series, n_rows = SHAPES[name]
    task = Task(24, units=(8,), epochs=1, batch_size=1024)
    if quick:
        n_series, n_rows = -(-n_series // 100), n_rows // (100 if n_series == 1 else 1)
    shops = make_shops(n_series, n_rows, n_columns=8)
    contender = load(*CONTENDERS[name])(task)

    def cut():
        return contender.pipeline()[:-1].fit_transform(shops.table, shops.y)

    def fit():
        return contender.forecaster().fit(shops.table, shops.y)

    size = shops.table.memory_usage(index=True).sum() / MIB
    return {
        "cut_cpu": cpu_seconds(cut),
        "fit_cpu": cpu_seconds(fit),
        "table": float(size),
        "cut_memory": allocated_by(cut),
        "fit_memory": allocated_by(fit),
        "windows": shops.table.size * task.time_steps * 8 / MIB,
    }


def cpu_seconds(function):
    """Return the CPU time of a call, the median of a few after the first."""
    clocks = []
    for _ in range(1 + N_CALLS):
        with Clock() as clock:
            function()
        clocks.append(clock.cpu)
    return median(clocks[1:])
