"""What a SequenceForecaster has learned, as plain data, and how it forecasts."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.utils.validation import has_fit_parameter

from skseq._estimator.plurals import counted
from skseq._forecasting import direct, recursive
from skseq._forecasting.default_pipeline import make_default_pipeline
from skseq._forecasting.future_rows import following_index, following_rows
from skseq._forecasting.known_rows import append_rows, locate
from skseq._forecasting.layout import Layout, names_of_targets
from skseq._forecasting.reading import values_to_compare
from skseq._forecasting.table import Table
from skseq._forecasting.windower_steps import (
    find_windowers,
    keep_frames,
    names_at_windower,
    rows_needed,
    with_horizon,
)
from skseq._series.index import is_pandas
from skseq._series.known_past import note_known_past
from skseq._validation.numbers import listed

STRATEGIES = {"direct": direct, "recursive": recursive}
"""The modules that make targets and forecasts, by the parameter ``strategy``."""


@dataclass(frozen=True, eq=False)
class FittedForecast:
    """A fitted estimator, and the rows to continue from. It never changes.

    Attributes
    ----------
    estimator : fitted estimator
    table : Table
        All known rows, those of ``update`` too.
    fitted_table : Table
        The rows of ``fit``.
    layout : Layout
    places : dict of int to int
        The columns known in advance: position in X -> position in the table.
    strategy : {"direct", "recursive"}
    horizon : int
    calibration_fraction : float
        Of the number of rows of each series, the number of origins of the forecasts
        that intervals are made from.
    """

    estimator: Any
    table: Table
    fitted_table: Table
    layout: Layout
    places: dict
    strategy: str
    horizon: int
    calibration_fraction: float

    @property
    def rules(self):
        """The module of the strategy."""
        return STRATEGIES[self.strategy]

    def check_n_steps(self, n_steps):
        """Raise if so many steps cannot be forecast.

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
                f"step: {listed(unknown, most=20)}. Add what is known in advance to "
                "future_columns, leave the rest out of X, or use strategy='direct'."
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
        tail = self.table.tail(rows_needed(self.estimator))
        index = following_index(tail, n_rows, X_future)
        following = following_rows(
            tail, index, n_rows, self.places, self.layout, X_future
        )
        table = tail.with_following(following)
        predictions = self.rules.forecast(
            self.estimator,
            table,
            table.last_rows - n_rows,
            n_steps,
            self.layout.n_targets,
            self.horizon,
        )
        if index is not None and n_steps < n_rows:
            # A slice keeps the frequency of the index, a mask would lose it.
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
        return self.rules.predict_known(
            self.estimator, self.table, rows, self.layout.n_targets, self.horizon
        )

    @property
    def can_forecast_horizon(self):
        """Whether as many steps as the horizon can be forecast."""
        unknown = self.layout.unknown_ahead(self.places)
        return self.strategy == "direct" or not unknown

    def of_series(self, series):
        """Return the forecast of some of the series.

        Parameters
        ----------
        series : ndarray of int
            Their numbers.
        """
        rows = np.flatnonzero(np.isin(self.table.axis.series, series))
        return replace(self, table=self.table.take(rows))


def fit_on(estimator, table, layout, strategy, horizon):
    """Fit an estimator to the rows of a table.

    Parameters
    ----------
    estimator : estimator
        Fitted in place.
    table : Table
    layout : Layout
    strategy : {"direct", "recursive"}
    horizon : int

    Returns
    -------
    estimator : fitted estimator

    Raises
    ------
    ValueError
        If rows must be left out, because gaps make their targets incomplete, but the
        estimator takes no ``sample_weight``.
    """
    rules, n_targets = STRATEGIES[strategy], layout.n_targets
    outputs, is_complete = rules.make_targets(table, n_targets, horizon)
    if outputs.shape[1] == 1:
        outputs = outputs[:, 0]
    if is_pandas(table.cells):
        keep_frames(estimator)
        outputs = _labelled(outputs, table.cells.index, layout)
    note_known_past(outputs, rules.known_past(n_targets, horizon))
    steps = table.axis.steps
    # The windows of the first rows of a series are incomplete anyway.
    is_first = steps - steps[table.first_row_of_each] < horizon
    weights = _weights(estimator, is_complete | is_first)
    return estimator.fit(table.cells, outputs, **weights)


def _labelled(outputs, index, layout):
    """Give the outputs an index and names, so that steps can compare both with X."""
    import pandas as pd

    names = names_of_targets(layout.target_names, layout.n_targets)
    if outputs.ndim == 1:
        return pd.Series(outputs, index=index, name=names[0])
    n_steps = outputs.shape[1] // len(names)
    if n_steps > 1:
        names = [f"{name}_{step + 1}" for name in names for step in range(n_steps)]
    return pd.DataFrame(outputs, index=index, columns=names)


def _weights(estimator, is_usable):
    """Return arguments of fit that leave rows out: none if all rows are usable."""
    if is_usable.all():
        return {}
    name, last = "sample_weight", estimator
    if hasattr(estimator, "steps"):
        step, last = estimator.steps[-1]
        name = f"{step}__sample_weight"
    if not has_fit_parameter(last, "sample_weight"):
        raise ValueError(
            f"The index has gaps, so {counted((~is_usable).sum(), 'row')} have "
            "incomplete "
            "targets and must be left out by a weight of 0, but "
            f"{type(last).__name__} takes no sample_weight. Fill the gaps, use "
            "strategy='recursive', or set gaps='ignore' in the SequenceWindower."
        )
    return {name: is_usable.astype(np.float64)}


def fit_forecast(forecaster, cells, layout):
    """Fit a clone of the estimator of a forecaster to a table.

    Parameters
    ----------
    forecaster : SequenceForecaster
        Only its parameters are read.
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
    layout : Layout

    Returns
    -------
    fitted : FittedForecast
    """
    horizon, strategy = int(forecaster.horizon), forecaster.strategy
    places, made = layout.future_places(forecaster.future_columns)
    names = layout.table_names
    columns = [place if names is None else names[place] for place in places.values()]
    estimator = forecaster.estimator
    gaps = "auto"
    if estimator is not None:
        windowers = find_windowers(estimator).values()
        gaps = "ignore" if any(w.gaps == "ignore" for w in windowers) else "auto"
    table = Table.of(cells, gaps=gaps)
    if estimator is None:
        estimator = make_default_pipeline(horizon, table)
    if names is not None and columns:
        columns = names_at_windower(estimator, table.cells, columns)
    estimator = with_horizon(
        estimator,
        STRATEGIES[strategy].windower_horizon(horizon),
        [*columns, *made] or None,
        allowed={1, horizon},
    )
    estimator = fit_on(estimator, table, layout, strategy, horizon)
    # All parameters are stored, so that set_params takes effect only at the next fit.
    fraction = float(forecaster.calibration_fraction)
    of_call = strategy, horizon, fraction
    return FittedForecast(estimator, table, table, layout, places, *of_call)


def continue_from(fitted, cells):
    """Append newer rows to the known ones.

    Parameters
    ----------
    fitted : FittedForecast
    cells : DataFrame or ndarray of shape (n_rows, n_columns)

    Returns
    -------
    fitted : FittedForecast
    """
    return replace(fitted, table=append_rows(fitted.table, cells))


def predict_located(fitted, X):
    """Predict the rows of X, wherever they lie.

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
    predictions = np.empty((len(known), fitted.layout.n_targets))
    is_known = known >= 0
    if is_known.any():
        predictions[is_known] = fitted.predict_known(known[is_known])
    later = np.flatnonzero(~is_known)
    if len(later):
        n_steps = int(n_ahead.max())
        numbers, place = np.unique(series[later], return_inverse=True)
        X_future = X if is_pandas(X) else X[later]
        ahead, _ = fitted.of_series(numbers).forecast(n_steps, X_future)
        predictions[later] = ahead[place, n_ahead[later] - 1]
    return predictions
