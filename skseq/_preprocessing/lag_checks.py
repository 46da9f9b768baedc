"""Compare the columns of X with the target: what windows must show, and must not."""

from dataclasses import replace

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._preprocessing.target_columns import find_lags
from skseq._series.lagged_target import (
    LagRules,
    LagSearch,
    find_visible_target,
)
from skseq._series.lagged_target.nearly_visible import find_nearly_visible
from skseq._series.target_origin import target_origin_of
from skseq._validation.tables import column_names
from skseq._validation.targets import check_target
from skseq.exceptions import LaggedTargetWarning

MIN_CHANGES_OF_TARGET = 5
"""A target that changes less often may equal a column by chance."""


def check_lags(windower, X, y, rows, future, step_numberings):
    """Check that windows hold no value to predict, and the newest known values of y.

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
        If a column nearly equals it, or holds a newer past value of y than windows.
    """
    horizon = int(windower.horizon)
    targets = _numeric_targets(windower, y, len(rows), needed=horizon == 0 or future)
    if targets is None:
        return
    origin = target_origin_of(y)
    newest = _columns_of_forecaster(origin, rows, targets, horizon)
    others = [c for c in range(rows.shape[1]) if c not in future and c not in newest]
    # A row of y that a direct forecaster has made holds the values up to this row. Its
    # user knows only the last of them as the target of the row.
    lags = [horizon] * targets.shape[1] if origin is None else origin.lags
    for columns, nearest in ((future, 0), (others, horizon)):
        if not columns:
            continue
        visible = find_visible_target(
            rows if columns == [*range(rows.shape[1])] else rows[:, columns],
            targets,
            step_numberings,
            horizon=nearest,
            is_certain=True,
        )
        if visible:
            lag = visible.lag + horizon - lags[visible.target]
            name = _describe(X, columns[visible.feature])
            is_of_forecaster = origin is not None
            _raise_visible(replace(visible, lag=lag), name, is_of_forecaster)
        near = find_nearly_visible(rows, targets, step_numberings[-1], nearest, columns)
        if near:
            ahead = near.ahead - horizon + lags[near.target]
            _warn_of_near(replace(near, ahead=ahead), _describe(X, near.feature))
    if horizon > 0 and not newest:
        _warn_of_unused_past(X, rows, targets, future, step_numberings, horizon)


def _numeric_targets(windower, y, n_rows, *, needed):
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


def _columns_of_forecaster(origin, rows, targets, horizon):
    """Find the columns in which a forecaster has written the newest values of targets.

    Such a column need not be searched. But steps before the windower may have moved or
    changed columns, so it must equal its target at the same row, up to scale.
    """
    if origin is None:
        return []
    search = LagSearch(rows, np.arange(len(rows)))
    at_same_row = LagRules(lags=np.array([0]), few_values=True)
    return [
        feature
        for output, feature in enumerate(origin.features)
        if origin.lags[output] == horizon
        and feature < rows.shape[1]
        and search.find(targets[:, output], at_same_row, features=[feature])
    ]


def _raise_visible(visible, column, is_of_forecaster):
    """Raise for a column with which windows would contain the value to predict."""
    remedy = (
        "Drop the column, such as a shift(-1) that was left in X"
        if visible.lag < 0
        else "Use horizon=1 or more and keep it out of future_columns, or drop the "
        "column"
    )
    if visible.lag < 0 and not is_of_forecaster:  # its windows are its own
        remedy += (
            ". If y repeats it later by nature, as an echo does, fit the regressor "
            "alone to windows without labels, "
            "np.asarray(windower.fit_transform(X)), which only warns"
        )
    raise ValueError(
        f"{visible.describe(column)}, so its window would contain the value to "
        f"predict. {remedy}."
    )


def _warn_of_near(near, column):
    """Warn of a column with which windows would nearly contain that value."""
    warn_user(
        f"{near.describe(column)}, so its windows nearly contain the value to predict. "
        "Drop the column, unless it is really known when the forecast is made.",
        LaggedTargetWarning,
    )


def _describe(X, column):
    """Describe a column by its name, or by its position if columns have no names."""
    names = column_names(X)
    return f"Column {names[column] if names else column!r} of X"


def _warn_of_unused_past(X, rows, targets, future, step_numberings, horizon):
    """Warn if a column contains a newer past value of y than every window.

    Users who shift the target by hand, such as ``y = X["sales"].shift(-1)``, and leave
    the horizon at 1 forecast two steps ahead without noticing.
    """
    changes = np.count_nonzero(np.diff(targets, axis=0), axis=0)
    targets = targets[:, changes >= MIN_CHANGES_OF_TARGET]
    lags = find_lags(rows, targets, step_numberings, any_map=True)
    found = {c: lag for (c, _), lag in sorted(lags.items(), key=lambda one: -one[1])}
    at_their_row = {c: lag for c, lag in found.items() if c not in future}
    if not at_their_row:
        return
    column = min(at_their_row, key=at_their_row.get)
    lag = at_their_row[column]
    shown = [lag + (0 if c in future else horizon) for c, lag in found.items()]
    if lag == 0 or min(shown) <= lag:
        return
    names = column_names(X)
    name = names[column] if names else column
    warn_user(
        f"Column {name!r} of X already holds y {counted(lag, 'row')} earlier, as after "
        f"a shift. With horizon={horizon} its window ends another "
        f"{counted(horizon, 'row')} earlier, so y is predicted {lag + horizon} steps "
        "ahead, without its newest value. If a row of X is known when its y is "
        "predicted, use horizon=0, or "
        f"future_columns=[{name!r}]. If {lag + horizon} steps ahead are meant, do not "
        f"shift, and use horizon={lag + horizon}.",
        LaggedTargetWarning,
    )
