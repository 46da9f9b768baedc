"""Find the windower in an estimator, set its parameters, and predict some rows."""

from contextlib import suppress
from copy import deepcopy
from functools import partial
from itertools import chain

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq._estimator.parts import best_of, parts_of
from skseq._estimator.plurals import counted
from skseq._estimator.warnings import hides
from skseq._forecasting.known.table import take_windows
from skseq._preprocessing.windower import SequenceWindower
from skseq._series.passed_rows import passing_rows
from skseq.exceptions import IncompleteWindowWarning


def find_windowers(estimator):
    """Return the SequenceWindowers in an estimator by the name of their parameter.

    Such a name is "window" or "regressor__window".
    """
    return {
        name: part
        for name, part in estimator.get_params(deep=True).items()
        if isinstance(part, SequenceWindower)
    }


def with_horizon(estimator, horizon, future_columns, *, allowed):
    """Clone an estimator and set the horizon and future columns of its windowers.

    Raise if the user has set future columns there, or a horizon that is not `allowed`.
    """
    windowers = find_windowers(estimator)
    for name, windower in windowers.items():
        given = windower.future_columns
        # A copy of a fitted estimator has those of its forecaster.
        if given is not None and [*given] != [*(future_columns or [])]:
            raise ValueError(
                "future_columns must be set in SequenceForecaster, which passes them "
                f"on, but {name!r} of the estimator has future_columns="
                f"{given!r}. Move them to SequenceForecaster."
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


def has_windower(part):
    """Return whether a part of an estimator is a windower or contains one."""
    if isinstance(part, SequenceWindower):
        return True
    is_estimator = hasattr(part, "get_params") and not isinstance(part, type)
    return is_estimator and bool(find_windowers(part))


def split_at_windower(pipe):
    """Return the steps of a Pipeline before its windower, the windower, and the others.

    The windower is the first step that is a SequenceWindower or contains one.
    """
    steps = [step for _, step in pipe.steps]
    number = [has_windower(step) for step in steps].index(True)
    return steps[:number], steps[number], steps[number + 1 :]


def steps_before_windowers(estimator):
    """List, for each windower, the steps that rows go through before it gets them."""
    if isinstance(estimator, SequenceWindower):
        return [[]]
    if isinstance(estimator, Pipeline):
        before, windowing, _ = split_at_windower(estimator)
        steps = [inner for step in before for inner in steps_inside(step)]
        return [[*steps, *later] for later in steps_before_windowers(windowing)]
    # Of an ensemble, for example, these are parts of (name, part) lists.
    values = estimator.get_params(deep=False).values()
    lists = [value if isinstance(value, list | tuple) else [value] for value in values]
    parts = [part[-1] if isinstance(part, tuple) else part for part in chain(*lists)]
    parts = [part for part in parts if has_windower(part)]
    return [steps for part in parts for steps in steps_before_windowers(part)]


def steps_inside(part):
    """List the steps of a Pipeline, or the part itself."""
    if not isinstance(part, Pipeline):
        return [part]
    return [inner for _, step in part.steps for inner in steps_inside(step)]


def is_passthrough(step):
    """Return whether a step of a Pipeline changes nothing."""
    return step is None or (isinstance(step, str) and step == "passthrough")


def return_frames(step):
    """Let a step return frames, in place, unless it cannot or has another setting."""
    # What a function returns cannot be set, and scikit-learn warns about set_output.
    is_function = isinstance(step, FunctionTransformer)
    is_set = hasattr(step, "_sklearn_output_config")
    if hasattr(step, "set_output") and not is_function and not is_set:
        with suppress(ValueError):  # a part of a ColumnTransformer may be unable to
            clone(step).set_output(transform="pandas")
            step.set_output(transform="pandas")


def longest_windower(estimator):
    """Return the windower with the longest windows among those that an estimator uses.

    In a fitted search, only the best estimator counts, because it makes predictions.
    """
    parts = parts_of(best_of(estimator))
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
    """
    if not len(rows):  # gaps may leave no origin, and estimators reject empty input
        return np.empty((0, n_outputs))
    with passing_rows(cells, are_complete=True):
        return _predict_rows(estimator, deepcopy(cells), rows, n_outputs, warns=warns)


def _predict_rows(estimator, cells, rows, n_outputs, *, warns):
    """Predict some rows of a table that steps may write into."""
    estimator = best_of(estimator)
    if isinstance(estimator, Pipeline) and len(estimator.steps) > 1:
        if has_windower(estimator[-1]):  # it needs all rows to cut their windows
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
