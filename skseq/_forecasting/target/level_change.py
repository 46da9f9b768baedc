"""Rows of an earlier level, which do not show the season of the current one."""

import numpy as np

# With 3, a fifth of M3's quarterly series have such a change; with 4, one in fourteen.
MIN_RATIO = 4
"""Minimum change of the level relative to the standard deviation of the other changes
from season to season."""

MIN_SEASONS = 4
"""Minimum number of seasons of known values for finding a change of the level."""

ROUNDING = 1e-10
"""Part of the mean squared change that may be rounding errors."""


def rows_of_current_level(values, axis, season):
    """Return the rows of each series since the last lasting change of its level.

    Zeros before the launch of a product are left out. After them, the level changes at
    a row if all values of one season differ from those a season earlier by about the
    same amount (or ratio, if all values are positive), but other values do not. The
    largest such change counts. A single series must have two seasons after it. With
    several series one is enough, because the others show the season.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
    axis : TimeAxis
        Of rows sorted by series.
    season : int
        A season of 1 step means no season: all rows are returned.

    Returns
    -------
    rows : ndarray of int
        Ascending.
    """
    rows = np.arange(len(values))
    if season == 1:
        return rows
    values = values.astype(np.float64)
    needed = season if axis.n_series > 1 else 2 * season
    for find in (_launches, _changes_of_level):
        part = axis[rows]
        first = find(values[rows], part, season)
        first[part.count_rows() - first < needed] = 0
        rows = rows[part.numbers >= first[part.series]]
    return rows


def has_earlier_level(table, season):
    """Return whether a target has rows before a launch or a change of its level."""
    return any(
        len(rows_of_current_level(values, table.axis, season)) < len(table)
        for values in table.targets.T
    )


def _launches(values, axis, season):
    """Return the number of zeros before each series if they last a season, else 0."""
    first = axis.count_rows()
    is_known = values != 0
    np.minimum.at(first, axis.series[is_known], axis.numbers[is_known])
    return np.where(first >= season, first, 0)


def _changes_of_level(values, axis, season):
    """Return the row number, within each series, at which its level changes, else 0.

    The changes from season to season have one mean in the season after this row and
    another one in all other rows.
    """
    series, n_series = axis.series, axis.n_series
    is_known, changes = _scaled_changes(values, axis, season)
    n_all, total = (np.bincount(series, of, n_series) for of in (is_known, changes))
    n_inside, inside = (_sums_ahead(of, season) for of in (is_known, changes))
    mean = inside / season
    n_outside = np.maximum(n_all[series] - season, 1)
    mean_outside = (total[series] - inside) / n_outside
    # The mean squared change is 1.
    left = n_all[series] - season * mean**2 - n_outside * mean_outside**2
    variances = np.maximum(left / np.maximum(n_all[series], 1), ROUNDING)
    ratios = (mean - mean_outside) ** 2 / variances
    is_inside = axis.numbers + season <= axis.count_rows()[series]
    is_inside &= n_inside == season
    is_inside &= n_all[series] >= (MIN_SEASONS - 1) * season
    ratios[~is_inside] = 0
    largest = np.zeros(n_series)
    np.maximum.at(largest, series, ratios)
    rows = np.flatnonzero((ratios == largest[series]) & (ratios > MIN_RATIO**2))
    first = np.zeros(n_series, dtype=np.int64)
    first[series[rows]] = axis.numbers[rows]
    return first


def _scaled_changes(values, axis, season):
    """Return changes from season to season relative to their root mean square.

    They are changes of logarithms if all values of the series are positive. Where there
    is no value a season earlier, the change is 0 and `is_known` is False.
    """
    series, n_series = axis.series, axis.n_series
    is_log = np.ones(n_series, dtype=bool)
    is_log[series[values <= 0]] = False
    is_log = is_log[series]
    values = np.where(is_log, np.log(np.where(is_log, values, 1)), values)
    earlier = axis.by_season.rows_before(season)
    is_known = earlier >= 0
    changes = np.where(is_known, values - values[earlier], 0)
    largest = np.zeros(n_series)
    np.maximum.at(largest, series, np.abs(changes))
    changes /= np.where(largest > 0, largest, 1)[series]  # squares could overflow
    counts = np.bincount(series, is_known, n_series)
    squares = np.bincount(series, changes**2, n_series)
    sizes = np.sqrt(squares / np.maximum(counts, 1))
    return is_known, changes / np.where(sizes > 0, sizes, 1)[series]


def _sums_ahead(values, n):
    """Return the sum of each value and the n - 1 values after it."""
    sums = np.concatenate([[0], np.cumsum(values)])
    ends = np.minimum(np.arange(len(values)) + n, len(values))
    return sums[ends] - sums[:-1]
