r"""A linear forecast of each window, in closed form: the network's steady partner.

It reads the same normalized window and counts from the same anchor as the network, with
one weight for each step and feature. The weights are those of ridge regression (Hoerl &
Kennard 1970), shrunk towards the anchor, that is towards a naive rule. How far is told
by the rows left out one at a time, whose errors follow from a single decomposition
(Hastie, Tibshirani & Friedman 2009, section 7.10): with residual :math:`r_i` and
leverage :math:`h_i`, the error on row i without it is :math:`r_i / (1 - h_i)`.
"""

from dataclasses import dataclass

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._network.architecture import Normalization
from skseq._network.normalization import Normalizer

PENALTIES = 10.0 ** np.arange(-3, 3.5, 0.5)
"""Penalties on squared weights that are tried."""

WINDOWS_AT_ONCE = 512
"""Windows that are cut at once to be answered."""

MAX_VALUES = 2**22
"""Of the windows looked at; of more windows, as many as that, evenly spread."""


@dataclass(frozen=True)
class LinearForecast:
    """Weights of a linear forecast, in the terms of normalized windows.

    Attributes
    ----------
    normalization : Normalization
    kernel : ndarray of shape (time_steps * n_features, n_outputs)
    bias : ndarray of shape (n_outputs,)
    """

    normalization: Normalization
    kernel: np.ndarray
    bias: np.ndarray

    def predict(self, windows):
        """Answer complete windows.

        Parameters
        ----------
        windows : Windows

        Returns
        -------
        answers : ndarray of float64 of shape (n_windows, n_outputs)
            Scaled.
        """
        blocks = range(0, len(windows), WINDOWS_AT_ONCE)
        parts = [self._answer(windows[n : n + WINDOWS_AT_ONCE]) for n in blocks]
        return np.concatenate(parts)

    def _answer(self, windows):
        """Answer some windows; sums run within a row, so no other changes its bits."""
        values, scale, base = _read(self.normalization, windows)
        sums = [(values * weights).sum(axis=1) for weights in self.kernel.T]
        return scale.T * (np.stack(sums, axis=1) + self.bias) + base.T


@one_blas_thread()
def fit_linear(normalization, examples):
    """Find the linear forecast of examples.

    Parameters
    ----------
    normalization : Normalization
    examples : TrainingData

    Returns
    -------
    forecast : LinearForecast
        An output without an anchor gets weights of zero.
    """
    n_windows, time_steps, n_features = examples.windows.shape
    n_most = max(MAX_VALUES // (time_steps * n_features), 1)
    places = np.linspace(0, n_windows - 1, min(n_windows, n_most)).astype(int)
    some = examples[places]
    values, scale, base = _read(normalization, some.windows)
    kernel = np.zeros((time_steps, n_features, len(scale)))
    bias = np.zeros(len(scale))
    # Counted from the last step: no weights mean no change.
    by_step = values.reshape(len(some), time_steps, n_features)
    changes = (by_step[:, :-1] - by_step[:, -1:]).reshape(len(some), -1)
    for output, anchor in enumerate(normalization.anchors):
        if anchor is None:
            continue
        wanted = (some.targets[:, output] - base[output]) / scale[output]
        weights = some.weights * np.square(scale[output])  # errors count in y's scale
        slopes, bias[output] = ridge(changes, wanted, weights)
        kernel[:-1, :, output] = slopes.reshape(time_steps - 1, n_features)
    kernel[-1] = -kernel[:-1].sum(axis=0)
    return LinearForecast(normalization, kernel.reshape(-1, len(scale)), bias)


def ridge(X, y, weights):
    """Fit ridge regression, its penalty chosen by the rows left out one at a time.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
    y : ndarray of shape (n_rows,)
    weights : ndarray of shape (n_rows,)
        Of the squared errors; scaled to a mean of one.

    Returns
    -------
    slopes : ndarray of shape (n_columns,)
    intercept : float
    """
    weights = weights / weights.mean() if weights.any() else np.ones(len(X))
    X_mean, y_mean = weights @ X / len(X), weights @ y / len(X)
    roots = np.sqrt(weights)
    centred = roots * (y - y_mean)
    basis, rotated, squares = rotate(roots[:, np.newaxis] * (X - X_mean))
    along = rotated.T @ centred
    errors, all_slopes = [], []
    for penalty in PENALTIES:
        shrunk = along / (squares + penalty)
        residuals = centred - rotated @ shrunk
        leverages = np.square(rotated) @ (1 / (squares + penalty)) + weights / len(X)
        errors.append(np.square(residuals / np.maximum(1 - leverages, 1e-6)).mean())
        all_slopes.append(basis @ shrunk)
    slopes = all_slopes[int(np.argmin(errors))]
    return slopes, y_mean - X_mean @ slopes


def rotate(X):
    """Turn columns into directions that have nothing to do with each other.

    By the products of columns or of rows, whichever are fewer.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)

    Returns
    -------
    basis : ndarray of shape (n_columns, n_directions)
    rotated : ndarray of shape (n_rows, n_directions)
        ``X @ basis``.
    squares : ndarray of shape (n_directions,)
        Of the length of each column of ``rotated``.
    """
    if X.shape[1] <= X.shape[0]:
        squares, basis = np.linalg.eigh(X.T @ X)
        return basis, X @ basis, np.maximum(squares, 0)
    squares, directions = np.linalg.eigh(X @ X.T)
    squares = np.maximum(squares, 0)
    lengths = np.sqrt(squares)
    inverse = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return X.T @ (directions * inverse), directions * lengths, squares


def _read(normalization, windows):
    """Read windows in float64, each as one row of all its steps and features."""
    cut = windows.cut().astype(np.float64)
    values, scale, base = Normalizer(normalization).normalize(cut)
    return values.reshape(len(values), -1), scale, base
