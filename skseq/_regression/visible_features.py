"""Refuse features that show a regressor the value to predict, or a later one."""

from skseq._estimator.warnings import warn_user
from skseq._series.lagged_target import find_visible_target
from skseq.exceptions import LaggedTargetWarning


def check_target_not_visible(
    estimator, windows, targets, known, ways_to_count, *, is_of_windower=True
):
    """Raise for a feature that ends with the target at the row to predict, or later.

    Windows that were not cut by our windower may be meant so: then it only warns.

    Parameters
    ----------
    estimator : estimator
        Its ``n_dims_in_`` says whether windows were given or a table, and its
        ``feature_names_in_`` what the columns of a table are called.
    windows : Windows
        NaN at missing steps.
    targets : ndarray of shape (n_rows, n_outputs)
    known : ndarray of bool of shape (n_rows,)
        Rows that may be looked at.
    ways_to_count : list of ndarray of int of shape (n_rows,)
        Steps of the rows.
    is_of_windower : bool, default=True

    Raises
    ------
    ValueError

    Warns
    -----
    LaggedTargetWarning
    """
    is_table = estimator.n_dims_in_ == 2
    visible = find_visible_target(
        windows.series[windows.starts + windows.time_steps - 1],
        targets,
        ways_to_count,
        None if known.all() else known,
    )
    if visible is None:
        return
    target = "y" if targets.shape[1] == 1 else f"y[:, {visible.target}]"
    feature = visible.feature
    if not is_table:
        message = (
            f"{visible.describe(f'Feature {feature} of X', target)}, at the last step "
            "of each window: the very value to predict, or a later one. Cut the "
            "windows with horizon=1 or more, keep the column out of future_columns, "
            "and drop it if it holds later values, such as a shift(-1) left in X."
        )
        if is_of_windower:
            raise ValueError(message)
        warn_user(message, LaggedTargetWarning)
        return
    names = getattr(estimator, "feature_names_in_", None)
    name = feature if names is None else str(names[feature])
    raise ValueError(
        f"{visible.describe(f'Column {name!r} of X', target)}, so X shows the very "
        "value to predict. Put a SequenceWindower before this step to forecast from "
        "earlier rows, or drop the column."
    )
