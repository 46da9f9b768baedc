"""Find the feature that contains the past of each target."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._regression.past.axis_order import (
    describe_axis_order,
    describe_steps_as_features,
)
from skseq._regression.past.lagged_features import (
    StepOrderError,
    features_to_search,
    find_in_windows,
    find_known_pasts,
    make_lag_searches,
)
from skseq._regression.past.unusable_past import (
    warn_about_step_order,
    warn_about_unusable_past,
)
from skseq._series.lagged_target import AmbiguousLagError, LagRules
from skseq.exceptions import LaggedTargetWarning

# A target that rarely changes may equal another column by chance.
MIN_CHANGES = 5
"""Minimum number of changes of a target whose past is searched for at all lags."""

NO_PAST = (
    "the target's past: a feature that equals y some steps earlier, scaled or not",
    "Make y one of the columns that the windows are cut from",
)
"""What is missing, and what to do."""


def find_lagged_targets(rows, options):
    """Find the feature that contains the past of each target, as a LaggedTarget.

    It is None where the target is constant or its past is not found. Raise if a
    parameter requests the past of a target that is not found.
    """
    targets, known = rows.targets, rows.known
    n_outputs, n_features = targets.shape[1], rows.windows.shape[2]
    candidates = features_to_search(options.target_feature, n_features, n_outputs)
    if options.are_disabled:
        options.check_none_requested("normalization or persistence", "Set one of them")
        return (None,) * n_outputs
    searches = make_lag_searches(rows)
    if rows.target_origin is None:
        pasts, is_warned = _find_pasts(searches, rows, candidates)
    else:
        found = find_known_pasts(searches, rows, candidates)
        pasts, is_warned = [one[0] if one else None for one in found], False
    for output, (features, lagged) in enumerate(zip(candidates, pasts, strict=True)):
        if lagged is None and np.ptp(targets[known, output]) > 0:
            if options.target_feature != "auto":  # it names a feature for each output
                options.check_none_requested(*NO_PAST)
            # Many outputs are mostly steps of one forecast, with the same past.
            if not is_warned:
                warn_about_unusable_past(rows, output, features)
            is_warned = True
    if not any(pasts) and np.ptp(targets[known], axis=0).any():
        options.check_none_requested(*NO_PAST)
    return tuple(pasts)


def _find_pasts(searches, rows, candidates):
    """Find the lagged target of each output, or warn that windows are out of order.

    Returns
    -------
    pasts : list of LaggedTarget or None
    is_warned : bool
    """
    pasts, is_warned = [], False
    for output, features in enumerate(candidates):
        past = error = None
        try:
            past = _find_lagged_target(searches, rows, output, features)
        except StepOrderError as raised:
            error = raised
        if not is_warned:
            is_warned = _warn_about_order(rows, output, past, error)
        pasts.append(past)
    return pasts, is_warned


def _warn_about_order(rows, output, past, error):
    """Warn if axes or steps are not in order, and return whether they are not."""
    target = rows.targets[:, output]
    axis_order = None
    if _changes_enough(rows, target):
        axis_order = describe_steps_as_features(rows, target)
        if not (axis_order or (past and past.is_even)):
            axis_order = describe_axis_order(rows, target)
    if axis_order:
        warn_user(axis_order, LaggedTargetWarning)
    elif error:
        warn_about_step_order(error)
    return bool(axis_order or error)


def find_in_known_features(rows, lagged_targets):
    """Find the past of each target again, in the feature that held it before.

    The previous lag is tried first, because in few rows a smaller one may fit by
    chance.
    """
    searches = make_lag_searches(rows)

    def find(output, lagged):
        if lagged is None or lagged.lag > len(rows.targets) // 2:
            return None
        place, same_lag = (output, [lagged.feature]), LagRules(np.array([lagged.lag]))
        try:
            found = _find_lagged_target(searches, rows, *place, same_lag)
            return found or _find_lagged_target(searches, rows, *place)
        except StepOrderError as error:
            warn_about_step_order(error)
            return None

    return tuple(find(*pair) for pair in enumerate(lagged_targets))


def _find_lagged_target(searches, rows, output, features, rules=None):
    """Return the lagged target with the smallest lag, or None."""
    target = rows.targets[:, output]
    if not _changes_enough(rows, target):
        return _find_rarely_changing(searches, rows, target, features)
    try:
        found = find_in_windows(searches, target, features, rules)
    except AmbiguousLagError:  # without its lag, a column cannot be used
        return None
    return found[0] if found else None


def _changes_enough(rows, target):
    return np.count_nonzero(np.diff(target[rows.known])) >= MIN_CHANGES


def _find_rarely_changing(searches, rows, target, features):
    """Return the past of a target that rarely changes, or None.

    At the horizon of the windower, a column is y's own past. At other lags, or after
    any other scaling than a usual one, columns that changed once fit all such targets.
    """
    if rows.horizon < 1:
        return None
    rules = LagRules(np.array([rows.horizon]), any_map=False)
    found = find_in_windows(searches, target, features, rules)
    unscaled = [one for one in found if (one.slope, one.intercept) == (1, 0)]
    # Of several that changed on the same days, none is known to be the right one.
    found = unscaled or found
    return found[0] if len(found) == 1 else None
