"""Windows cut by hand whose steps and features are mixed up.

Their axes were swapped, or they were reshaped from a table whose columns have another
order, such as all lags of one variable and then all lags of the next. Or all steps are
features of a single step.
"""

from contextlib import suppress
from dataclasses import replace

import numpy as np

from skseq._estimator.plurals import counted
from skseq._regression.past.lagged_features import WindowSearch
from skseq._series.lagged_target import MIN_COMPARED, AmbiguousLagError
from skseq._series.row_steps import MIN_OVERLAP_RATE, steps_by_overlap
from skseq._series.window_distances import (
    MIN_FOUND_RATE,
    find_overlaps,
    find_repeated,
)
from skseq._series.windows import Windows

N_SEARCHED = 1000
"""Number of latest rows that are searched, as each order is a copy of the windows."""

N_PAIRS = 20
"""Number of pairs of neighbouring windows that are looked at first."""

MIN_LAGS = 3
"""Fewer features may look like consecutive lags by chance."""


def describe_axis_order(rows, target):
    """Describe in which other order of axes windows contain the target's past.

    Windows that do not overlap may be right. But if they overlap in another order of
    axes, that is no coincidence. Return None if the order of axes may be right.

    The past of the target, of shape (n_rows,), is not found in the rows, or only in
    windows that do not continue each other.
    """
    _, n_steps, n_features = rows.windows.shape
    if rows.origin is not None or min(n_steps, n_features) == 1 or _continue(rows):
        return None
    windows, rows, target = _latest(rows, target)
    if not _share_values(windows):
        return None
    for code, array in _list_orders(windows):
        reordered = Windows.of(np.ascontiguousarray(array))
        if _contain_past(reordered, rows, target):
            return _describe(code, reordered)
        if _contain_past(reordered.with_reversed_steps(), rows, target):
            return _describe(f"{code}[:, ::-1]", reordered)
    return None


def describe_steps_as_features(rows, target):
    """Describe that the features of one-step windows are consecutive past values of y.

    Return None if they are not, or if a windower has cut the windows.
    """
    _, n_steps, n_features = rows.windows.shape
    if rows.origin is not None or n_steps > 1 or n_features < MIN_LAGS:
        return None
    windows, rows, target = _latest(rows, target)
    for code in ("", "[:, ::-1]"):
        steps = windows.swapaxes(1, 2)[:, :: -1 if code else 1]
        one = Windows.of(np.ascontiguousarray(steps))
        # Windows with equal steps, such as zeros or NaN, overlap in any order.
        varied = np.flatnonzero((steps[1:] != steps[1:, :1]).any(axis=(1, 2)))
        overlaps = find_overlaps(one)[varied, 0]
        if (
            np.count_nonzero(overlaps) >= MIN_COMPARED
            and overlaps.mean() >= MIN_OVERLAP_RATE
            and _contain_past(one, rows, target)
        ):
            return (
                f"The {n_features} features of X are consecutive past values of y, but "
                "X is read as windows of 1 step, which are not standardized, and in "
                "which a network reads no sequence. The shape of windows must be "
                "(n_windows, time_steps, n_features): in fit and predict, pass "
                f"np.asarray(X).reshape(len(X), {n_features}, 1){code} instead of X."
            )
    return None


def _latest(rows, target):
    """Return the latest windows as an array, and their rows and targets."""
    last = slice(-N_SEARCHED, None)
    windows, weights = rows.windows[last].cut(), rows.weights[last]
    return windows, replace(rows, weights=weights, axis=rows.axis[last]), target[last]


def _share_values(windows):
    """Return whether most neighbouring windows share values, in a sample of them.

    Windows of independent rows do not, and need no further search.
    """
    pairs = np.linspace(0, len(windows) - 2, N_PAIRS).astype(np.intp)
    n_shared = sum(np.isin(windows[i + 1], windows[i]).any() for i in pairs)
    return n_shared >= MIN_FOUND_RATE * N_PAIRS


def _list_orders(windows):
    """List other orders of the steps and features of windows, with their code."""
    n_windows, n_steps, n_features = windows.shape
    other = windows.reshape(n_windows, n_features, n_steps)
    reshape = f"X.reshape(len(X), {n_features}, {n_steps})"
    orders = [
        # First, as the steps of two features in turn are a series cut at every second.
        (reshape, other),
        ("np.swapaxes(X, 1, 2)", windows.swapaxes(1, 2)),
        (f"{reshape}.swapaxes(1, 2)", other.swapaxes(1, 2)),
    ]
    # Most steps first: six steps of a series are also two steps of three features.
    return sorted(orders, key=lambda order: -order[1].shape[1])


def _continue(rows):
    """Return whether windows continue each other in any feature, or do in reverse."""
    n_features = rows.windows.shape[2]
    return bool(rows.reversed_steps) or any(
        numbers.features is None and len(numbers.uneven) < n_features
        for way in rows.steps.ways
        for numbers in way
    )


def _contain_past(windows, rows, target):
    """Return whether windows that continue each other contain the target's past."""
    numberings = steps_by_overlap(windows, rows.axis)
    moving = [feature for one in numberings for feature in one.features]
    # A few features may continue by chance, such as counts that are mostly 0.
    if not moving or not np.delete(find_repeated(windows), moving).all():
        return False
    columns = windows.last_steps()
    for numbers in numberings:
        search = WindowSearch(windows, columns, numbers, rows.known, rows.known)
        with suppress(AmbiguousLagError):
            if search.find(target, None, numbers.features):
                return True
    return False


def _describe(code, windows):
    _, n_steps, n_features = windows.shape
    return (
        "The steps and features of X seem to be mixed up. Its shape must be "
        "(n_windows, time_steps, n_features), but its windows do not overlap from row "
        f"to row. Those of {code} do, with {counted(n_steps, 'step')} of "
        f"{counted(n_features, 'feature')}, and their last step contains the past of "
        "y. Pass that array instead of X."
    )
