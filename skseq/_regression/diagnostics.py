"""Warnings about predictions that are probably inaccurate."""

import numpy as np
from sklearn.exceptions import FitFailedWarning

from skseq._estimator.warnings import warn_once, warn_user
from skseq._series.lagged_target import find_near_miss
from skseq.exceptions import LaggedTargetWarning, RangeWarning

# A trend may leave the range; a value in another unit is much farther away.
MAX_DISTANCE = 3
"""Largest distance from the range of fit, in widths of the range, without a warning."""


def warn_of_other_windower(model, origin):
    """Warn if windows come from another fit of the windower than those of fit.

    The steps before a windower are fitted with it, so their scale is another one too.

    Parameters
    ----------
    model : FittedModel
    origin : WindowOrigin or None
    """
    ids = model.windower_fit_id, origin and origin.fit_id
    if None not in ids and ids[0] != ids[1]:
        warn_once(
            model,
            "The windows come from a SequenceWindower that was fitted on other rows "
            "than this regressor, so the scale of X may be another one, and "
            "predictions may be wrong. In a Pipeline this happens if fit failed half "
            "way: fit the whole Pipeline again. To keep a working Pipeline, fit a "
            "clone of it.",
            FitFailedWarning,
        )


def range_of(windows):
    """Return the smallest and the largest value of each feature in complete windows.

    Parameters
    ----------
    windows : Windows

    Returns
    -------
    low, high : ndarray of shape (n_features,)
    """
    held = windows.series[windows.n_windows_per_step() > 0]
    return held.min(axis=0), held.max(axis=0)


def widen_range(feature_range, windows):
    """Extend a range by the values of complete windows."""
    (low, high), (new_low, new_high) = feature_range, range_of(windows)
    return np.minimum(low, new_low), np.maximum(high, new_high)


def warn_of_far_values(model, windows):
    """Warn if a feature is far outside the range of fit, once for each fit.

    Parameters
    ----------
    model : FittedModel
    windows : Windows
        NaN at missing steps.

    Warns
    -----
    RangeWarning
        About the feature that is farthest outside.
    """
    low, high = model.feature_range
    held = windows.series[windows.n_windows_per_step() > 0]
    # A feature that was constant in fit has a range of width 0: use its size instead.
    size = np.where(low == 0, 1, np.abs(low))
    width = np.where(high > low, high - low, size)
    distance = np.nan_to_num(np.fmax(low - held, held - high) / width, nan=0.0)
    row, feature = np.unravel_index(distance.argmax(), distance.shape)
    if distance[row, feature] > MAX_DISTANCE:
        warn_once(
            model,
            f"Feature {feature} of X reaches {held[row, feature]:.4g}, but in fit it "
            f"ranged from {low[feature]:.4g} to {high[feature]:.4g}, so predictions "
            "may be far off. Check units and scaling, or fit again with recent rows. "
            "This warning is shown once per fit.",
            RangeWarning,
        )


def warn_of_unused_past(rows, output, known, features):
    """Warn if the past of a target is in X, but in a form that cannot be used.

    Parameters
    ----------
    rows : FitRows
    output : int
    known : ndarray of bool of shape (n_rows,)
        Rows of weight.
    features : iterable of int

    Warns
    -----
    LaggedTargetWarning
    """
    target = rows.targets[:, output]
    if rows.known_past is not None:
        warn_user(
            f"The feature of X that holds the past of output {output} is no scaled "
            "copy of it: a step before the windower transforms it, such as by a "
            "logarithm, or leaves it out. So it is not used as the target's own past: "
            "no normalization, persistence, linear forecast and early stopping by "
            "default. Transform the target by target_scaler instead.",
            LaggedTargetWarning,
        )
        return
    last_steps = rows.windows.last_steps()
    near = find_near_miss(last_steps, target, rows.steps[0], known, features)
    if near is None:
        return
    n_different = len(near.different)
    if n_different:
        first = near.different[0]
        label = rows.axis.name_row(first)
        what = (
            f"equals y {near.lag} step(s) earlier except in {n_different} of "
            f"{near.n_compared} rows (the first is {label})"
        )
        remedy = "Make the two equal in these rows"
    else:
        what = (
            f"rises and falls with y {near.lag} step(s) earlier but is no scaled copy "
            "of it: one of them was rounded, clipped or transformed"
        )
        remedy = (
            "Transform y by target_scaler instead of TransformedTargetRegressor, or X "
            "and y alike"
        )
    warn_user(
        f"Feature {near.feature} of X {what}. So it is not used as the target's own "
        "past: no normalization, persistence, linear forecast and early stopping by "
        f"default. {remedy}, or make y itself a column of X.",
        LaggedTargetWarning,
    )
