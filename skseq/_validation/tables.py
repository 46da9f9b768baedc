"""What a legal series, target, window and index is: the only place that says so.

Everything is checked here, at the door; the code behind it assumes it. Tables and
targets come in as whatever the user has (frames, lists, arrays) and leave as float
arrays; float32 and float64 are kept, all else becomes float64.
"""

import numpy as np
from sklearn.utils.validation import validate_data

from skseq._series.index import row_label
from skseq._validation.numbers import (
    offender_named,
    refuse_hidden_non_numbers,
    refuse_no_array,
)

FLOATS = (np.float64, np.float32)
"""The precisions that are kept; the first is what everything else becomes."""

DROP_OR_FILL = "drop or fill these rows before"
"""What to do about cells that are illegal anywhere."""


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
        estimator._fitted_column_labels = None if has_text_names(names) else names
        return
    fitted = estimator._fitted_column_labels
    if fitted and names and names != fitted and set(names) == set(fitted):
        raise ValueError(
            f"The columns of X must be in the same order as in fit; got {names}, but "
            f"{type(estimator).__name__} was fitted on {fitted}. Reorder them: "
            f"X[{fitted}]."
        )


def has_text_names(names):
    """Say whether columns have names that are all text."""
    return names is not None and all(isinstance(name, str) for name in names)


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
