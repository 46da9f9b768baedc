"""What valid windows are."""

import numpy as np
from sklearn.utils import check_array

from skseq._series.windows import Windows
from skseq._validation.numbers import (
    offender_named,
    refuse_hidden_non_numbers,
    refuse_no_array,
)
from skseq._validation.tables import FLOATS, check_table


def check_windows(estimator, X, *, reset):
    """Turn windows into a float array of shape (n_rows, time_steps, n_features).

    A table of shape (n_rows, n_features) counts as windows of one step. In windows NaN
    is a missing step; in a table it is an error.

    Raises
    ------
    ValueError
        If X is neither, if it holds infinity, or if it differs in time steps, features
        or number of dimensions from what the estimator was fitted on.
    """
    refuse_no_array(X, "X")
    if not is_three_dimensional(X):
        if not reset and estimator.n_dims_in_ == 3:
            refuse_other_dimensions(estimator, np.ndim(X))
        return check_table(estimator, X, reset=reset)[:, np.newaxis, :]
    if not reset and estimator.n_dims_in_ == 2:
        refuse_other_dimensions(estimator, 3)
    refuse_hidden_non_numbers(X)
    with offender_named(X, "X"):
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
    if np.isinf(Windows.of(array).series).any():
        row, step, feature = np.argwhere(np.isinf(array))[0]
        raise ValueError(
            f"Input X contains infinity: row {row}, step {step} of its window, feature "
            f"{feature}. Drop or mend that row of the series before it is cut."
        )
    if reset:
        estimator.n_features_in_ = array.shape[2]
        vars(estimator).pop("feature_names_in_", None)
        return array
    wanted = (estimator.n_time_steps_in_, estimator.n_features_in_)
    if array.shape[1:] != wanted:
        raise ValueError(
            f"X has windows of shape {array.shape[1:]}, but {type(estimator).__name__} "
            f"was fitted on windows of shape {wanted} (time_steps, n_features). "
            "Cut the windows with the fitted SequenceWindower."
        )
    return array


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


def refuse_other_dimensions(estimator, n_dims):
    """Raise: X has another number of dimensions than in ``fit``."""
    forms = {2: "a table (2-D)", 3: "windows (3-D)"}
    raise ValueError(
        f"Expected 2D or 3D array as in fit: {type(estimator).__name__} was fitted on "
        f"{forms[estimator.n_dims_in_]}, but X has {n_dims} dimension(s). "
        "Reshape your data, or send it through the same Pipeline."
    )
