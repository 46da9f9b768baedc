"""Columns that nearly hold the target some steps earlier, to be named in a warning.

A column that is cleaned, rounded, clipped or transformed is no affine image of the
target any more, but it still rises and falls with it.
"""

from dataclasses import dataclass

import numpy as np

MAX_LAG = 24
"""Two years of months; a column that lags more is no copy by mistake."""

MIN_CHANGES = 20
"""With fewer changes, a column may rise and fall with the target by chance."""

MIN_AGREEMENT = 0.95
"""Rate of changes of the same sign. Each odd value spoils two changes."""

MAX_DIFFERENT = 0.1
"""Up to this rate of rows, the odd ones are counted rather than a transformation named.
"""

TOLERANCE = 1e-6
"""Relative to the range of the target, below which values count as equal."""


QUANTILES = (0.1, 0.2, 0.25, 0.3, 0.4)
"""Of the target, between which and their opposites affine maps are tried."""


@dataclass(frozen=True)
class NearMiss:
    """A column that nearly holds a target some steps earlier.

    Attributes
    ----------
    feature, lag : int
    different : ndarray of int
        Rows in which the column is no affine image of the target; empty where they are
        too many to be odd ones.
    n_compared : int
    """

    feature: int
    lag: int
    different: np.ndarray
    n_compared: int


def find_near_miss(columns, target, steps, known, features):
    """Find the column that rises and falls with the target some steps earlier.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        NaN where unknown.
    target : ndarray of shape (n_rows,)
    steps : ndarray of int of shape (n_rows,)
        Position of each row in time, strictly ascending.
    known : ndarray of bool of shape (n_rows,)
        Rows that may be used.
    features : iterable of int

    Returns
    -------
    near_miss : NearMiss or None
        Of the smallest lag.
    """
    target = np.where(known, target, np.nan)
    columns = np.where(known[:, np.newaxis], columns, np.nan)
    of_target = _changes(target, steps)
    of_columns = {feature: _changes(columns[:, feature], steps) for feature in features}
    for lag in range(1, MAX_LAG + 1):
        earlier = _rows_earlier(steps, lag)
        for feature, changes in of_columns.items():
            signs = changes[earlier >= 0] * of_target[earlier[earlier >= 0]]
            signs = signs[np.isfinite(signs) & (signs != 0)]
            if len(signs) >= MIN_CHANGES and np.mean(signs > 0) >= MIN_AGREEMENT:
                return _compare(columns[:, feature], target, earlier, feature, lag)
    return None


def _changes(values, steps):
    """Return the sign of the change from the step before, NaN where it is unknown."""
    changes = np.sign(np.diff(values, prepend=np.nan))
    changes[np.diff(steps, prepend=steps[0] - 2) != 1] = np.nan
    return changes


def _rows_earlier(steps, lag):
    """Return the row some steps before each row, -1 where there is none."""
    found = np.searchsorted(steps, steps - lag)
    return np.where(steps[found] == steps - lag, found, -1)


def _differ(values, past, low, high):
    """Say where a column leaves the affine map through two of its rows."""
    rise = values[high] - values[low]
    slope = (past[high] - past[low]) / rise if rise > 0 else np.nan
    distance = np.abs(past[low] + slope * (values - values[low]) - past)
    return ~(distance <= TOLERANCE * np.ptp(past))


def _compare(column, target, earlier, feature, lag):
    """Count the rows in which a column is no affine image of the target."""
    past = np.where(earlier >= 0, target[earlier], np.nan)
    rows = np.flatnonzero(~np.isnan(past) & ~np.isnan(column))
    values, past = column[rows].astype(np.float64), past[rows].astype(np.float64)
    by_size = np.argsort(past)
    # Not the extremes, and several pairs of rows: an odd value would bend a map.
    pairs = [by_size[[int(q * len(rows)), -1 - int(q * len(rows))]] for q in QUANTILES]
    different = min((rows[_differ(values, past, *p)] for p in pairs), key=len)
    if len(different) > MAX_DIFFERENT * len(rows):
        different = different[:0]
    return NearMiss(feature, lag, different, len(rows))
