"""Forecasts of logarithms that are far from all known values: limits and a warning."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._validation.numbers import LARGEST

SMALLEST = np.finfo(np.float64).tiny
"""Above 0, so that a forecast has a logarithm again."""

FAR = 1e4
"""Factor beyond all known values of a series from which a forecast is doubtful.

Even growth by 5 % a month takes 15 years to reach it.
"""


def limited_exp(changes, values):
    """Return exp(changes) so that values * exp(changes) can be stored and squared.

    The values are positive. Factors are at least 1 where a change is not negative, and
    at most 1 where it is not positive.
    """
    return np.exp(np.clip(changes, *limits_of_change(values)))


def limits_of_change(values):
    """Return the smallest and the largest change of logarithms from some values."""
    logs = np.log(values)
    lowest = np.minimum(np.log(SMALLEST) - logs, 0)
    highest = np.maximum(np.log(LARGEST) - logs, 0)
    return lowest, highest


def warn_about_far_forecasts(predictions, series, transform, table):
    """Warn if forecasts of logarithms are far from all known values of their series."""
    is_log = np.broadcast_to(transform.is_log[series][:, np.newaxis], predictions.shape)
    if not is_log.any():
        return
    logs = np.log(np.where(is_log, predictions, 1))
    lowest, highest = _known_logarithms(transform, table)
    is_far = logs < lowest[series][:, np.newaxis] - np.log(FAR)
    is_far |= logs > highest[series][:, np.newaxis] + np.log(FAR)
    is_far &= is_log
    if not is_far.any():
        return
    first = tuple(np.argwhere(is_far)[0])
    names = table.axis.names
    of_series = "" if names is None else f" of series {names[series[first[0]]]!r}"
    warn_user(
        "Forecasts of logarithms should be near the values of their series; "
        f"{counted(int(is_far.sum()), 'prediction')} above or below all of them by "
        f"more than a factor of {FAR:g} cannot be trusted. The first is "
        f"{predictions[first]:g}{of_series}. Such errors grow from step to step, or "
        "come from windows with missing steps. Use log=False, fewer steps, or more "
        "rows of each series."
    )


def _known_logarithms(transform, table):
    """Return the smallest and the largest logarithm of each series and target."""
    series = table.axis.series
    values = transform.with_logarithms(table)
    logs = np.log(np.where(transform.is_log[series], values, 1))
    lowest = np.full(transform.is_log.shape, np.inf)
    highest = -lowest
    np.minimum.at(lowest, series, logs)
    np.maximum.at(highest, series, logs)
    return lowest, highest
