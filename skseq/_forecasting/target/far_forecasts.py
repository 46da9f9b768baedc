"""A warning about forecasts that are far from all known values of their series."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq.exceptions import RangeWarning

# Of 3,612 default forecasts of series of the M3 and M4 competitions, none is so far
# away.
MAX_DISTANCE = 1
"""Largest distance from the range of the known values, in widths of this range, on the
scale of the forecast."""

MAX_FACTOR = 1e4
"""Largest factor beyond all known values that are forecast as logarithms, however wide
their range is. Growth by 5 % a month takes 15 years to reach it."""

ROUNDING = 1e-6

MIN_VALUES = 10
"""With fewer known values, the range is unknown."""


def warn_about_far_forecasts(predictions, series, transform, table, names):
    """Warn if forecasts are far from all known values of their series.

    Parameters
    ----------
    predictions : ndarray of float of shape (n_predicted, n_steps, n_targets)
        In the units of y.
    series : ndarray of int of shape (n_predicted,)
    transform : TargetTransform
    table : Table
        All known rows.
    names : list of str of length n_targets
    """
    is_log = transform.is_log
    values = transform.with_logarithms(table)
    low, high = _ranges_of_series(values, table.axis.series, is_log.shape)
    ends = [_on_scale(of, is_log)[series][:, np.newaxis] for of in (low, high)]
    is_log_step = np.broadcast_to(is_log[series][:, np.newaxis], predictions.shape)
    scaled = _on_scale(predictions, is_log_step)
    distances = np.maximum(ends[0] - scaled, scaled - ends[1])
    n_known = np.bincount(table.axis.series, minlength=len(is_log))
    limits = np.where(
        (n_known < MIN_VALUES)[series, np.newaxis, np.newaxis],
        np.inf,
        MAX_DISTANCE * (ends[1] - ends[0]),
    )
    limits = np.where(is_log_step, np.minimum(limits, np.log(MAX_FACTOR)), limits)
    # Forecasts of a constant series differ from it by rounding errors.
    is_far = distances > limits + ROUNDING * np.maximum(*map(np.abs, ends))
    if not is_far.any():
        return
    place = tuple(np.argwhere(is_far)[0])
    number, target = series[place[0]], place[2]
    of_series = table.axis.names
    of_series = "" if of_series is None else f" of series {of_series[number]!r}"
    no_log = "log=False, " if is_log[number, target] else ""
    warn_user(
        f"{counted(int(is_far.sum()), 'prediction')} cannot be trusted, because all "
        "known values of the series are far away. The first is "
        f"{predictions[place]:.4g}{of_series}, but {names[target]} was always between "
        f"{low[number, target]:.4g} and {high[number, target]:.4g}. Such errors grow "
        "from step to step, or come from windows with missing steps or a jump. "
        f"Use fewer steps, more rows of each series, {no_log}or a naive forecast.",
        RangeWarning,
    )


def _on_scale(values, is_log):
    """Return the logarithm of values where they are forecast as logarithms."""
    return np.where(is_log, np.log(np.where(is_log, values, 1)), values)


def _ranges_of_series(values, series, shape):
    """Return the smallest and the largest value of each series and target."""
    low = np.full(shape, np.inf)
    high = -low
    np.minimum.at(low, series, values)
    np.maximum.at(high, series, values)
    return low, high
