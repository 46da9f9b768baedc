r"""The scale of features known in advance in the linear forecast.

The effect of a planned price hardly depends on how much the target has just varied. The
linear forecast therefore does not multiply features known in advance by the deviation
:math:`s \sigma` of the target's past in the window, as it does other features, but by

.. math:: \sqrt{(s \sigma)^2 + v}

where v is several times the mean of :math:`(s \sigma)^2`, so that this scale is about
the same in all windows of a series. With several series, v is that of the series that
varies least: in larger ones, the effect grows with the deviation of the target.
"""

from dataclasses import dataclass

import numpy as np

from skseq._regression.normalization.window_variances import smallest_variances

# In simulated series, whose price effect is known, forecasts showed 0.5 to 1.4 times
# this effect with 3, and 0.4 to 1.9 times with 0. With 30, forecasts of shops of very
# different sizes were less accurate.
RELATIVE_VARIANCE = 3
"""v, relative to the mean of the squared deviation."""

PENALTY_FACTOR = 1 / np.sqrt(1 + RELATIVE_VARIANCE)
"""The usual ratio of the two scales."""


@dataclass(frozen=True, eq=False)
class FutureFeatures:
    """The features known in advance, and what their scale depends on.

    Attributes
    ----------
    features : ndarray of bool of shape (n_features,)
    variances : ndarray of float64 of shape (n_outputs,)
        v of each output; see the module.
    """

    features: np.ndarray
    variances: np.ndarray

    def columns(self, n_columns):
        """Return which columns of flattened windows are known in advance."""
        return np.tile(self.features, n_columns // len(self.features))

    def scale(self, scale, outputs=slice(None)):
        """Return what these features are multiplied by.

        Parameters
        ----------
        scale : ndarray of shape (n_outputs, n_windows) or (n_windows,)
            What the other features are multiplied by.
        outputs : slice or int, default=slice(None)
        """
        variances = np.expand_dims(self.variances[outputs], -1)
        return np.sqrt(np.square(scale) + variances)


def find_future_features(windows, axis, normalization, origin):
    """Find the features known in advance, if windows are standardized.

    Parameters
    ----------
    windows : Windows
        Complete; as the network gets them.
    axis : TimeAxis
        Of their rows, sorted by series.
    normalization : Normalization or None
    origin : WindowOrigin or None

    Returns
    -------
    future : FutureFeatures or None
    """
    if normalization is None or origin is None or not len(origin.future):
        return None
    is_standardized = np.array([floor is not None for floor in normalization.floors])
    features = np.isin(np.arange(len(is_standardized)), origin.future)
    features &= ~is_standardized
    if not features.any() or not is_standardized.any():
        return None
    of_features = RELATIVE_VARIANCE * smallest_variances(windows, axis)
    variances = [
        anchor.slope**2 * of_features[anchor.feature] if anchor else 0.0
        for anchor in normalization.anchors
    ]
    return FutureFeatures(features, np.array(variances))
