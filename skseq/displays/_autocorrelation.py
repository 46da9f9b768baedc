"""The autocorrelation of a series, in which rows may be missing."""

import numpy as np

from skseq._series.axis import TimeAxis

NORMAL_QUANTILE = 1.959964
"""A normal variable is within this many standard deviations with probability 0.95."""


def autocorrelation(values, n_lags):
    """Return the autocorrelation of a pandas.Series at the lags from 1 to ``n_lags``.

    The mean is removed, and the sum of the products at a lag is divided by the sum of
    squares, as in [1]_. If all values are equal, it is NaN. The index tells where rows
    are missing, which count as the mean [2]_.

    References
    ----------
    .. [1] P. J. Brockwell and R. A. Davis, "Time Series: Theory and Methods", 2nd ed.,
       Springer, 1991, section 7.2.
    .. [2] E. Parzen, "On spectral analysis with missing observations and amplitude
       modulation", Sankhya A 25(4), 1963, pp. 383-392.
    """
    try:
        axis = TimeAxis.of(values)
    except ValueError as error:
        raise ValueError(
            "The lags of the autocorrelation cannot be counted in steps of time: "
            f'{error} To draw the residuals alone, use kind="time".'
        ) from error
    deviations = values.to_numpy() - values.mean()
    squares = (deviations**2).sum()
    correlations = np.full(n_lags, np.nan)
    if squares == 0:
        return correlations
    for lag in range(1, n_lags + 1):
        earlier = axis.rows_before(lag)
        has_earlier = earlier >= 0
        products = deviations[has_earlier] * deviations[earlier[has_earlier]]
        correlations[lag - 1] = products.sum() / squares
    return correlations


def white_noise_bound(n_rows):
    """Return the bound that 5 % of the autocorrelations of white noise exceed."""
    return NORMAL_QUANTILE / np.sqrt(n_rows)
