"""Find the fitted network of an estimator, and the windows that it gets for X."""

from dataclasses import dataclass

import numpy as np
from sklearn.pipeline import Pipeline

from skseq._forecasting.forecaster import SequenceForecaster
from skseq._forecasting.known.table import take_windows
from skseq._forecasting.pipeline.windower_steps import is_passthrough
from skseq._network.architecture import Architecture
from skseq._preprocessing.windower import SequenceWindower
from skseq._regression.base import SequenceRegressor
from skseq._regression.fitted import FittedModel
from skseq._series.axis import TimeAxis
from skseq._series.origin import WindowOrigin, columns_of, origin_of
from skseq._series.passed_rows import passing_rows
from skseq._series.windows import Windows
from skseq.inspection._transformed_rows import transformed_rows


@dataclass(frozen=True, eq=False)
class FittedWindows:
    """A fitted regressor and windows to predict from.

    Attributes
    ----------
    regressor : SequenceRegressor
    model : FittedModel
    windows : Windows
        NaN at missing steps.
    feature_names : ndarray of str of shape (n_features,)
    windower : SequenceWindower or None
        That has cut the windows, if it is a step of the Pipeline.
    origin : WindowOrigin or None
    earlier_steps : tuple of transformers
        Those before the windower.
    cut_axis : TimeAxis or None
        Of all rows from which the windower has cut windows.
    rows : ndarray of int of shape (n_windows,) or None
        Those of the windows among these rows; None if they are all.
    outputs : list or tuple of str
        Names of the columns of the predictions; empty where they are unknown.
    """

    regressor: SequenceRegressor
    model: FittedModel
    windows: Windows
    feature_names: np.ndarray
    windower: SequenceWindower | None
    origin: WindowOrigin | None
    earlier_steps: tuple
    cut_axis: TimeAxis | None
    rows: np.ndarray | None
    outputs: list | tuple

    @classmethod
    def of(cls, estimator, X):
        """Pass X through the steps before the network, and check it as predict does.

        The estimator is a fitted regressor, a Pipeline that ends in one, or a
        SequenceForecaster.
        """
        if not isinstance(estimator, SequenceForecaster):
            return cls._of_rows(estimator, X)
        estimator, cells, rows, outputs = transformed_rows(estimator, X)
        with passing_rows(cells, are_complete=True):
            return cls._of_rows(estimator, cells, rows, outputs)

    @classmethod
    def _of_rows(cls, estimator, X, rows=None, outputs=()):
        """Read the windows of some rows of X, or of all."""
        name, windower, passed, earlier = type(estimator).__name__, None, (), ()
        while isinstance(estimator, Pipeline):
            for _, step in estimator.steps[:-1]:
                if is_passthrough(step):
                    continue
                X = step.transform(X)
                if isinstance(step, SequenceWindower):
                    windower, earlier = step, passed
                passed = (*passed, step)
            estimator = estimator.steps[-1][1]
        check_is_network(estimator, name)
        cut_axis = getattr(origin_of(X), "axis", None)
        if rows is not None:
            X = take_windows(X, rows)
        origin = origin_of(X)
        columns = columns_of(estimator, origin)
        model, windows = estimator._read_to_predict(X)
        if columns is None:
            columns = [f"feature {n}" for n in range(windows.shape[2])]
        columns = np.array(columns, dtype=object)
        found = estimator, model, windows, columns, windower, origin, earlier
        return cls(*found, cut_axis, rows, outputs)

    def name_output(self, output):
        """Return the name of a column of the predictions; empty for a single column."""
        n_outputs = self.model.architecture.n_outputs
        if n_outputs == 1:
            return ""
        are_named = len(self.outputs) == n_outputs
        return self.outputs[output] if are_named else f"output {output}"

    @property
    def axis(self):
        """The TimeAxis of their rows, None if no windower has cut them."""
        return None if self.origin is None else self.origin.axis

    @property
    def steps(self):
        """Step numbers of a window, counted from its end: -1 is the last."""
        return np.arange(-self.windows.time_steps, 0)

    def check_recurrent(self, purpose):
        """Raise unless skseq has built the network, which `purpose` requires."""
        if not isinstance(self.model.architecture, Architecture):
            raise TypeError(
                f"{purpose} needs a network whose layers skseq knows, such as that of "
                f"LSTMRegressor; got {type(self.regressor).__name__}, whose network is "
                "built by a function of the user. Use permutation_relevance, which "
                "only predicts."
            )


def check_is_network(estimator, name):
    """Raise unless an estimator is a network of skseq.

    `name` is the class of the estimator that the user has passed.
    """
    if isinstance(estimator, SequenceRegressor):
        return
    held = [n for n in ("best_estimator_", "estimator_") if hasattr(estimator, n)]
    advice = "Fit LSTMRegressor, GRURegressor or RecurrentRegressor."
    if held:
        advice = f"Pass its attribute {held[0]}."
    got = type(estimator).__name__
    if name != got:
        got = f"a {name} that ends in {got}"
    raise TypeError(
        "estimator must be a network of skseq, or a Pipeline whose last step is one; "
        f"got {got}. {advice}"
    )
