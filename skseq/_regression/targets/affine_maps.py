"""The affine map of each target that a scaler applies, if it is affine."""

import numpy as np

from skseq._regression.targets.scaling import scale_targets

# Scalers that compute in float32 are off by rounding of about 1e-7 for each operation.
AFFINE_TOLERANCE = 1e-5
"""Largest distance of a scaler from an affine map, relative to the scaled range."""

ROWS_PER_BLOCK = 4096
"""Number of rows that are scaled at once to find out whether a scaler is affine."""


def affine_maps(targets, scaler):
    """Return the affine map that a scaler applies to each target.

    Parameters
    ----------
    targets : ndarray of shape (n_rows, n_outputs)
    scaler : fitted transformer or None

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
        for before, after in (scale_pair(targets[rows], scaler) for rows in extremes)
    )
    varies = low < high
    slopes = (scaled_high - scaled_low) / np.where(varies, high - low, 1)
    intercepts = scaled_low - slopes * low
    distances = np.zeros(len(outputs))
    # In blocks, because targets of many steps take much memory.
    for start in range(0, len(targets), ROWS_PER_BLOCK):
        block = targets[start : start + ROWS_PER_BLOCK]
        before, after = scale_pair(block, scaler)
        of_block = np.abs(slopes * before + intercepts - after).max(axis=0)
        distances = np.maximum(distances, of_block)
    largest = AFFINE_TOLERANCE * np.abs(scaled_high - scaled_low)
    is_affine = varies & (distances <= largest)
    maps = list(zip(slopes.tolist(), intercepts.tolist(), strict=True))
    return [maps[output] if is_affine[output] else None for output in outputs]


def scale_pair(targets, scaler):
    """Return targets in float64, not scaled and scaled."""
    before = targets.astype(np.float64)
    return before, np.asarray(scale_targets(scaler, targets), dtype=np.float64)
