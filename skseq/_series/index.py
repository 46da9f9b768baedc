"""What an index tells about rows: when they are, and that they are in order."""

import sys

import numpy as np


def is_pandas(X):
    """Say whether X is a pandas frame or series, without importing pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(X, pandas.DataFrame | pandas.Series)


def row_label(X, row):
    """Name a row by its position and, where X has an index, by its label."""
    return f"{row} ({X.index[row]})" if is_pandas(X) else str(row)


def time_index(X, name="X"):
    """Return the index of X if it tells when its rows are, else None.

    Dates, periods, time differences and numbers tell; strings, other objects and
    arrays do not, and neither do the implicit row numbers of polars frames.

    Raises
    ------
    ValueError
        If the index has more than one level, missing labels, duplicates, or is not in
        ascending order.
    """
    if not is_pandas(X):
        return None
    index = X.index
    if index.nlevels > 1:
        raise ValueError(
            f"The index of {name} has {index.nlevels} levels ({list(index.names)}), "
            "but a series has one row per time step. Fit one estimator per series, and "
            "make the dates alone its index."
        )
    if index.dtype.kind not in "iufmM" and not hasattr(index, "to_timestamp"):
        return None
    check_time_order(index, name)
    return index


def check_time_order(index, name):
    """Raise unless the labels are all known and strictly ascending."""
    if index.hasnans:
        raise ValueError(
            f"The index of {name} has {int(index.isna().sum())} missing label(s). "
            "Drop these rows: X[X.index.notna()]."
        )
    if not index.is_unique:
        again = index[index.duplicated()][0]
        raise ValueError(
            f"The index of {name} has duplicates (the first is {again}), but a series "
            "has one row per time step. Aggregate them (X.groupby(level=0).mean()), or "
            "fit one estimator per series."
        )
    if not index.is_monotonic_increasing:
        raise ValueError(
            f"The index of {name} is unsorted, but the rows of a series must be in "
            "order of time. Sort X and y by index (X.sort_index()); in a search or a "
            "split, do not shuffle (HalvingGridSearchCV shuffles when its resource is "
            "'n_samples': use a parameter such as the number of epochs instead)."
        )


def check_same_index(X, y, name="y", other="X"):
    """Raise if X and y both have an index and the two differ."""
    if not (is_pandas(X) and is_pandas(y)) or len(X) != len(y):
        return
    if X.index.equals(y.index):
        return
    differing = np.flatnonzero(np.asarray(X.index != y.index, dtype=bool))
    row = differing[0] if len(differing) else 0
    raise ValueError(
        f"{other} and {name} have a different index, so their rows may not belong "
        f"together: row {row} is {X.index[row]} in {other} and {y.index[row]} in "
        f"{name}. Align them ({name}.loc[{other}.index]), or pass {name}.to_numpy() if "
        "they are in step already."
    )


def as_plain(index):
    """Take an index of times apart into arrays and names, without pandas' own types.

    Parameters
    ----------
    index : pandas.Index or None
        One that `time_index` returns.

    Returns
    -------
    plain : dict or None
    """
    if index is None:
        return None
    if hasattr(index, "to_timestamp"):
        kind, values, unit = "period", index.asi8, index.freqstr
    elif index.dtype.kind in "mM":
        kind, values, unit = index.dtype.kind, index.asi8, index.unit
    else:
        kind, values, unit = "number", index.to_numpy(), None
    zone = getattr(index, "tz", None)
    return {
        "kind": kind,
        "values": np.array(values),
        "unit": unit,
        "zone": None if zone is None else str(zone),
        "name": index.name,
    }


def from_plain(plain):
    """Put an index together again that `as_plain` took apart."""
    if plain is None:
        return None
    import pandas as pd

    kind, values, name = plain["kind"], plain["values"], plain["name"]
    if kind == "period":
        return pd.PeriodIndex.from_ordinals(values, freq=plain["unit"], name=name)
    if kind == "number":
        return pd.Index(values, name=name)
    index = pd.Index(values.view(f"{kind}8[{plain['unit']}]"), name=name)
    zone = plain["zone"]
    return index if zone is None else index.tz_localize("UTC").tz_convert(zone)
