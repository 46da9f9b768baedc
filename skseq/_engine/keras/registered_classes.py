"""Keras classes of this package: layers, a loss and a learning-rate schedule.

``keras.saving.load_model`` finds them wherever ``skseq.layers`` has been imported.
"""

from dataclasses import asdict
from math import pi

from skseq._engine.keras.startup import start_tensorflow
from skseq._engine.learning_rates import FINAL_RATE
from skseq._network.architecture import Anchor, Normalization

start_tensorflow()  # before Keras is imported, so that TensorFlow starts quietly

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
    """Subtract each window's mean from its features and divide by its deviation.

    It computes in float64, and rounds the result to the dtype of the layer.

    Parameters
    ----------
    floors : sequence of float or None
        What is added to each feature's variance. A feature with None is left as it is.
    **options
        Of ``keras.layers.Layer``.
    """

    def __init__(self, floors, **options):
        # Cast by hand: windows are to be rounded only after their level is subtracted.
        super().__init__(autocast=False, **options)
        self.is_normalized = tuple(floor is not None for floor in floors)
        self.floors = _add_constants(self, "floors", len(self.is_normalized))
        self.set_constants(Normalization(tuple(floors), ()))

    def set_constants(self, normalization):
        """Set the numbers; which features are normalized cannot change."""
        self.floors.assign(_filled(normalization.floors))

    def call(self, windows):
        """Normalize windows of shape (n_windows, time_steps, n_features)."""
        windows = ops.cast(windows, "float64")
        mean, deviation = _moments(windows, self.floors, self.is_normalized)
        level = ops.where(self.is_normalized, mean, ops.zeros_like(mean))
        return ops.cast((windows - level) / deviation, self.compute_dtype)

    def get_config(self):
        """Return the arguments that make this layer again."""
        return super().get_config() | {"floors": _read_floors(self)}


@register
class InstanceDenormalization(keras.layers.Layer):
    """Bring predictions back to the mean and the deviation of their windows.

    It computes in float64, and rounds the result to the dtype of the layer.

    Parameters
    ----------
    floors : sequence of float or None
        As of the `InstanceNormalization`.
    anchors : sequence of dict or None
        The fields of an `Anchor` for each output. An output with None is left as it
        is.
    **options
        Of ``keras.layers.Layer``.
    """

    def __init__(self, floors, anchors, **options):
        super().__init__(autocast=False, **options)
        anchors = tuple(fields and Anchor(**fields) for fields in anchors)
        self.is_normalized = tuple(floor is not None for floor in floors)
        self.places = tuple(a and (a.feature, a.step) for a in anchors)
        self.floors = _add_constants(self, "floors", len(self.is_normalized))
        self.slopes = _add_constants(self, "slopes", len(anchors))
        self.intercepts = _add_constants(self, "intercepts", len(anchors))
        self.set_constants(Normalization(tuple(floors), anchors))

    def set_constants(self, normalization):
        """Set the numbers; features and steps of the anchors cannot change."""
        anchors = normalization.anchors
        self.floors.assign(_filled(normalization.floors))
        self.slopes.assign(_filled(a and a.slope for a in anchors))
        self.intercepts.assign(_filled(a and a.intercept for a in anchors))

    def call(self, predictions, windows):
        """Bring predictions back to the units of windows.

        Parameters
        ----------
        predictions : tensor of shape (n_windows, n_outputs)
        windows : tensor of shape (n_windows, time_steps, n_features)
        """
        windows = ops.cast(windows, "float64")
        predictions = ops.cast(predictions, "float64")
        mean, deviation = _moments(windows, self.floors, self.is_normalized)
        columns = []
        for output, place in enumerate(self.places):
            column = predictions[:, output]
            if place is not None:
                feature, step = place
                past = mean[:, 0] if step is None else windows[:, step]
                # As in `skseq._network.normalization.Normalizer`, term by term.
                slope = self.slopes[output]
                level = slope * past[:, feature] + self.intercepts[output]
                column = slope * deviation[:, 0, feature] * column + level
            columns.append(column)
        return ops.cast(ops.stack(columns, axis=1), self.compute_dtype)

    def compute_output_shape(self, predictions_shape, windows_shape):
        """Return the shape of the predictions, which does not change."""
        return predictions_shape

    def get_config(self):
        """Return the arguments that make this layer again."""
        slopes, intercepts = self.slopes.numpy(), self.intercepts.numpy()
        anchors = [
            place and asdict(Anchor(*place, slope=float(s), intercept=float(i)))
            for place, s, i in zip(self.places, slopes, intercepts, strict=True)
        ]
        return super().get_config() | {"floors": _read_floors(self), "anchors": anchors}


def _add_constants(layer, name, n_values):
    """Add constants as a weight: one traced network then serves all their values."""
    return layer.add_weight(
        name=name,
        shape=(n_values,),
        initializer="ones",
        dtype="float64",
        trainable=False,
        autocast=False,
    )


def _filled(values):
    """Put a one where there is no value, for a square root with a finite gradient."""
    return [1.0 if value is None else value for value in values]


def _read_floors(layer):
    """Return the floors of a layer, None where a feature is not normalized."""
    floors = layer.floors.numpy().tolist()
    pairs = zip(floors, layer.is_normalized, strict=True)
    return [floor if is_normalized else None for floor, is_normalized in pairs]


def _moments(windows, floors, is_normalized):
    """Return the mean and the deviation of each window, with a time axis of 1.

    The deviation of a feature that is not normalized is one.
    """
    mean = ops.mean(windows, axis=1, keepdims=True)
    variance = ops.mean(ops.square(windows - mean), axis=1, keepdims=True)
    deviation = ops.sqrt(variance + floors)
    return mean, ops.where(is_normalized, deviation, ops.ones_like(mean))


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
        Its values are averaged over all dimensions but the first, the rows.
    dtype : str
    **options
        Of ``keras.losses.Loss``.
    """

    def __init__(self, function, dtype, name="loss", **options):
        super().__init__(name=name, dtype=dtype, **options)
        self.function = function

    def call(self, y_true, y_pred):
        """Return a loss for each row."""
        losses = ops.convert_to_tensor(self.function(y_true, y_pred))
        of_outputs = tuple(range(1, len(losses.shape)))
        return ops.mean(losses, axis=of_outputs) if of_outputs else losses

    def get_config(self):
        """Return the arguments that make this loss again."""
        function = keras.saving.serialize_keras_object(self.function)
        return super().get_config() | {"function": function, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config):
        """Make the loss from its arguments."""
        function = keras.losses.get(config["function"])
        return cls(**config | {"function": function})


FACTORS = {
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: (1 + ops.cos(pi * progress)) / 2,
    "exponential": lambda progress: ops.power(FINAL_RATE, progress),
}
"""The schedules of `skseq._engine.learning_rates` in operations on tensors."""


@register
class StepSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that falls from the first to the last step of a fit.

    Its numbers are variables, so one traced training step serves any fit, and it takes
    no memory for steps that are never taken.

    Parameters
    ----------
    schedule : {"linear", "cosine", "exponential"}
    initial_rate : float
    n_steps : int
        Of the fit.
    first_step : int
        Steps that the optimizer had taken before.
    """

    def __init__(self, schedule, initial_rate=0.0, n_steps=1, first_step=0):
        super().__init__()
        self.schedule = schedule
        self._numbers = {
            "initial_rate": _number("initial_rate", "float64"),
            "n_steps": _number("n_steps", "int64"),
            "first_step": _number("first_step", "int64"),
        }
        self.start(initial_rate, n_steps, first_step)

    def start(self, initial_rate, n_steps, first_step):
        """Set the numbers of a fit."""
        for name, value in [
            ("initial_rate", initial_rate),
            ("n_steps", n_steps),
            ("first_step", first_step),
        ]:
            self._numbers[name].assign(value)

    def __call__(self, step):
        """Return the learning rate of a step, counted over the optimizer's life."""
        initial_rate, n_steps, first_step = self._numbers.values()
        # Keras also asks after the last step.
        done = ops.minimum(ops.cast(step, "int64") - first_step, n_steps - 1)
        # In float64 and rounded at the end, as the native engine does.
        progress = ops.cast(done, "float64") / ops.cast(n_steps, "float64")
        rate = initial_rate * FACTORS[self.schedule](progress)
        return ops.cast(rate, "float32")

    def get_config(self):
        """Return the arguments that make this schedule again."""
        numbers = {n: number.numpy().item() for n, number in self._numbers.items()}
        return {"schedule": self.schedule} | numbers


def _number(name, dtype):
    # With a name, since TensorFlow keeps some memory for every new name of a variable.
    return keras.Variable(0, dtype=dtype, trainable=False, name=name)
