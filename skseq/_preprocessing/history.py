"""The history: the last fitted rows, which windows of later rows may contain."""

import hashlib
import weakref
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_once
from skseq._preprocessing.fitted_labels import (
    warn_about_fitted_labels,
    warn_about_other_values,
)
from skseq._series.axis import TimeAxis
from skseq._series.frequency import Frequency
from skseq._series.frequency.distances import UsualDistances
from skseq._series.frequency.opening_hours.hours_warnings import (
    warn_about_closed_times,
)
from skseq._series.index import kind_of_labels
from skseq._series.passed_rows import are_all_rows_passed
from skseq._series.plain_index import WithPlainIndexes
from skseq._series.series_index import first_rows, last_rows
from skseq._series.tolerance import are_close
from skseq.exceptions import IncompleteWindowWarning

_followers = weakref.WeakKeyDictionary()
"""For each FittedRows, the rows without labels of the last call that were assumed to
follow them. Not an attribute, because transform must not change the windower.
"""


@dataclass(frozen=True, eq=False)
class FittedRows(WithPlainIndexes):
    """The fitted rows that later calls need.

    Attributes
    ----------
    fit_id : str
        Equal for fits on the same rows, different for others.
    first_rows : ndarray of shape (n_first, n_features)
        Compared with the first rows of an array, to check whether these are the fitted
        rows.
    last_rows : ndarray of shape (n_last, n_features)
        The history.
    first_labels, last_labels : pandas.Index or None
        None if there is no index of times.
    first_series, last_series : ndarray of int of shape (n_first,) and (n_last,)
        The series that each of these rows belongs to.
    names : list or None
        Names of the series; None if the index has one level.
    frequency : Frequency or None
    distances : UsualDistances or None
        Of labels without a frequency; None if gaps do not count.
    are_numbered : bool
        Whether an earlier step may have numbered the rows; see `are_numbered`.
    """

    fit_id: str
    first_rows: np.ndarray
    last_rows: np.ndarray
    first_series: np.ndarray
    last_series: np.ndarray
    first_labels: object = None
    last_labels: object = None
    names: list | None = None
    frequency: Frequency | None = None
    distances: UsualDistances | None = None
    are_numbered: bool = False

    @classmethod
    def of(cls, rows, axis, *, n_first, n_last, gaps, are_numbered):
        """Store the first and the last fitted rows.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_features)
        axis : TimeAxis
            Of these rows.
        n_first : int
            More are stored if these are all equal, because equal rows, such as zeros
            at night, occur in other arrays as well.
        n_last : int
        gaps : {"auto", "ignore"}
        are_numbered : bool
        """
        labels, is_panel = axis.labels, axis.n_series > 1
        is_irregular = axis.frequency is None and labels is not None
        # Series are recognized by their names and labels, arrays by their values.
        first, last = axis.first(1), axis.last(n_last)
        if not is_panel:
            first = np.arange(count_distinctive_rows(rows, n_first))
        return cls(
            fit_id=digest_of(rows, axis),
            first_rows=rows[first],
            last_rows=rows[last],
            first_series=axis.series[first],
            last_series=axis.series[last],
            first_labels=None if labels is None else labels[first],
            last_labels=None if labels is None else labels[last],
            names=None if axis.names is None else list(axis.names),
            frequency=axis.frequency,
            distances=(
                UsualDistances.of(axis) if is_irregular and gaps == "auto" else None
            ),
            are_numbered=are_numbered,
        )

    def put_before(self, rows, axis):
        """Put the history before the rows of a call, at its position in time.

        Raise if labels are of another kind than in fit, or not on the frequency; or if
        several series were fitted and X does not say which its rows belong to.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_features)
        axis : TimeAxis
            Of these rows, without a frequency.
        """
        self._check_series_are_named(axis)
        labels, of_call = self._read_labels(axis), self.series_of_call(axis)
        if labels is None:
            history, begins_with_fitted = self._history_of_array(rows, axis)
        else:
            history, begins_with_fitted = self._history_by_labels(
                rows, axis, labels, of_call
            )
            if len(history):
                labels = self.last_labels[history].append(labels)
        # The call decides the dtype, so that its windows have the dtype of X.
        before = self.last_rows[history].astype(rows.dtype)
        series_of_history = of_call[self.last_series[history]]
        series = np.concatenate([series_of_history, axis.series])
        joined = TimeAxis.at(series, labels, self.frequency, axis.names)
        if labels is not None and self.distances is not None:
            self.distances.warn_about_gap(joined)
        has_history = np.zeros(axis.n_series, dtype=bool)
        has_history[series_of_history] = True
        has_no_past = ~has_history & (begins_with_fitted | (len(self.last_rows) == 0))
        return RowsWithHistory(
            np.concatenate([before, rows]),
            joined,
            len(history),
            has_no_past,
            *self._compare_times(joined[len(history) :], of_call),
        )

    def _history_of_array(self, rows, axis):
        """Return the numbers of the last rows to put before rows without times.

        Also return whether the call begins with the fitted rows.
        """
        # With several series, it is unknown which one the fitted rows belong to.
        is_one, n_first = axis.n_series == 1, len(self.first_rows)
        are_fitted = is_one and are_all_rows_passed(len(rows))
        if is_one and not are_fitted and len(rows) >= n_first:
            are_fitted = bool(are_close(rows[:n_first], self.first_rows).all())
        history = np.arange(len(self.last_rows) if is_one and not are_fitted else 0)
        if 0 < len(rows) <= len(history):
            self._warn_about_other_followers(rows)
        return history, np.array([are_fitted])

    def _history_by_labels(self, rows, axis, labels, of_call):
        """Return the numbers of the last rows to put before rows with times.

        Also return which series of the call begin with their first fitted row.
        """
        is_complete = are_all_rows_passed(len(rows))
        if not is_complete:  # steps of a forecaster may read other rows than in fit
            warn_about_other_values(self, rows, axis, labels, of_call)
        warn_about_closed_times(self.frequency, labels, axis.series, axis.names)
        # Only fitted rows before the first row of each series in this call: in
        # cross-validation, later fitted rows would be a leak.
        first_labels = labels[axis.first_row_of_series]
        series_of_last = of_call[self.last_series]
        is_before = self.last_labels < first_labels.take(series_of_last)
        is_before &= (series_of_last >= 0) & (not is_complete)
        # Which series begin with the first row of the fit.
        fitted = first_rows(self.first_series)
        begins = np.zeros(len(first_labels), dtype=bool)
        n_of_call = of_call[self.first_series[fitted]]
        is_first = self.first_labels[fitted] == first_labels.take(n_of_call)
        begins[n_of_call[is_first & (n_of_call >= 0)]] = True
        return np.flatnonzero(is_before), begins

    def _compare_times(self, axis, of_call):
        """Return which rows are not later than fit, and which are of a new series."""
        # A fitted series that is not in the call has the number -1, after all others.
        last = last_rows(of_call[self.last_series], axis.n_series + 1)[axis.series]
        are_new = ~np.isin(axis.series, of_call) & (self.names is not None)
        are_fitted = (last >= 0) & (axis.labels is not None)
        if are_fitted.any():
            ends = self.last_labels[last[are_fitted]]
            are_fitted[are_fitted] = np.asarray(axis.labels[are_fitted] <= ends)
        return are_fitted, are_new

    def warn_about_fitted_labels(self, known):
        """Warn if unknown rows, such as those to predict, have fitted labels."""
        axis = known.axis_of_call
        if axis.labels is not None and len(self.last_rows):
            rows = known.rows[known.n_before :]
            warn_about_fitted_labels(self, rows, axis, self.series_of_call(axis))

    def _check_series_are_named(self, axis):
        n_fitted = len(self.names or [None])
        if n_fitted > 1 and axis.names is None:
            raise ValueError(
                f"SequenceWindower was fitted on {n_fitted} series, so X must have an "
                "index of the levels (series, time), which shows the series of each "
                "row, but it has no such index. Keep it with "
                'set_output(transform="pandas") on earlier steps of the Pipeline.'
            )

    def series_of_call(self, axis):
        """Return the number of each fitted series in a call, -1 if it is not there."""
        if self.names is None or axis.names is None:
            # A single series without a name matches a single series with any name.
            n_fitted = len(self.names or [None])
            is_same = n_fitted == axis.n_series == 1
            return np.array([0 if is_same else -1] * n_fitted)
        return axis.names.get_indexer(self.names)

    def _read_labels(self, axis):
        """Return the times of a call in the time zone of the fitted rows, or None."""
        labels, fitted = axis.labels, self.first_labels
        if fitted is None:
            return None
        if labels is None and self.are_numbered and fitted[0] == 0:
            return None  # no times are lost
        if labels is None:
            warn_once(
                self,
                "SequenceWindower was fitted on rows with an index, but X has no "
                "index, or one of text, which is not read as times. X is treated as a "
                "plain array: its rows count as the fitted rows if they begin with the "
                "same values, and otherwise as the rows that follow them. Keep the "
                'index with set_output(transform="pandas") on earlier steps of the '
                "Pipeline, and convert text with pd.to_datetime. If a tool such as "
                "SequentialFeatureSelector converts X to an array before the Pipeline "
                "gets it, also pass y as an array: y.to_numpy().",
            )
            return None
        kind, fitted_kind = kind_of_labels(labels), kind_of_labels(fitted)
        if kind != fitted_kind:
            raise ValueError(
                f"The index of X must be of the same kind as in fit ({fitted_kind}), "
                f"so that the rows can be ordered in time, but it contains {kind}. "
                f"Use an index like the fitted one ({fitted[0]!r}, ...)."
            )
        zone = getattr(fitted, "tz", None)
        return labels if zone is None else labels.tz_convert(zone)

    def _warn_about_other_followers(self, rows):
        """Warn if two calls with few, different rows are both assumed to follow fit.

        If single rows are passed in separate calls, all get the window of the first.
        Longer calls are not compared, because a permuted column changes the values of
        rows at the same times.
        """
        before = _followers.get(self, rows)
        _followers[self] = rows
        n_same = min(len(before), len(rows))
        if not np.array_equal(before[:n_same], rows[:n_same], equal_nan=True):
            warn_once(
                self,
                f"X has no index, so its {counted(len(rows), 'row')} are assumed to "
                "follow the fitted rows directly. The same was assumed of different "
                "rows in the call before, and at most one can be right. Pass all rows "
                "since fit in one call, or a pandas object with an index of times.",
                IncompleteWindowWarning,
            )

    def frequency_of(self, number):
        """Return the frequency of a fitted series, by its number."""
        if self.names is None:
            return self.frequency
        return self.frequency.of(self.names[number])


@dataclass(frozen=True, eq=False)
class RowsWithHistory:
    """The rows of a call, and before them the history of their series.

    Attributes
    ----------
    rows : ndarray of shape (n_before + n_rows, n_features)
        Sorted neither by series nor by time: the history comes first.
    axis : TimeAxis
        Of these rows. Series are numbered as in the call.
    n_before : int
        Number of rows of the history.
    has_no_past : ndarray of bool of shape (n_series,)
        Series of which no earlier rows are known: they begin with the first fitted row,
        or the windower stores no history.
    are_fitted : ndarray of bool of shape (n_rows,)
        Rows of the call at times up to the last fitted row of their series.
    are_new : ndarray of bool of shape (n_rows,)
        Rows of the call whose series was not in fit.
    """

    rows: np.ndarray
    axis: TimeAxis
    n_before: int
    has_no_past: np.ndarray
    are_fitted: np.ndarray
    are_new: np.ndarray

    @cached_property
    def axis_of_call(self):
        """The time axis of the rows of the call alone."""
        return self.axis[self.n_before :] if self.n_before else self.axis

    def begin_before(self, n_needed):
        """Return which windows begin before the first row of their series in the call.

        A window needs ``n_needed`` rows before its row.
        """
        axis = self.axis_of_call
        enough = axis.steps[axis.first_row_of_series] + n_needed
        return axis.steps < enough[axis.series]

    def are_unavoidable(self, n_needed):
        """Return which windows begin before the first known row of their series."""
        return self.has_no_past[self.axis_of_call.series] & self.begin_before(n_needed)


def digest_of(rows, axis):
    """Return a text that is equal only for equal values, labels and series.

    Series may differ anywhere, so all values are read: 1 ms for 200,000 numbers.
    """
    digest = hashlib.sha1(np.ascontiguousarray(rows), usedforsecurity=False)
    if axis.labels is not None:
        numbers = getattr(axis.labels, "asi8", axis.labels)  # dates would be objects
        digest.update(np.ascontiguousarray(numbers))
    if axis.names is not None:
        digest.update(np.ascontiguousarray(axis.series))
        digest.update(str(list(axis.names)).encode())
    return digest.hexdigest()


def count_distinctive_rows(rows, n):
    """Return how many of the first rows are needed so that they are not all equal.

    The result is at least n. It is the number of all rows if all rows are equal.

    Examples
    --------
    >>> import numpy as np
    >>> count_distinctive_rows(np.array([[0.0], [0.0], [0.0], [1.0], [2.0]]), 2)
    4
    """
    differs = (rows != rows[0]).any(axis=1)
    if not differs.any():
        return len(rows)
    return max(n, int(differs.argmax()) + 1)
