"""Search for columns that contain the lagged target: find the lag and the scale.

A column contains the lagged target if an increasing linear function of it equals the
target some steps earlier, up to rounding, in all rows that can be compared. Lag and
scale are found from the data, so users do not have to pass the horizon, the lag of a
column, or the scaler of an earlier step.

All lags are first compared on a few pairs of rows. The lags that remain are compared on
all rows, one by one. The rows that rule out one lag are then tried on the remaining
lags. The time is therefore proportional to the number of rows, and not to rows times
lags, even if nearly all values are equal and most rows rule out nothing.
"""

from dataclasses import dataclass

import numpy as np

from skseq._series.lagged_target.affine_map import UnitRange, usual_maps
from skseq._series.lagged_target.comparison import (
    MAX_LAG,
    ColumnComparison,
    LagRules,
    TargetAtLags,
)

SAME_SCALE = 1e-4
"""Relative difference of two maps that are the same up to rounding in float32."""


@dataclass(frozen=True)
class LaggedTarget:
    """A column that contains the lagged target.

    Attributes
    ----------
    feature : int
        Position of the column.
    lag : int
        A row of the column contains the target of this many steps earlier.
    slope, intercept : float
        The target is ``slope * column + intercept``.
    is_even : bool, default=True
        Whether the steps of the column's windows are one row apart, as the lag is
        counted. If not, it is unknown how far apart they are.
    """

    feature: int
    lag: int
    slope: float
    intercept: float
    is_even: bool = True

    def is_like(self, other):
        """Return whether another column contains the target at the same scale."""
        ends = (self.slope, self.intercept), (other.slope, other.intercept)
        return bool(np.allclose(*ends, rtol=SAME_SCALE))


class AmbiguousLagError(ValueError):
    """A column fits the target at several lags, with a different map at each."""


class LagSearch:
    """Searches columns for lagged targets; can be reused for several targets.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        NaN where unknown.
    steps : ndarray of int of shape (n_rows,)
        Step number of each row, all different.
    known : ndarray of bool of shape (n_rows,), default=None
        Rows whose targets may be compared; by default all.
    known_columns : ndarray of bool of shape (n_rows,), default=None
        Rows whose columns may be compared; by default those of ``known``.
    sign : {1, -1}, default=1
        With -1 the negatives of the columns are searched.
    """

    def __init__(self, columns, steps, known=None, sign=1, known_columns=None):
        # No copy if the rows are in order, or in reverse order.
        is_reversed = len(steps) > 1 and steps[0] > steps[-1]
        order = slice(None, None, -1 if is_reversed else 1)
        if (np.diff(steps[order]) <= 0).any():
            order = np.argsort(steps)
        self._order = order
        self._columns, self._sign = columns, sign
        self._steps = steps[order]
        self._known = None if known is None else known[order]
        self._known_columns = self._known
        if known_columns is not None:
            self._known_columns = known_columns[order]

    def find(self, target, rules=None, *, features=None):
        """Find the columns that contain a lagged target, each at its smallest lag.

        Return a list of `LaggedTarget`, the smallest lag first. A constant column or
        target is never found.

        Parameters
        ----------
        target : ndarray of shape (n_rows,)
            Finite.
        rules : LagRules, default=None
        features : iterable of int, default=None
            Positions of the columns to search; by default all.

        Raises
        ------
        AmbiguousLagError
            If nothing is found, but a column fits at several lags with different maps,
            as a straight line does.
        """
        rules = LagRules() if rules is None else rules
        features = range(self._columns.shape[1]) if features is None else features
        target = target[self._order]
        is_ambiguous = False
        for dtype in self._dtypes(target):
            found = []
            for feature, at_lags in self._fits(target, rules, features, dtype):
                if len(at_lags) == 1:
                    found.append(LaggedTarget(feature, *at_lags[0]))
                is_ambiguous |= len(at_lags) > 1
            if found:
                return sorted(found, key=lambda lagged: lagged.lag)
        if is_ambiguous:
            raise AmbiguousLagError(
                "y is so regular, for example a straight line, that a feature of X "
                "equals y at several lags, each time up to a different scale. So the "
                "lag at which it contains y is ambiguous. Leave the column of y "
                "unscaled, or scale it with TargetAwareMinMaxScaler."
            )
        return []

    def _dtypes(self, target):
        """List the dtypes to compare in, the less precise first.

        A float32 column may hold a float64 target that was rounded before or after it
        was scaled. The numbers agree in float32 in one case, in float64 in the other.
        """
        dtypes = {self._columns.dtype, target.dtype}
        return sorted(dtypes, key=lambda dtype: dtype.itemsize)

    def _fits(self, target, rules, features, dtype):
        """Yield (feature, [(lag, slope, intercept), ...]) of the columns that fit.

        Two lags mean that the lag is ambiguous.
        """
        coarser = self._dtypes(target)[0]
        target_range = UnitRange.of(target, self._known, dtype, coarser)
        lags = rules.lags
        if lags is None:
            lags = np.arange(1, min(MAX_LAG, len(target) // 2) + 1)
        if target_range is None or len(lags) == 0:
            return
        at_lags = TargetAtLags(target_range, self._steps, np.asarray(lags))
        maps = usual_maps(target) if rules.maps is None else rules.maps
        for feature in features:
            # One column at a time, so that no copy of the table is needed.
            values = self._columns[self._order, feature]
            values = values if self._sign == 1 else -values
            column = UnitRange.of(values, self._known_columns, dtype, coarser)
            if column is None:
                continue
            comparison = ColumnComparison(column, at_lags, rules)
            candidates = comparison.possible_lags() if rules.any_map else at_lags.lags
            if len(candidates) == 0:
                continue
            # The usual maps are tried at all lags before any other map: a straight line
            # fits at every lag by some map, but by a usual one only at the right lag.
            if by_map := comparison.find_by_maps(maps, candidates):
                yield feature, [by_map]
            elif rules.any_map:
                found = comparison.find_by_any_map(candidates)
                found = [
                    (lag, *_map_through(values, target, *ends)) for lag, *ends in found
                ]
                yield feature, found


def _map_through(values, target, low, high):
    """Return the map through two pairs of (row of the column, row of the target)."""
    x_low, x_high = (float(values[later]) for later, _ in (low, high))
    y_low, y_high = (float(target[earlier]) for _, earlier in (low, high))
    slope = (y_high - y_low) / (x_high - x_low)
    return slope, y_low - slope * x_low
