"""Keras layers of a forecaster's ``model_``: import them to load a saved one.

A model that normalizes windows holds layers of this package. They are registered with
Keras when this module is imported, and ``keras.saving.load_model`` finds them then.

Examples
--------
>>> import skseq.layers  # doctest: +SKIP
>>> model = keras.saving.load_model("model.keras")  # doctest: +SKIP
"""

from skseq._engine.keras.registered_classes import (
    InstanceDenormalization,
    InstanceNormalization,
)

__all__ = ["InstanceDenormalization", "InstanceNormalization"]
