"""Classical seasonal indices: how far each step of a season is from the level."""

import numpy as np
from scipy.stats import t

MIN_SEASONS = 3
"""Full seasons that each of many series must have."""

# Two or three series of two and a half seasons were forecast 2.5 times less accurately
# together than alone; of twenty, the network learned the season.
FEW_SERIES = 10
"""Number of series up to which two seasons are enough."""

N_LATEST = 2
"""Number of the latest seasons that the indices must describe."""

MIN_COMPARED = 5
"""Minimum number of the latest rows that are compared with those a season earlier."""

MAX_ROUGHNESS = 2
"""Maximum size of the changes from row to row without the season, relative to those
from season to season. In noise, both have the same size."""

# If seasons repeat almost exactly, even tiny changes would count as rough.
MAX_LEFT = 0.25
"""Part of the changes from row to row that is always allowed to be left."""

ROUNDING = 1e-10
"""Part of the range of a series that may be rounding errors. The season of a series
that repeats itself so exactly is not removed: only rounding errors would be left."""

CRITICAL_VALUE = 1.645
"""Critical value of the normal distribution for a significance of 90 %."""

# On M3's series cut to two seasons and a half, 5 % makes some quarterly ones worse.
SIGNIFICANCE = 0.01
"""Significance level of the one-sided test that a series repeats itself."""

MIN_STRENGTH = 0.64
"""Minimum strength of a clear season, as for seasonal differences in the R package
forecast."""


def seasonal_indices(values, table, season, *, test):
    """Return the seasonal indices of each series.

    The index of a step of the season is the mean difference between the values there
    and their centred moving average over one season [1]_.

    Parameters
    ----------
    values : ndarray of float of shape (n_rows,)
    table : Table
        Its rows.
    season : int
        Number of steps in a season, at least 2.
    test : bool
        Whether to use only indices of series that seem seasonal: the autocorrelation of
        their changes at the season is significant at 90 % [2]_ or they repeat
        themselves (see `repeats_itself`), their latest seasons have the same size and,
        of more than `FEW_SERIES` series, they have `MIN_SEASONS` full seasons.

    Returns
    -------
    indices : ndarray of float of shape (n_series, season)
        The first one is that of the first row of the series. Their sum is 0; all are 0
        for a series without seasonality, or with too few rows.

    References
    ----------
    .. [1] S. Makridakis, S. C. Wheelwright and R. J. Hyndman, "Forecasting: Methods and
       Applications", 3rd ed., Wiley, 1998, chapter 3.
    .. [2] V. Assimakopoulos and K. Nikolopoulos, "The theta model: a decomposition
       approach to forecasting", International Journal of Forecasting 16(4), 2000,
       pp. 521-530.
    """
    axis, n_series = table.axis, table.axis.n_series
    distances, key, counts = _distances(values, table, season)
    sums = np.bincount(key, distances, minlength=n_series * season)
    means = sums.reshape(n_series, season) / np.maximum(counts, 1)
    # From windows of many short series together, a network learns the season.
    n_seasons = MIN_SEASONS if test and n_series > FEW_SERIES else 2
    is_used = (counts >= n_seasons - 1).all(axis=1)
    if test:
        is_used &= is_seasonal(_changes(values, axis), axis, season) | repeats_itself(
            values, axis, season
        )
    indices = means - means.mean(axis=1, keepdims=True)
    noise = distances - means.ravel()[key]
    squares = np.bincount(key // season, noise**2, n_series)
    factors = np.where(is_used, _shrinkage(indices, squares, counts), 0)
    indices *= factors[:, np.newaxis]
    left = values - indices[axis.series, table.season_steps % season]
    indices[_ranges(left, axis) <= ROUNDING * _ranges(values, axis)] = 0
    if test:
        indices[is_outdated(values, left, axis.by_season, season)] = 0
    return indices


def _distances(values, table, season):
    """Return known distances from the centred moving average of one season.

    Returns
    -------
    distances : ndarray of float of shape (n_known,)
    key : ndarray of int of shape (n_known,)
        Number of the series times `season`, plus the step from its first row.
    counts : ndarray of int of shape (n_series, season)
        Number of distances at each step of the season.
    """
    distances = values - centred_average(values, table.axis, season)
    is_known = ~np.isnan(distances)
    key = (table.axis.series * season + table.season_steps % season)[is_known]
    shape = table.axis.n_series, season
    counts = np.bincount(key, minlength=shape[0] * shape[1]).reshape(shape)
    return distances[is_known], key, counts


def has_clear_season(table, season):
    """Return which series and targets have a clear season, as values or logarithms.

    It is significant, and its strength [1]_ is at least `MIN_STRENGTH`: the fraction of
    the variance around the centred moving average that its indices explain. The result
    has the shape (n_series, n_targets).

    References
    ----------
    .. [1] X. Wang, K. Smith and R. J. Hyndman, "Characteristic-based clustering for
       time series data", Data Mining and Knowledge Discovery 13(3), 2006, pp. 335-364.
    """
    found = []
    for values in table.targets.astype(np.float64).T:
        is_positive = np.ones(table.axis.n_series, dtype=bool)
        is_positive[table.axis.series[values <= 0]] = False
        logs = np.log(np.where(values > 0, values, 1))
        is_clear = _strengths(values, table, season) >= MIN_STRENGTH
        is_clear |= is_positive & (_strengths(logs, table, season) >= MIN_STRENGTH)
        found.append(is_clear)
    return np.stack(found, axis=1)


def _strengths(values, table, season):
    """Return the strength of the season of each series, 0 if it is not significant."""
    axis = table.axis
    indices = seasonal_indices(values, table, season, test=True)
    distances = values - centred_average(values, axis, season)
    left = distances - indices[axis.series, table.season_steps % season]
    is_inside = ~np.isnan(distances)
    squares, squares_left = (
        np.bincount(axis.series[is_inside], of[is_inside] ** 2, axis.n_series)
        for of in (distances, left)
    )
    return divide(squares - squares_left, squares)


def is_outdated(values, left, axis, season):
    """Return for which series the indices do not describe the latest seasons.

    After a fall of the level or a change of the unit, the season is smaller, too. The
    values from which the indices are subtracted then contain a season, so they change
    much more from row to row than from season to season. `left` are the values without
    their season, and the axis counts season steps.
    """
    latest = axis.last(N_LATEST * season)
    of_left = mean_squared_changes(left, latest, axis, 1)
    of_values = mean_squared_changes(values, latest, axis, 1)
    # Compared with the season before it, an older season would show the change itself.
    last = axis.last(season * -(-MIN_COMPARED // season))
    of_seasons = mean_squared_changes(values, last, axis, season)
    is_rough = of_left > MAX_ROUGHNESS**2 * of_seasons
    return is_rough & (of_left > MAX_LEFT**2 * of_values)


def mean_squared_changes(values, rows, axis, lag):
    """Return the mean squared change over a lag, up to some rows of each series."""
    earlier = axis.rows_before(lag)[rows]
    rows, earlier = rows[earlier >= 0], earlier[earlier >= 0]
    squares = (values[rows] - values[earlier]) ** 2
    series = axis.series[rows]
    return divide(
        np.bincount(series, squares, axis.n_series),
        np.bincount(series, minlength=axis.n_series),
    )


def _shrinkage(indices, squares, counts):
    """Return the factor by which to shrink the indices of each series.

    Indices from a few seasons contain noise. The James-Stein estimator estimates how
    much, from the spread of the values whose mean is an index. `squares` are the sums
    of their squared distances from these means, `counts` how many there are for each
    index.
    """
    season = indices.shape[1]
    n_values = counts.sum(axis=1)
    variances = divide(squares, n_values - season)
    of_means = variances * np.mean(1 / np.maximum(counts, 1), axis=1)
    spread = (indices**2).sum(axis=1) / (season - 1)
    noise = np.minimum(divide(of_means, spread), 1)
    return 1 - max(season - 3, 0) / (season - 1) * noise


def is_seasonal(values, axis, season):
    """Test the autocorrelation of each series at the season, at 90 %.

    The standard error of the autocorrelation is Bartlett's: that of a series which is
    correlated up to the season.
    """
    series, counts = axis.series, axis.count_rows()
    n_series = len(counts)
    means = np.bincount(series, values, n_series) / np.maximum(counts, 1)
    centred = values - means[series]
    variances = np.bincount(series, centred**2, n_series)
    squares = np.zeros(n_series)
    for lag in range(1, season + 1):
        is_pair = _is_consecutive(axis, lag)
        products = centred[lag:] * centred[: len(is_pair)] * is_pair
        sums = np.bincount(series[lag:], products, n_series)
        correlation = divide(sums, variances)
        if lag < season:
            squares += correlation**2
    limit = CRITICAL_VALUE * np.sqrt(divide(1 + 2 * squares, counts))
    return correlation > limit


def repeats_itself(values, axis, season):
    """Test the correlation of the changes of each series with those a season earlier.

    In up to about seven seasons, it finds more of them than the usual autocorrelation,
    which counts how few values have another one a season earlier.
    """
    changes, steps = _changes(values, axis), axis.by_season
    earlier, has_change = steps.rows_before(season), steps.rows_before(1) >= 0
    is_pair = (earlier >= 0) & has_change
    is_pair[is_pair] &= has_change[earlier[is_pair]]
    rows = np.flatnonzero(is_pair)
    series, n_series = axis.series[rows], axis.n_series
    counts = np.bincount(series, minlength=n_series)
    first, second = (
        of - divide(np.bincount(series, of, n_series), counts)[series]
        for of in (changes[rows], changes[earlier[rows]])
    )
    products, *squares = (
        np.bincount(series, of, n_series)
        for of in (first * second, first**2, second**2)
    )
    correlation = divide(products, np.sqrt(squares[0] * squares[1]))
    n_free = np.maximum(counts - 2, 1)
    critical = t.isf(SIGNIFICANCE, n_free)
    return (counts > 2) & (correlation > critical / np.sqrt(n_free + critical**2))


def _ranges(values, axis):
    """Return the difference between the extreme values of each series."""
    ranges = np.full((2, axis.n_series), np.inf)
    np.minimum.at(ranges[0], axis.series, values)
    np.minimum.at(ranges[1], axis.series, -values)
    return -ranges.sum(axis=0)


def _changes(values, axis):
    """Return the change of each row from the row before it; 0 for the first one."""
    is_within = np.diff(axis.series, prepend=-1) == 0
    return np.where(is_within, np.diff(values, prepend=values[0]), 0)


def centred_average(values, axis, season):
    """Return the mean of the season around each row, NaN where a step is missing."""
    averages = np.full(len(values), np.nan)
    half = season // 2
    if len(values) <= 2 * half:
        return averages
    n_inside = len(values) - 2 * half
    total = np.zeros(n_inside)
    for offset in range(2 * half + 1):
        # An even season has no middle, so both ends count half.
        weight = 0.5 if season % 2 == 0 and offset in (0, 2 * half) else 1
        total += weight * values[offset : offset + n_inside]
    is_complete = _is_consecutive(axis, 2 * half)
    averages[half : half + n_inside][is_complete] = total[is_complete] / season
    return averages


def _is_consecutive(axis, n):
    """Return which rows, from the n-th on, follow n rows without a gap in their series.

    A holiday is a gap, because five business days around it are not a week.
    """
    steps, series = axis.season_steps, axis.series
    # At most as many as there are rows: a negative end would count from the end.
    end = max(len(steps) - n, 0)
    return (series[n:] == series[:end]) & (steps[n:] - steps[:end] == n)


def divide(sums, counts):
    """Return ratios, 0 where there is nothing to divide by."""
    return np.divide(sums, counts, out=np.zeros(len(sums)), where=counts > 0)
