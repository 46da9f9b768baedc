"""What a forecaster knows about the rows that it passes to the steps of a pipeline."""

from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from skseq._series.index import is_numbered, is_pandas
from skseq._series.resampled_rows import resampled_rate

# Not attributes of steps or filters of warnings, which all threads share.
_passed = ContextVar("passed", default=None)


@contextmanager
def passing_rows(cells, *, are_complete=False):
    """Note, as a context, which rows a forecaster passes to a pipeline.

    Parameters
    ----------
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
    are_complete : bool, default=False
        Whether the table has all rows of its windows. Then windowers put no fitted rows
        before it, and do not check labels: the forecaster checks them itself. It knows
        rows since fit, which show that opening hours have moved.
    """
    # Not the frame itself, because a step may replace its index.
    index = cells.index if is_pandas(cells) else None
    token = _passed.set((len(cells), index, are_complete))
    try:
        yield
    finally:
        _passed.reset(token)


def is_called_by_forecaster():
    """Return whether a forecaster passes the rows of this call to a pipeline."""
    return _passed.get() is not None


def are_all_rows_passed(n_rows):
    """Return whether a table has all rows that windows need.

    A user's own step may call a windower with fewer rows than the forecaster passes.
    """
    n_passed, _, are_complete = _passed.get() or (0, None, False)
    return are_complete and n_passed == n_rows


def with_passed_index(X, fitted=None):
    """Restore the index that an earlier step dropped.

    A step may return an array. With ``set_output(transform="pandas")``, the next step
    makes a frame of it, whose rows are numbered from 0.

    The result has the index of the forecaster's table if that has as many rows, and X
    has no index or one of numbers from 0. Otherwise it is X itself. After fit,
    `fitted` contains labels of fitted rows: an index of another kind is not restored.
    """
    _, index, _ = _passed.get() or (0, None, False)
    if index is None or np.shape(X)[:1] != index.shape:
        return X
    if fitted is not None and not _are_alike(fitted, index):
        return X
    if is_pandas(X):
        if not is_numbered(X.index):
            return X
    elif not isinstance(X, np.ndarray) or X.ndim != 2:
        return X
    # Ensembles that draw rows at random pass as many rows, but of any time.
    rows = np.asarray(X)
    if rows.dtype.kind in "iuf" and resampled_rate(rows):
        return X
    import pandas as pd

    return pd.DataFrame(X, copy=False).set_axis(index, axis=0)


def _are_alike(fitted, index):
    """Return whether two indexes have the same kind of labels."""
    kinds = {one.get_level_values(-1).dtype.kind for one in (fitted, index)}
    return len(kinds) == 1
