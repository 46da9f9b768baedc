"""Whether a network reads the statistics of windows, and how they are standardized."""

import numpy as np

from skseq._network.window_statistics import StatisticsScale, read_statistics
from skseq._regression.normalization.window_variances import sample_windows

NEGLIGIBLE_DEVIATION = 1e-9
"""Deviation of a logarithm above which it is more than rounding errors."""


def make_statistics(windows, axis, floors, requested):
    """Describe the statistics of windows that a network reads; None if it reads none.

    Raise if they are requested, but no feature is normalized.

    Parameters
    ----------
    windows : Windows
        Complete, sorted by series; as the network gets them.
    axis : TimeAxis
        Of their rows.
    floors : list of float or None
        Of the normalization; features without one have no statistics.
    requested : bool or "auto"
        The parameter ``window_statistics``.
    """
    features = [n for n, floor in enumerate(floors) if floor is not None]
    if requested is True and not features:
        raise ValueError(
            "window_statistics=True needs windows that are standardized. Use "
            "normalization='instance' and windows of at least 3 steps, or "
            "window_statistics='auto'."
        )
    if requested == "auto":
        # A single series has one scale, which its network can learn. The windows show
        # whether there are several series: some of the series may have no window.
        requested = axis.series[0] != axis.series[-1]
    if not requested or not features:
        return None
    sample = windows[sample_windows(windows, axis)].cut()[:, :, features]
    values = read_statistics(sample, np.array([floors[n] for n in features]))
    deviations = values.std(axis=0)
    # Statistics that are the same in all windows stay zero.
    deviations[deviations <= NEGLIGIBLE_DEVIATION] = 1.0
    means = values.mean(axis=0).tolist()
    return StatisticsScale(tuple(features), tuple(means), tuple(deviations.tolist()))
