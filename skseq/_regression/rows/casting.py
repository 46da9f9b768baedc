"""What rounding to the network's dtype does to windows and targets."""

from dataclasses import replace

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._network.architecture import dtype_of_windows
from skseq._series.origin import name_of_feature
from skseq._validation.numbers import check_in_dtype

LARGEST_ERROR = 0.25
"""Relative error of changes from which on they count as lost. Where most are as small
as the distance of neighbouring numbers in float32, it is about this large."""

NEGLIGIBLE = 1e-12
"""Smaller changes, relative to the largest value, are rounding errors of float64."""


def cast_windows(windows, architecture):
    """Cast windows to the dtype in which a network takes them.

    Parameters
    ----------
    windows : Windows
    architecture : Architecture or CustomNetwork

    Returns
    -------
    windows : Windows

    Raises
    ------
    ValueError
        If a value in some window is too large for the network's dtype.
    """
    with np.errstate(over="ignore"):  # what overflows is reported below, by value
        rounded = windows.series.astype(architecture.dtype, copy=False)
    # Rows of the series that are in no window may contain anything.
    if np.isinf(rounded).any():
        held = windows.series[windows.n_windows_per_step() > 0]
        check_in_dtype(held, architecture.dtype, "X")
    if dtype_of_windows(architecture) != architecture.dtype:
        rounded = windows.series.astype(dtype_of_windows(architecture), copy=False)
    return replace(windows, series=rounded)


def warn_about_lost_changes(windows, targets, architecture, names):
    """Warn if most changes from row to row are lost when a network rounds them.

    Return whether there was a warning.

    Parameters
    ----------
    windows : Windows
        Complete, not rounded yet.
    targets : ndarray of shape (n_windows, n_outputs)
        Scaled, not rounded yet.
    architecture : Architecture or CustomNetwork
    names : ndarray of str of shape (n_features,), or None
        Of the features.

    Warns
    -----
    UserWarning
        About the first feature that is not normalized, otherwise about the first
        target.
    """
    if architecture.dtype == "float64":
        return False
    columns = {}
    held = windows.series[windows.n_windows_per_step() > 0]
    normalization = architecture.normalization
    for feature, values in enumerate(held.T):
        # A normalized feature is rounded after its level is subtracted.
        if normalization is None or normalization.floors[feature] is None:
            columns[name_of_feature(feature, names)] = values
    for output, values in enumerate(targets.T):
        columns[f"Output {output} of y (after target_scaler)"] = values
    for name, values in columns.items():
        if is_lost_in_float32(values):
            size, changes = np.abs(values).max(), np.abs(find_changes(values))
            change = np.median(changes[changes > 0])
            warn_user(
                f"{name} reaches {size:.4g}, where float32 numbers are "
                f"{np.spacing(np.float32(size)):.2g} apart, but half of its changes "
                f"from row to row are below {change:.2g}, so the network cannot tell "
                "its values apart. Set dtype='float64', or scale X and y first."
            )
            return True
    return False


def is_lost_in_float32(values):
    """Return whether rounding to float32 distorts most changes from row to row.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)

    Examples
    --------
    >>> import numpy as np
    >>> steps = np.arange(9.0)
    >>> is_lost_in_float32(1e7 + 0.1 * steps), is_lost_in_float32(1e7 + steps)
    (True, False)
    """
    changes = find_changes(values)
    size = np.abs(values).max()
    counts = np.abs(changes) > NEGLIGIBLE * size
    if not counts.any():
        return False
    changes = changes[counts]
    rounded = find_changes(values.astype(np.float32))[counts]
    errors = np.abs(rounded - changes) / np.abs(changes)
    return bool(np.median(errors) > LARGEST_ERROR)


def find_changes(values):
    """Return the change from each row to the next, in float64."""
    return np.diff(values.astype(np.float64))
