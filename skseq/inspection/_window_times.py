"""The times of the steps of one window, and its row by position or label."""

from numbers import Integral

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.index import is_pandas


def times_of_window(windower, axis, row):
    """Return the label of each step of the window of a row, or None without times.

    The label of a step without a row is None. Columns known in advance are ``horizon``
    steps later than their label. `windower` has cut the windows of the rows of `axis`.
    """
    if axis.labels is None:
        return None
    of_series = np.flatnonzero(axis.series == axis.series[row])
    labels = earlier_labels(windower._fitted_rows, axis, of_series[0])
    n_earlier = len(labels)
    labels = labels.append(axis.labels[of_series])
    # Counted together, because steps of opening hours depend on the other rows.
    one_series = np.zeros(len(labels), dtype=np.intp)
    steps = TimeAxis.at(one_series, labels, axis.frequency_of(row)).steps
    lags = np.arange(windower._fitted_time_steps)[::-1] + windower._fitted_horizon
    wanted = steps[n_earlier + np.searchsorted(of_series, row)] - lags
    label_of = dict(zip(steps.tolist(), labels, strict=True))
    return [label_of.get(step) for step in wanted.tolist()]


def earlier_labels(fitted_rows, axis, first):
    """Return the labels of fitted rows before the first row of a series in a call."""
    labels = fitted_rows.last_labels
    if labels is None:
        return axis.labels[:0]
    series = fitted_rows.series_of_call(axis)[fitted_rows.last_series]
    is_before = (series == axis.series[first]) & (labels < axis.labels[first])
    return labels[is_before]


def position_of_row(X, row, n_rows):
    """Return the position of a row that is given by its position or label."""
    if isinstance(row, Integral):
        if -n_rows <= row < n_rows:
            return int(row) % n_rows
        raise ValueError(
            f"row must be a position from {-n_rows} to {n_rows - 1}, because X has "
            f"{n_rows} rows, or a label of its index; got {row!r}."
        )
    if not is_pandas(X):
        raise ValueError(
            f"row must be an integer, because X is a {type(X).__name__}, which has no "
            f"labels; got {row!r}. Pass the position of the row, or a pandas table."
        )
    found = rows_with_label(X.index, row)
    if len(found) != 1:
        is_in = f"has {len(found)} rows" if len(found) else "is not in the index of X"
        raise ValueError(
            f"row must be the label of one row of X, or its position; got {row!r}, "
            f"which {is_in}. The index is from {X.index[0]} to {X.index[-1]}."
        )
    return int(found[0])


def rows_with_label(index, label):
    """Return the positions of a label in a pandas index, an ndarray of int."""
    from pandas.errors import InvalidIndexError

    positions = np.arange(len(index))
    try:
        # An int, a slice (such as "2024", the rows of a year) or a mask.
        return np.atleast_1d(positions[index.get_loc(label)])
    except (KeyError, TypeError, ValueError, InvalidIndexError):
        return positions[:0]
