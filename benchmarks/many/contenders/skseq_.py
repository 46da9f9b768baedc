"""skseq with default parameters, and other regressors in the same forecaster."""

from unittest import mock

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from benchmarks.many.scores import COVERAGE
from benchmarks.many.windows import standardized
from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower

MAX_WINDOWS = 48_000
"""Number of windows that boosting is fitted to, as the default network is."""


class FoundPipelineError(Exception):
    """Carries the pipeline out of a fit that ends before its training."""


def default_pipeline(group):
    """Return the pipeline that a forecaster makes for a group, not fitted.

    A forecaster shows its default pipeline only when it is fitted, which takes minutes.
    So the fit is left as soon as the pipeline would be trained.
    """

    def leave(pipeline, *_, **__):
        raise FoundPipelineError(pipeline)

    try:
        with mock.patch.object(Pipeline, "fit", leave):
            SequenceForecaster(horizon=group.horizon).fit(group.train)
    except FoundPipelineError as found:
        return found.args[0]
    raise RuntimeError("the default of SequenceForecaster is no Pipeline")


class Forecaster:
    """``SequenceForecaster`` with default parameters.

    Parameters
    ----------
    group : Group
    seed : int
        The default network has seed 0. For others, the same pipeline gets another seed.
    intervals : bool, default=False
        Whether to forecast intervals too, which fits a second network.
    """

    def __init__(self, group, seed, *, intervals=False):
        self.y = group.train
        self.coverage = COVERAGE if intervals else None
        estimator = None
        if seed > 0:
            estimator = default_pipeline(group).set_params(regress__random_state=seed)
        self.forecaster = SequenceForecaster(estimator, horizon=group.horizon)

    def fit(self):
        """Fit all series."""
        self.forecaster.fit(self.y)

    def forecast(self):
        """Forecast all series."""
        return self.forecaster.forecast(coverage=self.coverage)


class Ridge(Forecaster):
    """The default pipeline, but only its ridge regression."""

    def __init__(self, group, _seed):
        pipeline = default_pipeline(group).set_params(regress__linear_weight=1)
        self.y, self.coverage = group.train, None
        self.forecaster = SequenceForecaster(pipeline, horizon=group.horizon)


class Boosting(Forecaster):
    """The default pipeline, but with gradient boosting of scikit-learn."""

    def __init__(self, group, _seed):
        # Windows are standardized anyway, and need the units of y.
        pipeline = default_pipeline(group).set_params(
            scale="passthrough", regress=StandardizedBoosting()
        )
        self.y, self.coverage = group.train, None
        self.forecaster = SequenceForecaster(pipeline, horizon=group.horizon)


class Naive(Forecaster):
    """The last value, or that of the last season.

    Parameters
    ----------
    group : Group
    seasonal : bool
    """

    def __init__(self, group, _seed, *, seasonal):
        season = group.frequency.season if seasonal else 1
        naive = NaiveRegressor("seasonal", season_length=season)
        self.y, self.coverage = group.train, None
        self.forecaster = SequenceForecaster(
            Pipeline([("window", SequenceWindower(season)), ("regress", naive)]),
            horizon=group.horizon,
            log=False,
            deseasonalize=False,
        )


class StandardizedBoosting(RegressorMixin, BaseEstimator):
    """Gradient boosting on standardized windows, with a model for each step.

    The mean of each window is subtracted, and the rest divided by its standard
    deviation. Targets are the differences from the last value of the window, in the
    same unit. All parameters of scikit-learn's regressor are the defaults.
    """

    def fit(self, X, y):
        """Fit to windows (n, time_steps, 1) and targets (n, n_steps).

        Incomplete windows are left out, and of more than 48,000 some at equal
        distances.
        """
        rows = complete_rows(X)
        rows = rows[:: -(-len(rows) // MAX_WINDOWS)]
        windows, last, scale = standardized(X[rows][:, :, 0])
        targets = (np.asarray(y, dtype=float).reshape(len(y), -1)[rows] - last) / scale
        regressor = HistGradientBoostingRegressor(random_state=0)
        # Two threads wait for each other in busy loops as soon as others use the cores.
        with threadpool_limits(1):
            self.regressor_ = MultiOutputRegressor(regressor).fit(windows, targets)
        return self

    def predict(self, X):
        """Predict (n, n_steps)."""
        windows, last, scale = standardized(np.asarray(X)[:, :, 0])
        with threadpool_limits(1):
            return self.regressor_.predict(windows) * scale + last


def complete_rows(X):
    """Return the numbers of the windows without missing values."""
    # A part at a time, because all windows are many times the size of the series.
    parts = np.array_split(np.arange(len(X)), -(-len(X) // MAX_WINDOWS))
    complete = [part[np.isfinite(X[part]).all(axis=(1, 2))] for part in parts]
    return np.concatenate(complete)
