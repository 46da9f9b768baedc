"""The history: the last rows of a fit, which windows of later rows may contain."""

import hashlib
import weakref
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_once, warn_user
from skseq._series.axis import TimeAxis
from skseq._series.frequency import Frequency
from skseq._series.index import kind_of_labels
from skseq._series.origin import WindowOrigin
from skseq._series.plain_index import WithPlainIndexes
from skseq._series.tolerance import are_close
from skseq.exceptions import IncompleteWindowWarning

_followers = weakref.WeakKeyDictionary()
"""The rows of the last call that were put after the fitted ones for want of labels.

They stand outside the windower, which transform must not change.
"""

WITHIN_HOURS = (
    " freq_ is the step within opening hours, and added to the last label of a day it "
    "leads into the night. Hours in universal time move when the clocks change: "
    "convert the index to their time zone before fit (X.index.tz_convert(...))."
)


@dataclass(frozen=True, eq=False)
class FittedRows(WithPlainIndexes):
    """The rows of a fit that later calls need.

    Attributes
    ----------
    first_rows : ndarray of shape (n_first, n_features)
        Compared with the first rows of an array to see whether it is the fitted one.
    last_rows : ndarray of shape (n_last, n_features)
        The history.
    first_labels, last_labels : pandas.Index or None
        None if the index carries no time.
    series : list of one label, or None
        Name of the series if the index has two levels.
    frequency : Frequency or None
    """

    first_rows: np.ndarray
    last_rows: np.ndarray
    first_labels: object = None
    last_labels: object = None
    series: object = None
    frequency: Frequency | None = None

    @cached_property
    def fit_id(self):
        """Text that fits on the same rows share, and fits on others do not."""
        digest = hashlib.blake2b(digest_size=16)
        for rows in (self.first_rows, self.last_rows):
            digest.update(np.ascontiguousarray(rows).tobytes())
        for labels in (self.first_labels, self.last_labels):
            digest.update(repr(None if labels is None else list(labels)).encode())
        return digest.hexdigest()

    def origin(self, rows, axis, steps, n_before, n_needed):
        """Describe where the windows of a call come from.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_features)
        axis : TimeAxis
            Of these rows.
        steps : ndarray of int of shape (n_rows,)
        n_before : int
            Rows of fit that were put before the rows of the call.
        n_needed : int
            Rows before a row that its window needs.

        Returns
        -------
        origin : WindowOrigin
        """
        # The first rows of another series have a past too, which fit has not seen.
        is_alone = n_before == 0 and (
            len(self.last_rows) == 0
            or (
                not self._is_other_series(axis)
                and self.begins_with_fitted(rows, axis.labels)
            )
        )
        is_unavoidable = is_alone & (steps - steps[0] < n_needed)
        return WindowOrigin(self.fit_id, axis.labels, is_unavoidable, steps, n_needed)

    def begins_with_fitted(self, rows, labels):
        """Say whether rows begin with the first row of the fit.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_features)
        labels : pandas.Index of length n_rows, or None
        """
        if labels is None or self.first_labels is None:
            return self._are_fitted(rows)
        return labels[0] == self.first_labels[0]

    @classmethod
    def of(cls, rows, axis, *, n_first, n_last):
        """Store the first and the last rows of a fit.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_features)
        axis : TimeAxis
            Of these rows.
        n_first : int
            More are stored if these are all equal, because equal rows, such as zeros
            at night, occur in other arrays as well.
        n_last : int
        """
        first, last = slice(count_distinctive_rows(rows, n_first)), axis.last(n_last)
        labels = axis.labels
        return cls(
            first_rows=rows[first].copy(),  # a view would keep all rows in memory
            last_rows=rows[last],
            first_labels=None if labels is None else labels[first],
            last_labels=None if labels is None else labels[last],
            series=None if axis.names is None else list(axis.names),
            frequency=axis.frequency,
        )

    def put_before(self, rows, axis):
        """Put the history before the rows of a call, at its position in time.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_features)
        axis : TimeAxis
            Of these rows, without a frequency.

        Returns
        -------
        known_rows : ndarray of shape (n_before + n_rows, n_features)
        steps : ndarray of int of shape (n_before + n_rows,)
        n_before : int
            Number of rows of the history.

        Raises
        ------
        ValueError
            If labels are of another kind than in fit, or not on the frequency.
        """
        labels = self._labels(axis)
        if labels is None:
            n_before = 0 if self._are_fitted(rows) else len(self.last_rows)
            if 0 < len(rows) <= n_before:
                self._warn_of_other_followers(rows)
        elif len(self.last_rows) == 0 or self._is_other_series(axis):
            n_before = 0
        else:
            self._warn_of_other_values(rows, labels)
            self._warn_of_closed_times(labels)
            # Only rows before the first row of the call: a later row of fit would be a
            # leak in cross-validation.
            n_before = int((self.last_labels < labels[0]).sum())
        # The call decides the dtype, so that its windows have the dtype of X.
        before = in_dtype(self.last_rows[:n_before], rows.dtype)
        if labels is not None and n_before:
            labels = self.last_labels[:n_before].append(labels)
        one_series = np.zeros(n_before + len(rows), dtype=np.intp)
        steps = TimeAxis.at(one_series, labels, self.frequency).steps
        return np.concatenate([before, rows]), steps, n_before

    def _labels(self, axis):
        """Return the times of a call in the time zone of the fitted rows, or None."""
        labels, fitted = axis.labels, self.first_labels
        if fitted is None:
            return None
        if labels is None:
            warn_once(
                self,
                "SequenceWindower was fitted on rows with an index, but X has no "
                "index. Its rows are treated as a plain array: they count as the "
                "fitted rows if they begin with the same values, and otherwise as the "
                "rows that follow them. Keep the index with "
                'set_output(transform="pandas") on earlier steps of the Pipeline.',
            )
            return None
        kind, fitted_kind = kind_of_labels(labels), kind_of_labels(fitted)
        if kind != fitted_kind:
            raise ValueError(
                f"The index of X must be of the same kind as in fit ({fitted_kind}), "
                f"so that the rows can be ordered in time, but it holds {kind}. Give X "
                f"an index like the fitted one ({fitted[0]!r}, ...)."
            )
        zone = getattr(fitted, "tz", None)
        return labels if zone is None else labels.tz_convert(zone)

    def _are_fitted(self, rows):
        """Return whether rows without times begin with the first fitted rows."""
        n_first = len(self.first_rows)
        if len(rows) < n_first:
            return False
        return bool(are_close(rows[:n_first], self.first_rows).all())

    def _warn_of_other_followers(self, rows):
        """Warn if few rows without times follow, and others followed before.

        Single rows one after another all get the window of the first. Longer calls are
        not compared: a permuted column makes other rows of the same times.
        """
        before = _followers.get(self, rows)
        _followers[self] = rows
        n_same = min(len(before), len(rows))
        if not np.array_equal(before[:n_same], rows[:n_same], equal_nan=True):
            warn_once(
                self,
                f"X has no index, so a call with {counted(len(rows), 'row')} was taken "
                "to follow the rows of fit directly, as was the call before, with "
                "other rows. At most one of the two does. Give predict all rows "
                "since fit in one call, or a pandas object with an index of times.",
                IncompleteWindowWarning,
            )

    def _is_other_series(self, axis):
        if self.series is None or axis.names is None:
            return False
        return self.series != list(axis.names)

    def _warn_of_closed_times(self, labels):
        """Warn if labels lie at times of the week that never had a fitted row."""
        if self.frequency is None:
            return
        is_empty = self.frequency.are_empty(labels)
        if is_empty.any():
            label = labels[is_empty][0]
            following = self.frequency.extend(label, 1)[0]
            warn_user(
                f"X has {counted(is_empty.sum(), 'row')} at times of the week that had "
                f"no row in fit, the first at {label}. Such a row counts as one step "
                f"more. If it is to be the next forecast, label it {following}."
                + (WITHIN_HOURS if is_step_of_time(self.frequency.offset) else "")
            )

    def _warn_of_other_values(self, rows, labels):
        """Warn if a label of the fitted rows occurs with other values.

        Unknown values (NaN) do not count as other values.
        """
        for fitted_labels, values in (
            (self.first_labels, self.first_rows),
            (self.last_labels, self.last_rows),
        ):
            found = labels.get_indexer(fitted_labels)
            now, then = rows[found[found >= 0]], values[found >= 0]
            differs = ~are_close(now, then) & ~np.isnan(now)
            if differs.any():
                label = fitted_labels[found >= 0][differs.any(axis=1).argmax()]
                warn_user(
                    "X has rows with the same labels as fitted rows, but with other "
                    f"values (the first is {label}). The fitted rows are put before "
                    "later rows by their index, so the windows of X may contain rows "
                    "of another series. If X is another series, give it a different "
                    "index, or fit another Pipeline to it."
                )
                return


def is_step_of_time(offset):
    """Return whether a pandas offset is a length of time, such as 30 minutes."""
    import pandas as pd

    return isinstance(offset, pd.offsets.Tick)


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


def in_dtype(before, dtype):
    """Convert the rows of fit to the dtype of later rows; raise if too large."""
    # The overflow is reported as an error below.
    with np.errstate(over="ignore"):
        rounded = before.astype(dtype)
    if np.isinf(rounded).any():
        raise ValueError(
            f"X is {dtype}, but the rows of fit that are put before it hold values up "
            f"to {np.abs(before).max():.3g} in size, which is beyond {dtype}. Convert "
            "X to float64."
        )
    return rounded
