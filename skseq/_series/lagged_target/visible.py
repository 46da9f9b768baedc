"""Find columns that equal a target at the row to predict or later, up to scale.

The scale may be negative, as in 18 - temperature. A column that also equals the target
of an earlier row, as in a series that repeats itself exactly, is allowed, because its
values are known by then.
"""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.lagged_target.comparison import MAX_LAG, LagRules
from skseq._series.lagged_target.search import AmbiguousLagError, LagSearch

MIN_CHANGES_OF_COLUMN = 5
"""A column that changes less often may equal the target by chance."""

MORE_CHANGES = 10
"""The same if a match by chance is more likely: with few different values, if many lags
are tried, or if it is not known at which row windows end."""

FEW_VALUES = 4
"""With at most this many different values, as in small counts, a match by chance is
more likely."""

MIN_VALUES = 3
"""Minimum number of different values in a column that equals the target at another row.
Many lags are tried, and a linear map can turn any two values into any two others."""

MAX_AHEAD = 24
"""Later values are searched for up to this many steps past the horizon."""


@dataclass(frozen=True)
class VisibleTarget:
    """A column that equals a target in the same row or a later row, up to scale.

    Attributes
    ----------
    feature, target : int
        Positions of the column and of the target.
    lag : int
        A row of the column contains the target of this many rows earlier; below 0, of
        ``-lag`` rows later.
    slope, intercept : float
        The target is ``slope * column + intercept``; the slope may be negative.
    """

    feature: int
    target: int
    lag: int
    slope: float
    intercept: float

    @property
    def place(self):
        """The target that the column equals, and at which lag."""
        return self.target, self.lag

    def describe(self, column, target="y"):
        """Describe what a column equals, for a message with their names."""
        image = "with its sign reversed" if self.slope < 0 else "itself"
        when = ""
        if self.lag:
            direction = "later" if self.lag < 0 else "earlier"
            when = f", {counted(abs(self.lag), 'row')} {direction}"
        sign = "-" if self.intercept < 0 else "+"
        formula = f"{self.slope:.6g} * column {sign} {abs(self.intercept):.6g}"
        if (self.slope, self.intercept) == (1, 0):
            formula = "column"
        return (
            f"{column} is the target {image} (up to scale){when}: {target} = {formula}"
        )


def find_visible_target(
    columns,
    targets,
    step_numberings,
    known=None,
    *,
    horizon=0,
    n_predicted=1,
    is_certain=False,
    features=None,
    known_columns=None,
):
    """Find a column that shows a target at the row to predict, or a later value.

    Return the `VisibleTarget` with the smallest step ahead, then the first column, or
    None.

    Parameters
    ----------
    columns, known, known_columns
        See `LagSearch`.
    targets : ndarray of shape (n_rows, n_targets)
        Finite.
    step_numberings : list of ndarray of int of shape (n_rows,)
        Steps of the rows.
    horizon : int, default=0
        Steps from the row of the columns that a window ends with to its own row.
    n_predicted : int, default=1
        Number of steps that are predicted from a window; the last is the row itself.
    is_certain : bool, default=False
        Whether it is known at which row windows end. Only then is a straight line that
        equals the target at the same row found: it is the same line some rows earlier.
    features : list of (list of int or None), default=None
        For each way to count, the columns to compare; all by default.
    """
    first = horizon + 1 - n_predicted  # the first step that windows must not show
    features = features or [None] * len(step_numberings)
    known_columns = known if known_columns is None else known_columns
    # The steps of windows that do not overlap are unknown, but a straight line is also
    # straight if rows are counted.
    numberings = [*step_numberings, np.arange(len(columns))]
    comparisons = [
        _Comparison(columns, targets, steps, of_way, known, known_columns)
        for steps, of_way in zip(numberings, [*features, None], strict=True)
    ]
    found = [
        visible
        for comparison in comparisons[:-1]
        for target in range(targets.shape[1])
        for visible in comparison.list_unknown(target, first, horizon + MAX_AHEAD)
        if not comparison.may_be_chance(visible, is_certain)
        and not any(one.was_known(visible, first, is_certain) for one in comparisons)
    ]
    return min(found, key=lambda v: (-v.lag, v.feature), default=None)


class _Comparison:
    """Columns and targets, with one way to count the steps of the rows."""

    def __init__(self, columns, targets, steps, features, known, known_columns):
        self.columns, self.targets, self.features = columns, targets, features
        self.steps, self.known, self.known_columns = steps, known, known_columns
        self.max_lag = min(MAX_LAG, len(steps) // 2)
        self.searches = {}

    def list_unknown(self, target, first, last):
        """List the columns that contain a target from ``first`` to ``last`` rows later.

        Negative numbers stand for earlier rows.
        """
        found = []
        past = np.arange(1, 1 - first)
        ahead = np.arange(max(first, 1), min(self.max_lag, last) + 1)
        for sign in (1, -1):
            # One lag at its row, apart from those ahead: it cannot be ambiguous.
            if first <= 0:
                rules = LagRules(lags=np.array([0]), few_values=True)
                found += self._find(target, sign, rules)
            for lags, is_ahead in ((past, False), (ahead, True)):
                # A straight line is the same line at every lag.
                with suppress(AmbiguousLagError):
                    rules = LagRules(lags)
                    found += self._find(target, sign, rules, is_ahead=is_ahead)
        return found

    def may_be_chance(self, visible, is_certain):
        """Return whether a column has too few values or changes to be sure."""
        column = self.columns[:, visible.feature]
        compared = ~np.isnan(column)
        known = slice(None) if self.known is None else self.known
        compared &= np.isin(self.steps - visible.lag, self.steps[known])
        if self.known_columns is not None:
            compared &= self.known_columns
        values = column[compared]
        n_values, n_changes = len(np.unique(values)), np.count_nonzero(np.diff(values))
        if visible.lag and n_values < MIN_VALUES:
            return True
        is_likely = is_certain and visible.lag == 0 and n_values > FEW_VALUES
        return n_changes < (MIN_CHANGES_OF_COLUMN if is_likely else MORE_CHANGES)

    def was_known(self, visible, first, is_certain):
        """Return whether a column is also the target of a row that windows may show."""
        features = [visible.feature]
        if self.features is not None and visible.feature not in self.features:
            return False
        past = LagRules(np.arange(max(0, 1 - first), self.max_lag + 1))
        ahead = LagRules(np.arange(1, first))
        for sign in (1, -1):
            try:
                if self._find(visible.target, sign, past, features):
                    return True
            except AmbiguousLagError:  # a straight line
                return not (is_certain and visible.lag == 0)
            # Fewer steps ahead than the first one is still before the rows to predict.
            if self._find(visible.target, sign, ahead, features, is_ahead=True):
                return True
        return False

    def _find(self, target, sign, rules, features=None, *, is_ahead=False):
        """Search the columns, or their negatives, for a target."""
        key = sign, is_ahead
        if key not in self.searches:
            # With time reversed, what lies ahead is a lag.
            steps = -self.steps if is_ahead else self.steps
            self.searches[key] = LagSearch(
                self.columns, steps, self.known, sign, self.known_columns
            )
        values = self.targets[:, target]
        features = self.features if features is None else features
        found = self.searches[key].find(values, rules, features=features)
        return [
            VisibleTarget(
                lagged.feature,
                target,
                -lagged.lag if is_ahead else lagged.lag,
                sign * lagged.slope,
                lagged.intercept,
            )
            for lagged in found
        ]
