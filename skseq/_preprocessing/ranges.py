"""The range of each column, and the arithmetic that maps it onto given bounds."""

from contextlib import suppress
from dataclasses import dataclass
from numbers import Real

import numpy as np

from skseq._validation.numbers import listed


@dataclass(frozen=True, eq=False)
class Ranges:
    """The range of each column, and the bounds that all are mapped onto.

    Attributes
    ----------
    low, high : ndarray of shape (n_columns,)
    bounds : tuple of float (low, high)
    labels : list
        What errors call the columns.
    """

    low: np.ndarray
    high: np.ndarray
    bounds: tuple
    labels: list

    def scale(self, array):
        """Map the ranges onto the bounds; columns are the last axis."""
        with np.errstate(over="ignore", invalid="ignore"):
            share = np.subtract(array, self.low, dtype=np.float64)
            share /= self._divisor()
            scaled = interpolate(share, *self.bounds).astype(array.dtype, copy=False)
        self._refuse_overflow(array, scaled)
        return scaled

    def unscale(self, array):
        """Map the bounds onto the ranges."""
        low, high = self.bounds
        with np.errstate(over="ignore", invalid="ignore"):
            share = np.subtract(array, low, dtype=np.float64)
            share /= high - low
            restored = interpolate(share, self.low, self.high).astype(
                array.dtype, copy=False
            )
        self._refuse_overflow(array, restored)
        return restored

    def factor_and_offset(self):
        """Return what `scale` multiplies by and adds."""
        factor = (self.bounds[1] - self.bounds[0]) / self._divisor()
        return factor, self.bounds[0] - self.low * factor

    def _divisor(self):
        """Return high - low, but infinity for constants: it sends all values to 0."""
        span = self.high - self.low
        with np.errstate(divide="ignore", over="ignore"):
            factor = (self.bounds[1] - self.bounds[0]) / span
        return np.where(np.isinf(factor), np.inf, span)

    def _refuse_overflow(self, array, result):
        finite = np.isfinite(result)
        if finite.all() or (finite | np.isnan(array)).all():
            return
        row, *_, column = cell = tuple(np.argwhere(~finite & ~np.isnan(array))[0])
        raise ValueError(
            f"Scaling the value {array[cell]} in row {row}, column "
            f"{self.labels[column]!r} leaves the range of {result.dtype}: it is too "
            f"far from the values in fit ({self.low[column]} to {self.high[column]}, "
            f"mapped onto {self.bounds}). Mend the value, or fit on rows like it."
        )


def interpolate(share, low, high):
    """Go a share of the way from low to high, in place, and meet both ends exactly.

    The way is measured from the nearer end: low + (high - low) need not be high.
    """
    is_upper = share >= 0.5
    share -= is_upper
    share *= high - low
    share += np.where(is_upper, high, low)
    return share


def check_bounds(feature_range):
    """Turn ``feature_range`` into two floats.

    Raises
    ------
    ValueError
        If it is not a pair low < high of finite numbers.
    """
    are_numbers = all(isinstance(bound, Real) for bound in feature_range)
    if are_numbers and len(feature_range) == 2:
        with suppress(OverflowError):
            low, high = map(float, feature_range)
            if low < high and np.isfinite(high - low):
                return low, high
    raise ValueError(
        "feature_range must be a pair (low, high) of finite numbers, low below high; "
        f"got {feature_range!r}. The usual ones are (0, 1) and (-1, 1)."
    )


def find_ranges(array, bounds, names, *, owner):
    """Find the range of each column, NaN aside.

    Parameters
    ----------
    array : ndarray of shape (..., n_columns)
    bounds : tuple of float (low, high)
    names : list or None
    owner : {"X", "y"}

    Raises
    ------
    ValueError
        If a column holds only NaN, or its extremes are too far apart.
    """
    labels = names or list(range(array.shape[-1]))
    rows = tuple(range(array.ndim - 1))
    low = np.fmin.reduce(array, axis=rows).astype(np.float64)
    high = np.fmax.reduce(array, axis=rows).astype(np.float64)
    if np.isnan(low).any():
        unknown = [labels[column] for column in np.flatnonzero(np.isnan(low))]
        raise ValueError(
            f"{owner} holds only NaN in column(s) {listed(unknown)}, which leaves no "
            "range to scale by. Drop or fill them."
        )
    with np.errstate(over="ignore"):
        is_wide = np.isinf(high - low)
    if is_wide.any():
        column = np.flatnonzero(is_wide)[0]
        raise ValueError(
            f"{owner} reaches from {low[column]} to {high[column]} in column "
            f"{labels[column]!r}, a distance beyond float64. Divide it by a constant."
        )
    return Ranges(low, high, bounds, labels)
