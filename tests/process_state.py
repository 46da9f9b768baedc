"""State of the process that a fit must leave as it was: settings, threads, memory."""

import os
import random
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from training_runs import blas_threads

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="reads /proc, which only Linux has"
)


def global_state():
    """Return a snapshot of what a fit must not change."""
    state = {
        "python": random.getstate(),
        "numpy": [str(part) for part in np.random.get_state()],
        "errors": np.geterr(),
        "environment": dict(os.environ),
        "filters": list(warnings.filters),
        "blas": blas_threads(),
        "threads": threading.active_count(),
    }
    return state | (keras_state() if "keras" in sys.modules else {})


def keras_state():
    """Return the settings of Keras and TensorFlow."""
    import keras
    import tensorflow as tf
    from tensorflow.python.framework.config import is_op_determinism_enabled

    return {
        "float": keras.config.floatx(),
        "policy": keras.config.dtype_policy().name,
        "determinism": is_op_determinism_enabled(),
        "intra": tf.config.threading.get_intra_op_parallelism_threads(),
        "inter": tf.config.threading.get_inter_op_parallelism_threads(),
    }


def resident():
    """Return the memory of this process in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
