"""The recursive strategy: each step is predicted from the predictions before it."""

from dataclasses import dataclass

import numpy as np

from skseq._estimator.warnings import hides
from skseq._forecasting.known.table import take
from skseq._forecasting.pipeline.row_by_row import rows_needed
from skseq._forecasting.pipeline.windower_steps import predict_rows
from skseq._series.index import is_pandas
from skseq.exceptions import IncompleteWindowWarning


@dataclass(frozen=True)
class Recursive:
    """Predict one step at a time, from earlier predictions; ``strategy="recursive"``.

    `Direct` describes what the methods take and return.
    """

    horizon: int
    name = "recursive"
    windower_horizon = 1

    def n_rows_ahead(self, n_steps):
        """Return how many rows after an origin a forecast of some steps needs."""
        return n_steps

    def make_targets(self, table, *, only_complete=False):
        """Return the targets of each row, which are all known."""
        # The last step of the pipeline may write into them.
        targets = table.targets.copy()
        return targets, np.ones(len(table), dtype=bool)

    def pasts_of_outputs(self, n_targets):
        """Return which column contains the past of each output: one step earlier."""
        return tuple(range(n_targets)), (1,) * n_targets

    def forecast(self, estimator, table, origins, n_steps):
        """Forecast the steps after each origin; origins are row numbers, ascending.

        The table has rows for all these steps, but their targets are not read.
        """
        n_before = rows_needed(estimator, table)
        rows = np.stack([table.ahead(n + 1)[origins] for n in range(n_steps)], axis=1)
        predictions = np.empty((len(origins), n_steps, table.n_targets))
        # Origins of one series are predicted in one call if no window of one origin
        # contains predictions from the other.
        _, firsts, series = np.unique(
            table.axis.series[origins], return_index=True, return_inverse=True
        )
        groups = (np.arange(len(origins)) - firsts[series]) % (n_before + n_steps)
        for group in np.unique(groups):
            chosen = np.flatnonzero(groups == group)
            predictions[chosen] = _forecast_apart(
                estimator, table, origins[chosen], rows[chosen], n_before
            )
        return predictions

    def ends_of_known(self, table, rows):
        """Return each known row as the end of its own forecast."""
        return rows

    def predict_known(self, estimator, table, rows):
        """Predict known rows one step ahead."""
        return predict_rows(estimator, table.cells, rows, table.n_targets)


def _forecast_apart(estimator, table, origins, rows, n_before):
    """Forecast rows (n_origins, n_steps) after origins whose windows do not overlap."""
    cells, known = table.cells.copy(), table.targets
    predictions = np.empty((*rows.shape, table.n_targets))
    latest, series = known[origins], table.axis.series[origins]
    is_one_each = len(np.unique(series)) == len(series)
    predict = predict_rows if is_one_each else _predict_parts
    for step in range(rows.shape[1]):
        now = rows[:, step]
        # Steps of the pipeline also get this row, and must not get its true target.
        _set_targets(cells, now, latest)
        block, positions = _rows_of_windows(table, now, n_before)
        predictions[:, step] = predict(
            estimator, take(cells, block), positions, table.n_targets, warns=False
        )
        latest = predictions[:, step].astype(known.dtype)
        _set_targets(cells, now, latest)
    return predictions


@hides(IncompleteWindowWarning)
def _predict_parts(*args, **kwargs):
    """Predict parts of a series, without the rows between them.

    Without a frequency, the rows left out would count as gaps.
    """
    return predict_rows(*args, **kwargs)


def _set_targets(cells, rows, values):
    """Replace the targets of some rows, in place."""
    if is_pandas(cells):
        cells.iloc[rows, : values.shape[1]] = values
    else:
        cells[rows, : values.shape[1]] = values


def _rows_of_windows(table, rows, n_before):
    """List rows together with the rows in their windows, and return their positions."""
    first = table.first_row_of_each[rows]
    distances = np.arange(n_before, -1, -1)
    block = rows[:, np.newaxis] - distances
    is_inside = block >= first[:, np.newaxis]
    positions = np.cumsum(is_inside.sum(axis=1)) - 1
    return block[is_inside], positions
