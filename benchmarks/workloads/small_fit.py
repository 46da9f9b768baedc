"""W1: the fit of the reference experiment, 49 windows of 3 steps and 3 features.

Cold is the first fit of a process, after its imports; warm is a later one.
"""

from dataclasses import replace
from statistics import median

from benchmarks.clocks import Clock
from benchmarks.contenders import load
from benchmarks.series import monthly_revenue
from benchmarks.task import REFERENCE
from benchmarks.workloads import Column

TITLE = "W1: one small fit"
CONTENDERS = {
    "plain Keras": ("keras", "Keras"),
    "SciKeras": ("scikeras", "SciKeras"),
    "skforecast ForecasterRnn": ("skforecast", "Skforecast"),
    "torch, 1 thread": ("torch", "Torch"),
    "JAX": ("jax", "Jax"),
    "skseq, windows given": ("skseq", "Skseq"),
    "skseq, whole pipeline": ("skseq", "SkseqPipeline"),
}
COLUMNS = [
    Column("cold", "cold, s"),
    Column("cold_cpu", "cold, CPU s"),
    Column("warm", "warm, s"),
    Column("warm_cpu", "warm, CPU s"),
    Column("loss", "last loss"),
    Column("cold", "plain Keras / this, cold", over="plain Keras"),
    Column("warm", "plain Keras / this, warm", over="plain Keras"),
    Column("warm_cpu", "plain Keras / this, warm CPU", over="plain Keras"),
]
N_WARM = 3


def measure(name, quick):
    """Time the first fit and the median of later ones."""
    task = replace(REFERENCE, epochs=3) if quick else REFERENCE
    contender = load(*CONTENDERS[name])(task)
    X, y = contender.inputs(monthly_revenue(52, include_target=False))
    with Clock() as cold:
        contender.fit(X, y)
    warm = []
    for _ in range(N_WARM):
        with Clock() as clock:
            loss = contender.fit(X, y)
        warm.append(clock)
    return {
        "cold": cold.wall,
        "cold_cpu": cold.cpu,
        "warm": median(clock.wall for clock in warm),
        "warm_cpu": median(clock.cpu for clock in warm),
        "loss": loss,
    }
