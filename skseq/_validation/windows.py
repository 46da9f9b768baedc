"""Check windows."""

import numpy as np
from sklearn.utils import check_array

from skseq._estimator.plurals import counted
from skseq._series.window_array import WindowArray, as_windows
from skseq._validation.numbers import (
    are_valid,
    check_is_array,
    check_no_masks_or_dates,
    describe_invalid,
    name_invalid_cell,
)
from skseq._validation.tables import DROP_OR_FILL_ROWS, FLOATS, check_table

FILL_OR_WINDOW = (
    f"{DROP_OR_FILL_ROWS}, or put a SequenceWindower before this step, which predicts "
    "a row from earlier ones"
)
"""What to do about cells of a table to predict from that are not finite."""


def check_windows(estimator, X, *, reset):
    """Convert windows to a float array of shape (n_rows, time_steps, n_features).

    A table of shape (n_rows, n_features) counts as windows of one step. NaN marks a
    missing step in windows; in a table it is an error.

    Parameters
    ----------
    estimator : estimator
        Its ``n_features_in_`` is set, or compared with X together with its
        ``n_time_steps_in_`` and ``n_dims_in_``.
    X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
    reset : bool
        True in ``fit``. False if X must have the same shape as in ``fit``.

    Returns
    -------
    array : ndarray of float of shape (n_rows, time_steps, n_features)
        The same `WindowArray` if X is one.

    Raises
    ------
    ValueError
        If X is neither windows nor a table, if a value is not valid (see `are_valid`),
        or if its time steps, features or number of dimensions differ from those in
        ``fit``.
    """
    check_is_array(X, "X")
    if not is_three_dimensional(X):
        if not reset and estimator.n_dims_in_ == 3:
            raise_other_dimensions(estimator, np.ndim(X))
        advice = DROP_OR_FILL_ROWS if reset else FILL_OR_WINDOW
        table = check_table(estimator, X, reset=reset, advice=advice)
        return table[:, np.newaxis, :]
    if not reset and estimator.n_dims_in_ == 2:
        raise_other_dimensions(estimator, 3)
    array = X if isinstance(X, WindowArray) else convert_windows(estimator, X)
    check_values(array)
    if reset:
        estimator.n_features_in_ = array.shape[2]
        # Windows have no column names, so those of an earlier fit on a frame are
        # removed.
        vars(estimator).pop("feature_names_in_", None)
    else:
        check_same_shape(estimator, array)
    return array


def convert_windows(estimator, X):
    """Convert nested lists or an array of windows to a float array."""
    if type(X) is np.ndarray and X.dtype in FLOATS and X.ndim == 3 and X.size:
        return X  # what follows would take longer than to predict for one window
    check_no_masks_or_dates(X)
    with name_invalid_cell(X, "X"):
        array = check_array(
            X,
            dtype=FLOATS,
            allow_nd=True,
            ensure_all_finite=False,
            estimator=estimator,
            input_name="X",
        )
    if array.ndim != 3 or 0 in array.shape:
        raise ValueError(
            "X must be windows of shape (n_rows, time_steps, n_features), all at least "
            f"1, or a table of shape (n_rows, n_features); got shape {array.shape}. "
            "Cut windows with SequenceWindower, or reshape X."
        )
    return array


def check_values(windows):
    """Raise for the first value that is infinite or too large; NaN is valid."""
    # Windows that overlap in memory share one series, which is smaller to check.
    series = as_windows(windows).series
    if (are_valid(series) | np.isnan(series)).all():
        return
    windows = np.asarray(windows)
    row, step, feature = np.argwhere(~are_valid(windows) & ~np.isnan(windows))[0]
    value = windows[row, step, feature]
    raise ValueError(
        f"Input X contains {describe_invalid(value)}: row {row}, step {step} of its "
        f"window, feature {feature}. Windows must contain finite numbers, or NaN "
        "at missing steps: drop or correct that row before the windows are cut."
    )


def check_same_shape(estimator, windows):
    """Raise if time steps or features differ from those in ``fit``."""
    fitted = (estimator.n_time_steps_in_, estimator.n_features_in_)
    if windows.shape[1:] != fitted:
        raise ValueError(
            "X must have windows of the same shape (time_steps, n_features) as in fit; "
            f"got {windows.shape[1:]}, but {type(estimator).__name__} was fitted on "
            f"{fitted}. Cut the windows with the fitted SequenceWindower."
        )


def is_three_dimensional(X):
    """Return whether X is an array, or nested lists, of three or more dimensions."""
    return count_dimensions(X) >= 3


def count_dimensions(X):
    """Count the dimensions of an array, or of nested lists by their first entries."""
    # np.ndim would fail for ragged lists, which get a better error message later.
    if hasattr(X, "ndim"):
        return X.ndim
    if not isinstance(X, list | tuple):
        return 0
    return 1 + (count_dimensions(X[0]) if len(X) else 0)


def raise_other_dimensions(estimator, n_dims):
    """Raise because X has another number of dimensions than in ``fit``."""
    forms = {2: "a table (2-D)", 3: "windows (3-D)"}
    raise ValueError(
        f"Expected 2D or 3D array as in fit: {type(estimator).__name__} was fitted on "
        f"{forms[estimator.n_dims_in_]}, but X has {counted(n_dims, 'dimension')}. "
        "Reshape your data, or pass it through the same Pipeline."
    )
