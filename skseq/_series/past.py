"""Which columns hold a target's own past: the same numbers, some steps later."""

from itertools import product

import numpy as np

from skseq._series.axis import TimeAxis

MAX_SHIFT = 24
"""The target's own past is looked for this far back: two years of months."""

MIN_COMPARED = 3
"""Fewer rows than this may be equal by chance."""

PROBE = 64
"""Rows compared first, so that few columns need to be compared in full."""


def find_past(columns, targets, clocks):
    """Find the columns that are exactly a target at one shift, NaN aside.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
    targets : ndarray of shape (n_rows, n_targets)
    clocks : list of ndarray of int of shape (n_rows,)
        Ways to count the steps up to each row, ascending.

    Returns
    -------
    shifts : dict
        (column, target) -> its smallest shift; smallest shifts first.
    """
    coarser = min(columns.dtype, targets.dtype, key=lambda dtype: dtype.itemsize)
    with np.errstate(over="ignore"):
        columns, targets = columns.astype(coarser), targets.astype(coarser)
    shifts = {}
    for shift, clock in product(range(MAX_SHIFT + 1), clocks):
        source = np.searchsorted(clock, clock - shift)
        rows = np.flatnonzero(clock[source] == clock - shift)
        for target, past in enumerate(targets[source[rows]].T):
            probe = columns[rows[-PROBE:]]
            alike = np.isnan(probe) | (probe == past[-PROBE:, np.newaxis])
            for column in np.flatnonzero(alike.all(axis=0)).tolist():
                if is_past(columns[rows, column], past, len(columns)):
                    shifts.setdefault((column, target), shift)
    return shifts


def is_past(column, past, n_rows):
    """Say whether a column equals the past on enough of n_rows, and is no constant."""
    known = ~np.isnan(column)
    past = past[known]
    is_enough = len(past) >= max(MIN_COMPARED, n_rows / 2)
    return is_enough and np.array_equal(column[known], past) and np.any(past != past[0])


def count_steps(X, y, n_rows):
    """List the ways to count the steps up to each row: by rows and, if other, by time.

    Returns
    -------
    clocks : list of ndarray of int of shape (n_rows,)
    """
    clocks = [np.arange(n_rows)]
    try:
        axis = TimeAxis.of(X, y, n_rows=n_rows)
    except ValueError:  # an index out of order is not judged here
        return clocks
    if axis.n_series == 1 and (np.diff(axis.steps) != 1).any():
        clocks.append(axis.steps)
    return clocks
