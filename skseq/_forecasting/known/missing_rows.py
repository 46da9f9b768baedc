"""Warnings about rows that are missing within the windows of a forecaster."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.gaps import advise_on_reading
from skseq.exceptions import IncompleteWindowWarning

FILL_ROWS = (
    "interpolate them, or fill them with 0 for times when the business was open but "
    "nothing happened."
)

MOST = 0.5
"""Fraction of the rows of a series that may be left out without a warning."""


def warn_about_lost_rows(table, n_before):
    """Warn if gaps leave few rows of a series to train on, or none.

    The window and the targets of a row need `n_before` rows before it.
    """
    axis, n_series = table.axis, table.axis.n_series
    is_whole, n_rows = table.have_complete_past(n_before), axis.count_rows()
    n_whole = np.bincount(axis.series[is_whole], minlength=n_series)
    n_possible = np.maximum(n_rows - n_before, 0)
    n_lost = n_possible - n_whole
    number = int((n_lost / np.maximum(n_possible, 1)).argmax())
    if n_lost[number] <= MOST * n_possible[number]:
        return
    n_such = np.count_nonzero(n_lost > MOST * n_possible)
    usable = f"only {n_whole[number]} of {counted(n_rows[number], 'row')}"
    problem = f"{usable} of y can be used for training"
    if n_series > 1:
        problem = (
            f"most rows of {n_such} of {n_series} series cannot be used for training; "
            f"of series {axis.names[number]} {usable} can"
        )
    warn_user(
        f"Because of gaps, {problem}. A window and the steps to forecast take "
        f"{counted(n_before + 1, 'row')} without one, and the first missing row is the "
        f"one after {_label_before_gap(table, number)}. "
        f"{advise_on_reading(axis) or f'Add these rows before fit: {FILL_ROWS}'}",
        IncompleteWindowWarning,
    )


def warn_about_missing_latest(table, time_steps):
    """Warn if rows are missing in the windows of the next forecast."""
    steps, last = table.axis.steps, table.last_rows
    first_steps = steps[last] - time_steps + 1
    # In a table of only some series, their numbers are not 0, 1, 2 and so on.
    place = np.searchsorted(table.first_rows, table.first_row_of_each)
    is_latest = steps >= first_steps[place]
    n_latest = np.bincount(place[is_latest])
    n_before = np.maximum(steps[table.first_rows] - first_steps, 0)
    _warn_about_late_starts(table, n_before, time_steps)
    n_missing = time_steps - n_before - n_latest
    if n_missing.any():
        latest = table.take(np.flatnonzero(is_latest))
        _warn_about_latest_gaps(latest, n_missing, time_steps)


def _warn_about_late_starts(table, n_before, time_steps):
    """Warn about series that begin within the window of their forecast.

    `n_before` is the number of window steps before the first row, for each series.
    """
    if not n_before.any():
        return
    shortest, names = int(n_before.argmax()), table.axis.names
    first, last = table.first_rows[shortest], table.last_rows[shortest]
    name = "The series"
    if names is not None:
        name = f"Series {names[table.axis.series[last]]}"
    which = f"{name} has only {counted(last - first + 1, 'row')}"
    n_such = np.count_nonzero(n_before)
    rule = f"{which}, but the forecast reads {time_steps}."
    if n_such > 1:
        rule = (
            f"{n_such} of {len(n_before)} series have fewer rows than the {time_steps} "
            f"that the forecast reads. {which}."
        )
    warn_user(
        f"{rule} Steps before the first row are filled with values of the same window, "
        "so the forecast may be inaccurate until there are more rows.",
        IncompleteWindowWarning,
    )


def _warn_about_latest_gaps(latest, n_missing, time_steps):
    """Warn about gaps in the windows of the next forecast, whose rows are `latest`.

    `n_missing` is the number of such missing rows, for each series.
    """
    worst = int(n_missing.argmax())
    number, names = latest.axis.series[latest.last_rows[worst]], latest.axis.names
    of_series = "" if names is None else f" of series {names[number]}"
    label = _label_before_gap(latest, number)
    where = "at the first of these steps" if label is None else f"after {label}"
    n_such, n_series = np.count_nonzero(n_missing), len(n_missing)
    rows = f"In {n_such} of {n_series} series, rows" if n_series > 1 else "Rows"
    warn_user(
        f"{rows} are missing among the latest {counted(time_steps, 'step')}, from "
        f"which the forecast is made: {n_missing[worst]}{of_series}, the first "
        f"{where}. They are filled with values of the same window, so the forecast may "
        f"be inaccurate. Add these rows and fit again: {FILL_ROWS}",
        IncompleteWindowWarning,
    )


def warn_about_left_out_rows(known, table, time_steps):
    """Warn if newer rows leave a gap after the known rows, or in the next window."""
    # Labels of a new series have nothing before them.
    n_known = np.bincount(known.axis.series, minlength=table.axis.n_series)
    n_before = n_known[table.axis.series]
    row = table.rows_in_series
    is_new = (row > 0) & (row >= n_before)
    n_missing = np.diff(table.axis.steps, prepend=0) - 1
    last_steps = table.axis.steps[table.last_rows_of(table.axis.series)]
    is_read = table.axis.steps > last_steps - time_steps + 1
    found = np.flatnonzero(is_new & (is_read | (row == n_before)) & (n_missing > 0))
    if not len(found):
        return
    before, after = table.axis.labels[found[0] - 1], table.axis.labels[found[0]]
    n_skipped = counted(int(n_missing[found].sum()), "step")
    filled = ""
    if is_read[found].any():
        filled = " The next forecast fills them with values of the same window."
    warn_user(
        f"The rows passed to update skip {n_skipped}, the first between {before} and "
        f"{after}.{filled} No later update can add them. Fit again with these rows; "
        "next time, pass them in the same update.",
        IncompleteWindowWarning,
    )


def _label_before_gap(table, number):
    """Return the label of the last row before the first gap of a series, or None."""
    rows = np.flatnonzero(table.axis.series == number)
    gaps = np.flatnonzero(np.diff(table.axis.steps[rows]) > 1)
    return table.axis.labels[rows[gaps[0]]] if len(gaps) else None
