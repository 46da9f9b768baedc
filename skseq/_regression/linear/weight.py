r"""The weight of the linear forecast, chosen on the held-out windows.

The prediction is :math:`(1 - w) n + w l` with the network's prediction n and the linear
one l. On the held-out windows the squared errors are smallest for the weight

.. math:: w = \frac{\sum (t - n)(l - n)}{\sum (l - n)^2}

which is the combination of Bates & Granger (1969). On few windows it is uncertain, so
it is averaged with `LINEAR_WEIGHT`, a good weight on short series, which counts as much
as `PRIOR_WINDOWS` windows.
"""

from numbers import Real

import numpy as np

from skseq._regression.linear.least_squares import is_like_least_squares

LINEAR_WEIGHT = 0.75
"""Weight of the linear forecast with linear_weight="auto" before training."""

# On short series, the linear forecast is nearly always the more accurate one. The best
# weight on a few held-out windows is mostly due to chance, and favours the network,
# whose best epoch was chosen on the same windows.
PRIOR_WINDOWS = 60
"""Number of windows that `LINEAR_WEIGHT` counts for."""

CANDIDATES = np.linspace(0, 1, 21)
"""Weights that are tried for losses without a formula for the best one."""


def weights_before_training(options, architecture):
    """Return the weight of the linear forecast in each output before training.

    It is 0 for outputs without an anchor.
    """
    if architecture.normalization is None:
        return np.zeros(architecture.n_outputs)
    requested, anchors = options.linear_weight, architecture.normalization.anchors
    weight = float(requested) if isinstance(requested, Real) else LINEAR_WEIGHT
    return np.array([weight if anchor else 0.0 for anchor in anchors])


def choose_linear_weight(model, data, linear, network):
    """Return the best weight on the held-out windows, averaged with `LINEAR_WEIGHT`.

    It is the same for all outputs: that of one output alone would be too uncertain. It
    is 0 if the loss is NaN or infinite for some of the linear predictions.

    Parameters
    ----------
    model : FittedModel
    data : TrainingData
        The held-out windows.
    linear, network : ndarray of shape (n_windows, n_outputs)
        Their predictions, scaled; from fits without these windows.
    """
    if is_like_least_squares(model.options.loss):
        best = best_of_squares(model, data, linear, network)
    else:
        totals = losses_of_candidates(model, data, linear, network)
        if totals is None:
            return LINEAR_WEIGHT
        if not np.isfinite(totals[-1]):  # that of the linear forecast alone
            return 0.0
        best = CANDIDATES[np.where(np.isfinite(totals), totals, np.inf).argmin()]
    if best is None:
        return LINEAR_WEIGHT
    n_windows = np.count_nonzero(data.weights)
    total = n_windows * best + PRIOR_WINDOWS * LINEAR_WEIGHT
    return float(total / (n_windows + PRIOR_WINDOWS))


def best_of_squares(model, data, linear, network):
    """Return the weight with the smallest squared errors, or None if all are equal."""
    outputs = np.flatnonzero(model.linear_weights)
    weights = data.weights[:, np.newaxis].astype(np.float64)
    difference = (linear - network)[:, outputs]
    error = (data.targets - network)[:, outputs]
    square = (weights * np.square(difference)).sum()
    if not square > 0:
        return None
    return float(np.clip((weights * error * difference).sum() / square, 0, 1))


def losses_of_candidates(model, data, linear, network):
    """Return the total loss of each candidate; None if it cannot be found by row."""
    totals = []
    for candidate in CANDIDATES:
        weights = np.where(model.linear_weights > 0, candidate, 0)
        blend = (1 - weights) * network + weights * linear
        losses = model.row_losses(data.targets, blend.astype(data.targets.dtype))
        if losses is None:
            return None
        totals.append(losses @ data.weights)
    return np.array(totals)
