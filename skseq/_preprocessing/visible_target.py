"""Columns that show the very value to predict."""

import numpy as np

from skseq._series.rounding import coarser_rounding


def visible_target(rows, targets, columns):
    """Find a column that is a target itself, up to scale.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
    targets : ndarray of shape (n_rows, n_targets)
    columns : list of int
        Columns whose windows end at the row itself.

    Returns
    -------
    column : int or None
        The first such column.
    """
    for column in columns:
        if any(is_increasing_image(rows[:, column], target) for target in targets.T):
            return column
    return None


def is_increasing_image(column, target):
    """Say whether column = a * target + b with a > 0, up to rounding.

    Parameters
    ----------
    column, target : ndarray of shape (n_rows,)
    """
    with np.errstate(over="ignore"):
        ranges = np.ptp(column), np.ptp(target)
    if len(column) < 3 or not all(0 < r < np.inf for r in ranges):
        return False
    a = (column - column.min()) / ranges[0]
    b = (target - target.min()) / ranges[1]
    return bool(np.abs(a - b).max() <= coarser_rounding(column, target))
