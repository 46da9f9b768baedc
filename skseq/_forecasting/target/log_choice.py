"""Which series are forecast as logarithms: where changes grow with the level."""

import numpy as np

from skseq._forecasting.target.level_change import rows_of_current_level

MIN_GAIN = 2.0
"""Minimum gain in log-likelihood to forecast a series as a logarithm, or to keep its
season.

About half the 95 % quantile of the chi-squared distribution with one degree of freedom:
with less, the confidence interval of the Box-Cox power contains 1, no transformation.
"""

MIN_CHANGES = 3
"""With fewer changes, their spread is unknown."""


def changes_grow_with_level(table, season):
    """Return which series and targets change more where their level is higher.

    A season of 1 step means no season.
    """
    targets = table.targets.astype(np.float64).T
    gains = [log_likelihood_gains(values, table, season) for values in targets]
    return np.stack(gains, axis=1) > MIN_GAIN


def log_likelihood_gains(values, table, season):
    """Compare the likelihoods of changes of the logarithm and of the value itself.

    This is the profile log-likelihood of the Box-Cox transform with power 0 minus that
    with power 1 [1]_. The model is a random walk from season to season with normal
    changes: where the size of changes grows with the level, their logarithms fit it
    better.

    Returns
    -------
    gains : ndarray of float of shape (n_series,)
        0 for a series with too few changes or a constant one, minus infinity for one
        with a value that is not positive.

    References
    ----------
    .. [1] G. E. P. Box and D. R. Cox, "An analysis of transformations", Journal of the
       Royal Statistical Society B 26(2), 1964, pp. 211-252.
    """
    series, n_series = table.axis.series, table.axis.n_series
    is_positive = values > 0
    logs = np.log(np.where(is_positive, values, 1))
    # Business days around a holiday are compared with those of the same weekday.
    axis = table.axis.by_season
    earlier = axis.rows_before(season)
    since = rows_of_current_level(values, table.axis, season)
    rows = since[np.isin(earlier[since], since)]
    counts = np.bincount(series[rows], minlength=n_series)
    of_values, of_logs = (
        _deviations(v[rows] - v[earlier[rows]], series[rows], n_series)
        for v in (values, logs)
    )
    # The Jacobian of the logarithm: the geometric mean.
    scales = np.bincount(series[rows], logs[rows], n_series) / np.maximum(counts, 1)
    is_enough = (counts >= MIN_CHANGES) & (of_values > 0) & (of_logs > 0)
    gains = np.zeros(n_series)
    used = np.flatnonzero(is_enough)
    ratios = np.log(of_values[used]) - np.log(of_logs[used])
    gains[used] = counts[used] * (ratios - scales[used])
    gains[np.unique(series[~is_positive])] = -np.inf
    return gains


def _deviations(changes, series, n_series):
    """Return the standard deviation of the changes of each series."""
    counts = np.maximum(np.bincount(series, minlength=n_series), 1)
    means = np.bincount(series, changes, n_series) / counts
    squares = np.bincount(series, (changes - means[series]) ** 2, n_series)
    return np.sqrt(squares / counts)
