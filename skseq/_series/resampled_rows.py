"""Rows drawn at random with replacement, as bagging and boosting draw them.

Ensembles pass arrays, which have no index that would show it. But in a series of
continuous values no row occurs twice, and certainly not many rows at irregular
distances.
"""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.index import is_numbered
from skseq._series.window_order import hash_rows
from skseq.exceptions import LaggedTargetWarning

MIN_ROWS = 40
"""In fewer rows, too few occur twice to detect it."""

# Of n draws out of n rows 0.42 are expected, of n/2 draws 0.23.
MIN_REPEATED_RATE = 0.15
"""Minimum fraction of the different rows that occur more than once."""

MIN_IRREGULAR_RATE = 0.5
"""Minimum fraction of different distances. A series that repeats itself exactly, or
holds its values for some rows, has few different ones."""

CONTINUOUS_RATE = 0.95
"""Minimum fraction of different values in a continuous column."""

FINE = 50
"""Rounded values are multiples of a number. They count as continuous if the typical
distance of values is this many multiples: then few of them are equal by chance."""


MIN_DIFFERENT_GAPS = 0.8
"""Minimum fraction of different gaps between values that are not rounded."""


def warn_of_resampled_rows(rows, axis):
    """Warn if rows without times were drawn at random with replacement.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
    axis : TimeAxis

    Warns
    -----
    LaggedTargetWarning
    """
    # A step before the windower may have numbered the rows of an array.
    has_times = axis.labels is not None and not is_numbered(axis.labels)
    if not has_times and (rate := resampled_rate(rows)):
        warn_user(
            f"{rate:.0%} of the different rows of X occur several times, at irregular "
            "distances, as if rows were drawn at random, which BaggingRegressor and "
            "AdaBoostRegressor do. X has no times, so its rows count as consecutive: "
            "windows mix unrelated rows, and predictions are worthless. Average "
            "several networks with n_members of the regressor instead.",
            LaggedTargetWarning,
        )


def resampled_rate(rows):
    """Return how many of the different rows were drawn several times, as a fraction.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)

    Returns
    -------
    rate : float
        0 unless rows were drawn at random with replacement.
    """
    if len(rows) < MIN_ROWS:
        return 0.0
    hashes = hash_rows(rows)
    order = np.argsort(hashes, kind="stable")
    is_same = np.diff(hashes[order]) == 0
    different, counts = np.unique(hashes, return_counts=True)
    rate = np.mean(counts > 1)
    if rate < MIN_REPEATED_RATE:
        return 0.0
    distances = np.diff(order)[is_same]
    if len(np.unique(distances)) < MIN_IRREGULAR_RATE * len(distances):
        return 0.0
    first = order[np.concatenate([[True], ~is_same])]
    if not any(is_continuous(column, len(different)) for column in rows[first].T):
        return 0.0
    return float(rate)


def is_continuous(values, n_rows):
    """Return whether values are so many and so fine that none are equal by chance.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
    n_rows : int
        Number of different rows.
    """
    values = np.unique(values)
    if len(values) < CONTINUOUS_RATE * n_rows:
        return False
    # A few far values would make the others look close.
    inner = values[len(values) // 10 : len(values) - len(values) // 10]
    gaps = np.diff(inner)
    gaps /= gaps.mean()
    # Gaps of rounded values are multiples of one number, so many are equal. Rounded
    # here, because differences of equal size are equal up to rounding only.
    n_different = len(np.unique(gaps.round(6)))
    return FINE * gaps.min() < 1 or n_different >= MIN_DIFFERENT_GAPS * len(gaps)
