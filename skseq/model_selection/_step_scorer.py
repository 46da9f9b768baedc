"""Score one step of the horizon: a scorer for searches over forecasters."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics import check_scoring
from sklearn.utils import _safe_indexing

from skseq.model_selection._fold_predictions import windowers_of
from skseq.model_selection._row_times import RowTimes


def make_step_scorer(scoring, step):
    """Make a scorer that counts only the rows of one step of each test part.

    The estimator predicts the whole test part, because a forecaster needs all its rows.
    Then only the rows of one step are scored. Other scorers, such as
    ``"neg_mean_absolute_error"``, score the whole horizon.

    Parameters
    ----------
    scoring : str or callable
        A scorer of scikit-learn: its name, or a callable ``scorer(estimator, X, y)``
        such as :func:`sklearn.metrics.make_scorer` makes.
    step : int
        Step to score, counted from 1 at the first time of the test part.

    Returns
    -------
    scorer : callable
        For ``scoring=``, alone or in a dict of several.

    Raises
    ------
    ValueError
        If `step` is not a positive integer; in a search, if the test part is shorter.

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
    if isinstance(step, bool) or not isinstance(step, int | np.integer) or step < 1:
        raise ValueError(
            f"step must be an integer of at least 1, the first step; got {step!r}."
        )
    return StepScorer(check_scoring(_Predictions([]), scoring=scoring), int(step))


class StepScorer:
    """Score the rows of one step.

    Parameters
    ----------
    scorer : callable
    step : int
    """

    def __init__(self, scorer, step):
        self.scorer = scorer
        self.step = step

    def __call__(self, estimator, X, y):
        """Return the score of the rows of one step."""
        predicted = np.asarray(estimator.predict(X))
        # A few rows do not show their frequency: the night between two of them may look
        # like missing steps.
        steps = RowTimes.of(X, y, fitted_frequency(estimator)).steps
        rows = np.flatnonzero(steps - steps.min() + 1 == self.step)
        if not len(rows):
            raise ValueError(
                f"No row of the test part lies at step {self.step}: it has "
                f"{np.ptp(steps) + 1} steps. Use longer test parts: "
                f"cv=ForecastSplit(horizon={self.step})."
            )
        predictions = _Predictions(predicted[rows])
        return self.scorer(
            predictions, *(_safe_indexing(part, rows) for part in (X, y))
        )

    def __repr__(self):
        return f"make_step_scorer({self.scorer!r}, {self.step})"


def fitted_frequency(estimator):
    """Return the frequency of the rows of fit, None if there is none or it is unknown.

    Parameters
    ----------
    estimator : fitted estimator

    Returns
    -------
    frequency : Frequency or None
    """
    if hasattr(estimator, "_fitted_forecast"):
        return estimator._fitted_forecast.table.frequency
    windowers = windowers_of(estimator)
    known = [w._fitted_rows for w in windowers if hasattr(w, "_fitted_rows")]
    return known[0].frequency if known else None


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
