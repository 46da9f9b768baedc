"""The time axis of a table: which series each row belongs to, and when it is."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.frequency import Frequency, find_frequency
from skseq._series.frequency.week import REGULAR_RATE
from skseq._series.index import (
    as_times,
    check_time_order,
    is_pandas,
    looks_like_dates,
    time_index,
)


@dataclass(frozen=True, eq=False)
class TimeAxis:
    """When the rows of a table are.

    Attributes
    ----------
    series : ndarray of int of shape (n_rows,)
        Number of the series that each row belongs to; zeros for one series.
    steps : ndarray of int64 of shape (n_rows,)
        Position of each row on the frequency, strictly ascending within a series. Where
        there is no frequency, the number of the row in its series.
    frequency : Frequency or None
    labels : pandas.Index of length n_rows, or None
        Time of each row; None where the index carries no time.
    names : pandas.Index of length n_series, or None
        Labels of the series; None where the index has one level.

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
    def of(cls, X, y=None, *, gaps="auto", warn=False, n_rows=None):
        """Read the index of X, else that of y, else count the rows.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features)
            A two-level index (series, time) may have its rows in any order that is
            ascending in time within each series.
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
        gaps : {"auto", "ignore"}, default="auto"
            With "ignore" rows count as consecutive.
        warn : bool, default=False
        n_rows : int, default=None
            Number of rows, where X is no array that tells its length.

        Returns
        -------
        axis : TimeAxis

        Raises
        ------
        ValueError
            If labels are missing, duplicated or unsorted within a series, if the index
            has more than two levels, or if a few labels are off the frequency.

        Warns
        -----
        UserWarning
            With ``warn``, if text labels look like dates, if integers do not count
            evenly, or if most steps of the frequency have no row.
        """
        name = "X" if is_pandas(X) or not is_pandas(y) else "y"
        table = X if name == "X" else y
        series, labels, names = read_index(table, name, n_rows)
        if warn and labels is None and is_pandas(table):
            _warn_of_date_text(table.index, name)
        axis = cls.at(series, labels, None, names)
        if labels is None or gaps == "ignore":
            return axis
        if names is None:
            frequency = find_frequency(labels, name=name, warn=warn)
        else:
            frequency = axis._shared_frequency(name, warn)
        return cls.at(series, labels, frequency, names)

    @classmethod
    def at(cls, series, labels, frequency, names=None):
        """Place rows on a frequency that is known.

        Parameters
        ----------
        series : ndarray of int of shape (n_rows,)
        labels : pandas.Index of length n_rows, or None
        frequency : Frequency or None
        names : pandas.Index of length n_series, or None, default=None

        Raises
        ------
        ValueError
            If a label does not lie on the frequency.
        """
        by_series = np.argsort(series, kind="stable")
        starts = np.flatnonzero(np.diff(series[by_series], prepend=-1))
        steps = np.empty(len(series), dtype=np.int64)
        if frequency is None or labels is None:
            lengths = np.diff(np.append(starts, len(series)))
            steps[by_series] = np.arange(len(series)) - np.repeat(starts, lengths)
        elif len(starts) == 1:
            steps = frequency.positions(labels)
        else:
            steps[by_series] = frequency.positions(labels[by_series], starts)
        return cls(series, steps, frequency, labels, names)

    @property
    def n_series(self):
        """Number of series."""
        return int(self.series.max(initial=0)) + 1

    @cached_property
    def _by_series(self):
        """Row numbers, series after series, each in order of time."""
        return np.argsort(self.series, kind="stable")

    def last(self, n):
        """Return the numbers of the last rows of each series, in the order of rows.

        Parameters
        ----------
        n : int
            Rows of each series; all where it has fewer.

        Returns
        -------
        rows : ndarray of int of shape (n_found,)
        """
        series = self.series[self._by_series]
        ends = np.searchsorted(series, series, side="right")
        is_last = ends - np.arange(len(series)) <= n
        return np.sort(self._by_series[is_last])

    def lagged(self, lag):
        """Find the row that lies some steps earlier in the same series.

        Parameters
        ----------
        lag : int

        Returns
        -------
        rows : ndarray of int of shape (n_rows,)
            -1 where there is no such row.
        """
        occurring, keys = self._occurring_steps
        wanted = self.steps - lag
        earlier = np.searchsorted(occurring, wanted)
        exists = np.append(occurring, 0)[earlier] == wanted
        exists &= earlier < len(occurring)
        key = self.series * len(occurring) + earlier
        found = np.searchsorted(keys, key)
        exists &= np.append(keys, -1)[found] == key
        return np.where(exists, np.append(self._by_series, -1)[found], -1)

    @cached_property
    def _occurring_steps(self):
        """The steps that have rows, and the ascending keys of the rows by series.

        A key numbers a step of a series. It counts only steps that have rows, because
        series times steps may overflow.
        """
        occurring = np.unique(self.steps)
        numbers = np.searchsorted(occurring, self.steps)
        keys = (self.series * len(occurring) + numbers)[self._by_series]
        return occurring, keys

    def _shared_frequency(self, name, warn):
        """Find the frequency that all series lie on, or None."""
        labels = self.labels
        merged = find_frequency(labels.unique().sort_values(), name=name, warn=warn)
        if merged is None or self._is_regular_on(merged):
            return merged
        longest = self.series == np.bincount(self.series).argmax()
        frequency = find_frequency(labels[longest], name=name)
        is_shared = frequency is not None and frequency.are_on(labels).all()
        return frequency if is_shared and self._is_regular_on(frequency) else None

    def _is_regular_on(self, frequency):
        """Say whether rows mostly follow each other by one step in their series."""
        axis = TimeAxis.at(self.series, self.labels, frequency)
        series, steps = self.series[axis._by_series], axis.steps[axis._by_series]
        within = np.diff(series) == 0
        return not within.any() or np.mean(np.diff(steps)[within] == 1) >= REGULAR_RATE


def read_index(X, name="X", n_rows=None):
    """Split the index of a table into series and times.

    Returns
    -------
    series : ndarray of int of shape (n_rows,)
        In the order in which the series first occur.
    labels : pandas.Index of length n_rows, or None
        See `as_times`.
    names : pandas.Index of length n_series, or None
        None where the index has one level.

    Raises
    ------
    ValueError
        See `TimeAxis.of`.
    """
    one_series = np.zeros(len(X) if n_rows is None else n_rows, dtype=np.intp)
    if not is_pandas(X) or X.index.nlevels != 2:
        return one_series, time_index(X, name), None
    import pandas as pd

    series, names = pd.factorize(X.index.get_level_values(0))
    if (series < 0).any():
        row = int((series < 0).argmax())
        raise ValueError(
            f"The index of {name} names no series in row {row}. Drop such rows, or "
            "name their series."
        )
    labels = as_times(X.index.get_level_values(1))
    if labels is None:
        raise ValueError(
            f"The index of {name} has two levels ({list(X.index.names)}), but the "
            "second holds no times. It must be (series, time), with dates, periods or "
            "numbers as times."
        )
    for number, series_name in enumerate(names):
        check_time_order(labels[series == number], f"series {series_name!r} of {name}")
    return series, labels, names


def check_single_series(axis, estimator):
    """Raise if the rows belong to more than one series.

    Parameters
    ----------
    axis : TimeAxis
    estimator : object
        The one that supports a single series, for the message.
    """
    if axis.n_series > 1:
        raise ValueError(
            f"{type(estimator).__name__} got {axis.n_series} series (the first two are "
            f"{axis.names[0]!r} and {axis.names[1]!r}), but it takes one series. Fit "
            "one estimator per series: for name, part in X.groupby(level=0): ..."
        )


def check_index_of_one_series(table, estimator):
    """Raise if the two-level index of a table, if it has one, names several series.

    Parameters
    ----------
    table : object
        X or y as ``fit`` was given it.
    estimator : object
        The one that supports a single series, for the message.
    """
    if is_pandas(table) and table.index.nlevels == 2:
        check_single_series(TimeAxis.of(table, gaps="ignore"), estimator)


def _warn_of_date_text(index, name):
    if index.nlevels == 1 and looks_like_dates(index):
        warn_user(
            f"The index of {name} is text that looks like dates ({index[0]!r}), so it "
            "carries no time: rows count as consecutive. Convert it: "
            f"{name}.index = pd.to_datetime({name}.index)."
        )
