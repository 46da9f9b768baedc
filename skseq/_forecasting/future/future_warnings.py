"""Warn of what X_future lacks, and of rows that are not those to forecast."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.future.future_index import starts_from_0
from skseq._forecasting.future.future_rows import future_columns_of
from skseq._forecasting.known.known_values import find_difference
from skseq._forecasting.known.layout import column_values
from skseq._series.index import is_pandas, name_of_label, row_label


def warn_about_future_index(fitted, X_future, following, labels):
    """Warn if X_future is not used, lacks labels of the forecast or has other rows.

    `labels` are the labels of the forecast; `following` may contain later ones.
    """
    if X_future is None:
        return
    given, is_frame = following.given, is_pandas(X_future)
    if fitted.layout.future_positions:
        if given is not None and starts_from_0(given):
            _warn_about_other_rows(fitted, X_future, given)
        return
    # Its index gives the labels if those of the table are irregular, and otherwise it
    # may say which days are holidays.
    is_used = given is not None and (
        fitted.table.frequency is None
        or not following.labels.equals(following.plain)
        or np.shape(X_future)[1:] == (0,)
    )
    if is_used:
        _warn_about_labels_not_given(labels[~labels.isin(given)])
    elif is_frame or np.shape(X_future)[1:] != (0,):
        no_holiday = ", and its index shows no holiday" if is_frame else ""
        warn_user(
            "X_future is not used, because future_columns lists no column of X that is "
            f"known in advance{no_holiday}. Fit with future_columns=[...], or do not "
            "pass X_future."
        )


def _warn_about_labels_not_given(missing):
    """Warn if labels of the forecast are not in X_future."""
    if len(missing):
        warn_user(
            f"X_future has no row for {counted(len(missing), 'step')} that the "
            f"forecast includes; the first is {name_of_label(missing[0])}. A session "
            "is skipped as a holiday only if the fitted rows have weekends or closing "
            "times, if it is missing alone or in a gap no longer than one in fit, and "
            "if X_future has a later row of the series. Add the rows."
        )


def _warn_about_other_rows(fitted, X_future, given):
    """Warn if rows that are numbered from 0 have other values than the known rows."""
    cells = fitted.table.cells
    columns = (
        (name, np.asarray(column), column_values(cells, place), False)
        for name, column, place in future_columns_of(X_future, fitted.layout)
    )
    if found := find_difference(columns, cells.index.get_indexer(given)):
        name, row, now, known, _ = found
        warn_user(
            "The index of X_future starts again from 0, but its rows differ from the "
            f"known rows with the same labels: {name!r} of row "
            f"{row_label(X_future, row)} is {now}, but {known} in fit or update. The "
            "forecast reads the rows with the labels after the last known one. If "
            "X_future begins there, give it an index that continues that of fit; "
            "reset_index does not do this."
        )
