"""The times of the rows of a table, counted in steps that all series share."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.utils.validation import _num_samples

from skseq._series.axis import TimeAxis
from skseq._series.frequency import Frequency
from skseq._series.index import check_same_index, is_pandas


@dataclass(frozen=True, eq=False)
class RowTimes:
    """The series of each row and its time.

    Attributes
    ----------
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    steps : ndarray of int64 of shape (n_rows,)
        Time of each row. Rows of the same time have the same number in all series.
    index : pandas.Index of length n_rows, or None
        The index of the table, with times converted to pandas types; None if X and y
        are not pandas objects.
    frequency : Frequency or None
        Continues the index; None if it is irregular or there is none.
    """

    series: np.ndarray
    steps: np.ndarray
    index: object = None
    frequency: Frequency | None = None

    @classmethod
    def of(cls, X, y=None, frequency=None):
        """Read the times from the index of X, or from that of y.

        Parameters
        ----------
        X : table-like of shape (n_rows, n_features) or None
        y : array-like of shape (n_rows,) or (n_rows, n_targets), default=None
        frequency : Frequency, default=None
            That of a longer table that contains these rows. By default, and if the
            index does not match it, it is found in the index.

        Raises
        ------
        ValueError
            If rows are not in order of time within a series; see `TimeAxis.of`.
        """
        check_same_index(X, y)
        n_rows = _num_samples(y if X is None else X)
        table = next((part for part in (X, y) if is_pandas(part)), None)
        axis = _axis(X, y, n_rows)
        if frequency is not None and axis.labels is not None:
            is_on = frequency.contains(axis.labels).all()
            axis = replace(axis, frequency=frequency) if is_on else axis
        index = None if table is None else _index(table, axis)
        return cls(axis.series, _shared_steps(axis), index, axis.frequency)

    @property
    def is_panel(self):
        """Whether the index names the series of each row."""
        return self.index is not None and self.index.nlevels == 2

    @property
    def moments(self):
        """The times of the index, without the series; row numbers without an index."""
        import pandas as pd

        if self.index is None:
            return pd.RangeIndex(len(self.steps))
        return self.index.get_level_values(1) if self.is_panel else self.index

    def last_rows(self, until):
        """Return the position of the last row of each series, up to a step.

        Parameters
        ----------
        until : int

        Returns
        -------
        rows : ndarray of int of shape (n_found,)
            One for each series that has rows up to there.
        """
        rows = np.flatnonzero(self.steps <= until)
        # Rows of a series ascend in time, so its last row is the last one written.
        last = np.full(self.series.max() + 1, -1)
        last[self.series[rows]] = rows
        return last[last >= 0]

    def between(self, after, until):
        """Return the positions of rows later than one step, up to another.

        Parameters
        ----------
        after, until : int

        Returns
        -------
        rows : ndarray of int of shape (n_found,), ascending
        """
        return np.flatnonzero((self.steps > after) & (self.steps <= until))


def _axis(X, y, n_rows):
    try:
        return TimeAxis.of(X, y, n_rows=n_rows)
    except ValueError:
        # If labels are off the frequency, a split can still count the times that occur.
        # An unsorted index raises again in this second call.
        return TimeAxis.of(X, y, gaps="ignore", n_rows=n_rows)


def _index(table, axis):
    """Return the index of a table, with dates of other types as pandas dates."""
    import pandas as pd

    if axis.labels is None:
        return table.index
    if axis.names is None:
        return axis.labels
    levels = [table.index.get_level_values(0), axis.labels]
    return pd.MultiIndex.from_arrays(levels, names=table.index.names)


def _shared_steps(axis):
    """Return the step of each row, with one number for each time."""
    if axis.labels is None:
        return axis.steps
    # The steps of the axis cannot be used. In opening hours they depend on the rows of
    # each series, so one time may have different numbers in two series.
    occurring = axis.labels.unique().sort_values()
    if axis.frequency is None:
        steps = np.arange(len(occurring))
    else:
        steps = axis.frequency.positions(occurring)
    return steps[occurring.get_indexer(axis.labels)]
