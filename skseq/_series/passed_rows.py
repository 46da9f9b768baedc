"""What a forecaster knows about the rows that it passes to the steps of a pipeline."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np

from skseq._series.index import is_pandas

# Not attributes of steps or filters of warnings, which all threads share.
_passed = ContextVar("passed", default=None)


@dataclass(frozen=True)
class PassedRows:
    """The rows of the table that a forecaster passes to a pipeline.

    Attributes
    ----------
    n_rows : int
    index : pandas.Index or None
    are_complete : bool
        Whether the windows of the rows to predict contain no other rows.
    """

    n_rows: int
    index: object
    are_complete: bool


@contextmanager
def passing_rows(cells, *, are_complete=False):
    """Note which rows a forecaster passes to a pipeline, as a context.

    Parameters
    ----------
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
    are_complete : bool, default=False
        Whether the table has all rows of its windows. Then windowers put no fitted rows
        before it, and do not check labels: the forecaster checks them itself. It knows
        rows since fit, which show that opening hours have moved.
    """
    index = cells.index if is_pandas(cells) else None
    token = _passed.set(PassedRows(len(cells), index, are_complete))
    try:
        yield
    finally:
        _passed.reset(token)


def are_all_rows_passed(n_rows):
    """Return whether a table has all rows that windows need.

    Parameters
    ----------
    n_rows : int
        Of the table that a windower gets. A step of the user may call a windower of its
        own with fewer rows than the forecaster passes.
    """
    passed = _passed.get()
    return passed is not None and passed.are_complete and passed.n_rows == n_rows


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
    passed = _passed.get()
    index = None if passed is None else passed.index
    if index is None or np.shape(X)[:1] != index.shape:
        return X
    if is_pandas(X):
        is_numbered = X.index.dtype.kind == "i" and X.index[0] == 0
        is_numbered = is_numbered and np.array_equal(X.index, np.arange(len(X)))
        return X.set_axis(index, axis=0) if is_numbered else X
    if not isinstance(X, np.ndarray) or X.ndim != 2:
        return X
    import pandas as pd

    return pd.DataFrame(X, index=index, copy=False)
