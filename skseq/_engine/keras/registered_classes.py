"""Keras classes of skseq: layers, losses and a learning-rate schedule.

``keras.saving.load_model`` finds them if ``skseq.layers`` has been imported before.
"""

from math import pi

from skseq._engine.keras.normalization_layers import (
    ConcatenateStatistics,
    InstanceDenormalization,
    InstanceNormalization,
)
from skseq._engine.keras.registration import register
from skseq._engine.keras.startup import start_tensorflow
from skseq._engine.learning_rates import FINAL_RATE

start_tensorflow()  # before Keras is imported, to hide messages of TensorFlow

import keras  # noqa: E402
from keras import ops  # noqa: E402

__all__ = [
    "ConcatenateStatistics",
    "Float64Model",
    "InstanceDenormalization",
    "InstanceNormalization",
    "PinballLoss",
    "RowLoss",
    "SortedQuantiles",
    "StepSchedule",
]

BATCH_SIZE = 32
"""Windows that are predicted at once: the default of Keras."""


@register
class SortedQuantiles(keras.layers.Layer):
    """Sort the quantiles of each target, so that they do not cross.

    Parameters
    ----------
    n_quantiles : int
        Number of quantiles of each target, which are neighbours in the input.
    **options
        Arguments of ``keras.layers.Layer``.
    """

    def __init__(self, n_quantiles, **options):
        super().__init__(**options)
        self.n_quantiles = n_quantiles

    def call(self, predictions):
        """Sort predictions of shape (n_windows, n_targets * n_quantiles)."""
        n_outputs = predictions.shape[1]
        by_target = ops.reshape(predictions, (-1, self.n_quantiles))
        return ops.reshape(ops.sort(by_target, axis=1), (-1, n_outputs))

    def compute_output_shape(self, predictions_shape):
        """Return the shape of the predictions, which does not change."""
        return predictions_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"n_quantiles": self.n_quantiles}


@register
class Float64Model(keras.Model):
    """A Keras model that predicts from float64 arrays without rounding them.

    Keras rounds arrays to ``keras.config.floatx()`` first, but no data sets.

    Parameters
    ----------
    *args, **kwargs
        Arguments of ``keras.Model``: inputs, outputs and options.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Keras exports a model to ONNX only after it was called, also a loaded one.
        self(self.inputs[0])

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        """Predict as ``keras.Model.predict`` does."""
        import tensorflow as tf

        if hasattr(x, "shape"):
            size = batch_size or BATCH_SIZE
            x, batch_size = tf.data.Dataset.from_tensor_slices(x).batch(size), None
        return super().predict(x, batch_size, verbose, steps, callbacks)


@register
class RowLoss(keras.losses.Loss):
    """A function of (y_true, y_pred) as a loss that computes in a given dtype.

    Parameters
    ----------
    function : callable
        Takes (y_true, y_pred). Its values are averaged over all axes but the first,
        which is that of rows.
    dtype : str
    **options
        Arguments of ``keras.losses.Loss``.
    """

    def __init__(self, function, dtype, name="loss", **options):
        super().__init__(name=name, dtype=dtype, **options)
        self.function = function

    def call(self, y_true, y_pred):
        """Return the loss of each row."""
        try:
            losses = ops.convert_to_tensor(self.function(y_true, y_pred))
        except NotImplementedError as error:
            # TensorFlow's error: NumPy asks for the values of a tensor that has none.
            if "numpy" not in str(error).lower():
                raise
            raise TypeError(
                f"loss={self.function!r} calls NumPy, but it gets tensors, through "
                "which Keras computes gradients. Write it with keras.ops, such as "
                "keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)."
            ) from error
        of_outputs = tuple(range(1, len(losses.shape)))
        return ops.mean(losses, axis=of_outputs) if of_outputs else losses

    def get_config(self):
        """Return the arguments of the constructor."""
        function = keras.saving.serialize_keras_object(self.function)
        return super().get_config() | {"function": function, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config):
        """Make the loss from the arguments of the constructor."""
        function = keras.losses.get(config["function"])
        return cls(**config | {"function": function})


@register
class PinballLoss(keras.losses.Loss):
    """The pinball loss, which is smallest for a quantile in each output.

    Parameters
    ----------
    quantiles : sequence of float
        One for each output.
    dtype : str
    **options
        Arguments of ``keras.losses.Loss``.
    """

    def __init__(self, quantiles, dtype, name="pinball_loss", **options):
        super().__init__(name=name, dtype=dtype, **options)
        self.quantiles = tuple(quantiles)

    def call(self, y_true, y_pred):
        """Return the loss of each row."""
        error = y_pred - y_true
        above, below = [1 - q for q in self.quantiles], [-q for q in self.quantiles]
        factors = ops.where(
            error > 0,
            ops.convert_to_tensor(above, self.dtype),
            ops.convert_to_tensor(below, self.dtype),
        )
        return ops.mean(factors * error, axis=-1)

    def get_config(self):
        """Return the arguments of the constructor."""
        config = {"quantiles": list(self.quantiles), "dtype": self.dtype}
        return super().get_config() | config


FACTORS = {
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: (1 + ops.cos(pi * progress)) / 2,
    "exponential": lambda progress: ops.power(FINAL_RATE, progress),
}
"""The schedules of `skseq._engine.learning_rates`, with operations on tensors."""


@register
class StepSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that decreases from the first to the last step of a fit.

    Its arguments are stored in variables, so that one traced training step serves all
    fits. Memory does not grow with the number of steps.

    Parameters
    ----------
    schedule : {"linear", "cosine", "exponential"}
    initial_rate : float
    n_steps : int
        Number of steps in the fit.
    first_step : int
        Number of steps that the optimizer has taken before the fit.
    """

    def __init__(self, schedule, initial_rate=0.0, n_steps=1, first_step=0):
        super().__init__()
        self.schedule = schedule
        dtypes = {"initial_rate": "float64", "n_steps": "int64", "first_step": "int64"}
        # Fixed names, because TensorFlow stores every new name until the process ends.
        self._arguments = {
            name: keras.Variable(0, dtype=dtype, trainable=False, name=name)
            for name, dtype in dtypes.items()
        }
        self.start(initial_rate, n_steps, first_step)

    def start(self, initial_rate, n_steps, first_step):
        """Set the arguments for a fit."""
        values = (initial_rate, n_steps, first_step)
        for variable, value in zip(self._arguments.values(), values, strict=True):
            variable.assign(value)

    def __call__(self, step):
        """Return the learning rate of a step, counted over all fits."""
        initial_rate, n_steps, first_step = self._arguments.values()
        # Keras calls this again after the last step.
        done = ops.minimum(ops.cast(step, "int64") - first_step, n_steps - 1)
        # Compute in float64 and round at the end, as the native engine does.
        progress = ops.cast(done, "float64") / ops.cast(n_steps, "float64")
        rate = initial_rate * FACTORS[self.schedule](progress)
        return ops.cast(rate, "float32")

    def get_config(self):
        """Return the arguments of the constructor."""
        values = {name: one.numpy().item() for name, one in self._arguments.items()}
        return {"schedule": self.schedule} | values
