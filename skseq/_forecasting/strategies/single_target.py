"""The error of a step that takes only one target, where a forecaster has several."""

from contextlib import contextmanager
from traceback import walk_tb

from skseq._estimator.parts import parts_of
from skseq._estimator.plurals import counted

OF_ONE_TARGET = ("1d array", "multioutput")
"""Parts of the messages of scikit-learn about a y of several columns."""


@contextmanager
def explain_several_outputs(estimator, n_targets, horizon):
    """Raise a clearer error if a step of the estimator accepts only one target.

    `horizon` is the number of steps predicted at once: 1 with the recursive strategy.
    """
    try:
        yield
    except ValueError as error:
        is_explained = any(part in str(error) for part in OF_ONE_TARGET)
        if n_targets * horizon == 1 or not is_explained:
            raise
        if n_targets > 1:
            remedy = "Forecast each target with a forecaster of its own"
        else:
            remedy = "Use strategy='recursive' or horizon=1"
        raise ValueError(
            f"{_failing_step(estimator, error)} takes a y of one column, but this "
            f"forecaster passes {counted(n_targets * horizon, 'column')} to all parts "
            f"of its pipeline: {counted(horizon, 'step')} of "
            f"{counted(n_targets, 'target')}. {remedy}, leave this part out, or, if it "
            "is the last, put the regressor into "
            "sklearn.multioutput.MultiOutputRegressor."
        ) from error


def _failing_step(estimator, error):
    """Return the name of the innermost part that raised an error."""
    kinds = {type(part) for part in parts_of(estimator)}
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    callers = [type(frame.f_locals.get("self")) for frame in frames]
    inside = [kind for kind in callers if kind in kinds]
    return [type(estimator), *inside][-1].__name__
