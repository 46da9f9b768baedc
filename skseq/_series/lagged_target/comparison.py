"""One column and one target, compared at many lags."""

from dataclasses import dataclass

import numpy as np

from skseq._series.lagged_target.affine_map import (
    UnitRange,
    between_unit_ranges,
    follow_map,
    has_few_values,
    map_through_extremes,
    may_be_images,
    may_follow_maps,
)

MAX_LAG = 1000
"""The target is looked for at most this many steps before its row."""

MIN_COMPARED = 3
"""Fewer rows than this may be equal by chance."""


N_SPREAD = 32
"""Rows, spread evenly, on which all lags are compared first."""

N_CHANGES = 16
"""Changes of the target, the largest ones, on which all lags are compared first."""


@dataclass(frozen=True)
class LagRules:
    """What counts as the lagged target.

    Attributes
    ----------
    lags : array-like of int, default=None
        Ascending and not negative; 0 means that the column is the target at its own
        row. By default from 1 to half of the rows, at most `MAX_LAG`.
    maps : list of (slope, intercept), default=None
        Maps from column to target that are tried first, at all lags. By default those
        that undo no scaling and the usual scalings.
    any_map : bool, default=True
        Whether any other increasing affine map will do as well.
    min_compared : float, default=MIN_COMPARED
        Rows in which column and target must both be known.
    few_values : bool, default=False
        Whether a map may be fitted to a target of two values.
    """

    lags: np.ndarray | None = None
    maps: list | None = None
    any_map: bool = True
    min_compared: float = MIN_COMPARED
    few_values: bool = False


class TargetAtLags:
    """A target, some steps before the rows of a column.

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
        rows = np.flatnonzero(~np.isnan(target.values[:-1]))
        values = target.values[rows]
        first_change = rows[(values != values[0]).argmax()]
        # At a greater lag only rows before the first change are seen: a constant.
        self.lags = lags[lags <= steps[-1] - steps[first_change]]
        self.first_rows = _informative(rows, values)
        self.first_pairs = self.pairs(self.lags, target_rows=self.first_rows)

    def pairs(self, lags, *, target_rows=None, column_rows=None):
        """Pair rows of the target with the rows of the column that follow by each lag.

        Parameters
        ----------
        lags : ndarray of int of shape (n_lags,)
        target_rows, column_rows : ndarray of int of shape (n_pairs,)
            One of the two.

        Returns
        -------
        column_rows, target_rows : ndarray of int, to shape (n_lags, n_pairs)
            -1 where there is no such row.
        """
        if column_rows is None:
            later = self._rows_at(target_rows, lags[:, np.newaxis])
            return later, np.broadcast_to(target_rows, later.shape)
        earlier = self._rows_at(column_rows, -lags[:, np.newaxis])
        return np.broadcast_to(column_rows, earlier.shape), earlier

    def _rows_at(self, rows, shifts):
        """Return the rows some steps from others, -1 where there are none."""
        n_rows = len(self.steps)
        if self.is_regular:  # saves the search where rows are one step apart
            found = rows + shifts
            return np.where((found >= 0) & (found < n_rows), found, -1)
        wanted = self.steps[rows] + shifts
        found = np.searchsorted(self.steps, wanted)
        found[found == n_rows] = 0
        return np.where(self.steps[found] == wanted, found, -1)

    def at_lag(self, column, lag):
        """Return all that can be compared at one lag.

        Parameters
        ----------
        column : UnitRange
        lag : int

        Returns
        -------
        column_rows, target_rows : ndarray of int of shape (n_compared,)
        """
        rows = np.arange(len(self.steps))
        if self.is_regular:
            later, rows = rows[lag:], rows[: len(rows) - lag]
        else:
            later = self._rows_at(rows, lag)
        known = ~np.isnan(column.values[later] + self.target.values[rows])
        return later[known], rows[known]


@dataclass(frozen=True, eq=False)
class ColumnComparison:
    """A column and a target at many lags.

    Attributes
    ----------
    column : UnitRange
    at_lags : TargetAtLags
    rules : LagRules
    """

    column: UnitRange
    at_lags: TargetAtLags
    rules: LagRules

    def possible_lags(self):
        """Return the lags at which an increasing affine map may hold."""
        lags = self.at_lags.lags
        return self._still_possible(lags, None, self.at_lags.first_pairs)

    def find_by_maps(self, maps, candidates):
        """Find the smallest lag at which one of some maps holds.

        Parameters
        ----------
        maps : list of (slope, intercept)
        candidates : ndarray of int
            Lags to look at, ascending.

        Returns
        -------
        found : (lag, slope, intercept) or None
        """
        unit_maps, maps = between_unit_ranges(maps, self.column, self.at_lags.target)
        # What fits by any map need not fit by these: the same rows tell more now.
        pairs = self.at_lags.pairs(candidates, target_rows=self.at_lags.first_rows)
        candidates = self._still_possible(candidates, unit_maps, pairs)
        while len(candidates):
            lag, candidates = int(candidates[0]), candidates[1:]
            rows = self._comparable(lag)
            if rows is None:
                continue
            worst = []
            for affine, unit_map in zip(maps, unit_maps, strict=True):
                place, follows = self._follow(rows, unit_map)
                if follows:
                    return lag, *affine
                worst.append(place)
            candidates = self._without_refuted(candidates, rows, worst, unit_maps)
        return None

    def find_by_any_map(self, candidates):
        """List the smallest lags at which an increasing affine map holds.

        Parameters
        ----------
        candidates : ndarray of int
            Lags to look at, ascending.

        Returns
        -------
        found : list of (lag, lowest, highest)
            With the pairs of rows that the map goes through, as (row of the column, row
            of the target). None, one, or two where lags differ in their map.
        """
        found, first_map = [], None
        # Two lags with different maps show that the lag cannot be known.
        while len(candidates) and len(found) < 2:
            lag, candidates = int(candidates[0]), candidates[1:]
            rows = self._comparable(lag)
            if rows is None:
                continue
            later, earlier = rows
            past = self.at_lags.target.values[earlier]
            if has_few_values(past) and not self.rules.few_values:
                continue
            low, high, affine = map_through_extremes(self.column.values[later], past)
            worst, follows = low, False
            if affine is not None:
                worst, follows = self._follow(rows, affine)
            if not follows:
                places = [low, high, worst]
                candidates = self._without_refuted(candidates, rows, places, None)
            # A periodic target has the same map at many lags: the first is meant.
            elif first_map is None or self._are_different(affine, first_map):
                first_map = affine
                ends = [(int(later[n]), int(earlier[n])) for n in (low, high)]
                found.append((lag, *ends))
        return found

    def _still_possible(self, lags, maps, pairs):
        """Return the lags that some pairs of rows do not rule out."""
        column_rows, target_rows = pairs
        values = self.column.values[column_rows]
        pasts = self.at_lags.target.values[target_rows]
        errors = self.column.error, self.at_lags.target.error
        if maps is None:
            return lags[may_be_images(values, pasts, *errors)]
        return lags[may_follow_maps(values, pasts, maps, *errors)]

    def _without_refuted(self, lags, rows, places, maps):
        """Return the lags that the pairs which ruled one out do not rule out too.

        A single odd value may be in the column or in the target, so each side is paired
        with what stands at the other lags on the other side.
        """
        later, earlier = rows
        by_column = self.at_lags.pairs(lags, column_rows=later[places])
        lags = self._still_possible(lags, maps, by_column)
        by_target = self.at_lags.pairs(lags, target_rows=earlier[places])
        return self._still_possible(lags, maps, by_target)

    def _comparable(self, lag):
        """Return the rows to compare at a lag; None if they are few or a constant."""
        later, earlier = self.at_lags.at_lag(self.column, lag)
        past = self.at_lags.target.values[earlier]
        if len(past) < self.rules.min_compared or (past == past[0]).all():
            return None
        return later, earlier

    def _follow(self, rows, affine):
        later, earlier = rows
        target = self.at_lags.target
        values, past = self.column.values[later], target.values[earlier]
        return follow_map(values, past, affine, self.column, target)

    def _are_different(self, one, other):
        """Say whether two maps differ, at either end of the column, beyond rounding."""
        error = 10 * (self.at_lags.target.error + one[0] * self.column.error)
        at_low, at_high = one[1] - other[1], sum(one) - sum(other)
        return max(abs(at_low), abs(at_high)) > error


def _informative(rows, values):
    """Choose rows of a target: spread evenly, around the largest changes and the first.

    Where a target is nearly always the same, evenly spread rows show it nowhere else.
    """
    if len(rows) <= 2 * N_SPREAD:
        return rows
    spread = np.linspace(0, len(rows) - 1, N_SPREAD).astype(int)
    changes = np.abs(np.diff(values))
    n_changes = min(N_CHANGES, len(changes))
    largest = np.argpartition(changes, -n_changes)[-n_changes:]
    first = (changes > 0).argmax()
    return rows[np.unique([*spread, *largest, *(largest + 1), first, first + 1])]
