"""W3: four epochs on 20,000 windows of 48 steps and 8 features, all from one table.

The first epoch is reported separately, because it includes compiling and tracing, and
for the pipeline scaling and windowing. Windows cut by hand are ready before the clock
starts, but their memory counts.
"""

from statistics import median

from benchmarks.clocks import Laps, memory
from benchmarks.contenders import load
from benchmarks.series import make_noise
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "W3: a large fit"
CONTENDERS = {
    "plain Keras": ("keras", "Keras"),
    "torch, 1 thread": ("torch", "Torch"),
    "JAX": ("jax", "Jax"),
    "skseq, whole pipeline": ("skseq", "SkseqPipeline"),
}
COLUMNS = [
    Column("epoch", "later epoch, s"),
    Column("epoch_cpu", "later epoch, CPU s"),
    Column("first", "first epoch, s"),
    Column("peak", "peak memory, MiB"),
    Column("growth", "of it since the imports, MiB"),
    Column("loss", "last loss"),
    Column("epoch", "plain Keras / this", over="plain Keras"),
    Column("epoch_cpu", "plain Keras / this, CPU", over="plain Keras"),
    Column("growth", "plain Keras / this, memory since the imports", "plain Keras"),
]


def measure(name, quick):
    """Time every epoch of one fit, and read the memory after it."""
    n_windows, time_steps = (500, 6) if quick else (20_000, 48)
    make = load(*CONTENDERS[name])
    imported = memory()
    task = Task(time_steps, units=(64,), epochs=4, batch_size=256)
    contender = make(task)
    X, y = contender.inputs(make_noise(n_windows + time_steps, n_features=8))
    laps = Laps()
    loss = contender.fit(X, y, on_epoch=laps)
    peak = memory("VmHWM")
    return {
        "first": laps.wall[0],
        "first_cpu": laps.cpu[0],
        "epoch": median(laps.wall[1:]),
        "epoch_cpu": median(laps.cpu[1:]),
        "peak": peak,
        "growth": None if peak is None else peak - imported,
        "loss": loss,
    }
