r"""Statistics of each window that a network reads besides the standardized window.

Standardization removes the scale of a window. If one network learns from several
series, two numbers show it how noisy a window is and how large its changes are: the
logarithm of the deviation, and that of the mean absolute step relative to it,

.. math:: \log \sigma, \qquad
          \log \frac{\sqrt{\bar d^2 + \epsilon}}{\sigma}, \qquad
          \bar d = \frac{1}{T - 1} \sum_{t > 1} |x_t - x_{t-1}|

with the floor :math:`\epsilon` of the variance, so that both are finite for a window of
equal values. Each is standardized over the windows of fit, and the same at all steps.
"""

from dataclasses import dataclass

import numpy as np

N_STATISTICS = 2
"""Number of statistics of each feature."""


@dataclass(frozen=True)
class StatisticsScale:
    """Which features have statistics, and how these are standardized.

    The statistics are in the order of `read_statistics`.

    Attributes
    ----------
    features : tuple of int
    means, deviations : tuple of float
        Of each statistic, over the windows of fit.
    """

    features: tuple[int, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]

    def read(self, windows, floors):
        """Return the standardized statistics of windows.

        Parameters
        ----------
        windows : ndarray of shape (n_windows, time_steps, n_features)
        floors : ndarray of shape (n_features,)
            Value added to the variance of each feature.

        Returns
        -------
        statistics : ndarray of float64 of shape (n_windows, n_statistics)
        """
        features = list(self.features)
        values = read_statistics(windows[:, :, features], floors[features])
        return (values - self.means) / self.deviations


def read_statistics(windows, floors):
    """Return the statistics of windows, not standardized.

    Parameters
    ----------
    windows : ndarray of shape (n_windows, time_steps, n_features)
    floors : ndarray of shape (n_features,)

    Returns
    -------
    statistics : ndarray of float64 of shape (n_windows, 2 * n_features)
        The logarithms of the deviations of all features, then those of their mean
        absolute steps relative to the deviations.
    """
    windows = windows.astype(np.float64, copy=False)
    variances = np.square(windows - windows.mean(axis=1, keepdims=True)).mean(axis=1)
    steps = np.abs(np.diff(windows, axis=1)).mean(axis=1)
    log_deviations = 0.5 * np.log(variances + floors)
    log_steps = 0.5 * np.log(np.square(steps) + floors)
    return np.concatenate([log_deviations, log_steps - log_deviations], axis=1)
