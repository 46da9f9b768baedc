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

import numpy as np


class Normalizer:
    """Standardizes windows and returns what transforms outputs back.

    Parameters
    ----------
    normalization : skseq._network.architecture.Normalization
    """

    def __init__(self, normalization):
        floors = normalization.floors
        self.anchors = normalization.anchors
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
