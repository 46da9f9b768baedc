"""The gradient of predictions through the target scaler.

A scaler of scikit-learn has no method for its derivative, and it may be any function,
such as a logarithm. So the derivative of its ``inverse_transform`` is computed from
six values around each point. That of ``transform`` is its reciprocal: both are taken
on the scaled side, where values are near 1, whatever the units of y.
"""

import numpy as np

from skseq._regression.targets.scaling import scale_targets, unscale_targets

# The error of the formula is about STEP**6, that of rounding 1e-16 / STEP relative to
# the level of y. Powers round much more than that, so the step must not be small.
STEP = 1e-2
"""Distance of the values for a derivative, relative to the size of scaled targets."""

WEIGHTS = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
"""Weights of the central difference of sixth order, by distance (Fornberg 1988)."""


def unscaling_slopes(scaler, scaled, target):
    """Return the derivatives of one unscaled target with respect to all scaled ones.

    Both scaled values and slopes have the shape (n_rows, n_targets).
    """
    slopes = np.zeros(scaled.shape)
    if scaler is None:
        slopes[:, target] = 1
        return slopes
    for column in range(scaled.shape[1]):
        # Smaller for small values, such as reciprocals, so that none changes its sign.
        step = STEP * (min(np.abs(scaled[:, column]).max(), 1.0) or 1.0)
        for distance, weight in WEIGHTS.items():
            for sign in (1, -1):
                moved = scaled.astype(np.float64)
                moved[:, column] += sign * distance * step
                unscaled = unscale_targets(scaler, moved)[:, target]
                slopes[:, column] += sign * weight / step * unscaled
    return slopes


def unscaling_gradient(model, scaled, output):
    """Return the gradient of one column of predictions with respect to all outputs.

    It has the shape of the `scaled` predictions, (n_rows, n_outputs).
    """
    n_quantiles = model.architecture.n_quantiles
    target, rank = divmod(output, n_quantiles)
    by_target = scaled.reshape(len(scaled), -1, n_quantiles)
    gradient = np.zeros(by_target.shape)
    if np.isnan(model.constants[target]):  # else the prediction is a constant
        # Quantiles that cross are sorted: take the output that this column comes from.
        source = by_target[:, target].argsort(axis=1)[:, [rank]][:, np.newaxis]
        rows = np.take_along_axis(by_target, source, axis=2)[:, :, 0]
        slopes = unscaling_slopes(model.target_scaler, rows, target)
        np.put_along_axis(gradient, source, slopes[:, :, np.newaxis], axis=2)
    return gradient.reshape(scaled.shape)


def rescaling_slopes(model, rescaled, feature):
    """Return the derivative of a rescaled feature with respect to its values in X.

    `rescaled` contains its values after scaling. They and the slopes have the shape
    (n_windows, time_steps).
    """
    others = scale_targets(model.target_scaler, feature.targets[np.newaxis])
    rows = np.tile(others.astype(np.float64), (rescaled.size, 1))
    rows[:, feature.output] = rescaled.ravel()
    slopes = unscaling_slopes(model.target_scaler, rows, feature.output)
    return feature.slope / slopes[:, feature.output].reshape(rescaled.shape)
