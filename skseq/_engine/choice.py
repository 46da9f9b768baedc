"""Which engine trains: native wherever it can do the job, Keras otherwise."""

from importlib import import_module
from numbers import Real

from skseq._architecture import OwnNetwork
from skseq._engine.native.losses import LOSSES
from skseq._engine.native.optimizers import OPTIMIZERS

ENGINES = {"native": "skseq._engine.native.train", "keras": "skseq._engine.keras"}
"""Where each engine's ``train`` and ``predict`` stand."""


def choose_engine(wish, architecture, recipe):
    """Return the name of the engine that trains.

    Parameters
    ----------
    wish : {"auto", "native", "keras"}
    architecture : Architecture or OwnNetwork
    recipe : Recipe

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
    obstacle = find_obstacle(architecture, recipe)
    if obstacle is None:
        return "native"
    if wish == "native":
        raise ValueError(
            f"engine='native' cannot do {obstacle}. Change that, or set engine='auto' "
            "to let Keras train."
        )
    return "keras"


def find_obstacle(architecture, recipe):
    """Name the parameter that the native engine cannot serve, or return None."""
    obstacles = {
        "network=...": isinstance(architecture, OwnNetwork),
        "keras_callbacks=...": bool(recipe.callbacks),
        "metrics=...": bool(recipe.metrics),
        f"optimizer={recipe.optimizer!r}, only {list(OPTIMIZERS)}": (
            _unknown(recipe.optimizer, OPTIMIZERS)
        ),
        f"loss={recipe.loss!r}, only {list(LOSSES)}": _unknown(recipe.loss, LOSSES),
        "a learning_rate that is no number": not isinstance(recipe.learning_rate, Real),
    }
    return next((name for name, stands in obstacles.items() if stands), None)


def _unknown(given, table):
    return not isinstance(given, str) or given not in table


def load_engine(name):
    """Return the module of an engine, loaded when it is first needed."""
    return import_module(ENGINES[name])
