"""Check that features do not contain the value to predict, or a later value."""

from skseq._estimator.warnings import warn_user
from skseq._series.lagged_target import find_visible_target
from skseq._series.lagged_target.nearly_visible import find_nearly_visible
from skseq._series.origin import name_of_feature
from skseq.exceptions import LaggedTargetWarning


def check_target_not_in_windows(estimator, rows):
    """Raise if the last step of a feature is the target of its row, or of a later row.

    Windows that `SequenceWindower` did not cut may contain the target on purpose, so
    they only cause a warning, as does a feature that nearly equals the target. Rows
    with a weight of 0 are ignored.
    """
    known, last_steps = rows.known, rows.windows.last_steps()
    visible = _find_in_first_steps(rows)
    if visible is not None:
        _report(estimator, rows, visible, "first")
        return
    ways = [numbers for way in rows.steps.ways for numbers in way]
    strided = (_find_in_every_step(rows, n, rows.windows) for n in ways if n.is_strided)
    visible = next(filter(None, strided), None) or find_visible_target(
        last_steps,
        rows.targets,
        [numbers.steps for numbers in ways],
        None if known.all() else known,
        features=[numbers.features for numbers in ways],
    )
    if visible is not None:
        _report(estimator, rows, visible)
        return
    near = None
    for numbers in rows.steps.for_changes:
        near = near or find_nearly_visible(
            last_steps[known],
            rows.targets[known],
            numbers.steps[known],
            horizon=0,
            features=numbers.features,
        )
    if near is not None:
        warn_user(
            f"{near.describe(_name(estimator, rows, near.feature))}, so X nearly "
            "contains the value to predict. Put a SequenceWindower before this step to "
            "forecast from earlier rows, or drop the column, unless it is really known "
            "when the prediction is made.",
            LaggedTargetWarning,
        )


def _find_in_first_steps(rows):
    """Find a target in the first steps of windows whose steps are newest first."""
    if not rows.is_ordered or not rows.reversed_steps:
        return None
    windows = rows.windows.with_reversed_steps()
    found = [_find_in_every_step(rows, one, windows) for one in rows.reversed_steps]
    return next(filter(None, found), None)


def _find_in_every_step(rows, numbers, windows):
    """Find a target in windows, or between their last steps if these are apart."""
    columns, steps, of_steps, is_last = numbers.every_step(windows)
    known = rows.known[of_steps]
    return find_visible_target(
        columns,
        rows.targets[of_steps],
        [steps],
        known & is_last,
        features=[numbers.features],
        known_columns=known,
    )


def _report(estimator, rows, visible, step="last"):
    """Raise for a visible target, or warn if the windows were cut by hand."""
    target = "y" if rows.targets.shape[1] == 1 else f"y[:, {visible.target}]"
    what = visible.describe(_name(estimator, rows, visible.feature), target)
    if estimator.n_dims_in_ == 2:
        newest = " If the newest row comes first, reverse the rows of X and y."
        raise ValueError(
            f"{what}, so X contains the value to predict. Put a SequenceWindower "
            "before this step to forecast from earlier rows, or drop the column."
            f"{newest if visible.lag < 0 else ''}"
        )
    message = (
        f"{what}, at the {step} step of each window, which is the value to predict or "
        "a later value. Cut the windows with horizon=1 or more, keep the column out of "
        "future_columns, and drop it if it contains later values, such as a "
        "shift(-1) left in X."
    )
    if rows.origin is not None:
        by_nature = (
            " If y repeats the column later by nature, as an echo does, pass "
            "np.asarray(X), for which fit only warns."
        )
        raise ValueError(message + (by_nature if visible.lag < 0 else ""))
    warn_user(message, LaggedTargetWarning)


def _name(estimator, rows, feature):
    """Call a feature by its column, or by its number where names are not known."""
    if rows.columns is None and estimator.n_dims_in_ == 2:
        return f"Column {feature} of X"
    return name_of_feature(feature, rows.columns)
