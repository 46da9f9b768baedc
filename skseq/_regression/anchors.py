"""Anchors: the known value of the target that the network's output is added to.

The search for the lagged target is in `skseq._series.lagged_target`; the engines apply
the Normalization that is made here.
"""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from skseq._estimator.plurals import counted
from skseq._network.normalization import Anchor, Normalization
from skseq._regression.diagnostics import warn_of_step_order, warn_of_unusable_past
from skseq._regression.lagged_features import (
    StepOrderError,
    features_to_search,
    find_in_windows,
    find_known_pasts,
    make_lag_searches,
)
from skseq._regression.naive_strategies import check_even, steps_back
from skseq._regression.window_statistics import make_statistics
from skseq._regression.window_variances import smallest_variances
from skseq._series.lagged_target import AmbiguousLagError, LagRules

# Two values are always one standard deviation from their mean, so all normalized
# windows of two steps would be the same up to sign.
MIN_STEPS = 3
"""Minimum number of steps in a window that is normalized."""

# A target that rarely changes may equal another column by chance.
MIN_CHANGES = 5
"""Minimum number of times that a target changes before its past is searched for."""

# Without a floor, rounding errors in a window that hardly varies would be divided by
# almost zero and become large numbers.
VARIANCE_FLOOR = 1e-4
"""Added to the variance of a window, relative to the mean variance of windows."""

# The standard deviation of a short window is a rough estimate. Quantiles in proportion
# to it are too close together in windows that vary little and too far apart in others.
# With this floor, the pinball loss was lower on most of twelve series, and the coverage
# closer to the nominal coverage.
QUANTILE_VARIANCE_FLOOR = 0.3
"""Instead of `VARIANCE_FLOOR` for quantiles, also those of a loss of the user."""

# Squares of float32 underflow below about 1e-38; this leaves a margin.
SMALLEST_VARIANCE = 1e-30
"""Smallest variance that is used, and inverse of the largest."""

NO_PAST = (
    "the target's past: a feature that equals y some steps earlier, scaled or not",
    "Make y one of the columns that the windows are cut from",
)
"""What is missing, and what to do."""

LINEAR_WEIGHT = 0.75
"""Weight of the linear forecast with linear_weight="auto"."""


@dataclass(frozen=True)
class AnchorOptions:
    """The parameters that set normalization, anchors and the linear forecast.

    Attributes
    ----------
    normalization : {"auto", "instance"} or None
    persistence : {"auto", "last"}, int or None
    target_feature : "auto", int or tuple of int
    linear_weight : "auto" or float
    window_statistics : bool or "auto"
    """

    normalization: str | None
    persistence: str | int | None
    target_feature: str | int | tuple
    linear_weight: str | float
    window_statistics: str | bool

    @classmethod
    def from_estimator(cls, estimator):
        """Copy the parameters of an estimator."""
        target_feature = estimator.target_feature
        if isinstance(target_feature, list):  # the user may change it after fit
            target_feature = tuple(target_feature)
        statistics = estimator.window_statistics
        return cls(
            estimator.normalization,
            estimator.persistence,
            target_feature,
            estimator.linear_weight,
            statistics if isinstance(statistics, str) else bool(statistics),
        )

    @property
    def are_disabled(self):
        """Whether both normalization and persistence are None."""
        return self.normalization is None and self.persistence is None

    @property
    def requested(self):
        """Names of the parameters that are set, instead of "auto" or off."""
        names = []
        for name, value in vars(self).items():
            is_zero_weight = name == "linear_weight" and value == 0
            is_off = value is None or value is False or is_zero_weight
            if value != "auto" and not is_off:
                names.append(name)
        return names

    def check_none_requested(self, missing, remedy):
        """Raise if a parameter requests what is impossible; "auto" skips it.

        Parameters
        ----------
        missing : str
            What the parameters need.
        remedy : str
            What the user can do.
        """
        if self.requested:
            names = " and ".join(self.requested)
            raise ValueError(
                f"{names} cannot be applied without {missing}. {remedy}, or leave "
                f"{names} at 'auto'."
            )


def find_lagged_targets(rows, options):
    """Find the feature that holds the past of each target.

    Parameters
    ----------
    rows : FitRows
    options : AnchorOptions

    Returns
    -------
    lagged_targets : tuple of LaggedTarget or None
        One for each output; None where the target is constant or its past is not
        found.

    Raises
    ------
    ValueError
        If a parameter requests the past of a target that is not found.
    """
    targets, known = rows.targets, rows.weights > 0
    n_outputs, n_features = targets.shape[1], rows.windows.shape[2]
    candidates = features_to_search(options.target_feature, n_features, n_outputs)
    if options.are_disabled:
        options.check_none_requested("normalization or persistence", "Set one of them")
        return (None,) * n_outputs
    searches = make_lag_searches(rows.windows, known, rows.steps)
    if rows.target_origin is None:
        pasts = [
            _find_lagged_target(searches, rows, output, features)
            for output, features in enumerate(candidates)
        ]
    else:
        pasts = _find_known_pasts(searches, rows, candidates)
    found, is_warned = [], False
    for output, (features, lagged) in enumerate(zip(candidates, pasts, strict=True)):
        if lagged is None and np.ptp(targets[known, output]) > 0:
            if options.target_feature != "auto":  # it names a feature for each output
                options.check_none_requested(*NO_PAST)
            # Many outputs are mostly steps of one forecast, with the same past.
            if not is_warned:
                warn_of_unusable_past(rows, output, known, features)
            is_warned = True
        found.append(lagged)
    if not any(found) and np.ptp(targets[known], axis=0).any():
        options.check_none_requested(*NO_PAST)
    return tuple(found)


def find_in_known_features(rows, lagged_targets):
    """Find the past of each target again, in the feature that held it before.

    The previous lag is tried first, because in few rows a smaller one may fit by
    chance.

    Parameters
    ----------
    rows : FitRows
    lagged_targets : tuple of LaggedTarget or None

    Returns
    -------
    found : tuple of LaggedTarget or None
        One for each output.
    """
    searches = make_lag_searches(rows.windows, rows.weights > 0, rows.steps)
    if rows.target_origin is not None:
        candidates = [[lagged.feature] if lagged else [] for lagged in lagged_targets]
        return tuple(_find_known_pasts(searches, rows, candidates))

    def find(output, lagged):
        if lagged is None or lagged.lag > len(rows.targets) // 2:
            return None
        place, same_lag = (output, [lagged.feature]), LagRules(np.array([lagged.lag]))
        found = _find_lagged_target(searches, rows, *place, same_lag)
        return found or _find_lagged_target(searches, rows, *place)

    return tuple(find(*pair) for pair in enumerate(lagged_targets))


def _find_known_pasts(searches, rows, candidates):
    """Return the lagged target of each output, or None."""
    found = find_known_pasts(searches, rows.targets, rows.target_origin, candidates)
    return [of_output[0] if of_output else None for of_output in found]


def _find_lagged_target(searches, rows, output, features, rules=None):
    """Return the lagged target with the smallest lag, or None."""
    target = rows.targets[:, output]
    if np.count_nonzero(np.diff(target[rows.weights > 0])) < MIN_CHANGES:
        return None
    try:
        found = find_in_windows(searches, target, features, rules)
    except AmbiguousLagError:  # without its lag, a column cannot be used
        return None
    except StepOrderError as error:
        warn_of_step_order(error)
        return None
    return found[0] if found else None


def make_normalization(
    windows, axis, lagged_targets, maps, options, variance_floor=VARIANCE_FLOOR
):
    """Describe how a network reads windows and which value its output is added to.

    Parameters
    ----------
    windows : Windows
        Complete; as the network gets them.
    axis : TimeAxis
        Of their rows, sorted by series.
    maps : tuple of (slope, intercept) or None
        From the feature that holds each target's past to the scaled target; see
        `anchor_maps`.
    lagged_targets : tuple of LaggedTarget or None
    options : AnchorOptions
    variance_floor : float, default=VARIANCE_FLOOR
        Added to the variance of a window, relative to the mean variance of windows.

    Returns
    -------
    normalization : Normalization or None
        None if no target's past is known, or if it cannot be used.

    Raises
    ------
    ValueError
        If a parameter requests what the size of a feature or the length of the windows
        do not permit.
    """
    if not any(maps):
        return None
    pairs = list(zip(lagged_targets, maps, strict=True))
    floors = [None] * windows.shape[2]
    if options.normalization is not None and _are_long_enough(windows, options):
        variances = variance_floor * smallest_variances(windows, axis)
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


def anchor_maps(affine, lagged_targets, from_rescaled):
    """Return the maps from the features that hold the targets' past to scaled targets.

    Parameters
    ----------
    affine : list of tuple (slope, intercept) or None
        From y's units to scaled targets, as `affine_maps` returns them.
    lagged_targets : tuple of LaggedTarget or None
    from_rescaled : list of tuple (slope, intercept) or None
        From features that are scaled as a target is before the network gets them, as
        `maps_from_rescaled` returns them.

    Returns
    -------
    maps : tuple of (slope, intercept) or None
        None for an output without past, or whose scaler prevents its use.
    """
    maps = []
    for output, (lagged, of_target) in enumerate(
        zip(lagged_targets, affine, strict=True)
    ):
        if lagged is None:
            maps.append(None)
        elif from_rescaled[output]:
            maps.append(from_rescaled[output])
        elif of_target is None:
            maps.append(None)
        else:
            slope, intercept = of_target
            maps.append((slope * lagged.slope, slope * lagged.intercept + intercept))
    return tuple(maps)


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


def choose_linear_weights(options, normalization):
    """Return the weight of the linear forecast in each output.

    Parameters
    ----------
    options : AnchorOptions
    normalization : Normalization or None

    Returns
    -------
    weights : ndarray of float64 of shape (n_outputs,), or 0.0
        0 for outputs without an anchor.
    """
    if normalization is None:
        return 0.0
    requested = options.linear_weight
    weight = float(requested) if isinstance(requested, Real) else LINEAR_WEIGHT
    return np.array([weight if anchor else 0.0 for anchor in normalization.anchors])
