"""The time axis of a table: the series of each row, and its step in that series."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from skseq._series.cutting import rows_at
from skseq._series.date_text import warn_about_unread_times
from skseq._series.frequency import Frequency, find_frequency
from skseq._series.index import is_pandas, table_with_index
from skseq._series.index_warnings import warn_about_index, warn_about_series
from skseq._series.level_order import warn_about_level_order
from skseq._series.series_index import first_rows, last_rows, read_index
from skseq._series.shared_frequency import on_shared_frequency
from skseq._series.target_origin import name_of_table

BETWEEN_SERIES = 2**32
"""Steps from the last row of a series to the first row of the next in `joined_steps`.
It is more than the length of any window or lag."""

_axis_of_fit = ContextVar("axis_of_fit", default=None)


@contextmanager
def using_axis(axis):
    """Let the steps of a fit count the rows of a table as its forecaster does.

    Otherwise, a window could contain the values to predict, because fits on different
    rows may learn different opening hours. The axis is used for all tables with the
    same series and labels.
    """
    token = _axis_of_fit.set(axis)
    try:
        yield
    finally:
        _axis_of_fit.reset(token)


@dataclass(frozen=True, eq=False)
class TimeAxis:
    """The series and the step of each row of a table.

    Attributes
    ----------
    series : ndarray of int of shape (n_rows,)
        Number of the series that each row belongs to; zeros for one series.
    steps : ndarray of int64 of shape (n_rows,)
        Time of each row, counted in steps of the frequency; strictly ascending within a
        series. Without a frequency it is the number of the row in its series.
    frequency : Frequency or None
    labels : pandas.Index of length n_rows, or None
        Time of each row; None if the index carries no time.
    names : pandas.Index of length n_series, or None
        Names of the series; None if the index has one level.

    Examples
    --------
    >>> import pandas as pd
    >>> from skseq._series.axis import TimeAxis
    >>> months = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-04-01"])
    >>> TimeAxis.of(pd.Series([1.0, 2.0, 3.0], index=months)).steps
    array([0, 1, 3])
    """

    series: np.ndarray
    steps: np.ndarray
    frequency: Frequency | None = None
    labels: object = None
    names: object = None

    @classmethod
    def of(
        cls, X, y=None, *, gaps="auto", warn=False, n_rows=None, name=None, in_fit=True
    ):
        """Make the time axis from the index of X, or from that of y if X has none.

        If neither has an index of times, rows are counted.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            With a two-level index (series, time), rows of different series may come in
            any order, but the rows of each series must be in order of time.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
        gaps : {"auto", "ignore"}, default="auto"
            With "ignore", rows count as consecutive.
        warn : bool, default=False
        n_rows : int, default=None
            Number of rows; needed if ``len(X)`` does not give it.
        name : str, default=None
            What messages call the table with the index: "X" or "y" by default.
        in_fit : bool, default=True
            See `check_time_order`.

        Returns
        -------
        axis : TimeAxis

        Raises
        ------
        ValueError
            If labels are missing, duplicated or unsorted within a series, if the index
            has more than two levels, or if a few labels do not match the frequency.

        Warns
        -----
        UserWarning
            With ``warn=True``, if text labels look like dates, if labels are intervals
            of dates, if levels look like (time, series) or (year, month), if integers
            or floats have gaps, if most steps of the frequency have no row, or if days
            or hours change for good.
        """
        table, name_of_argument = table_with_index(X, y)
        name = name or name_of_table(y) or name_of_argument
        series, labels, names = read_index(table, name, n_rows, in_fit=in_fit)
        given = _axis_of_fit.get() if gaps == "auto" else None
        if given is not None and given.has_labels(series, labels, names):
            return given
        if warn and labels is None and is_pandas(table):
            warn_about_unread_times(table.index, name)
        if warn and names is not None:
            warn_about_level_order(names, labels, table.index, name)
        axis = cls.at(series, labels, None, names)
        if labels is None or gaps == "ignore":
            return axis
        if names is not None:
            axis = on_shared_frequency(axis, name)
            if warn:
                warn_about_series(axis, name)
            return axis
        frequency = find_frequency(labels, name=name)
        if warn:
            warn_about_index(labels, frequency, name)
        return cls.at(series, labels, frequency)

    @classmethod
    def at(cls, series, labels, frequency, names=None):
        """Make the time axis from its attributes other than the steps.

        Raises
        ------
        ValueError
            If a label does not match the frequency.
        """
        # A stable sort keeps the rows of each series in order of time.
        by_series = np.argsort(series, kind="stable")
        starts = first_rows(series[by_series])
        steps = np.empty(len(series), dtype=np.int64)
        if frequency is None or labels is None:
            lengths = np.diff(np.append(starts, len(series)))
            steps[by_series] = np.arange(len(series)) - np.repeat(starts, lengths)
        elif len(starts) == 1 and not frequency.of_series:
            steps = frequency.positions(labels)
        else:
            for places, of_places in frequency.by_series(names, series[by_series]):
                rows = by_series[places]
                starts = first_rows(series[rows])
                steps[rows] = of_places.positions(labels[rows], starts)
        return cls(series, steps, frequency, labels, names)

    def __getitem__(self, rows):
        """Return the axis of some of the rows, by a mask or row numbers."""
        labels = None if self.labels is None else self.labels[rows]
        return replace(
            self, series=self.series[rows], steps=self.steps[rows], labels=labels
        )

    def has_labels(self, series, labels, names):
        """Return whether the rows have these labels, in the same series."""
        if labels is None or self.labels is None or not self.labels.equals(labels):
            return False
        if names is None or self.names is None:
            return names is self.names
        return np.array_equal(self.series, series) and self.names.equals(names)

    def name_row(self, row):
        """Name a row by its label and series, or by its number if it has no label."""
        if self.labels is None:
            return f"row {row}"
        if self.names is None:
            return f"{self.labels[row]}"
        return f"{self.labels[row]} of series {self.names[self.series[row]]}"

    def frequency_of(self, row):
        """Return the frequency of the series that a row belongs to, or None."""
        if self.frequency is None or self.names is None:
            return self.frequency
        return self.frequency.of(self.names[self.series[row]])

    @property
    def index(self):
        """Labels of the rows, with their series if these have names; None without."""
        if self.names is None:
            return self.labels
        import pandas as pd

        return pd.MultiIndex.from_arrays([self.names.take(self.series), self.labels])

    @property
    def n_series(self):
        """Number of series."""
        return int(self.series.max(initial=0)) + 1

    @cached_property
    def by_series(self):
        """Row numbers, sorted by series, and by time within each series."""
        return np.argsort(self.series, kind="stable")

    @property
    def numbers(self):
        """Number of each row in its series, from 0."""
        return TimeAxis.at(self.series, None, None).steps

    @cached_property
    def joined_steps(self):
        """Steps of all rows, counted as if one series came after another.

        The distance between rows of different series is larger than any window or lag.
        Code for one series with long gaps therefore works for several series as well.
        """
        return self._join(self.steps)

    @cached_property
    def season_steps(self):
        """Steps counted as seasons do: with holidays, and hours by the local clock."""
        if self.frequency is None or self.labels is None:
            return self.steps
        return self.frequency.season_steps(self.labels, self.steps)

    @property
    def by_season(self):
        """The same rows, with their steps counted as seasons do."""
        return replace(self, steps=self.season_steps)

    @property
    def step_numberings(self):
        """The possible step numbers of rows: by row and, if there are gaps, by time.

        A column may have been lagged before rows were dropped (by time) or after (by
        row), so code that compares rows at a lag tries both.
        """
        by_row = self._join(self.numbers)
        is_same = np.array_equal(by_row, self.joined_steps - self.joined_steps.min())
        return [by_row] if is_same else [by_row, self.joined_steps]

    def _join(self, steps):
        """Return steps, shifted so that each series begins after the series before."""
        if self.n_series == 1:
            return steps
        sorted_steps, series = steps[self.by_series], self.series[self.by_series]
        distances = np.diff(sorted_steps, prepend=0)
        distances[first_rows(series)] = BETWEEN_SERIES
        distances[0] = 0
        joined = np.empty_like(steps)
        joined[self.by_series] = np.cumsum(distances)
        return joined

    @cached_property
    def first_row_of_series(self):
        """Number of the first row of each series, shape (n_series,)."""
        return self.by_series[first_rows(self.series[self.by_series])]

    def count_rows(self):
        """Count the rows of each series, of shape (n_series,)."""
        return np.bincount(self.series, minlength=self.n_series)

    def first(self, n):
        """Return the numbers of the first n rows of each series, ascending."""
        return np.flatnonzero(self.numbers < n)

    def last(self, n):
        """Return the numbers of the last n rows of each series, ascending.

        All rows of a series are returned if it has fewer.
        """
        return np.flatnonzero(self.count_rows()[self.series] - self.numbers <= n)

    def last_rows_until(self, step):
        """Return the number of the last row of each series up to a step, else -1."""
        rows = np.flatnonzero(self.steps <= step)
        last = last_rows(self.series[rows], self.n_series)
        return np.where(last >= 0, rows[last], -1) if len(rows) else last

    def between(self, after, until):
        """Return the numbers of rows with steps above `after` and at most `until`."""
        return np.flatnonzero((self.steps > after) & (self.steps <= until))

    def with_shared_steps(self):
        """Return the same rows, with the same step for all rows at the same time.

        In opening hours, the steps of a series depend on its own rows.
        """
        if self.labels is None:
            return self
        times = self.times
        steps = np.arange(len(times))
        if self.frequency is not None:
            steps = self.frequency.positions(times)
        return replace(self, steps=steps[times.get_indexer(self.labels)])

    @property
    def times(self):
        """Labels of all series together, ascending, each once."""
        # Not labels.unique(), which keeps a table of all labels in memory.
        return self.labels.factorize()[1].sort_values()

    def rows_before(self, n_steps):
        """Find, for each row, the row of its series some steps earlier; -1 if none."""
        order = self.by_series
        n_before = int(n_steps)  # an unsigned integer of NumPy has no negative
        found = rows_at(self.joined_steps[order], np.arange(len(order)), -n_before)
        rows = np.empty(len(order), dtype=np.intp)
        rows[order] = np.where(found >= 0, order[found], -1)
        return rows
