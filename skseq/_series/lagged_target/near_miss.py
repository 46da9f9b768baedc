"""Columns that nearly equal the target some steps earlier, to be named in a warning.

A column that was cleaned, rounded, clipped or transformed is not a linear function of
the target any more, but it still rises and falls with it. So does a calendar at the
few rows at which it changes, which is not enough.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from skseq._series.cutting import insert_missing_steps, rows_at, shorten_gaps
from skseq._series.lagged_target.comparison import MAX_LAG_OF_TABLE

MIN_SIMILAR_CHANGES = 20
"""With fewer changes, a column may change as the target does by chance."""

MIN_AGREEMENT = 0.95
"""Minimum fraction of changes with the same sign. Each differing value affects two."""

# Rounding and clipping leave more changes. A weekend begins or ends on two days of
# seven, and an hour on one row of four if there is a row every 15 minutes.
MIN_CHANGING = 1 / 3
"""Minimum fraction of the target's changes with which the column changes as well."""

# The day of the month rises on nearly all days, as a meter does, but not from one month
# to the next. The fraction is nearly 0 for rounded, clipped and transformed values, 0.2
# for those of a meter that was reset once, and 0.5 for columns without a relation.
MAX_REVERSED = 0.3
"""Maximum fraction of pairs of rows of which the column has the larger value in one row
and the target in the other."""

MAX_DIFFERENT = 0.1
"""If at most this fraction of rows differs, the warning says how many rows differ;
otherwise it says that the column was transformed."""

TOLERANCE_OF_VALUES = 1e-6
"""Values with a smaller difference, relative to the target's range, count as equal."""

QUANTILES = (0.1, 0.2, 0.25, 0.3, 0.4)
"""Linear maps are fitted through the rows at these quantiles q and at 1 - q."""


@dataclass(frozen=True)
class NearMiss:
    """A column that nearly equals a target some steps earlier.

    Attributes
    ----------
    feature, lag : int
    different : ndarray of int
        Rows in which the column is not the same linear function of the target as in the
        others; empty if there are too many of them.
    n_compared : int
    """

    feature: int
    lag: int
    different: np.ndarray
    n_compared: int


def find_near_miss(columns, target, steps, known, features):
    """Find the column that rises and falls with the target some steps earlier.

    Return the `NearMiss` of the smallest lag, or None.

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
    """
    features = list(features)
    target = np.where(known, target, np.nan)
    columns = np.where(known[:, np.newaxis], columns[:, features], np.nan)
    positions = shorten_gaps(steps, MAX_LAG_OF_TABLE)
    of_columns = _signs_of_changes(columns, positions)
    is_known = ~np.isnan(of_columns)
    of_columns = np.nan_to_num(of_columns)
    of_target = np.nan_to_num(_signs_of_changes(target[:, np.newaxis], positions)[:, 0])
    padded = np.concatenate([np.zeros(MAX_LAG_OF_TABLE), of_target])
    # Column l contains what was one, two, ... l + 1 steps earlier.
    lagged = sliding_window_view(padded, MAX_LAG_OF_TABLE + 1)[:, -2::-1]
    n_changes = np.einsum("tl,tf->lf", np.abs(lagged), np.abs(of_columns))
    n_of_target = np.einsum("tl,tf->lf", np.abs(lagged), is_known)
    # Changes of the same sign count 1, those of opposite signs -1.
    n_same = (n_changes + np.einsum("tl,tf->lf", lagged, of_columns)) / 2
    rates = n_same / np.maximum(n_changes, 1)
    is_near = (n_changes >= MIN_SIMILAR_CHANGES) & (rates >= MIN_AGREEMENT)
    is_near &= n_changes >= MIN_CHANGING * n_of_target
    for before, column in np.argwhere(is_near):
        lag = int(before) + 1
        rows, values, past = _known_pairs(columns[:, column], target, steps, lag)
        if _rate_of_reversed(values, past, steps[rows]) <= MAX_REVERSED:
            return _compare(rows, values, past, features[column], lag)
    return None


def _signs_of_changes(values, positions):
    """Return the signs of the changes from step to step, NaN where they are unknown."""
    every_step = insert_missing_steps(values, positions, first=0, last=positions[-1])
    return np.sign(np.diff(every_step, axis=0, prepend=np.nan))


def _differ(values, past, low, high):
    """Say where a column leaves the affine map through two of its rows."""
    rise = values[high] - values[low]
    slope = (past[high] - past[low]) / rise if rise > 0 else np.nan
    distance = np.abs(past[low] + slope * (values - values[low]) - past)
    return ~(distance <= TOLERANCE_OF_VALUES * np.ptp(past))


def _known_pairs(column, target, steps, lag):
    """Return the rows with both values, and the values of column and target."""
    earlier = rows_at(steps, np.arange(len(steps)), -lag)
    past = np.where(earlier >= 0, target[earlier], np.nan)
    rows = np.flatnonzero(~np.isnan(past) & ~np.isnan(column))
    return rows, column[rows].astype(np.float64), past[rows].astype(np.float64)


def _rate_of_reversed(values, past, steps):
    """Return for which fraction of pairs of rows values and past have another order.

    Series, and the parts between long gaps, may differ in their level, so both rows of
    a pair are from one part.
    """
    part = np.cumsum(np.diff(steps, prepend=steps[0]) > MAX_LAG_OF_TABLE)
    # Distances are drawn, because rows a whole number of months apart have the same
    # order in a calendar. Only to a third of the part, so that few pairs are on both
    # sides of a reset.
    most = np.maximum(np.bincount(part) // 3, 1)[part]
    first = np.arange(len(part))
    second = first + np.random.default_rng(0).integers(1, most + 1)
    is_pair = second < len(part)
    first, second = first[is_pair], second[is_pair]
    products = np.sign(values[first] - values[second])
    products *= np.sign(past[first] - past[second])
    products = products[(products != 0) & (part[first] == part[second])]
    return np.count_nonzero(products < 0) / max(len(products), 1)


def _compare(rows, values, past, feature, lag):
    """Count the rows in which a column is not an affine function of the target."""
    by_size = np.argsort(past)
    # Not the extremes, and several pairs of rows: an odd value would bend a map.
    pairs = [by_size[[int(q * len(rows)), -1 - int(q * len(rows))]] for q in QUANTILES]
    different = min((rows[_differ(values, past, *p)] for p in pairs), key=len)
    if len(different) > MAX_DIFFERENT * len(rows):
        different = different[:0]
    return NearMiss(feature, lag, different, len(rows))
