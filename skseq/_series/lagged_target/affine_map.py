"""Increasing affine maps between two columns of numbers, up to rounding.

Both sides are compared on their unit range, from 0 for the smallest value to 1 for the
largest, so that no difference or product of them is too large or too small for float64.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from skseq._series.rounding import ROUNDING

IDENTITY = (1.0, 0.0)

EPS_OF_SIZE = 8
"""Rounding steps that a scaler, its inverse and a change of dtype may add up to."""

MOST_BY_SIZE = 0.01
"""Above this part of the range, rounding by size would pass unequal columns."""

FILTER_SLACK = 4
"""A map through two rounded points errs up to twice as much as they do."""

MIN_DISTINCT = 3
"""Two values are always an affine image of two others."""


@dataclass(frozen=True, eq=False)
class UnitRange:
    """Numbers on their unit range, and how they got there.

    Attributes
    ----------
    values : ndarray of float64 of shape (n_rows + 1,)
        From 0 to 1, NaN where unknown; one NaN behind the last row, so that row -1
        means no row.
    low, span : float
        The numbers were ``low + span * values``.
    rounding : float
        Part of a spread below which differences count as none.
    by_size : float
        How far rounding may have moved a value because of its size.
    """

    values: np.ndarray
    low: float
    span: float
    rounding: float
    by_size: float

    @classmethod
    def of(cls, values, dtype, coarser):
        """Map numbers onto their unit range.

        Parameters
        ----------
        values : ndarray of float of shape (n_rows,)
            NaN where unknown.
        dtype : dtype
            What the values are rounded to before.
        coarser : dtype
            What they may have been rounded to by others.

        Returns
        -------
        unit_range : UnitRange or None
            None if there is no range, or differences would leave the dtype.
        """
        low, high = float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
        size = max(-low, high)
        if not low < high or size > np.finfo(dtype).max / 4:
            return None
        exact = np.append(values.astype(dtype), np.nan).astype(np.float64)
        low, high = np.fmin.reduce(exact), np.fmax.reduce(exact)
        if low == high:  # rounding took the differences away
            return None
        span = float(high - low)
        by_size = EPS_OF_SIZE * float(np.finfo(coarser).eps) * (size / span)
        # Where rounding would hide the differences, values must agree without it.
        by_size = by_size if by_size < MOST_BY_SIZE else 0.0
        return cls((exact - low) / span, float(low), span, ROUNDING[coarser], by_size)

    @property
    def error(self):
        """How far a value may be off in all."""
        return self.rounding + self.by_size


def usual_maps(target):
    """List the maps (slope, intercept) that undo no scaling and the usual scalings.

    These are none, min-max scaling to (0, 1) and to (-1, 1), and standardization.

    Parameters
    ----------
    target : ndarray of shape (n_rows,)
        All rows that a scaler upstream may have seen, not constant.
    """
    target = target.astype(np.float64)
    low, span = float(target.min()), float(np.ptp(target))
    # On the unit range, so that the squares of large numbers stay finite.
    unit = (target - low) / span
    mean, deviation = low + span * float(unit.mean()), span * float(unit.std())
    return [IDENTITY, (span, low), (span / 2, low + span / 2), (deviation, mean)]


def between_unit_ranges(maps, column, target):
    """Turn maps from column to target into maps between their unit ranges.

    Parameters
    ----------
    maps : list of (slope, intercept)
    column, target : UnitRange

    Returns
    -------
    unit_maps : list of (slope, intercept)
        Without those whose numbers leave float64.
    kept : list of (slope, intercept)
        The given maps that they stand for.
    """
    ratio = column.span / target.span
    unit_maps, kept = [], []
    for slope, intercept in maps:
        at_low = (slope * column.low + intercept - target.low) / target.span
        if isfinite(slope * ratio) and isfinite(at_low):
            unit_maps.append((slope * ratio, at_low))
            kept.append((slope, intercept))
    return unit_maps, kept


def may_follow_maps(values, pasts, maps, error_of_values, error_of_pasts):
    """Say which rows of pasts may follow from the values by one of some maps.

    Parameters
    ----------
    values, pasts : ndarray of shape (n_lags, n_pairs)
        On their unit ranges; NaN where unknown.
    maps : list of (slope, intercept)
        Between the unit ranges.
    error_of_values, error_of_pasts : float

    Returns
    -------
    may_follow : ndarray of bool of shape (n_lags,)
        True as well where nothing is known.
    """
    may_follow = np.zeros(len(values), dtype=bool)
    for slope, intercept in maps:
        deviation = np.fmax.reduce(np.abs(slope * values + intercept - pasts), axis=1)
        allowed = FILTER_SLACK * (error_of_pasts + slope * error_of_values)
        may_follow |= ~(deviation > allowed)
    return may_follow


def may_be_images(values, pasts, error_of_values, error_of_pasts):
    """Say which rows of pasts may be an increasing affine image of the values.

    Parameters
    ----------
    values, pasts : ndarray of shape (n_lags, n_pairs)
        On their unit ranges; NaN where unknown.
    error_of_values, error_of_pasts : float

    Returns
    -------
    may_be : ndarray of bool of shape (n_lags,)
        True as well where nothing is known, or where both are constant.
    """
    unknown = np.isnan(values) | np.isnan(pasts)
    lines = np.arange(len(pasts))
    lowest = np.where(unknown, np.inf, pasts).argmin(axis=1)
    highest = np.where(unknown, -np.inf, pasts).argmax(axis=1)
    run = pasts[lines, highest] - pasts[lines, lowest]
    rise = values[lines, highest] - values[lines, lowest]
    from_low = values - values[lines, lowest][:, np.newaxis]
    past_from_low = pasts - pasts[lines, lowest][:, np.newaxis]
    # Multiplied out instead of divided: a rise of 0 needs no case of its own.
    products = from_low * run[:, np.newaxis] - past_from_low * rise[:, np.newaxis]
    deviation = np.fmax.reduce(np.abs(products), axis=1)
    allowed = FILTER_SLACK * (error_of_values * run + error_of_pasts * np.abs(rise))
    follows = (rise > 0) & (deviation <= allowed)
    stays = np.fmax.reduce(np.abs(np.where(unknown, np.nan, from_low)), axis=1)
    both_stay = (run <= FILTER_SLACK * error_of_pasts) & (
        stays <= FILTER_SLACK * error_of_values
    )
    return follows | both_stay | unknown.all(axis=1)


def follow_map(values, past, affine, column, target):
    """Return where a map errs the most, and whether that is rounding alone.

    Parameters
    ----------
    values, past : ndarray of shape (n_compared,)
        On their unit ranges.
    affine : (slope, intercept)
        Between the unit ranges.
    column, target : UnitRange

    Returns
    -------
    worst : int
    follows : bool
    """
    slope, intercept = affine
    deviation = np.abs(slope * values + intercept - past)
    worst = int(deviation.argmax())
    spread = float(past.max() - past.min())
    by_size = target.by_size + slope * column.by_size
    allowed = target.rounding * spread
    allowed += by_size if by_size < MOST_BY_SIZE * spread else 0.0
    return worst, bool(deviation[worst] <= allowed)


def map_through_extremes(values, past):
    """Return the map through the lowest and the highest past, or None.

    Parameters
    ----------
    values, past : ndarray of shape (n_compared,)

    Returns
    -------
    lowest, highest : int
    affine : (slope, intercept) or None
        None if it does not increase, or if two values are all there are.
    """
    lowest, highest = int(past.argmin()), int(past.argmax())
    rise = float(values[highest] - values[lowest])
    if rise <= 0:
        return lowest, highest, None
    slope = float(past[highest] - past[lowest]) / rise
    return lowest, highest, (slope, float(past[lowest]) - slope * float(values[lowest]))


def has_few_values(past):
    """Say whether an array has fewer than `MIN_DISTINCT` values."""
    return not ((past != past.min()) & (past != past.max())).any()
