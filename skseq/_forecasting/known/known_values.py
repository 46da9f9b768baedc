"""Warn if rows to predict have the labels of known rows, but other values."""

from contextlib import suppress
from itertools import repeat

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.known.layout import column_values, names_of
from skseq._series.index import is_pandas, row_label
from skseq._series.tolerance import are_close


def warn_about_changed_values(fitted, X, rows):
    """Warn if X has other values than the known rows with the same labels.

    Unknown values (NaN) are not other values, except in columns known in advance, or
    if all values are unknown, as in rows to forecast that are numbered from 0.

    Parameters
    ----------
    fitted : FittedForecast
    X : frame, Series or ndarray
        Rows without labels are not compared.
    rows : ndarray of int of shape (n_rows,)
        Known row of each row of X, -1 for rows after the known rows.
    """
    cells = fitted.table.cells
    if not (is_pandas(X) and is_pandas(cells)):
        return
    table, future = X.to_frame() if X.ndim == 1 else X, fitted.layout.future_positions
    _warn_about_no_values(table, np.flatnonzero(rows >= 0))
    columns = (
        (name, column_values(table, p), column_values(cells, n), p in future)
        for p, n, name in columns_to_compare(fitted.layout, X)
    )
    if found := find_difference(columns, rows):
        _warn(X, "X", *found)


def _warn_about_no_values(X, rows):
    """Warn if rows have the labels of known rows, but no value at all."""
    if len(rows) and X.shape[1] and X.iloc[rows].isna().to_numpy().all():
        warn_user(
            f"X has {counted(len(rows), 'row')} without values that have the labels of "
            f"known rows; the first is row {row_label(X, rows[0])}. Known rows are "
            "predicted from the rows before them. If these are rows to forecast, give "
            "them an index that continues that of fit, or call forecast()."
        )


def warn_about_other_targets(fitted, y, rows):
    """Warn if the true values of known rows are not those of ``fit`` or ``update``.

    See `warn_about_changed_values` for the rows.
    """
    values = np.asarray(y).reshape(len(rows), -1)
    names = fitted.layout.target_names or range(values.shape[1])
    columns = zip(names, values.T, fitted.table.targets.T, repeat(False), strict=False)
    if found := find_difference(columns, rows):
        _warn(y, "y", *found)


def _warn(table, what, name, row, now, before, n_rows):
    warn_user(
        f"{what} has rows with the labels of known rows, but with other values in "
        f"{counted(n_rows, 'row')}: in the first, row {row_label(table, row)}, "
        f"{name!r} is {now}, and {before} in fit or update. Known rows are predicted "
        "from the known values. If these are later rows, give them an index that "
        "continues that of fit, which reset_index does not; if they are another "
        "series, fit another forecaster to it; if values were revised, fit again."
    )


def columns_to_compare(layout, X):
    """List (position in X, position in the table, name) of columns that both have."""
    if layout.labels:
        return [(p, n, layout.labels[p]) for p, n in layout.positions.items()]
    # Without X in fit, any table with these rows may be predicted. Only columns with
    # the name of a target are the target.
    labels, targets = names_of(X) or [], layout.target_names or []
    return [(labels.index(t), n, t) for n, t in enumerate(targets) if t in labels]


def find_difference(columns, rows):
    """Find the first column in which known rows have another value.

    Parameters
    ----------
    columns : iterable of (name, values, known values, whether NaN differs from a value)
    rows : ndarray of int of shape (n_rows,)
        The known row of each value, below 0 if it has none.

    Returns
    -------
    difference : (name, row, value, known value, number of such rows) or None
    """
    for name, now, known, needs_value in columns:
        differs = _differ(now, known, rows, needs_value)
        if differs.any():
            row = int(differs.argmax())
            return name, row, now[row], known[rows[row]], int(differs.sum())
    return None


def _differ(now, known, rows, needs_value):
    """Return which values differ from the known values of the same rows."""
    again = np.flatnonzero(rows >= 0)
    differs, rows = np.zeros(len(rows), dtype=bool), rows[again]
    now, known = as_floats(now[again]), as_floats(known)
    if now.dtype.kind == known.dtype.kind == "f":
        size_of = np.nan_to_num(known)[:, np.newaxis]
        pair = now[:, np.newaxis], known[rows][:, np.newaxis]
        is_same, is_missing = are_close(*pair, size_of)[:, 0], np.isnan(now)
        is_same |= is_missing & np.isnan(known[rows])
    else:
        now, known = as_objects(now), as_objects(known[rows])
        is_same, is_missing = now == known, np.equal(now, None)
    differs[again] = ~is_same if needs_value else ~is_same & ~is_missing
    return differs


def as_floats(values):
    """Convert numbers to floats; return other values as they are."""
    # Dates and text would become numbers.
    if values.dtype.kind in "biufO" and values.dtype != np.float32:
        with suppress(TypeError, ValueError):
            return values.astype(np.float64, copy=False)
    return values


def as_objects(values):
    """Return values as objects, with None for missing ones."""
    import pandas as pd

    return np.where(pd.isna(values), None, values.astype(object))
