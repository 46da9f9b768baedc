"""Seasonal indices of series without their own: those of the other series."""

import numpy as np
from scipy.stats import t

from skseq._forecasting.target.seasonal_indices import (
    SIGNIFICANCE,
    divide,
    is_outdated,
)


def add_shared_indices(indices, values, table, n_fitted=0):
    """Return indices in which series without their own get those of the others.

    The changes of such a series are regressed on those of the mean season of all series
    that have indices. The coefficient is shrunk according to its error, and limited so
    that the season is not larger, relative to the level, than that of another series.
    It is 0 if it is not significant, or if the indices do not describe the latest
    seasons.

    Parameters
    ----------
    indices : ndarray of float of shape (n_series, season)
        As from `seasonal_indices`.
    values : ndarray of float of shape (n_rows,)
    table : Table
        Its rows.
    n_fitted : int, default=0
        Number of the first series, whose indices do not change.

    Returns
    -------
    indices : ndarray of float of shape (n_series, season)
    """
    n_series, season = indices.shape
    axis, first_rows = table.axis, table.first_rows
    has_own = indices.any(axis=1)
    lacks_own = ~has_own
    lacks_own[:n_fitted] = False
    if not has_own.any() or not lacks_own.any():
        return indices
    # The indices of a series begin at its own first row.
    starts = np.zeros((n_series, 1), dtype=np.int64)
    starts[axis.series[first_rows], 0] = axis.season_steps[first_rows]
    steps = np.arange(season)
    own = np.take_along_axis(indices, (steps - starts) % season, axis=1)[has_own]
    # So that large series do not count more than small ones.
    sizes = np.linalg.norm(own, axis=1)
    mean = (own / sizes[:, np.newaxis]).mean(axis=0)
    mean /= np.linalg.norm(mean) or 1
    coefficients = _coefficients(mean, values, axis.by_season, lacks_own)
    levels = _mean_sizes(values, axis)
    largest = (sizes / levels[has_own]).max()
    coefficients = np.minimum(coefficients, largest * levels)
    shared = coefficients[:, np.newaxis] * mean[(steps + starts) % season]
    left = values - shared[axis.series, table.season_steps % season]
    # In up to two seasons, there is no older one that the latest could differ from.
    is_long = axis.count_rows() > 2 * season
    shared[is_long & is_outdated(values, left, axis.by_season, season)] = 0
    return np.where(lacks_own[:, np.newaxis], shared, indices)


def _mean_sizes(values, axis):
    """Return the mean absolute value of each series."""
    sums = np.bincount(axis.series, np.abs(values), axis.n_series)
    return sums / np.maximum(axis.count_rows(), 1)


def _coefficients(mean, values, axis, lacks_own):
    """Return the coefficient of the mean season of each series without its own, else 0.

    In most series, neighbouring changes are less correlated than neighbouring values,
    and the standard error assumes that they are not correlated.

    Parameters
    ----------
    mean : ndarray of float of shape (season,)
    values : ndarray of float of shape (n_rows,)
    axis : TimeAxis
        Time axis of the rows, whose steps are season steps.
    lacks_own : ndarray of bool of shape (n_series,)

    Returns
    -------
    coefficients : ndarray of float of shape (n_series,)
    """
    before = axis.rows_before(1)
    rows = np.flatnonzero((before >= 0) & lacks_own[axis.series])
    series, of_mean = axis.series[rows], mean[axis.steps % len(mean)]
    n_series = len(lacks_own)
    counts = np.bincount(series, minlength=n_series)
    y, x = (of[rows] - of[before[rows]] for of in (values, of_mean))
    # An intercept, so that growth does not count as a season.
    y, x = (
        of - divide(np.bincount(series, of, n_series), counts)[series] for of in (y, x)
    )
    squares = np.bincount(series, x**2, n_series)
    coefficients = divide(np.bincount(series, x * y, n_series), squares)
    left = np.bincount(series, (y - coefficients[series] * x) ** 2, n_series)
    n_free = np.maximum(counts - 2, 1)
    t_squared = np.full(n_series, np.inf)
    np.divide(coefficients**2 * squares * n_free, left, out=t_squared, where=left > 0)
    is_used = (counts > 2) & (coefficients > 0)
    is_used &= t_squared > t.isf(SIGNIFICANCE, n_free) ** 2
    return np.where(
        is_used, (1 - divide(np.ones(n_series), t_squared)) * coefficients, 0
    )
