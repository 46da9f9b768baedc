"""The times of the rows of a table, counted in steps that all series share."""

from dataclasses import replace

from sklearn.utils.validation import _num_samples

from skseq._series.axis import TimeAxis
from skseq._series.index import check_same_index


def read_times(X, y=None, frequency=None):
    """Make the time axis of a table, with the same steps for all series.

    `frequency` is that of a longer table that contains these rows. Without it, and if
    the index does not match it, the frequency is found in the index.
    """
    check_same_index(X, y)
    n_rows = _num_samples(y if X is None else X)
    try:
        axis = TimeAxis.of(X, y, n_rows=n_rows)
    except ValueError:
        # If labels are off the frequency, a split can still count the times that occur.
        # An unsorted index raises again in this second call.
        axis = TimeAxis.of(X, y, gaps="ignore", n_rows=n_rows)
    is_given = frequency is not None and axis.labels is not None
    if is_given and frequency.contains(axis.labels).all():
        axis = replace(axis, frequency=frequency)
    return axis.with_shared_steps()
