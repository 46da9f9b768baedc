"""Keras classes of skseq: layers, losses and a learning-rate schedule.

``keras.saving.load_model`` finds them if ``skseq.layers`` has been imported before.
"""

from dataclasses import asdict
from math import pi

from skseq._engine.keras.startup import start_tensorflow
from skseq._engine.learning_rates import FINAL_RATE
from skseq._network.architecture import Anchor, Normalization

start_tensorflow()  # before Keras is imported, to hide messages of TensorFlow

import keras  # noqa: E402
from keras import ops  # noqa: E402

BATCH_SIZE = 32
"""Windows that are predicted at once: the default of Keras."""


def register(cls):
    """Register a class with Keras, under the public module that has to be imported."""
    # Saved models hold the name of the module, and so does Keras' error without it.
    cls.__module__ = "skseq.layers"
    # When SciKeras pickles a model, it registers its class anew without a package.
    package = "" if issubclass(cls, keras.Model) else "skseq"
    return keras.saving.register_keras_serializable(package)(cls)


@register
class InstanceNormalization(keras.layers.Layer):
    """Standardize the features of each window by their mean and standard deviation.

    It computes in float64, and rounds the result to the dtype of the layer.

    Parameters
    ----------
    floors : sequence of float or None
        Value added to the variance of each feature. A feature with None is unchanged.
    **options
        Arguments of ``keras.layers.Layer``.
    """

    def __init__(self, floors, **options):
        # Cast by hand: windows are to be rounded only after their level is subtracted.
        super().__init__(autocast=False, **options)
        self.is_normalized = tuple(floor is not None for floor in floors)
        self.floors = _add_constants(self, "floors", len(self.is_normalized))
        self.set_constants(Normalization(tuple(floors), ()))

    def set_constants(self, normalization):
        """Set the floors; which features are normalized cannot change."""
        self.floors.assign(_replace_none(normalization.floors))

    def call(self, windows):
        """Normalize windows of shape (n_windows, time_steps, n_features)."""
        windows = ops.cast(windows, "float64")
        mean, deviation = _moments(windows, self.floors, self.is_normalized)
        level = ops.where(self.is_normalized, mean, ops.zeros_like(mean))
        return ops.cast((windows - level) / deviation, self.compute_dtype)

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"floors": _read_floors(self)}


@register
class InstanceDenormalization(keras.layers.Layer):
    """Reverse the normalization of windows in the predictions.

    It computes in float64, and rounds the result to the dtype of the layer.

    Parameters
    ----------
    floors : sequence of float or None
        As in `InstanceNormalization`.
    anchors : sequence of dict or None
        The fields of an `Anchor` for each output. An output with None is unchanged.
    **options
        Arguments of ``keras.layers.Layer``.
    """

    def __init__(self, floors, anchors, **options):
        super().__init__(autocast=False, **options)
        anchors = tuple(fields and Anchor(**fields) for fields in anchors)
        self.is_normalized = tuple(floor is not None for floor in floors)
        self.positions = tuple(a and (a.feature, a.step) for a in anchors)
        self.floors = _add_constants(self, "floors", len(self.is_normalized))
        self.slopes = _add_constants(self, "slopes", len(anchors))
        self.intercepts = _add_constants(self, "intercepts", len(anchors))
        self.set_constants(Normalization(tuple(floors), anchors))

    def set_constants(self, normalization):
        """Set floors, slopes and intercepts; the rest of the anchors cannot change."""
        anchors = normalization.anchors
        self.floors.assign(_replace_none(normalization.floors))
        self.slopes.assign(_replace_none(a and a.slope for a in anchors))
        self.intercepts.assign(_replace_none(a and a.intercept for a in anchors))

    def call(self, predictions, windows):
        """Transform predictions to the units of windows.

        Parameters
        ----------
        predictions : tensor of shape (n_windows, n_outputs)
        windows : tensor of shape (n_windows, time_steps, n_features)
        """
        windows = ops.cast(windows, "float64")
        predictions = ops.cast(predictions, "float64")
        mean, deviation = _moments(windows, self.floors, self.is_normalized)
        columns = []
        for output, position in enumerate(self.positions):
            column = predictions[:, output]
            if position is not None:
                feature, step = position
                past = mean[:, 0] if step is None else windows[:, step]
                # The same terms as in `skseq._network.normalization.Normalizer`.
                slope = self.slopes[output]
                level = slope * past[:, feature] + self.intercepts[output]
                column = slope * deviation[:, 0, feature] * column + level
            columns.append(column)
        return ops.cast(ops.stack(columns, axis=1), self.compute_dtype)

    def compute_output_shape(self, predictions_shape, windows_shape):
        """Return the shape of the predictions, which does not change."""
        return predictions_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        slopes, intercepts = self.slopes.numpy(), self.intercepts.numpy()
        anchors = [
            position and asdict(Anchor(*position, slope=float(s), intercept=float(i)))
            for position, s, i in zip(self.positions, slopes, intercepts, strict=True)
        ]
        return super().get_config() | {"floors": _read_floors(self), "anchors": anchors}


def _add_constants(layer, name, n_values):
    """Add constants as a weight, so that one traced network serves all values."""
    return layer.add_weight(
        name=name,
        shape=(n_values,),
        initializer="ones",
        dtype="float64",
        trainable=False,
        autocast=False,
    )


def _replace_none(values):
    """Replace None by one."""
    # Not by zero, at which a square root has an infinite gradient.
    return [1.0 if value is None else value for value in values]


def _read_floors(layer):
    """Return the floors of a layer; None for a feature that is not normalized."""
    floors = layer.floors.numpy().tolist()
    pairs = zip(floors, layer.is_normalized, strict=True)
    return [floor if is_normalized else None for floor, is_normalized in pairs]


def _moments(windows, floors, is_normalized):
    """Return the mean and the deviation of each window, of shape (n, 1, n_features).

    The deviation of a feature that is not normalized is one.
    """
    mean = ops.mean(windows, axis=1, keepdims=True)
    variance = ops.mean(ops.square(windows - mean), axis=1, keepdims=True)
    deviation = ops.sqrt(variance + floors)
    return mean, ops.where(is_normalized, deviation, ops.ones_like(mean))


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
    """

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
        losses = ops.convert_to_tensor(self.function(y_true, y_pred))
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
        above, below = ([1 - q for q in self.quantiles], [-q for q in self.quantiles])
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
        self._arguments = {
            "initial_rate": _variable("initial_rate", "float64"),
            "n_steps": _variable("n_steps", "int64"),
            "first_step": _variable("first_step", "int64"),
        }
        self.start(initial_rate, n_steps, first_step)

    def start(self, initial_rate, n_steps, first_step):
        """Set the arguments for a fit."""
        for name, value in [
            ("initial_rate", initial_rate),
            ("n_steps", n_steps),
            ("first_step", first_step),
        ]:
            self._arguments[name].assign(value)

    def __call__(self, step):
        """Return the learning rate of a step, counted over all fits."""
        initial_rate, n_steps, first_step = self._arguments.values()
        # Keras calls this once more after the last step.
        done = ops.minimum(ops.cast(step, "int64") - first_step, n_steps - 1)
        # Compute in float64 and round at the end, as the native engine does.
        progress = ops.cast(done, "float64") / ops.cast(n_steps, "float64")
        rate = initial_rate * FACTORS[self.schedule](progress)
        return ops.cast(rate, "float32")

    def get_config(self):
        """Return the arguments of the constructor."""
        values = {name: one.numpy().item() for name, one in self._arguments.items()}
        return {"schedule": self.schedule} | values


def _variable(name, dtype):
    # A fixed name, because TensorFlow stores every new name until the process ends.
    return keras.Variable(0, dtype=dtype, trainable=False, name=name)
