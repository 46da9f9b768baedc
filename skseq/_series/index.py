"""The index of a table: the times of its rows, and whether they are in order."""

import datetime
import sys

import numpy as np

from skseq._estimator.plurals import counted

LARGEST_NUMBER = 2**62
"""Largest number as a label, so that differences of labels fit into 64 bits."""

TIMES = "a period", "a time difference", "a date"
"""Names of the kinds of labels that contain times."""

DAY_FIRST = (
    " If the dates were read from text such as 01/02/2024, day and month may have been "
    "swapped: pd.to_datetime(..., dayfirst=True)."
)

NOT_SHUFFLED = (
    "Sort X and y by index (X.sort_index()), and do not shuffle rows in a search or a "
    "split. HalvingGridSearchCV shuffles if its resource is 'n_samples': use a "
    "parameter such as the number of epochs instead."
)

MANY_SERIES = (
    "If the table contains many series, give X and y an index of series and time, made "
    "of two columns: table.set_index(['shop', 'date']). "
)


def is_pandas(X):
    """Return whether X is a pandas frame or series, without importing pandas."""
    # If pandas was never imported, nothing can be a frame, and the import is slow.
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(X, pandas.DataFrame | pandas.Series)


def table_with_index(X, y):
    """Return the table whose index is used, X or else y, and its name in messages."""
    return (y, "y") if is_pandas(y) and not is_pandas(X) else (X, "X")


def is_period(labels):
    """Return whether labels, or one label, are periods, without importing pandas."""
    return hasattr(labels, "to_timestamp")


def holds_numbers(labels):
    """Return whether an index contains numbers, and not times or text."""
    return labels.dtype.kind in "iuf"


def is_numbered(index):
    """Return whether the labels are the row numbers 0, 1, 2 and so on."""
    return index.dtype.kind == "i" and np.array_equal(index, np.arange(len(index)))


def name_of_label(label):
    """Name a label, of one series or of several."""
    is_of_several = isinstance(label, tuple)
    return f"{label[1]} of series {label[0]}" if is_of_several else f"{label}"


def row_label(X, row):
    """Name a row by its position and, if X has an index, by its label."""
    if not is_pandas(X):
        return str(row)
    label = X.index[row]
    parts = label if isinstance(label, tuple) else (label,)
    return f"{row} ({', '.join(map(str, parts))})"


def time_index(X, name="X", *, in_fit=False):
    """Return the index of X, see `as_times`, if it carries time, else None.

    Dates, periods, time differences and numbers carry time. Text and other objects do
    not, and arrays and polars frames have no index. Several levels are an error, and
    so are the labels that `check_time_order` rejects.
    """
    if not is_pandas(X):
        return None
    if X.index.nlevels > 1:
        raise ValueError(
            f"The index of {name} must have one level, the times of one series, or the "
            f"two levels (series, time), but it has {X.index.nlevels} levels "
            f"({list(X.index.names)}). Join the levels that name a series into one."
        )
    labels = as_times(X.index, name)
    if labels is not None:
        check_time_order(labels, name, in_fit=in_fit)
    return labels


def as_times(index, name="X"):
    """Convert the labels of an index of one level to times or numbers.

    Labels that are times in part only are an error.

    Returns
    -------
    labels : pandas.Index or None
        A DatetimeIndex, PeriodIndex, TimedeltaIndex or an index of NumPy integers or
        floats; None if labels are text or other objects. Arrow times, Python dates and
        categories of times become pandas times, and numbers stored as objects NumPy
        numbers; Python dates in several time zones are converted to UTC.
    """
    import pandas as pd

    if isinstance(index, pd.CategoricalIndex):
        index = index.astype(index.categories.dtype)
    kind = index.dtype.kind
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex | pd.TimedeltaIndex):
        return index
    if kind == "M":
        return pd.DatetimeIndex(index)
    if kind == "m":
        return pd.TimedeltaIndex(index)
    if holds_numbers(index):
        # Missing labels raise later, in `check_time_order`; they have no NumPy integer.
        is_numpy = isinstance(index.dtype, np.dtype) or index.hasnans
        if not is_numpy:
            return pd.Index(index.to_numpy(), name=index.name)
        # pandas cannot sort or search big-endian numbers, as in FITS and netCDF files.
        is_swapped = not getattr(index.dtype, "isnative", True)
        return index.astype(index.dtype.newbyteorder("=")) if is_swapped else index
    return _objects_as_times(index, name) if index.dtype == object else None


def _objects_as_times(index, name):
    import pandas as pd

    content = pd.api.types.infer_dtype(index, skipna=True)
    if content in ("date", "datetime", "datetime64"):
        try:
            return pd.DatetimeIndex(index)
        except ValueError:  # the objects are in more than one time zone
            _check_one_kind(index, name)
            return pd.to_datetime(index, utc=True)
    if content == "period":
        return pd.PeriodIndex(index)
    if content in ("timedelta", "timedelta64"):
        return pd.TimedeltaIndex(index)
    if content in ("integer", "floating", "mixed-integer-float", "decimal"):
        numbers = pd.to_numeric(index)
        return numbers if holds_numbers(numbers) else index.astype("float64")
    if content.startswith("mixed"):
        _check_one_kind(index, name)
    return None


def _check_one_kind(index, name):
    """Raise if some labels are times and others are of another kind."""
    first = {}
    for row, label in enumerate(index):
        first.setdefault(_kind_of_label(label), row)
    first.pop("missing", None)
    if len(first) < 2 or not any(kind.startswith(TIMES) for kind in first):
        return
    (kind, row), (other, other_row), *_ = first.items()
    raise ValueError(
        f"The labels of the index of {name} must be of one kind, but row {row} has "
        f"{kind} ({index[row]!r}) and row {other_row} has {other} "
        f"({index[other_row]!r}). Convert all of them: "
        f"{name}.index = pd.to_datetime({name}.index, ...), with utc=True if some have "
        "a time zone."
    )


def _kind_of_label(label):
    """Return what a label is, beginning with one of `TIMES` if it carries time."""
    import pandas as pd

    if pd.api.types.is_scalar(label) and pd.isna(label):
        return "missing"
    if isinstance(label, pd.Period):
        return f"a period of {label.freqstr}"
    if isinstance(label, datetime.timedelta | np.timedelta64):
        return "a time difference"
    if isinstance(label, datetime.date | np.datetime64):
        has_zone = getattr(label, "tzinfo", None) is not None
        return "a date with a time zone" if has_zone else "a date without time zone"
    return f"an object of type {type(label).__name__}"


def check_time_order(labels, name, *, is_one_of_many=False, in_fit=False):
    """Raise if labels are missing, duplicated or not in ascending order.

    Parameters
    ----------
    labels : pandas.Index
    name : str
        Name of the table.
    is_one_of_many : bool, default=False
        Whether these are the labels of one of several series.
    in_fit : bool, default=False
        Whether a search or a split may have shuffled the rows, for advice.
    """
    table = name.rpartition(" of ")[2]  # without the name of a series
    if labels.hasnans:
        row = int(labels.isna().argmax())
        times = "index.get_level_values(1)" if is_one_of_many else "index"
        raise ValueError(
            f"The index of {name} must have a label for each row; got "
            f"{counted(int(labels.isna().sum()), 'missing label')}, the first in row "
            f"{row}. Drop these rows: {table}[{table}.{times}.notna()]."
        )
    check_numbers(labels, name)
    if labels.is_monotonic_increasing and labels.is_unique:
        return
    if not labels.is_unique:
        duplicate = labels[labels.duplicated()][0]
        many, levels = "", "[0, 1]"
        if not is_one_of_many:
            many, levels = MANY_SERIES, "0"
        hours = _advise_on_repeated_hours(labels, table, is_one_of_many)
        raise ValueError(
            f"The index of {name} has duplicates (the first is {duplicate}), but a "
            f"series has one row per time step. {many}{hours}"
            f"{'Otherwise aggregate' if hours else 'Aggregate'} the rows of X and y "
            f"(X.groupby(level={levels}).mean())."
        )
    row = 1 + int(np.argmax(labels[1:] < labels[:-1]))
    is_dates = labels.dtype.kind == "M"
    raise ValueError(
        f"The index of {name} is unsorted (row {row} is {labels[row]}, after "
        f"{labels[row - 1]}), but the rows of a series must be in order of time. "
        + (NOT_SHUFFLED if in_fit else f"Sort them: {table}.sort_index().")
        + (DAY_FIRST if is_dates else "")
    )


def _advise_on_repeated_hours(labels, table, is_one_of_many):
    """Return how to tell the two hours apart that local clocks show when set back."""
    if labels.dtype.kind != "M" or labels.tz is not None:
        return ""
    code = 'tz_localize("Europe/Berlin", ambiguous="infer")'
    if is_one_of_many:  # of a level, pandas sees each label only once
        code = (
            f"pd.concat({{name: part.droplevel(0).{code} for name, part in "
            f"{table}.groupby(level=0)}})"
        )
    else:
        code = f"{table}.{code}"
    return (
        "If an hour occurs twice because clocks change, set the time zone of the rows, "
        f"such as {code}. "
    )


def check_numbers(labels, name):
    """Raise if labels are infinite or too large to be counted."""
    if not holds_numbers(labels):
        return
    numbers = labels.to_numpy()
    too_large = (numbers > LARGEST_NUMBER) | (numbers < -LARGEST_NUMBER)
    if too_large.any():
        row = int(too_large.argmax())
        raise ValueError(
            f"The index of {name} must contain numbers between -2**62 and 2**62, but "
            f"row {row} has {labels[row]}. Number the rows from 0 "
            f"({name}.reset_index(drop=True)), or use dates."
        )


def check_same_index(X, y, name="y", other="X"):
    """Raise if X and y both have an index and these differ."""
    if is_pandas(X) and has_labels(y):
        check_same_labels(X.index, y.index, name, other)


def has_labels(table):
    """Return whether a table has an index of its own.

    With ``set_output(transform="pandas")``, transformers return arrays as frames with
    columns x0, x1 and so on, whose rows are only numbered. `TransformedTargetRegressor`
    passes such a y.
    """
    if not is_pandas(table):
        return False
    names = list(table.columns) if table.ndim == 2 else [table.name]
    is_array = names == [f"x{number}" for number in range(len(names))]
    return not (is_array and is_numbered(table.index))


def check_same_labels(index, labels, name="y", other="X"):
    """Raise if indexes of the same length, of ``other`` and of ``name``, differ."""
    if len(index) != len(labels):
        return  # other lengths are reported by the check of y
    one, two = _comparable(index, labels, (other, name))
    if one.equals(two):
        return
    differing = np.flatnonzero(np.asarray(one != two, dtype=bool))
    row = differing[0] if len(differing) else 0
    raise ValueError(
        f"{other} and {name} must have the same index, but row {row} is "
        f"{index[row]} in {other} and {labels[row]} in {name}. Align them "
        f"({name}.loc[{other}.index]), or pass {name}.to_numpy() if their rows belong "
        "together already."
    )


def _comparable(one, other, names):
    """Return two indexes, converted if both hold times of different dtypes or zones."""
    if one.dtype == other.dtype or one.nlevels > 1 or other.nlevels > 1:
        return one, other
    one_time, other_time = as_times(one, names[0]), as_times(other, names[1])
    if one_time is None or other_time is None:
        return one, other
    zones = getattr(one_time, "tz", None), getattr(other_time, "tz", None)
    if None not in zones:  # the same instants may be written in two time zones
        other_time = other_time.tz_convert(zones[0])
    return one_time, other_time


def kind_of_labels(labels):
    """Return what an index of times or numbers holds, in a word or two."""
    if is_period(labels):
        return f"periods of {labels.freqstr}"
    kind = {"M": "dates", "m": "time differences"}.get(labels.dtype.kind, "numbers")
    return f"{kind} with a time zone" if getattr(labels, "tz", None) else kind
