"""Plain Keras: one network for all series, on windows that are cut by hand."""

import keras
import numpy as np

from benchmarks.many.contenders.skseq_ import default_pipeline
from benchmarks.many.windows import cut, padded, standardized


class Keras:
    """An LSTM of the size, the windows and the epochs of skseq's default network.

    As in many tutorials, there is one network, trained on everything for all epochs.
    Each window is standardized, and its forecast starts at its last value. There are
    no logarithms, seasonal indices, patches or weights.

    Parameters
    ----------
    group : Group
    seed : int
    """

    def __init__(self, group, seed):
        pipeline = default_pipeline(group)
        self.group, self.seed = group, seed
        self.time_steps = pipeline["window"].time_steps
        self.regressor = pipeline["regress"]

    def fit(self):
        """Cut windows, standardize them and train a network."""
        windows, targets = cut(self.group.arrays, self.time_steps, self.group.horizon)
        if (most := self.regressor.max_windows) is not None:
            rows = np.random.default_rng(self.seed).permutation(len(windows))[:most]
            windows, targets = windows[rows], targets[rows]
        windows, last, scale = standardized(windows)
        keras.utils.set_random_seed(self.seed)
        layers = [
            keras.Input((self.time_steps, 1)),
            keras.layers.LSTM(self.regressor.units),
            keras.layers.Dense(self.group.horizon),
        ]
        self.model = keras.Sequential(layers)
        adam = keras.optimizers.Adam(self.regressor.learning_rate)
        self.model.compile(adam, loss=self.regressor.loss)
        self.model.fit(
            windows[:, :, np.newaxis],
            (targets - last) / scale,
            epochs=self.regressor.epochs,
            batch_size=self.regressor.batch_size,
            verbose=0,
        )

    def forecast(self):
        """Forecast from the last window of each series."""
        ends = [padded(values, self.time_steps) for values in self.group.arrays]
        windows, last, scale = standardized(np.stack(ends))
        outputs = self.model.predict(windows[:, :, np.newaxis], verbose=0)
        return self.group.as_forecast(outputs * scale + last)
