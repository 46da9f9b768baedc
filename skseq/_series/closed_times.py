"""Warn of rows at times of the week that had no row in fit."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.passed_rows import are_all_rows_passed

WITHIN_HOURS = (
    " freq_ is the step within opening hours; added to the last label of a day, it "
    "gives a time after closing. Opening hours in UTC change when the clocks change: "
    "convert the index to local time before fit (with tz_convert)."
)


def warn_about_closed_times(frequency, labels, series, names, *, name="X"):
    """Warn if labels are at times of the week that had no fitted row of their series.

    Parameters
    ----------
    frequency : Frequency or None
    labels : pandas.Index of length n_rows
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    names : pandas.Index of length n_series, or None
    name : str, default="X"
        Name of the table.
    """
    if frequency is None or not len(labels) or are_all_rows_passed(len(labels)):
        return
    import pandas as pd

    is_empty = np.zeros(len(labels), dtype=bool)
    for rows, one in frequency.by_series(names, series):
        # A label between two steps is an error that is raised later.
        is_empty[rows] = one.had_no_row(labels[rows]) & one.contains(labels[rows])
    if not is_empty.any():
        return
    row = int(is_empty.argmax())
    of_series = frequency.of(None if names is None else names[series[row]])
    following = of_series.extend(labels[row], 1)[0]
    is_step_of_time = isinstance(of_series.offset, pd.offsets.Tick)
    warn_user(
        f"{name} has {counted(int(is_empty.sum()), 'row')} at times of the week that "
        f"had no row in fit, the first at {labels[row]}. Such a row counts as one more "
        f"step. If it belongs to the next step, label it {following}."
        + (WITHIN_HOURS if is_step_of_time else "")
    )
