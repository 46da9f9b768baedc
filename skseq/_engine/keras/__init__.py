"""The Keras engine: ``Model.fit``, called through SciKeras, on a batch plan.

Only these modules import TensorFlow, Keras or SciKeras, and only inside functions, so
that they are loaded only when they are needed. SciKeras compiles the model and calls
it. The batch plan, the initial weights, the seeds of dropout and early stopping come
from skseq; optimizers, losses, metrics and callbacks come from Keras.
"""

from skseq._engine.keras.exporting import TargetEncoder, make_scikeras
from skseq._engine.keras.networks import (
    blend,
    build_network,
    sort_quantiles,
    without_rounding,
)
from skseq._engine.keras.options import make_loss, make_optimizer, row_losses
from skseq._engine.keras.predicting import predict
from skseq._engine.keras.training import train

__all__ = [
    "TargetEncoder",
    "blend",
    "build_network",
    "make_loss",
    "make_optimizer",
    "make_scikeras",
    "predict",
    "row_losses",
    "sort_quantiles",
    "train",
    "without_rounding",
]
