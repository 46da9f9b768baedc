"""Warnings about predictions that are probably inaccurate."""

import numpy as np
from sklearn.exceptions import FitFailedWarning

from skseq._estimator.failed_fits import REFIT
from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_once, warn_user
from skseq._network.architecture import CustomNetwork
from skseq._regression.target_scaling import scale_output
from skseq._series.lagged_target import MIN_COMPARED, find_near_miss
from skseq._series.origin import name_of_feature
from skseq._series.window_order import count_backward
from skseq.exceptions import LaggedTargetWarning, RangeWarning

# A trend may leave the range; a value in another unit is much farther away.
MAX_DISTANCE = 3
"""Largest distance from the range in fit, in widths of the range, without a warning."""

LARGE = 1000
"""Root mean square of a feature above which it saturates the gates of a network."""


def warn_of_other_windower(fit_id, origin):
    """Warn if windows come from another fit of the windower than in ``fit``.

    The steps before a windower are fitted with it, so their scale differs, too.

    Parameters
    ----------
    fit_id : str or None
        The `WindowOrigin.fit_id` of the training windows; None if unknown.
    origin : WindowOrigin or None
        Of the windows to predict from.

    Warns
    -----
    FitFailedWarning
    """
    ids = fit_id, origin and origin.fit_id
    if None not in ids and ids[0] != ids[1]:
        warn_user(
            "The windows come from a SequenceWindower that was fitted on other rows "
            "than this regressor, so the scale of X may have changed, and predictions "
            "may be wrong. In a Pipeline this happens if fit failed at a later step: "
            f"{REFIT}",
            FitFailedWarning,
        )


def warn_of_order(windows):
    """Warn that rows are not in the order of time.

    Parameters
    ----------
    windows : Windows
        Cut by hand; of one step for a table.

    Warns
    -----
    LaggedTargetWarning
    """
    not_found = (
        "The target's past is therefore not found in X (by default there is no "
        "normalization, persistence, linear forecast or early stopping), the latest "
        "rows cannot be held out, and predictions may be poor."
    )
    if windows.time_steps == 1:  # no numbers: one warning for all folds of a search
        message = (
            "The index of X is unsorted, perhaps because a split shuffled the rows, so "
            f"their order in time is unknown. {not_found} If the rows are a series, "
            "sort X and y by index, and use train_test_split(..., shuffle=False) and "
            "TimeSeriesSplit. If they are independent of each other, renumber them: "
            "reset_index(drop=True)."
        )
    else:
        message = (
            f"The windows of X are not in time order: for {count_backward(windows)} of "
            f"{len(windows)}, the next window in time comes before them. {not_found} "
            "Pass windows oldest first: use train_test_split(..., shuffle=False) and "
            "TimeSeriesSplit. Shuffled windows also overlap with those of the test set."
        )
    warn_user(message, LaggedTargetWarning)


def warn_of_unscaled(windows, architecture, names):
    """Warn if features are so large that the gates of a network are saturated.

    Parameters
    ----------
    windows : Windows
        Complete; as the network gets them.
    architecture : Architecture or CustomNetwork
        The user's own network may scale its inputs.
    names : ndarray of str of shape (n_features,), or None

    Warns
    -----
    UserWarning
        About the first such feature that is not normalized.
    """
    if isinstance(architecture, CustomNetwork):
        return
    normalization = architecture.normalization
    held = windows.series[windows.n_windows_per_step() > 0]
    sizes = np.sqrt(np.square(held, dtype=np.float64).mean(axis=0))
    if normalization is not None:
        sizes[[floor is not None for floor in normalization.floors]] = 0
    if (sizes > LARGE).any():
        feature = int((sizes > LARGE).argmax())
        warn_user(
            f"{name_of_feature(feature, names)} has values of about "
            f"{sizes[feature]:.2g}, but networks learn from values of about 1. Larger "
            "ones saturate their gates, so predictions hardly depend on X. Scale X, "
            "such as with TargetAwareMinMaxScaler() as the first step of a Pipeline."
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


def warn_of_other_range(model, windows, columns):
    """Warn, once for each fit, about values outside the range in fit.

    Parameters
    ----------
    model : FittedModel
    windows : Windows
        NaN at missing steps.
    columns : ndarray of str of shape (n_features,), or None
        Names of the features.

    Warns
    -----
    RangeWarning
        If the target scaler maps all values of the target's past outside its range to
        one, or else if a feature is far outside: about the one that is farthest.
    """
    _warn_of_saturation(model, windows, columns)
    _warn_of_far_values(model, windows, columns)


def _warn_of_far_values(model, windows, columns):
    low, high = model.feature_range
    held = windows.series[windows.n_windows_per_step() > 0]
    # A feature that was constant in fit has a range of width 0: use its size instead.
    size = np.where(low == 0, 1, np.abs(low))
    width = np.where(high > low, high - low, size)
    distance = np.fmax(low - held, held - high) / width
    distance[np.isnan(distance)] = 0
    row, feature = np.unravel_index(distance.argmax(), distance.shape)
    if distance[row, feature] > MAX_DISTANCE:
        warn_once(
            model,
            f"{name_of_feature(feature, columns)} reaches {held[row, feature]:.4g} as "
            "the regressor gets it, after any scaling, but in fit it ranged from "
            f"{low[feature]:.4g} to {high[feature]:.4g}. It is outside by "
            f"{distance[row, feature]:.3g} times its range, so predictions may be far "
            "off. Check units and scaling, or fit again with recent rows. This warning "
            "is shown once per fit.",
            RangeWarning,
        )


def _warn_of_saturation(model, windows, columns):
    for one in model.rescaled:
        low, high = (float(end[one.feature]) for end in model.feature_range)
        values = windows.series[windows.n_windows_per_step() > 0, one.feature]
        for end, farthest in (
            (high, float(np.fmax.reduce(values))),
            (low, float(np.fmin.reduce(values))),
        ):
            if low <= farthest <= high or np.isnan(farthest):
                continue
            # y itself may reach a little farther than its past in the windows of fit.
            between = (end + farthest) / 2
            pair = one.slope * np.array([between, farthest]) + one.intercept
            scaled = scale_output(model.target_scaler, one, pair)
            if scaled[0] == scaled[1]:
                warn_once(
                    model,
                    f"{name_of_feature(one.feature, columns)} holds the past of y, "
                    f"which reaches {pair[1]:.4g}. That is outside its range in fit, "
                    f"and target_scaler={model.given_target_scaler} maps all such "
                    "values to one number. Predictions do not change with them, and "
                    "never leave the range of y in fit. Use a scaler without bounds, "
                    "such as 'minmax', or fit again with recent rows. This warning is "
                    "shown once per fit.",
                    RangeWarning,
                )
                return


def warn_of_unusable_past(rows, output, known, features):
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
    if rows.target_origin is None:
        warn_of_near_miss(rows, rows.targets[:, output], known, features)
    # With few more rows than the lag, too few can be compared to find any scaling.
    elif len(rows.trainable) >= rows.target_origin.lags[output] + MIN_COMPARED:
        warn_user(
            f"The feature of X that holds the past of output {output} is not a scaled "
            "copy of it: a step before the windower transforms it, such as with a "
            "logarithm, or leaves it out. It is therefore not used as the target's "
            "past: by default there is no normalization, persistence, linear forecast "
            "or early stopping. Transform the target with target_scaler instead.",
            LaggedTargetWarning,
        )


def warn_of_step_order(error):
    """Warn that the target's past is not used because of the order of steps.

    Parameters
    ----------
    error : StepOrderError

    Warns
    -----
    LaggedTargetWarning
    """
    warn_user(
        f"{error} The target's past is therefore not used: by default there is no "
        "normalization, persistence, linear forecast or early stopping.",
        LaggedTargetWarning,
    )


def warn_of_near_miss(rows, target, known, features):
    """Warn if a feature nearly holds the past of a target, and name it."""
    last_steps = rows.windows.last_steps()
    found = [
        find_near_miss(last_steps, target, n.steps, known, n.among(features))
        for n in rows.steps.for_changes
    ]
    near = min(filter(None, found), key=lambda near: near.lag, default=None)
    if near is None:
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
        f"{name_of_feature(near.feature, rows.columns)} {what}. It is therefore not "
        "used as the target's past: by default there is no normalization, persistence, "
        f"linear forecast or early stopping. {remedy}.",
        LaggedTargetWarning,
    )
