r"""Loss functions and their gradients.

Each loss is an elementwise function of the error :math:`e = \hat y - y` that returns
its value and its derivative. As in Keras, the loss of a window is the mean over
outputs, and the loss of a batch is the mean over windows of loss times sample weight.
"""

from functools import partial

import numpy as np

from skseq._engine.contract import QUANTILE_LOSS


def mean_squared_error(error):
    r"""Return :math:`e^2` and :math:`2 e`."""
    return error * error, 2 * error


def mean_absolute_error(error):
    r"""Return :math:`|e|` and the sign of :math:`e`."""
    return np.abs(error), np.sign(error)


def huber(error):
    r"""Return :math:`e^2 / 2`, linear beyond :math:`|e| = 1`, and its derivative.

    The loss of Huber (1964).
    """
    gradient = np.clip(error, -1, 1)
    return gradient * (error - gradient / 2), gradient


def log_cosh(error):
    r"""Return :math:`\log \cosh e` and its derivative, :math:`\tanh e`."""
    # |e| + log((1 + exp(-2 |e|)) / 2), because in float32 cosh overflows at 89.
    size = np.abs(error)
    value = size + np.log1p(np.exp(-2 * size)) - np.log(2).astype(error.dtype)
    return value, np.tanh(error)


def pinball(error, quantiles):
    r"""Return :math:`\max((1 - q) e, -q e)` and its derivative for each output.

    The loss of Koenker & Bassett (1978) for the quantile q. At an error of zero, the
    derivative is that of negative errors.

    Parameters
    ----------
    error : ndarray of shape (..., n_outputs, n_windows)
    quantiles : sequence of float of shape (n_outputs,)
    """
    q = np.array(quantiles)[:, np.newaxis]
    gradient = np.where(error > 0, 1 - q, -q).astype(error.dtype)
    return gradient * error, gradient


LOSSES = {
    "mse": mean_squared_error,
    "mae": mean_absolute_error,
    "huber": huber,
    "log_cosh": log_cosh,
}
"""Losses that are the same for all outputs."""


# Keras accepts the names of its loss functions and of its loss classes.
ALIASES = {
    "mean_squared_error": "mse",
    "meansquarederror": "mse",
    "mean_absolute_error": "mae",
    "meanabsoluteerror": "mae",
    "logcosh": "log_cosh",
}
"""Other names of losses, in lower case."""


def find_loss(name, quantiles=()):
    """Return the loss with a name in any case, or None.

    Parameters
    ----------
    name : str
    quantiles : sequence of float, default=()
        The quantile of each output if the name is `QUANTILE_LOSS`.
    """
    if name == QUANTILE_LOSS:
        return partial(pinball, quantiles=quantiles)
    name = name.lower()
    return LOSSES.get(ALIASES.get(name, name))


def is_native_loss(loss):
    """Return whether a loss, as passed to an estimator, is one of this module.

    These are finite for all predictions, and means over outputs.
    """
    return isinstance(loss, str) and find_loss(loss) is not None


def compute_loss(loss, predictions, targets, weights, n_windows):
    """Return the loss of a part of a batch and its gradient for the predictions.

    Parameters
    ----------
    loss : callable
        From `find_loss`.
    predictions, targets : ndarray of shape (n_members, n_outputs, n_windows of part)
    weights : ndarray of shape (n_members, n_windows of part)
    n_windows : int
        Number of windows in the whole batch, so that the values of its parts add up to
        the loss of the batch.

    Returns
    -------
    values : ndarray of shape (n_members,)
    gradient : ndarray of shape (n_members, n_outputs, n_windows of part)
    """
    losses, gradient = loss(predictions - targets)
    factors = weights / n_windows
    gradient *= (factors / predictions.shape[1])[:, np.newaxis]
    return (losses.mean(axis=1) * factors).sum(axis=1), gradient


def row_losses(name, dtype, targets, predictions, quantiles=()):
    """Return the loss of each row; see `skseq._engine.contract`.

    ``dtype`` is not used, because NumPy computes in the dtype of the arrays.
    """
    losses, _ = find_loss(name, quantiles)((predictions - targets).T)
    return losses.mean(axis=0)
