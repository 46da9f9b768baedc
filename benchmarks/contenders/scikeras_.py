"""SciKeras: the same Keras models behind scikit-learn's interface."""

from dataclasses import replace

import keras
from scikeras.wrappers import KerasRegressor
from sklearn.model_selection import GridSearchCV

from benchmarks.contenders import FromWindows
from benchmarks.contenders.keras_ import build


def build_for_wrapper(units, task, meta):
    """Build a network from what the wrapper passes on."""
    return build(replace(task, units=units), meta["X_shape_"][1:])


class SciKeras(FromWindows):
    """``KerasRegressor``, and scikit-learn's search over it."""

    def regressor(self):
        """Return the regressor of the task, unfitted."""
        task = self.task
        return KerasRegressor(
            build_for_wrapper,
            model__units=task.units,
            model__task=task,
            loss="mse",
            optimizer="adam",
            optimizer__learning_rate=task.learning_rate,
            epochs=task.epochs,
            batch_size=task.batch_size,
            random_state=task.seed,
            verbose=0,
        )

    def fit(self, X, y, on_epoch=None):
        """Fit a fresh regressor."""
        self.fitted = self.regressor()
        if on_epoch is not None:
            at_epoch_end = keras.callbacks.LambdaCallback(
                on_epoch_end=lambda *_: on_epoch()
            )
            self.fitted.set_params(callbacks=[at_epoch_end])
        self.fitted.fit(X, y)
        return self.fitted.history_["loss"][-1]

    def predict(self, X):
        """Predict with ``KerasRegressor.predict``."""
        return self.fitted.predict(X)

    def search(self, series, grid):
        """Search the networks once for each length of window; return the lowest error.

        Windows cut by hand have one length, so it cannot be a parameter of the search.
        """
        errors = []
        for time_steps in grid.time_steps:
            X, y = series.cut(time_steps)
            search = GridSearchCV(
                self.regressor(),
                {"model__units": list(grid.units)},
                cv=grid.folds_of_windows(len(series.y), time_steps),
                scoring="neg_mean_squared_error",
                refit=False,
            ).fit(X, y)
            errors.append(-search.best_score_)
        return min(errors)
