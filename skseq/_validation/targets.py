"""What valid targets and sample weights are."""

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import _check_sample_weight

from skseq._series.index import row_label
from skseq._validation.numbers import (
    offender_named,
    refuse_hidden_non_numbers,
    refuse_no_array,
)
from skseq._validation.tables import FLOATS


def check_target(y, *, n_rows, estimator):
    """Turn y into a float array of shape (n_rows,) or (n_rows, n_outputs).

    Raises
    ------
    ValueError
        If y is missing, not finite real numbers, or of another length than X.
    """
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, "
            "but the target y is None."
        )
    refuse_no_array(y, "y")
    refuse_hidden_non_numbers(y, name="y")
    with offender_named(y, "y"):
        array = check_array(
            y,
            dtype=FLOATS,
            ensure_2d=False,
            ensure_all_finite=False,
            estimator=estimator,
            input_name="y",
        )
    if array.ndim > 2 or array.ndim == 0:
        raise ValueError(
            "y must have shape (n_rows,) or (n_rows, n_outputs); "
            f"got shape {array.shape}."
        )
    refuse_other_length(array, n_rows)
    if not np.isfinite(array).all():
        row = np.argwhere(~np.isfinite(array))[0][0]
        what = "NaN" if np.isnan(array[row]).any() else "infinity"
        raise ValueError(
            f"Input y contains {what}: row {row_label(y, row)}. Drop these rows from X "
            "and y."
        )
    with np.errstate(over="ignore"):
        is_wide = np.isinf(np.ptp(array, axis=0)).any()
    if is_wide:
        raise ValueError(
            f"y reaches from {array.min():.3g} to {array.max():.3g}, a distance beyond "
            f"{array.dtype}. Divide it by a constant."
        )
    return array


def refuse_other_length(y, n_rows):
    """Raise if y has a length, and it is not the number of rows of X."""
    n_targets = y.shape[0] if getattr(y, "shape", ()) else None
    if isinstance(y, list | tuple):
        n_targets = len(y)
    if n_targets not in (None, n_rows):
        raise ValueError(
            "X and y must have the same number of rows: "
            f"X has {n_rows}, y has {n_targets}."
        )


def check_sample_weight(sample_weight, X):
    """Turn sample weights into a float64 array of shape (n_rows,), ones by default.

    Raises
    ------
    ValueError
        If a weight is negative, not finite, or if none is above zero.
    """
    refuse_hidden_non_numbers(sample_weight, "sample_weight")
    return _check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True
    )
