"""Warn that the past of a target is in X, but cannot be used."""

from dataclasses import replace

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.lagged_target import (
    MAX_LAG,
    MIN_COMPARED,
    LaggedTarget,
    find_near_miss,
)
from skseq._series.lagged_target.near_miss import MIN_SIMILAR_CHANGES
from skseq._series.origin import name_of_feature
from skseq.exceptions import LaggedTargetWarning

MIN_CORRELATION = 0.95
"""Without overlapping windows, a warning names a feature with at least this correlation
with y. Only series whose level changes slowly reach it, and for these normalization and
persistence matter most."""

MIN_RATE_OF_TURNS = 0.2
"""Strided windows show that a feature rises and falls with y only if this fraction of
the changes of y are rises, and as many are falls."""


CONSEQUENCE = (
    "by default there is no normalization, persistence, linear forecast or early "
    "stopping"
)
NOT_USED = f"It is therefore not used as the target's past: {CONSEQUENCE}"


def warn_about_unusable_past(rows, output, features):
    """Warn if the past of a target is in X, but in a form that cannot be used."""
    if rows.target_origin is None:
        _warn_about_near_miss(rows, rows.targets[:, output], features)
    elif text := describe_late_change(rows, output):
        warn_user(
            f"{text} Forecasts now stay near the value before the change.",
            LaggedTargetWarning,
        )
    # With few more rows than the lag, too few can be compared to find any scaling.
    elif len(rows.trainable) >= rows.target_origin.lags[output] + MIN_COMPARED:
        origin = rows.target_origin
        steps = np.flatnonzero(np.equal(origin.features, origin.features[output]))
        name = origin.name_outputs(steps) or "y"
        warn_user(
            f"The feature of X that contains the past of {name} is not a "
            "scaled copy: a step before the windower transforms it, such as with a "
            f"logarithm, or leaves it out. {NOT_USED}. Transform the target with "
            "target_scaler instead.",
            LaggedTargetWarning,
        )


def describe_late_change(rows, output):
    """Say that a forecaster's y only changes after the last window to learn from.

    The text, with the way out, is empty if y changes earlier.
    """
    origin = rows.target_origin
    name, horizon = origin.targets[0].name, max(origin.lags)
    # A step before the windower may have made the feature constant instead.
    earlier = rows.targets[rows.known, output][:-horizon]
    is_late = rows.axis.n_series == 1 and len(earlier) and np.ptp(earlier) == 0
    past = _constant_of(rows, origin.features[output])
    if not is_late or past is None:
        return ""
    sooner = "Forecast fewer steps, use strategy='recursive', or fit again"
    rows_of_horizon = f"{counted(horizon, 'row')}, as many as the horizon"
    if horizon == 1:
        sooner, rows_of_horizon = "Fit again", "row"
    return (
        f"{name} changes for the first time in its last {rows_of_horizon}, so it is "
        f"constant in all training windows. {sooner} when more rows are known."
    )


def find_unscaled_constants(rows):
    """Find pasts that are constant in all windows, as `find_known_pasts` finds others.

    A constant does not show its scale. But one that equals y is probably unscaled:
    scaled constants are mostly 0.
    """
    origin, found = rows.target_origin, []
    for output, (feature, lag) in enumerate(
        zip(origin.features, origin.lags, strict=True)
    ):
        value = _constant_of(rows, feature)
        is_unscaled = value and value in rows.targets[rows.known, output]
        found.append([LaggedTarget(feature, lag, 1.0, 0.0)] if is_unscaled else [])
    return found


def _constant_of(rows, feature):
    """Return the value of the last steps of a feature; None if they vary or are few."""
    values = rows.windows.last_steps()[rows.known, feature]
    values = values[~np.isnan(values)]
    if len(values) < MIN_COMPARED or np.ptp(values) > 0:
        return None
    return values[0]


def warn_about_step_order(error):
    """Warn that the target's past is not used because of a `StepOrderError`."""
    warn_user(
        f"{error} The target's past is therefore not used: {CONSEQUENCE}.",
        LaggedTargetWarning,
    )


def _warn_about_near_miss(rows, target, features):
    """Warn if a feature nearly contains the past of a target, and name it."""
    known, last_steps = rows.known, rows.windows.last_steps()
    found = [
        find_near_miss(last_steps, target, n.steps, known, n.among(features))
        for n in rows.steps.for_changes
    ]
    strided = [n for way in rows.steps.ways for n in way if n.is_strided]
    for numbers in strided:
        near = _find_in_strided(rows, target, numbers, features)
        found += [one for one in near if len(one.different) or _turns(target[known])]
    near = min(filter(None, found), key=lambda near: near.lag, default=None)
    if near is None:
        if not rows.steps.for_changes and not strided:
            _warn_about_no_overlap(rows, target, features)
        return
    n_different = len(near.different)
    if n_different:
        first = near.different[0]
        label = rows.axis.name_row(first)
        what = (
            f"equals y {counted(near.lag, 'step')} earlier except in {n_different} of "
            f"{counted(near.n_compared, 'row')} (the first is {label})"
        )
        remedy = "Make the two equal in these rows, or make y itself a column of X"
    else:
        what = (
            f"rises and falls with y {counted(near.lag, 'step')} earlier but is not a "
            "scaled copy of it: one of them was rounded, clipped or transformed"
        )
        remedy = (
            "Transform y with target_scaler instead of TransformedTargetRegressor, or "
            "transform X and y in the same way"
        )
    warn_user(
        f"{name_of_feature(near.feature, rows.columns)} {what}. {NOT_USED}. {remedy}.",
        LaggedTargetWarning,
    )


def _turns(values):
    """Return whether values rise and fall; series with a trend mostly rise together."""
    changes = np.diff(values)
    return min((changes > 0).mean(), (changes < 0).mean()) > MIN_RATE_OF_TURNS


def _find_in_strided(rows, target, numbers, features):
    """Find near misses in windows that begin several steps apart.

    The steps of windows are compared one by one, because y is known at some steps only.
    """
    windows, known = rows.windows, rows.known
    distances = np.diff(numbers.steps)
    are_near = distances < windows.time_steps
    stride = int(np.gcd.reduce(distances[are_near]))
    distances = np.where(are_near, distances // stride, MAX_LAG + 1)
    steps = np.concatenate([[0], np.cumsum(distances)])
    found = []
    for n_back in range(stride):
        columns = windows.series[windows.starts + windows.time_steps - 1 - n_back]
        near = find_near_miss(columns, target, steps, known, numbers.among(features))
        if near is not None:
            found.append(replace(near, lag=near.lag * stride - n_back))
    return found


def _warn_about_no_overlap(rows, target, features):
    """Warn if a feature may contain y's past, but no windows overlap to verify it."""
    if rows.origin is not None or rows.windows.time_steps == 1 or not rows.is_ordered:
        return
    last_steps = rows.windows.last_steps()
    for feature in features:
        last = last_steps[:, feature]
        is_known = rows.known & ~np.isnan(last)
        if np.count_nonzero(is_known) < MIN_SIMILAR_CHANGES:
            continue
        if _correlation(last[is_known], target[is_known]) >= MIN_CORRELATION:
            warn_user(
                f"{name_of_feature(feature, rows.columns)}, at the last step of each "
                f"window, is close to y (correlation above {MIN_CORRELATION}), but it "
                "is unknown whether it contains y some steps earlier, as no window "
                f"shares steps with the window before it. {NOT_USED}. If the windows "
                "are cut from a series, cut them closer together than their length, "
                "such as at every step.",
                LaggedTargetWarning,
            )
            return


def _correlation(one, other):
    """Return the correlation of two columns, 0 if one is constant."""
    # Ranges of 1, so that the squares of large numbers stay finite.
    one, other = (
        (values - values.min()) / (np.ptp(values) or 1)
        for values in (one.astype(np.float64), other.astype(np.float64))
    )
    if not np.ptp(one) or not np.ptp(other):
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
