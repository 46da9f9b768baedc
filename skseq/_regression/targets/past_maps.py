"""How the past of each target in X is mapped to the scaled target."""

from dataclasses import replace

import numpy as np

from skseq._regression.targets.rescaled_features import (
    RescaledFeature,
    scale_output,
)
from skseq._regression.targets.scaling import SCALED_TOLERANCE, scale_targets

ROWS_PER_BLOCK = 4096
"""Number of rows that are scaled at once to find out whether a scaler is affine."""


def map_past_to_targets(lagged_targets, targets, scaler, described):
    """Find how the past of each target in X is mapped to the scaled target.

    Parameters
    ----------
    lagged_targets : tuple of LaggedTarget or None
    targets : ndarray of shape (n_rows, n_outputs)
        In y's units.
    scaler : fitted transformer or None
    described : tuple of Target
        See `scale_targets`.

    Returns
    -------
    rescaled : tuple of RescaledFeature
        The features that must first be scaled as their target is.
    maps : tuple of (slope, intercept) or None
        None for an output without a past, or whose scaler prevents its use.
    """
    affine = _affine_maps(targets, scaler)
    rescaled = _find_rescaled(lagged_targets, targets, scaler, affine)
    rescaled = tuple(replace(one, described=described) for one in rescaled)
    by_feature = {one.feature: one for one in rescaled}
    maps = [None] * len(lagged_targets)
    for output, lagged in enumerate(lagged_targets):
        if lagged and lagged.feature in by_feature:
            feature = by_feature[lagged.feature]
            maps[output] = _map_from_rescaled(feature, output, targets, scaler)
        elif lagged and affine[output]:
            slope, intercept = affine[output]
            maps[output] = slope * lagged.slope, slope * lagged.intercept + intercept
    return rescaled, tuple(maps)


def is_affine(targets, scaler):
    """Return whether a fitted scaler applies an affine map to each target.

    Constant targets do not show this.
    """
    varies = (targets != targets[0]).any(axis=0)
    maps = _affine_maps(targets, scaler)
    return all(maps[output] is not None for output in np.flatnonzero(varies))


def _affine_maps(targets, scaler):
    """Return the affine map that a scaler applies to each target.

    Returns
    -------
    maps : list of tuple (slope, intercept) or None
        None for a target that is constant or whose map is not affine.
    """
    # The two extremes give the map with the least rounding; all others must match it.
    outputs = np.arange(targets.shape[1])
    extremes = (targets.argmin(axis=0), targets.argmax(axis=0))
    (low, scaled_low), (high, scaled_high) = (
        (before[outputs, outputs], after[outputs, outputs])
        for before, after in (_scale_pair(targets[rows], scaler) for rows in extremes)
    )
    varies = low < high
    slopes = (scaled_high - scaled_low) / np.where(varies, high - low, 1)
    intercepts = scaled_low - slopes * low
    distances = np.zeros(len(outputs))
    # In blocks, because targets of many steps take much memory.
    for start in range(0, len(targets), ROWS_PER_BLOCK):
        block = targets[start : start + ROWS_PER_BLOCK]
        before, after = _scale_pair(block, scaler)
        of_block = np.abs(slopes * before + intercepts - after).max(axis=0)
        distances = np.maximum(distances, of_block)
    largest = SCALED_TOLERANCE * np.abs(scaled_high - scaled_low)
    is_affine = varies & (distances <= largest)
    maps = list(zip(slopes.tolist(), intercepts.tolist(), strict=True))
    return [maps[output] if is_affine[output] else None for output in outputs]


def _scale_pair(targets, scaler):
    """Return the targets before and after scaling, in float64."""
    before = targets.astype(np.float64)
    return before, np.asarray(scale_targets(scaler, targets), dtype=np.float64)


def _find_rescaled(lagged_targets, targets, scaler, affine):
    """Find the features to scale like their target, because its scaler is not affine.

    An affine map of the target's past preserves what a network can learn from it. After
    a logarithm or a power, past and target would be different quantities. A feature
    that contains the past of several outputs, such as steps of a forecast, is scaled as
    the first of them.
    """
    pairs = zip(lagged_targets, affine, strict=True)
    taken = {lagged.feature for lagged, of_target in pairs if lagged and of_target}
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


def _map_from_rescaled(feature, output, targets, scaler):
    """Return the map from a rescaled feature to a scaled target."""
    if feature.output == output:
        return 1.0, 0.0
    # The scalers of two steps of one series hardly differ, and an anchor need not be
    # exact, so the nearest affine map is enough.
    past = scale_output(scaler, feature, targets[:, output])
    own = scale_targets(scaler, targets)[:, output]
    slope, intercept = np.polyfit(past, own, 1)
    return float(slope), float(intercept)
