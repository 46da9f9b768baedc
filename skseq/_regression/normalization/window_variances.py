"""How much features vary within the windows of a series."""

import numpy as np

from skseq._regression.rows.sampling import spread_evenly
from skseq._series.series_index import first_rows

# The mean of so many variances has a standard error of a few percent.
N_SAMPLED = 1000
"""Maximum number of windows, evenly spread, from which their variance is estimated."""

SAMPLED_PER_SERIES = 4
"""The same for each further series."""

NEGLIGIBLE_VARIANCE = 1e-24
"""Variance of a series, relative to the largest, below which it counts as constant:
rounding errors of float64 may be as large."""


def smallest_variances(windows, axis):
    """Estimate the mean variance of each feature in the windows of each series.

    Of several series the smallest mean is returned, so that a floor relative to it is
    small on the scale of each series. Series in which a feature is constant do not
    count; 1 is returned if it is constant in all.

    Parameters
    ----------
    windows : Windows
        Complete, sorted by series.
    axis : TimeAxis
        Of their rows.

    Returns
    -------
    variances : ndarray of float64 of shape (n_features,)
    """
    sampled = sample_windows(windows, axis)
    variances = _variances(windows[sampled])
    parts = np.split(variances, first_rows(axis.series[sampled])[1:])
    means = np.array([part.mean(axis=0) for part in parts])
    lowest = NEGLIGIBLE_VARIANCE * means.max(axis=0)
    varies = means > lowest
    smallest = np.where(varies, means, np.inf).min(axis=0)
    return np.where(varies.any(axis=0), smallest, 1.0)


def typical_variances(windows, axis):
    """Estimate the median variance of each feature in the windows in which it varies.

    Neither an outlier nor a long constant part changes the median much. It is 1 for a
    feature that varies in no window. For the arguments, see `smallest_variances`.
    """
    variances = _variances(windows[sample_windows(windows, axis)])
    of_varying = [column[column > 0] for column in variances.T]
    return np.array([np.median(one) if len(one) else 1.0 for one in of_varying])


def _variances(windows):
    """Return the variance of each feature in each window."""
    cut = windows.cut().astype(np.float64)
    variances = cut.var(axis=1)
    # The variance of equal values may be a rounding error.
    variances[(cut == cut[:, :1]).all(axis=1)] = 0
    return variances


def sample_windows(windows, axis):
    """Return the numbers of evenly spread windows, which represent all of them."""
    n_sampled = N_SAMPLED + SAMPLED_PER_SERIES * (axis.n_series - 1)
    return spread_evenly(len(windows), n_sampled)
