"""skforecast's ForecasterRnn: Keras networks that cut their own windows from a frame.

It always adds the target's past, so its windows have one more feature.
"""

import keras
from skforecast.deep_learning import ForecasterRnn
from skforecast.model_selection import (
    TimeSeriesFold,
    backtesting_forecaster_multiseries,
)

from benchmarks.contenders.keras_ import build, compiled


def named_as_expected(task, n_features):
    """Build the network of a task with the two layer names that skforecast requires."""
    shape = (task.time_steps, n_features)
    inputs = keras.Input(shape, name="series_input")
    named = keras.layers.Activation("linear", name="output_dense_td_layer")
    last = keras.layers.Reshape((task.outputs, 1))  # steps, targets
    return keras.Model(inputs, last(named(build(task, shape)(inputs))))


class Skforecast:
    """A ForecasterRnn of one step ahead on all columns and the target.

    Parameters
    ----------
    task : Task
    """

    def __init__(self, task):
        self.task = task

    def inputs(self, series):
        """Return the table, and the target that fit adds to it."""
        return series.table, series.y

    def fit(self, X, y, on_epoch=None):
        """Build, compile and fit a model inside a forecaster."""
        task = self.task
        keras.utils.set_random_seed(task.seed)
        callbacks = []
        if on_epoch is not None:
            callbacks.append(
                keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: on_epoch())
            )
        self.forecaster = self.make(y.name, X.shape[1] + 1, callbacks=callbacks)
        self.forecaster.fit(X.assign(**{y.name: y}), suppress_warnings=True)
        return self.forecaster.history_["loss"][-1]

    def make(self, level, n_features, **fit_kwargs):
        """Build a forecaster of a column, not fitted."""
        task = self.task
        network = named_as_expected(task, n_features)
        fit_kwargs |= {"epochs": task.epochs, "batch_size": task.batch_size}
        return ForecasterRnn(
            estimator=compiled(task, network),
            levels=level,
            lags=task.time_steps,
            fit_kwargs=fit_kwargs | {"verbose": 0},
        )

    def backtest(self, y, n_origins):
        """Refit and forecast at each of the last origins."""
        keras.utils.set_random_seed(self.task.seed)
        n_first = len(y) - n_origins - self.task.outputs + 1
        _, predictions = backtesting_forecaster_multiseries(
            self.make(y.name, 1),
            y.to_frame(),
            TimeSeriesFold(
                steps=self.task.outputs,
                initial_train_size=n_first,
                fold_stride=1,
                refit=True,
                fixed_train_size=False,
                allow_incomplete_fold=False,
            ),
            metric="mean_absolute_error",
            n_jobs=1,
            show_progress=False,
            suppress_warnings=True,
        )
        return predictions["pred"].to_numpy().reshape(n_origins, -1)

    def predict(self, X):
        """Forecast the step after the last row of a frame with all columns."""
        return self.forecaster.predict(last_window=X).to_numpy()
