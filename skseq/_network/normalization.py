r"""Reversible instance normalization (Kim et al., ICLR 2022), without learnt parts.

A feature that holds a target's past is read in each window's own terms: with its mean
:math:`\mu` and deviation :math:`\sigma` over the window,

.. math:: z_t = \frac{x_t - \mu}{\sigma}, \qquad
          \mu = \frac{1}{T} \sum_t x_t, \qquad
          \sigma^2 = \frac{1}{T} \sum_t (x_t - \mu)^2 + \epsilon

and an answer :math:`n` of the network is brought back by the deviation of the feature
that holds the target's past, of which the target is :math:`s x + b`, and counted from a
known value of it, such as the last one (persistence):

.. math:: y = s \sigma n + s x_T + b, \qquad
          \frac{\partial L}{\partial n} = s \sigma \frac{\partial L}{\partial y}

Windows are data, so no slope goes on to them.
"""

import numpy as np


class Normalizer:
    """Takes the level and the deviation of each window off, and tells them.

    Parameters
    ----------
    normalization : skseq._network.architecture.Normalization
    """

    def __init__(self, normalization):
        self.anchors = normalization.anchors
        floors = normalization.floors
        self.keeps_all = all(floor is None for floor in floors)
        self.keeps = np.array([floor is None for floor in floors])
        self.floors = np.array([0.0 if floor is None else floor for floor in floors])

    def read(self, windows):
        """Normalize windows.

        Parameters
        ----------
        windows : ndarray of shape (n_windows, time_steps, n_features)

        Returns
        -------
        normalized : ndarray of the same shape
        scale, base : ndarray of shape (n_outputs, n_windows)
            A target is ``scale * answer + base``.
        """
        mean = windows.mean(axis=1, keepdims=True)
        normalized, deviation = windows, np.ones_like(mean)
        if not self.keeps_all:
            normalized = windows - np.where(self.keeps, 0, mean)
            variance = np.square(windows - mean).mean(axis=1, keepdims=True)
            deviation = np.sqrt(variance + self.floors.astype(windows.dtype))
            deviation[:, :, self.keeps] = 1
            normalized /= deviation
        shape = (len(self.anchors), len(windows))
        scale, base = np.ones(shape, windows.dtype), np.zeros(shape, windows.dtype)
        for output, anchor in enumerate(self.anchors):
            if anchor is not None:
                past = mean if anchor.step is None else windows[:, [anchor.step]]
                scale[output] = anchor.slope * deviation[:, 0, anchor.feature]
                base[output] = anchor.slope * past[:, 0, anchor.feature]
                base[output] += anchor.intercept
        return normalized, scale, base
