"""The rows passed to fit, checked and sorted by series."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from skseq._regression.rows.reversed_steps import contain_target, find_reversed_steps
from skseq._regression.rows.sampling import spread_rows
from skseq._series.axis import TimeAxis
from skseq._series.origin import (
    WindowOrigin,
    check_same_rows,
    columns_of,
    origin_of,
)
from skseq._series.row_order import check_row_order
from skseq._series.row_steps import RowSteps, axis_of_rows, steps_of_windows
from skseq._series.target_origin import TargetOrigin, target_origin_of
from skseq._series.window_array import as_windows
from skseq._series.windows import Windows
from skseq._validation.targets import (
    check_sample_weight,
    check_target,
    check_target_order,
)
from skseq._validation.windows import check_windows, is_three_dimensional


@dataclass(frozen=True)
class FitRows:
    """The rows that were passed to fit, checked, with targets in the units of y.

    Attributes
    ----------
    windows : Windows
        NaN at missing steps. All rows are sorted by series, oldest first.
    targets : ndarray of shape (n_rows, n_outputs)
    weights : ndarray of shape (n_rows,)
        Rows of weight 0 are left out.
    axis : TimeAxis
    target_shape : tuple of int
        Shape of one row of y: ``()`` or ``(n_outputs,)``.
    origin : WindowOrigin or None
        What the windower knows of the windows.
    columns : ndarray of str of shape (n_features,), or None
        Names of the features.
    target_origin : TargetOrigin or None
        What a forecaster knows of y, such as where the past of each target is; None if
        this must be searched for.
    is_ordered : bool
        Whether rows are in order of time, as far as one can tell.
    max_windows : int or None
        Maximum number of windows to train on; all by default.
    """

    windows: Windows
    targets: np.ndarray
    weights: np.ndarray
    axis: TimeAxis
    target_shape: tuple[int, ...]
    origin: WindowOrigin | None
    columns: np.ndarray | None
    target_origin: TargetOrigin | None
    is_ordered: bool
    max_windows: int | None = None

    @classmethod
    def of(cls, estimator, X, y, sample_weight, *, reset=True, max_windows=None):
        """Check the input of fit, and set its shape as attributes of the estimator.

        Rows are sorted by series, so that code for one series works for several.

        Parameters
        ----------
        estimator : estimator
        X, y, sample_weight : what ``fit`` was given
        reset : bool, default=True
            Whether to set the attributes, instead of checking that they are the same.
        max_windows : int, default=None
        """
        check_same_rows(X, y, sample_weight)
        windows = as_windows(check_windows(estimator, X, reset=reset))
        targets = check_target(y, n_rows=len(windows), estimator=estimator)
        check_target_order(estimator, y, reset=reset)
        weights = check_sample_weight(sample_weight, windows.starts)
        estimator.n_dims_in_ = 3 if is_three_dimensional(X) else 2
        estimator.n_time_steps_in_ = windows.time_steps
        origin = origin_of(X)
        is_ordered = origin is not None or check_row_order(X, y, windows)
        axis = axis_of_rows(X, y, len(windows)) if origin is None else origin.axis
        target_shape = targets.shape[1:]
        targets = targets.reshape(len(targets), -1)
        if axis.n_series > 1:
            order = axis.by_series
            if (np.diff(order) != 1).any():  # a copy takes memory
                windows, targets = windows[order], targets[order]
                weights, axis = weights[order], axis[order]
                origin = origin and origin[order]
        columns, past = columns_of(estimator, origin), target_origin_of(y)
        known = axis, target_shape, origin, columns, past, is_ordered, max_windows
        rows = cls(windows, targets, weights, *known)
        if is_ordered or not rows.reversed_steps:
            return rows
        # Not the rows but the steps of windows are in reverse order.
        return replace(rows, is_ordered=contain_target(rows))

    @cached_property
    def known(self):
        """Which rows have a weight above 0."""
        return self.weights > 0

    @property
    def horizon(self):
        """Steps from the end of a window to its row; 0 if no windower has cut it."""
        if self.origin is None:
            return 0
        return self.origin.n_needed - self.windows.time_steps + 1

    @cached_property
    def trainable(self):
        """Numbers of the rows to train on: with weight and with a complete window."""
        rows = self.complete
        if not self.is_sampled:
            return rows
        return spread_rows(rows, self.axis.series[rows], self.max_windows)

    @property
    def is_sampled(self):
        """Whether there are more complete windows than may be trained on."""
        return self.max_windows is not None and len(self.complete) > self.max_windows

    @property
    def targets_to_scale(self):
        """Targets that the target scaler learns from, of shape (n_rows, n_outputs)."""
        if self.is_sampled:  # all targets of long horizons take much memory
            return self.targets[self.trainable]
        return self.targets[self.known]

    @property
    def default_estimator(self):
        """The `DefaultEstimator`, if a forecaster made the estimator, else None."""
        return getattr(self.target_origin, "default_estimator", None)

    @cached_property
    def complete(self):
        """Numbers of the rows with weight and with a complete window."""
        return np.flatnonzero(self.known & self.windows.are_complete())

    @cached_property
    def reversed_steps(self):
        """Step numbers if steps of windows are reversed; see `find_reversed_steps`."""
        if self.origin is not None:
            return []
        return find_reversed_steps(self.windows, self.axis)

    @cached_property
    def steps(self):
        """The possible step numbers of rows; see `steps_of_windows`."""
        if self.target_origin is not None and self.origin is not None:
            return RowSteps.of_rows([self.axis.joined_steps])
        return steps_of_windows(self.windows, self.axis, self.is_ordered)
