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


def check_same_index(X, y, name="y"):
    """Raise if X and y both have an index and the two differ."""
    if not (is_pandas(X) and is_pandas(y)) or len(X) != len(y):
        return
    if X.index.equals(y.index):
        return
    differing = np.flatnonzero(np.asarray(X.index != y.index, dtype=bool))
    row = differing[0] if len(differing) else 0
    raise ValueError(
        f"X and {name} have a different index, so their rows may not belong together: "
        f"row {row} is {X.index[row]} in X and {y.index[row]} in {name}. Align them "
        f"({name}.loc[X.index]), or pass {name}.to_numpy() if they are in step already."
    )
