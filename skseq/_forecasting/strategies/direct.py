"""The direct strategy: each prediction contains all steps up to the horizon.

A row of the table is the last step of its forecast: the window ends ``horizon`` steps
before the row, and the targets are the ``horizon`` values up to and including the row.
All targets are therefore known, and the next forecast is the prediction for the row
``horizon`` steps after the last known row.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from skseq._estimator.warnings import warn_user
from skseq._forecasting.pipeline.windower_steps import longest_windower, predict_rows


@dataclass(frozen=True)
class Direct:
    """Predict all steps up to the horizon at once; ``strategy="direct"``."""

    horizon: int
    name = "direct"

    @property
    def windower_horizon(self):
        """Horizon of the windower."""
        return self.horizon

    def n_rows_ahead(self, n_steps):
        """Return how many rows after an origin a forecast of some steps needs."""
        return self.horizon

    def make_targets(self, table, *, only_complete=False):
        """Return the outputs of each row: its value and the ``horizon - 1`` before it.

        Parameters
        ----------
        table : Table
        only_complete : bool, default=False
            Whether the estimator leaves out incomplete rows by itself. Targets of
            neighbouring rows may then share memory, and those of incomplete rows may be
            values of another series.

        Returns
        -------
        outputs : ndarray of float of shape (n_rows, n_targets * horizon)
            All steps of the first target, then those of the second, and so on. In the
            first rows of a series, its first value replaces those before it, so that
            steps up to the windower, which get all rows, see outputs with the range of
            y.
        is_complete : ndarray of bool of shape (n_rows,)
            Whether all these values are known.
        """
        targets, rows = table.targets, np.arange(len(table))
        n_before = self.horizon - 1
        if only_complete:
            before = np.repeat(targets[:1], n_before, axis=0)
            values = np.concatenate([before, targets])
            by_row = sliding_window_view(values, self.horizon, axis=0)
        else:
            earlier = rows[:, np.newaxis] + np.arange(-n_before, 1)
            earlier = np.maximum(earlier, table.first_row_of_each[:, np.newaxis])
            by_row = targets[earlier].transpose(0, 2, 1)
        return by_row.reshape(len(rows), -1), table.have_complete_past(n_before)

    def pasts_of_outputs(self, n_targets):
        """Return which column contains the past of each output, and at which lag.

        See `TargetOrigin`.
        """
        outputs = product(range(n_targets), range(1, self.horizon + 1))
        return tuple(zip(*outputs, strict=True))

    def forecast(self, estimator, table, origins, n_steps):
        """Forecast the steps after some rows, of shape (n_origins, n_steps, n_targets).

        The table has a row ``horizon`` steps after each origin.
        """
        rows = table.ahead(self.horizon)[origins]
        # The forecaster itself warns about missing rows, with their labels.
        return self._predict(estimator, table, rows, warns=False)[:, :n_steps]

    def ends_of_known(self, table, rows):
        """Return the last row of the forecast that predicts each known row."""
        last = rows
        for n_ahead in range(1, self.horizon):  # a later last row means a later origin
            found = table.ahead(n_ahead)[rows]
            last = np.where(found >= 0, found, last)
        return last

    def predict_known(self, estimator, table, rows):
        """Predict known rows from the steps before them.

        A row is predicted one step ahead or, where later rows are missing (at the end
        of a series and before gaps), as few steps ahead as possible. The predictions
        have the shape (n_predicted, n_targets).
        """
        last, steps = self.ends_of_known(table, rows), table.axis.steps
        places = self.horizon - 1 - (steps[last] - steps[rows])
        return self._predict(estimator, table, last)[np.arange(len(rows)), places]

    def _predict(self, estimator, table, rows, *, warns=True):
        """Return predictions of shape (n_rows, horizon, n_targets), by last row."""
        n_outputs = table.n_targets * self.horizon
        predictions = predict_rows(estimator, table.cells, rows, n_outputs, warns=warns)
        by_target = predictions.reshape(len(rows), table.n_targets, self.horizon)
        return by_target.transpose(0, 2, 1)


def warn_about_unseen_future(estimator, horizon):
    """Warn if windows are too short for the future values of all steps.

    A window of a column known in advance ends with the last step forecast, so one of
    fewer steps than the horizon begins after the first steps.
    """
    time_steps = longest_windower(estimator).time_steps
    if time_steps < horizon:
        unseen = horizon - time_steps
        which = "step 1" if unseen == 1 else f"steps 1 to {unseen}"
        warn_user(
            f"Windows of {time_steps} time steps are shorter than horizon={horizon}, "
            f"so the future_columns of {which} are in no window, and the forecast does "
            f"not depend on them. Use SequenceWindower(time_steps={horizon}) or more, "
            "or strategy='recursive'."
        )
