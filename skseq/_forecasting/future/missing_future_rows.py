"""Fill the future columns of rows that X lacks, so that its rows can be predicted."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.known.known_rows import index_like
from skseq._forecasting.strategies.direct import Direct
from skseq._series.index import is_pandas, name_of_label
from skseq.exceptions import IncompleteWindowWarning


def fill_future_rows(fitted, X, places, n_ahead):
    """Return the rows of X, and those between and after them that a forecast reads.

    Series may end at different times, and rows may be missing in a test part. A
    forecast of all series needs a row for each step of each.

    Parameters
    ----------
    fitted : FittedForecast
        With the series to predict alone, and with future columns.
    X : DataFrame or ndarray of shape (n_rows, n_features)
        Of an array only the rows after the known rows.
    places, n_ahead : ndarray of int of shape (n_predicted,)
        The series of each row to predict, and the step of the row after the known ones.

    Returns
    -------
    X : DataFrame or ndarray
    index : FollowingIndex or None
        That of the forecast, where it had to be found.
    """
    n_steps, table = fitted.n_rows_ahead(int(n_ahead.max())), fitted.table
    n_wanted = np.zeros(len(table.last_rows), dtype=int)
    np.maximum.at(n_wanted, places, n_ahead)
    if isinstance(fitted.strategy, Direct):
        n_wanted = np.full_like(n_wanted, n_steps)
    if not is_pandas(X):
        n_missing = n_steps - len(X)
        if n_missing > 0:
            warn_about_missing_future_rows(n_missing)
        return X[np.minimum(np.arange(n_steps), len(X) - 1)], None
    if table.frequency is None:  # only X says what the next labels are
        return X, None
    X = X.set_axis(index_like(table, X, "X"), axis=0)
    index = fitted.following_index(n_steps, X)
    known = table.cells.iloc[table.last_rows, [*fitted.layout.positions.values()]]
    known = known.set_axis(X.columns, axis=1)
    return filled_rows(X, known, index.labels, n_wanted), index


def filled_rows(given, known, index, n_wanted):
    """Return a row for each label; where none is given, the row before it.

    Parameters
    ----------
    given : DataFrame
    known : DataFrame of length n_series
        The row before the first step of each series.
    index : pandas.Index of length n_series * n_steps
    n_wanted : ndarray of int of shape (n_series,)
        Number of steps of each series that predictions depend on.

    Returns
    -------
    rows : DataFrame
        The given rows if none is missing.

    Warns
    -----
    IncompleteWindowWarning
        If predictions depend on rows that are not given.
    """
    import pandas as pd

    n_series = len(known)
    rows = given.index.get_indexer(index).reshape(n_series, -1)
    is_missing = rows < 0
    if not is_missing.any():
        return given
    step = np.arange(rows.shape[1])
    is_read = is_missing & (step < n_wanted[:, np.newaxis])
    if is_read.any():
        first = index[int(is_read.argmax())]
        which = f", the first for {name_of_label(first)}"
        warn_about_missing_future_rows(int(is_read.sum()), which)
    latest = np.maximum.accumulate(np.where(is_missing, -1, step), axis=1)
    rows = np.take_along_axis(rows, np.maximum(latest, 0), axis=1)
    before = np.arange(n_series)[:, np.newaxis]
    rows = np.where(latest < 0, before, n_series + rows)
    return pd.concat([known, given]).iloc[rows.ravel()].set_axis(index, axis=0)


def warn_about_missing_future_rows(n_missing, which=""):
    """Warn that future columns are taken from earlier rows."""
    warn_user(
        f"X lacks {counted(n_missing, 'row')} that its predictions depend on{which}. "
        "The future_columns of the row before are used instead, so these predictions "
        "may be inaccurate. A direct forecaster reads all rows up to its horizon. Add "
        "the rows to X. If a backtest or scikit-learn splits X, use a horizon that is "
        "no longer than the test part, or strategy='recursive'.",
        IncompleteWindowWarning,
    )
