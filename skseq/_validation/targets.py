"""Check targets and sample weights."""

from numbers import Real

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import _check_sample_weight

from skseq._series.index import is_pandas, row_label
from skseq._validation.numbers import (
    LARGEST,
    are_valid,
    check_has_columns,
    check_is_array,
    check_no_masks_or_dates,
    check_unique_names,
    describe_invalid,
    name_invalid_cell,
)
from skseq._validation.tables import FLOATS, check_same_order, column_names


def check_target(y, *, n_rows, estimator):
    """Convert y to a float array of shape (n_rows,) or (n_rows, n_outputs).

    Parameters
    ----------
    y : array-like of shape (n_rows,) or (n_rows, n_outputs)
    n_rows : int
        Number of rows of X.
    estimator : estimator
        Named in errors.

    Returns
    -------
    array : ndarray of float of the shape of y

    Raises
    ------
    ValueError
        If y is None, has a different number of rows from X, or does not consist of
        valid numbers (see `are_valid`).
    """
    # scikit-learn's estimator checks expect the first part of this message.
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, "
            "but the target y is None. Call fit(X, y)."
        )
    check_is_array(y, "y")
    check_unique_names(column_names(y), "y")
    check_no_masks_or_dates(y, name="y")
    check_has_columns(y, "y")
    with name_invalid_cell(y, "y"):
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
            f"got shape {array.shape}. Reshape y."
        )
    check_same_length(array, n_rows)
    valid = are_valid(array)
    if not valid.all():
        cell = tuple(np.argwhere(~valid)[0])
        raise ValueError(
            f"Input y contains {describe_invalid(array[cell])}: row "
            f"{row_label(y, cell[0])}. The target must be a finite number in each row: "
            f"{_how_to_interpolate(y, array, cell)}drop these rows from X and y."
        )
    return array


def _how_to_interpolate(y, array, cell):
    """Return how to interpolate a cell; "" unless it is NaN between known values."""
    known = ~np.isnan(array[:, *cell[1:]])
    is_between = known[: cell[0]].any() and known[cell[0] :].any()
    if not (np.isnan(array[cell]) and is_between):
        return ""
    code = "y.interpolate()" if is_pandas(y) else "pd.Series(y).interpolate()"
    if is_pandas(y) and y.index.nlevels > 1:
        code = "y.groupby(level=0).transform(lambda one: one.interpolate())"
    return (
        f"in a series, interpolate it first ({code}), because a missing row makes all "
        "windows that contain it incomplete; otherwise "
    )


def check_target_order(estimator, y, *, reset):
    """Raise if targets are in another order than in ``fit``: only positions count.

    In ``fit`` (``reset``), ``target_names_in_`` is set if y is a frame.
    """
    names = column_names(y)
    check_unique_names(names, "y")
    if reset:
        if names is not None:
            estimator.target_names_in_ = names
        return
    check_same_order(names, getattr(estimator, "target_names_in_", None), "y")


def check_same_length(y, n_rows):
    """Raise if the length of y differs from the number of rows of X."""
    # Here y may still be anything; what has no length is reported by `check_target`.
    n_targets = y.shape[0] if getattr(y, "shape", ()) else None
    if isinstance(y, list | tuple):
        n_targets = len(y)
    if n_targets not in (None, n_rows):
        raise ValueError(
            f"X and y must have the same number of rows: X has {n_rows}, y has "
            f"{n_targets}. Pass the y that belongs to these rows; steps of a Pipeline "
            "must return as many rows as they get."
        )


def check_sample_weight(sample_weight, X):
    """Convert sample weights to a float64 array of shape (n_rows,), ones by default.

    Parameters
    ----------
    sample_weight : array-like of shape (n_rows,), float or None
    X : array-like of length n_rows

    Returns
    -------
    weights : ndarray of float64 of shape (n_rows,)

    Raises
    ------
    TypeError
        If they are not numbers, such as a dict or text.
    ValueError
        If a weight is negative or not valid, or if all weights are zero.
    """
    if sample_weight is not None and not isinstance(sample_weight, Real):
        check_is_array(sample_weight, "sample_weight")
    check_no_masks_or_dates(sample_weight, "sample_weight")
    check_has_columns(sample_weight, "sample_weight")
    with name_invalid_cell(sample_weight, "sample_weight"):
        weights = _check_sample_weight(
            sample_weight, X, dtype=np.float64, ensure_non_negative=True
        )
    invalid = weights[~are_valid(weights)]
    if len(invalid):
        raise ValueError(
            f"sample_weight must be finite and at most {LARGEST:g}; got "
            f"{describe_invalid(invalid[0])}. Only the ratios of weights matter: "
            "correct them or drop these rows."
        )
    return weights
