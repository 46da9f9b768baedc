"""Residuals of forecasts of the latest rows, from which intervals are computed."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import hides, warn_user, warns_with
from skseq._forecasting.intervals.calibration_rows import (
    how_to_get_errors,
    rows_ahead,
    split_latest,
)
from skseq._forecasting.intervals.conformal import (
    TooFewResidualsError,
    conformal_widths_by_series,
)
from skseq._forecasting.intervals.mean_changes import mean_changes
from skseq._forecasting.pipeline.from_origins import predict_from_origins
from skseq._forecasting.strategies.pipeline_fit import fit_on
from skseq._regression.past.constant_series import MIN_WINDOWS
from skseq.exceptions import SkillWarning


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

        Parameters
        ----------
        coverage : float
        n_steps : int
        changes : ndarray of float of shape (n_series, n_steps, n_targets)
            Mean absolute changes over all rows of each series, for as many steps as
            the residuals have.
        """
        widths = [
            conformal_widths_by_series(
                self.scaled[:, :, target],
                self.series,
                len(changes),
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

    Parameters
    ----------
    fitted : FittedForecast
    residuals : Residuals
    predictions : ndarray of float of shape (n_series, n_steps, n_targets)
    coverages : list of float

    Returns
    -------
    bounds : dict of float to (lower, upper), both of the shape of ``predictions``
    """
    table, transform = fitted.table, fitted.transform
    n_steps = predictions.shape[1]
    changes = changes_until(fitted, table, table.last_rows, residuals.values.shape[1])
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
        bounds[coverage] = transform.bounds(predictions, widths, series)
    return bounds


def changes_until(fitted, table, rows, n_steps):
    """Return the mean absolute changes up to each given row, on the scale of the fit.

    See `mean_changes`. They are NaN for a single series, whose intervals do not need
    them.
    """
    n_targets = fitted.layout.n_targets
    if table.axis.n_series == 1:
        return np.full((len(rows), n_steps, n_targets), np.nan)
    return mean_changes(fitted.transform.apply(table), n_targets, rows, n_steps)


def unchanged_in_few_rows(fitted, residuals):
    """Return which series have had one value only, in too few rows to be constant.

    Their changes of 0, such as those of a new product, do not show the size of errors.

    Returns
    -------
    is_unchanged : ndarray of bool of shape (n_series, n_targets)
    """
    table = fitted.table
    targets = table.targets(fitted.layout.n_targets)
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
    """Return residuals of at least `n_steps` steps, from the rows of ``fit`` only.

    The forecaster stores them for the next call.
    """
    if fitted.strategy.name == "direct" or not fitted.layout.unknown_ahead:
        n_steps = max(n_steps, fitted.horizon)
    # Stored with their table: another thread may fit at the same time.
    table, residuals = vars(forecaster).get("_fitted_residuals", (None, None))
    # Residuals of more steps would make an interval depend on earlier calls.
    if table is not fitted.fitted_table or residuals.values.shape[1] != n_steps:
        residuals = collect_residuals(fitted, n_steps)
        forecaster._fitted_residuals = fitted.fitted_table, residuals
    return residuals


@warns_with(
    "To calibrate intervals, a copy of the forecaster is fitted without the latest "
    "rows, which it then forecasts. A warning about this copy:"
)
def collect_residuals(fitted, n_steps):
    """Forecast the latest rows with a clone that was fitted on the rows before them.

    There are residuals, in time order, for each origin after which the values of all
    steps are known.
    """
    table, n_targets = fitted.fitted_table, fitted.layout.n_targets
    n_ahead = fitted.strategy.n_rows_ahead(n_steps)
    fraction = fitted.calibration_fraction
    early, is_origin = split_latest(table, fraction, n_ahead)
    ahead = rows_ahead(table, n_ahead)
    origins = np.flatnonzero(is_origin & (ahead >= 0).all(axis=1))
    transform = fitted.transform.relearn(table.take(early))
    transformed = transform.apply(table)
    estimator = fit_on_early(fitted, transformed.take(early), transform, n_ahead)
    predictions = predict_from_origins(
        lambda known, rows: fitted.strategy.forecast(estimator, known, rows, n_steps),
        estimator=estimator,
        table=transformed,
        rows=origins,
        ends=ahead[origins, n_ahead - 1],
        n_ahead=n_ahead,
        future_columns=[*fitted.layout.future_positions.values()],
    )
    rows, series = ahead[origins, :n_steps], table.axis.series[origins]
    predictions = transform.restore(predictions, series, table.season_steps[rows])
    known = table.targets(n_targets)[rows]
    # On the scale of the fit, on which intervals are made from them.
    errors = fitted.transform.errors(known, predictions, series)
    changes = changes_until(fitted, table, origins, n_steps)
    return Residuals(known - predictions, errors, series, changes)


# The copy has fewer rows than the model that forecasts. `fit` warned of that one.
@hides(SkillWarning)
def fit_on_early(fitted, early, transform, n_ahead):
    """Fit a clone on the earlier rows; an error says that intervals need this fit."""
    try:
        return fit_on(
            clone(fitted.estimator),
            early,
            fitted.layout,
            fitted.strategy,
            transform,
            default_estimator=fitted.default_estimator,
        )
    except ValueError as error:
        raise ValueError(
            f"Prediction intervals of {counted(n_ahead, 'step')} need a fit without "
            f"the latest rows. With calibration_fraction="
            f"{fitted.calibration_fraction} it has "
            f"{counted(len(early), 'row')}, and failed: {error} A smaller "
            "calibration_fraction leaves more rows for it, but gives fewer errors to "
            "make intervals from."
        ) from error
