"""The native engine: backpropagation through time in NumPy and C, without a framework.

It trains the networks that `skseq._network.architecture.Architecture` describes. Except
for the random masks of dropout, its results equal those of the Keras engine up to
rounding. To read it, start with `base_cell` (the loop over the steps of a window), then
`cells` (the equations of one step), `dense`, `network` (all layers), `losses`,
`optimizers`, `parts` (of a batch), `training` (epochs and batches) and `predicting`.
`parameters` stores the weights; `threads` divides the parts of a batch and the blocks
of a prediction among threads. `kernels` chooses between this code and `compiled_cells`,
which runs cells, networks and Adam in C. `activations` and `input_gradient` inspect
trained networks, of any engine.
"""

from skseq._engine.native.losses import row_losses
from skseq._engine.native.predicting import predict
from skseq._engine.native.training import train

__all__ = ["predict", "row_losses", "train"]
