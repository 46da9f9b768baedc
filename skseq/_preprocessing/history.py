"""The rows of a fit that later calls see: the history of the rows that follow."""

import hashlib
import weakref
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skseq._estimator.warnings import warn_once, warn_user
from skseq._series.axis import TimeAxis
from skseq._series.frequency import Frequency
from skseq._series.index import kind_of_labels
from skseq._series.plain_index import WithPlainIndexes
from skseq._series.rounding import are_close
from skseq.exceptions import IncompleteWindowWarning

_followers = weakref.WeakKeyDictionary()
"""The rows of the last call that were put after the fitted ones for want of labels.

They stand outside the windower, which transform must not change.
"""


@dataclass(frozen=True, eq=False)
class FittedRows(WithPlainIndexes):
    """What later calls need to know of the rows of a fit.

    Attributes
    ----------
    first_rows : ndarray of shape (n_first, n_features)
        They show whether an array holds the fitted rows again.
    last_rows : ndarray of shape (n_last, n_features)
        The history.
    first_labels, last_labels : pandas.Index or None
        None where the index carries no time.
    series : list of one label, or None
        Name of the series, where the index has two levels.
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
        """Keep the first and the last rows of a fit.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_features)
        axis : TimeAxis
            Of these rows.
        n_first : int
            More are kept where these are all alike: they would prove nothing.
        n_last : int
        """
        first, last = slice(n_telling_rows(rows, n_first)), axis.last(n_last)
        labels = axis.labels
        return cls(
            first_rows=rows[first].copy(),
            last_rows=rows[last],
            first_labels=None if labels is None else labels[first],
            last_labels=None if labels is None else labels[last],
            series=None if axis.names is None else list(axis.names),
            frequency=axis.frequency,
        )

    def put_before(self, rows, axis):
        """Put the history before the rows of a call, at its place in time.

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

        Raises
        ------
        ValueError
            If labels are of another kind than the fitted ones, or off their frequency.
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
            n_before = int((self.last_labels < labels[0]).sum())
        before = in_dtype(self.last_rows[:n_before], rows.dtype)
        if labels is not None and n_before:
            labels = self.last_labels[:n_before].append(labels)
        one_series = np.zeros(n_before + len(rows), dtype=np.intp)
        steps = TimeAxis.at(one_series, labels, self.frequency).steps
        return np.concatenate([before, rows]), steps, n_before

    def _labels(self, axis):
        """Return the times of a call, in the time zone of the fitted ones."""
        labels, fitted = axis.labels, self.first_labels
        if fitted is None:
            return None
        if labels is None:
            warn_once(
                self,
                "SequenceWindower was fitted with an index, but X came without one: "
                "its rows are placed as those of a plain array. Keep the index with "
                'set_output(transform="pandas") on the steps before.',
            )
            return None
        kind, fitted_kind = kind_of_labels(labels), kind_of_labels(fitted)
        if kind != fitted_kind:
            raise ValueError(
                f"The index of X holds {kind}, but SequenceWindower was fitted on "
                f"{fitted_kind}, so the rows cannot be placed after the fitted ones. "
                f"Give X the same kind of index ({fitted[0]!r}, ...)."
            )
        zone = getattr(fitted, "tz", None)
        return labels if zone is None else labels.tz_convert(zone)

    def _are_fitted(self, rows):
        """Say whether rows without times begin as the fitted ones do."""
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
                f"X has no index, so its {len(rows)} row(s) were taken to follow the "
                "rows of fit directly, as were the other rows of the call before. At "
                "most one of the two does. Give predict all rows since fit in one "
                "call, or a pandas object with an index of times.",
                IncompleteWindowWarning,
            )

    def _is_other_series(self, axis):
        if self.series is None or axis.names is None:
            return False
        return self.series != list(axis.names)

    def _warn_of_other_values(self, rows, labels):
        """Warn if a label of the fitted rows now comes with other values."""
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
                    "X has rows with the labels of fitted rows but other values (the "
                    f"first is {label}). If this is another series, give it an index "
                    "of its own, or fit a pipeline to it: the rows of fit are put "
                    "before later ones by their index."
                )
                return


def n_telling_rows(rows, n):
    """Return how many rows, at least n, are not all alike; all where there are none.

    Examples
    --------
    >>> import numpy as np
    >>> n_telling_rows(np.array([[0.0], [0.0], [0.0], [1.0], [2.0]]), 2)
    4
    """
    differs = (rows != rows[0]).any(axis=1)
    if not differs.any():
        return len(rows)
    return max(n, int(differs.argmax()) + 1)


def in_dtype(before, dtype):
    """Round the rows of fit to the dtype of the rows that follow."""
    with np.errstate(over="ignore"):
        rounded = before.astype(dtype)
    if np.isinf(rounded).any():
        raise ValueError(
            f"X is {dtype}, but the rows of fit before it hold values up to "
            f"{np.abs(before).max():.3g} in size, beyond that. Give X as float64."
        )
    return rounded
