"""Features that contain the past of a target, scaled as the target is."""

from dataclasses import dataclass, replace

import numpy as np

from skseq._regression.targets.scaling import scale_targets
from skseq._series.target_origin import Target


@dataclass(frozen=True, eq=False)
class RescaledFeature:
    """A feature that contains the target's past, to be scaled as the target is.

    Attributes
    ----------
    feature, output : int
    slope, intercept : float
        The target is ``slope * feature + intercept``.
    targets : ndarray of shape (n_outputs,)
        Valid values for the other outputs, because a scaler takes all at once.
    described : tuple of Target
        See `scale_targets`.
    """

    feature: int
    output: int
    slope: float
    intercept: float
    targets: np.ndarray
    described: tuple[Target, ...] = ()


def scale_output(scaler, rescaled, values):
    """Scale values of one output, of shape (n_values,) and in y's units."""
    targets = np.tile(rescaled.targets.astype(np.float64), (len(values), 1))
    targets[:, rescaled.output] = values
    return scale_targets(scaler, targets, rescaled.described)[:, rescaled.output]


def rescale_features(windows, scaler, rescaled):
    """Scale the features that contain the past of targets as the targets are scaled.

    The windows are complete. A value for which the scaler gives no finite number, such
    as zero for a logarithm, is an error.
    """
    if not rescaled:
        return windows
    series = windows.series.astype(np.float64)
    rows = np.flatnonzero(windows.n_windows_per_step() > 0)
    for feature in rescaled:
        values = feature.slope * series[rows, feature.feature] + feature.intercept
        series[rows, feature.feature] = scale_output(scaler, feature, values)
    return replace(windows, series=series)
