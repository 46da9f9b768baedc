"""Tables of many series whose columns, and not whose index, name series and times."""

from numbers import Integral

import numpy as np

from skseq._series.date_text import DATE_TEXT

MIN_RATE_OF_LATER = 2 / 3
"""Minimum fraction of rows that follow another row of the same series."""


def find_series_and_times(table):
    """Find the columns of a frame that name the series and the time of each row.

    Parameters
    ----------
    table : frame, or anything else

    Returns
    -------
    names : list of two labels, or None
        Of a column of text that repeats, and of a column of integers or dates that
        rises within each of its texts, but not from row to row.
    """
    if not hasattr(table, "columns") or len(set(table.columns)) < len(table.columns):
        return None
    columns = {name: np.asarray(table[name]) for name in table.columns}
    times = [name for name, cells in columns.items() if _are_times(cells)]
    for series, cells in columns.items():
        if series in times or not all(isinstance(cell, str) for cell in cells):
            continue
        codes = np.unique(cells.astype(str), return_inverse=True)[1]
        for time in times:
            if _rise_within(columns[time], codes):
                return [series, time]
    return None


def _are_times(cells):
    """Return whether cells may be times: integers, dates or text that shows dates."""
    if cells.dtype.kind in "iuM":
        return True
    return cells.dtype.kind == "O" and all(
        isinstance(cell, Integral)
        or hasattr(cell, "year")  # such as a Period
        or (isinstance(cell, str) and DATE_TEXT.fullmatch(cell.strip()))
        for cell in cells
    )


def _rise_within(cells, codes):
    """Return whether cells rise within each series, but not from row to row."""
    order = np.argsort(codes, kind="stable")
    is_same = np.diff(codes[order]) == 0
    # With few rows of each series, numbers rise by chance.
    if np.count_nonzero(is_same) < MIN_RATE_OF_LATER * len(codes):
        return False
    try:
        is_rising = np.asarray(cells[1:] > cells[:-1], dtype=bool)
        in_order = cells[order]
        rises_within = np.asarray(in_order[1:] > in_order[:-1], dtype=bool)[is_same]
    except TypeError:  # such as dates with and without a time zone, or None
        return False
    return bool(rises_within.all() and not is_rising.all())
