r"""Loss functions and their gradients.

Each loss is an elementwise function of the error :math:`e = \hat y - y` that returns
its value and its derivative. As in Keras, the loss of a window is the mean over
outputs, and the loss of a batch is the mean over windows of loss times sample weight.
"""

import numpy as np


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


LOSSES = {
    "mse": mean_squared_error,
    "mae": mean_absolute_error,
    "huber": huber,
    "log_cosh": log_cosh,
}

# Keras accepts the names of its loss functions and of its loss classes.
ALIASES = {
    "mean_squared_error": "mse",
    "meansquarederror": "mse",
    "mean_absolute_error": "mae",
    "meanabsoluteerror": "mae",
    "logcosh": "log_cosh",
}
"""Other names of losses, in lower case."""


def find_loss(name):
    """Return the loss with a name in any case, or None."""
    name = name.lower()
    return LOSSES.get(ALIASES.get(name, name))


def compute_loss(loss, predictions, targets, weights, n_windows):
    """Return the loss of a part of a batch and its gradient in the predictions.

    Parameters
    ----------
    loss : callable
        One of `LOSSES`.
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


def row_losses(name, dtype, targets, predictions):
    """Return the loss of each row.

    Parameters
    ----------
    name : str
        Of a loss in `LOSSES`.
    dtype : str
        Not used: NumPy computes in the dtype of the arrays.
    targets, predictions : ndarray of shape (n_rows, n_outputs)

    Returns
    -------
    losses : ndarray of shape (n_rows,)
    """
    return find_loss(name)(predictions - targets)[0].mean(axis=1)
