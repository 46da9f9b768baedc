"""Warn that the past of a target is in X, but cannot be used."""

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.lagged_target import MIN_COMPARED, find_near_miss
from skseq._series.origin import name_of_feature
from skseq.exceptions import LaggedTargetWarning


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
