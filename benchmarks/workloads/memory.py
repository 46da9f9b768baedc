"""Memory: how much memory each of many small fits in one process adds."""

from statistics import linear_regression

from benchmarks.clocks import memory
from benchmarks.contenders import load
from benchmarks.series import make_noise
from benchmarks.task import Task
from benchmarks.workloads import Column

TITLE = "Memory over repeated fits"
CONTENDERS = {
    "plain Keras": ("keras", "Keras"),
    "SciKeras": ("scikeras", "SciKeras"),
    "skseq, windows given": ("skseq", "Skseq"),
}
COLUMNS = [
    Column("n_fits", "fits"),
    Column("per_fit", "MiB a fit"),
    Column("last", "memory after the last, MiB"),
]
N_FITS = {"skseq, windows given": 200}
N_FITS_OF_OTHERS = 30
N_SETTLING = 10
"""Number of first fits that are left out, because they fill caches."""


def measure(name, quick):
    """Fit and predict many times; return how much memory each fit adds."""
    n_fits = 13 if quick else N_FITS.get(name, N_FITS_OF_OTHERS)
    contender = load(*CONTENDERS[name])(Task(6, units=(16,), epochs=2))
    X, y = contender.inputs(make_noise(206, n_features=4))
    readings = []
    for _ in range(n_fits):
        contender.fit(X, y)
        contender.predict(X)
        readings.append(memory())
    settled = readings[N_SETTLING:]
    growth = None
    if None not in settled:
        growth = linear_regression(range(len(settled)), settled).slope
    return {"n_fits": n_fits, "per_fit": growth, "last": readings[-1]}
