"""Reversible instance normalization as Keras layers; the native engine says how.

Both are registered under the package's name, so a saved model can be loaded wherever
skseq is installed: import this module, or any estimator's ``model_``, before.
"""

import keras
from keras import ops

from skseq._network.architecture import Anchor


@keras.saving.register_keras_serializable("skseq")
class InstanceNormalization(keras.layers.Layer):
    """Take the mean and the deviation of each window off its features.

    Parameters
    ----------
    floors : sequence of float or None
        What is added to each feature's variance; None leaves a feature on its level.
    """

    def __init__(self, floors, **options):
        super().__init__(**options)
        self.floors = list(floors)

    def call(self, windows):
        """Normalize windows of shape (n_windows, time_steps, n_features)."""
        mean, deviation = moments(windows, self.floors)
        level = ops.where(keeps(self.floors), ops.zeros_like(mean), mean)
        return (windows - level) / deviation

    def get_config(self):
        """Return what the layer is made of."""
        return super().get_config() | {"floors": self.floors}


@keras.saving.register_keras_serializable("skseq")
class InstanceDenormalization(keras.layers.Layer):
    """Bring answers back to the level and the deviation of their windows.

    Parameters
    ----------
    floors : sequence of float or None
        As of the `InstanceNormalization`.
    anchors : sequence of dict or None
        The fields of an `Anchor` for each output; None leaves an answer as it is.
    """

    def __init__(self, floors, anchors, **options):
        super().__init__(**options)
        self.floors = list(floors)
        self.anchors = list(anchors)

    def call(self, answers, windows):
        """Answer in the terms of windows.

        Parameters
        ----------
        answers : tensor of shape (n_windows, n_outputs)
        windows : tensor of shape (n_windows, time_steps, n_features)
        """
        mean, deviation = moments(windows, self.floors)
        columns = []
        for output, fields in enumerate(self.anchors):
            column = answers[:, output]
            if fields is not None:
                anchor = Anchor(**fields)
                past = mean[:, 0] if anchor.step is None else windows[:, anchor.step]
                level = anchor.slope * past[:, anchor.feature] + anchor.intercept
                scale = anchor.slope * deviation[:, 0, anchor.feature]
                column = scale * column + level
            columns.append(column)
        return ops.stack(columns, axis=1)

    def compute_output_shape(self, answers_shape, windows_shape):
        """Answers keep their shape."""
        return answers_shape

    def get_config(self):
        """Return what the layer is made of."""
        return super().get_config() | {"floors": self.floors, "anchors": self.anchors}


def moments(windows, floors):
    """Return the mean and the deviation of each window, time axis kept."""
    mean = ops.mean(windows, axis=1, keepdims=True)
    variance = ops.mean(ops.square(windows - mean), axis=1, keepdims=True)
    least = ops.cast([floor or 0.0 for floor in floors], variance.dtype)
    deviation = ops.sqrt(variance + least)
    return mean, ops.where(keeps(floors), ops.ones_like(mean), deviation)


def keeps(floors):
    """Say which features stay on their level."""
    return ops.convert_to_tensor([floor is None for floor in floors])
