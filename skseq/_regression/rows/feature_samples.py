"""Known values of each feature, by which a warm start recognises another scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from skseq._series.origin import name_of_feature
from skseq._series.plain_index import WithPlainIndexes

MAX_CHANGE = 1e-4
"""Largest change of a value, relative to the range or size of its feature, that does
not count as another scale. Rounding errors of float32 are smaller."""


@dataclass(frozen=True, eq=False)
class FeatureSamples(WithPlainIndexes):
    """The features of a fit, and the smallest and the largest value of each.

    Attributes
    ----------
    names : ndarray of str of shape (n_features,), or None
    future : ndarray of int, or None
        Positions of the features known in advance; None without a windower.
    labels : pandas.Index of length 2 * n_features, or None
        The rows whose windows end with the smallest values, and with the largest ones.
    series : list, or None
        Names of the series of these rows; None if the index has one level.
    values : ndarray of shape (2 * n_features,)
    """

    names: np.ndarray | None
    future: np.ndarray | None
    labels: Any
    series: list | None
    values: np.ndarray

    @classmethod
    def of(cls, rows):
        """Take the samples from the rows of a fit."""
        latest = rows.windows[rows.trainable].last_steps()
        extremes = np.concatenate([latest.argmin(axis=0), latest.argmax(axis=0)])
        axis = rows.axis[rows.trainable[extremes]]
        series = None if axis.names is None else list(axis.names[axis.series])
        features = np.arange(2 * latest.shape[1]) % latest.shape[1]
        return cls(
            rows.columns,
            rows.origin and rows.origin.future,
            axis.labels,
            series,
            latest[extremes, features],
        )

    def check_same_features(self, rows):
        """Raise if other rows have other features, or in another order."""
        if self.names is not None and rows.columns is not None:
            _check_same("columns", self.names, rows.columns)
        if self.future is not None and rows.origin is not None:
            before, now = self.future, rows.origin.future
            if rows.columns is not None:
                before, now = rows.columns[before], rows.columns[now]
            _check_same("future_columns", before, now)

    def compare(self, rows):
        """Compare the samples with the same rows of another fit.

        Returns
        -------
        is_known : ndarray of bool of shape (n_features,)
            Whether both rows of a feature were found.
        changed : str
            Describes the first value that has changed; empty if there is none.
        """
        n_features = len(self.values) // 2
        axis = rows.axis[rows.complete]
        places = self._find(axis)
        features = np.arange(2 * n_features) % n_features
        latest = rows.windows[rows.complete[places]].last_steps()
        values = latest[np.arange(2 * n_features), features]
        low, high = self.values.reshape(2, n_features)
        width = np.where(high > low, high - low, np.maximum(np.abs(low), 1))
        is_other = np.abs(values - self.values) > MAX_CHANGE * width[features]
        is_known = (places >= 0).reshape(2, n_features).all(axis=0)
        changed = np.flatnonzero(is_other & (places >= 0))
        if not len(changed):
            return is_known, ""
        first = changed[0]
        name = name_of_feature(features[first], rows.columns)
        return is_known, (
            f"{name} is {values[first]:.4g} in the window of "
            f"{axis.name_row(places[first])}, where it was {self.values[first]:.4g}"
        )

    def _find(self, axis):
        """Return the number of the row of each sample on another axis, or -1."""
        labels = self.labels, axis.labels
        # Numbers do not identify rows: parts of a table may each begin at 0.
        is_dated = all(of is not None and of.dtype.kind not in "iuf" for of in labels)
        if not is_dated or (self.series is None) != (axis.names is None):
            return np.full(len(self.values), -1)
        labels = self.labels
        if self.series is not None:
            import pandas as pd

            labels = pd.MultiIndex.from_arrays([self.series, labels])
        return axis.index.get_indexer(labels)


def _check_same(what, before, now):
    if not np.array_equal(before, now):
        raise ValueError(
            f"A warm start continues with the {what} of the first fit, "
            f"{before.tolist()}; got {now.tolist()}. Pass the same table to the same "
            "windower, or set warm_start=False."
        )
