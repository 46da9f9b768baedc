"""The forecaster, network or windower inside of a search or Pipeline."""

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.parts import best_of
from skseq._forecasting.forecaster import SequenceForecaster
from skseq._preprocessing.windower import SequenceWindower


def forecaster_in(estimator, display):
    """Return a fitted SequenceForecaster, or the best one of a search.

    Parameters
    ----------
    estimator : estimator
    display : type
        The class that errors name.
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
    """Return the target in all known rows of a fitted forecaster.

    Returns
    -------
    values : Series, DataFrame or ndarray of shape (n_rows, n_targets)
    """
    fitted = forecaster._fitted_forecast
    layout, cells = fitted.layout, fitted.table.cells
    values = fitted.table.targets(layout.n_targets)
    if not hasattr(cells, "index"):
        return values
    import pandas as pd

    if layout.target_ndim == 1:
        name = (layout.target_names or [None])[0]
        return pd.Series(values[:, 0], index=cells.index, name=name)
    return pd.DataFrame(values, index=cells.index, columns=layout.target_names)


def complete_windows_of(estimator, X):
    """Return which rows have a window without a missing step.

    Parameters
    ----------
    estimator : estimator
        Fitted. If it is a forecaster, or contains no windower, all rows count as
        complete.
    X : table-like of shape (n_rows, n_features)
        What ``estimator.predict`` takes.

    Returns
    -------
    complete : ndarray of bool of shape (n_rows,)
    """
    for part in nested_last_parts(estimator):
        if isinstance(part, SequenceForecaster):
            break  # its Pipeline takes another table than its predict
        for _, step in part.steps[:-1] if isinstance(part, Pipeline) else []:
            if isinstance(step, SequenceWindower):
                return step.complete_windows(X)
            if step is not None and step != "passthrough":
                X = step.transform(X)
    return np.ones(len(X), dtype=bool)


def nested_last_parts(estimator):
    """List an estimator, what it contains as its last part, and so on inwards.

    Searches, forecasters, Pipelines and `TransformedTargetRegressor` are opened.
    """
    parts = [estimator]
    while (inner := inner_part(parts[-1])) is not None:
        parts.append(inner)
    return parts


def inner_part(estimator):
    """Return the fitted last part of an estimator, or None."""
    if isinstance(estimator, Pipeline):
        return estimator.steps[-1][1]
    for name in ("best_estimator_", "estimator_", "regressor_"):
        try:
            return getattr(estimator, name)
        except AttributeError:  # NotFittedError is one, too
            continue
    return None
