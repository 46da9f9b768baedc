"""Keras layers that normalize windows and restore predictions."""

from dataclasses import asdict

from skseq._engine.keras.registration import register
from skseq._engine.keras.startup import start_tensorflow
from skseq._network.normalization import Anchor, Normalization
from skseq._network.window_statistics import StatisticsScale

start_tensorflow()  # before Keras is imported, to hide messages of TensorFlow

import keras  # noqa: E402
from keras import ops  # noqa: E402


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
        # Cast by hand: windows must be rounded only after their level is subtracted.
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
    series_variances : sequence of float, default=None
        As in `SeriesScale`; needed for sums in the scale of the series.
    **options
        Arguments of ``keras.layers.Layer``.
    """

    def __init__(self, floors, anchors, series_variances=None, **options):
        super().__init__(autocast=False, **options)
        anchors = tuple(fields and Anchor(**fields) for fields in anchors)
        self.is_normalized = tuple(floor is not None for floor in floors)
        self.positions = tuple(a and (a.feature, a.step) for a in anchors)
        self.floors = _add_constants(self, "floors", len(self.is_normalized))
        self.slopes = _add_constants(self, "slopes", len(anchors))
        self.intercepts = _add_constants(self, "intercepts", len(anchors))
        self.series_variances = series_variances
        self.set_constants(Normalization(tuple(floors), anchors))

    def set_constants(self, normalization):
        """Set floors, slopes and intercepts; the rest of the anchors cannot change."""
        anchors = normalization.anchors
        self.floors.assign(_replace_none(normalization.floors))
        self.slopes.assign(_replace_none(a and a.slope for a in anchors))
        self.intercepts.assign(_replace_none(a and a.intercept for a in anchors))

    def call(self, predictions, windows, of_series=None):
        """Transform predictions to the units of windows.

        Parameters
        ----------
        predictions : tensor of shape (n_windows, n_outputs)
        windows : tensor of shape (n_windows, time_steps, n_features)
        of_series : tensor of shape (n_windows, n_outputs), default=None
            Sums to add, in the scale of the series and not of each window.
        """
        windows = ops.cast(windows, "float64")
        predictions = ops.cast(predictions, "float64")
        mean, deviation = _moments(windows, self.floors, self.is_normalized)
        columns = []
        for output, position in enumerate(self.positions):
            column = predictions[:, output]
            added = 0.0
            if of_series is not None:
                added = ops.cast(of_series[:, output], "float64")
            if position is not None:
                feature, step = position
                past = mean[:, 0] if step is None else windows[:, step]
                # The same terms as in `skseq._network.normalization.Normalizer`.
                slope = self.slopes[output]
                level = slope * past[:, feature] + self.intercepts[output]
                scale = slope * deviation[:, 0, feature]
                column = scale * column + level
                if of_series is not None:
                    # As in `skseq._regression.linear.series_scale`.
                    variance = float(self.series_variances[output])
                    added *= ops.sqrt(ops.square(scale) + variance)
            columns.append(column + added)
        return ops.cast(ops.stack(columns, axis=1), self.compute_dtype)

    def compute_output_shape(self, predictions_shape, *other_shapes):
        """Return the shape of the predictions, which does not change."""
        return predictions_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        slopes, intercepts = self.slopes.numpy(), self.intercepts.numpy()
        anchors = [
            position and asdict(Anchor(*position, slope=float(s), intercept=float(i)))
            for position, s, i in zip(self.positions, slopes, intercepts, strict=True)
        ]
        config = {"floors": _read_floors(self), "anchors": anchors}
        if self.series_variances is not None:
            config["series_variances"] = [float(v) for v in self.series_variances]
        return super().get_config() | config


@register
class ConcatenateStatistics(keras.layers.Layer):
    """Add the statistics of each window to its inputs at every step.

    It computes in float64, and rounds the result to the dtype of the layer.

    Parameters
    ----------
    floors : sequence of float or None
        As in `InstanceNormalization`.
    statistics : dict
        The fields of a `StatisticsScale`.
    **options
        Arguments of ``keras.layers.Layer``.
    """

    def __init__(self, floors, statistics, **options):
        super().__init__(autocast=False, **options)
        statistics = StatisticsScale(**{k: tuple(v) for k, v in statistics.items()})
        self.is_normalized = tuple(floor is not None for floor in floors)
        self.features = statistics.features
        self.floors = _add_constants(self, "floors", len(self.is_normalized))
        self.means = _add_constants(self, "means", len(statistics.means))
        self.deviations = _add_constants(self, "deviations", len(statistics.means))
        self.set_constants(Normalization(tuple(floors), (), statistics))

    def set_constants(self, normalization):
        """Set floors, means and deviations; the features cannot change."""
        self.floors.assign(_replace_none(normalization.floors))
        self.means.assign(normalization.statistics.means)
        self.deviations.assign(normalization.statistics.deviations)

    def call(self, inputs, windows):
        """Add statistics to inputs.

        Parameters
        ----------
        inputs : tensor of shape (n_windows, n_steps, n_inputs)
        windows : tensor of shape (n_windows, time_steps, n_features)
        """
        windows = ops.take(ops.cast(windows, "float64"), self.features, axis=2)
        floors = ops.take(self.floors, self.features)
        # The same terms as in `skseq._network.window_statistics.read_statistics`.
        mean = ops.mean(windows, axis=1, keepdims=True)
        variances = ops.mean(ops.square(windows - mean), axis=1)
        steps = ops.mean(ops.abs(windows[:, 1:] - windows[:, :-1]), axis=1)
        log_deviations = 0.5 * ops.log(variances + floors)
        log_steps = 0.5 * ops.log(ops.square(steps) + floors)
        values = [log_deviations, log_steps - log_deviations]
        statistics = (ops.concatenate(values, axis=1) - self.means) / self.deviations
        statistics = ops.cast(statistics[:, None], self.compute_dtype)
        at_all_steps = ops.repeat(statistics, inputs.shape[1], axis=1)
        return ops.concatenate([inputs, at_all_steps], axis=2)

    def compute_output_shape(self, inputs_shape, windows_shape):
        """Return the shape of the inputs with more columns."""
        n_windows, n_steps, n_inputs = inputs_shape
        return n_windows, n_steps, n_inputs + self.means.shape[0]

    def get_config(self):
        """Return the arguments of the constructor."""
        statistics = {
            "features": list(self.features),
            "means": self.means.numpy().tolist(),
            "deviations": self.deviations.numpy().tolist(),
        }
        config = {"floors": _read_floors(self), "statistics": statistics}
        return super().get_config() | config


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
