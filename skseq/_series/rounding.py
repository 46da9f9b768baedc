"""How far equal numbers may be apart."""

import numpy as np

ROUNDING = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-5}
"""Relative differences below these count as equal."""


def are_close(a, b):
    """Compare cell by cell up to rounding, measured in the size of b's columns."""
    size = np.abs(b).max(axis=0, initial=0)
    with np.errstate(over="ignore"):
        return np.abs(a - b) <= coarser_rounding(a, b) * size


def coarser_rounding(a, b):
    """Return the tolerance of the less precise of two arrays."""
    return max(ROUNDING[a.dtype], ROUNDING[b.dtype])
