"""Keras layers that normalize windows and restore predictions."""

from dataclasses import asdict

from skseq._engine.keras.registration import register
from skseq._engine.keras.startup import start_tensorflow
from skseq._network.normalization import Anchor

start_tensorflow()  # before Keras is imported, to hide messages of TensorFlow

import keras  # noqa: E402
from keras import ops  # noqa: E402


class WindowLayer(keras.layers.Layer):
    """Base of layers that compute in float64 from windows, and round to their dtype.

    Parameters
    ----------
    floors, **options
        As in `InstanceNormalization`.
    """

    def __init__(self, floors, **options):
        # Cast by hand: windows must be rounded only after their level is subtracted.
        super().__init__(autocast=False, **options)
        self.is_normalized = tuple(floor is not None for floor in floors)
        self.floors = self.add_constants("floors", floors)

    def add_constants(self, name, values):
        """Add constants as a weight, so that one traced network serves all values."""
        values = _replace_none(values)
        weight = self.add_weight(
            name=name,
            shape=(len(values),),
            initializer="ones",
            dtype="float64",
            trainable=False,
            autocast=False,
        )
        weight.assign(values)
        return weight

    def set_constants(self, normalization):
        """Set the floors; which features are normalized cannot change."""
        self.floors.assign(_replace_none(normalization.floors))

    def moments(self, windows):
        """Return the mean and the deviation of windows, of shape (n, 1, n_features).

        The deviation of a feature that is not normalized is one.
        """
        mean = ops.mean(windows, axis=1, keepdims=True)
        variance = ops.mean(ops.square(windows - mean), axis=1, keepdims=True)
        deviation = ops.sqrt(variance + self.floors)
        return mean, ops.where(self.is_normalized, deviation, ops.ones_like(mean))

    def get_config(self):
        """Return the arguments of the constructor."""
        pairs = zip(self.floors.numpy().tolist(), self.is_normalized, strict=True)
        floors = [floor if is_normalized else None for floor, is_normalized in pairs]
        return super().get_config() | {"floors": floors}


@register
class InstanceNormalization(WindowLayer):
    """Standardize the features of each window by their mean and standard deviation.

    It computes in float64, and rounds the result to the dtype of the layer.

    Parameters
    ----------
    floors : sequence of float or None
        Value added to the variance of each feature. A feature with None is unchanged.
    **options
        Arguments of ``keras.layers.Layer``.
    """

    def call(self, windows):
        """Normalize windows of shape (n_windows, time_steps, n_features)."""
        windows = ops.cast(windows, "float64")
        mean, deviation = self.moments(windows)
        level = ops.where(self.is_normalized, mean, ops.zeros_like(mean))
        return ops.cast((windows - level) / deviation, self.compute_dtype)


@register
class InstanceDenormalization(WindowLayer):
    """Reverse the normalization of windows in the predictions.

    Parameters
    ----------
    floors, **options
        As in `InstanceNormalization`.
    anchors : sequence of dict or None
        The fields of an `Anchor` for each output. An output with None is unchanged.
    series_variances : sequence of float, default=None
        As in `SeriesScale`; needed for sums in the scale of the series.
    """

    def __init__(self, floors, anchors, series_variances=None, **options):
        super().__init__(floors, **options)
        anchors = [fields and Anchor(**fields) for fields in anchors]
        self.positions = tuple(a and (a.feature, a.step) for a in anchors)
        self.slopes = self.add_constants("slopes", [a and a.slope for a in anchors])
        self.intercepts = self.add_constants(
            "intercepts", [a and a.intercept for a in anchors]
        )
        self.series_variances = series_variances

    def set_constants(self, normalization):
        """Set floors, slopes and intercepts; the rest of the anchors cannot change."""
        super().set_constants(normalization)
        anchors = normalization.anchors
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
        mean, deviation = self.moments(windows)
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
        config = {"anchors": anchors}
        if self.series_variances is not None:
            config["series_variances"] = [float(v) for v in self.series_variances]
        return super().get_config() | config


@register
class ConcatenateStatistics(WindowLayer):
    """Add the statistics of each window to its inputs at every step.

    Parameters
    ----------
    floors, **options
        As in `InstanceNormalization`.
    statistics : dict
        The fields of a `StatisticsScale`.
    """

    def __init__(self, floors, statistics, **options):
        super().__init__(floors, **options)
        self.features = tuple(statistics["features"])
        self.means = self.add_constants("means", statistics["means"])
        self.deviations = self.add_constants("deviations", statistics["deviations"])

    def set_constants(self, normalization):
        """Set floors, means and deviations; the features cannot change."""
        super().set_constants(normalization)
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
        return super().get_config() | {"statistics": statistics}


def _replace_none(values):
    """Replace None by one."""
    # Not by zero, at which a square root has an infinite gradient.
    return [1.0 if value is None else value for value in values]
