"""How much series change over one step, two steps and so on."""

import numpy as np

# Fewer say too little about changes over many steps.
MIN_CHANGES = 3
"""Minimum number of changes over several steps; the mean of fewer is not used."""


def mean_changes(table, rows, n_steps):
    r"""Return the mean absolute changes of series until some of their rows.

    Over k steps, a random walk changes by :math:`\sqrt k` times its change over one
    step, and a series that returns to its mean by less. Where a series changes by more,
    it has a trend, which a forecast follows. So :math:`\sqrt k` is the maximum.

    Parameters
    ----------
    table : Table
    rows : ndarray of int of shape (n_chosen,)
    n_steps : int

    Returns
    -------
    changes : ndarray of float of shape (n_chosen, n_steps, n_targets)
        Of the series of the row; NaN if there are no two consecutive rows.
    """
    targets = table.targets.astype(np.float64)
    changes = np.empty((len(rows), n_steps, table.n_targets))
    for n_between in range(1, n_steps + 1):
        means, counts = _means_so_far(targets, table, n_between)
        if n_between == 1:
            of_one = means[rows]
            changes[:, 0] = of_one
            continue
        most = np.sqrt(n_between) * of_one
        is_known = (counts[rows] >= MIN_CHANGES)[:, np.newaxis]
        changes[:, n_between - 1] = np.where(
            is_known, np.minimum(means[rows], most), most
        )
    return changes


def _means_so_far(targets, table, n_between):
    """Return the mean absolute change over some steps up to each row, and the count.

    The means have the shape (n_rows, n_targets), with NaN where there is no change.
    """
    before = table.axis.rows_before(n_between)
    sizes = np.abs(targets - targets[before]) * (before >= 0)[:, np.newaxis]
    sums, counts = np.empty_like(sizes), np.empty(len(sizes), int)
    # Each series separately: a small one would be lost in the sum of large ones.
    for first, last in zip(table.first_rows, table.last_rows, strict=True):
        rows = slice(first, last + 1)
        np.cumsum(sizes[rows], axis=0, out=sums[rows])
        np.cumsum(before[rows] >= 0, out=counts[rows])
    divisors = counts[:, np.newaxis]
    return np.where(divisors > 0, sums / np.maximum(divisors, 1), np.nan), counts
