"""Seasonal indices of series too short for their own: those of the other series."""

import numpy as np

from skseq._forecasting.target.seasonal_indices import divide, has_few_seasons

MIN_T_STATISTIC = 2.0
"""Minimum of the regression coefficient of the mean season, in standard errors."""


def add_shared_indices(indices, values, table, n_fitted=0):
    """Return indices in which short series have those of the others, if they fit.

    The changes of a short series are regressed on those of the mean season of all
    series that have indices. The coefficient is shrunk according to its error, or 0 if
    it is not significant.

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
    has_own = indices.any(axis=1)
    is_short = ~has_own & has_few_seasons(table, season)
    is_short[:n_fitted] = False
    if not has_own.any() or not is_short.any():
        return indices
    # The indices of a series begin at its own first row.
    starts = np.zeros(n_series, dtype=np.int64)
    starts[table.axis.series[table.first_rows]] = table.axis.season_steps[
        table.first_rows
    ]
    steps = np.arange(season)
    of_own = np.take_along_axis(indices, (steps - starts[:, None]) % season, axis=1)
    of_own = of_own[has_own]
    # Large series do not count more than small ones.
    mean = (of_own / np.linalg.norm(of_own, axis=1, keepdims=True)).mean(axis=0)
    coefficients = _coefficients(mean, values, table.axis.by_season, is_short)
    shared = coefficients[:, None] * mean[(steps + starts[:, None]) % season]
    return np.where(coefficients[:, None] > 0, shared, indices)


def _coefficients(mean, values, axis, is_short):
    """Return the coefficient of the mean season of each short series, else 0.

    Changes are used, because those of most series are less correlated than values.

    Parameters
    ----------
    mean : ndarray of float of shape (season,)
    values : ndarray of float of shape (n_rows,)
    axis : TimeAxis
        Time axis of the rows, whose steps are season steps.
    is_short : ndarray of bool of shape (n_series,)

    Returns
    -------
    coefficients : ndarray of float of shape (n_series,)
    """
    before = axis.rows_before(1)
    rows = np.flatnonzero((before >= 0) & is_short[axis.series])
    series, of_mean = axis.series[rows], mean[axis.steps % len(mean)]
    y, x = (of[rows] - of[before[rows]] for of in (values, of_mean))
    n_series = len(is_short)
    squares = np.bincount(series, x**2, n_series)
    coefficients = divide(np.bincount(series, x * y, n_series), squares)
    left = np.bincount(series, (y - coefficients[series] * x) ** 2, n_series)
    n_free = np.bincount(series, minlength=n_series) - 1
    t_squared = divide(coefficients**2 * squares * n_free, left)
    is_used = (n_free > 0) & (coefficients > 0) & (t_squared > MIN_T_STATISTIC**2)
    shrinkage = 1 - divide(np.ones(n_series), t_squared)
    return np.where(is_used, shrinkage * coefficients, 0)
