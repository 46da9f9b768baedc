"""W5: imports in fresh processes, and whether they load TensorFlow.

This file and all that it imports use only the standard library, because a package that
is already imported cannot be measured.
"""

import sys

from benchmarks.clocks import Clock, memory
from benchmarks.workloads import Column

TITLE = "W5: imports"
FROM_SKSEQ = (
    "from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler"
)
ONE_FIT = f"""{FROM_SKSEQ}
import numpy
LSTMRegressor(units=8, epochs=1).fit(numpy.ones((20, 3, 2)), numpy.arange(20.0))
"""
CONTENDERS = {
    "numpy": ("numpy", "import numpy"),
    "sklearn": ("sklearn", "import sklearn"),
    "skseq and its estimators": ("skseq", FROM_SKSEQ),
    "skseq and one small fit": ("skseq", ONE_FIT),
    "tensorflow": ("tensorflow", "import tensorflow"),
    "keras": ("keras", "import keras"),
    "scikeras.wrappers": ("scikeras", "import scikeras.wrappers"),
    "torch": ("torch", "import torch"),
    "jax": ("jax", "import jax"),
    "skforecast.deep_learning": ("skforecast", "import skforecast.deep_learning"),
}
COLUMNS = [
    Column("wall", "s"),
    Column("cpu", "CPU s"),
    Column("memory", "memory after it, MiB"),
    Column("tensorflow", "TensorFlow loaded"),
]


def measure(name, quick):
    """Time a few lines of code, which are short even without quick."""
    _, code = CONTENDERS[name]
    with Clock() as clock:
        exec(code, {})
    return {
        "wall": clock.wall,
        "cpu": clock.cpu,
        "memory": memory(),
        "tensorflow": "tensorflow" in sys.modules,
    }
