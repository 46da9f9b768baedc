"""Keras classes of a regressor's ``model_``: import them to load a saved one.

A model that normalizes windows or computes in float64 holds classes of this package,
and so do the files of ``ModelCheckpoint``. They are registered with Keras when this
module is imported, and ``keras.saving.load_model`` finds them then.

Examples
--------
>>> import skseq.layers  # doctest: +SKIP
>>> model = keras.saving.load_model("model.keras")  # doctest: +SKIP
"""

from skseq._engine.keras.registered_classes import (
    Float64Model,
    InstanceDenormalization,
    InstanceNormalization,
    RowLoss,
    StepSchedule,
)

__all__ = [
    "Float64Model",
    "InstanceDenormalization",
    "InstanceNormalization",
    "RowLoss",
    "StepSchedule",
]
