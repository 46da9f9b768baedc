"""The range of each column, and the arithmetic that maps it onto given bounds."""

from contextlib import suppress
from dataclasses import dataclass
from numbers import Real

import numpy as np

from skseq._validation.numbers import listed

LARGEST = float(np.finfo(np.float64).max)


def largest_value(dtype):
    """Return the largest value that is accepted.

    A quarter of what the dtype holds, so that no difference or sum of two leaves it.
    """
    return float(np.finfo(dtype).max) / 4


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
        width = self.bounds[1] - self.bounds[0]
        self._check_size(array, np.minimum(self._divisor(), width) / width)
        fraction = np.subtract(array, self.low, dtype=np.float64)
        fraction /= self._divisor()
        return interpolate(fraction, *self.bounds).astype(array.dtype, copy=False)

    def unscale(self, array):
        """Map the bounds onto the ranges: undo `scale`."""
        low, high = self.bounds
        self._check_size(
            array, (high - low) / np.maximum(self.high - self.low, high - low)
        )
        fraction = np.subtract(array, low, dtype=np.float64)
        fraction /= high - low
        restored = interpolate(fraction, self.low, self.high)
        return restored.astype(array.dtype, copy=False)

    def factor_and_offset(self):
        """Return what `scale` multiplies by and adds."""
        factor = (self.bounds[1] - self.bounds[0]) / self._divisor()
        return factor, self.bounds[0] - self.low * factor

    def _divisor(self):
        """Return high - low, but infinity for constants: it sends all values to 0.

        A range counts as constant if the factor that it would give leaves float64.
        """
        span = self.high - self.low
        smallest = 2 * (self.bounds[1] - self.bounds[0]) / LARGEST
        return np.where(span > smallest, span, np.inf)

    def _check_size(self, array, ratio):
        """Raise for a value that might leave the dtype when it is mapped.

        Parameters
        ----------
        array : ndarray of shape (..., n_columns)
        ratio : ndarray of shape (n_columns,)
            Distance of two values over that of what they are mapped onto, at most 1.
        """
        limit = largest_value(array.dtype) * ratio
        is_far = np.abs(array) > limit
        if not is_far.any():
            return
        row, *_, column = cell = tuple(np.argwhere(is_far)[0])
        raise ValueError(
            f"Scaling the value {array[cell]} in row {row}, column "
            f"{self.labels[column]!r} leaves the range of {array.dtype}: it is too "
            f"far from the values in fit ({self.low[column]} to {self.high[column]}, "
            f"mapped onto {self.bounds}). Correct the value, or fit on rows like it."
        )


def interpolate(fraction, low, high):
    """Map 0 to low and 1 to high in place, both exactly."""
    # From the nearer end: low + (high - low) need not be high.
    is_upper = fraction >= 0.5
    fraction -= is_upper
    fraction *= high - low
    fraction += np.where(is_upper, high, low)
    return fraction


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
        If a column holds only NaN, or values too large to take differences of.
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
    is_large = np.maximum(-low, high) > largest_value(array.dtype)
    if is_large.any():
        column = np.flatnonzero(is_large)[0]
        raise ValueError(
            f"{owner} reaches from {low[column]} to {high[column]} in column "
            f"{labels[column]!r}, and differences of such values may be beyond "
            f"{array.dtype}. Divide the column by a constant."
        )
    return Ranges(low, high, bounds, labels)
