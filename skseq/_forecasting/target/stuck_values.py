"""A warning about equal values at the end of a series, as of a sensor that is stuck."""

import numpy as np

from skseq._estimator.plurals import also_in, counted
from skseq._estimator.warnings import warn_user
from skseq.exceptions import RangeWarning

MIN_EQUAL = 3
"""Minimum number of equal values."""

# Of 17,271 parts of series of the M3 and M4 competitions, 7 end with such values.
MIN_RATIO = 2
"""Minimum ratio of the number of equal values to the longest earlier run. It increases
with the number of series, because a few of many series end with zeros by chance."""

MIN_VALUES = 20
"""In fewer known values, it is unknown how often they are repeated."""


def warn_about_stuck_values(fitted):
    """Warn if the latest values of a series are equal, and earlier ones hardly ever."""
    table, found = fitted.table, []
    series, n_rows = table.axis.series, table.axis.count_rows()
    min_ratio = MIN_RATIO + np.log10(len(n_rows))
    for target, values in enumerate(table.targets.T):
        begins = np.append(True, (np.diff(values) != 0) | (np.diff(series) != 0))
        first = np.flatnonzero(begins)
        lengths = np.diff(np.append(first, len(values)))
        of_run = series[first]
        is_last = np.append(np.diff(of_run) != 0, True)
        earlier = np.zeros(len(n_rows), int)
        np.maximum.at(earlier, of_run[~is_last], lengths[~is_last])
        longest = earlier[of_run]
        is_stuck = is_last & (longest > 0) & (lengths >= MIN_EQUAL)
        is_stuck &= (lengths > min_ratio * longest) & (n_rows[of_run] >= MIN_VALUES)
        for run in np.flatnonzero(is_stuck):
            found.append((target, first[run], lengths[run], longest[run]))
    if found:
        _warn(table, found, fitted.layout.names_of_targets)


def _warn(table, found, names):
    target, row, n_equal, longest = found[0]
    value = table.targets[row, target]
    n_others = len({table.axis.series[row] for _, row, *_ in found}) - 1
    warn_user(
        f"The latest {n_equal} values of {names[target]} are all {value:.4g}, from "
        f"{table.axis.name_row(row)} on, but the longest earlier run of equal values "
        f"has {counted(int(longest), 'row')}.{also_in(n_others)} If a sensor is stuck, "
        "the values were filled in or the series has ended, the forecast may be far "
        "off. Leave these rows out of fit and update, or replace the values.",
        RangeWarning,
    )
