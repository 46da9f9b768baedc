"""Recognise the first rows of series by the missing steps of their windows."""

from hashlib import blake2b

import numpy as np

from skseq._series.gaps import missing_steps


def find_first_rows(windows, axis):
    """Find incomplete windows that begin before the first row of their series.

    Steps between windower and regressor return arrays without WindowOrigin. But such
    windows lack their first steps, one fewer in each row, unlike padded sequences. The
    axis is that of their rows, which are sorted by series, and by time within each.
    """
    n_leading, time_steps = leading_missing_steps(windows), windows.time_steps
    is_start = np.arange(len(windows)) == 0
    before, after = n_leading[:-1], n_leading[1:]
    # Gaps that are as long as windows look like the start of a series. An axis of one
    # series without gaps may be that of rows without labels.
    is_known = axis.n_series > 1 or missing_steps(axis).any()
    if is_known:
        is_start |= np.diff(axis.series, prepend=-1) > 0
        falls = before > after  # by more where rows are left out, as by folds
    else:
        # With a horizon of 0, the first window contains the first row.
        is_start |= n_leading >= max(time_steps - 1, 1)
        falls = before - after == 1
    # With a longer horizon than one step, several windows miss all steps.
    falls |= (before == time_steps) & (after == time_steps)
    begins = np.append(True, ~falls | (before <= 0) | (after < 0))
    if is_known:
        begins |= is_start
    firsts = np.flatnonzero(begins)
    is_first = is_start[firsts]
    if not is_known:  # the number falls to 0, if the series has enough rows
        lasts = np.append(firsts[1:], len(windows)) - 1
        is_first &= (n_leading[lasts] == 0) | np.append(is_first[1:], True)
    return is_first[np.cumsum(begins) - 1] & (n_leading > 0)


def first_windows_of(rows):
    """Return digests of the windows of first rows; () if they have a WindowOrigin."""
    if rows.origin is not None:
        return ()
    are_first = find_first_rows(rows.windows, rows.axis)
    return tuple(_digests(rows.windows[are_first]))


def find_known_first_rows(windows, first_windows):
    """Find the windows to predict from that were those of first rows in fit.

    Rows after a gap as long as a window look like the start of a series. Only their
    values show that they are not.
    """
    n_leading, time_steps = leading_missing_steps(windows), windows.time_steps
    are_first = np.zeros(len(windows), dtype=bool)
    rows = np.flatnonzero((n_leading > 0) & (n_leading < time_steps))
    are_first[rows] = np.isin(_digests(windows[rows]), first_windows)
    # Windows without any value are like those of the row after them.
    for row in np.flatnonzero(n_leading[:-1] == time_steps)[::-1]:
        are_first[row] = are_first[row + 1]
    return are_first


def _digests(windows):
    """Return a short digest of each window, without cutting all of them at once."""
    parts = (windows.series[n : n + windows.time_steps] for n in windows.starts)
    return [blake2b(part.tobytes(), digest_size=8).hexdigest() for part in parts]


def leading_missing_steps(windows):
    """Count the missing steps at the start of each window; -1 if others are missing."""
    n_missing = windows.count_steps(np.isnan(windows.series).any(axis=1))
    n_unknown = windows.time_steps - known_steps_at_end(windows)
    return np.where(n_missing == n_unknown, n_missing, -1)


def known_steps_at_end(windows):
    """Count the steps after the last missing one of each window."""
    steps = np.arange(len(windows.series))
    is_missing = np.isnan(windows.series).any(axis=1)
    latest = np.maximum.accumulate(np.where(is_missing, steps, -1))
    ends = windows.starts + windows.time_steps - 1
    return np.minimum(ends - latest[ends], windows.time_steps)
