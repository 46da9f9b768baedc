"""Check whether windows that were cut by hand are in time order.

Consecutive windows of a series share all steps except one, so the next window of each
window can be found by its values: its first steps are the last steps of that window.
"""

from dataclasses import replace

import numpy as np

MIN_MATCHED_RATE = 1 / 3
"""If the next window is found for a smaller fraction of windows, the order is unknown.

Windows that do not overlap rarely have equal steps, so their order cannot be checked.
"""

# In shuffled windows, the next window is at an earlier position for half of the
# windows. If values repeat in time order, a match at a later position nearly always
# exists, too.
MIN_BACKWARD_RATE = 1 / 3
"""Windows are out of order if, for a larger fraction of those whose next window is
found, it is found only at earlier positions."""

MIN_DISTINCT_RATE = 1 / 2
"""A single feature shows the order of windows only if at least this fraction of windows
differs in it."""


MIN_STRIDE_RATE = 0.9
"""Windows are in order if this fraction of them overlaps with the window after it by
the same number of steps. A few pairs may be of two series, or have a gap."""

MOST_COMPARED = 1000
"""Number of windows whose overlap with the next one is compared step by step."""


def count_backward(windows):
    """Count the windows whose next window comes before them; 0 if they are in order.

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
    n_backward = _count_backward(windows)
    # If only every second window was cut, the next one in time is not there, but steps
    # such as zeros seem to be those of other windows.
    return 0 if n_backward and _have_stride(windows) else n_backward


def _have_stride(windows):
    """Return whether consecutive windows begin at a fixed distance, and overlap."""
    n_steps = windows.time_steps
    places = windows.starts[:MOST_COMPARED, np.newaxis] + np.arange(n_steps)
    steps = hash_rows(windows.series)[places]
    rates = [
        (steps[:-1, stride:] == steps[1:, :-stride]).all(axis=1).mean()
        for stride in range(1, n_steps)
    ]
    return max(rates) >= MIN_STRIDE_RATE


def _count_backward(windows):
    """Count the windows whose next window comes before them, by their overlaps."""
    n_continued, n_backward = _count(*_hash_overlaps(windows))
    if _is_enough(n_continued, windows):
        return n_backward if _are_shuffled(n_continued, n_backward) else 0
    # A feature that does not move on, such as the mean of a window, repeated at all
    # steps, hides the order. So the features are compared one by one.
    n_features = windows.series.shape[1]
    counts = [_count_of_feature(windows, f) for f in range(n_features)]
    counts = [count for count in counts if _is_enough(count[0], windows)]
    # One feature in order suffices: the steps of another may be reversed.
    are_shuffled = counts and all(_are_shuffled(*count) for count in counts)
    return max(n for _, n in counts) if are_shuffled else 0


def _count(first_steps, last_steps):
    """Count the windows whose next window is found, and those where it is earlier."""
    # np.unique returns first positions, which in the reversed array are the last.
    values, positions = np.unique(first_steps[::-1], return_index=True)
    latest = len(first_steps) - 1 - positions
    found = np.searchsorted(values, last_steps).clip(max=len(values) - 1)
    is_continued = values[found] == last_steps
    is_backward = is_continued & (latest[found] < np.arange(len(first_steps)))
    return int(is_continued.sum()), int(is_backward.sum())


def _count_of_feature(windows, feature):
    """Count as `_count` does; 0 if the values of one feature do not tell windows apart.

    These are values that are repeated in many windows, as of a calendar, or at all
    steps of a window, which seems to be its own next window.
    """
    alone = replace(windows, series=windows.series[:, [feature]])
    first_steps, last_steps = _hash_overlaps(alone)
    moves = first_steps != last_steps
    first_steps, last_steps = first_steps[moves], last_steps[moves]
    if len(np.unique(first_steps)) < MIN_DISTINCT_RATE * len(windows):
        return 0, 0
    return _count(first_steps, last_steps)


def _is_enough(n_continued, windows):
    return n_continued >= MIN_MATCHED_RATE * len(windows)


def _are_shuffled(n_continued, n_backward):
    return n_backward > MIN_BACKWARD_RATE * n_continued


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
    # The low bits of most floats are 0, and would still be 0 in products.
    mixed = (bits ^ (bits >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))
