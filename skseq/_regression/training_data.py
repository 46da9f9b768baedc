"""Training data: complete windows with scaled targets; the latest are held out."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from skseq._engine.contract import TrainingData
from skseq._estimator.plurals import counted
from skseq._network.quantiles import repeat_targets
from skseq._regression.casting import cast_windows, warn_of_lost_changes
from skseq._regression.diagnostics import warn_of_unscaled
from skseq._regression.incomplete_windows import remedy_for, warn_of_left_out
from skseq._regression.series_weights import balance_series, warn_of_lost_series
from skseq._regression.target_scaling import scale_targets
from skseq._series.axis import TimeAxis
from skseq._series.origin import WindowOrigin, columns_of, origin_of
from skseq._series.row_steps import RowSteps, axis_of_rows, steps_of_windows
from skseq._series.target_origin import TargetOrigin, target_origin_of
from skseq._series.windows import Windows
from skseq._validation.numbers import check_in_dtype


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
    max_windows: int | None = None

    @classmethod
    def of(cls, estimator, X, y, windows, targets, weights, max_windows=None):
        """Sort rows by series, so that code for one series works for several.

        Parameters
        ----------
        estimator : estimator
            Its ``feature_names_in_`` names the columns of a table.
        X, y : what ``fit`` was given, for their index and origin
        windows : Windows
        targets : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        weights : ndarray of shape (n_rows,)
        max_windows : int, default=None

        Returns
        -------
        rows : FitRows
        """
        origin = origin_of(X)
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
        known = axis, target_shape, origin, columns, past, max_windows
        return cls(windows, targets, weights, *known)

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
        return self.targets[self.weights > 0]

    @property
    def default_estimator(self):
        """The `DefaultEstimator`, if a forecaster made the estimator, else None."""
        return getattr(self.target_origin, "default_estimator", None)

    @cached_property
    def complete(self):
        """Numbers of the rows with weight and with a complete window."""
        return np.flatnonzero((self.weights > 0) & self.windows.are_complete())

    @cached_property
    def steps(self):
        """The possible step numbers of rows; see `steps_of_windows`."""
        if self.target_origin is not None and self.origin is not None:
            return RowSteps.of_rows([self.axis.joined_steps])
        return steps_of_windows(self.windows, self.axis)


def spread_rows(rows, series, n_max):
    """Take every n-th row of each series, counted from its last.

    Neighbouring windows share most of their steps, so little is lost. The last window
    of a series is the most like the one to predict.

    Parameters
    ----------
    rows : ndarray of int of shape (n_rows,)
    series : ndarray of int of shape (n_rows,)
        Sorted.
    n_max : int
        Maximum number of rows to take.
    """
    counts = np.bincount(series)
    from_last = np.cumsum(counts)[series] - 1 - np.arange(len(rows))
    step = ceil(len(rows) / n_max)
    while step < counts.max() and (-(-counts // step)).sum() > n_max:
        step += 1 + step // 100  # few tries, even if one series is much longer
    rows = rows[from_last % step == 0]
    # There may be more series than rows to take.
    return rows[:: -ceil(len(rows) / n_max)][::-1]


def check_some_complete(rows):
    """Raise if no row of weight has a window without missing steps to train on.

    Parameters
    ----------
    rows : FitRows
    """
    complete = rows.windows[rows.weights > 0].are_complete()
    if not complete.any():
        raise ValueError(
            f"All {len(complete)} windows have missing steps, so there is nothing to "
            "train on. fit needs at least one window without missing steps. "
            f"{remedy_for(rows, is_error=True)}"
        )


def make_training_data(rows, model, options, *, balanced):
    """Take the complete windows, and scale their targets and weights.

    Parameters
    ----------
    rows : FitRows
    model : FittedModel
        Not trained yet.
    options : TrainingOptions
    balanced : bool
        Whether the errors of each series are scaled by its typical change.

    Returns
    -------
    data : TrainingData
        Weights have a mean of one, unless several series are balanced.

    Raises
    ------
    ValueError
        If no window is complete, or a value is too large for the network's dtype.

    Warns
    -----
    IncompleteWindowWarning
        If windows are left out, except those that begin before the first row.
    UserWarning
        If most changes of X or y are lost in the network's dtype, or those of a series
        in float64 because another is much larger.
    """
    # Rows of weight 0 are left out anyway, so they must not count as incomplete.
    has_weight = rows.weights > 0
    check_some_complete(rows)
    warn_of_left_out(rows, has_weight)
    dtype = model.architecture.dtype
    targets = rows.targets[rows.trainable]
    scaled = scale_targets(model.target_scaler, targets)
    # A mean of one makes the loss independent of the unit of sample_weight.
    weights = rows.weights[rows.trainable]
    weights = weights / weights.mean()
    if balanced:
        axis = rows.axis[rows.trainable]
        weights = weights * balance_series(axis, scaled, options.loss)
        warn_of_lost_series(axis, targets, scaled, dtype)
    del targets  # those of many steps take much memory
    unrounded = model.rescale(rows.windows[rows.trainable])
    data = TrainingData(
        cast_windows(unrounded, model.architecture),
        repeat_targets(
            check_in_dtype(scaled, dtype, "y"), model.architecture.n_quantiles
        ),
        weights.astype(dtype),
    )
    # Both ask to scale X.
    if not warn_of_lost_changes(unrounded, scaled, model.architecture, rows.columns):
        warn_of_unscaled(unrounded, model.architecture, rows.columns)
    return data


def find_latest(axis, fraction):
    """Find the latest rows of each series, to hold them out for early stopping.

    Parameters
    ----------
    axis : TimeAxis
        Of the complete windows, sorted by series.
    fraction : float
        Fraction of the windows of each series. Rounded so that it is this fraction of
        all windows, rounded up.

    Returns
    -------
    latest : ndarray of bool of shape (n_windows,)

    Raises
    ------
    ValueError
        If no window is left to train on.
    """
    # The latest, not a random sample: neighbouring windows share most of their steps.
    series = axis.series
    ends = np.searchsorted(series, series, side="right")
    # Each number rounded up would be all windows of series with one window each.
    cumulative = np.ceil(fraction * np.cumsum(axis.count_rows()))
    n_held_out = np.diff(cumulative, prepend=0).astype(int)
    latest = ends - np.arange(len(series)) <= n_held_out[series]
    if latest.all():
        raise ValueError(
            f"validation_fraction={fraction} takes {latest.sum()} of "
            f"{counted(len(latest), 'complete window')} for early stopping and leaves "
            "none to train on. Use a smaller fraction, pass more rows, or set "
            "early_stopping=False."
        )
    return latest
