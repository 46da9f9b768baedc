"""Fit the linear forecast of a model, in several steps."""

from dataclasses import replace

import numpy as np

from skseq._regression.linear.forecast import fit_linear, normalize
from skseq._regression.linear.least_squares import is_like_least_squares
from skseq._regression.linear.smoothing import (
    average_with_smoothing,
    is_short_single_series,
)

N_LATEST = 10
"""Number of the latest windows that show whether the bias is outdated."""

# With 2, errors of forecasts of 60 monthly series are 1 % larger.
MAX_ERROR = 3
"""Maximum ratio of the error with a bias to that without it, on these windows."""


def fit_linear_to_loss(model, data):
    """Fit the linear forecast of a model to its loss, before networks are trained."""
    architecture = model.architecture
    is_squares = is_like_least_squares(model.options.loss)
    linear = fit_linear(
        architecture.normalization,
        data,
        architecture.n_quantiles,
        is_squares,
        model.series_scale,
    )
    if is_short_single_series(linear, len(data)):
        linear = average_with_smoothing(linear, data)
    if not is_squares:
        linear = linear.shifted(data, model)
    return without_outdated_bias(linear, data)


def without_outdated_bias(linear, data):
    """Return a forecast with a bias of 0 for outputs whose bias is far too large.

    A bias in the scale of the series is fitted to most of its windows. After a change
    of the unit, it may be many times larger than all values in the latest ones.
    """
    series_scale = linear.series_scale
    if series_scale is None or not series_scale.includes_bias:
        return linear
    latest = data[np.flatnonzero(data.weights)[-N_LATEST:]]
    _, scale, _ = normalize(linear.normalization, latest.windows)
    unbiased = replace(linear, bias=np.zeros_like(linear.bias))
    with_bias, without = (
        np.square((latest.targets - forecast.predict(latest.windows)) / scale.T)
        for forecast in (linear, unbiased)
    )
    bias, anchors = linear.bias.copy(), linear.normalization.anchors
    # The steps of a target together: a forecast of which only some steps have a bias
    # would not be smooth.
    for feature in {anchor.feature for anchor in anchors if anchor}:
        steps = [n for n, one in enumerate(anchors) if one and one.feature == feature]
        if with_bias[:, steps].mean() > MAX_ERROR**2 * without[:, steps].mean():
            bias[steps] = 0
    return replace(linear, bias=bias)
