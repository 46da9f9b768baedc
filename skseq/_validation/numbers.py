"""Check that input holds valid numbers, before a conversion to an array can hide it."""

import datetime
import re
from collections.abc import Sequence
from contextlib import contextmanager
from numbers import Number

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.index import is_pandas
from skseq._validation.long_tables import find_series_and_times
from skseq._validation.row_shapes import check_same_shapes

DURATIONS = (datetime.timedelta, np.timedelta64)
DATES = (datetime.date, np.datetime64, *DURATIONS)
"""Types that NumPy silently converts to integers."""

# Squares of values up to 1e150 are at most 1e300, so a hundred million of them can be
# added. If a divisor overflowed to infinity, the error would look like a perfect 0.
LARGEST = 1e150
"""Largest absolute value that is valid in X, y and sample weights."""


NUMBER_WITH_COMMA = re.compile(r" is '[+-]?\d[\d. ]*,\d+(\.\d+)?'$")
"""The end of the description of a cell such as '1.234,5' or '1,234.5'."""


@contextmanager
def name_invalid_cell(X, name):
    """Replace the error of a failed conversion by one that names the row and column.

    Errors that no single cell causes are raised unchanged.
    """
    try:
        yield
    except (TypeError, ValueError, OverflowError) as error:
        place = find_non_number(X)
        if place is None:
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        reason = str(error).partition("\n")[0]  # the values of all rows may follow
        how = " (OneHotEncoder in a ColumnTransformer, as the first step of a Pipeline)"
        remedy = (
            "Convert or drop it first: use dates as the index, and encode categories "
            f"as numbers{how if name == 'X' and hasattr(X, 'columns') else ''}."
        )
        if names := find_series_and_times(X):
            remedy = f"{_use_as_index(names, X, name)} Otherwise, c{remedy[1:]}"
        if NUMBER_WITH_COMMA.search(place):
            remedy = (
                "If it is a number written with a comma, pass decimal=',' and "
                "thousands='.', or thousands=',', to pd.read_csv."
            )
        raise kind(
            f"{name} must contain numbers only, but {place} ({reason:.100}). {remedy}"
        ) from error


def find_non_number(X):
    """Describe the first cell of X that is not a number; None if there is none.

    Parameters
    ----------
    X : frame, series, array or nested list
    """
    for label, cells in _columns(X):
        for row, cell in enumerate(cells):
            if not _is_number(cell):
                return f"row {row}{label} is {cell!r}"
    return None


def _columns(X):
    """List (place in a row, cells) of a frame, an array or a nested list."""
    if hasattr(X, "columns"):
        # If two columns have the same name, X[name] is a frame and not a column.
        is_unique = len(set(X.columns)) == len(X.columns)
        names = X.columns if is_unique else []
        return [(f", column {name!r}", list(X[name])) for name in names]
    if isinstance(X, list | tuple):
        X = np.array(X, dtype=object)
    cells = np.asarray(X)
    if cells.dtype.kind not in "OUSc" or cells.ndim == 0:
        return []
    if cells.ndim == 1:
        return [("", cells)]
    flat = cells.reshape(len(cells), -1)
    return [
        (f", column {number % cells.shape[-1]}", c) for number, c in enumerate(flat.T)
    ]


def _is_number(cell):
    if np.iscomplexobj(cell):  # NumPy would drop the imaginary part
        return False
    try:
        float(cell)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def check_is_array(X, name):
    """Raise for objects that are not arrays, such as None, a dict or a lazy frame."""
    # The columns of an Arrow table are arrays, where those of frames are names. The
    # type is asked, because windows of several series are cut to read an attribute.
    if hasattr(type(X), "column_names") and hasattr(type(X), "to_pandas"):
        raise TypeError(
            f"{name} must be a frame or an array; got a {type(X).__name__} of Arrow, "
            f"whose rows have no labels. Pass {name}.to_pandas(), with the dates as "
            f"its index (set_index), or polars.from_arrow({name})."
        )
    dtypes = []
    if is_pandas(X):
        dtypes = list(X.dtypes) if X.ndim == 2 else [X.dtype]
    _check_byte_order(X, dtypes, name)
    # scikit-learn converts frames in which only some columns are sparse, and warns.
    if (
        dtypes
        and X.ndim == 2
        and all(str(dtype).startswith("Sparse") for dtype in dtypes)
    ):
        raise TypeError(
            f"{name} must be dense, but all columns of the frame are sparse. Convert "
            f"them: {name}.sparse.to_dense()."
        )
    is_list = isinstance(X, Sequence) and not isinstance(X, str | bytes)
    is_array = hasattr(X, "shape") or hasattr(X, "__array__")
    if not (is_list or is_array) or isinstance(X, Number | np.generic):
        advice = (
            "Pass a list of one number, or a slice of a Series: series.iloc[[row]]."
            if isinstance(X, Number | np.generic)
            else "Convert it first: for example a generator with list(...), a lazy "
            "frame with collect()."
        )
        raise TypeError(
            f"{name} must be a frame, an array or nested lists of numbers; got "
            f"{X!r:.60} of type {type(X).__name__}. {advice}"
        )
    check_same_shapes(X, name)


def check_has_columns(X, name):
    """Raise for a frame without columns, which scikit-learn does not recognize."""
    if hasattr(X, "columns") and len(X.columns) == 0:
        raise ValueError(
            f"Found 0 feature(s) (shape=({len(X)}, 0)) while a minimum of 1 is "
            f"required: {name} is a frame without columns. Pass a frame with columns."
        )


def _check_byte_order(X, dtypes, name):
    """Raise if numbers have another byte order, as in some satellite data."""
    for position, dtype in enumerate(dtypes):
        if isinstance(dtype, np.dtype) and not dtype.isnative:
            code = name if X.ndim == 1 else f"{name}[{X.columns[position]!r}]"
            native = dtype.newbyteorder("=").name
            raise TypeError(
                f"{name} must have numbers in the byte order of this machine, because "
                f"pandas needs it to select rows; {code} is {dtype.str}. Convert such "
                f"columns: {code}.astype({native!r})."
            )


def check_unique_names(names, name):
    """Raise if several columns have the same name.

    Parameters
    ----------
    names : list or None
        None for an array, whose columns have no names.
    name : str
        Of the table.
    """
    if names is None or len(set(names)) == len(names):
        return
    repeated = [one for one in dict.fromkeys(names) if names.count(one) > 1]
    raise ValueError(
        f"The columns of {name} must have unique names, but several are called "
        f"{listed(repeated)}. Rename or drop them: "
        f"{name}.loc[:, ~{name}.columns.duplicated()]."
    )


def check_no_masks_or_dates(X, name="X"):
    """Raise for masked values, dates and durations, which NumPy converts silently.

    A masked cell would lose its mask, and a date would become an integer.
    """
    parts = X if isinstance(X, list | tuple) else [X]
    n_masked = sum(
        int(np.ma.count_masked(part))
        for part in parts
        if isinstance(part, np.ma.MaskedArray)
    )
    if n_masked:
        raise ValueError(
            f"{name} is a masked array with {counted(n_masked, 'masked value')}, but "
            "masks are not supported. Fill the masked values, or drop their rows."
        )
    columns = _typed_columns(X)
    is_frame = hasattr(X, "columns")
    durations = [label for label, values in columns if _holds_dates(values, DURATIONS)]
    if durations:
        where = f" in {listed(durations)}" if is_frame else ""
        raise ValueError(
            f"{name} must contain numbers only, but it has durations{where}. "
            "Convert them to a number, such as seconds: "
            f"{_code_for_seconds(X, name, durations)}."
        )
    dates = [label for label, values in columns if _holds_dates(values)]
    if dates:
        where = f" in {listed(dates)}" if is_frame else ""
        set_index = _set_index(X, name)
        remedy = (
            f"Use the dates as the index ({set_index}), or drop the column. For many "
            f"series in one table, {set_index}(['shop', 'date']) gives an index of "
            "series and time."
        )
        if names := find_series_and_times(X):
            remedy = _use_as_index(names, X, name)
        raise ValueError(
            f"{name} must contain numbers only, but it has dates{where}. {remedy}"
        )


def _set_index(X, name):
    """Return the code that makes columns the index; only frames of pandas have one."""
    is_other_frame = hasattr(X, "columns") and hasattr(X, "to_pandas")
    return f"{name}.to_pandas().set_index" if is_other_frame else "set_index"


def _use_as_index(names, X, name):
    """Say how a column of series and one of times become the index."""
    series, time = names
    return (
        f"If {series!r} names the series of each row and {time!r} its time, use both "
        f"as the index of X and y: {_set_index(X, name)}({names})."
    )


def _code_for_seconds(X, name, durations):
    """Return the code that converts the durations of the first such column."""
    if hasattr(X, "columns"):
        return f"{name}[{durations[0]!r}].dt.total_seconds()"
    if hasattr(X, "dt"):
        return f"{name}.dt.total_seconds()"
    return f"np.asarray({name}) / np.timedelta64(1, 's')"


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


def _holds_dates(values, types=DATES):
    """Return whether values or a dtype are of these types; DATES includes periods."""
    nested = list | tuple | np.ndarray
    while isinstance(values, list | tuple) and isinstance(
        next(iter(values), 0), nested
    ):
        values = values[0]  # of nested lists, all rows are like the first
    if isinstance(values, list | tuple):
        return any(isinstance(value, types) for value in values)
    kind = str(getattr(values, "dtype", values)).lower()
    if "object" in kind:
        return any(isinstance(value, types) for value in np.ravel(values))
    # The names cover the dtypes of NumPy, pandas, Arrow and polars.
    names = ("timedelta", "duration")
    if types is DATES:
        names += ("date", "time", "period")
    return kind.startswith(names)


def are_valid(array):
    """Return which values are finite and at most `LARGEST` in absolute value.

    Parameters
    ----------
    array : ndarray of float32 or float64

    Returns
    -------
    valid : ndarray of bool of the shape of array
    """
    if array.dtype != np.float64:
        return np.isfinite(array)  # float32 ends far below LARGEST
    return np.abs(array) <= LARGEST  # a comparison with NaN is False


def describe_invalid(value):
    """Describe a value that is not valid: "NaN", "infinity" or too large."""
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "infinity"
    return f"{value:.3g}, whose absolute value is above {LARGEST:g}"


def listed(names, most=3):
    """Format names as 'a', 'b', 'c' and 2 more."""
    shown = ", ".join(quoted(name) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def quoted(name):
    """Return the repr of a name; NumPy's numbers as those of Python."""
    return repr(name.item() if isinstance(name, np.generic) else name)
