"""Keras classes that ``model_`` may contain; import this module to load a saved model.

A model that normalizes windows, predicts several quantiles or computes in float64
contains classes of this package,
and so do the files of ``ModelCheckpoint``. Importing this module registers them with
Keras, so that ``keras.saving.load_model`` finds them.

Examples
--------
>>> import skseq.layers  # doctest: +SKIP
>>> model = keras.saving.load_model("model.keras")  # doctest: +SKIP
"""

from skseq._engine.keras.registered_classes import (
    ConcatenateStatistics,
    Float64Model,
    InstanceDenormalization,
    InstanceNormalization,
    PinballLoss,
    RowLoss,
    SortedQuantiles,
    StepSchedule,
)

__all__ = [
    "ConcatenateStatistics",
    "Float64Model",
    "InstanceDenormalization",
    "InstanceNormalization",
    "PinballLoss",
    "RowLoss",
    "SortedQuantiles",
    "StepSchedule",
]
