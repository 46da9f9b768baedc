"""Predict known rows from the rows up to an origin, as a forecast from there does."""

from dataclasses import replace

import numpy as np

from skseq._forecasting.known.table import take
from skseq._forecasting.pipeline.row_by_row import is_row_by_row
from skseq._series.index import is_pandas


def predict_from_origins(predict, estimator, table, rows, ends, n_ahead, places):
    """Predict known rows from the rows up to their origins.

    Steps that may read neighbouring rows, such as a centered moving average, get the
    table as it was known at each origin, one origin after another. Other steps get it
    once, because the windows alone end at the origins.

    Parameters
    ----------
    predict : callable
        Takes a table and some of its rows, and returns an array with a prediction for
        each of these rows.
    estimator : fitted estimator
    table : Table
        All known rows.
    rows : ndarray of int of shape (n_predicted,)
    ends : ndarray of int of shape (n_predicted,)
        The last row of the forecast that contains each prediction.
    n_ahead : int
        Number of steps from the origin of that forecast to its last row.
    places : iterable of int
        Columns of the table that are known in advance.

    Returns
    -------
    predictions : ndarray of shape (n_predicted, ...)
    """
    if is_row_by_row(estimator) or not len(rows):
        return predict(table, rows)
    origins, times = find_origins(table, ends, n_ahead), times_of_rows(table)
    predictions = [None] * len(rows)
    for chosen in groups_at_once(table, times, origins, ends):
        origin = origins[chosen[0]]
        known, numbers = table, np.arange(len(table))
        if origin >= 0:  # else the windows are empty, whatever the table holds
            known, numbers = known_at(
                table, times, n_ahead, [*places], origin=origin, ends=ends[chosen]
            )
        try:
            found = predict(known, np.searchsorted(numbers, rows[chosen]))
        except ValueError as error:
            raise ValueError(
                "The steps of the estimator may read neighbouring rows, so they get "
                "only the rows up to each origin, but they failed on the rows up to "
                f"{table.axis.name_row(origin)}: {error} Predict later rows only, or "
                "let these steps accept few rows."
            ) from error
        for n, one in zip(chosen, found, strict=True):
            predictions[n] = one
    return np.stack(predictions)


def find_origins(table, ends, n_ahead):
    """Return the last row at most at the origin of each forecast, -1 without any.

    Parameters
    ----------
    table : Table
    ends : ndarray of int of shape (n_predicted,)
    n_ahead : int

    Returns
    -------
    origins : ndarray of int of shape (n_predicted,)
    """
    steps, series = table.axis.joined_steps, table.axis.series
    found = np.searchsorted(steps, steps[ends] - n_ahead, side="right") - 1
    return np.where((found >= 0) & (series[found] == series[ends]), found, -1)


def times_of_rows(table):
    """Return numbers by which the rows of all series are in order of time."""
    if table.axis.names is None:
        return np.arange(len(table))
    import pandas as pd

    return pd.factorize(table.axis.labels, sort=True)[0]


def groups_at_once(table, times, origins, ends):
    """List the predictions that can be made together, from the same known rows.

    Parameters
    ----------
    table : Table
    times : ndarray of int of shape (n_rows,)
    origins, ends : ndarray of int of shape (n_predicted,)

    Returns
    -------
    groups : list of list of int
        Predictions from origins at the same time, with one end in each series. Where
        steps are missing before the rows to predict, several ends have one origin.
    """
    groups, ends_of = {}, {}
    for n, (origin, end) in enumerate(zip(origins, ends, strict=True)):
        of_origin = ends_of.setdefault((table.axis.series[end], origin), {})
        time = times[origin] if origin >= 0 else -1
        groups.setdefault((time, of_origin.setdefault(end, len(of_origin))), []).append(
            n
        )
    return list(groups.values())


def known_at(table, times, n_ahead, places, *, origin, ends):
    """Return what is known of a table at an origin, as `FittedForecast` forecasts.

    Parameters
    ----------
    table : Table
    times : ndarray of int of shape (n_rows,)
    n_ahead : int
    places : list of int
    origin : int
    ends : ndarray of int of shape (n_chosen,)
        The last rows to forecast, of different series.

    Returns
    -------
    known : Table
        The rows up to the time of the origin and, for the series that have any, the
        rows to forecast. In these, only columns known in advance have their values; the
        others repeat the last known row.
    numbers : ndarray of int of shape (n_known,)
        The number of each of its rows in the table.
    """
    steps, series = table.axis.joined_steps, table.axis.series
    is_known = times <= times[origin]
    n_known = np.bincount(series[is_known], minlength=table.axis.n_series)
    first = np.zeros(table.axis.n_series, dtype=int)
    first[series[table.first_rows]] = table.first_rows
    latest = first + np.maximum(n_known - 1, 0)
    none = steps[0] - 1  # before all rows
    limits = np.where(n_known > 0, steps[latest] + n_ahead, none)
    limits[series[ends]] = steps[ends]
    numbers = np.flatnonzero(steps <= limits[series])
    sources = np.minimum(numbers, latest[series[numbers]])
    cells = _with_values(table.cells, sources, numbers, places)
    return replace(table, cells=cells, axis=table.axis[numbers]), numbers


def _with_values(cells, sources, numbers, places):
    """Return some rows of a table with columns known in advance of other rows."""
    if not is_pandas(cells):
        some = cells[sources]
        some[:, places] = cells[numbers][:, places]
        return some
    values = take(cells, numbers)
    some = take(cells, sources).set_axis(values.index, axis=0)
    for place in places:
        some.isetitem(place, values.iloc[:, place])
    return some
