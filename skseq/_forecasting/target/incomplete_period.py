"""A warning about a first or last value that covers only a part of its period."""

import numpy as np

from skseq._estimator.plurals import also_in
from skseq._estimator.warnings import warn_user
from skseq._series.series_index import rows_by_code
from skseq.exceptions import RangeWarning

MIN_VALUES = 10
"""In fewer known values, it is unknown how large changes usually are."""

MIN_FALL = 0.2
"""Minimum fall, as a difference of logarithms. A period that lacks fewer rows hardly
changes a forecast."""

# Of 21,016 parts of series of the M3 and M4 competitions, 17 end with such a fall.
MIN_RATIO = 1.5
"""Minimum fall relative to all other changes, from row to row and from season to
season."""

MAX_STEEPNESS = 3
"""Maximum change at the start or end of a steep curve, relative to the change next to
it. Up to this ratio there is no warning: growth is often largest in the first one."""

RATIO_PER_SERIES = 0.5
"""Increase of the minimum ratio with the decimal logarithm of the number of series. Of
many series, a few fall by chance."""


def warn_about_incomplete_period(table, season, names, end):
    """Warn if the first or last value of a positive series is far below all others.

    Parameters
    ----------
    table : Table
    season : int
        Number of steps in a season, 1 if there is none.
    names : list of str
        What messages call the targets.
    end : {"first", "last"}
    """
    step = 1 if end == "last" else -1
    ratio = MIN_RATIO + RATIO_PER_SERIES * np.log10(table.axis.n_series)
    found = []
    for rows in rows_by_code(table.axis.series, table.axis.n_series):
        for target, values in enumerate(table.targets[rows].T.astype(np.float64)):
            if falls_at_end(values[::step], season, ratio):
                found.append((target, rows[::step]))
    if found:
        _warn(table, found, names, end)


def falls_at_end(values, season, min_ratio):
    """Return whether the last value falls far below the one before it.

    The first change is not compared, because the first period may be incomplete, too.
    """
    if len(values) < MIN_VALUES or not (values > 0).all():
        return False
    logs = np.log(values)
    changes = [np.diff(logs)]
    if season > 1 and len(values) > 2 * season + 2:
        of_season = logs[season:] - logs[:-season]  # gaps matter little here
        changes.append(of_season - np.median(of_season))
    if changes[0][-1] >= MAX_STEEPNESS * changes[0][-2] and changes[0][-2] < 0:
        return False
    return changes[0][-1] < -MIN_FALL and all(
        -of[-1] > min_ratio * np.abs(of[1:-1]).max() for of in changes
    )


def _warn(table, found, names, end):
    target, rows = found[0]
    value, near = table.targets[rows[[-1, -2]], target]
    n_others = len({table.axis.series[rows[0]] for _, rows in found}) - 1
    other = "before" if end == "last" else "after"
    warn_user(
        f"The {end} value of {names[target]}, {value:.4g} at "
        f"{table.axis.name_row(rows[-1])}, is far below the one {other} it, "
        f"{near:.4g}; no other relative change is nearly as large."
        f"{also_in(n_others)} If its period is not complete, like the first or last "
        "month of daily rows after resample('MS').sum(), forecasts may be far too low. "
        "Leave such rows out of fit and update.",
        RangeWarning,
    )
