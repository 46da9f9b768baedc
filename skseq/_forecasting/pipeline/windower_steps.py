"""Find the windower in an estimator, set its parameters, and predict some rows."""

from contextlib import suppress
from functools import partial
from itertools import chain

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import hides
from skseq._forecasting.known.table import copied, take_windows
from skseq._preprocessing.windower import SequenceWindower
from skseq._series.passed_rows import passing_rows
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
        Columns of the table that the estimator gets.
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
                f"{name!r} of the estimator has horizon={windower.horizon!r}. Create "
                "the SequenceWindower without horizon, and set the number of steps to "
                f"forecast: SequenceForecaster(horizon={windower.horizon!r})."
            )
    estimator = clone(estimator)
    for name in windowers:
        estimator.set_params(
            **{f"{name}__horizon": horizon, f"{name}__future_columns": future_columns}
        )
    return estimator


def keep_frames(estimator):
    """Let the steps before the windower return frames, which keep names and index.

    Parameters
    ----------
    estimator : estimator
        Not fitted; changed in place, except for steps that cannot return frames.

    Returns
    -------
    has_windower : bool
    """
    if isinstance(estimator, SequenceWindower):
        return True
    if not hasattr(estimator, "get_params"):  # "passthrough"
        return False
    if isinstance(estimator, Pipeline):
        return any(keep_frames(step) for _, step in estimator.steps)
    if find_windowers(estimator):  # such as an ensemble of pipelines
        return any([keep_frames(part) for part in _parameters_of(estimator)])
    # What a function returns cannot be set, and scikit-learn warns about set_output.
    is_function = isinstance(estimator, FunctionTransformer)
    is_set = hasattr(estimator, "_sklearn_output_config")
    if hasattr(estimator, "set_output") and not is_function and not is_set:
        with suppress(ValueError):  # a part of a ColumnTransformer may be unable to
            clone(estimator).set_output(transform="pandas")
            estimator.set_output(transform="pandas")
    return False


def _parameters_of(estimator):
    """List the parameters that may be estimators, also those in lists with names."""
    values = estimator.get_params(deep=False).values()
    lists = [value if isinstance(value, list | tuple) else [value] for value in values]
    return [part[-1] if isinstance(part, tuple) else part for part in chain(*lists)]


def parts_of(estimator):
    """List an estimator and all its parts; of a search, also those of the best one.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    parts : list
        Fitted or not. Parameters that are not estimators are left out.
    """
    found, waiting = {}, [estimator]
    while waiting:
        part = waiting.pop()
        if id(part) in found or isinstance(part, type) or not hasattr(part, "fit"):
            continue
        found[id(part)] = part
        waiting += getattr(part, "get_params", dict)().values()
        # The steps of the best estimator may be others than those searched from.
        waiting += [getattr(part, "best_estimator_", None)]
    return list(found.values())


def longest_windower(estimator):
    """Return the windower with the longest windows among those that an estimator uses.

    Parameters
    ----------
    estimator : estimator
        Of a fitted search, the best estimator counts, which predicts.

    Returns
    -------
    windower : SequenceWindower
    """
    estimator = getattr(estimator, "best_estimator_", estimator)
    parts = parts_of(estimator)
    windowers = [part for part in parts if isinstance(part, SequenceWindower)]
    return max(windowers, key=lambda windower: windower.time_steps)


def window_span(estimator):
    """Return how many steps before a row its longest window begins."""
    windower = longest_windower(estimator)  # all have the same horizon
    return windower.time_steps + windower.horizon - 1


@hides(IncompleteWindowWarning)
def _predict_quietly(estimator, X):
    """Predict without warnings about missing steps in the windows."""
    return estimator.predict(X)


def predict_rows(estimator, cells, rows, n_outputs, *, warns=True):
    """Predict some rows of a table; the other rows are their past.

    Parameters
    ----------
    estimator : fitted estimator
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
        The estimator gets a copy.
    rows : ndarray of int of shape (n_predicted,)
    n_outputs : int
        Targets times steps.
    warns : bool, default=True
        Whether the regressor warns about missing steps in the windows.

    Returns
    -------
    predictions : ndarray of float of shape (n_predicted, n_outputs)

    Raises
    ------
    ValueError
        If the estimator predicts another number of columns.
    """
    if not len(rows):  # gaps may leave no origin, and estimators reject empty input
        return np.empty((0, n_outputs))
    with passing_rows(cells, are_complete=True):
        return _predict_rows(estimator, copied(cells), rows, n_outputs, warns=warns)


def _predict_rows(estimator, cells, rows, n_outputs, *, warns):
    """Predict some rows of a table that steps may write into."""
    estimator = getattr(estimator, "best_estimator_", estimator)
    if isinstance(estimator, Pipeline) and len(estimator.steps) > 1:
        if find_windowers(estimator[-1]):  # it needs all rows to cut their windows
            cells = estimator[:-1].transform(cells)
            return _predict_rows(estimator[-1], cells, rows, n_outputs, warns=warns)
        # The last step gets only the windows of the rows to predict. This is fast, and
        # it warns only about missing steps in these windows.
        chosen = take_windows(estimator[:-1].transform(cells), rows)
        estimator = estimator[-1]
        predict = estimator.predict if warns else partial(_predict_quietly, estimator)
        predictions = predict(chosen)
    else:  # most of these windows are of rows that are not to be predicted
        predictions = np.asarray(_predict_quietly(estimator, cells))[rows]
    predictions = np.asarray(predictions, dtype=np.float64).reshape(len(rows), -1)
    if predictions.shape[1] != n_outputs:
        raise ValueError(
            f"{type(estimator).__name__} must predict one column for each of "
            f"{counted(n_outputs, 'output')} (targets times steps), but it predicts "
            f"{predictions.shape[1]}. Instead of several quantiles, use one, such as "
            "the median, and forecast(coverage=...) for intervals."
        )
    return predictions
