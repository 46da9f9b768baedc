"""What a SequenceForecaster has learned, as plain data, and how it forecasts."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from skseq._estimator.plurals import counted
from skseq._forecasting.future import future_index
from skseq._forecasting.future.future_rows import following_rows
from skseq._forecasting.future.missing_future_rows import fill_future_rows
from skseq._forecasting.known.columns_of_target import check_future_columns
from skseq._forecasting.known.known_rows import append_rows, locate_rows
from skseq._forecasting.known.known_values import (
    columns_to_compare,
    warn_about_changed_values,
    warn_about_other_targets,
)
from skseq._forecasting.known.layout import Layout
from skseq._forecasting.known.missing_rows import (
    warn_about_left_out_rows,
    warn_about_missing_latest,
)
from skseq._forecasting.known.table import Table
from skseq._forecasting.pipeline.from_origins import predict_from_origins
from skseq._forecasting.pipeline.row_by_row import is_row_by_row, rows_needed
from skseq._forecasting.pipeline.windower_steps import longest_windower
from skseq._forecasting.shifted_season import warn_about_shifted_season
from skseq._forecasting.strategies.direct import Direct
from skseq._forecasting.strategies.recursive import Recursive
from skseq._forecasting.target.far_forecasts import warn_about_far_forecasts
from skseq._forecasting.target.incomplete_period import warn_about_incomplete_period
from skseq._forecasting.target.stuck_values import warn_about_stuck_values
from skseq._forecasting.target.target_transform import TargetTransform
from skseq._forecasting.target.unusual_values import warn_about_unusual_values
from skseq._series.default_estimator_code import DefaultEstimator
from skseq._series.index import is_pandas
from skseq._validation.numbers import listed


@dataclass(frozen=True, eq=False)
class FittedForecast:
    """A fitted estimator, and the known rows that forecasts continue. Immutable.

    Attributes
    ----------
    estimator : fitted estimator
    table : Table
        All known rows, including those passed to ``update``.
    fitted_table : Table
        The rows passed to ``fit``.
    layout : Layout
    strategy : Direct or Recursive
    calibration_fraction : float
        Number of origins of the forecasts that intervals are made from, as a fraction
        of the number of rows of each series.
    transform : TargetTransform
        The estimator is fitted on transformed targets; those of the tables are not.
    default_estimator : DefaultEstimator or None
        None if the user passed an estimator.
    """

    estimator: Any
    table: Table
    fitted_table: Table
    layout: Layout
    strategy: Direct | Recursive
    calibration_fraction: float
    transform: TargetTransform
    default_estimator: DefaultEstimator | None

    @property
    def horizon(self):
        """Number of steps that are forecast by default."""
        return self.strategy.horizon

    @property
    def time_steps(self):
        """Number of rows that a forecast reads: the length of the longest windows."""
        return longest_windower(self.estimator).time_steps

    def check_n_steps(self, n_steps, *, of_rows=False):
        """Raise if this number of steps, or of rows to predict, cannot be forecast."""
        if isinstance(self.strategy, Direct):
            if n_steps > self.horizon:
                advice = (
                    " In a cross-validation, use test sets of "
                    f"{counted(self.horizon, 'row')}: "
                    f"TimeSeriesSplit(test_size={self.horizon}) or ForecastSplit."
                )
                raise ValueError(
                    f"A direct forecaster with horizon={self.horizon} predicts "
                    f"{counted(self.horizon, 'step')} after the last known row, but "
                    f"{n_steps} are needed. Fit with horizon={n_steps}, or with "
                    "strategy='recursive', which forecasts any number of steps."
                    f"{advice if of_rows else ''}"
                )
            return
        unknown = self.layout.unknown_ahead
        if unknown and n_steps > 1:
            raise ValueError(
                "A recursive forecast of more than one step needs every column of X "
                "in advance. Not in future_columns, and so unknown after the first "
                f"step: {listed(unknown, most=20)}. Add columns that are known in "
                "advance to future_columns, leave the others out of X, or use "
                "strategy='direct'."
            )
        if n_steps > self.horizon and self.layout.future_positions:
            check_future_columns(self.fitted_table, self.layout, n_steps)

    def n_rows_ahead(self, n_steps):
        """Return how many rows after the last known one a forecast needs."""
        self.check_n_steps(n_steps)
        return self.strategy.n_rows_ahead(n_steps)

    def following_index(self, n_steps, X_future=None):
        """Continue the index by all rows that a forecast needs.

        See `skseq._forecasting.future.future_index.following_index`.
        """
        n_rows = self.n_rows_ahead(n_steps)
        return future_index.following_index(self.table, n_rows, X_future)

    def forecast(self, n_steps, X_future=None, index=None):
        """Forecast the steps after the last known row of each series.

        `index` is the result of ``following_index``, if it was already computed.

        Returns
        -------
        predictions : ndarray of float of shape (n_series, n_steps, n_targets)
        labels : pandas.Index of length n_series * n_steps, or None
        """
        n_rows = self.n_rows_ahead(n_steps)
        labels = (index or self.following_index(n_steps, X_future)).labels
        transformed = self.transform.apply(self.table)
        tail = transformed.tail(rows_needed(self.estimator, transformed))
        rows_ahead = following_rows(tail, labels, n_rows, self.layout, X_future)
        table = tail.with_following(rows_ahead)
        warn_about_missing_latest(self.table, self.time_steps)
        warn_about_shifted_season(self, table, n_steps)
        season, names = self.transform.season_length, self.layout.names_of_targets
        warn_about_incomplete_period(self.table, season, names, "last")
        warn_about_stuck_values(self)
        warn_about_unusual_values(self, transformed)
        origins, last = table.last_rows - n_rows, self.table.last_rows
        predictions = self.strategy.forecast(self.estimator, table, origins, n_steps)
        steps = table.season_steps_ahead(origins, n_steps)
        steps += self.table.season_steps[last][:, np.newaxis]
        predictions = self._restored(predictions, self.table.axis.series[last], steps)
        if labels is not None and n_steps < n_rows:
            # A slice keeps the frequency of the index; a mask would lose it.
            is_asked = np.arange(len(labels)) % n_rows < n_steps
            is_alone = self.table.axis.names is None
            labels = labels[:n_steps] if is_alone else labels[is_asked]
        return predictions, labels

    def predict_known(self, rows):
        """Predict known rows from the rows before them, (n_predicted, n_targets)."""
        table = self.transform.apply(self.table)
        predictions = predict_from_origins(
            self.strategy.predict_known,
            self.estimator,
            table,
            rows,
            ends=self.strategy.ends_of_known(table, rows),
            n_ahead=self.strategy.windower_horizon,
            future_columns=self.layout.future_columns,
        )
        series, steps = table.axis.series[rows], table.season_steps[rows]
        # For windows without any step, the mean of all series is predicted. Transformed
        # back like another series, it could overflow.
        has_no_past = table.first_row_of_each[rows] == rows
        is_mean = self.transform.is_log[series] & has_no_past[:, np.newaxis]
        predictions = np.where(is_mean, self.transform.means[series], predictions)
        one_step = predictions[:, np.newaxis], series, steps[:, np.newaxis]
        return self._restored(*one_step)[:, 0]

    def _restored(self, predictions, series, steps):
        """Return predictions in the units of y, with a warning about extreme ones."""
        predictions = self.transform.restore(predictions, series, steps)
        warn_about_far_forecasts(self, predictions, series)
        return predictions

    def of_series(self, series):
        """Return a copy that contains only the series with these numbers."""
        rows = np.flatnonzero(np.isin(self.table.axis.series, series))
        return replace(self, table=self.table.take(rows))


def continue_from(fitted, cells):
    """Append newer rows, as a table or array, to the known rows."""
    table = append_rows(fitted.table, cells)
    warn_about_left_out_rows(fitted.table, table, fitted.time_steps)
    n_fitted = fitted.fitted_table.axis.n_series
    transform = fitted.transform.with_new_series(table, n_fitted)
    transform.check_positive(table.after(fitted.table))
    return replace(fitted, table=table, transform=transform)


def predict_located(fitted, X):
    """Predict the rows of X, known ones and those that follow; (n_rows, n_targets)."""
    known, n_ahead, series = locate_rows(fitted, X)
    warn_about_changed_values(fitted, X, known)
    predictions = np.empty((len(known), fitted.layout.n_targets))
    is_known = known >= 0
    if is_known.any():
        predictions[is_known] = fitted.predict_known(known[is_known])
    later = np.flatnonzero(~is_known)
    if len(later):
        steps = n_ahead[later]
        fitted.check_n_steps(int(steps.max()), of_rows=True)
        numbers, position = np.unique(series[later], return_inverse=True)
        X_future, index = X if is_pandas(X) else X[later], None
        # Steps may compute rows of one series from others, as means over series. But X
        # need not have the future columns of series that are not predicted.
        has_future = bool(fitted.layout.future_positions)
        if has_future or is_row_by_row(fitted.estimator):
            fitted = fitted.of_series(numbers)
            numbers = np.arange(len(numbers))
        if has_future:
            X_future, index = fill_future_rows(fitted, X_future, position, steps)
        ahead, _ = fitted.forecast(int(steps.max()), X_future, index)
        predictions[later] = ahead[numbers[position], steps - 1]
    return predictions


def check_true_values(fitted, X, y):
    """Warn if the true values of known rows are not those of ``fit`` or ``update``.

    X may be the calendar alone, which is the same for other series.
    """
    compared = columns_to_compare(fitted.layout, X) if is_pandas(X) else []
    n_compared = sum(n < fitted.layout.n_targets for _, n, _ in compared)
    if n_compared < fitted.layout.n_targets:  # else `predict` has warned
        known, _, _ = locate_rows(fitted, X)
        warn_about_other_targets(fitted, y, known)
