"""Keras layers that ``model_`` may contain; import this module to load a saved model.

A model that normalizes windows contains layers of this package. Importing this module
registers them with Keras, so that ``keras.saving.load_model`` finds them.

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
