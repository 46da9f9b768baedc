"""Plain Keras: a model built, compiled and fitted as in the Keras tutorials."""

import keras

from benchmarks.contenders import FromWindows

LAYERS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def build(task, shape):
    """Build the network of a task, not compiled.

    Parameters
    ----------
    task : Task
    shape : tuple (time_steps, n_features)
    """
    layers = [keras.Input(shape)]
    for cell, units in zip(task.cells[:-1], task.units[:-1], strict=True):
        layers.append(LAYERS[cell](units, return_sequences=True))
        if task.dropout:
            layers.append(keras.layers.Dropout(task.dropout))
    layers += [LAYERS[task.cells[-1]](task.units[-1]), keras.layers.Dense(task.outputs)]
    return keras.Sequential(layers)


def compiled(task, model):
    """Compile a model with the optimizer and the loss of all tasks."""
    model.compile(keras.optimizers.Adam(task.learning_rate), loss="mse")
    return model


class Keras(FromWindows):
    """``Model.fit`` and ``Model.predict``."""

    def fit(self, X, y, on_epoch=None):
        """Build, compile and fit a model."""
        task = self.task
        keras.utils.set_random_seed(task.seed)
        self.model = compiled(task, build(task, X.shape[1:]))
        callbacks = []
        if on_epoch is not None:
            callbacks.append(
                keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: on_epoch())
            )
        history = self.model.fit(
            X,
            y,
            batch_size=task.batch_size,
            epochs=task.epochs,
            callbacks=callbacks,
            verbose=0,
        )
        return history.history["loss"][-1]

    def predict(self, X):
        """Predict with ``Model.predict``."""
        return self.shaped(self.model.predict(X, verbose=0))

    def shaped(self, predictions):
        """Return predictions of shape (n,), or (n, outputs) if there are several."""
        return predictions[:, 0] if self.task.outputs == 1 else predictions


class KerasOnBatch(Keras):
    """The same model, but ``Model.predict_on_batch``: all windows in one batch."""

    def predict(self, X):
        """Predict with ``Model.predict_on_batch``."""
        return self.shaped(self.model.predict_on_batch(X))
