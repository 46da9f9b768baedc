"""Read the series and the times of an index of one or two levels."""

import numpy as np

from skseq._series.date_text import conversion_of
from skseq._series.index import (
    as_times,
    check_numbers,
    check_time_order,
    is_pandas,
    time_index,
)
from skseq._series.level_order import check_level_order


def read_index(X, name="X", n_rows=None, *, in_fit=False):
    """Return the ``series``, ``labels`` and ``names`` of a table, as in `TimeAxis`.

    Series are numbered in the order in which they first occur. See `TimeAxis.of` for
    the arguments and errors.
    """
    one_series = np.zeros(len(X) if n_rows is None else n_rows, dtype=np.intp)
    if not is_pandas(X) or X.index.nlevels != 2:
        return one_series, time_index(X, name, in_fit=in_fit), None
    series, names = read_series(X.index, name)
    labels = as_times(X.index.get_level_values(1), name)
    check_level_order(names, labels, X.index, name)
    if labels is None:
        level = X.index.levels[1]
        choices = ["Use dates, periods or numbers"]
        if code := conversion_of(level, f"{name}.index.get_level_values(1)"):
            choices.append(f"such as {code}")
        raise ValueError(
            f"The index of {name} has two levels ({list(X.index.names)}), so its "
            f"second level must contain the times of the rows, but it contains "
            f"{level.dtype} ({next(iter(level), None)!r}). {', '.join(choices)}. If "
            f"the times come first, swap the levels: {name}.swaplevel()."
        )
    check_numbers(labels, name)
    if not _are_ascending(series, labels):
        for number, series_name in enumerate(names):
            of_series = f"series {series_name!r} of {name}"
            one = labels[series == number]
            check_time_order(one, of_series, is_one_of_many=True, in_fit=in_fit)
    return series, labels, names


def read_series(index, name):
    """Find the series of each row, which the first of two levels names.

    Returns
    -------
    series : ndarray of int of shape (n_rows,)
        Numbers of series, in the order in which they first occur.
    names : pandas.Index of length n_series
    """
    import pandas as pd

    # Numbers of names, which are counted much faster than the names themselves.
    codes = index.codes[0]
    if (codes < 0).any():
        row = int((codes < 0).argmax())
        raise ValueError(
            f"The first level of the index of {name} must name the series of each row, "
            f"but it is missing in row {row}. Drop such rows, or name their series."
        )
    series, codes_of_names = pd.factorize(codes)
    # int32 takes half the memory of int64.
    return series.astype(np.int32), index.levels[0][codes_of_names]


def _are_ascending(series, labels):
    """Return whether labels ascend within each series, without a loop over series."""
    order = np.argsort(series, kind="stable")
    sorted_labels, sorted_series = labels[order], series[order]
    is_later = np.asarray(sorted_labels[1:] > sorted_labels[:-1])  # False for NaT
    is_within = np.diff(sorted_series) == 0
    return not labels.hasnans and bool(is_later[is_within].all())


def first_rows(series):
    """Return the number of the first row of each series; rows are sorted by series."""
    is_first = np.ones(len(series), dtype=bool)
    is_first[1:] = series[1:] != series[:-1]
    return np.flatnonzero(is_first)


def rows_by_code(codes, n_codes):
    """List the rows of each series, or other group, ascending.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        From 0 to ``n_codes - 1``.
    n_codes : int
    """
    ends = np.cumsum(np.bincount(codes, minlength=n_codes))
    return np.split(np.argsort(codes, kind="stable"), ends[:-1])


def last_rows(series, n_series):
    """Return the number of the last row of each series, -1 for series without rows.

    Rows may be in any order of series.
    """
    rows = np.full(n_series, -1)
    rows[series] = np.arange(len(series))  # the last one written remains
    return rows
