"""As much of a fitted model as the linear forecast reads, with a loss in NumPy."""

from types import SimpleNamespace

import numpy as np

from skseq._engine.contract import TrainingData
from skseq._network.normalization import Anchor, Normalization
from skseq._regression.linear.forecast import fit_linear
from skseq._series.windows import Windows


class ModelWithLoss:
    """Counts as a model with a loss of one's own, which gets all outputs.

    Parameters
    ----------
    loss : callable
        Takes targets and predictions of shape (n_rows, n_outputs).
    n_outputs : int, default=1
    """

    def __init__(self, loss, n_outputs=1):
        self.options = SimpleNamespace(loss=loss)
        self.linear_weights = np.full(n_outputs, 0.75)

    def outputs_of_loss(self, compared):
        return list(range(len(self.linear_weights)))

    def row_losses(self, targets, predictions, outputs=None):
        assert targets.shape == predictions.shape
        assert targets.shape[1] == len(self.linear_weights)
        with np.errstate(all="ignore"):
            return self.options.loss(targets, predictions)


def least_squares(y, n_outputs=1, time_steps=4):
    """Fit the linear forecast of the next values of a series.

    Returns
    -------
    forecast : LinearForecast
    data : TrainingData
    """
    n_windows = len(y) - time_steps - n_outputs + 1
    view = np.lib.stride_tricks.sliding_window_view
    windows = Windows.of(view(y, time_steps)[:n_windows, :, np.newaxis])
    targets = view(y[time_steps:], n_outputs)
    anchors = (Anchor(0, -1, 1.0, 0.0),) * n_outputs
    data = TrainingData(windows, targets, np.ones(n_windows))
    return fit_linear(Normalization((1e-4,), anchors), data), data
