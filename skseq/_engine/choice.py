"""Which engine trains: native wherever it can do the job, Keras otherwise."""

import os
from importlib import import_module
from math import prod
from numbers import Real
from pathlib import Path

from skseq._engine.native.losses import LOSSES
from skseq._engine.native.optimizers import OPTIMIZERS
from skseq._network.architecture import CustomNetwork

ENGINES = {"native": "skseq._engine.native", "keras": "skseq._engine.keras"}
"""Where each engine's ``train`` and ``predict`` stand."""


WORTH_A_GPU = 1e9
"""Floating-point operations in a step from which on "auto" gives it to a GPU.

An estimate: native takes some 10 ms for so many, more than Keras needs to start a step.
"""


def choose_engine(wish, architecture, options, batch_size):
    """Return the name of the engine that trains.

    Parameters
    ----------
    wish : {"auto", "native", "keras"}
    architecture : Architecture or CustomNetwork
    options : TrainingOptions
    batch_size : int

    Returns
    -------
    name : {"native", "keras"}

    Raises
    ------
    ValueError
        If native is wished for and a parameter stands in the way.
    """
    if wish == "keras":
        return wish
    obstacle = find_obstacle(architecture, options)
    if obstacle is None:
        is_large = count_operations(architecture, batch_size) >= WORTH_A_GPU
        return "keras" if wish == "auto" and is_large and sees_gpu() else "native"
    if wish == "native":
        raise ValueError(
            f"engine='native' cannot do {obstacle}. Change that, or set engine='auto' "
            "to let Keras train."
        )
    return "keras"


def find_obstacle(architecture, options):
    """Name the parameter that the native engine cannot serve, or return None."""
    obstacles = {
        "network=...": isinstance(architecture, CustomNetwork),
        "keras_callbacks=...": bool(options.callbacks),
        "metrics=...": bool(options.metrics),
        f"optimizer={options.optimizer!r}, only {list(OPTIMIZERS)}": (
            _unknown(options.optimizer, OPTIMIZERS)
        ),
        f"loss={options.loss!r}, only {list(LOSSES)}": _unknown(options.loss, LOSSES),
        "a learning_rate that is no number": not isinstance(
            options.learning_rate, Real
        ),
    }
    return next((name for name, stands in obstacles.items() if stands), None)


def _unknown(given, table):
    return not isinstance(given, str) or given not in table


def count_operations(architecture, batch_size):
    """Count the floating-point operations of a step: forward once, backward twice."""
    n_weights = sum(
        prod(shape)
        for name, shape in architecture.weight_shapes.items()
        if name.endswith("kernel")
    )
    return 3 * 2 * n_weights * architecture.window_shape[0] * batch_size


def sees_gpu():
    """Say whether there is a GPU that TensorFlow would use, without loading it."""
    is_hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    return not is_hidden and any(Path("/dev").glob("nvidia[0-9]*"))


def load_engine(name):
    """Return the module of an engine, loaded when it is first needed."""
    return import_module(ENGINES[name])
