"""A warning about forecasts that are far from all known values of their series."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._validation.numbers import quoted
from skseq.exceptions import RangeWarning

# Of 3,612 default forecasts of series of the M3 and M4 competitions, none is so far
# away.
MAX_DISTANCE = 1
"""Largest distance from the range of the known values, in widths of this range, on the
scale of the forecast."""

MAX_DISTANCE_OF_LOGARITHMS = 0.5
"""The same, for logarithms of positive values that are not forecast as logarithms: a
series that grows by a percentage leaves its range by many widths."""

MAX_FACTOR = 1e4
"""Largest factor beyond all known values that are forecast as logarithms, however wide
their range is. Growth by 5 % a month takes 15 years to reach it."""

MIN_VALUES = 10
"""In fewer known values, the range is unknown."""

MIN_WIDTH = 1e-6
"""Width, relative to the values, of the range of a constant series with rounding."""


def warn_about_far_forecasts(fitted, predictions, series):
    """Warn if forecasts are far from all known values of their series.

    Parameters
    ----------
    fitted : FittedForecast
    predictions : ndarray of float of shape (n_predicted, n_steps, n_targets)
        In the units of y.
    series : ndarray of int of shape (n_predicted,)
    """
    transform, axis = fitted.transform, fitted.table.axis
    low, high = _ranges_of_series(transform, fitted.table)
    is_log = transform.is_log[series][:, np.newaxis]
    ends = [of[series][:, np.newaxis] for of in (low, high)]
    is_ranged = (axis.count_rows() >= MIN_VALUES)[series, np.newaxis, np.newaxis]
    is_far = _are_far(predictions, *ends, is_log, is_ranged)
    if not is_far.any():
        return
    place = tuple(np.argwhere(is_far)[0])
    number, target = series[place[0]], place[2]
    name, of_series = fitted.layout.names_of_targets[target], ""
    if axis.names is not None:
        of_series = f" of series {quoted(axis.names[number])}"
    in_logs, no_log = "", ""
    if transform.is_log[number, target]:
        in_logs, no_log = ", in logarithms", "log=False, "
    n_far = int(is_far.sum())
    verb, whose, which = ("is", "its", "it") if n_far == 1 else ("are", "their", "them")
    warn_user(
        f"{counted(n_far, 'prediction')} {verb} farther from all known values of "
        f"{whose} series than these are from each other{in_logs}. The first is "
        f"{predictions[place]:.4g}{of_series}, but {name} was always between "
        f"{low[number, target]:.4g} and {high[number, target]:.4g}. Check {which}: "
        "large errors grow from step to step, or come from windows with missing steps "
        f"or a jump. If so, use fewer steps, more rows of each series, {no_log}or a "
        "naive forecast.",
        RangeWarning,
    )


def _are_far(predictions, low, high, is_log, is_ranged):
    """Return which predictions are far from the known values of their series.

    Their range is used only if enough values are known.
    """
    is_positive = (low > 0) & (predictions > 0)
    logs = np.log(np.where(is_positive, predictions, 1))
    log_low, log_high = (np.log(np.where(low > 0, of, 1)) for of in (low, high))
    of_logs = _distances(logs, log_low, log_high)
    of_values = _distances(predictions, low, high)
    by_factor = np.maximum(log_low - logs, logs - log_high) > np.log(MAX_FACTOR)
    grows = is_positive & (of_logs <= MAX_DISTANCE_OF_LOGARITHMS)
    return np.where(
        is_log,
        by_factor | (is_ranged & (of_logs > MAX_DISTANCE)),
        is_ranged & (of_values > MAX_DISTANCE) & ~grows,
    )


def _distances(values, low, high):
    """Return distances from ranges, in widths of each; 0 if it has none."""
    width = high - low
    has_width = width > MIN_WIDTH * np.maximum(np.abs(low), np.abs(high))
    distances = np.maximum(low - values, values - high)
    return np.where(has_width, distances / np.where(has_width, width, 1), 0)


def _ranges_of_series(transform, table):
    """Return the smallest and the largest value of each series and target."""
    series, values = table.axis.series, transform.valid_targets(table)
    low = np.full(transform.is_log.shape, np.inf)
    high = -low
    np.minimum.at(low, series, values)
    np.maximum.at(high, series, values)
    return low, high
