"""What an estimator has seen in fit: how far values to predict from are from it."""

import warnings

import numpy as np

from skseq.exceptions import RangeWarning

FAR = 3
"""Widths of the fitted range beyond it: a trend goes on, a wrong unit is far off."""


def range_of(windows):
    """Return the least and the largest value of each feature in complete windows.

    Parameters
    ----------
    windows : Windows

    Returns
    -------
    low, high : ndarray of shape (n_features,)
    """
    held = windows.series[windows.n_holders() > 0]
    return held.min(axis=0), held.max(axis=0)


def widened(before, windows):
    """Return a range that takes in complete windows too."""
    (low, high), (lower, higher) = before, range_of(windows)
    return np.minimum(low, lower), np.maximum(high, higher)


def warn_of_far_values(windows, low, high):
    """Warn if a feature goes far beyond its range.

    Parameters
    ----------
    windows : Windows
        NaN at missing steps.
    low, high : ndarray of shape (n_features,)

    Returns
    -------
    warned : bool

    Warns
    -----
    RangeWarning
        For the feature that goes the farthest.
    """
    held = windows.series[windows.n_holders() > 0]
    # What never changed may be anything up to its own size, or one, away.
    size = np.where(low == 0, 1, np.abs(low))
    with np.errstate(over="ignore", invalid="ignore"):
        width = np.where(high > low, high - low, size)
        beyond = np.nan_to_num(np.fmax(low - held, held - high) / width, nan=0.0)
    row, feature = np.unravel_index(beyond.argmax(), beyond.shape)
    if beyond[row, feature] <= FAR:
        return False
    warnings.warn(
        f"Feature {feature} of X reaches {held[row, feature]:.4g}, but in fit it went "
        f"from {low[feature]:.4g} to {high[feature]:.4g}: the network has seen nothing "
        "like it, and its predictions may be far off. Look at units and scaling, or "
        "fit again with newer rows. Told once; range_warning=False silences it.",
        RangeWarning,
        stacklevel=3,
    )
    return True
