"""Whether windows that were cut by hand stand in the order of time.

Neighbouring windows of a series share all steps except one, so the window that
continues another one is found by its values.
"""

import numpy as np

MIN_MATCHED_RATE = 1 / 3
"""Minimum fraction of windows that another one continues, to say anything at all.

Windows that do not overlap rarely have equal steps, and say nothing of their order.
"""

# In shuffled windows half of the continuations stand before. In windows with repeated
# values one that stands later is nearly always found too.
MIN_BACKWARD_RATE = 1 / 3
"""Fraction of continued windows with all continuations before, if out of order."""


def count_backward(windows):
    """Count the windows that only earlier windows continue, if they are not in order.

    Parameters
    ----------
    windows : Windows

    Returns
    -------
    n_backward : int
        0 if the windows are in order, or if they do not overlap.
    """
    if windows.time_steps < 2:
        return 0
    first_steps, last_steps = _hash_overlaps(windows)
    # Unique values of the reversed array are found at their last position.
    values, positions = np.unique(first_steps[::-1], return_index=True)
    latest = len(windows) - 1 - positions
    found = np.searchsorted(values, last_steps).clip(max=len(values) - 1)
    is_continued = values[found] == last_steps
    is_backward = is_continued & (latest[found] < np.arange(len(windows)))
    n_continued, n_backward = is_continued.sum(), is_backward.sum()
    is_enough = n_continued >= MIN_MATCHED_RATE * len(windows)
    is_shuffled = is_enough and n_backward > MIN_BACKWARD_RATE * n_continued
    return int(n_backward) if is_shuffled else 0


def _hash_overlaps(windows):
    """Return one number for all steps but the last, and one for all but the first."""
    of_series = hash_rows(windows.series)
    factors = _odd_numbers(windows.time_steps - 1)
    first_steps = np.zeros(len(windows), dtype=np.uint64)
    last_steps = first_steps.copy()
    for step, factor in enumerate(factors):
        first_steps += factor * of_series[windows.starts + step]
        last_steps += factor * of_series[windows.starts + step + 1]
    return first_steps, last_steps


def hash_rows(rows):
    """Return one number for each row, which equal rows share and others hardly ever.

    Parameters
    ----------
    rows : ndarray of float of shape (n_rows, n_columns)

    Returns
    -------
    hashes : ndarray of uint64 of shape (n_rows,)
    """
    # -0.0 and 0.0 are equal but differ in their bits.
    bits = (rows.astype(np.float64) + 0.0).view(np.uint64)
    return _mixed(_mixed(bits) @ _odd_numbers(bits.shape[1]))


def _odd_numbers(size):
    numbers = np.random.default_rng(0).integers(2**63, size=size, dtype=np.uint64)
    return numbers * 2 + 1


def _mixed(bits):
    # The low bits of most floats are 0, and products keep them so.
    mixed = (bits ^ (bits >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))
