"""Fit the steps after the windower to the rows whose targets are all known."""

import numpy as np
from sklearn.pipeline import Pipeline

from skseq._estimator.parts import parts_of
from skseq._estimator.warnings import warn_user
from skseq._forecasting.known.table import take, take_windows
from skseq._forecasting.pipeline.windower_steps import has_windower, split_at_windower
from skseq._preprocessing.windower import SequenceWindower
from skseq._regression.base import SequenceRegressor
from skseq._regression.naive import NaiveRegressor
from skseq._series.target_origin import note_target_origin, target_origin_of


class PipelineOnRows(Pipeline):
    """A Pipeline that is fitted only to rows with the numbers `rows`, ascending."""

    def __init__(self, steps, *, rows, memory=None, verbose=False):
        super().__init__(steps, memory=memory, verbose=verbose)
        self.rows = rows

    def fit(self, X, y):
        """Fit all steps to some of the rows; raise if there are none."""
        if not len(self.rows):
            raise ValueError(
                "A direct forecaster learns from runs of as many consecutive rows as "
                "its horizon, but no series has such a run. Pass more rows, use a "
                "smaller horizon, or strategy='recursive'."
            )
        some = take(y, self.rows)
        origin = target_origin_of(y)
        if origin is not None:  # stored for this y alone, not for its parts
            note_target_origin(some, origin)
        return super().fit(take_windows(X, self.rows), some)


def fit_to_known(estimator, cells, outputs, is_known):
    """Fit steps up to the windower to all rows, and later steps to known rows only.

    Windows contain earlier rows, so all rows must be there when they are cut. The
    estimator is fitted in place.
    """
    pipe, n_before = find_windowing(estimator)
    steps = pipe.steps
    options = {"memory": pipe.memory, "verbose": pipe.verbose}
    later = PipelineOnRows(steps[n_before:], rows=np.flatnonzero(is_known), **options)
    # Inside the Pipeline, so that callbacks see one fit.
    pipe.steps = [*steps[:n_before], ("steps-after-windower", later)]
    estimator.fit(cells, outputs)
    # With memory, a fit replaces the steps.
    pipe.steps = [*pipe.steps[:n_before], *later.steps]
    return estimator


def find_windowing(estimator):
    """Find the Pipeline in which steps follow the windower.

    Return it, and the number of its steps up to the windower. It is the estimator, or a
    Pipeline that is its last step. It is None if an estimator of another kind, such as
    a search, gets the rows that windows are cut from.
    """
    while isinstance(estimator, Pipeline):
        before, windowing, after = split_at_windower(estimator)
        if after:
            return estimator, len(before) + 1
        estimator = windowing
    return None, 0


def leaves_out_incomplete(pipe):
    """Return whether the last step is a network that leaves out incomplete windows."""
    return isinstance(_reader_of_windows(pipe), SequenceRegressor)


def ignores_empty_windows(pipe):
    """Return whether the last step ignores rows whose window has no known step.

    Networks leave incomplete windows out, and naive rules only find the target's past.
    """
    reader = _reader_of_windows(pipe)
    if isinstance(reader, SequenceRegressor):
        windower = pipe.steps[-2][1]
        # A window of future columns alone ends at its row, so a short one is complete
        # although the first targets of its row begin before the series.
        is_short = windower.time_steps < windower.horizon
        return not (is_short and windower.future_columns is not None)
    return isinstance(reader, NaiveRegressor) and reader.without_past == "error"


def _reader_of_windows(pipe):
    """Return the last step if it gets windows as they are cut, else None."""
    if pipe is None or not isinstance(pipe.steps[-2][1], SequenceWindower):
        return None
    return pipe.steps[-1][1]


def warn_about_filled_targets(estimator, horizon):
    """Warn if the first rows of series cannot be left out, and may be trained on.

    This is for estimators that are not a Pipeline in which steps follow the windower.
    """
    while isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    parts = parts_of(estimator)
    pipes = [find_windowing(part)[0] for part in parts if has_windower(part)]
    pipes = [pipe for pipe in pipes if pipe is not None]
    if pipes and all(ignores_empty_windows(pipe) for pipe in pipes):
        return
    first, their = (
        ("row of each series is", "its")
        if horizon == 2
        else (f"{horizon - 1} rows of each series are", "their")
    )
    warn_user(
        f"{type(estimator).__name__} cuts the windows itself, so rows cannot be left "
        f"out of training. The first {first} trained on as well, although some of "
        f"{their} targets lie before the series begins; its first value is used there. "
        "Use a Pipeline with the windower among its steps as the estimator: put a "
        "search around the SequenceForecaster, and any other estimator after the "
        "windower."
    )
