"""What a forecaster knows about the rows that it passes to the steps of a pipeline."""

from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from skseq._series.index import is_pandas

# Not attributes of steps or filters of warnings, which all threads share.
_are_complete = ContextVar("are_complete", default=False)
_index = ContextVar("index", default=None)


@contextmanager
def passing_all_rows():
    """Tell windowers that a table has all rows of its windows, as a context.

    No fitted rows are put before it, and labels are not checked: the forecaster checks
    them itself. It knows rows since fit, which show that opening hours have moved.
    """
    token = _are_complete.set(True)
    try:
        yield
    finally:
        _are_complete.reset(token)


def are_all_rows_passed():
    """Return whether a forecaster passes all rows that windows need."""
    return _are_complete.get()


@contextmanager
def passing_index(cells):
    """Note the index of a table for steps after one that loses it, as a context.

    Parameters
    ----------
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
    """
    token = _index.set(cells.index if is_pandas(cells) else None)
    try:
        yield
    finally:
        _index.reset(token)


def with_passed_index(X):
    """Give rows the index that an earlier step has lost.

    A step may return an array. With ``set_output(transform="pandas")``, the next step
    makes a frame of it, whose rows are numbered from 0.

    Parameters
    ----------
    X : table-like of shape (n_rows, n_features)

    Returns
    -------
    X : table-like of the same shape
        A frame with the index of the forecaster's table if it has as many rows, and X
        has no index or one of numbers from 0. Otherwise X itself.
    """
    index = _index.get()
    if index is None or np.shape(X)[:1] != (len(index),):
        return X
    if is_pandas(X):
        is_numbered = X.index.dtype.kind == "i" and X.index[0] == 0
        is_numbered = is_numbered and np.array_equal(X.index, np.arange(len(X)))
        return X.set_axis(index, axis=0) if is_numbered else X
    if not isinstance(X, np.ndarray) or X.ndim != 2:
        return X
    import pandas as pd

    return pd.DataFrame(X, index=index, copy=False)
