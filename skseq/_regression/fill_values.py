"""What a feature is filled with where a whole window does not know it."""

import numpy as np


def mean_of_features(windows):
    """Return the mean of each feature over windows, in float64.

    Parameters
    ----------
    windows : Windows
        The complete ones count, as in training; where no window is complete, the known
        steps of all.

    Returns
    -------
    means : ndarray of shape (n_features,)
        0 for a feature that is never known.
    """
    complete = windows[windows.are_complete()]
    n_windows = (complete if len(complete) else windows).n_windows_per_step()
    is_held = n_windows > 0
    values = windows.series[is_held].astype(np.float64)
    known = ~np.isnan(values)
    counts = n_windows[is_held, np.newaxis] * known
    # Divided before they are added, so that large values do not leave float64.
    parts = counts / np.maximum(counts.sum(axis=0), 1)
    return (parts * np.where(known, values, 0)).sum(axis=0)
