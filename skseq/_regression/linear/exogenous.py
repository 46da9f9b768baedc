r"""The scale of exogenous features in the linear forecast.

A feature that is not standardized, such as a price, is exogenous: it does not hold the
past of a target. Its effect hardly depends on how much the target has just varied. The
linear forecast therefore does not multiply it by the deviation :math:`s \sigma` of the
target's past in the window, as it does standardized features, but by

.. math:: \sqrt{(s \sigma)^2 + v}

where v is several times the mean of :math:`(s \sigma)^2`, so that this scale is about
the same in all windows of a series. Of several series, v follows the one that varies
least: in larger ones, the effect grows with the deviation of the target.
"""

import numpy as np

from skseq._regression.normalization.window_variances import smallest_variances

# With a known effect of a price, 3 made the estimated effect 0.6 to 1.4 times the true
# one; without it, 0.4 to 1.9 times. With 30, forecasts of shops of very different sizes
# were less accurate.
RELATIVE_VARIANCE = 3
"""What v is, relative to the mean of the squared deviation."""

PENALTY_FACTOR = 1 / np.sqrt(1 + RELATIVE_VARIANCE)
"""The usual ratio of the two scales."""


def exogenous_variances(windows, axis, normalization):
    """Return v for each output; see the module.

    Parameters
    ----------
    windows : Windows
        Complete; as the network gets them.
    axis : TimeAxis
        Of their rows, sorted by series.
    normalization : Normalization or None

    Returns
    -------
    variances : ndarray of float64 of shape (n_outputs,), or None
        None if all features are standardized, or none is.
    """
    if normalization is None or find_exogenous(normalization).all():
        return None
    if not find_exogenous(normalization).any():
        return None
    of_features = RELATIVE_VARIANCE * smallest_variances(windows, axis)
    return np.array(
        [
            anchor.slope**2 * of_features[anchor.feature] if anchor else 0.0
            for anchor in normalization.anchors
        ]
    )


def find_exogenous(normalization):
    """Return a mask of the features that are not standardized."""
    return np.array([floor is None for floor in normalization.floors])


def scale_of_exogenous(scale, variances):
    """Return what exogenous features are multiplied by.

    Parameters
    ----------
    scale : ndarray of shape (n_outputs, n_windows) or (n_windows,)
    variances : ndarray of shape (n_outputs,), or float
    """
    return np.sqrt(np.square(scale) + np.expand_dims(variances, -1))
