"""Weights that scale the errors of each series by its typical change.

The typical change is the mean absolute change of the target from row to row. It is the
error of the naive forecast by which Hyndman & Koehler (2006) scale errors. Without
these weights, series with large values would dominate the loss.
"""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._regression.linear.least_squares import is_like_least_squares
from skseq._validation.numbers import quoted

NEGLIGIBLE = 1e-12
"""Changes, relative to those of the largest series, below which a series counts as
constant, because rounding errors of float64 may be as large."""

MIN_CHANGE = 0.01
"""Minimum mean change of the series with the largest changes, relative to the range of
all series. Series at very different levels change less, and gradients would be too
small for optimizers."""

MAX_ROUNDING = 0.01
"""Largest rounding errors, relative to the mean change of a series, without a
warning."""

SMALL_CHANGE = 1e-3
"""If the changes of a series are smaller than this, relative to those of another one,
they are rounded because of that series, else because of its own level."""


def balance_series(axis, targets, loss):
    """Return a weight for each row, so that the losses of all series are comparable.

    Parameters
    ----------
    axis : TimeAxis
        Of the rows, which are sorted by series.
    targets : ndarray of shape (n_rows, n_outputs)
        Scaled.
    loss : str, or what Keras takes as a loss

    Returns
    -------
    weights : ndarray of float64 of shape (n_rows,)
        At least 1; exactly 1 for the series with the largest changes, unless they are
        below `MIN_CHANGE`, and for a single series. With smaller weights, gradients
        could be too small for optimizers, which add a small constant to their root mean
        square.
    """
    if axis.n_series == 1:
        return np.ones(len(targets))
    sizes = mean_changes(axis, targets)
    largest = sizes.max() or 1.0
    relative = sizes / largest
    # A series that never changes has no typical change.
    is_known = relative > NEGLIGIBLE
    relative[~is_known] = np.median(relative[is_known]) if is_known.any() else 1.0
    relative *= min(largest / MIN_CHANGE, 1)
    power = 2 if is_like_least_squares(loss) else 1
    return relative[axis.series] ** -power


def warn_about_lost_series(axis, targets, scaled, dtype):
    """Warn of series that vary, but too little for the dtype, compared with the others.

    All series are scaled by the same range, so the changes of a series are rounded away
    if they are tiny compared with those of another one.
    """
    if axis.n_series == 1:  # see `warn_about_lost_changes`
        return
    changes, of_scaled = mean_changes(axis, targets), mean_changes(axis, scaled)
    varies = changes > NEGLIGIBLE * _largest_values(axis, targets)
    rounding = np.finfo(dtype).eps * _largest_values(axis, scaled)
    is_lost = of_scaled <= NEGLIGIBLE * of_scaled.max()
    is_lost = varies & (is_lost | (rounding > MAX_ROUNDING * of_scaled))
    if is_lost.any():
        number, largest = int(is_lost.argmax()), int(of_scaled.argmax())
        if of_scaled[number] < SMALL_CHANGE * of_scaled[largest]:
            other = f"{changes[largest]:.2g} of {quoted(axis.names[largest])}"
            remedy = "divide each series by its own size first"
        else:
            other = f"its values, up to {_largest_values(axis, targets)[number]:.2g}"
            remedy = "subtract the mean of each series first"
        error = rounding[number] / of_scaled[number] if of_scaled[number] else np.inf
        in_float64 = error * np.finfo("float64").eps / np.finfo(dtype).eps
        if dtype != "float64" and in_float64 <= MAX_ROUNDING:
            remedy = f"set dtype='float64', or {remedy}"
        warn_user(
            f"The changes of {is_lost.sum()} of {axis.n_series} series are lost in "
            f"rounding errors of {dtype}, so predictions are inaccurate. The first is "
            f"{quoted(axis.names[number])}, whose mean change from row to row, "
            f"{changes[number]:.2g}, is small compared with {other}. "
            f"{remedy[0].upper()}{remedy[1:]}, or fit such series separately."
        )


def _largest_values(axis, targets):
    """Return the largest absolute value of each series."""
    largest = np.zeros(axis.n_series)
    of_rows = np.maximum(targets.max(axis=1), -targets.min(axis=1))
    np.maximum.at(largest, axis.series, of_rows)
    return largest


def mean_changes(axis, targets):
    """Return the mean absolute change of each series from row to row, over all outputs.

    It is 0 for a series of one row.
    """
    within = np.diff(axis.series) == 0
    changes = np.zeros(len(targets) - 1)
    for column in targets.T:  # one by one, because many take much memory
        changes += np.abs(np.diff(column.astype(np.float64)))
    changes = changes[within] / targets.shape[1]
    of_series = axis.series[1:][within]
    totals = np.bincount(of_series, changes, minlength=axis.n_series)
    return totals / np.maximum(np.bincount(of_series, minlength=axis.n_series), 1)
