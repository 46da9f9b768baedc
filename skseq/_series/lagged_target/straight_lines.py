"""Targets that are a straight line over time in a series.

Such a line, for example the remaining useful life of a machine, is a linear function of
every counter, such as the age of the machine. So it proves nothing that the two have
the same shape, or proportional changes. A column that contains the value to predict
would be the same function of it in all series.
"""

import numpy as np

from skseq._series.series_index import first_rows

TOLERANCE = 1e-6
"""Maximum distance from the line, relative to its range."""


def without_lines(targets, axis):
    """Return targets, with zeros in the series in which they are a straight line."""
    by_series = axis.by_series
    series = axis.series[by_series]
    in_order = targets[by_series].astype(np.float64)
    is_line = np.zeros(targets.shape, dtype=bool)
    for counter in (axis.numbers, axis.steps, _times(axis.labels)):
        if counter is not None:
            times = np.asarray(counter[by_series], dtype=np.float64)
            is_line[by_series] |= _are_on_lines(in_order, times, series)
    return np.where(is_line, 0, targets)


def _times(labels):
    """Return labels as numbers, or None: the steps of months are not those of days."""
    times = getattr(labels, "asi8", labels)  # dates would be objects
    return times if getattr(times, "dtype", np.dtype(object)).kind in "iuf" else None


def _are_on_lines(targets, times, series):
    """Return for each row where targets are a straight line in its whole series.

    The line leads through the first and the last row of the series.
    """
    first = first_rows(series)
    last = np.append(first[1:], len(series)) - 1
    # Lines are rare, and a look at one row of each series is fast.
    middle = (first + last) // 2
    if not _are_near(targets, times, first, middle, last).any():
        return np.zeros(targets.shape, dtype=bool)
    n_rows = last - first + 1
    start, end = np.repeat(first, n_rows), np.repeat(last, n_rows)
    are_near = _are_near(targets, times, start, np.arange(len(series)), end)
    return np.repeat(np.logical_and.reduceat(are_near, first), n_rows, axis=0)


def _are_near(targets, times, start, rows, end):
    """Return whether rows are near the line from a start row to an end row."""
    with np.errstate(all="ignore"):  # series of one row, and very large values
        rise = targets[end] - targets[start]
        passed = (times[rows] - times[start]) / (times[end] - times[start])
        distance = targets[start] + passed[:, np.newaxis] * rise - targets[rows]
        return np.abs(distance) <= TOLERANCE * np.abs(rise)
