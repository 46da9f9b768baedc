"""The outputs of a network that predicts several quantiles of each target.

Outputs are in the order of targets: all quantiles of the first target, then all of the
second. Each has its own loss, so they may cross: the quantile 0.1 may be above 0.9. So
those of each target are sorted after prediction, which never makes them less accurate
as a whole (rearrangement [1]_).

References
----------
.. [1] V. Chernozhukov, I. Fernandez-Val and A. Galichon, "Quantile and Probability
   Curves Without Crossing", Econometrica 78(3), 2010, pp. 1093-1125.
"""

from dataclasses import replace

import numpy as np


def repeat_anchors(normalization, n_quantiles):
    """Give all quantiles of a target its anchor in a normalization or None."""
    if normalization is None:
        return None
    anchors = [a for anchor in normalization.anchors for a in (anchor,) * n_quantiles]
    return replace(normalization, anchors=tuple(anchors))


def repeat_targets(targets, n_quantiles):
    """Repeat each column of targets for all its quantiles."""
    return targets if n_quantiles == 1 else np.repeat(targets, n_quantiles, axis=1)


def unscale_and_sort(scaled, n_quantiles, unscale):
    """Transform scaled outputs to the units of y, and sort each target's quantiles.

    Parameters
    ----------
    scaled : ndarray of shape (n_rows, n_targets * n_quantiles)
    n_quantiles : int
    unscale : callable
        Takes and returns an array of shape (any number of rows, n_targets); increasing.

    Returns
    -------
    predictions : ndarray of shape (n_rows, n_targets * n_quantiles)
    """
    if n_quantiles == 1:
        return unscale(scaled)
    n_rows, n_outputs = scaled.shape
    n_targets = n_outputs // n_quantiles
    by_target = scaled.reshape(n_rows, n_targets, n_quantiles)
    # The scaler knows rows of one value for each target: one such row per quantile.
    rows = unscale(by_target.swapaxes(1, 2).reshape(-1, n_targets))
    by_target = rows.reshape(n_rows, n_quantiles, n_targets).swapaxes(1, 2)
    # Here, not before: the rounding of a logarithm or power may change the order.
    return np.sort(by_target, axis=2).reshape(n_rows, n_outputs)
