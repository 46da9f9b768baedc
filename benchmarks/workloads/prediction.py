"""W4: predictions of the W1 network for one window and for a thousand."""

from dataclasses import replace
from statistics import median

import numpy as np

from benchmarks.clocks import Clock
from benchmarks.contenders import load
from benchmarks.series import monthly_revenue
from benchmarks.task import REFERENCE
from benchmarks.workloads import Column

TITLE = "W4: prediction"
CONTENDERS = {
    "plain Keras, predict": ("keras", "Keras"),
    "plain Keras, predict_on_batch": ("keras", "KerasOnBatch"),
    "SciKeras, predict": ("scikeras", "SciKeras"),
    "torch, 1 thread": ("torch", "Torch"),
    "JAX": ("jax", "Jax"),
    "skseq, predict": ("skseq", "Skseq"),
}
COLUMNS = [
    Column("one", "1 window, ms"),
    Column("thousand", "1,000 windows, ms"),
    Column("one", "Keras predict / this, 1", over="plain Keras, predict"),
    Column("thousand", "Keras predict / this, 1,000", over="plain Keras, predict"),
    Column("one", "on_batch / this, 1", over="plain Keras, predict_on_batch"),
    Column("thousand", "on_batch / this, 1,000", over="plain Keras, predict_on_batch"),
]
N_BEFORE = 3
"""Number of calls before the clock starts, in which all shapes are traced."""


def measure(name, quick):
    """Time a call, the median of many, after a fit of one epoch."""
    contender = load(*CONTENDERS[name])(replace(REFERENCE, epochs=1))
    X, y = contender.inputs(monthly_revenue(52, include_target=False))
    contender.fit(X, y)
    n_calls = 5 if quick else 100
    windows = np.tile(X, (21, 1, 1))[:1000]
    return {
        "one": milliseconds(contender, windows[:1], n_calls),
        "thousand": milliseconds(contender, windows, n_calls),
    }


def milliseconds(contender, windows, n_calls):
    """Return the median time of a call."""
    for _ in range(N_BEFORE):
        contender.predict(windows)
    calls = []
    for _ in range(n_calls):
        with Clock() as clock:
            contender.predict(windows)
        calls.append(clock.wall)
    return 1000 * median(calls)
