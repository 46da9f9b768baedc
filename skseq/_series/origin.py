"""Where windows come from: written by the windower, read by the regressor after it.

A Pipeline passes an array from step to step, and an array has neither labels nor a
history. The windower therefore returns arrays with an attribute that contains this
information.
"""

from dataclasses import dataclass, replace

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.index import check_same_index, check_same_labels, has_labels
from skseq._series.window_array import WindowArray, WindowsOfRows, as_plain


@dataclass(frozen=True)
class WindowOrigin:
    """What the windower knows about the windows of one call.

    Attributes
    ----------
    fit_id : str
        The same for fits of the windower on the same rows with the same horizon,
        different for others.
    axis : TimeAxis
        Of the rows that the windows belong to.
    begin_before : ndarray of bool of shape (n_rows,)
        The windows that begin before the first row of their series in this call.
    is_unavoidable : ndarray of bool of shape (n_rows,)
        The windows that begin before the first fitted row, so that no earlier row could
        complete them.
    are_fitted : ndarray of bool of shape (n_rows,)
        The rows at times up to the last fitted row of their series.
    are_new : ndarray of bool of shape (n_rows,)
        The rows whose series was not in fit.
    n_needed : int
        Rows before a row that its window needs.
    future : ndarray of int
        Positions of the features known in advance.
    columns : ndarray of str of shape (n_features,), or None
        Names of the features.
    is_checked : bool, default=False
        Whether the windower has checked that no window contains the target.
    """

    fit_id: str
    axis: TimeAxis
    begin_before: np.ndarray
    is_unavoidable: np.ndarray
    are_fitted: np.ndarray
    are_new: np.ndarray
    n_needed: int
    future: np.ndarray
    columns: np.ndarray | None = None
    is_checked: bool = False

    def __getitem__(self, rows):
        """Return the origin of some of the windows, by a mask or row numbers."""
        return replace(
            self,
            axis=self.axis[rows],
            begin_before=self.begin_before[rows],
            is_unavoidable=self.is_unavoidable[rows],
            are_fitted=self.are_fitted[rows],
            are_new=self.are_new[rows],
        )


def with_origin(windows, origin):
    """Return windows that record where they come from: a view of the same memory."""
    if not isinstance(windows, WindowArray):
        return WindowsOfRows.of(as_plain(windows), origin)
    windows.origin = origin
    return windows


def origin_of(windows):
    """Return the `WindowOrigin` of windows, or None if no windower has cut them."""
    # A frame may have a column that is called "origin".
    is_ours = isinstance(windows, WindowsOfRows | WindowArray)
    return windows.origin if is_ours else None


def check_same_rows(X, y, sample_weight=None):
    """Raise if the rows of X, y and sample_weight have labels and these differ.

    Windows have no index, but the windower has stored the labels of their rows.
    """
    origin = origin_of(X)
    for name, table in (("y", y), ("sample_weight", sample_weight)):
        check_same_index(X, table, name=name)
        if origin is None or not has_labels(table):
            continue
        axis, index = origin.axis, table.index
        if axis.labels is not None:
            check_same_labels(axis.labels, index.get_level_values(-1), name)
        if axis.names is not None and index.nlevels == 2:
            names = axis.names[axis.series]
            check_same_labels(names, index.get_level_values(0), name)
    if has_labels(y):
        check_same_index(y, sample_weight, name="sample_weight", other="y")


def columns_of(estimator, origin):
    """Return the names of the features that an estimator gets, or None.

    They are those of the origin of its windows, or else of the columns of its table.
    """
    if origin is None:
        return getattr(estimator, "feature_names_in_", None)
    return origin.columns


def name_of_feature(feature, columns):
    """Name a feature by its column, or by its number where ``columns`` is None."""
    if columns is None:
        return f"Feature {feature} of X"
    return f"Column {str(columns[feature])!r} of X"
