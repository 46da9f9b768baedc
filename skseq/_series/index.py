"""What an index tells about rows: when they are, and that they are in order."""

import re
import sys

import numpy as np

DATES_READ = 20
"""Labels of text that are looked at: enough to tell dates from names."""

MONTH_TEXT = (
    "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    "(uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?"
)

DATE_TEXT = re.compile(
    rf"""(?ix)
    (1[5-9]|2[01])\d\d[-/.]?\d\d?([-/.]?\d\d?([ T].*)?)?  # 2024-01-31 12:00, 202401
    | \d\d?[-/.]\d\d?[-/.](\d\d|\d{{4}})(\ .*)?  # 31.01.2024
    | \d{{4}}[- ]?Q[1-4] | Q[1-4][- /]?\d{{4}}  # 2024Q1
    | (\d\d?[ .-]+)?{MONTH_TEXT}[ .,-]*(\d\d?,?\ )?\d\d(\d\d)?  # 31 Jan 2024, Jan-24
    """
)

DAY_FIRST = (
    " If the dates were read from text such as 01/02/2024, day and month may be "
    "exchanged: pd.to_datetime(..., dayfirst=True)."
)


def is_pandas(X):
    """Say whether X is a pandas frame or series, without importing pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(X, pandas.DataFrame | pandas.Series)


def row_label(X, row):
    """Name a row by its position and, where X has an index, by its label."""
    return f"{row} ({X.index[row]})" if is_pandas(X) else str(row)


def time_index(X, name="X"):
    """Return the index of X if it tells when its rows are, else None.

    Dates, periods, time differences and numbers tell; text, other objects and arrays do
    not, and neither do the implicit row numbers of polars frames.

    Returns
    -------
    labels : pandas.Index or None
        Dates of any dtype as a DatetimeIndex; see `as_times`.

    Raises
    ------
    ValueError
        If the index has more than one level, missing labels, duplicates, or is not in
        ascending order.
    """
    if not is_pandas(X):
        return None
    if X.index.nlevels > 1:
        raise ValueError(
            f"The index of {name} has {X.index.nlevels} levels ({list(X.index.names)}),"
            " but a series has one row per time step. Fit one estimator per series, "
            "and make the dates alone its index."
        )
    labels = as_times(X.index)
    if labels is not None:
        check_time_order(labels, name)
    return labels


def as_times(index):
    """Turn the labels of an index into times or numbers.

    Parameters
    ----------
    index : pandas.Index of one level

    Returns
    -------
    labels : pandas.Index or None
        A DatetimeIndex, PeriodIndex, TimedeltaIndex or an index of NumPy integers or
        floats; None where labels are text or other objects. Times that Arrow, Python
        objects or categories hold become pandas' own; of Python dates in several time
        zones the zone becomes UTC.
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
    if kind in "iuf":
        is_numpy = isinstance(index.dtype, np.dtype) or index.hasnans
        return index if is_numpy else pd.Index(index.to_numpy(), name=index.name)
    return _objects_as_times(index) if index.dtype == object else None


def _objects_as_times(index):
    import pandas as pd

    content = pd.api.types.infer_dtype(index, skipna=True)
    if content in ("date", "datetime", "datetime64"):
        try:
            return pd.DatetimeIndex(index)
        except ValueError:  # the objects are in more than one time zone
            return pd.to_datetime(index, utc=True)
    if content == "period":
        return pd.PeriodIndex(index)
    if content in ("timedelta", "timedelta64"):
        return pd.TimedeltaIndex(index)
    return None


def looks_like_dates(index):
    """Say whether text labels read like dates.

    Parameters
    ----------
    index : pandas.Index of one level
    """
    labels = index[:: max(1, len(index) // DATES_READ)]
    return len(labels) > 0 and all(
        isinstance(label, str) and DATE_TEXT.fullmatch(label.strip())
        for label in labels
    )


def check_time_order(labels, name):
    """Raise unless the labels are all known and strictly ascending."""
    if labels.hasnans:
        row = int(labels.isna().argmax())
        raise ValueError(
            f"The index of {name} has {int(labels.isna().sum())} missing label(s), the "
            f"first of them in row {row}. Drop these rows: X[X.index.notna()]."
        )
    if labels.is_monotonic_increasing and labels.is_unique:
        return
    if not labels.is_unique:
        again = labels[labels.duplicated()][0]
        raise ValueError(
            f"The index of {name} has duplicates (the first is {again}), but a series "
            "has one row per time step. Aggregate them (X.groupby(level=0).mean()). "
            "If the table holds many series, fit one estimator per series; a two-level "
            "index (series, time) tells them apart."
        )
    row = 1 + int(np.argmax(labels[1:] < labels[:-1]))
    is_dates = labels.dtype.kind == "M"
    raise ValueError(
        f"The index of {name} is unsorted (row {row} is {labels[row]}, after "
        f"{labels[row - 1]}), but the rows of a series must be in order of time. Sort "
        "X and y by index (X.sort_index()); in a search or a split, do not shuffle "
        "(HalvingGridSearchCV shuffles when its resource is 'n_samples': use a "
        "parameter such as the number of epochs instead)."
        + (DAY_FIRST if is_dates else "")
    )


def check_same_index(X, y, name="y", other="X"):
    """Raise if X and y both have an index and the two differ."""
    if not (is_pandas(X) and is_pandas(y)) or len(X) != len(y):
        return
    one, two = _comparable(X.index, y.index)
    if one.equals(two):
        return
    differing = np.flatnonzero(np.asarray(one != two, dtype=bool))
    row = differing[0] if len(differing) else 0
    raise ValueError(
        f"{other} and {name} have a different index, so their rows may not belong "
        f"together: row {row} is {X.index[row]} in {other} and {y.index[row]} in "
        f"{name}. Align them ({name}.loc[{other}.index]), or pass {name}.to_numpy() if "
        "they are in step already."
    )


def _comparable(one, other):
    """Return two indexes, as times where both hold times of different dtypes."""
    if one.dtype == other.dtype or one.nlevels > 1 or other.nlevels > 1:
        return one, other
    times = as_times(one), as_times(other)
    return (one, other) if any(labels is None for labels in times) else times


def kind_of_labels(labels):
    """Name what an index of times or numbers holds, in a word or two."""
    if hasattr(labels, "to_timestamp"):
        return f"periods of {labels.freqstr}"
    kind = {"M": "dates", "m": "time differences"}.get(labels.dtype.kind, "numbers")
    return f"{kind} with a time zone" if getattr(labels, "tz", None) else kind
