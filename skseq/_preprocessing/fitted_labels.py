"""Rows of a later call that have the labels of fitted rows."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.tolerance import are_close

NUMBERED = (
    ' If X is an array, an earlier step with set_output(transform="pandas") numbers '
    "its rows from 0: call set_output of the whole Pipeline, or pass a frame with an "
    "index."
)


def warn_about_other_values(fitted, rows, axis, labels, of_call):
    """Warn if a label of the fitted rows occurs with different values.

    Unknown values (NaN) do not count as different.

    Parameters
    ----------
    fitted : FittedRows
    rows : ndarray of shape (n_rows, n_features)
        Of the call.
    axis : TimeAxis
        Of these rows.
    labels : pandas.Index
        Times of the call, in the time zone of the fitted rows.
    of_call : ndarray of int of shape (n_fitted_series,)
        Number of each fitted series in the call; -1 if it is not there.
    """
    found = find_fitted(fitted, axis, labels, of_call)
    values = np.concatenate([fitted.first_rows, fitted.last_rows])
    now, then = rows[found[found >= 0]], values[found >= 0]
    differs = ~are_close(now, then) & ~np.isnan(now)
    if differs.any():
        row = found[found >= 0][differs.any(axis=1).argmax()]
        warn_user(
            "X has rows with the same labels as fitted rows, but with other "
            f"values (the first is {axis.name_row(row)}). By their index, the "
            "fitted rows come before later rows, so the windows of X may contain "
            "rows of another series. If X is another series, give it a different "
            "index, or fit another Pipeline to it."
            + describe_next(fitted, of_call, axis.series[row])
            + (NUMBERED if labels[0] == 0 else "")
        )


def warn_about_fitted_labels(fitted, rows, axis, of_call):
    """Warn if all rows of a series are unknown and the first has a fitted label.

    A row to predict may hold NaN. If its index was not set, as that of a new frame, it
    has the label of the first fitted row, before which nothing is known.

    The parameters are those of `warn_about_other_values`, but the labels of the axis
    are in the time zone of the fitted rows.
    """
    is_known = ~np.isnan(rows).any(axis=1)
    n_known = np.bincount(axis.series, weights=is_known, minlength=axis.n_series)
    first = axis.first_row_of_series[n_known == 0]
    found = np.intersect1d(first, find_fitted(fitted, axis, axis.labels, of_call))
    if len(found):
        row = found[0]
        warn_user(
            "X has rows without values that have the labels of fitted rows (the first "
            f"is {axis.name_row(row)}). Their windows end before the fitted row of the "
            "same label, so their predictions are not those of later rows."
            + describe_next(fitted, of_call, axis.series[row])
            + " Set the index of X."
            + NUMBERED
        )


def describe_next(fitted, of_call, series):
    """Return which label follows the fitted rows of a series of the call."""
    rows = np.flatnonzero(of_call[fitted.last_series] == series)
    if len(rows) == 0:
        return ""
    labels = fitted.last_labels[rows]
    if fitted.frequency is None:
        return f" Rows that follow the fitted rows have labels after {labels[-1]}."
    frequency = fitted.frequency_of(fitted.last_series[rows[0]])
    following = frequency.extend(labels[-1], 1)[0]
    return f" The label that follows the fitted rows is {following}."


def find_fitted(fitted, axis, labels, of_call):
    """Return for each stored fitted row the row of the call with its label, or -1."""
    searched = fitted.first_labels.append(fitted.last_labels)
    series = of_call[np.concatenate([fitted.first_series, fitted.last_series])]
    if axis.n_series == 1:
        return np.where(series == 0, labels.get_indexer(searched), -1)
    import pandas as pd

    keys = pd.MultiIndex.from_arrays([axis.series, labels])
    return keys.get_indexer(pd.MultiIndex.from_arrays([series, searched]))
