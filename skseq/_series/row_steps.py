"""Step numbers of rows, with which rows are compared at a lag."""

from dataclasses import replace

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.index import is_pandas
from skseq._series.lagged_target import MAX_LAG


def axis_of_rows(X, y, n_rows):
    """Make the time axis of the rows of a table or of windows.

    Parameters
    ----------
    X, y : what ``fit`` was given, for their index
    n_rows : int

    Returns
    -------
    axis : TimeAxis
        An index of one level that is not valid is ignored: the windower raises an error
        for it.
    """
    try:
        return TimeAxis.of(X, y, n_rows=n_rows)
    except ValueError:
        if any(is_pandas(table) and table.index.nlevels == 2 for table in (X, y)):
            raise
        return TimeAxis(np.zeros(n_rows, dtype=np.intp), np.arange(n_rows))


def steps_of_windows(windows, axis):
    """List the possible step numbers of the rows that windows belong to.

    Neighbouring rows are one step apart if the window of the second is the window of
    the first, moved on by one step. Otherwise, as across a gap, they count as too far
    apart to be compared. Windows of one step do not overlap: their rows are counted as
    `TimeAxis.step_numberings` does.

    Parameters
    ----------
    windows : Windows
    axis : TimeAxis
        Of the rows, which are sorted by series.

    Returns
    -------
    numberings : list of ndarray of int of shape (n_rows,)
        Each strictly ascending.
    """
    if windows.time_steps == 1:
        return axis.step_numberings
    steps = steps_by_overlap(windows)
    # Windows that miss all steps look alike in every series.
    return [replace(axis, steps=steps).joined_steps]


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
