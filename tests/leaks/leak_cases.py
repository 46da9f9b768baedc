"""Series for the tests of leaks, in arrays and on indexes of every kind."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

CONTAINERS = ("array", "numbers", "days", "months", "business_days", "opening_hours")
"""What a series comes in; all but arrays say when their rows are."""

WEEKLY = ("business_days", "opening_hours")
"""Indexes with nights or weekends, in which no row is missing."""

N_TO_LEARN_A_WEEK = 12
"""Rows more in fit, until the opening hours have been seen to recur."""

SHORTEST_GAPS = {"business_days": 5, "opening_hours": 20}
"""Steps in a week; what is not much longer than a weekend counts as holidays."""

FIRST_DAY = pd.Timestamp("2021-02-22")
"""A Monday some weeks before the change to summer time."""

N_HOURS = 4
"""Rows a day on opening hours, from 10 o'clock."""


@dataclass(frozen=True)
class Case:
    """A series of which the first rows are fitted, and the windows cut from it.

    Attributes
    ----------
    time_steps, horizon : int
    known_ahead : bool
        Whether the first column is known ahead.
    has_past : bool
        Whether the first column is the target itself, unless it is known ahead.
    n_fitted, n_new : int
        Rows to fit on, without a gap, and rows that follow.
    cut_at : float
        The part of the new rows that lies before the cut.
    container : str
        One of `CONTAINERS`.
    gap_row, gap : int
        Row before which steps are missing, and how many; arrays have none.
    """

    seed: int = 0
    time_steps: int = 3
    horizon: int = 1
    known_ahead: bool = False
    has_past: bool = False
    n_features: int = 2
    n_fitted: int = 24
    n_new: int = 30
    cut_at: float = 0.5
    container: str = "days"
    gap_row: int = 40
    gap: int = 0

    @property
    def n_rows(self):
        return self.n_fitted + self.n_new

    @property
    def reach(self):
        """Steps from the first step of a window to its row."""
        return self.time_steps + self.horizon - 1

    @property
    def warm_up(self):
        """How many of the first rows have incomplete windows."""
        return self.time_steps - 1 + self.lags.max()

    @cached_property
    def lags(self):
        """How many steps before its row each column's window ends."""
        lags = np.full(self.n_features, self.horizon)
        lags[0] *= not self.known_ahead
        return lags

    @property
    def cut(self):
        """The row at which a test divides the new rows."""
        return self.n_fitted + min(
            max(round(self.cut_at * self.n_new), 1), self.n_new - 1
        )

    @property
    def fitted(self):
        return slice(0, self.n_fitted)

    @property
    def new(self):
        return slice(self.n_fitted, None)

    @property
    def is_indexed(self):
        return self.container != "array"

    @cached_property
    def positions(self):
        """The step of each row."""
        positions = np.arange(self.n_rows)
        if self.is_indexed and self.gap:
            positions[self.gap_row :] += self.gap + SHORTEST_GAPS.get(self.container, 0)
        return positions

    @cached_property
    def index(self):
        if self.container == "days":
            return FIRST_DAY + pd.to_timedelta(self.positions, unit="D")
        if self.container == "months":
            return pd.DatetimeIndex(np.datetime64("2012-03") + self.positions)
        if self.container == "business_days":
            return business_days(self.positions)
        if self.container == "opening_hours":
            day, hour = np.divmod(self.positions, N_HOURS)
            return business_days(day) + pd.to_timedelta(10 + hour, unit="h")
        if self.gap == 0:
            return pd.RangeIndex(100, 100 + self.n_rows)
        return pd.Index(100 + self.positions)

    def rng(self, *more):
        """Make a generator of random numbers for one purpose."""
        return np.random.default_rng([self.seed, *more])

    @cached_property
    def X(self):
        noise = self.rng(1).normal(size=(self.n_rows, self.n_features))
        scale, offset = [1, 10, 0.1, 100], [5, -30, 0, 1000]
        table = noise * scale[: self.n_features] + offset[: self.n_features]
        if self.has_past and self.lags[0] > 0:
            table[:, 0] = self.y
        return table

    @cached_property
    def y(self):
        return 50 + 10 * self.rng(2).normal(size=self.n_rows)

    def wrap(self, values, rows=slice(None)):
        """Put rows of a table, or of a target, into their container."""
        if not self.is_indexed:
            return values[rows].copy()
        if values.ndim == 1:
            return pd.Series(values[rows], index=self.index[rows], name="y")
        names = list("abcd"[: values.shape[1]])
        return pd.DataFrame(values[rows], index=self.index[rows], columns=names)

    def randomized(self, values, rows):
        """Replace rows by large random numbers."""
        values = values.copy()
        values[rows] = 1e3 * self.rng(3, values.ndim).normal(size=values[rows].shape)
        return values

    def windows_of_positions(self, rows=slice(None)):
        """Return for each cell of each window the step at which its value must lie.

        Returns
        -------
        positions : ndarray of int of shape (n_rows, time_steps, n_features)
        """
        ends = self.positions[rows, np.newaxis] - self.lags
        back = np.arange(self.time_steps)[::-1]
        return ends[:, np.newaxis, :] - back[:, np.newaxis]

    def table_of_positions(self):
        """Make a table whose every cell is the number of its step."""
        return np.tile(self.positions[:, np.newaxis].astype(float), self.n_features)


def business_days(numbers):
    return pd.DatetimeIndex(np.busday_offset(FIRST_DAY.date(), numbers))
