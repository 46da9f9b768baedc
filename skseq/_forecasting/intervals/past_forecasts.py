"""Forecasts of known rows, whose errors calibrate intervals."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import clone

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import hides, warns_with
from skseq._forecasting.intervals.calibration_rows import (
    are_latest,
    explain_long_windows,
    rows_ahead,
    rows_before_latest,
)
from skseq._forecasting.known.table import Table
from skseq._forecasting.pipeline.from_origins import predict_from_origins
from skseq._forecasting.strategies.pipeline_fit import fit_on
from skseq.exceptions import RangeWarning, SkillWarning


@dataclass(frozen=True, eq=False)
class PastForecasts:
    """Forecasts from the latest origins, in time order for each series.

    Origins are numbered within their series, because an update moves the rows of a
    table.

    Attributes
    ----------
    fitted_table : Table
        The rows passed to ``fit``.
    n_known : int
        Number of known rows, to which updates only append.
    series : ndarray of int of shape (n_origins,)
        Number of the series of each origin.
    numbers : ndarray of int of shape (n_origins,)
        Number of each origin in its series, from 0.
    predictions : ndarray of float of shape (n_origins, n_steps, n_targets)
        In the units of y.
    copy : fitted estimator or None
        A clone that is fitted without the latest rows; None if it was not needed.
    """

    fitted_table: Table
    n_known: int
    series: np.ndarray
    numbers: np.ndarray
    predictions: np.ndarray
    copy: Any

    def are_of(self, fitted, n_steps):
        """Return whether they are forecasts of as many steps after the same fit.

        Another thread may have made them after a later update.
        """
        return (
            self.fitted_table is fitted.fitted_table
            and self.predictions.shape[1] == n_steps
            and self.n_known <= len(fitted.table)
        )

    def rows(self, table):
        """Return the row of each origin in a table of at least as many rows."""
        return table.first_rows[self.series] + self.numbers


def forecast_latest(fitted, n_steps, earlier):
    """Forecast the latest known rows from origins after which all steps are known.

    The fitted estimator itself forecasts rows of ``update``, which it was not fitted
    on. A forecast that contains a row of ``fit`` is made by a clone that was fitted on
    the rows before the latest.

    Parameters
    ----------
    fitted : FittedForecast
    n_steps : int
    earlier : PastForecasts or None
        Forecasts of as many steps after the same fit. They are not made again.
    """
    table, n_ahead = fitted.table, fitted.strategy.n_rows_ahead(n_steps)
    ahead = rows_ahead(table, n_ahead)
    origins = find_origins(fitted, ahead)
    series, numbers = table.axis.series[origins], table.rows_in_series[origins]
    is_of_fit = numbers + 1 < count_fitted(fitted)[series]
    predictions = np.empty((len(origins), n_steps, table.n_targets))
    is_missing, copy = np.ones(len(origins), dtype=bool), None
    if earlier is not None:
        known, copy = earlier.rows(table), earlier.copy
        is_missing = ~np.isin(origins, known)
        predictions[~is_missing] = earlier.predictions[np.isin(known, origins)]
    by_copy, by_fitted = is_missing & is_of_fit, is_missing & ~is_of_fit
    # Without any origin, an error of the copy says why.
    if by_copy.any() or not len(origins):
        copy, predictions[by_copy] = forecast_by_copy(
            fitted, copy, origins[by_copy], ahead, n_steps
        )
    if by_fitted.any():
        predictions[by_fitted] = forecast_by_fitted(
            fitted, origins[by_fitted], ahead, n_steps
        )
    return PastForecasts(
        fitted.fitted_table, len(table), series, numbers, predictions, copy
    )


def find_origins(fitted, ahead):
    """Return the latest rows after which all steps are known, ascending.

    `ahead` is the result of `rows_ahead`.
    """
    table, transform = fitted.table, fitted.transform
    is_origin = are_latest(table, fitted.calibration_fraction, ahead.shape[1])
    is_origin &= (ahead >= 0).all(axis=1)
    # The scale of a new series is computed from all its rows, so a forecast from one of
    # its rows would depend on later rows.
    is_transformed = (transform.is_log | transform.is_deseasonalized).any(axis=1)
    has_later_scale = (count_fitted(fitted) == 0) & is_transformed
    return np.flatnonzero(is_origin & ~has_later_scale[table.axis.series])


def count_fitted(fitted):
    """Return the number of rows of each series in ``fit``, 0 for new series."""
    n_series = fitted.table.axis.n_series
    return np.bincount(fitted.fitted_table.axis.series, minlength=n_series)


@warns_with(
    "To calibrate intervals, a copy of the forecaster is fitted without the latest "
    "rows, which it then forecasts. A warning about this copy:"
)
def forecast_by_copy(fitted, copy, origins, ahead, n_steps):
    """Return a clone that is fitted on earlier rows, and its predictions.

    `copy` is this clone if it was fitted before, else None.
    """
    table, n_ahead = fitted.fitted_table, ahead.shape[1]
    rows = rows_before_latest(table, fitted.calibration_fraction, n_ahead)
    early = table.take(rows)
    transform = fitted.transform.relearn(early)
    if copy is None:
        copy = fit_on_early(fitted, transform.apply(early), transform, n_ahead)
    return copy, forecast_from(fitted, copy, transform, origins, ahead, n_steps)


@warns_with(
    "To calibrate intervals, rows passed to update are forecast from the rows before "
    "them. A warning about these forecasts:"
)
def forecast_by_fitted(fitted, origins, ahead, n_steps):
    """Forecast rows of ``update`` with the fitted estimator."""
    return forecast_from(
        fitted, fitted.estimator, fitted.transform, origins, ahead, n_steps
    )


def forecast_from(fitted, estimator, transform, origins, ahead, n_steps):
    """Forecast known rows from the rows up to each origin, in the units of y."""
    table, n_ahead = fitted.table, ahead.shape[1]
    predictions = predict_from_origins(
        partial(fitted.strategy.forecast, n_steps=n_steps),
        estimator,
        transform.apply(table),
        origins,
        ends=ahead[origins, n_ahead - 1],
        n_ahead=n_ahead,
        future_columns=fitted.layout.future_columns,
    )
    steps = table.season_steps[ahead[origins, :n_steps]]
    return transform.restore(predictions, table.axis.series[origins], steps)


# The copy has fewer rows than the model that forecasts. `fit` warned of that one.
@hides(RangeWarning, SkillWarning)
def fit_on_early(fitted, early, transform, n_ahead):
    """Fit a clone on the earlier rows; an error says that intervals need this fit."""
    try:
        return fit_on(
            clone(fitted.estimator),
            early,
            fitted.layout,
            fitted.strategy,
            transform,
            fitted.default_estimator,
        )
    except ValueError as error:
        reason = explain_long_windows(fitted, early, n_ahead) or (
            f"{counted(len(early), 'row')} and failed: {error} A smaller "
            "calibration_fraction leaves more rows for it, but gives fewer errors to "
            "make intervals from."
        )
        raise ValueError(
            f"Prediction intervals of {counted(n_ahead, 'step')} need a fit without "
            "the latest rows. With calibration_fraction="
            f"{fitted.calibration_fraction:g}, this fit has {reason}"
        ) from error
