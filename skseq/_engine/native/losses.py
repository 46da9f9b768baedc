r"""Losses: a number to make small, and its slope in each answer.

Each loss is a function of the error :math:`e = \hat y - y` that returns its value and
its derivative, elementwise. As in Keras, a window's loss is the mean over outputs, and
a batch's loss is the mean of its windows' losses times their weights.
"""

import numpy as np


def mean_squared_error(error):
    r"""Return :math:`e^2` and :math:`2 e`."""
    return error * error, 2 * error


def mean_absolute_error(error):
    r"""Return :math:`|e|` and its sign."""
    return np.abs(error), np.sign(error)


def huber(error):
    r"""Return :math:`e^2 / 2` up to :math:`|e| = 1`, a line from there (Huber 1964)."""
    slope = np.clip(error, -1, 1)
    return slope * (error - slope / 2), slope


def log_cosh(error):
    r"""Return :math:`\log \cosh e`, written so as not to overflow, and its tanh."""
    size = np.abs(error)
    value = size + np.log1p(np.exp(-2 * size)) - np.log(2).astype(error.dtype)
    return value, np.tanh(error)


LOSSES = {
    "mse": mean_squared_error,
    "mean_squared_error": mean_squared_error,
    "mae": mean_absolute_error,
    "mean_absolute_error": mean_absolute_error,
    "huber": huber,
    "log_cosh": log_cosh,
    "logcosh": log_cosh,
}


def measure(loss, answers, targets, weights, n_windows):
    """Return the loss of windows as a part of a batch, and its slope in each answer.

    Parameters
    ----------
    loss : callable
        One of `LOSSES`.
    answers, targets : ndarray of shape (n_members, n_outputs, n_windows of the part)
    weights : ndarray of shape (n_members, n_windows of the part)
    n_windows : int
        Of the whole batch: the losses of its parts add up to its own.

    Returns
    -------
    values : ndarray of shape (n_members,)
    slopes : ndarray of shape (n_members, n_outputs, n_windows of the part)
    """
    losses, slopes = loss(answers - targets)
    shares = weights / n_windows
    slopes *= (shares / answers.shape[1])[:, np.newaxis]
    return (losses.mean(axis=1) * shares).sum(axis=1), slopes
