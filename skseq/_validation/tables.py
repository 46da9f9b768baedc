"""Check tables, and convert frames, lists and arrays of numbers to float arrays.

Input is checked once, when the user passes it; all other code relies on this check. The
dtypes float32 and float64 are preserved; every other dtype is converted to float64.
"""

import numpy as np
from sklearn.utils.validation import check_array, validate_data

from skseq._estimator.plurals import counted
from skseq._series.index import is_pandas, row_label
from skseq._validation.numbers import (
    are_valid,
    check_has_columns,
    check_is_array,
    check_no_masks_or_dates,
    check_unique_names,
    describe_invalid,
    name_invalid_cell,
)

FLOATS = (np.float64, np.float32)
"""Dtypes that are preserved; every other dtype is converted to the first."""

DROP_OR_FILL_ROWS = "drop or fill these rows first"
"""What to do about cells that are not finite."""


def check_table(estimator, X, *, reset, allow_nan=False, advice=DROP_OR_FILL_ROWS):
    """Convert a table to a float array of shape (n_rows, n_features).

    Parameters
    ----------
    estimator : estimator
        Its ``n_features_in_`` and ``feature_names_in_`` are set, or compared with X.
    X : table-like of shape (n_rows, n_features)
    reset : bool
        True in ``fit``. False if X must have the same features as in ``fit``.
    allow_nan : bool, default=False
        Whether NaN is valid. Infinity never is.
    advice : str
        What to do about them.

    Returns
    -------
    array : ndarray of float of shape (n_rows, n_features)

    Raises
    ------
    TypeError
        If X is not a frame, array or list, or contains objects that are not numbers.
    ValueError
        If X is not a two-dimensional table of valid numbers (see `are_valid`); the
        message names the row and the column.
    """
    check_is_array(X, "X")
    if as_frame(X) is not X:
        row = ", or X.to_frame().T if it is a row" if is_pandas(X) else ""
        raise ValueError(
            "X must have two dimensions, rows and columns, but it is a Series. Pass "
            f"X.to_frame() if it is a column{row}."
        )
    names = column_names(X)
    check_unique_names(names, "X")
    check_no_masks_or_dates(X)
    check_has_columns(X, "X")
    with name_invalid_cell(X, "X"):
        array = _to_array(estimator, X, reset)
    check_column_order(estimator, names, reset=reset)
    valid = are_valid(array)
    if allow_nan:
        valid |= np.isnan(array)
    check_cells(estimator, X, array, ~valid, advice)
    return array


def _to_array(estimator, X, reset):
    """Convert X with scikit-learn's checks, which set or compare its features."""
    checks = {"dtype": FLOATS, "ensure_all_finite": False}
    dtypes = set(X.dtypes) if is_pandas(X) and X.ndim == 2 else set()
    if len(dtypes) != 1 or not isinstance(*dtypes, np.dtype):
        return validate_data(estimator, X, reset=reset, **checks)
    # The check of an array takes a fifth of the time of that of a frame.
    validate_data(estimator, X, reset=reset, skip_check_array=True)
    return check_array(X.to_numpy(), input_name="X", estimator=estimator, **checks)


def check_column_order(estimator, names, *, reset):
    """Raise if columns whose names are not strings have another order than in ``fit``.

    scikit-learn compares only names that are strings; here numbers and tuples are
    compared.
    """
    if reset:
        estimator._fitted_column_labels = None if has_text_names(names) else names
    else:
        check_same_order(names, estimator._fitted_column_labels, "X")


def check_same_order(names, expected, table, where="in fit"):
    """Raise if a column has the name of one that is expected at another position.

    Columns are compared by position. Other names are accepted: positional names often
    change with the number of rows or the source of the data.

    Parameters
    ----------
    names, expected : list or None
        None for an array, whose columns have no names.
    table : str
        What the table is called.
    where : str, default="in fit"
        Where the expected columns are.
    """
    if not names or not expected or len(names) != len(expected):
        return
    known = set(expected)
    pairs = zip(names, expected, strict=True)
    if not any(name in known and name != other for name, other in pairs):
        return
    advice = f"Reorder them: {table}[{expected}]."
    if set(names) != known:
        advice = f"Pass the same columns as {where}, or, if they are, rename them."
    raise ValueError(
        f"The columns of {table} must be in the same order as {where}, because they "
        f"are compared by position; got {names} instead of {expected}. {advice}"
    )


def has_text_names(names):
    """Return whether columns have names that are all strings."""
    return names is not None and all(isinstance(name, str) for name in names)


def column_names(X):
    """Return the names of a frame's columns as a list, or None for an array."""
    return list(X.columns) if hasattr(X, "columns") else None


def as_frame(X):
    """Return a Series as a frame of one column, and anything else as it is."""
    is_series = len(getattr(X, "shape", ())) == 1 and hasattr(X, "to_frame")
    return X.to_frame() if is_series else X


def check_cells(estimator, X, array, invalid, advice):
    """Raise for the first invalid cell of an array, naming its row and column.

    X is the table as the user passed it, which has the labels of rows and columns.
    """
    if not invalid.any():
        return
    row, column = np.argwhere(invalid)[0]
    value, names = array[row, column], column_names(X)
    where = f"column {names[column] if names else int(column)!r}"
    raise ValueError(
        f"Input X contains {describe_invalid(value)}: row {row_label(X, row)}, {where} "
        f"({counted(int(invalid.sum()), 'such cell')} in all). "
        f"{type(estimator).__name__} needs a finite number there: "
        f"{advice}."
    )
