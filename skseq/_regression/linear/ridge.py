r"""Ridge regression, with a penalty chosen by leave-one-out cross-validation.

The errors of leave-one-out cross-validation follow from a single decomposition (Hastie,
Tibshirani & Friedman 2009, section 7.10): with residual :math:`r_i` and leverage
:math:`h_i`, a fit without row i has the error :math:`r_i / (1 - h_i)` on row i.
"""

import numpy as np

PENALTIES = 10.0 ** np.arange(-3, 3.5, 0.5)
"""Candidate ridge penalties."""

# If windows overlap, the rows left in contain most of what is left out, so errors are
# too low. With more columns than rows, the smallest one may belong to a far too weak
# penalty: of 172 forecasts of tables with several columns, the worst had 3.4 times the
# error of the last value without this limit, and 1.1 times with it.
MAX_EFFECTIVE = 0.3
"""Largest effective number of coefficients, relative to the number of rows."""

# A row that determines its own fit has a leverage of 1: avoid dividing by zero.
MIN_ONE_MINUS_LEVERAGE = 1e-6
"""Smallest value of 1 - leverage."""


def ridge(X, y, weights):
    """Fit ridge regression with the penalty of the smallest leave-one-out error.

    The result equals that of :class:`sklearn.linear_model.RidgeCV`, unless the penalty
    leaves too many coefficients effective. Its import takes more than a third of the
    time of a small fit.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
    y : ndarray of shape (n_rows,)
    weights : ndarray of shape (n_rows,)
        Weights of the squared errors; scaled to a mean of one.

    Returns
    -------
    coefficients : ndarray of shape (n_columns,)
    intercept : float
    """
    weights = weights / weights.mean() if weights.any() else np.ones(len(X))
    # Centred columns leave the intercept without a penalty.
    X_mean, y_mean = weights @ X / len(X), weights @ y / len(X)
    roots = np.sqrt(weights)
    y_centred = roots * (y - y_mean)
    centred = X - X_mean
    centred *= roots[:, np.newaxis]
    basis, rotated, squares = orthogonalize(centred)
    del centred
    products = rotated.T @ y_centred
    errors, candidates = [], []
    for penalty in PENALTIES[::-1]:
        inverse = 1 / (squares + penalty)
        if candidates and (squares * inverse).sum() > MAX_EFFECTIVE * len(X):
            break  # weaker penalties leave even more
        shrunk = products * inverse
        residuals = y_centred - rotated @ shrunk
        # weights / len(X) is the leverage of the intercept.
        leverages = np.square(rotated) @ inverse + weights / len(X)
        left_out = residuals / np.maximum(1 - leverages, MIN_ONE_MINUS_LEVERAGE)
        errors.append(np.square(left_out).mean())
        candidates.append(basis @ shrunk)
    coefficients = candidates[int(np.argmin(errors))]
    return coefficients, y_mean - X_mean @ coefficients


def orthogonalize(X):
    """Rotate the columns of a matrix so that they are orthogonal.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)

    Returns
    -------
    basis : ndarray of shape (n_columns, n_directions)
    rotated : ndarray of shape (n_rows, n_directions)
        ``X @ basis``.
    squares : ndarray of shape (n_directions,)
        Squared length of each column of ``rotated``.
    """
    # Decompose the smaller of X.T @ X and X @ X.T: long windows of many features have
    # more columns than rows.
    if X.shape[1] <= X.shape[0]:
        squares, basis = np.linalg.eigh(X.T @ X)
        return basis, X @ basis, np.maximum(squares, 0)
    squares, directions = np.linalg.eigh(X @ X.T)
    squares = np.maximum(squares, 0)  # rounding may make a zero negative
    lengths = np.sqrt(squares)
    inverse = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return X.T @ (directions * inverse), directions * lengths, squares
