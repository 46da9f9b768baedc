"""Check that windows do not contain the target of their own row or of a later row."""

from dataclasses import replace

from skseq._estimator.warnings import warn_user
from skseq._series.lagged_target import find_visible_target
from skseq._series.lagged_target.nearly_visible import find_nearly_visible
from skseq._series.target_origin import target_origin_of
from skseq._validation.tables import column_names
from skseq._validation.targets import check_target
from skseq.exceptions import LaggedTargetWarning


def check_target_not_visible(windower, X, y, rows, future, step_numberings):
    """Raise for a column with which windows would contain the value to predict.

    Parameters
    ----------
    windower : SequenceWindower
    X : table-like of shape (n_rows, n_features)
        As the user passed it, for the names of its columns.
    y : array-like of shape (n_rows,) or (n_rows, n_targets), or None
    rows : ndarray of shape (n_rows, n_features)
    future : list of int
        Columns that are known in advance.
    step_numberings : list of ndarray of int of shape (n_rows,)
        Possible step numbers of the rows, see `TimeAxis.step_numberings`.

    Raises
    ------
    ValueError
        If a column equals the value to predict or a later value, up to scale.

    Warns
    -----
    LaggedTargetWarning
        If a column nearly equals it.
    """
    horizon = int(windower.horizon)
    targets = numeric_targets(windower, y, len(rows), needed=horizon == 0 or future)
    if targets is None:
        return
    others = [column for column in range(rows.shape[1]) if column not in future]
    for columns, horizon_of_columns in ((future, 0), (others, horizon)):
        visible = columns and find_visible_target(
            rows[:, columns] if future else rows,
            targets,
            step_numberings,
            horizon=horizon_of_columns,
            is_certain=True,
        )
        if visible:
            visible = replace(
                visible, lag=visible.lag + rows_earlier(y, visible, horizon)
            )
            what = visible.describe(_name(X, columns[visible.feature]))
            remedy = (
                "Drop the column, such as a shift(-1) that was left in X"
                if visible.lag < 0
                else "Use horizon=1 or more and keep it out of future_columns, or drop "
                "the column"
            )
            raise ValueError(
                f"{what}, so its window would contain the value to predict. {remedy}."
            )
        near = find_nearly_visible(
            rows,
            targets,
            step_numberings[-1],
            horizon_of_columns,
            features=columns,
        )
        if near:
            near = replace(near, ahead=near.ahead - rows_earlier(y, near, horizon))
            warn_user(
                f"{near.describe(_name(X, near.feature))}, so its windows "
                "nearly contain the value to predict. Drop the column, unless it is "
                "really known when the forecast is made.",
                LaggedTargetWarning,
            )


def rows_earlier(y, found, horizon):
    """Return how many rows before its own row an output has its value.

    A row of y that a direct forecaster has made holds the values up to this row, and
    its user knows only the last of them as the target of the row.

    Parameters
    ----------
    y : array-like of shape (n_rows,) or (n_rows, n_outputs)
    found : VisibleTarget or NearlyVisible
        Names the output.
    horizon : int
    """
    target_origin = target_origin_of(y)
    return 0 if target_origin is None else horizon - target_origin.lags[found.target]


def _name(X, column):
    """Describe a column by its name, or by its position if columns have no names."""
    names = column_names(X)
    return f"Column {names[column] if names else column!r} of X"


def numeric_targets(windower, y, n_rows, *, needed):
    """Return y as a table of targets, or None if it cannot be compared.

    The last step may be a classifier, and its labels may not be numbers. This is an
    error only if a window ends at its own row.
    """
    if y is None:
        return None
    try:
        targets = check_target(y, n_rows=n_rows, estimator=windower)
    except (TypeError, ValueError):
        if needed:
            raise
        return None
    return targets.reshape(n_rows, -1)
