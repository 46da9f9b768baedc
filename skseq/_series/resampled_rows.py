"""Rows drawn at random with replacement, as bagging and boosting draw them.

Ensembles pass arrays, which have no index that would show it. But in a series of
continuous values no row occurs twice, and certainly not many rows at irregular
distances. Nor is such a series in random order.
"""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.index import is_numbered
from skseq._series.row_order import hash_rows
from skseq.exceptions import LaggedTargetWarning

MIN_ROWS = 40
"""In fewer rows, too few occur twice to detect it."""

# Of n draws out of n rows 0.42 are expected, of n/2 draws 0.23.
MIN_REPEATED_RATE = 0.15
"""Minimum fraction of the different rows that occur more than once."""

MIN_IRREGULAR_RATE = 0.5
"""Minimum fraction of different distances. A series that repeats itself exactly, or
keeps its values for some rows, has few different ones."""

MAX_REPETITIONS = 2
"""Maximum mean number of draws of each row that is drawn. Of n draws out of n rows, 1.6
are expected. Rows of counts, which are equal by chance, often have more."""

CONTINUOUS_RATE = 0.95
"""Minimum fraction of different values in a continuous column."""

# Counts with so many different values also have many neighbouring values at equal
# distances, such as 17, 18 and 19. So do their logarithms and roots, which change the
# distances only slowly.
GAP_TOLERANCE = 0.05
MAX_EQUAL_GAP_RATE = 0.2
"""Distances of neighbouring values of a continuous column are nearly equal, or one is
nearly twice the other, at most this often: by chance, 7 % of them are."""

MOST_LAGS = 12
MAX_AUTOCORRELATION = 4
"""In standard errors. Rows that were drawn at random are in random order."""


def warn_about_resampled_rows(rows, axis):
    """Warn if rows without times were drawn at random with replacement."""
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
    """Return the fraction of different rows that were drawn several times.

    It is 0 unless rows were drawn at random with replacement.
    """
    if len(rows) < MIN_ROWS:
        return 0.0
    hashes = hash_rows(rows)
    order = np.argsort(hashes, kind="stable")
    is_same = np.diff(hashes[order]) == 0
    different, counts = np.unique(hashes, return_counts=True)
    rate = np.mean(counts > 1)
    if rate < MIN_REPEATED_RATE or np.mean(counts) > MAX_REPETITIONS:
        return 0.0
    distances = np.diff(order)[is_same]
    if len(np.unique(distances)) < MIN_IRREGULAR_RATE * len(distances):
        return 0.0
    continuous = [column for column in rows.T if _is_continuous(column, len(different))]
    if not continuous or any(map(_is_autocorrelated, continuous)):
        return 0.0
    return float(rate)


def _is_continuous(values, n_rows):
    """Return whether values are so many and so precise that chance makes none equal."""
    values = np.unique(values)
    if len(values) < CONTINUOUS_RATE * n_rows:
        return False
    gaps = np.log(np.diff(values))
    changes = np.abs(np.diff(gaps))
    is_equal = np.minimum(changes, np.abs(changes - np.log(2))) < GAP_TOLERANCE
    return np.mean(is_equal) < MAX_EQUAL_GAP_RATE


def _is_autocorrelated(values):
    """Return whether the order of more than `MOST_LAGS` values is not random."""
    ranks = np.unique(values, return_inverse=True)[1]  # outliers would hide the order
    ranks = ranks - ranks.mean()
    products = [ranks[lag:] @ ranks[:-lag] for lag in range(1, MOST_LAGS + 1)]
    limit = MAX_AUTOCORRELATION / np.sqrt(len(ranks)) * (ranks @ ranks)
    return np.abs(products).max() > limit
