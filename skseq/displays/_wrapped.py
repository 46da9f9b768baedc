"""The forecaster, network or windower inside of a search or Pipeline."""

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.parts import best_of
from skseq._forecasting.forecaster import SequenceForecaster
from skseq._forecasting.pipeline.windower_steps import is_passthrough
from skseq._forecasting.results import as_predictions
from skseq._preprocessing.windower import SequenceWindower
from skseq._series.index import is_pandas


def forecaster_in(estimator, display):
    """Return a fitted SequenceForecaster, or the best one of a search.

    Error messages name the class `display`.
    """
    forecaster = best_of(estimator)
    if not isinstance(forecaster, SequenceForecaster):
        raise TypeError(
            f"{display.__name__}.from_estimator needs a SequenceForecaster, or a "
            "search over one, because it draws the known values before the forecast; "
            f"got {type(forecaster).__name__}. Use from_predictions(forecast, history)."
        )
    check_is_fitted(forecaster)
    return forecaster


def known_values(forecaster):
    """Return the target in all known rows of a fitted forecaster."""
    fitted = forecaster._fitted_forecast
    layout, cells = fitted.layout, fitted.table.cells
    values = fitted.table.targets
    return as_predictions(values, cells.index, layout) if is_pandas(cells) else values


def complete_windows_of(estimator, X):
    """Return which rows have a window without a missing step.

    All rows of a forecaster, and of an estimator without a windower, count as complete.
    """
    for part in nested_last_parts(estimator):
        if isinstance(part, SequenceForecaster):
            break  # its Pipeline takes another table than its predict
        for _, step in part.steps[:-1] if isinstance(part, Pipeline) else []:
            if isinstance(step, SequenceWindower):
                return step.complete_windows(X)
            if not is_passthrough(step):
                X = step.transform(X)
    return np.ones(len(X), dtype=bool)


def nested_last_parts(estimator):
    """Yield an estimator, what it contains as its last part, and so on inwards.

    Searches, forecasters, Pipelines and `TransformedTargetRegressor` are opened.
    """
    names = "best_estimator_", "estimator_", "regressor_"
    while estimator is not None:
        yield estimator
        if isinstance(estimator, Pipeline):
            estimator = estimator.steps[-1][1]
        else:
            held = [name for name in names if hasattr(estimator, name)]
            estimator = getattr(estimator, held[0]) if held else None
