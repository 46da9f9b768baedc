"""Warn if the newest known value of the target is in no window.

Users who shift the target by hand, such as ``y = X["sales"].shift(-1)``, and leave the
horizon at 1 forecast two steps ahead without noticing.
"""

from itertools import product

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._preprocessing.visible_targets import numeric_targets
from skseq._series.lagged_target import (
    MAX_LAG_OF_TABLE,
    MIN_COMPARED,
    AmbiguousLagError,
    LagRules,
    LagSearch,
)
from skseq._validation.tables import column_names
from skseq.exceptions import LaggedTargetWarning

MIN_CHANGES = 5
"""A target that changes less often may equal a column by chance."""


def warn_of_unused_past(windower, X, y, rows, future, step_numberings):
    """Warn if a column contains a newer past value of y than every window.

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

    Warns
    -----
    LaggedTargetWarning
    """
    horizon = int(windower.horizon)
    targets = numeric_targets(windower, y, len(rows), needed=False)
    if horizon == 0 or targets is None:
        return
    found = _lags_of_columns(rows, targets, step_numberings)
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


def _lags_of_columns(rows, targets, step_numberings):
    """Return the smallest lag at which each column equals a target: {column: lag}."""
    rules = LagRules(
        lags=np.arange(MAX_LAG_OF_TABLE + 1),
        min_compared=max(MIN_COMPARED, len(rows) / 2),
    )
    # A shift in pandas counts rows and ignores gaps.
    searches = [LagSearch(rows, steps) for steps in step_numberings]
    lags = {}
    for target, search in product(targets.T, searches):
        if np.count_nonzero(np.diff(target)) < MIN_CHANGES:
            continue
        try:
            found = search.find(target, rules)
        except AmbiguousLagError:  # a straight line fits at every lag
            continue
        for lagged in found:
            lag = min(lagged.lag, lags.get(lagged.feature, lagged.lag))
            lags[lagged.feature] = lag
    return lags
