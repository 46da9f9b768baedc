"""Increasing affine maps between two columns of numbers, up to rounding.

Both sides are compared on their unit range, from 0 for the smallest value to 1 for the
largest, so that no product of differences is too large or too small for float64.
"""

from dataclasses import dataclass

import numpy as np

from skseq._series.tolerance import EPS_OF_SIZE, rounding_of

IDENTITY = (1.0, 0.0)

MAX_SIZE_ROUNDING = 0.01
"""If rounding of large values exceeds this fraction of the range, it is not tolerated.

Otherwise any two columns would count as equal.
"""

FILTER_SLACK = 4
"""Factor by which the first comparison is more tolerant than the final one.

A map through two rounded points can be off by twice their rounding errors.
"""


@dataclass(frozen=True, eq=False)
class UnitRange:
    """A column of numbers that is mapped onto the range from 0 to 1 where it is read.

    Attributes
    ----------
    numbers : ndarray of float of shape (n_rows,)
        Not mapped; NaN where unknown. Mapped copies of all columns of a large table
        would need several times its memory.
    dtype : dtype
        Numbers are rounded to it first.
    low, span : float
        The numbers were ``low + span * values``.
    rounding : float
        Relative rounding error: differences up to this fraction of a spread count as
        zero.
    by_size : float
        Absolute rounding error that comes from the size of the original numbers.
    """

    numbers: np.ndarray
    dtype: np.dtype
    low: float
    span: float
    rounding: float
    by_size: float

    @classmethod
    def of(cls, values, known, dtype, coarser):
        """Map a column onto its unit range.

        Return None if all values are equal, or too large for the dtype.

        Parameters
        ----------
        values : ndarray of float of shape (n_rows,)
            NaN where unknown.
        known : ndarray of bool of shape (n_rows,), or None
            Other rows are unknown as well.
        dtype : dtype
            Values are rounded to it first.
        coarser : dtype
            The less precise dtype of the two columns that are compared.
        """
        if known is not None:
            values = np.where(known, values, np.nan)
        low, high = float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
        size = max(-low, high)
        if not low < high or size > np.finfo(dtype).max / 4:
            return None
        low, high = float(dtype.type(low)), float(dtype.type(high))
        if low == high:  # the values differ only by less than the rounding
            return None
        span = high - low
        by_size = EPS_OF_SIZE * float(np.finfo(coarser).eps) * (size / span)
        by_size = by_size if by_size < MAX_SIZE_ROUNDING else 0.0
        return cls(values, dtype, low, span, rounding_of(coarser), by_size)

    def at(self, rows):
        """Return the values of some rows, from 0 to 1.

        They are NaN where unknown, and for -1, which means no row.
        """
        values = self.numbers[rows].astype(self.dtype, copy=False).astype(np.float64)
        values[rows < 0] = np.nan
        return (values - self.low) / self.span

    @property
    def error(self):
        """Total rounding error of a value on the unit range."""
        return self.rounding + self.by_size


def usual_maps(target):
    """List the maps (slope, intercept) that undo the usual scalings of the target.

    These are: no scaling, min-max scaling to (0, 1) and to (-1, 1), standardization.
    The target, which is not constant, has all rows that a scaler may be fitted on.
    """
    target = target.astype(np.float64)
    low, span = float(target.min()), float(np.ptp(target))
    # On the unit range, so that the squares of large numbers stay finite.
    unit = (target - low) / span
    mean, deviation = low + span * float(unit.mean()), span * float(unit.std())
    return [IDENTITY, (span, low), (span / 2, low + span / 2), (deviation, mean)]


def maps_between_unit_ranges(maps, column, target):
    """Convert maps (slope, intercept) from column to target to their unit ranges."""
    return [
        (
            slope * (column.span / target.span),
            (slope * column.low + intercept - target.low) / target.span,
        )
        for slope, intercept in maps
    ]


def may_fit_maps(values, lagged, maps, error_of_values, error_of_lagged):
    """Return at which lags one of some maps may hold, also where no pair is known.

    Parameters
    ----------
    values, lagged : ndarray of shape (n_lags, n_pairs)
        On their unit ranges; NaN where unknown.
    maps : list of (slope, intercept)
        Between the unit ranges.
    error_of_values, error_of_lagged : float
    """
    may_fit = np.zeros(len(values), dtype=bool)
    for slope, intercept in maps:
        deviation = np.fmax.reduce(np.abs(slope * values + intercept - lagged), axis=1)
        allowed = FILTER_SLACK * (error_of_lagged + slope * error_of_values)
        may_fit |= ~(deviation > allowed)  # True for NaN as well
    return may_fit


def may_fit_any_map(values, lagged, error_of_values, error_of_lagged):
    """Return at which lags any increasing affine map may hold; see `may_fit_maps`.

    Also True if both sides are constant.
    """
    unknown = np.isnan(values) | np.isnan(lagged)
    lags = np.arange(len(lagged))
    # The map through the lowest and the highest value of the target must fit all pairs.
    lowest = np.where(unknown, np.inf, lagged).argmin(axis=1)
    highest = np.where(unknown, -np.inf, lagged).argmax(axis=1)
    spread = lagged[lags, highest] - lagged[lags, lowest]
    rise = values[lags, highest] - values[lags, lowest]
    from_low = values - values[lags, lowest][:, np.newaxis]
    lagged_from_low = lagged - lagged[lags, lowest][:, np.newaxis]
    # Multiplied instead of divided by the rise, which may be 0.
    products = from_low * spread[:, np.newaxis] - lagged_from_low * rise[:, np.newaxis]
    deviation = np.fmax.reduce(np.abs(products), axis=1)
    allowed = error_of_values * spread + error_of_lagged * np.abs(rise)
    fits = (rise > 0) & (deviation <= FILTER_SLACK * allowed)
    change = np.fmax.reduce(np.abs(np.where(unknown, np.nan, from_low)), axis=1)
    are_constant = (spread <= FILTER_SLACK * error_of_lagged) & (
        change <= FILTER_SLACK * error_of_values
    )
    return fits | are_constant | unknown.all(axis=1)


def compare_map(values, lagged, affine, column, target):
    """Return where a map is off the most, and whether rounding explains the deviation.

    Parameters
    ----------
    values, lagged : ndarray of shape (n_compared,)
        On their unit ranges.
    affine : (slope, intercept)
        Between the unit ranges.
    column, target : UnitRange

    Returns
    -------
    worst : int
        Number of the compared pair.
    holds : bool
    """
    slope, intercept = affine
    deviation = np.abs(slope * values + intercept - lagged)
    worst = int(deviation.argmax())
    spread = float(lagged.max() - lagged.min())
    # As in `UnitRange.of`: no tolerance for the size if the rows compared vary so
    # little that it would hide their differences.
    by_size = target.by_size + slope * column.by_size
    allowed = target.rounding * spread
    allowed += by_size if by_size < MAX_SIZE_ROUNDING * spread else 0.0
    return worst, bool(deviation[worst] <= allowed)


def map_through_extremes(values, lagged):
    """Return the map through the lowest and the highest value of the target.

    Returns
    -------
    lowest, highest : int
        Numbers of the compared pairs.
    affine : (slope, intercept) or None
        None if the map does not increase.
    """
    lowest, highest = int(lagged.argmin()), int(lagged.argmax())
    rise = float(values[highest] - values[lowest])
    if rise <= 0:
        return lowest, highest, None
    slope = float(lagged[highest] - lagged[lowest]) / rise
    intercept = float(lagged[lowest]) - slope * float(values[lowest])
    return lowest, highest, (slope, intercept)


def has_few_values(lagged):
    """Return whether an array has at most two distinct values.

    An affine map can match any two values with any two others.
    """
    return not ((lagged != lagged.min()) & (lagged != lagged.max())).any()
