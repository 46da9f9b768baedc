"""Predict known rows from the rows up to an origin, as a forecast from it would."""

from dataclasses import replace

import numpy as np

from skseq._forecasting.known.table import take
from skseq._forecasting.pipeline.row_by_row import is_row_by_row
from skseq._series.index import is_pandas
from skseq._series.series_index import rows_by_code


def predict_from_origins(
    predict, estimator, table, rows, *, ends, n_ahead, future_columns
):
    """Predict known rows from the rows up to their origins.

    Steps that may read neighbouring rows, such as a centered moving average, get the
    table as it was known at each origin, one origin after another. Other steps get it
    once, because the windows alone end at the origins.

    Parameters
    ----------
    predict : callable
        Takes the estimator, a table and some of its rows, and returns an array with a
        prediction for each of these rows.
    estimator : fitted estimator
    table : Table
        All known rows.
    rows, ends : ndarray of int of shape (n_predicted,)
        Each row to predict, and the last row of the forecast that contains it.
    n_ahead : int
        Number of steps from the origin of that forecast to its last row.
    future_columns : list of int
        Columns of the table that are known in advance.

    Returns
    -------
    predictions : ndarray of shape (n_predicted, ...)
    """
    if is_row_by_row(estimator) or not len(rows):
        return predict(estimator, table, rows)
    origins, times = find_origins(table, ends, n_ahead), times_of_rows(table)
    predictions = [None] * len(rows)
    for chosen in groups_at_once(table, times, origins, ends):
        origin = origins[chosen[0]]
        numbers, sources = known_at(table, times, n_ahead, origin, ends[chosen])
        cells = _with_values(table.cells, sources, numbers, future_columns)
        known = replace(table, cells=cells, axis=table.axis[numbers])
        try:
            found = predict(estimator, known, np.searchsorted(numbers, rows[chosen]))
        except Exception as error:
            error.add_note(
                "This happened in the prediction of "
                f"{table.axis.name_row(rows[chosen[0]])}. Steps that may read "
                "neighbouring rows get only the rows up to the origin of each "
                "prediction. If these are too few, predict only later rows."
            )
            raise
        for n, one in zip(chosen, found, strict=True):
            predictions[n] = one
    return np.stack(predictions)


def find_origins(table, ends, n_ahead):
    """Return the last row up to the origin of each forecast, or -1 if there is none."""
    steps, series = table.axis.joined_steps, table.axis.series
    found = np.searchsorted(steps, steps[ends] - n_ahead, side="right") - 1
    return np.where((found >= 0) & (series[found] == series[ends]), found, -1)


def times_of_rows(table):
    """Return the number of the time of each row, in ascending order."""
    if table.axis.names is None:
        return np.arange(len(table))
    import pandas as pd

    return pd.factorize(table.axis.labels, sort=True)[0]


def groups_at_once(table, times, origins, ends):
    """List the predictions that can be made together, from the same known rows.

    A group contains predictions from origins at the same time, for rows at the same
    distance from it. So it has at most one prediction for each series.
    """
    starts = np.where(origins < 0, table.first_row_of_each[ends], origins)
    distances = table.axis.joined_steps[ends] - table.axis.joined_steps[starts]
    keys = np.column_stack([np.where(origins < 0, -1, times[origins]), distances])
    numbers = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    return rows_by_code(numbers, numbers.max(initial=-1) + 1)


def known_at(table, times, n_ahead, origin, ends):
    """Find the rows known at an origin, and those to forecast, whose values are not.

    `origin` is below 0 if no row is known; `ends` are the last rows to forecast, of
    different series.

    Returns
    -------
    numbers : ndarray of int of shape (n_known,)
        The rows up to the time of the origin and, for the series that have any, the
        rows to forecast. Without any known row, these are all rows.
    sources : ndarray of int of shape (n_known,)
        The latest known row of the series, or the row itself if it is known. Without
        any known row, the first row of each series.
    """
    steps, series = table.axis.joined_steps, table.axis.series
    if origin < 0:  # steps may fail on fewer rows
        return np.arange(len(table)), table.first_row_of_each
    is_known = times <= times[origin]
    n_known = np.bincount(series[is_known], minlength=table.axis.n_series)
    first = np.zeros(table.axis.n_series, dtype=int)
    first[series[table.first_rows]] = table.first_rows
    latest = first + np.maximum(n_known - 1, 0)
    none = steps[0] - 1  # before all rows
    limits = np.where(n_known > 0, steps[latest] + n_ahead, none)
    limits[series[ends]] = steps[ends]
    numbers = np.flatnonzero(steps <= limits[series])
    return numbers, np.minimum(numbers, latest[series[numbers]])


def _with_values(cells, sources, numbers, future_columns):
    """Return the rows `sources`, but with the future columns of the rows `numbers`."""
    if not is_pandas(cells):
        some = cells[sources]
        some[:, future_columns] = cells[numbers][:, future_columns]
        return some
    values = take(cells, numbers)
    some = take(cells, sources).set_axis(values.index, axis=0)
    for column in future_columns:
        some.isetitem(column, values.iloc[:, column])
    return some
