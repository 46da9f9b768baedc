"""The native engine: backpropagation through time in NumPy, without a framework.

It trains what `skseq._network.architecture.Architecture` describes, with the
optimizers and losses in its tables. Dropout apart, its results are those of the Keras
engine up to rounding. In the order of the data: `cell` (the loop over the steps),
`cells` (the equations of a step), `dense`, `network` (all layers), `losses`,
`optimizers`, `training` (epochs and steps), `predicting`; `parameters` holds the
weights.
"""

from skseq._engine.native.losses import row_losses
from skseq._engine.native.predicting import predict
from skseq._engine.native.training import train

__all__ = ["predict", "row_losses", "train"]
