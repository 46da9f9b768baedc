"""How a network reads windows, as the Normalization that the engines apply."""

from numbers import Integral

from skseq._estimator.plurals import counted
from skseq._network.normalization import Anchor, Normalization
from skseq._regression.normalization.window_statistics import make_statistics
from skseq._regression.normalization.window_variances import smallest_variances
from skseq._regression.past.naive_strategies import check_even, steps_back

# Two values are always one standard deviation from their mean, so all normalized
# windows of two steps would be the same up to sign.
MIN_STEPS = 3
"""Minimum number of steps in a window that is normalized."""

# Without a floor, rounding errors in a window that hardly varies would be divided by
# almost zero and become large numbers.
VARIANCE_FLOOR = 1e-4
"""Added to the variance of a window, relative to the mean variance of windows."""

# The standard deviation of a short window is a rough estimate. Quantiles in proportion
# to it are too close together in windows that vary little and too far apart in others.
# With this floor, the pinball loss was lower on most of twelve series, and the coverage
# closer to the nominal coverage.
QUANTILE_VARIANCE_FLOOR = 0.3
"""Used instead of `VARIANCE_FLOOR` for quantiles, also those of a user's own loss."""

# Squares of float32 underflow below about 1e-38; this leaves a margin.
SMALLEST_VARIANCE = 1e-30
"""Smallest variance that is used, and the inverse of the largest one."""


def make_normalization(windows, axis, lagged_targets, maps, options, has_quantiles):
    """Describe how a network reads windows and which value its output is added to.

    Return None if no target's past is known, or if it cannot be used. Raise if a
    parameter requests what the size of a feature or the length of windows rules out.

    Parameters
    ----------
    windows : Windows
        Complete, sorted by series; as the network gets them.
    axis : TimeAxis
        Of their rows.
    lagged_targets : tuple of LaggedTarget or None
    maps : tuple of (slope, intercept) or None
        From the feature that contains each target's past to the scaled target.
    options : AnchorOptions
    has_quantiles : bool
        Whether quantiles are predicted.
    """
    if not any(maps):
        return None
    pairs = list(zip(lagged_targets, maps, strict=True))
    floors = [None] * windows.shape[2]
    if options.normalization is not None and _are_long_enough(windows, options):
        floor = QUANTILE_VARIANCE_FLOOR if has_quantiles else VARIANCE_FLOOR
        variances = floor * smallest_variances(windows, axis)
        for lagged, affine in pairs:
            if affine:
                floors[lagged.feature] = float(variances[lagged.feature])
    if any(f and not SMALLEST_VARIANCE < f < 1 / SMALLEST_VARIANCE for f in floors):
        options.check_none_requested(
            "features of a usual size", "Scale X in an earlier step"
        )
        return None
    anchors = []
    for lagged, affine in pairs:
        anchor = None
        if affine:
            step = _anchor_step(lagged, windows.time_steps, options.persistence)
            anchor = Anchor(lagged.feature, step, *affine)
        anchors.append(anchor)
    statistics = make_statistics(windows, axis, floors, options.window_statistics)
    return Normalization(tuple(floors), tuple(anchors), statistics)


def _are_long_enough(windows, options):
    """Return whether windows can be normalized; shorter ones still have an anchor."""
    if windows.time_steps >= MIN_STEPS:
        return True
    if options.normalization == "instance":
        raise ValueError(
            f"normalization='instance' needs windows of at least {MIN_STEPS} steps, "
            f"but X has windows of {counted(windows.time_steps, 'step')}. Use "
            f"time_steps={MIN_STEPS} or more, or normalization='auto'."
        )
    return False


def _anchor_step(lagged, time_steps, persistence):
    """Return the anchor's step in the window, counted from its end as -1, -2, ..."""
    if persistence is None:
        return None
    if not isinstance(persistence, Integral):
        return -1
    check_even(lagged, f"persistence={persistence}", "persistence='last'")
    lag = lagged.lag
    n_back = steps_back(lag, int(persistence))
    step = lag - n_back - 1
    if -step > time_steps:
        raise ValueError(
            f"persistence={persistence} needs the value {n_back} steps before the row, "
            f"but windows of {counted(time_steps, 'step')} that end "
            f"{counted(lag, 'step')} before the row do not contain it. Use "
            f"time_steps={-step} or more."
        )
    return step
