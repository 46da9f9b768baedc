"""Which columns hold the target some steps earlier: at which lag, in which scale.

A column holds the lagged target if, in all rows that can be compared, the target some
steps before is an increasing affine image of it, up to rounding. Lag and map are found
in the rows, so nobody needs to name the horizon, a lag computed before, or a scaler
upstream.

All lags are first compared on a few pairs of rows. The lags that are left are compared
in full, one by one, and the rows that rule out one of them are then tried on those that
remain. So the time grows with the rows and not with rows times lags, also where nearly
all values are equal and most rows tell nothing.
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


@dataclass(frozen=True)
class LaggedTarget:
    """A column that holds the target some steps earlier.

    Attributes
    ----------
    feature : int
        Position of the column.
    lag : int
        Steps from the value of the target that a row of the column holds to that row.
    slope, intercept : float
        The target is ``slope * column + intercept``.
    """

    feature: int
    lag: int
    slope: float
    intercept: float


class AmbiguousLagError(ValueError):
    """A column fits the target at several lags, each by another map."""


class LagSearch:
    """Searches columns for targets; made once for several targets.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        NaN where unknown.
    steps : ndarray of int of shape (n_rows,)
        Position of each row in time, no two alike.
    known : ndarray of bool of shape (n_rows,), default=None
        Rows that may be looked at; by default all.
    """

    def __init__(self, columns, steps, known=None):
        order = slice(None)  # no copy where rows are in order, as they mostly are
        if (np.diff(steps) <= 0).any():
            order = np.argsort(steps)
        self._order = order
        self._columns = columns[order]
        self._steps = steps[order]
        self._known = None if known is None else known[order]
        self._unit_ranges = {}

    def find(self, target, rules=None, *, features=None):
        """Find the columns that hold a target, each at its smallest lag.

        Parameters
        ----------
        target : ndarray of shape (n_rows,)
            Finite.
        rules : LagRules, default=None
        features : iterable of int, default=None
            Columns to look at; by default all.

        Returns
        -------
        found : list of LaggedTarget
            Smallest lag first. A constant column or target is never found.

        Raises
        ------
        AmbiguousLagError
            If nothing is found, but a column fits at several lags, each by another
            map, as a straight line does.
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
                "y runs so evenly, as a straight line does, that a feature of X is y "
                "at any lag, each in another scale, and it is open how far before the "
                "row the windows end. Leave y's column unscaled, or scale it with "
                "TargetAwareMinMaxScaler."
            )
        return []

    def _dtypes(self, target):
        """List the precisions to compare in.

        A float32 column may hold a float64 target that was rounded before it was
        scaled or after: the numbers agree in one precision or in the other.
        """
        dtypes = {self._columns.dtype, target.dtype}
        return sorted(dtypes, key=lambda dtype: dtype.itemsize)

    def _fits(self, target, rules, features, dtype):
        """Yield (feature, [(lag, slope, intercept), ...]) of the columns that fit.

        Two lags mean that it is open which one is meant.
        """
        coarser = self._dtypes(target)[0]
        past = self._unit_range(target, dtype, coarser)
        lags = rules.lags
        if lags is None:
            lags = np.arange(1, min(MAX_LAG, len(target) // 2) + 1)
        if past is None or len(lags) == 0:
            return
        at_lags = TargetAtLags(past, self._steps, np.asarray(lags))
        maps = usual_maps(target) if rules.maps is None else rules.maps
        for feature in features:
            column = self._column(feature, dtype, coarser)
            if column is None:
                continue
            comparison = ColumnComparison(column, at_lags, rules)
            candidates = at_lags.lags
            if rules.any_map:
                candidates = comparison.possible_lags()
            if len(candidates) == 0:
                continue
            # At all lags before any other map: a straight line fits at every lag, but
            # by a usual scaling only at the right one.
            if by_map := comparison.find_by_maps(maps, candidates):
                yield feature, [by_map]
            elif rules.any_map:
                values = self._columns[:, feature]
                yield (
                    feature,
                    [
                        (lag, *map_through(values, target, *ends))
                        for lag, *ends in comparison.find_by_any_map(candidates)
                    ],
                )

    def _column(self, feature, dtype, coarser):
        """Return a column on its unit range, worked out once."""
        key = feature, dtype, coarser
        if key not in self._unit_ranges:
            column = self._columns[:, feature]
            self._unit_ranges[key] = self._unit_range(column, dtype, coarser)
        return self._unit_ranges[key]

    def _unit_range(self, values, dtype, coarser):
        if self._known is not None:
            values = np.where(self._known, values, np.nan)
        return UnitRange.of(values, dtype, coarser)


def map_through(values, target, low, high):
    """Return the map through two pairs of (row of the column, row of the target)."""
    x_low, x_high = (float(values[later]) for later, _ in (low, high))
    y_low, y_high = (float(target[earlier]) for _, earlier in (low, high))
    slope = (y_high - y_low) / (x_high - x_low)
    return slope, y_low - slope * x_low
