"""Features that contain the past of a target, scaled as the target is."""

from dataclasses import dataclass, replace

import numpy as np

from skseq._regression.targets.scaling import scale_targets


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
    """

    feature: int
    output: int
    slope: float
    intercept: float
    targets: np.ndarray


def find_rescaled(lagged_targets, targets, scaler, is_affine):
    """Find the features to scale as their target is: if its scaler is not affine.

    An affine map of the target's past preserves what a network can learn from it. After
    a logarithm or a power, past and target would be different quantities. A feature
    that contains the past of several outputs, such as steps of a forecast, is scaled as
    the first of them.

    Parameters
    ----------
    lagged_targets : tuple of LaggedTarget or None
    targets : ndarray of shape (n_rows, n_outputs)
        In y's units.
    scaler : fitted transformer or None
    is_affine : list of bool
        For each output.

    Returns
    -------
    rescaled : tuple of RescaledFeature
    """
    pairs = zip(lagged_targets, is_affine, strict=True)
    taken = {lagged.feature for lagged, affine in pairs if lagged and affine}
    found = []
    for output, lagged in enumerate(lagged_targets):
        if lagged is None or lagged.feature in taken:
            continue
        feature = RescaledFeature(
            lagged.feature, output, lagged.slope, lagged.intercept, targets[0]
        )
        alone = scale_output(scaler, feature, targets[:, output])
        # A scaler that mixes its columns, such as PCA, cannot scale one of them alone.
        if np.allclose(alone, scale_targets(scaler, targets)[:, output]):
            found.append(feature)
            taken.add(lagged.feature)
    return tuple(found)


def maps_from_rescaled(lagged_targets, targets, scaler, rescaled):
    """Return the maps from rescaled features to the scaled targets.

    Parameters
    ----------
    lagged_targets : tuple of LaggedTarget or None
    targets : ndarray of shape (n_rows, n_outputs)
    scaler : fitted transformer or None
    rescaled : tuple of RescaledFeature

    Returns
    -------
    maps : list of tuple (slope, intercept) or None
        None for outputs whose past is in no rescaled feature.
    """
    by_feature = {one.feature: one for one in rescaled}
    maps = []
    for output, lagged in enumerate(lagged_targets):
        feature = by_feature.get(lagged.feature) if lagged else None
        if feature is None:
            maps.append(None)
        elif feature.output == output:
            maps.append((1.0, 0.0))
        else:
            # The scalers of two steps of one series hardly differ, and an anchor need
            # not be exact, so the nearest affine map is enough.
            past = scale_output(scaler, feature, targets[:, output])
            own = scale_targets(scaler, targets)[:, output]
            slope, intercept = np.polyfit(past, own, 1)
            maps.append((float(slope), float(intercept)))
    return maps


def scale_output(scaler, rescaled, values):
    """Scale values of one output, of shape (n_values,).

    Parameters
    ----------
    scaler : fitted transformer
    rescaled : RescaledFeature
    values : ndarray of shape (n_values,)
        In y's units.
    """
    targets = np.tile(rescaled.targets.astype(np.float64), (len(values), 1))
    targets[:, rescaled.output] = values
    return scale_targets(scaler, targets)[:, rescaled.output]


def rescale_features(windows, scaler, rescaled):
    """Scale the features that contain the past of targets as the targets are scaled.

    Parameters
    ----------
    windows : Windows
        Complete.
    scaler : fitted transformer or None
    rescaled : tuple of RescaledFeature

    Returns
    -------
    windows : Windows

    Raises
    ------
    ValueError
        If the scaler does not give a finite number for a value, such as a logarithm
        for zero.
    """
    if not rescaled:
        return windows
    series = windows.series.astype(np.float64)
    rows = np.flatnonzero(windows.n_windows_per_step() > 0)
    for feature in rescaled:
        values = feature.slope * series[rows, feature.feature] + feature.intercept
        series[rows, feature.feature] = scale_output(scaler, feature, values)
    return replace(windows, series=series)
