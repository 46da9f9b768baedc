"""What a SequenceForecaster has learned, as plain data, and how it forecasts."""

from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np

from skseq._estimator.plurals import counted
from skseq._forecasting import direct
from skseq._forecasting.default_pipeline import make_default_pipeline
from skseq._forecasting.future_rows import following_index, following_rows
from skseq._forecasting.future_sources import (
    columns_at_windower,
    warn_of_lost_columns,
)
from skseq._forecasting.known_rows import append_rows, locate
from skseq._forecasting.known_values import (
    columns_to_compare,
    warn_of_other_targets,
    warn_of_other_values,
)
from skseq._forecasting.layout import Layout
from skseq._forecasting.log_limits import warn_of_far_forecasts
from skseq._forecasting.missing_rows import (
    warn_of_left_out_rows,
    warn_of_lost_rows,
    warn_of_missing_latest,
)
from skseq._forecasting.pipeline_fit import STRATEGIES, check_predicts, fit_on
from skseq._forecasting.reading import values_to_compare
from skseq._forecasting.row_by_row import is_row_by_row, rows_needed
from skseq._forecasting.season_length import choose_season_length
from skseq._forecasting.table import Table
from skseq._forecasting.target_transform import TargetTransform
from skseq._forecasting.windower_steps import (
    find_windowers,
    steps_of_windows,
    window_span,
    with_horizon,
)
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
    places : dict of int to int
        The columns known in advance: position in X -> position in the table.
    strategy : {"direct", "recursive"}
    horizon : int
    calibration_fraction : float
        Number of origins of the forecasts that intervals are made from, as a fraction
        of the number of rows of each series.
    transform : TargetTransform
        The estimator is fitted on transformed targets; those of the tables are not.
    is_default_estimator : bool
        Whether the user passed no estimator.
    """

    estimator: Any
    table: Table
    fitted_table: Table
    layout: Layout
    places: dict
    strategy: str
    horizon: int
    calibration_fraction: float
    transform: TargetTransform
    is_default_estimator: bool

    @property
    def rules(self):
        """The module of the strategy."""
        return STRATEGIES[self.strategy]

    def check_n_steps(self, n_steps):
        """Raise if this number of steps cannot be forecast.

        Parameters
        ----------
        n_steps : int
        """
        if self.strategy == "direct":
            if n_steps > self.horizon:
                raise ValueError(
                    f"A direct forecaster with horizon={self.horizon} predicts "
                    f"{counted(self.horizon, 'step')} after the last known row, but "
                    f"{n_steps} are needed. Fit with horizon={n_steps}, or with "
                    "strategy='recursive', which forecasts any number of steps; in a "
                    f"cross-validation use test parts of "
                    f"{counted(self.horizon, 'row')}: "
                    f"TimeSeriesSplit(test_size={self.horizon}) or ForecastSplit."
                )
            return
        unknown = self.layout.unknown_ahead(self.places)
        if unknown and n_steps > 1:
            raise ValueError(
                "A recursive forecast of more than one step needs every column of X "
                "in advance. Not in future_columns, and so unknown after the first "
                f"step: {listed(unknown, most=20)}. Add columns that are known in "
                "advance to future_columns, leave the others out of X, or use "
                "strategy='direct'."
            )

    def forecast(self, n_steps, X_future=None):
        """Forecast the steps after the last known row of each series.

        Parameters
        ----------
        n_steps : int
        X_future : table-like or None, default=None

        Returns
        -------
        predictions : ndarray of float of shape (n_series, n_steps, n_targets)
        index : pandas.Index of length n_series * n_steps, or None
        """
        self.check_n_steps(n_steps)
        n_rows = self.horizon if self.strategy == "direct" else n_steps
        transformed = self.transform.apply(self.table)
        tail = transformed.tail(rows_needed(self.estimator, transformed))
        index = following_index(self.table, n_rows, X_future)
        following = following_rows(
            tail, index, n_rows, self.places, self.layout, X_future
        )
        table = tail.with_following(following)
        warn_of_missing_latest(self.table, steps_of_windows(self.estimator))
        predictions = self.rules.forecast(
            self.estimator,
            table,
            table.last_rows - n_rows,
            n_steps,
            self.layout.n_targets,
            self.horizon,
        )
        last = self.table.last_rows
        steps = table.season_steps_ahead(table.last_rows - n_rows, n_steps)
        steps += self.table.season_steps[last][:, np.newaxis]
        predictions = self._restored(predictions, self.table.axis.series[last], steps)
        if index is not None and n_steps < n_rows:
            # A slice keeps the frequency of the index; a mask would lose it.
            is_asked = np.arange(len(index)) % n_rows < n_steps
            is_alone = self.table.axis.names is None
            index = index[:n_steps] if is_alone else index[is_asked]
        return predictions, index

    def predict_known(self, rows):
        """Predict known rows from the rows before them.

        Parameters
        ----------
        rows : ndarray of int of shape (n_predicted,)

        Returns
        -------
        predictions : ndarray of float of shape (n_predicted, n_targets)
        """
        table = self.transform.apply(self.table)
        predictions = self.rules.predict_known(
            self.estimator, table, rows, self.layout.n_targets, self.horizon
        )
        series, steps = table.axis.series[rows], table.season_steps[rows]
        # For windows without any step, the mean of all series is predicted. Transformed
        # back like another series, it could overflow.
        has_no_past = table.first_row_of_each[rows] == rows
        is_mean = self.transform.is_log[series] & has_no_past[:, np.newaxis]
        predictions = np.where(is_mean, self.transform.means[series], predictions)
        predictions = predictions[:, np.newaxis]
        return self._restored(predictions, series, steps[:, np.newaxis])[:, 0]

    def _restored(self, predictions, series, steps):
        """Return predictions in the units of y, with a warning about extreme ones."""
        predictions = self.transform.restore(predictions, series, steps)
        warn_of_far_forecasts(predictions, series, self.transform, self.table)
        return predictions

    @property
    def can_forecast_horizon(self):
        """Whether as many steps as the horizon can be forecast."""
        unknown = self.layout.unknown_ahead(self.places)
        return self.strategy == "direct" or not unknown

    def of_series(self, series):
        """Return a copy with only some of the series.

        Parameters
        ----------
        series : ndarray of int
            Their numbers.
        """
        rows = np.flatnonzero(np.isin(self.table.axis.series, series))
        return replace(self, table=self.table.take(rows))


def fit_forecast(forecaster, cells, layout, report):
    """Fit a clone of the estimator of a forecaster to a table.

    Parameters
    ----------
    forecaster : SequenceForecaster
        Only its parameters are read.
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
    layout : Layout
    report : FitReport
        Reports the fit of the estimator to scikit-learn's callbacks.

    Returns
    -------
    fitted : FittedForecast
    """
    horizon, strategy = int(forecaster.horizon), forecaster.strategy
    places, made = layout.future_places(forecaster.future_columns)
    estimator = forecaster.estimator
    gaps = "auto"
    if estimator is not None:
        check_predicts(estimator)
        windowers = find_windowers(estimator).values()
        gaps = "ignore" if any(w.gaps == "ignore" for w in windowers) else "auto"
    table = Table.of(cells, gaps=gaps, name=layout.indexed)
    season = choose_season_length(forecaster.season_length, table, layout.n_targets)
    transform = TargetTransform.of(
        table,
        layout.n_targets,
        season,
        log=forecaster.log,
        deseasonalize=forecaster.deseasonalize,
    )
    is_default_estimator = estimator is None
    if is_default_estimator:
        estimator = make_default_pipeline(horizon, table, season)
    transformed = transform.apply(table)
    columns = find_future_columns(
        estimator, transformed, layout, strategy, horizon, places, made
    )
    estimator = with_horizon(
        estimator,
        STRATEGIES[strategy].windower_horizon(horizon),
        columns or None,
        allowed={1, horizon},
    )
    warn_of_lost_rows(table, window_span(estimator))
    if columns and strategy == "direct":
        direct.warn_of_unseen_future(estimator, horizon)
    with report.inner_fit(estimator, "fit-estimator"):
        estimator = fit_on(
            estimator,
            transformed,
            layout,
            strategy,
            horizon,
            transform,
            is_default_estimator=is_default_estimator,
        )
    # All parameters are stored, so that set_params takes effect only at the next fit.
    of_call = strategy, horizon, float(forecaster.calibration_fraction)
    data = table, table, layout, places
    return FittedForecast(estimator, *data, *of_call, transform, is_default_estimator)


def find_future_columns(estimator, table, layout, strategy, horizon, places, made):
    """Return what the windower needs as ``future_columns``.

    Parameters
    ----------
    estimator : estimator
    table : Table
        What the estimator will be fitted on.
    layout : Layout
    strategy : {"direct", "recursive"}
    horizon : int
    places : dict of int to int
        The columns of X that are known in advance; see `Layout.future_places`.
    made : list of str
        Names of columns that steps of the pipeline make.

    Returns
    -------
    columns : list of str or int
    """
    if not places and not made:
        return []
    outputs, _ = STRATEGIES[strategy].make_targets(table, layout.n_targets, horizon)
    outputs = outputs[:, 0] if outputs.shape[1] == 1 else outputs
    columns, lost, names = columns_at_windower(
        estimator, table.cells, outputs, list(places.values())
    )
    layout.check_are_made(made, names)
    if not made:  # these may replace the column that they are made from
        labels = dict(zip(places.values(), places, strict=True))
        warn_of_lost_columns([layout.labels[labels[n]] for n in lost], names)
    return list(dict.fromkeys([*columns, *made]))


def continue_from(fitted, cells):
    """Append newer rows to the known rows.

    Parameters
    ----------
    fitted : FittedForecast
    cells : DataFrame or ndarray of shape (n_rows, n_columns)

    Returns
    -------
    fitted : FittedForecast
    """
    table = append_rows(fitted.table, cells)
    warn_of_left_out_rows(fitted.table, table, steps_of_windows(fitted.estimator))
    n_fitted = fitted.fitted_table.axis.n_series
    transform = fitted.transform.with_new_series(table, n_fitted)
    transform.check_positive(table.after(fitted.table))
    return replace(fitted, table=table, transform=transform)


def predict_located(fitted, X):
    """Predict the rows of X, whether they are known or follow the known rows.

    Parameters
    ----------
    fitted : FittedForecast
    X : frame, Series or ndarray

    Returns
    -------
    predictions : ndarray of float of shape (n_rows, n_targets)
    """
    known, n_ahead, series = locate(
        fitted.table, X, lambda: values_to_compare(X, fitted)
    )
    if is_pandas(X) and is_pandas(fitted.table.cells):
        warn_of_other_values(fitted, X, known)
    predictions = np.empty((len(known), fitted.layout.n_targets))
    is_known = known >= 0
    if is_known.any():
        predictions[is_known] = fitted.predict_known(known[is_known])
    later = np.flatnonzero(~is_known)
    if len(later):
        n_steps = int(n_ahead.max())
        numbers, place = np.unique(series[later], return_inverse=True)
        X_future = X if is_pandas(X) else X[later]
        # Steps may compute rows of one series from others, as means over series. But X
        # need not have the future columns of series that are not predicted.
        if fitted.places or is_row_by_row(fitted.estimator):
            fitted = fitted.of_series(numbers)
            numbers = np.arange(len(numbers))
        ahead, _ = fitted.forecast(n_steps, X_future)
        predictions[later] = ahead[numbers[place], n_ahead[later] - 1]
    return predictions


def check_true_values(fitted, X, y):
    """Warn if the true values of known rows are not those of ``fit`` or ``update``.

    X may be the calendar alone, which is the same for other series.

    Parameters
    ----------
    fitted : FittedForecast
    X : frame, Series or ndarray
    y : array-like of shape (n_rows,) or (n_rows, n_targets)
    """
    compared = columns_to_compare(fitted.layout, X) if is_pandas(X) else []
    n_compared = sum(place < fitted.layout.n_targets for _, place, _ in compared)
    if n_compared < fitted.layout.n_targets:  # else `predict` has warned
        known, _, _ = locate(fitted.table, X, lambda: values_to_compare(X, fitted))
        warn_of_other_targets(fitted, y, known)


def check_steps(steps):
    """Raise if a number of steps is not a whole number above 0."""
    if isinstance(steps, bool) or not isinstance(steps, Integral) or steps < 1:
        raise ValueError(
            "steps must be a whole number of at least 1, or None for the horizon; got "
            f"{steps!r}. Pass the number of steps to forecast, such as 12."
        )
    return int(steps)
