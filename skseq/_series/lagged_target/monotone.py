"""Columns that are a monotone function of a target, or of its change.

A logarithm, square root or reciprocal of the target is not a linear function of it, but
has the same order as the target, or the reverse order. The change from the step before,
as in ``y.diff()``, gives the value to predict if the target's past is known.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skseq._series.cutting import rows_at
from skseq._series.lagged_target.near_miss import MIN_SIMILAR_CHANGES
from skseq._series.lagged_target.nearly_visible import (
    STEPS_AHEAD,
    describe_row,
    latest_rows,
)

MIN_VALUES = 10
"""Minimum number of different values of both sides. Small counts and classes may have
the same order by chance, or by a rule that is known in advance."""

# Two meters, or a trend and a calendar, have the same order because both only rise.
MIN_TURNS = 10
"""Minimum number of times that both change their direction."""

TOLERANCE = 1e-4
"""Differences up to this fraction of a range count as zero, as rounding does."""

QUANTITIES = (
    ("the target", "log(y)", "1 / y"),
    ("the target's change", "y.diff()", "-y.diff()"),
    ("the target's relative change", "y.pct_change()", "-y.pct_change()"),
)
"""What columns are compared with: its name, and columns that increase and decrease with
it. Changes are those from the step before."""


@dataclass(frozen=True)
class MonotoneColumn:
    """A column that is a monotone function of a target or of its change.

    Attributes
    ----------
    feature, target : int
        Positions of the column and of the target.
    quantity : int
        Position in `QUANTITIES`; above 0 for changes.
    ahead : int
        How many rows later the target has this value or change; 0 for the same row,
        below 0 for an earlier one.
    sign : {1, -1}
        1 for an increasing function, -1 for a decreasing one.
    """

    feature: int
    target: int
    quantity: int
    ahead: int
    sign: int

    @property
    def place(self):
        """What the column is a function of, and how many rows later."""
        return self.target, self.quantity, self.ahead

    def describe(self, column):
        """Describe what a column of some name is a function of, for a message."""
        name, increasing, decreasing = QUANTITIES[self.quantity]
        kind, example = "an increasing", increasing
        if self.sign < 0:
            kind, example = "a decreasing", decreasing
        past = ", and windows contain the target's past" if self.quantity else ""
        return (
            f"{column} is {kind} function of {name} {describe_row(self.ahead)} "
            f"(such as {example}){past}"
        )


def list_monotone(columns, targets, steps, horizon, features=None, *, n_predicted=1):
    """Yield each `MonotoneColumn` of what windows must not show, the oldest row first.

    The arguments are those of `find_nearly_visible`.
    """
    latest = latest_rows(steps)
    features = np.arange(columns.shape[1]) if features is None else np.array(features)
    steps, targets = steps[latest], targets[latest].astype(np.float64)
    if len(steps) <= MIN_SIMILAR_CHANGES:
        return
    is_next = np.diff(steps, prepend=steps[0]) == 1
    with np.errstate(all="ignore"):  # very large values, and division by 0
        of_columns = _Values.of(columns[latest][:, features], is_next)
        of_targets = _Values.of(_quantities(targets, is_next), is_next)
    comparison = _Comparison(of_columns, of_targets, steps, targets.shape[1])
    first = horizon + 1 - n_predicted
    steps_ahead = range(first, horizon + STEPS_AHEAD + 1)
    for position, number, column in comparison.list_same_signs(steps_ahead).tolist():
        ahead = steps_ahead[position]
        sign = comparison.sign(number, column, ahead)
        if sign and not comparison.was_known(number, column, first):
            quantity, target = divmod(number, targets.shape[1])
            feature = int(features[column])
            yield MonotoneColumn(feature, target, quantity, ahead, sign)


def _quantities(targets, is_next):
    """Return the `QUANTITIES` of targets side by side."""
    before = np.concatenate([targets[:1], targets[:-1]])
    changes = np.where(is_next[:, np.newaxis], targets - before, np.nan)
    # Changes that are rounding errors, such as those of a straight line, are equal.
    digits = 1e-12 * np.abs(targets).max(axis=0, initial=0)
    is_equal = np.fmax.reduce(changes) - np.fmin.reduce(changes) <= digits
    changes[:, is_equal] = 0
    return np.column_stack([targets, changes, changes / before])


@dataclass(frozen=True, eq=False)
class _Values:
    """Values in order of time, NaN where unknown, and the signs of their changes."""

    values: np.ndarray
    tolerances: np.ndarray
    signs: np.ndarray

    @classmethod
    def of(cls, values, is_next):
        """Compare each row with the row before; signs are 0 where there is none."""
        values = np.where(np.isfinite(values), values, np.nan)
        tolerances = TOLERANCE * (np.fmax.reduce(values) - np.fmin.reduce(values))
        changes = np.diff(values, axis=0, prepend=np.nan)
        is_change = (np.abs(changes) > tolerances) & is_next[:, np.newaxis]
        # Sums of as many signs as there are rows are exact in float32.
        signs = np.where(is_change, np.sign(changes), 0).astype(np.float32)
        return cls(values, tolerances, signs)


@dataclass(frozen=True, eq=False)
class _Comparison:
    """Columns, and quantities of targets, whose rows have the same steps."""

    columns: _Values
    targets: _Values
    steps: np.ndarray
    n_targets: int

    @cached_property
    def _rows(self):
        return np.arange(len(self.steps))

    def list_same_signs(self, steps_ahead):
        """List columns that always rise and fall with a quantity, or in reverse.

        Each row contains the position in `steps_ahead`, the quantity and the column.
        """
        later = rows_at(self.steps, self._rows, np.array(steps_ahead)[:, np.newaxis])
        of_targets = self.targets.signs.T[:, later] * (later >= 0)
        of_columns = self.columns.signs
        n_same = np.abs(of_targets @ of_columns)
        n_both = np.abs(of_targets) @ np.abs(of_columns)
        is_same = (n_both >= MIN_SIMILAR_CHANGES) & (n_same == n_both)
        return np.argwhere(is_same.swapaxes(0, 1))

    def sign(self, number, column, ahead):
        """Return whether a column increases (1), decreases (-1) or neither (0)."""
        later = rows_at(self.steps, self._rows, ahead)
        signs = self.targets.signs[later, number]
        moves = signs * self.columns.signs[:, column] * (later >= 0)
        sign = int(np.sign(moves.sum()))
        turns = np.diff(signs[moves != 0])
        if (moves == -sign).any() or np.count_nonzero(turns) < MIN_TURNS:
            return 0
        values = sign * self.columns.values[:, column]
        quantity = np.where(later >= 0, self.targets.values[later, number], np.nan)
        is_known = np.isfinite(values) & np.isfinite(quantity)
        order = np.argsort(quantity[is_known], kind="stable")
        values, quantity = values[is_known][order], quantity[is_known][order]
        falls = np.maximum.accumulate(values) - values
        tolerance = self.columns.tolerances[column]
        if (falls > tolerance).any():
            return 0
        n_values = np.count_nonzero(np.diff(values) > tolerance) + 1
        is_change = np.diff(quantity) > self.targets.tolerances[number]
        n_quantities = np.count_nonzero(is_change) + 1
        return sign if min(n_values, n_quantities) >= MIN_VALUES else 0

    def was_known(self, number, column, first):
        """Return whether a column shows its target at a row that windows may show."""
        n_all = len(QUANTITIES) * self.n_targets
        quantities = range(number % self.n_targets, n_all, self.n_targets)
        return any(
            self.sign(quantity, column, ahead)
            for ahead in range(-len(self.steps) // 2, first)
            for quantity in quantities
        )
