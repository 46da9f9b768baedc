"""Cut windows from the rows of a series: the index arithmetic, as pure functions.

Rows are numbered by step (`shorten_gaps`), put into a table with one row per step
(`insert_missing_steps`), and cut into windows (`cut_windows`).
"""

import numpy as np

from skseq._series.window_array import slide


def shorten_gaps(positions, span):
    """Shorten gaps that are so long that no window contains rows from both sides.

    Without this, the table of steps could have millions of missing steps. The new
    positions start at 0, and neighbours are at most ``span + 1`` apart. Shorter
    distances do not change.

    Parameters
    ----------
    positions : ndarray of int of shape (n_rows,)
        Strictly ascending step numbers.
    span : int
        Steps from the first step of a window to the row it belongs to.
    """
    steps = np.minimum(np.diff(positions), span + 1)
    return np.concatenate([[0], np.cumsum(steps)])


def insert_missing_steps(rows, positions, *, first, last):
    """Make a table with one row for each step from first to last, both included.

    Steps without a row are NaN. `positions` contains the step of each row.
    """
    steps = np.full((last - first + 1, rows.shape[1]), np.nan, dtype=rows.dtype)
    steps[positions - first] = rows
    return steps


def cut_windows(steps, *, time_steps, horizon, future):
    """Cut every window of a table of steps, without a copy of each window.

    Window j belongs to step ``j + time_steps + horizon - 1``. It contains the
    ``time_steps`` steps that end ``horizon`` steps before that step. In columns known
    in advance it contains the steps that end at that step itself.

    Parameters
    ----------
    steps : ndarray of shape (n_steps, n_features)
    time_steps, horizon : int
    future : list of int
        Positions of the columns known in advance.
    """
    aligned = steps[: len(steps) - horizon]
    # Columns known in advance are moved to the rows of the others, so that one view
    # cuts all columns.
    if future and horizon:
        aligned = aligned.copy()
        aligned[:, future] = steps[horizon:, future]
    return slide(aligned, time_steps)


def rows_at(steps, rows, distances):
    """Return the rows some steps after other rows, -1 where there are none.

    Parameters
    ----------
    steps : ndarray of int of shape (n_rows,)
        Ascending.
    rows, distances : ndarray of int
        Their shapes must broadcast. A distance below 0 leads to an earlier row.
    """
    wanted = steps[rows] + distances
    # Without gaps, a distance counts rows; a search takes ten times as long.
    found = np.clip(rows + distances, 0, len(steps) - 1)
    is_other = steps[found] != wanted
    searched = np.searchsorted(steps, wanted[is_other])
    found[is_other] = np.minimum(searched, len(steps) - 1)
    return np.where(steps[found] == wanted, found, -1)


def cells_in_windows(positions, *, time_steps, lags):
    """Return which cells of a table are contained in the window of some row.

    `positions` contains the step of each row, and `lags` the steps from the end of a
    window to its row, for each column.
    """
    in_windows = np.empty((len(positions), len(lags)), dtype=bool)
    for lag in np.unique(lags):
        # A row is in the windows of the time_steps steps from here on. The first row
        # that follows shows whether one of these steps has a row.
        first_step = positions + lag
        next_row = np.searchsorted(positions, first_step)
        next_step = np.append(positions, np.iinfo(np.int64).max)[next_row]
        contained = next_step - first_step < time_steps
        in_windows[:, lags == lag] = contained[:, np.newaxis]
    return in_windows
