r"""Reversible instance normalization (Kim et al., ICLR 2022), without learned weights.

Each window is standardized by its own mean :math:`\mu` and deviation :math:`\sigma`,
feature by feature,

.. math:: z_t = \frac{x_t - \mu}{\sigma}, \qquad
          \mu = \frac{1}{T} \sum_t x_t, \qquad
          \sigma^2 = \frac{1}{T} \sum_t (x_t - \mu)^2 + \epsilon

A feature :math:`x` holds the target's past, with the target equal to :math:`s x + b`.
An output :math:`n` of the network is multiplied by the deviation of that feature and
added to a known past value, such as the last one (persistence):

.. math:: y = s \sigma n + s x_T + b, \qquad
          \frac{\partial L}{\partial n} = s \sigma \frac{\partial L}{\partial y}

No gradient flows through the normalization of windows, since windows are data.
All is computed in float64 and only the results are rounded to the dtype of the network:
in float32 small changes at a high level would be lost.
"""

from dataclasses import dataclass

import numpy as np

from skseq._network.window_statistics import StatisticsScale


@dataclass(frozen=True)
class Anchor:
    """The value in a window that the network's output is added to.

    It is a past value of the target, or the mean of its past values in the window.

    Attributes
    ----------
    feature : int
        The feature that contains past values of the target.
    step : int or None
        Step in the window, counted from its end: -1 is the last. None is the mean over
        all steps.
    slope, intercept : float
        The scaled target is ``slope * feature + intercept``.
    """

    feature: int
    step: int | None
    slope: float
    intercept: float


@dataclass(frozen=True)
class Normalization:
    """How each window is standardized, and how predictions are transformed back.

    A feature with a floor is standardized in each window: subtract its mean over the
    window, then divide by its deviation, which is the square root of variance plus
    floor. The network's output is multiplied by the deviation of the target's past and
    added to the anchor [1]_.

    Attributes
    ----------
    floors : tuple of float or None
        Value added to each feature's variance, so that a window of equal values causes
        no division by zero. None leaves a feature unchanged.
    anchors : tuple of Anchor or None
        One for each output; None for an output that is not transformed.
    statistics : StatisticsScale or None
        None if networks do not read the statistics of windows.

    References
    ----------
    .. [1] T. Kim et al., "Reversible Instance Normalization for Accurate Time-Series
       Forecasting against Distribution Shift", ICLR 2022.
    """

    floors: tuple[float | None, ...]
    anchors: tuple[Anchor | None, ...]
    statistics: StatisticsScale | None = None


class Normalizer:
    """Standardizes windows and returns what transforms outputs back.

    Parameters
    ----------
    normalization : Normalization
    """

    def __init__(self, normalization):
        floors = normalization.floors
        self.anchors = normalization.anchors
        self.statistics = normalization.statistics
        self.unchanged = np.array([floor is None for floor in floors])
        self.standardizes = not self.unchanged.all()
        self.floors = np.array([0.0 if floor is None else floor for floor in floors])

    def normalize(self, windows):
        """Standardize windows.

        Parameters
        ----------
        windows : ndarray of shape (n_windows, time_steps, n_features)

        Returns
        -------
        normalized : ndarray of float64 of the same shape
        scale, base : ndarray of float64 of shape (n_outputs, n_windows)
            The prediction is ``scale * output + base``.
        """
        windows = windows.astype(np.float64, copy=False)
        mean = windows.mean(axis=1, keepdims=True)
        normalized, deviation = windows, np.ones_like(mean)
        # Without floors nothing is standardized: do not copy the windows.
        if self.standardizes:
            normalized = windows - np.where(self.unchanged, 0, mean)
            variance = np.square(windows - mean).mean(axis=1, keepdims=True)
            deviation = np.sqrt(variance + self.floors)
            deviation[:, :, self.unchanged] = 1
            normalized /= deviation
        shape = (len(self.anchors), len(windows))
        scale, base = np.ones(shape), np.zeros(shape)
        for output, anchor in enumerate(self.anchors):
            if anchor is not None:
                past = mean if anchor.step is None else windows[:, [anchor.step]]
                scale[output] = anchor.slope * deviation[:, 0, anchor.feature]
                base[output] = anchor.slope * past[:, 0, anchor.feature]
                base[output] += anchor.intercept
        return normalized, scale, base

    def read_statistics(self, windows):
        """Return the statistics of windows that a network reads; see `StatisticsScale`.

        Parameters
        ----------
        windows : ndarray of shape (n_windows, time_steps, n_features)

        Returns
        -------
        statistics : ndarray of float64 of shape (n_windows, n_statistics)
        """
        return self.statistics.read(windows, self.floors)
