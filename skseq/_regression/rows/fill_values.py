"""Fill values of features that are missing in an entire window."""

import numpy as np


def mean_of_features(windows):
    """Return the mean of each feature over complete windows, in float64.

    If no window is complete, the mean is over the known steps of all windows, and 0 for
    a feature that has none.
    """
    complete = windows[windows.are_complete()]
    n_windows = (complete if len(complete) else windows).n_windows_per_step()
    is_held = n_windows > 0
    values = windows.series[is_held].astype(np.float64)
    known = ~np.isnan(values)
    counts = n_windows[is_held, np.newaxis] * known
    # Divide before adding: the sum of large values could overflow float64.
    parts = counts / np.maximum(counts.sum(axis=0), 1)
    return (parts * np.where(known, values, 0)).sum(axis=0)
