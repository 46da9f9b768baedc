"""Check that the rows of a table or of windows are in order of time."""

import numpy as np

from skseq._series.index import (
    as_times,
    check_time_order,
    holds_numbers,
    is_pandas,
    table_with_index,
)
from skseq._series.target_origin import name_of_table
from skseq._series.window_order import MIN_BACKWARD_RATE, count_backward


def check_row_order(X, y, windows):
    """Raise if rows are not in order of time, unless they may be independent.

    Parameters
    ----------
    X, y : what ``fit`` was given, for their index
    windows : Windows
        Of one step for a table.

    Returns
    -------
    is_ordered : bool
        False if windows overlap and are shuffled, or if the numbers in the index of a
        table are: their rows may also be independent of each other.

    Raises
    ------
    ValueError
        If an index of one level holds times that are missing, duplicated or unsorted,
        unless windows were cut by hand.
    """
    table, name = table_with_index(X, y)
    name, labels = name_of_table(y) or name, None
    if is_pandas(table) and table.index.nlevels == 1:
        labels = as_times(table.index, name)
    if labels is None or windows.time_steps > 1:  # windows themselves show their order
        return count_backward(windows) == 0
    if holds_numbers(labels):
        # In shuffled rows, half of the labels are smaller than the one before. In
        # tables of several series, one after another, few are.
        numbers = labels.to_numpy(float, na_value=np.nan)
        n_backward = np.count_nonzero(numbers[1:] < numbers[:-1])
        return n_backward <= MIN_BACKWARD_RATE * len(labels)
    check_time_order(labels, name, in_fit=True)
    return True
