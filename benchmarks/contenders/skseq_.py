"""skseq, with its public names only: the regressor, and the whole pipeline."""

import numpy as np
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from benchmarks.contenders import FromWindows
from skseq import (
    RecurrentRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.model_selection import ForecastSplit, backtest


class EpochEnd:
    """A scikit-learn callback that calls a function at the end of each epoch."""

    def __init__(self, function):
        self.function = function

    def setup(self, estimator, context):
        """Do nothing."""

    def teardown(self, estimator, context):
        """Do nothing."""

    def on_fit_task_begin(self, estimator, context):
        """Do nothing before an epoch."""

    def on_fit_task_end(self, estimator, context):
        """Call the function after an epoch: a task that has no subtasks."""
        if context.max_subtasks == 0:
            self.function()


class Skseq(FromWindows):
    """The regressor alone, on windows cut by hand."""

    # skseq divides the threads that BLAS may use among its fits.
    limit_threads = staticmethod(threadpool_limits)

    def regressor(self, on_epoch=None):
        """Return the regressor of the task, unfitted."""
        task = self.task
        regressor = RecurrentRegressor(
            cell=task.cells,
            units=task.units,
            dropout=task.dropout,
            learning_rate=task.learning_rate,
            epochs=task.epochs,
            batch_size=task.batch_size,
            random_state=task.seed,
            # The same work as the other contenders: plain values, all epochs.
            normalization=None,
            persistence=None,
            early_stopping=False,
        )
        callbacks = [] if on_epoch is None else [EpochEnd(on_epoch)]
        return regressor.set_callbacks(*callbacks)

    def fit(self, X, y, on_epoch=None):
        """Fit a fresh regressor."""
        self.fitted = self.regressor(on_epoch).fit(X, y)
        return self.fitted.history_["loss"][-1]

    def predict(self, X):
        """Predict with ``predict``, in the units of y."""
        return self.fitted.predict(X)


class SkseqPipeline(Skseq):
    """Scaler, windower and regressor in scikit-learn's Pipeline, on the plain table."""

    def inputs(self, series):
        """Return table and target unchanged."""
        return series.table, series.y

    def pipeline(self, on_epoch=None):
        """Return the pipeline of the task, unfitted."""
        steps = [
            ("scale", TargetAwareMinMaxScaler()),
            ("window", SequenceWindower(time_steps=self.task.time_steps)),
            ("rnn", self.regressor(on_epoch)),
        ]
        return Pipeline(steps)

    def fit(self, X, y, on_epoch=None):
        """Fit a fresh pipeline."""
        self.fitted = self.pipeline(on_epoch).fit(X, y)
        return self.fitted["rnn"].history_["loss"][-1]

    def search(self, series, grid):
        """Search all candidates; return the lowest error, of y scaled to 0..1."""
        search = GridSearchCV(
            self.pipeline(),
            {
                "window__time_steps": list(grid.time_steps),
                "rnn__units": list(grid.units),
            },
            cv=TimeSeriesSplit(grid.n_folds),
            scoring="neg_mean_squared_error",
            refit=False,
        ).fit(series.table, series.y)
        return -search.best_score_ / np.ptp(series.y) ** 2


class SkseqForecaster(SkseqPipeline):
    """SequenceForecaster around the pipeline."""

    def forecaster(self, strategy="recursive"):
        """Return the forecaster of the task, unfitted."""
        return SequenceForecaster(
            self.pipeline(), horizon=self.task.outputs, strategy=strategy
        )

    def backtest(self, y, n_origins):
        """Refit and forecast at each of the last origins."""
        cv = ForecastSplit(n_origins, horizon=self.task.outputs, step=1)
        table = backtest(self.forecaster("direct"), y, cv=cv)
        return table["prediction"].to_numpy().reshape(n_origins, -1)
