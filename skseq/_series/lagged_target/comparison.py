"""Compare one column with one target at many lags."""

from dataclasses import dataclass

import numpy as np

from skseq._series.cutting import rows_at
from skseq._series.lagged_target.affine_map import (
    UnitRange,
    compare_map,
    has_few_values,
    map_through_extremes,
    maps_between_unit_ranges,
    may_fit_any_map,
    may_fit_maps,
)

MAX_LAG = 1000
"""Largest lag that is searched, in steps."""

MAX_LAG_OF_TABLE = 24
"""Largest lag that is searched in the columns of a table: two years of months."""

MIN_COMPARED = 3
"""Fewer rows than this may be equal by chance."""

N_SPREAD = 32
"""Number of evenly spread rows on which all lags are compared first."""

N_CHANGES = 16
"""Number of the largest changes of the target on which all lags are compared first."""


@dataclass(frozen=True)
class LagRules:
    """Which columns count as the lagged target.

    Attributes
    ----------
    lags : array-like of int, default=None
        Ascending and not negative; 0 means that the column is the target at its own
        row. By default from 1 to half of the rows, at most `MAX_LAG`.
    maps : list of (slope, intercept), default=None
        Maps from column to target that are tried first, at all lags. By default those
        of `usual_maps`.
    any_map : bool, default=True
        Whether any other increasing affine map is accepted as well.
    min_compared : float, default=MIN_COMPARED
        Minimum number of rows in which column and target are both known.
    few_values : bool, default=False
        Whether another map is accepted even if the target has only two values.
    """

    lags: np.ndarray | None = None
    maps: list | None = None
    any_map: bool = True
    min_compared: float = MIN_COMPARED
    few_values: bool = False


class TargetAtLags:
    """A target and its row numbers at many lags.

    Parameters
    ----------
    target : UnitRange
    steps : ndarray of int of shape (n_rows,)
        Strictly ascending.
    lags : ndarray of int
        Ascending.
    """

    def __init__(self, target, steps, lags):
        self.target = target
        self.steps = steps
        self.is_regular = bool(steps[-1] - steps[0] == len(steps) - 1)
        values = target.at(np.arange(len(steps)))
        rows = np.flatnonzero(~np.isnan(values))
        values = values[rows]
        first_change = rows[(values != values[0]).argmax()]
        # At larger lags only rows before the first change remain: a constant target.
        lags = lags[lags <= steps[-1] - steps[first_change]]
        # All distances of rows are multiples of this number. It is 1 in a series, and
        # large where windows do not overlap.
        self.lags = lags[lags % np.gcd.reduce(np.diff(steps)) == 0]
        self.first_rows = _informative(rows, values)
        self.first_pairs = self.with_column_rows(self.lags, self.first_rows)

    def with_column_rows(self, lags, target_rows):
        """Pair rows of the target with the row of the column that follows by each lag.

        Return rows of the column and of the target, of shape (n_lags, n_rows), -1 where
        there is none.
        """
        later = self._rows_at(target_rows, lags[:, np.newaxis])
        return later, np.broadcast_to(target_rows, later.shape)

    def with_target_rows(self, lags, column_rows):
        """Pair rows of the column with earlier rows, as `with_column_rows` does."""
        earlier = self._rows_at(column_rows, -lags[:, np.newaxis])
        return np.broadcast_to(column_rows, earlier.shape), earlier

    def _rows_at(self, rows, distances):
        if not self.is_regular:
            return rows_at(self.steps, rows, distances)
        found = rows + distances  # without gaps no search is needed
        return np.where((found >= 0) & (found < len(self.steps)), found, -1)

    def at_lag(self, column, lag):
        """Return the rows and values of column and target that one lag compares.

        Return (column rows, target rows), values of the column, values of the target.
        """
        rows = np.arange(len(self.steps))
        if self.is_regular:
            later, rows = rows[lag:], rows[: len(rows) - lag]
        else:
            later = rows_at(self.steps, rows, lag)
        values, lagged = column.at(later), self.target.at(rows)
        known = ~np.isnan(values + lagged)
        return (later[known], rows[known]), values[known], lagged[known]


@dataclass(frozen=True, eq=False)
class ColumnComparison:
    """A column and a target at many lags."""

    column: UnitRange
    at_lags: TargetAtLags
    rules: LagRules

    def possible_lags(self):
        """Return the lags that the first pairs of rows do not rule out for all maps."""
        lags = self.at_lags.lags
        return self._still_possible(lags, None, self.at_lags.first_pairs)

    def find_by_maps(self, maps, candidates):
        """Find the smallest of ascending lags at which one of some maps holds.

        Return (lag, slope, intercept) or None.
        """
        target = self.at_lags.target
        unit_maps = maps_between_unit_ranges(maps, self.column, target)
        # The same pairs rule out more lags for given maps than for any map.
        pairs = self.at_lags.with_column_rows(candidates, self.at_lags.first_rows)
        candidates = self._still_possible(candidates, unit_maps, pairs)
        while len(candidates):
            lag, candidates = int(candidates[0]), candidates[1:]
            rows, *values = self.at_lags.at_lag(self.column, lag)
            if not self._is_comparable(values[1]):
                continue
            worst = []
            for affine, unit_map in zip(maps, unit_maps, strict=True):
                place, holds = compare_map(*values, unit_map, self.column, target)
                if holds:
                    return lag, *affine
                worst.append(place)
            candidates = self._rule_out(candidates, rows, worst, unit_maps)
        return None

    def find_by_any_map(self, candidates):
        """List the smallest of ascending lags at which an increasing affine map holds.

        Returns
        -------
        found : list of (lag, lowest, highest)
            Each with the two pairs of rows that define its map, as (row of the column,
            row of the target). At most two; two if their maps differ.
        """
        found, first_map, target = [], None, self.at_lags.target
        # Two lags with different maps already show that the lag is ambiguous.
        while len(candidates) and len(found) < 2:
            lag, candidates = int(candidates[0]), candidates[1:]
            rows, values, lagged = self.at_lags.at_lag(self.column, lag)
            if not self._is_comparable(lagged):
                continue
            if has_few_values(lagged) and not self.rules.few_values:
                continue
            low, high, affine = map_through_extremes(values, lagged)
            worst, holds = low, False
            if affine is not None:
                worst, holds = compare_map(values, lagged, affine, self.column, target)
            if not holds:
                places = [low, high, worst]
                candidates = self._rule_out(candidates, rows, places, None)
            # A periodic target has the same map at many lags: the smallest one counts.
            elif first_map is None or self._are_different(affine, first_map):
                first_map = affine
                ends = [tuple(int(of[n]) for of in rows) for n in (low, high)]
                found.append((lag, *ends))
        return found

    def _still_possible(self, lags, maps, pairs):
        """Return the lags that pairs of rows do not rule out."""
        column_rows, target_rows = pairs
        values = self.column.at(column_rows)
        lagged = self.at_lags.target.at(target_rows)
        errors = self.column.error, self.at_lags.target.error
        if maps is None:
            return lags[may_fit_any_map(values, lagged, *errors)]
        return lags[may_fit_maps(values, lagged, maps, *errors)]

    def _rule_out(self, lags, rows, places, maps):
        """Remove the lags that fail at the same rows as a lag that was ruled out.

        The unusual value may be in the column or in the target, so the row of each side
        is paired with the rows of the other side at all lags.
        """
        later, earlier = (of[places] for of in rows)
        pairs = self.at_lags.with_target_rows(lags, later)
        lags = self._still_possible(lags, maps, pairs)
        pairs = self.at_lags.with_column_rows(lags, earlier)
        return self._still_possible(lags, maps, pairs)

    def _is_comparable(self, lagged):
        """Return whether there are enough values of a target that is not constant."""
        is_enough = len(lagged) >= self.rules.min_compared
        return is_enough and (lagged != lagged[0]).any()

    def _are_different(self, one, other):
        """Return whether two maps differ, at an end of the column, beyond rounding."""
        # Ten times: both maps go through two rounded points each.
        error = 10 * (self.at_lags.target.error + one[0] * self.column.error)
        at_low, at_high = one[1] - other[1], sum(one) - sum(other)
        return max(abs(at_low), abs(at_high)) > error


def _informative(rows, values):
    """Choose rows of a target: evenly spread, and around the largest changes.

    A target that is nearly always constant may vary in none of the evenly spread rows.
    """
    if len(rows) <= 2 * N_SPREAD:
        return rows
    spread = np.linspace(0, len(rows) - 1, N_SPREAD).astype(int)
    changes = np.abs(np.diff(values))
    n_changes = min(N_CHANGES, len(changes))
    largest = np.argpartition(changes, -n_changes)[-n_changes:]
    # `TargetAtLags` limits the lags by the first change, so it must be among them.
    first = (changes > 0).argmax()
    return rows[np.unique([*spread, *largest, *(largest + 1), first, first + 1])]
