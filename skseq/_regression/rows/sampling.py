"""Samples of rows, to train on or to compute statistics from."""

from math import ceil

import numpy as np


def spread_evenly(n_rows, n_max):
    """Return the numbers of at most n_max rows, from the first to the last."""
    return np.linspace(0, n_rows - 1, min(n_rows, n_max)).astype(int)


def spread_rows(rows, series, n_max):
    """Take every n-th row of each series, counted from its last.

    Neighbouring windows share most of their steps, so little is lost. The last window
    of a series is the most like the one to predict. Rows are sorted by series.
    """
    counts = np.bincount(series)
    from_last = np.cumsum(counts)[series] - 1 - np.arange(len(rows))
    step = ceil(len(rows) / n_max)
    while step < counts.max() and (-(-counts // step)).sum() > n_max:
        step += 1 + step // 100  # few tries, even if one series is much longer
    rows = rows[from_last % step == 0]
    # There may be more series than rows to take.
    return rows[:: -ceil(len(rows) / n_max)][::-1]
