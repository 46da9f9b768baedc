"""The rows whose targets are known, in one table, and the rows that follow them."""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.date_text import conversion_of
from skseq._series.frequency import Frequency
from skseq._series.index import is_pandas
from skseq._series.origin import origin_of, with_origin
from skseq._series.series_index import read_index
from skseq._series.window_array import WindowArray


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of one or several series, sorted by series and by time within each.

    Attributes
    ----------
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
        The targets first. The index of a frame contains times, or (series, time).
    axis : TimeAxis
        Series and steps of the rows.
    frequency : Frequency or None
        Continues the index; None if there is no index or its labels are irregular.
    name : str, default="X"
        What errors call the table with the index.
    n_targets : int, default=1
    """

    cells: object
    axis: TimeAxis
    frequency: Frequency | None
    name: str = "X"
    n_targets: int = 1

    @classmethod
    def of(cls, cells, n_targets=1, *, gaps="auto", name="X"):
        """Sort rows by series, and learn the frequency of their index.

        With ``gaps="ignore"``, rows count as consecutive.
        """
        axis = TimeAxis.of(cells, gaps=gaps, warn=True, name=name)
        frequency = axis.frequency
        if gaps == "ignore":
            with suppress(ValueError):  # a forecast continues an index that has one
                frequency = TimeAxis.of(cells, name=name).frequency
        order = axis.by_series
        if (np.diff(order) != 1).any():
            cells, axis = take(cells, order), axis[order]
        return cls(cells, axis, frequency, name, n_targets)

    def __len__(self):
        """Count the rows."""
        return len(self.cells)

    @cached_property
    def last_rows(self):
        """Number of the last row of each series, as an array."""
        return np.flatnonzero(np.diff(self.axis.series, append=-1))

    @cached_property
    def first_rows(self):
        """Number of the first row of each series, as an array."""
        return np.concatenate([[0], self.last_rows[:-1] + 1])

    def last_rows_of(self, series):
        """Return the last row of each given series; `series` contains their numbers."""
        return self.last_rows[np.searchsorted(self.axis.series[self.last_rows], series)]

    @cached_property
    def first_row_of_each(self):
        """Number of the first row of the series that each row belongs to."""
        return np.arange(len(self)) - self.rows_in_series

    @cached_property
    def rows_in_series(self):
        """Number of rows from the first row of the series to each row."""
        return self.axis.numbers

    @cached_property
    def steps_in_series(self):
        """Number of steps from the first row of the series to each row."""
        return self.axis.steps - self.axis.steps[self.first_row_of_each]

    @cached_property
    def season_steps(self):
        """The same, counted as in `TimeAxis.season_steps`."""
        steps = self.axis.season_steps
        return steps - steps[self.first_row_of_each]

    @cached_property
    def season_shifts(self):
        """Steps by which the season is shifted from the row before to each row.

        They are not 0 where the season, which follows the calendar, advances by another
        number of steps than windows: after a holiday without a row, a half day or a
        clock change. Each series has its own opening hours.
        """
        axis = self.axis
        if axis.frequency is None or axis.labels is None:
            return np.zeros(len(self), dtype=np.int64)
        counted = np.empty(len(self), dtype=np.int64)
        for rows, own in axis.frequency.by_series(axis.names, axis.series):
            counted[rows] = own.season_steps(axis.labels[rows], axis.steps[rows])
        shifts = np.diff(counted - axis.steps, prepend=0)
        return np.where(self.rows_in_series == 0, 0, shifts)

    def season_steps_ahead(self, rows, n_steps):
        """Count season steps from each given row to the n_steps rows after it."""
        steps, rows = self.axis.season_steps, rows[:, np.newaxis]
        return steps[rows + np.arange(1, n_steps + 1)] - steps[rows]

    def with_targets(self, targets):
        """Return the same rows with other targets, of shape (n_rows, n_targets)."""
        if is_pandas(self.cells):
            cells = self.cells.copy(deep=False)
            cells[cells.columns[: self.n_targets]] = targets
        else:
            others = self.cells[:, self.n_targets :]
            cells = np.concatenate([targets, others], axis=1)
        return replace(self, cells=cells)

    @property
    def targets(self):
        """The targets, as an ndarray of shape (n_rows, n_targets)."""
        return np.asarray(self.columns(slice(self.n_targets)))

    def columns(self, positions):
        """Return some columns of the cells."""
        if is_pandas(self.cells):
            return self.cells.iloc[:, positions]
        return self.cells[:, positions]

    def have_complete_past(self, n):
        """Return which rows follow n rows of their series without a missing step."""
        before = self.axis.rows_before(n)
        return (before >= 0) & (before == np.arange(len(self)) - n)

    def ahead(self, n):
        """Return the row n steps after each row, -1 where there is none."""
        origins = self.axis.rows_before(n)
        found = np.flatnonzero(origins >= 0)
        rows = np.full(len(self), -1)
        rows[origins[found]] = found
        return rows

    def take(self, rows):
        """Return a table of some rows, in ascending order."""
        return replace(self, cells=take(self.cells, rows), axis=self.axis[rows])

    def tail(self, n):
        """Return a table of the last n rows of each series."""
        return self.take(self.axis.last(n))

    def after(self, earlier):
        """Return a table of the rows that are not in an earlier one.

        The earlier table has the first rows of each series, and may lack whole series.
        """
        n_earlier = np.bincount(earlier.axis.series, minlength=self.axis.n_series)
        is_later = self.rows_in_series >= n_earlier[self.axis.series]
        return self.take(np.flatnonzero(is_later))

    def with_following(self, following):
        """Append rows to each series, each one step after the row before it.

        Parameters
        ----------
        following : DataFrame or ndarray of shape (n_series * n_steps, n_columns)
            The rows of the first series, then those of the second, and so on.
        """
        axis, n_series = self.axis, len(self.last_rows)
        n_steps = len(following) // n_series
        last = np.repeat(self.last_rows, n_steps)
        later_steps = axis.steps[last] + np.tile(np.arange(1, n_steps + 1), n_series)
        series = np.concatenate([axis.series, axis.series[last]])
        steps = np.concatenate([axis.steps, later_steps])
        order = np.argsort(series, kind="stable")
        cells = take(stack([self.cells, following]), order)
        _, labels, _ = read_index(cells)
        axis = replace(axis, series=series[order], steps=steps[order], labels=labels)
        return replace(self, cells=cells, axis=axis)


def take(cells, rows):
    """Return some rows of a frame or an array."""
    if len(rows) and (np.diff(rows) == 1).all():
        # A slice keeps the declared frequency of an index; row numbers would lose it.
        rows = slice(rows[0], rows[-1] + 1)
    return cells.iloc[rows] if is_pandas(cells) else cells[rows]


def take_windows(windows, rows):
    """Return some of the windows, with their origin if the windows have one."""
    if isinstance(windows, WindowArray):  # read without cutting all windows
        chosen = WindowArray(windows.windows[rows])
    else:
        chosen = take(windows, rows)
    origin = origin_of(windows)
    return chosen if origin is None else with_origin(chosen, origin[rows])


def stack(parts):
    """Put frames, or arrays, one below the other."""
    if not is_pandas(parts[0]):
        return np.concatenate(parts)
    import pandas as pd

    return pd.concat(parts)


def index_of(table, name, *, in_fit=False):
    """Return the index of a table, or an index itself, with times as pandas types.

    Dates of other types, such as Arrow's or Python's, become pandas dates. `in_fit` is
    passed to `check_time_order`.
    """
    import pandas as pd

    index, code = table, name
    if is_pandas(table):
        index, code = table.index, f"{name}.index"
    series, labels, names = read_index(pd.DataFrame(index=index), name, in_fit=in_fit)
    if labels is None:
        conversion, first = conversion_of(index, code), next(iter(index), None)
        raise ValueError(
            f"The index of {name} must contain dates, periods or numbers, so that it "
            f"can be continued, but it contains text or other objects ({first!r}). "
            f"Fit on arrays, or convert it{conversion and ': '}{conversion}."
        )
    if names is None:
        return labels
    return pd.MultiIndex.from_arrays([names[series], labels], names=index.names)
