"""Residuals of forecasts of the latest rows, from which intervals are computed."""

from dataclasses import dataclass

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._forecasting.intervals.calibration_rows import (
    how_to_get_errors,
    rows_ahead,
)
from skseq._forecasting.intervals.conformal import (
    TooFewResidualsError,
    conformal_widths_by_series,
)
from skseq._forecasting.intervals.mean_changes import mean_changes
from skseq._forecasting.intervals.past_forecasts import forecast_latest
from skseq._regression.past.constant_series import MIN_WINDOWS


@dataclass(frozen=True, eq=False)
class Residuals:
    """Errors of forecasts from successive origins.

    Attributes
    ----------
    values : ndarray of float of shape (n_origins, n_steps, n_targets)
        Value - prediction.
    scaled : ndarray of float of shape (n_origins, n_steps, n_targets)
        The same on the scale on which intervals are made: of logarithms, where these
        are forecast.
    series : ndarray of int of shape (n_origins,)
        Number of the series of each origin.
    changes : ndarray of float of shape (n_origins, n_steps, n_targets)
        Of the series until each origin; see `mean_changes`.
    """

    values: np.ndarray
    scaled: np.ndarray
    series: np.ndarray
    changes: np.ndarray

    def widths(self, coverage, n_steps, changes):
        """Return how far intervals reach on both sides, on the scale of ``scaled``.

        `changes` are those over all rows of each series, for as many steps as the
        residuals have. The result has the shape (n_series, n_steps, n_targets).
        """
        widths = [
            conformal_widths_by_series(
                self.scaled[:, :, target],
                self.series,
                coverage,
                changes[:, :, target],
                self.changes[:, :, target],
            )
            for target in range(self.scaled.shape[2])
        ]
        # Select the steps last: the size of the errors of a series is their mean over
        # all steps, so otherwise a width would depend on how many steps are forecast.
        return np.stack(widths, axis=-1)[:, :n_steps]


def interval_bounds(fitted, residuals, predictions, coverages):
    """Return the bounds of the intervals around predictions, in the units of y.

    They are a dict with (lower, upper) of each coverage, both of the shape of
    ``predictions``, (n_series, n_steps, n_targets).
    """
    table, n_steps = fitted.table, predictions.shape[1]
    changes = changes_until(fitted, table.last_rows, residuals.values.shape[1])
    series, bounds = table.axis.series[table.last_rows], {}
    for coverage in coverages:
        try:
            widths = residuals.widths(coverage, n_steps, changes)
        except TooFewResidualsError as error:
            n_ahead = fitted.strategy.n_rows_ahead(residuals.values.shape[1])
            advice = how_to_get_errors(fitted, error.n_needed, n_ahead)
            raise ValueError(f"{error} {advice}") from None
        if table.axis.names is not None:
            is_unknown = unchanged_in_few_rows(fitted, residuals)[:, np.newaxis]
            widths = np.where(is_unknown, np.nan, widths)
            if not bounds:  # once for all coverages
                warn_about_unknown_widths(widths, table.axis.names)
        bounds[coverage] = fitted.transform.bounds(predictions, widths, series)
    return bounds


def changes_until(fitted, rows, n_steps):
    """Return the mean absolute changes up to each given row, on the scale of the fit.

    See `mean_changes`. They are NaN for a single series, whose intervals do not need
    them.
    """
    table = fitted.table
    if table.axis.n_series == 1:
        return np.full((len(rows), n_steps, table.n_targets), np.nan)
    return mean_changes(fitted.transform.apply(table), rows, n_steps)


def unchanged_in_few_rows(fitted, residuals):
    """Return which series have had one value only, in too few rows to be constant.

    Their changes of 0, such as those of a new product, do not show the size of errors.
    The result has the shape (n_series, n_targets).
    """
    table, targets = fitted.table, fitted.table.targets
    lowest = np.minimum.reduceat(targets, table.first_rows)
    varies = lowest != np.maximum.reduceat(targets, table.first_rows)
    is_forecast = np.isin(np.arange(table.axis.n_series), residuals.series)
    is_known = is_forecast & (table.axis.count_rows() >= MIN_WINDOWS)
    # If no series varies, their one value is the forecast.
    return ~varies & varies.any(axis=0) & ~is_known[:, np.newaxis]


def warn_about_unknown_widths(widths, names):
    """Warn about series for which the size of forecast errors is unknown."""
    is_unknown = np.isnan(widths).any(axis=(1, 2))
    if is_unknown.any():
        warn_user(
            f"{is_unknown.sum()} of {len(names)} series have no prediction intervals "
            f"(NaN), the first is {names[int(is_unknown.argmax())]}: the size of their "
            "errors is unknown, because they have no two consecutive rows, or the same "
            "value in few rows. Pass more of their rows to update or fit."
        )


def residuals_of(forecaster, fitted, n_steps):
    """Return residuals of at least `n_steps` steps.

    The forecaster stores them, with their forecasts, for the next call.
    """
    if fitted.strategy.name == "direct" or not fitted.layout.unknown_ahead:
        n_steps = max(n_steps, fitted.horizon)
    # Stored with their table: another thread may fit at the same time.
    past, residuals = vars(forecaster).get("_fitted_residuals", (None, None))
    # Residuals of more steps would make an interval depend on earlier calls.
    if past is not None and not past.are_of(fitted, n_steps):
        past = None
    if past is None or past.n_known < len(fitted.table):
        past = forecast_latest(fitted, n_steps, past)
        residuals = compute_residuals(fitted, past)
        forecaster._fitted_residuals = past, residuals
    return residuals


def compute_residuals(fitted, past):
    """Compute the errors of forecasts of known rows."""
    table, transform, series = fitted.table, fitted.transform, past.series
    n_steps, origins = past.predictions.shape[1], past.rows(table)
    rows = rows_ahead(table, n_steps)[origins]
    known = table.targets[rows]
    # A later value without a logarithm is compared by that of its replacement.
    replaced = transform.valid_targets(table)[rows].astype(known.dtype)
    # On the scale of the fit, on which intervals are made from them.
    scaled = transform.errors(replaced, past.predictions, series)
    changes = changes_until(fitted, origins, n_steps)
    return Residuals(known - past.predictions, scaled, series, changes)
