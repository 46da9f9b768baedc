"""What a legal series, target, window and index is: the only place that says so.

Everything is checked here, at the door; the code behind it assumes it. Tables and
targets come in as whatever the user has (frames, lists, arrays) and leave as float
arrays; float32 and float64 are kept, all else becomes float64.
"""

from contextlib import contextmanager

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import _check_sample_weight, validate_data

from skseq._index import row_label
from skseq._numbers import (
    offender_named,
    refuse_hidden_non_numbers,
    refuse_no_array,
)
from skseq._windows import Windows

FLOATS = (np.float64, np.float32)
"""The precisions that are kept; the first is what everything else becomes."""

DROP_OR_FILL = "drop or fill these rows before"
"""What to do about cells that are illegal anywhere."""


@contextmanager
def unchanged_on_failure(estimator):
    """Put the estimator's attributes back as they were if the block raises.

    NumPy's error settings as well: an interrupt may come while they are being put back.
    An interrupt counts as a failure too. The marks of scikit-learn's callback
    machinery stay, because it tears itself down after the block.
    """
    before, errors = dict(vars(estimator)), np.geterr()
    try:
        yield
    except BaseException:
        np.seterr(**errors)
        state = vars(estimator)
        machinery = {
            name: value
            for name, value in state.items()
            if name.startswith(("_callback", "_skl_callbacks"))
        }
        state.clear()
        state.update(before | machinery)
        raise


def check_table(estimator, X, *, reset, allow_nan=False):
    """Turn a table into a float array of shape (n_rows, n_features).

    Parameters
    ----------
    estimator : estimator
        Gets, or is held to, ``n_features_in_`` and ``feature_names_in_``.
    X : table-like of shape (n_rows, n_features)
    reset : bool
        True in ``fit``, False when the table must be like the fitted one.
    allow_nan : bool, default=False
        Let NaN through; infinity never passes.

    Raises
    ------
    ValueError
        If X is not a two-dimensional table of finite real numbers; the message
        names the row and the column.
    """
    refuse_no_array(X, "X")
    names = column_names(X)
    refuse_hidden_non_numbers(X)
    if names == []:
        raise ValueError(
            f"Found 0 feature(s) (shape=({len(X)}, 0)) while a minimum of 1 is "
            "required: X is a frame without columns."
        )
    with offender_named(X, "X"):
        array = validate_data(
            estimator, X, reset=reset, dtype=FLOATS, ensure_all_finite=False
        )
    hold_to_order(estimator, names, reset=reset)
    legal = ~np.isinf(array) if allow_nan else np.isfinite(array)
    refuse_cells(estimator, X, array, ~legal, names)
    return array


def hold_to_order(estimator, names, *, reset):
    """Raise for columns in another order than in ``fit``, if their names are no text.

    Such names are positions to scikit-learn, which looks at text alone.

    Parameters
    ----------
    estimator : estimator
    names : list or None
    reset : bool
    """
    if reset:
        estimator._column_labels = None if has_text_names(names) else names
        return
    fitted = estimator._column_labels
    if fitted and names and names != fitted and set(names) == set(fitted):
        raise ValueError(
            f"The columns of X must be in the same order as in fit; got {names}, but "
            f"{type(estimator).__name__} was fitted on {fitted}. Reorder them: "
            f"X[{fitted}]."
        )


def has_text_names(names):
    """Say whether columns have names that are all text."""
    return names is not None and all(isinstance(name, str) for name in names)


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


def column_names(X):
    """Return the names of a frame's columns as a list, or None for an array."""
    return list(X.columns) if hasattr(X, "columns") else None


def refuse_cells(estimator, X, array, illegal, names, way_out=DROP_OR_FILL):
    """Raise for the first illegal cell, naming its row and column.

    Parameters
    ----------
    estimator : estimator
    X : the table as the user gave it, for its row labels
    array : ndarray of shape (n_rows, n_features)
    illegal : ndarray of bool of shape (n_rows, n_features)
    names : list of str or None
    way_out : str
    """
    if not illegal.any():
        return
    row, column = np.argwhere(illegal)[0]
    what = "NaN" if np.isnan(array[row, column]) else "infinity"
    where = f"column {names[column] if names else int(column)!r}"
    raise ValueError(
        f"Input X contains {what}: row {row_label(X, row)}, {where} "
        f"({int(illegal.sum())} such cell(s) in all). {type(estimator).__name__} "
        f"needs a finite number there: {way_out}."
    )


def check_parameters(estimator):
    """Raise for a truth value where a parameter must be a number or a name.

    Python counts True as 1, so scikit-learn's own constraints let it through.
    """
    for name, value in estimator.get_params(deep=False).items():
        values = value if isinstance(value, list | tuple) else [value]
        is_truth = any(isinstance(item, bool | np.bool_) for item in values)
        if is_truth and "boolean" not in estimator._parameter_constraints[name]:
            raise ValueError(
                f"The {name!r} parameter of {type(estimator).__name__} must not be a "
                f"truth value; got {value!r}. Give a number or one of the names that "
                "its documentation lists."
            )


def check_in_dtype(array, dtype, name):
    """Round an array to a network's dtype.

    Raises
    ------
    ValueError
        If a finite value becomes infinite.
    """
    with np.errstate(over="ignore"):
        rounded = array.astype(dtype)
    if np.isinf(rounded).any():
        largest = np.nanmax(np.abs(array))
        wider = "" if dtype == "float64" else ", or set dtype='float64'"
        raise ValueError(
            f"{name} holds values up to {largest:.3g} in size, beyond {dtype}. Scale "
            f"them before (TargetAwareMinMaxScaler, or a target_scaler for y){wider}."
        )
    return rounded
