"""What is a number and what is not, found before a conversion hides it."""

import datetime
from collections.abc import Hashable, Sequence
from contextlib import contextmanager
from numbers import Integral

import numpy as np

DATES = (datetime.date, datetime.timedelta, np.datetime64, np.timedelta64)
"""What NumPy would count the ticks of."""


@contextmanager
def offender_named(X, name):
    """Turn a failed conversion into an error that names the row and the column.

    Errors that are about something else than a single cell pass as they are.
    """
    try:
        yield
    except (TypeError, ValueError, OverflowError) as error:
        place = find_non_number(X)
        if place is None:
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            f"{name} must hold numbers only, but {place} ({error}). Convert or drop it "
            "before: dates belong in the index, categories need an encoder."
        ) from error


def find_non_number(X):
    """Say in words where X holds something that is no number, or None.

    Parameters
    ----------
    X : frame, series, array or nested list
    """
    for label, cells in _columns(X):
        for row, cell in enumerate(cells):
            if not _is_number(cell):
                return f"row {row}, {label} is {cell!r}"
    return _find_ragged(X)


def _columns(X):
    """List (name, cells) of a frame, or of an array or nested list of objects."""
    if hasattr(X, "columns"):
        is_clear = len(set(X.columns)) == len(X.columns)
        names = X.columns if is_clear else []
        return [(f"column {name!r}", list(X[name])) for name in names]
    if isinstance(X, list | tuple):
        if _find_ragged(X) is not None:
            return []
        X = np.array(X, dtype=object)
    cells = np.asarray(X)
    if cells.dtype.kind not in "OUS" or cells.ndim == 0:
        return []
    if cells.ndim == 1:
        return [("its value", cells)]
    flat = cells.reshape(len(cells), -1)
    return [
        (f"column {number % cells.shape[-1]}", c) for number, c in enumerate(flat.T)
    ]


def _is_number(cell):
    try:
        float(cell)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _find_ragged(X):
    """Say which row of a nested list has another shape than the first, or None."""
    if not isinstance(X, list | tuple) or not len(X):
        return None
    shapes = [_shape(row) for row in X]
    for row, shape in enumerate(shapes):
        if shape != shapes[0]:
            return f"row {row} has shape {shape} and row 0 has shape {shapes[0]}"
    return None


def _shape(row):
    try:
        return np.shape(row)
    except ValueError:
        return "ragged"


def refuse_no_array(X, name):
    """Raise for what is no array at all, such as None, a dict or a lazy frame."""
    is_list = isinstance(X, Sequence) and not isinstance(X, str | bytes)
    if not is_list and not hasattr(X, "shape") and not hasattr(X, "__array__"):
        raise TypeError(
            f"{name} must be a frame, an array or nested lists of numbers; got "
            f"{X!r:.60} of type {type(X).__name__}. Convert it before: a generator by "
            "list(...), a lazy frame by collect()."
        )


def refuse_hidden_non_numbers(X, name="X"):
    """Raise for what NumPy would turn into numbers without a word.

    Masked cells lose their mask and dates become ticks in a conversion.
    """
    parts = X if isinstance(X, list | tuple) else [X]
    n_masked = sum(
        int(np.ma.count_masked(part))
        for part in parts
        if isinstance(part, np.ma.MaskedArray)
    )
    if n_masked:
        raise ValueError(
            f"{name} is a masked array with {n_masked} masked value(s), and a mask "
            "would be lost. Fill the masked values, or drop their rows."
        )
    dates = [label for label, values in _typed_columns(X) if _holds_dates(values)]
    if dates:
        raise ValueError(
            f"{name} has dates in {listed(dates)}, but must hold numbers only. "
            "Make the dates the index (set_index), or drop the column."
        )


def _typed_columns(X):
    """List (name, values with a dtype) of a frame, a series or an array."""
    if hasattr(X, "columns") and hasattr(X, "dtypes"):
        dtypes = zip(X.columns, X.dtypes, strict=True)
        return [
            (name, X[name] if "object" in str(dtype).lower() else dtype)
            for name, dtype in dtypes
        ]
    is_typed = hasattr(X, "dtype") or isinstance(X, list | tuple)
    return [("its values", X)] if is_typed else []


def _holds_dates(values):
    if isinstance(values, list | tuple):
        return _list_holds_dates(values)
    kind = str(getattr(values, "dtype", values)).lower()
    if "object" in kind:
        return any(isinstance(value, DATES) for value in np.ravel(values))
    return kind.startswith(("datetime", "time", "period", "date", "duration"))


def _list_holds_dates(values):
    """Look at the types first: nearly always numbers, and then no cell is looked at."""
    kinds = set(map(type, values))
    if any(issubclass(kind, DATES) for kind in kinds):
        return True
    nested = tuple(
        kind
        for kind in kinds
        if hasattr(kind, "__len__") and not issubclass(kind, str | bytes)
    )
    return any(
        _holds_dates(part)
        for value in values
        if isinstance(value, nested)
        for _, part in _typed_columns(value)
    )


def listed(names, most=3):
    """Write names as 'a', 'b', 'c' and 2 more."""
    shown = ", ".join(repr(name) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def position_of(entry, labels):
    """Return the position of a label, which a whole number may also be itself.

    Returns
    -------
    position : int or None
        None if there is no such label or position.
    """
    if isinstance(entry, bool | np.bool_) or not isinstance(entry, Hashable):
        return None
    if entry in labels:
        return labels.index(entry)
    is_position = isinstance(entry, Integral) and -len(labels) <= entry < len(labels)
    return int(entry) % len(labels) if is_position else None


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
