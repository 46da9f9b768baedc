"""Check that features do not contain the value to predict, or a later value."""

from skseq._estimator.warnings import warn_user
from skseq._series.lagged_target import find_visible_target
from skseq.exceptions import LaggedTargetWarning


def check_target_not_visible(estimator, rows):
    """Raise for a feature that ends with the target at the row to predict, or later.

    Windows that `SequenceWindower` did not cut may contain the target on purpose, so
    for these it only warns.

    Parameters
    ----------
    estimator : estimator
        ``n_dims_in_`` is 3 if it got windows and 2 if it got a table, whose columns
        ``feature_names_in_`` names.
    rows : FitRows
        Rows with a weight of 0 are ignored.

    Raises
    ------
    ValueError
        If X is a table, or if `SequenceWindower` cut the windows.

    Warns
    -----
    LaggedTargetWarning
        If the windows were cut in another way.
    """
    is_table = estimator.n_dims_in_ == 2
    known = rows.weights > 0
    visible = find_visible_target(
        rows.windows.last_steps(),
        rows.targets,
        rows.steps,
        None if known.all() else known,
    )
    if visible is None:
        return
    target = "y" if rows.targets.shape[1] == 1 else f"y[:, {visible.target}]"
    feature = visible.feature
    if not is_table:
        message = (
            f"{visible.describe(f'Feature {feature} of X', target)}, at the last step "
            "of each window, which is the value to predict or a later value. Cut the "
            "windows with horizon=1 or more, keep the column out of future_columns, "
            "and drop it if it holds later values, such as a shift(-1) left in X."
        )
        if rows.origin is not None:
            raise ValueError(message)
        warn_user(message, LaggedTargetWarning)
        return
    names = getattr(estimator, "feature_names_in_", None)
    name = feature if names is None else str(names[feature])
    raise ValueError(
        f"{visible.describe(f'Column {name!r} of X', target)}, so X contains the "
        "value to predict. Put a SequenceWindower before this step to forecast from "
        "earlier rows, or drop the column."
    )
