"""The position of each row in time, counted in steps, to compare rows at a lag."""

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.lagged_target import MAX_LAG


def steps_of_rows(X, y, n_rows):
    """List the ways to count the steps of rows: one by one and, if other, by time.

    Parameters
    ----------
    X, y : what ``fit`` was given, for their index
    n_rows : int

    Returns
    -------
    ways : list of ndarray of int of shape (n_rows,)
        Strictly ascending.
    """
    ways = [np.arange(n_rows)]
    try:
        axis = TimeAxis.of(X, y, n_rows=n_rows)
    except ValueError:  # an index that cannot be read is judged by the windower
        return ways
    if axis.n_series == 1 and (np.diff(axis.steps) != 1).any():
        ways.append(axis.steps)
    return ways


def steps_of_windows(windows, X, y):
    """List the ways to count the steps of the rows that windows belong to.

    Neighbouring rows are one step apart where the window of one is the window of the
    other, moved on by a step. Elsewhere, as across a gap, they count as too far apart
    to be compared. Windows of one step do not overlap: their rows are counted one by
    one or by time.

    Parameters
    ----------
    windows : Windows
    X, y : what ``fit`` was given, for their index

    Returns
    -------
    ways : list of ndarray of int of shape (n_rows,)
        Strictly ascending.
    """
    if windows.time_steps == 1:
        return steps_of_rows(X, y, len(windows))
    return [steps_by_overlap(windows)]


def steps_by_overlap(windows):
    """Count the steps of the rows by how their windows overlap.

    Parameters
    ----------
    windows : Windows
        Of more than one step.

    Returns
    -------
    steps : ndarray of int of shape (n_rows,)
    """
    series, later = windows.series, windows.starts[1:]
    earlier = windows.starts[:-1] + 1
    is_next = later == earlier  # side by side in one series: nothing to compare
    rows = np.flatnonzero(~is_next)
    for step in range(windows.time_steps - 1):
        now, before = series[later[rows] + step], series[earlier[rows] + step]
        is_same = (now == before) | (np.isnan(now) & np.isnan(before))
        rows = rows[is_same.all(axis=1)]
    is_next[rows] = True
    steps = np.where(is_next, 1, MAX_LAG + 1)
    return np.concatenate([[0], np.cumsum(steps)])
