"""Warnings about windows with values outside their range in fit."""

import numpy as np

from skseq._estimator.warnings import warn_once
from skseq._regression.targets.rescaled_features import scale_output
from skseq._series.origin import name_of_feature
from skseq.exceptions import RangeWarning

# A trend may leave the range; a value in another unit is much farther away.
MAX_DISTANCE = 3
"""Largest distance from the range in fit, in widths of the range, without a warning."""

CONSTANT_WIDTH = 1e-4
"""Width of the range of a constant feature, relative to its size: rounding of float32
is smaller."""


def range_of(windows):
    """Return the smallest and the largest value of each feature in complete windows."""
    values = windows.steps_in_windows()
    return values.min(axis=0), values.max(axis=0)


def widen_range(feature_range, windows):
    """Extend a range by the values of complete windows."""
    (low, high), (new_low, new_high) = feature_range, range_of(windows)
    return np.minimum(low, new_low), np.maximum(high, new_high)


def warn_about_other_range(model, windows, columns):
    """Warn, once for each fit, about values outside the range in fit.

    The warning says that the target scaler maps all values outside the target's range
    to one number or, if it does not, that a feature is far outside its range.
    ``columns`` are the names of the features, or None.
    """
    values = windows.steps_in_windows()
    _warn_about_saturation(model, values, columns)
    _warn_about_far_values(model, values, columns)


def _warn_about_far_values(model, values, columns):
    low, high = model.feature_range
    # If a feature was constant in fit, any change is far.
    smallest = CONSTANT_WIDTH * np.maximum(np.abs(low), 1)
    width = np.where(high > low, high - low, smallest)
    distance = np.fmax(low - values, values - high) / width
    distance[np.isnan(distance)] = 0
    row, feature = np.unravel_index(distance.argmax(), distance.shape)
    if distance[row, feature] <= MAX_DISTANCE:
        return
    in_fit = (
        f"it was always {low[feature]:.4g} in the windows of fit, so predictions "
        "cannot take the change into account"
    )
    if low[feature] < high[feature]:
        in_fit = (
            f"in fit it ranged from {low[feature]:.4g} to {high[feature]:.4g}. It is "
            f"outside by {distance[row, feature]:.3g} times its range, so predictions "
            "may be far off"
        )
    warn_once(
        model,
        f"{_name(model, feature, columns)} reaches {values[row, feature]:.4g} as "
        f"the regressor gets it, after any scaling, but {in_fit}. Check units and "
        f"scaling{_how_to_fit_again(model, feature)}. "
        "This warning is shown once per fit.",
        RangeWarning,
    )


def _how_to_fit_again(model, feature):
    """Say which rows a fit needs after a change, as the end of a sentence."""
    n_steps = max((past.lag for past in _pasts_in(model, feature)), default=1)
    if n_steps == 1:
        return ", or fit again with recent rows"
    return (
        f". The past of y in the windows of fit ends {n_steps} rows before the last "
        "row. If the values are right, fit again when more rows are "
        "known after the change, or forecast fewer steps"
    )


def _name(model, feature, columns):
    """Name a feature; not as one of X if it may be y, which a forecaster adds."""
    name = name_of_feature(feature, columns)
    if _pasts_in(model, feature):
        return f"{name.removesuffix(' of X')}, the past of y,"
    return name


def _pasts_in(model, feature):
    """List the pasts of targets that a feature contains."""
    return [past for past in model.lagged_targets if past and past.feature == feature]


def _warn_about_saturation(model, values, columns):
    for one in model.rescaled:
        low, high = (float(end[one.feature]) for end in model.feature_range)
        column = values[:, one.feature]
        for end, farthest in (
            (high, float(np.fmax.reduce(column))),
            (low, float(np.fmin.reduce(column))),
        ):
            if low <= farthest <= high or np.isnan(farthest):
                continue
            # y itself may reach a little farther than its past in the windows of fit.
            between = (end + farthest) / 2
            pair = one.slope * np.array([between, farthest]) + one.intercept
            try:
                with np.errstate(all="ignore"):
                    scaled = scale_output(model.target_scaler, one, pair)
            except ValueError:  # so will the prediction, which names a value of X
                continue
            if scaled[0] == scaled[1]:
                warn_once(
                    model,
                    f"{_name(model, one.feature, columns)} reaches {pair[1]:.4g} in "
                    "the units of y. That is outside its range in fit, "
                    f"and target_scaler={model.given_target_scaler} maps all such "
                    "values to one number. Predictions do not change with them, and "
                    "never leave the range of y in fit. Use a scaler without bounds, "
                    "such as 'minmax', or fit again with recent rows. This warning is "
                    "shown once per fit.",
                    RangeWarning,
                )
                return
