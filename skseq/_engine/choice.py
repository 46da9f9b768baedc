"""Choice of the engine: native if it supports all parameters, else Keras."""

import os
from importlib import import_module
from importlib.util import find_spec
from math import prod
from numbers import Real
from pathlib import Path

from skseq._engine.contract import QUANTILE_LOSS
from skseq._engine.native.losses import LOSSES, is_native_loss
from skseq._engine.native.optimizers import OPTIMIZERS, find_optimizer

ENGINES = {"native": "skseq._engine.native", "keras": "skseq._engine.keras"}
"""Module with the functions ``train`` and ``predict`` of each engine."""

DEVICE_FILES = Path("/dev")

# An estimate: the native engine takes about 10 ms for so many operations, which is
# longer than Keras takes to start a step.
MIN_OPERATIONS_FOR_GPU = 1e9
"""Floating-point operations in a step from which engine="auto" uses a GPU, by Keras."""


def choose_engine(engine, architecture, options, batch_size, *, warm_start=False):
    """Return the name of the engine that trains.

    Parameters
    ----------
    engine : {"auto", "native", "keras"}
        In a warm start, the engine of the first fit.
    architecture : Architecture or CustomNetwork
        A `CustomNetwork` needs ``engine="keras"``.
    options : TrainingOptions
    batch_size : int
    warm_start : bool, default=False
        Whether training continues; the engine must then stay the same.

    Returns
    -------
    name : {"native", "keras"}

    Raises
    ------
    ValueError
        If the engine must be native but does not support a parameter.
    """
    if engine == "keras":
        return engine
    unsupported = find_unsupported(options)
    if unsupported is None:
        is_large = count_operations(architecture, batch_size) >= MIN_OPERATIONS_FOR_GPU
        return "keras" if engine == "auto" and is_large and has_gpu() else "native"
    if engine == "auto":
        return "keras"
    if warm_start:
        # Keras cannot continue: each engine stores the optimizer state in its own form.
        raise ValueError(
            "A warm start continues with engine='native' of the first fit, which does "
            f"not support {unsupported}. Set the parameter back, or fit with "
            "warm_start=False."
        )
    raise ValueError(
        f"engine='native' does not support {unsupported}. Use engine='keras'."
    )


def find_unsupported(options):
    """Describe a parameter that the native engine does not support; None if none."""
    optimizer, loss, rate = options.optimizer, options.loss, options.learning_rate
    if not isinstance(optimizer, str) or find_optimizer(optimizer) is None:
        return f"optimizer={optimizer!r} (supported: {_listed(OPTIMIZERS)})"
    if not is_native_loss(loss):
        return f"loss={loss!r} (supported: {_listed([*LOSSES, QUANTILE_LOSS])})"
    if not isinstance(rate, Real):
        return f"learning_rate={rate!r} (supported: numbers)"
    return None


def _listed(names):
    return ", ".join(map(repr, sorted(names)))


def count_operations(architecture, batch_size):
    """Estimate the floating-point operations of a training step."""
    n_weights = sum(
        prod(shape)
        for name, shape in architecture.weight_shapes.items()
        if name.endswith("kernel")
    )
    # Three passes (one forward, two backward) with a product and a sum for each weight.
    return 3 * 2 * n_weights * architecture.input_shape[0] * batch_size


def has_gpu():
    """Return whether the Keras engine is installed and TensorFlow finds a GPU."""
    # Only TensorFlow knows whether it was built for the GPU, but its import takes
    # seconds, so ask it only if there is a device file.
    is_hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    if is_hidden or not any(DEVICE_FILES.glob("nvidia[0-9]*")):
        return False
    if any(find_spec(name) is None for name in ("tensorflow", "keras", "scikeras")):
        return False
    startup = import_module("skseq._engine.keras.startup")
    return startup.finds_gpu()


def load_engine(name):
    """Import the module of an engine when it is needed."""
    return import_module(ENGINES[name])
