"""The recursive strategy: each step is predicted from the predictions before it."""

import numpy as np

from skseq._forecasting.known.table import take
from skseq._forecasting.pipeline.row_by_row import rows_needed
from skseq._forecasting.pipeline.windower_steps import predict_rows
from skseq._series.index import is_pandas


def windower_horizon(horizon):
    """Return the horizon of the windower: a prediction is one step ahead."""
    return 1


def make_targets(table, n_targets, horizon, *, only_complete=False):
    """Return the targets of each row, and that none is missing.

    See `direct.make_targets`.
    """
    targets = table.targets(n_targets).copy()  # the last step may write into it
    return targets, np.ones(len(table), dtype=bool)


def pasts_of_outputs(n_targets, horizon):
    """Return which column contains the past of each output: one step earlier.

    See `direct.pasts_of_outputs`.
    """
    return tuple(range(n_targets)), (1,) * n_targets


def forecast(estimator, table, origins, n_steps, n_targets, horizon):
    """Forecast the steps after some rows.

    Parameters
    ----------
    estimator : fitted estimator
    table : Table
        With rows for all steps after each origin, whose targets are not read.
    origins : ndarray of int of shape (n_origins,)
        Rows of the last known step, ascending.
    n_steps, n_targets : int
    horizon : int
        Not used.

    Returns
    -------
    predictions : ndarray of float of shape (n_origins, n_steps, n_targets)
    """
    n_before = rows_needed(estimator, table)
    rows = np.stack([table.ahead(n + 1)[origins] for n in range(n_steps)], axis=1)
    predictions = np.empty((len(origins), n_steps, n_targets))
    # Origins of one series are predicted in one call if no window of one origin
    # contains predictions from the other.
    _, firsts, series = np.unique(
        table.axis.series[origins], return_index=True, return_inverse=True
    )
    groups = (np.arange(len(origins)) - firsts[series]) % (n_before + n_steps)
    for group in np.unique(groups):
        chosen = np.flatnonzero(groups == group)
        predictions[chosen] = _forecast_apart(
            estimator, table, origins[chosen], rows[chosen], n_targets, n_before
        )
    return predictions


def _forecast_apart(estimator, table, origins, rows, n_targets, n_before):
    """Forecast after origins whose windows have no row in common.

    Parameters
    ----------
    origins : ndarray of int of shape (n_origins,)
    rows : ndarray of int of shape (n_origins, n_steps)
        The rows to forecast.
    """
    cells, known = table.cells.copy(), table.targets(n_targets)
    predictions = np.empty((*rows.shape, n_targets))
    latest = known[origins]
    for step in range(rows.shape[1]):
        now = rows[:, step]
        # Steps of the pipeline also get this row, and must not get its true target.
        _set_targets(cells, now, latest)
        block, places = _rows_of_windows(table, now, n_before)
        predicted = predict_rows(
            estimator, take(cells, block), places, n_targets, warns=False
        )
        predictions[:, step] = predicted
        latest = predicted.astype(known.dtype)
        _set_targets(cells, now, latest)
    return predictions


def _set_targets(cells, rows, values):
    """Replace the targets of some rows, in place."""
    if is_pandas(cells):
        cells.iloc[rows, : values.shape[1]] = values
    else:
        cells[rows, : values.shape[1]] = values


def _rows_of_windows(table, rows, n_before):
    """List rows together with the rows in their windows, and return their places."""
    first = table.first_row_of_each[rows]
    distances = np.arange(n_before, -1, -1)
    block = rows[:, np.newaxis] - distances
    is_inside = block >= first[:, np.newaxis]
    places = np.cumsum(is_inside.sum(axis=1)) - 1
    return block[is_inside], places


def ends_of_known(table, rows, horizon):
    """Return each known row as the end of its own forecast; see `direct`."""
    return rows, np.zeros(len(rows), dtype=int)


def predict_known(estimator, table, rows, n_targets, horizon):
    """Predict known rows one step ahead; see `direct.predict_known`."""
    return predict_rows(estimator, table.cells, rows, n_targets)
