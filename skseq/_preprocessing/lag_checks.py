"""Compare columns of X with y: what windows must contain, and what they must not."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._preprocessing.column_check import ColumnCheck
from skseq._series.doubtful_columns import warn_about_doubtful_columns
from skseq._series.doubtful_values import warn_about_doubtful_values
from skseq._series.lagged_target import LagRules, LagSearch
from skseq._series.target_origin import target_origin_of
from skseq._validation.tables import column_names
from skseq._validation.targets import check_target
from skseq.exceptions import LaggedTargetWarning


def check_lags(windower, X, y, rows, future, axis):
    """Check that windows contain y up to its newest known value, but no later one.

    Raise if a column equals the value to predict, or a later one, up to scale. Warn if
    it nearly does, or if a column contains a newer value of y than windows do.

    Parameters
    ----------
    windower : SequenceWindower
    X : table-like of shape (n_rows, n_features)
        As the user passed it, for the names of its columns.
    y : array-like of shape (n_rows,) or (n_rows, n_targets), or None
    rows : ndarray of shape (n_rows, n_features)
    future : list of int
        Columns that are known in advance.
    axis : TimeAxis
    """
    horizon, n_predicted = int(windower.horizon), 1
    targets = _numeric_targets(windower, y, len(rows), needed=horizon == 0 or future)
    if targets is None:
        return
    origin, newest = target_origin_of(y), []
    if origin is None:  # a forecaster checks the values in the units of y
        warn_about_doubtful_values(targets, axis, rows[:, future])
    else:
        # The other outputs of a forecaster are the same targets in earlier rows.
        n_predicted = max(origin.lags)
        is_last = np.array(origin.lags) == n_predicted
        targets, features = targets[:, is_last], np.array(origin.features)[is_last]
        newest = _columns_of_forecaster(features, rows, targets)
    names = column_names(X) or range(rows.shape[1])
    check = ColumnCheck(rows, targets, axis, names, n_predicted, origin is not None)
    others = [c for c in range(rows.shape[1]) if c not in future and c not in newest]
    for columns, nearest in ((future, 0), (others, horizon)):
        check.raise_if_visible(columns, nearest)
        if origin is None or not origin.is_warned_about:
            check.warn_if_nearly_visible(columns, nearest)
    # Each window of the past of y is scaled by itself.
    past = check.lags_of_columns if origin is None else newest
    columns = [c for c in range(rows.shape[1]) if c not in past]
    warn_about_doubtful_columns(rows, axis, names, columns)
    if horizon > 0 and not newest:
        _warn_about_unused_past(check, future, horizon)


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


def _columns_of_forecaster(features, rows, targets):
    """Find the columns in which a forecaster has written the newest values of targets.

    Such a column need not be searched. But steps before the windower may have moved or
    changed columns, so it must equal its target in the same row, up to scale.
    """
    search = LagSearch(rows, np.arange(len(rows)))
    at_same_row = LagRules(lags=np.array([0]), few_values=True)
    return [
        feature
        for target, feature in zip(targets.T, features.tolist(), strict=True)
        if feature < rows.shape[1]
        and search.find(target, at_same_row, features=[feature])
    ]


def _warn_about_unused_past(check, future, horizon):
    """Warn if a column contains a newer past value of y than every window.

    Users who shift the target by hand, such as ``y = X["sales"].shift(-1)``, and leave
    the horizon at 1 forecast two steps ahead without noticing.
    """
    found = check.lags_of_columns
    at_their_row = {c: lag for c, lag in found.items() if c not in future}
    if not at_their_row:
        return
    column = min(at_their_row, key=at_their_row.get)
    lag, name = at_their_row[column], check.names[column]
    shown = [lag + (0 if c in future else horizon) for c, lag in found.items()]
    if lag == 0 or min(shown) <= lag:
        return
    warn_user(
        f"Column {name!r} of X already contains y {counted(lag, 'row')} earlier, as "
        f"after a shift. With horizon={horizon}, windows end {counted(horizon, 'row')} "
        f"before that row of X, so y is predicted {lag + horizon} steps ahead, without "
        "its newest value. If a row of X is known when its y is predicted, use "
        f"horizon=0, or future_columns=[{name!r}]. To predict {lag + horizon} steps "
        f"ahead, do not shift, and use horizon={lag + horizon}.",
        LaggedTargetWarning,
    )
