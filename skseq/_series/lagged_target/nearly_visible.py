"""Columns that nearly show a target at the row to predict, or a later value.

A copy of the target that was rounded, noisy, transformed or corrected in a few rows is
no affine image of it, but most of its changes are. Changes are compared, because two
trends are nearly images of each other at all steps.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from skseq._estimator.plurals import counted

N_COMPARED = 2000
"""Latest rows that are compared: enough to see a copy, and fast in long series."""

MIN_CHANGES = 20
"""With fewer changes, a column may follow the target by chance."""

STEPS_AHEAD = 2
"""Columns are compared up to this many steps past the horizon: a shift(-1) left in X,
or two."""

MIN_RATE = 0.9
"""Rate of changes that agree. Each odd value spoils two changes."""

# A smooth column agrees nearly as well one step earlier, and the column of a lag nearly
# as well one season earlier, where they are known.
MIN_DIFFERENCE = 0.3
"""Smallest difference of the rate from the rates at all steps that are known."""

TOLERANCE = 0.2
"""Distance at which changes agree, relative to the median change of the target."""


@dataclass(frozen=True)
class NearlyVisible:
    """A column whose changes are nearly those of a target of the row, or later.

    Attributes
    ----------
    feature, target : int
        Positions of the column and of the target.
    ahead : int
        A row of the column nearly shows the target of this many rows later.
    rate : float
        Rate of changes that agree.
    """

    feature: int
    target: int
    ahead: int
    rate: float

    def describe(self, column):
        """Say in words how a column changes.

        Parameters
        ----------
        column : str
            What it is called.
        """
        row = "at the same row"
        if self.ahead:
            row = f"{counted(self.ahead, 'row')} later"
        return (
            f"{column} changes as the target does {row} (up to scale) in "
            f"{self.rate:.0%} of its changes, as a rounded, noisy or corrected copy "
            "does"
        )


def find_nearly_visible(columns, targets, steps, horizon):
    """Find a column that nearly shows a target ``horizon`` or more rows later.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
    targets : ndarray of shape (n_rows, n_targets)
    steps : ndarray of int of shape (n_rows,)
        Position of each row in time, strictly ascending.
    horizon : int

    Returns
    -------
    found : NearlyVisible or None
        The first column of the first target.
    """
    steps = steps[-N_COMPARED:]
    is_next = np.diff(steps) == 1
    of_columns = _changes(columns[-N_COMPARED:], is_next)
    of_targets = _changes(targets[-N_COMPARED:], is_next)
    steps_ahead = range(horizon, horizon + STEPS_AHEAD + 1)
    known = range(-len(steps) // 2, horizon)
    for target, changes in enumerate(of_targets.T):
        for feature, of_column in enumerate(of_columns.T):
            rate = partial(_rate_of_agreement, of_column, changes, steps[1:])
            best = max(steps_ahead, key=rate)
            if rate(best) < MIN_RATE:
                continue
            if rate(best) >= max(map(rate, known)) + MIN_DIFFERENCE:
                return NearlyVisible(feature, target, best, rate(best))
    return None


def _changes(values, is_next):
    """Return the changes from the step before, NaN where that has no row."""
    changes = np.diff(values.astype(np.float64), axis=0)
    changes[~is_next] = np.nan
    return changes


def _rate_of_agreement(of_column, of_target, steps, ahead):
    """Return the rate of changes of a column that are those of the target later."""
    later = np.minimum(np.searchsorted(steps, steps + ahead), len(steps) - 1)
    is_found = steps[later] == steps + ahead
    column, target = of_column[is_found], of_target[later[is_found]]
    is_known = (
        np.isfinite(column) & np.isfinite(target) & ((column != 0) | (target != 0))
    )
    column, target = column[is_known], target[is_known]
    both = (column != 0) & (target != 0)
    if np.count_nonzero(both) < MIN_CHANGES:
        return 0.0
    slope = np.median(target[both] / column[both])
    distances = np.abs(target - slope * column)
    return float(np.mean(distances <= TOLERANCE * np.median(np.abs(target[both]))))
