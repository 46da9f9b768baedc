"""From the rows of a series to windows: index arithmetic in four pure functions.

Where rows lie (`place_rows`), the table of steps they fill (`fill_steps`), the windows
cut from it (`cut_windows`), and which cells the windows reach (`reached_cells`).
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def place_rows(positions, reach):
    """Move rows together across holes that no window can span.

    Parameters
    ----------
    positions : ndarray of int of shape (n_rows,)
        Strictly ascending step numbers.
    reach : int
        Steps from the first step of a window to its own row.

    Returns
    -------
    positions : ndarray of int of shape (n_rows,)
        From 0, neighbours at most ``reach + 1`` apart, shorter distances kept.
    """
    steps = np.minimum(np.diff(positions), reach + 1)
    return np.concatenate([[0], np.cumsum(steps)])


def fill_steps(rows, positions, *, first, last):
    """Lay rows out on every step from first to last; steps without a row are NaN.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
    positions : ndarray of int of shape (n_rows,)
    first, last : int

    Returns
    -------
    steps : ndarray of shape (last - first + 1, n_features)
    """
    steps = np.full((last - first + 1, rows.shape[1]), np.nan, dtype=rows.dtype)
    inside = positions >= first
    steps[positions[inside] - first] = rows[inside]
    return steps


def cut_windows(steps, *, time_steps, horizon, future):
    """Cut every window of a table of steps, without copying it.

    Window j belongs to step ``j + time_steps + horizon - 1``. Its columns hold the
    ``time_steps`` steps that end ``horizon`` steps before, those known ahead the ones
    that end at the step itself.

    Parameters
    ----------
    steps : ndarray of shape (n_steps, n_features)
    time_steps, horizon : int
    future : list of int
        Columns that are known ahead.

    Returns
    -------
    windows : read-only view of shape \
            (n_steps - time_steps - horizon + 1, time_steps, n_features)
    """
    aligned = steps[: len(steps) - horizon]
    if future and horizon:
        aligned = aligned.copy()
        aligned[:, future] = steps[horizon:, future]
    return sliding_window_view(aligned, time_steps, axis=0).transpose(0, 2, 1)


def reached_cells(positions, *, time_steps, lags):
    """Say which cells of a table some window of its own rows reaches.

    Parameters
    ----------
    positions : ndarray of int of shape (n_rows,)
    time_steps : int
    lags : ndarray of int of shape (n_features,)
        How many steps before its row a column's window ends.

    Returns
    -------
    reached : ndarray of bool of shape (n_rows, n_features)
    """
    reached = np.empty((len(positions), len(lags)), dtype=bool)
    for lag in np.unique(lags):
        seen_from = positions + lag
        next_row = np.searchsorted(positions, seen_from)
        seen_by = np.append(positions, np.iinfo(np.int64).max)[next_row]
        within = seen_by - seen_from < time_steps
        reached[:, lags == lag] = within[:, np.newaxis]
    return reached
