"""Windows of many series, cut by hand and standardized."""

import numpy as np


def cut(arrays, time_steps, horizon):
    """Cut all windows of all series that are long enough, and their targets.

    Parameters
    ----------
    arrays : list of ndarray
    time_steps, horizon : int

    Returns
    -------
    windows : ndarray of shape (n_windows, time_steps)
    targets : ndarray of shape (n_windows, horizon)
    """
    length = time_steps + horizon
    views = [
        np.lib.stride_tricks.sliding_window_view(values, length)
        for values in arrays
        if len(values) >= length
    ]
    both = np.concatenate(views).astype(np.float32)
    return both[:, :time_steps], both[:, time_steps:]


def padded(values, time_steps):
    """Return the last values; the first one fills a window that is not complete."""
    n_missing = max(0, time_steps - len(values))
    return np.concatenate([np.repeat(values[:1], n_missing), values[-time_steps:]])


def standardized(windows):
    """Return windows of mean 0 and deviation 1, their last values and deviations."""
    scale = windows.std(axis=1, keepdims=True)
    scale[scale == 0] = 1
    means = windows.mean(axis=1, keepdims=True)
    return (windows - means) / scale, windows[:, -1:], scale
