"""The range of each column, and the map from ranges to given bounds."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from skseq._estimator.warnings import warn_once
from skseq._series.tolerance import are_close
from skseq._validation.numbers import listed
from skseq.exceptions import RangeWarning


@dataclass(frozen=True, eq=False)
class Ranges:
    """The range of each column, and the bounds that all are mapped onto.

    Attributes
    ----------
    low, high : ndarray of shape (n_columns,)
    bounds : tuple of float (low, high)
    labels : list
        Names of the columns in errors.
    """

    low: np.ndarray
    high: np.ndarray
    bounds: tuple
    labels: list

    def scale(self, array):
        """Map the ranges onto the bounds. Columns are the last axis of the array."""
        # In float64, in which no difference of two float32 numbers overflows.
        fraction = np.subtract(array, self.low, dtype=np.float64)
        fraction /= self._divisor()
        return interpolate(fraction, *self.bounds).astype(array.dtype, copy=False)

    def unscale(self, array):
        """Map the bounds onto the ranges: undo `scale`."""
        low, high = self.bounds
        fraction = np.subtract(array, low, dtype=np.float64)
        fraction /= high - low
        restored = interpolate(fraction, self.low, self.high)
        return restored.astype(array.dtype, copy=False)

    def warn_about_constants(self, array):
        """Warn, once, if a column that was constant in fit has another value."""
        constant = np.flatnonzero(np.isinf(self._divisor()))
        if not len(constant):
            return
        values = array[..., constant].reshape(-1, len(constant))
        fitted = self.low[np.newaxis, constant]
        is_outside = (values < fitted) | (values > self.high[constant])  # not if NaN
        differs = is_outside & ~are_close(values, fitted)
        if not differs.any():
            return
        row, number = np.argwhere(differs)[0]
        warn_once(
            self,
            f"Column {self.labels[constant[number]]!r} of X was constant in fit "
            f"({fitted[0, number]:.6g}), but now it is {values[row, number]:.6g}. All "
            "values of such a column are scaled to the lower bound, so predictions do "
            "not depend on it. Fit on rows in which it varies, or drop it.",
            RangeWarning,
        )

    def factor_and_offset(self):
        """Return the factor and the offset that `scale` applies."""
        factor = (self.bounds[1] - self.bounds[0]) / self._divisor()
        return factor, self.bounds[0] - self.low * factor

    def _divisor(self):
        """Return high - low, or infinity for constant columns, to map all values to 0.

        A range so small that the factor would overflow counts as constant.
        """
        span = self.high - self.low
        smallest = np.finfo(np.float64).tiny * (self.bounds[1] - self.bounds[0])
        return np.where(span > smallest, span, np.inf)


def interpolate(fraction, low, high):
    """Map 0 to low and 1 to high, both exactly; works in place."""
    # Each value is computed from the nearer end, because low + (high - low) may differ
    # from high by rounding.
    is_upper = fraction >= 0.5
    fraction -= is_upper
    fraction *= high - low
    np.add(fraction, high, out=fraction, where=is_upper)
    np.add(fraction, low, out=fraction, where=~is_upper)
    return fraction


def check_bounds(feature_range):
    """Convert ``feature_range`` to two floats, or raise if it is invalid."""
    are_numbers = all(isinstance(bound, Real) for bound in feature_range)
    if are_numbers and len(feature_range) == 2:
        low, high = map(float, feature_range)
        if low < high and np.isfinite(high - low):
            return low, high
    raise ValueError(
        "feature_range must be a pair (low, high) of finite numbers with low < high; "
        f"got {feature_range!r}. Use (0, 1) or (-1, 1), for example."
    )


def find_ranges(array, bounds, names, *, owner):
    """Find the range of each column, ignoring NaN; raise for a column of NaN alone.

    Parameters
    ----------
    array : ndarray of shape (..., n_columns)
    bounds : tuple of float (low, high)
    names : list or None
    owner : {"X", "y"}
    """
    labels = names or list(range(array.shape[-1]))
    rows = tuple(range(array.ndim - 1))
    # fmin and fmax ignore NaN; they return NaN only for a column of NaN.
    low = np.fmin.reduce(array, axis=rows).astype(np.float64)
    high = np.fmax.reduce(array, axis=rows).astype(np.float64)
    if np.isnan(low).any():
        unknown = [labels[column] for column in np.flatnonzero(np.isnan(low))]
        raise ValueError(
            f"Each column of {owner} must contain a number, which gives its range, but "
            f"these contain only NaN: {listed(unknown)}. Drop or fill them."
        )
    return Ranges(low, high, bounds, labels)
