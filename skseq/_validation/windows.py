"""What valid windows are."""

import numpy as np
from sklearn.utils import check_array

from skseq._series.windows import Windows
from skseq._validation.numbers import (
    advise_on,
    are_valid,
    check_is_array,
    check_no_masks_or_dates,
    describe_invalid,
    name_invalid_cell,
)
from skseq._validation.tables import FLOATS, check_table


def check_windows(estimator, X, *, reset):
    """Turn windows into a float array of shape (n_rows, time_steps, n_features).

    A table of shape (n_rows, n_features) counts as windows of one step. In windows NaN
    is a missing step; in a table it is an error.

    Parameters
    ----------
    estimator : estimator
        Its ``n_features_in_`` is set, or compared with X together with its
        ``n_time_steps_in_`` and ``n_dims_in_``.
    X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
    reset : bool
        True in ``fit``. False where X must have the shape of ``fit``.

    Returns
    -------
    array : ndarray of float of shape (n_rows, time_steps, n_features)

    Raises
    ------
    ValueError
        If X is neither windows nor a table, if it holds a value that is infinite or
        beyond 1e150, or if it differs in time steps, features or number of dimensions
        from what the estimator was fitted on.
    """
    check_is_array(X, "X")
    if not is_three_dimensional(X):
        if not reset and estimator.n_dims_in_ == 3:
            raise_other_dimensions(estimator, np.ndim(X))
        return check_table(estimator, X, reset=reset)[:, np.newaxis, :]
    if not reset and estimator.n_dims_in_ == 2:
        raise_other_dimensions(estimator, 3)
    array = convert_windows(estimator, X)
    check_values(array)
    if reset:
        estimator.n_features_in_ = array.shape[2]
        # Windows have no column names; those of an earlier fit on a frame must go.
        vars(estimator).pop("feature_names_in_", None)
    else:
        check_same_shape(estimator, array)
    return array


def convert_windows(estimator, X):
    """Turn windows of any kind into a float array of three dimensions."""
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
            "X must be windows of shape (n_rows, time_steps, n_features), none of them "
            f"0, or a table of shape (n_rows, n_features); got shape {array.shape}."
        )
    return array


def check_values(windows):
    """Raise for the first value that is infinite or too large; NaN is valid."""
    # Windows that overlap in memory share one series, which is checked in their place.
    series = Windows.of(windows).series
    if (are_valid(series) | np.isnan(series)).all():
        return
    row, step, feature = np.argwhere(~are_valid(windows) & ~np.isnan(windows))[0]
    value = windows[row, step, feature]
    advice = advise_on(value, "drop or correct that row before the windows are cut")
    raise ValueError(
        f"Input X contains {describe_invalid(value)}: row {row}, step {step} of its "
        f"window, feature {feature}. Windows hold finite numbers, and NaN for a "
        f"missing step: {advice}."
    )


def check_same_shape(estimator, windows):
    """Raise for windows of other time steps or features than in ``fit``."""
    fitted = (estimator.n_time_steps_in_, estimator.n_features_in_)
    if windows.shape[1:] != fitted:
        raise ValueError(
            f"X has windows of shape {windows.shape[1:]}, but "
            f"{type(estimator).__name__} was fitted on windows of shape {fitted} "
            "(time_steps, n_features). Cut the windows with the fitted "
            "SequenceWindower."
        )


def is_three_dimensional(X):
    """Say whether X is an array, or nested lists, of three dimensions or more."""
    return count_dimensions(X) >= 3


def count_dimensions(X):
    """Count the dimensions of an array, or of lists by their first entries."""
    if hasattr(X, "ndim"):
        return X.ndim
    if not isinstance(X, list | tuple):
        return 0
    return 1 + (count_dimensions(X[0]) if len(X) else 0)


def raise_other_dimensions(estimator, n_dims):
    """Raise the error for X of another number of dimensions than in ``fit``."""
    forms = {2: "a table (2-D)", 3: "windows (3-D)"}
    raise ValueError(
        f"Expected 2D or 3D array as in fit: {type(estimator).__name__} was fitted on "
        f"{forms[estimator.n_dims_in_]}, but X has {n_dims} dimension(s). "
        "Reshape your data, or pass it through the same Pipeline."
    )
