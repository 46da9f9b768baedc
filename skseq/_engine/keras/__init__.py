"""The Keras engine: ``Model.fit`` through SciKeras, on the package's batch plan.

Only these modules import TensorFlow, Keras or SciKeras, and only inside functions, so
that none of them is loaded before it is needed. SciKeras builds, compiles and calls the
model. The batch plan, the initial weights, the seeds of dropout and the decision to
stop come from the package; optimizers, losses, metrics and callbacks from Keras.
"""

from skseq._engine.keras.exporting import TargetEncoder, make_scikeras
from skseq._engine.keras.networks import blend, build_network, without_rounding
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
    "train",
    "without_rounding",
]
