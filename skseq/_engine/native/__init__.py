"""The native engine: backpropagation through time in NumPy, by hand.

It trains what `skseq._network.architecture.Architecture` describes, with the
optimizers and losses that have a place in its tables, and means the same as the Keras
engine by every number. Read on in the order of the data: `cells` (one layer over one
window), `dense`, `network` (all layers), `losses`, `optimizers`, `training` (epochs and
steps), `predicting`.
"""

from skseq._engine.native.predicting import predict
from skseq._engine.native.training import train

__all__ = ["predict", "train"]
