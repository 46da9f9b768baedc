"""skforecast's ForecasterRnn: Keras networks that cut their own windows from a frame.

It always adds the target's past, so its windows have one more feature.
"""

import keras
from skforecast.deep_learning import ForecasterRnn

from benchmarks.contenders.keras_ import build, compiled


def named_as_expected(task, n_features):
    """Build the network of a task with the two layer names that skforecast requires."""
    shape = (task.time_steps, n_features)
    inputs = keras.Input(shape, name="series_input")
    last = keras.layers.Reshape((1, 1), name="output_dense_td_layer")  # steps, targets
    return keras.Model(inputs, last(build(task, shape)(inputs)))


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
        network = named_as_expected(task, n_features=X.shape[1] + 1)
        fit_kwargs = {"epochs": task.epochs, "batch_size": task.batch_size}
        fit_kwargs["verbose"] = 0
        if on_epoch is not None:
            at_epoch_end = keras.callbacks.LambdaCallback(
                on_epoch_end=lambda *_: on_epoch()
            )
            fit_kwargs["callbacks"] = [at_epoch_end]
        self.forecaster = ForecasterRnn(
            estimator=compiled(task, network),
            levels=y.name,
            lags=task.time_steps,
            fit_kwargs=fit_kwargs,
        )
        self.forecaster.fit(X.assign(**{y.name: y}), suppress_warnings=True)
        return self.forecaster.history_["loss"][-1]

    def predict(self, X):
        """Forecast the step after the last row of a frame with all columns."""
        return self.forecaster.predict(last_window=X).to_numpy()
