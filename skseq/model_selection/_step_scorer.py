"""Score one step of the horizon: a scorer for searches over forecasters."""

from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics import check_scoring
from sklearn.utils import _safe_indexing

from skseq._series.index import kind_of_labels
from skseq.model_selection._forecasting_parts import forecasting_parts
from skseq.model_selection._row_times import read_times


def make_step_scorer(scoring, step):
    """Make a scorer that counts only the rows of one step of each test part.

    The estimator predicts the whole test part, because a forecaster needs all its rows.
    Then only the rows of one step are scored. Other scorers, such as
    ``"neg_mean_absolute_error"``, score the whole horizon [1]_.

    Parameters
    ----------
    scoring : str or callable
        A scorer of scikit-learn: its name, or a callable ``scorer(estimator, X, y)``
        such as :func:`sklearn.metrics.make_scorer` makes.
    step : int
        Step to score, counted from the last fitted row as in :func:`backtest`: 1 is the
        step after it, even if the test part has no row there, such as with a splitter
        that leaves a gap between training and test rows. If the end of ``fit`` is
        unknown, 1 is the first time of the test part. This applies to arrays, irregular
        labels, fitted rows that are scored again, and estimators that contain neither a
        :class:`~skseq.SequenceForecaster` nor a :class:`~skseq.SequenceWindower`.

    Returns
    -------
    scorer : callable
        For ``scoring=``, alone or in a dict of several.

    Raises
    ------
    ValueError
        If `step` is not a positive integer; in a search, if the test part has no row at
        this step.

    See Also
    --------
    ForecastSplit : Test parts of `horizon` steps.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and
       Practice", 3rd ed., OTexts, 2021, section 5.10: accuracy by forecast horizon.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyRegressor
    >>> from sklearn.model_selection import cross_validate
    >>> from skseq.model_selection import ForecastSplit, make_step_scorer
    >>> X, y = np.zeros((6, 1)), np.array([0.0, 0.0, 1.0, 2.0, 3.0, 4.0])
    >>> mae = "neg_mean_absolute_error"
    >>> scores = cross_validate(
    ...     DummyRegressor(),
    ...     X,
    ...     y,
    ...     cv=ForecastSplit(1, horizon=4),
    ...     scoring={"all": mae, "last": make_step_scorer(mae, 4)},
    ... )
    >>> scores["test_all"], scores["test_last"]
    (array([-2.5]), array([-4.]))
    """
    if not isinstance(step, Integral) or step < 1:
        raise ValueError(
            f"step must be an integer of at least 1, the first step; got {step!r}."
        )
    return StepScorer(check_scoring(_Predictions([]), scoring=scoring), int(step))


class StepScorer:
    """Score the rows of one step."""

    def __init__(self, scorer, step):
        self.scorer = scorer
        self.step = step

    def __call__(self, estimator, X, y=None):
        """Return the score of the rows of one step; without y, X is the target."""
        y = X if y is None else y
        predicted = np.asarray(estimator.predict(X))
        steps = steps_of_rows(estimator, X, y)
        rows = np.flatnonzero(steps == self.step)
        if not len(rows):
            advice = "Add the missing row, or score another step."
            if self.step > steps.max():
                advice = (
                    f"Use longer test parts: cv=ForecastSplit(horizon={self.step})."
                )
            raise ValueError(
                f"No row of the test part is at step {self.step}: it has rows at "
                f"steps {steps.min()} to {steps.max()}. {advice}"
            )
        predictions = _Predictions(predicted[rows])
        return self.scorer(
            predictions, *(_safe_indexing(part, rows) for part in (X, y))
        )

    def __repr__(self):
        return f"make_step_scorer({self.scorer!r}, {self.step})"


def steps_of_rows(estimator, X, y):
    """Count the steps from the last fitted row to each row of a test part.

    Count from 1 at the first row if the end of ``fit`` is unknown.
    """
    # A few rows do not show their frequency: the night between two of them may look
    # like missing steps.
    frequency, last = fitted_end(estimator)
    times = read_times(X, y, frequency)
    from_first = times.steps - times.steps.min() + 1
    if frequency is None or last is None or times.labels is None:
        return from_first
    labels = times.labels
    if getattr(last, "tz", None) is not None and labels.tz is not None:
        labels = labels.tz_convert(last.tz)
    occurring = labels.unique().sort_values()
    if kind_of_labels(last) != kind_of_labels(occurring) or occurring[0] <= last[0]:
        return from_first
    joined = last.append(occurring)
    if not frequency.contains(joined).all():
        return from_first
    positions = frequency.positions(joined)
    return (positions[1:] - positions[0])[occurring.get_indexer(labels)]


def fitted_end(estimator):
    """Return the frequency of the rows of fit, and the label of the latest of them.

    The label is an index of length 1. Each is None if it is unknown or does not exist.
    """
    forecasters, windowers = forecasting_parts(estimator)
    fitted = [f._fitted_forecast for f in forecasters if hasattr(f, "_fitted_forecast")]
    of_windows = [w._fitted_rows for w in windowers if hasattr(w, "_fitted_rows")]
    if fitted:
        frequency, labels = fitted[0].table.frequency, fitted[0].table.axis.labels
    elif of_windows:
        frequency, labels = of_windows[0].frequency, of_windows[0].last_labels
    else:
        return None, None
    if labels is None or not len(labels):
        return frequency, None
    return frequency, labels[[int(labels.argmax())]]


class _Predictions(RegressorMixin, BaseEstimator):
    """An estimator that returns given predictions, since scorers need an estimator."""

    def __init__(self, predictions):
        self.predictions = predictions

    def fit(self, X, y):
        """Do nothing; scikit-learn asks for a method fit."""
        return self

    def predict(self, X):
        """Return the predictions; the rows of X are those that were predicted."""
        return self.predictions
