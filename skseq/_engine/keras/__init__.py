"""The Keras engine: ``Model.fit`` through SciKeras, on the package's own batch plan.

The only modules that know TensorFlow, Keras or SciKeras, and only inside functions, so
that nothing of them is loaded before it is needed. Who owns which argument: SciKeras
builds, compiles and calls the model; the batch plan, the initial weights, the seeds of
dropout and the decision to stop come from the package; optimizers, losses, metrics and
callbacks are Keras' own.
"""

from skseq._engine.keras.exporting import TargetEncoder, make_scikeras
from skseq._engine.keras.networks import blend, build_network
from skseq._engine.keras.predicting import predict
from skseq._engine.keras.settings import make_loss, make_optimizer
from skseq._engine.keras.training import train

__all__ = [
    "TargetEncoder",
    "blend",
    "build_network",
    "make_loss",
    "make_optimizer",
    "make_scikeras",
    "predict",
    "train",
]
