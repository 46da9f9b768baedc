"""Step numbers of rows, with which rows are compared at a lag."""

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.lagged_target import MAX_LAG


def steps_of_rows(X, y, n_rows):
    """List the possible step numbers of rows: one step per row and, with gaps, by time.

    Parameters
    ----------
    X, y : what ``fit`` was given, for their index
    n_rows : int

    Returns
    -------
    numberings : list of ndarray of int of shape (n_rows,)
        Each strictly ascending.
    """
    # A column may have been lagged before rows were dropped (by time) or after (by
    # row), so both are tried.
    numberings = [np.arange(n_rows)]
    try:
        axis = TimeAxis.of(X, y, n_rows=n_rows)
    except ValueError:  # an invalid index: the windower raises an error for it
        return numberings
    if axis.n_series == 1 and (np.diff(axis.steps) != 1).any():
        numberings.append(axis.steps)
    return numberings


def steps_of_windows(windows, X, y):
    """List the possible step numbers of the rows that windows belong to.

    Neighbouring rows are one step apart if the window of the second is the window of
    the first, moved on by one step. Otherwise, as across a gap, they count as too far
    apart to be compared. Windows of one step do not overlap: their rows are counted as
    in `steps_of_rows`.

    Parameters
    ----------
    windows : Windows
    X, y : what ``fit`` was given, for their index

    Returns
    -------
    numberings : list of ndarray of int of shape (n_rows,)
        Each strictly ascending.
    """
    if windows.time_steps == 1:
        return steps_of_rows(X, y, len(windows))
    return [steps_by_overlap(windows)]


def steps_by_overlap(windows):
    """Find the step numbers of rows from the overlap of their windows.

    Parameters
    ----------
    windows : Windows
        With two or more steps.

    Returns
    -------
    steps : ndarray of int of shape (n_rows,)
    """
    series, later = windows.series, windows.starts[1:]
    earlier = windows.starts[:-1] + 1
    is_next = later == earlier  # both cut from one series: no need to compare
    rows = np.flatnonzero(~is_next)
    # Most rows drop out at the first step, so comparing step by step is fast.
    for step in range(windows.time_steps - 1):
        now, before = series[later[rows] + step], series[earlier[rows] + step]
        is_same = (now == before) | (np.isnan(now) & np.isnan(before))
        rows = rows[is_same.all(axis=1)]
    is_next[rows] = True
    steps = np.where(is_next, 1, MAX_LAG + 1)
    return np.concatenate([[0], np.cumsum(steps)])
