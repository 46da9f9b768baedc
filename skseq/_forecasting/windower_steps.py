"""The windower in an estimator: find it, set it, and predict some rows with it."""

import warnings

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skseq._forecasting.table import take
from skseq._preprocessing.windower import SequenceWindower
from skseq._series.origin import note_origin, origin_of
from skseq._series.window_array import WindowArray
from skseq.exceptions import IncompleteWindowWarning


def find_windowers(estimator):
    """Find the SequenceWindowers among the parts of an estimator.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    windowers : dict of str to SequenceWindower
        By the name of the parameter, such as "window" or "regressor__window".
    """
    return {
        name: part
        for name, part in estimator.get_params(deep=True).items()
        if isinstance(part, SequenceWindower)
    }


def with_horizon(estimator, horizon, future_columns, *, allowed):
    """Clone an estimator and set the horizon of its windowers.

    Parameters
    ----------
    estimator : estimator
    horizon : int
    future_columns : list of str or int, or None
        Of the table that the estimator gets.
    allowed : set of int
        Values of ``horizon`` that the user may have set in the windower.

    Returns
    -------
    estimator : estimator
        Not fitted.

    Raises
    ------
    ValueError
        If there is no windower, or if the user has set another horizon or future
        columns in it.
    """
    windowers = find_windowers(estimator)
    if not windowers:
        raise ValueError(
            "SequenceForecaster needs a SequenceWindower among the steps of its "
            f"estimator, but {type(estimator).__name__} has none. Pass a Pipeline such "
            "as make_pipeline(TargetAwareMinMaxScaler(), SequenceWindower(12), "
            "LSTMRegressor())."
        )
    for name, windower in windowers.items():
        if windower.future_columns is not None:
            raise ValueError(
                "future_columns must be set in SequenceForecaster, which passes them "
                f"on, but {name!r} of the estimator has future_columns="
                f"{windower.future_columns!r}. Move them to SequenceForecaster."
            )
        if windower.horizon not in allowed:
            raise ValueError(
                "horizon must be set in SequenceForecaster, which passes it on, but "
                f"{name!r} of the estimator has horizon={windower.horizon!r}. Remove "
                f"it there, and use SequenceForecaster(horizon={windower.horizon!r}) "
                "if you meant that."
            )
    estimator = clone(estimator)
    for name in windowers:
        estimator.set_params(
            **{f"{name}__horizon": horizon, f"{name}__future_columns": future_columns}
        )
    return estimator


def keep_frames(estimator):
    """Let all steps of a Pipeline return frames, which keep names and index.

    Parameters
    ----------
    estimator : estimator
        Changed in place; what is no Pipeline, or cannot return frames, stays as it is.
    """
    if not isinstance(estimator, Pipeline):
        return
    for _, step in estimator.steps[:-1]:
        if isinstance(step, Pipeline):
            keep_frames(step)
        elif hasattr(step, "set_output") and not hasattr(
            step, "_sklearn_output_config"
        ):
            step.set_output(transform="pandas")


def rows_needed(estimator):
    """Return how many rows before a row its window needs."""
    fitted = getattr(estimator, "best_estimator_", estimator)
    windowers = find_windowers(fitted).values()
    return max(w.time_steps + w.horizon - 1 for w in windowers)


def predict_rows(estimator, cells, rows):
    """Predict some of the rows of a table; the others are read as their past.

    Parameters
    ----------
    estimator : fitted estimator
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
    rows : ndarray of int of shape (n_predicted,)

    Returns
    -------
    predictions : ndarray of float of shape (n_predicted, n_outputs)
    """
    estimator = getattr(estimator, "best_estimator_", estimator)
    if isinstance(estimator, Pipeline) and len(estimator.steps) > 1:
        # The steps after the windower see only the rows that count, so that they are
        # fast, and warn only of missing steps in these rows' windows.
        windows = estimator[:-1].transform(cells)
        chosen = (
            WindowArray(windows.windows[rows])  # read without cutting all windows
            if isinstance(windows, WindowArray)
            else take(windows, rows)
        )
        if (origin := origin_of(windows)) is not None:
            note_origin(chosen, origin[rows])
        predictions = estimator[-1].predict(chosen)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWindowWarning)
            predictions = np.asarray(estimator.predict(cells))[rows]
    return np.asarray(predictions, dtype=np.float64).reshape(len(rows), -1)
