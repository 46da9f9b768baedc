"""Columns that nearly equal a target at the row to predict or later, up to scale.

A copy of the target that was rounded, transformed, corrected in a few rows, or has
noise is not an exact linear function of the target, but most of its changes are
proportional to those of the target. Changes are compared and not values, because the
values of two trends are nearly proportional at every lag. Their signs alone, as in
`near_miss`, would also find a sensor that rises with the target, which is no copy of
it; at an earlier row, clipped and transformed copies do not have proportional changes.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.cutting import rows_at
from skseq._series.lagged_target.near_miss import MIN_SIMILAR_CHANGES

N_COMPARED = 2000
"""Number of latest rows that are compared: enough to detect a copy, and fast."""

STEPS_AHEAD = 2
"""Columns are compared up to this many steps past the horizon, to find a shift(-1) or
shift(-2) that was left in X."""

MIN_RATE = 0.9
"""Minimum fraction of changes that agree. Each differing value affects two changes."""

# A smooth column agrees nearly as well one step earlier, and a column with a season
# nearly as well one season earlier. Such columns contain only what is known.
MIN_DIFFERENCE = 0.3
"""The fraction must exceed the fractions at all lags that are known by this much."""

TOLERANCE_OF_CHANGES = 0.2
"""Distance at which changes agree, relative to the median change of the target."""


@dataclass(frozen=True)
class NearlyVisible:
    """A column whose changes are nearly proportional to those of a target.

    Attributes
    ----------
    feature, target : int
        Positions of the column and of the target.
    ahead : int
        How many rows later the target has these changes; 0 for the same row, below 0
        for an earlier one.
    rate : float
        Fraction of changes that agree.
    """

    feature: int
    target: int
    ahead: int
    rate: float

    @property
    def place(self):
        """The target that the column nearly equals, and how many rows later."""
        return self.target, self.ahead

    def describe(self, column):
        """Describe how a column of some name changes, for a message."""
        return (
            f"{column} changes as the target does {describe_row(self.ahead)} (up to "
            f"scale) in {self.rate:.0%} of its changes, as a rounded, noisy or "
            "corrected copy does"
        )


def describe_row(ahead):
    """Describe the row some rows later, or earlier if below 0, for a message."""
    if not ahead:
        return "in the same row"
    return f"{counted(abs(ahead), 'row')} {'later' if ahead > 0 else 'earlier'}"


def latest_rows(steps):
    """Return which rows are compared, in order of time."""
    if (np.diff(steps) > 0).all():  # sorting a million rows takes 0.1 s
        return slice(-N_COMPARED, None)
    return np.argsort(steps)[-N_COMPARED:]


def find_nearly_visible(
    columns, targets, steps, horizon, features=None, *, n_predicted=1
):
    """Find a column that nearly equals a target ``horizon`` or more rows later.

    Return the first column of the first target as `NearlyVisible`, or None.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        Only the latest `N_COMPARED` rows are compared, because each lag takes time.
    targets : ndarray of shape (n_rows, n_targets)
    steps : ndarray of int of shape (n_rows,)
        Position of each row in time, all different.
    horizon : int
    features : sequence of int, default=None
        Columns to compare; all by default.
    n_predicted : int, default=1
        Number of steps that are predicted; the last one is ``horizon`` rows later.
    """
    latest = latest_rows(steps)
    columns, targets, steps = columns[latest], targets[latest], steps[latest]
    is_next = np.diff(steps) == 1
    of_columns = _changes(columns, is_next)
    of_targets = _changes(targets, is_next)
    first = horizon + 1 - n_predicted
    steps_ahead = range(first, horizon + STEPS_AHEAD + 1)
    known = range(-len(steps) // 2, first)
    features = range(columns.shape[1]) if features is None else features
    for target, changes in enumerate(of_targets.T):
        for feature in features:
            of_column = of_columns[:, feature]
            rate = partial(_rate_of_agreement, of_column, changes, steps[1:])
            rates = {ahead: rate(ahead) for ahead in steps_ahead}
            best = max(rates, key=rates.get)
            if rates[best] < MIN_RATE:
                continue
            limit = rates[best] - MIN_DIFFERENCE
            if all(rate(ahead) <= limit for ahead in known):
                return NearlyVisible(feature, target, best, rates[best])
    return None


def _changes(values, is_next):
    """Return the changes from the step before, NaN where that has no row."""
    changes = np.diff(values.astype(np.float64), axis=0)
    changes[~is_next] = np.nan
    return changes


def _rate_of_agreement(of_column, of_target, steps, ahead):
    """Return the fraction of a column's changes that the target has ``ahead`` later."""
    later = rows_at(steps, np.arange(len(steps)), ahead)
    is_found = later >= 0
    column, target = of_column[is_found], of_target[later[is_found]]
    is_known = np.isfinite(column) & np.isfinite(target)
    is_known &= (column != 0) | (target != 0)
    column, target = column[is_known], target[is_known]
    both = (column != 0) & (target != 0)
    if np.count_nonzero(both) < MIN_SIMILAR_CHANGES:
        return 0.0
    slope = np.median(target[both] / column[both])
    allowed = TOLERANCE_OF_CHANGES * np.median(np.abs(target[target != 0]))
    return float(np.mean(np.abs(target - slope * column) <= allowed))
