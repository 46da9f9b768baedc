"""The rows that the estimator of a forecaster gets: its targets are transformed."""

from copy import deepcopy

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.parts import best_of
from skseq._estimator.plurals import counted
from skseq._forecasting.future.future_rows import following_rows
from skseq._forecasting.future.missing_future_rows import fill_future_rows
from skseq._forecasting.known.known_rows import locate_rows
from skseq._forecasting.known.known_values import warn_about_changed_values
from skseq._forecasting.known.reading import check_columns_to_predict
from skseq._forecasting.pipeline.row_by_row import is_row_by_row
from skseq._series.index import is_pandas


def transformed_rows(forecaster, X):
    """Find rows of a fitted forecaster in the table that its estimator gets.

    The windows of the rows of X must contain no prediction.

    Returns
    -------
    estimator : fitted estimator
    cells : DataFrame or ndarray of shape (n_known, n_columns)
        Copy of all known rows of their series, with transformed targets, and of the
        rows that follow them, if X contains such rows.
    rows : ndarray of int of shape (n_rows,)
        Numbers of the rows of X among them.
    outputs : list of str
        Names of the outputs of the estimator; an empty text if there is only one.
    """
    check_is_fitted(forecaster)
    fitted = forecaster._fitted_forecast
    if not is_row_by_row(fitted.estimator):
        raise ValueError(
            "The steps of the forecaster's estimator may read neighbouring rows, "
            "so each forecast has windows of its own. Use steps of scikit-learn "
            "that compute each row from this row alone."
        )
    X = check_columns_to_predict(forecaster, X, fitted.layout)
    _, _, series = locate_rows(fitted, X)
    fitted = fitted.of_series(np.unique(series))
    rows, n_ahead, series = locate_rows(fitted, X)
    warn_about_changed_values(fitted, X, rows)
    table = fitted.transform.apply(fitted.table)
    if (rows < 0).any():
        table, rows = _with_following(fitted, table, X, rows, n_ahead, series)
    cells = deepcopy(table.cells)
    return best_of(fitted.estimator), cells, rows, _names_of_outputs(fitted)


def _with_following(fitted, table, X, rows, n_ahead, series):
    """Append the rows of the next forecast; return the table and the rows of X in it.

    `rows`, `n_ahead` and `series` are those of `locate_rows`.
    """
    n_steps, horizon = int(n_ahead.max()), fitted.strategy.windower_horizon
    if n_steps > horizon:
        raise ValueError(
            f"X must end at most {counted(horizon, 'step')} after the last known row, "
            f"but it has a row {n_steps} steps after it, whose window contains "
            "predictions. Leave out such rows."
        )
    X = X if is_pandas(X) else X[rows < 0]
    last, index = table.last_rows, None
    place = np.searchsorted(table.axis.series[last], series)
    if fitted.layout.future_positions:
        X, index = fill_future_rows(fitted, X, place, n_ahead)
    labels = (index or fitted.following_index(n_steps, X)).labels
    n_rows = fitted.n_rows_ahead(n_steps)
    following = following_rows(table, labels, n_rows, fitted.layout, X)
    rows = np.where(rows < 0, last[place] + n_ahead, rows) + n_rows * place
    return table.with_following(following), rows


def _names_of_outputs(fitted):
    """Name the outputs of an estimator by step and target, if there are several."""
    n_steps = fitted.strategy.windower_horizon
    steps = [f"step {n}" for n in range(1, n_steps + 1)] if n_steps > 1 else [""]
    names = fitted.layout.names_of_targets
    targets = [f"{name}" for name in names] if len(names) > 1 else [""]
    return [f"{target} {step}".strip() for target in targets for step in steps]
