"""What one fitted estimator predicts in the folds until the next refit."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils import _safe_indexing

from skseq._estimator.parts import best_of
from skseq._estimator.plurals import counted
from skseq._estimator.warnings import hides
from skseq.exceptions import IncompleteWindowWarning
from skseq.model_selection._forecasting_parts import check_nested, forecasting_parts
from skseq.model_selection._planned_rows import planned_rows


@dataclass(frozen=True, eq=False)
class Fold:
    """One origin, and the rows to predict from there.

    Attributes
    ----------
    origin : int
        Step of the last training row.
    train, test : ndarray of int
        Positions of rows.
    """

    origin: int
    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True, eq=False)
class FoldPredictions:
    """The predictions of one fold.

    Attributes
    ----------
    rows : ndarray of int of shape (n_rows,)
        Positions of the predicted rows.
    origins : ndarray of int of shape (n_rows,)
        Latest step that each prediction may have used.
    values : ndarray of shape (n_rows, n_targets, n_columns)
        NaN where there is no forecast.
    columns : list of str
        "prediction", and the bounds of intervals.
    """

    rows: np.ndarray
    origins: np.ndarray
    values: np.ndarray
    columns: list


def predict_block(estimator, rows, folds, coverage):
    """Fit at the first of some origins, and predict from all of them, in time order.

    The estimator is fitted in place.
    """
    fold = folds[0]
    try:
        estimator.fit(*rows.arguments(fold.train))
        # A search predicts with its best estimator, which has `forecast`.
        model = best_of(estimator)
        check_nested(model, coverage, len(folds))  # fit may have made other parts
        last_step, predictions = fold.origin, []
        for fold in folds:
            if hasattr(model, "forecast"):
                update(model, rows, last_step, fold.origin)
                last_step = fold.origin
                predictions.append(forecast_fold(model, rows, fold, coverage))
            else:
                predictions.append(predict_fold(model, rows, fold, last_step))
    except Exception as error:
        error.add_note(
            f"This happened in backtest at the origin {rows.label_at(fold.origin)}, "
            f"with {len(fold.train)} training rows."
        )
        raise
    return predictions


# The user calls no update, and the forecast warns of the missing rows as well.
@hides(IncompleteWindowWarning)
def update(forecaster, rows, last_step, origin):
    """Pass the rows since the last origin to a forecaster."""
    newer = rows.times.between(last_step, origin)
    if len(newer):
        forecaster.update(*rows.arguments(newer))


def forecast_fold(forecaster, rows, fold, coverage):
    """Forecast the test rows of a fold from its origin."""
    n_steps = steps_to_forecast(forecaster, rows.times, fold)
    X_future = planned_rows(forecaster, rows, fold, n_steps)
    options = {"X_future": X_future, "coverage": coverage}
    given = {name: value for name, value in options.items() if value is not None}
    forecast = forecaster.forecast(n_steps, **given)
    # If a series is too short to be forecast or ended long before the origin, the
    # forecast lacks rows of the test part. These predictions become NaN.
    forecast = forecast.reindex(rows.y.index.take(fold.test))
    n_targets = rows.targets.shape[1]
    columns = ["prediction"]
    if coverage is not None:
        columns = list(forecast.columns.unique(level=-1))
    values = forecast.to_numpy(dtype=float).reshape(len(fold.test), n_targets, -1)
    origins = np.full(len(fold.test), fold.origin)
    return FoldPredictions(fold.test, origins, values, columns)


def steps_to_forecast(forecaster, times, fold):
    """Count the steps to the end of the test part, from where each series ends."""
    last = int(times.steps[fold.test].max())
    last_rows = times.last_rows_until(fold.origin)[np.unique(times.series[fold.test])]
    ends = times.steps[last_rows[last_rows >= 0]]
    n_steps = last - int(ends.min(initial=fold.origin))
    if getattr(forecaster, "strategy", None) != "direct":
        return n_steps
    # Missing rows and series that end before the origin need more steps than a direct
    # forecaster has. Rows after its horizon then have no prediction. More times than it
    # has steps are a mistake of the caller, for which the forecaster raises an error.
    is_later = (times.steps > fold.origin) & (times.steps <= last)
    n_times = len(np.unique(times.steps[is_later]))
    return min(n_steps, max(n_times, forecaster.horizon))


def predict_fold(regressor, rows, fold, last_step):
    """Predict the test rows of a fold from their features."""
    times = rows.times
    # The rows since fit are included, because windows of the test rows contain them.
    called = times.between(last_step, times.steps[fold.test].max())
    # A regressor may reject series that began after the origin, which are not in fit.
    called = called[np.isin(times.series[called], times.series[fold.test])]
    X = _safe_indexing(rows.X, called)
    values = np.asarray(regressor.predict(X), dtype=float)
    n_targets = rows.targets.shape[1]
    if values.size != len(called) * n_targets:
        raise ValueError(
            f"{type(regressor).__name__} predicted an array of shape {values.shape} "
            f"for {len(called)} rows and {counted(n_targets, 'target')}, but backtest "
            "needs one number per row and target."
        )
    places = np.searchsorted(called, fold.test)
    values = values.reshape(len(called), n_targets, 1)[places]
    forecasters, windowers = forecasting_parts(regressor)
    horizon = min((windower.horizon for windower in windowers), default=1)
    # The window ends `horizon` rows before its row, but fit has seen all training rows.
    origins = np.maximum(fold.origin, times.steps[fold.test] - horizon)
    if forecasters and not windowers:  # they forecast from the last row of fit
        origins = np.full(len(fold.test), fold.origin)
    return FoldPredictions(fold.test, origins, values, ["prediction"])
