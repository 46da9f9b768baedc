"""Columns of X of which scaling leaves little: because of a far value, or of levels."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq.exceptions import RangeWarning

MIN_GAP = 3
"""Minimum distance of a far value from all others, in widths of their range."""

MIN_VALUES = 10
"""Minimum number of different other values: categories and flags have fewer."""

MAX_RATE = 0.05
"""Maximum fraction of equal far values, such as -999 for "unknown"."""

MIN_SHARE = 0.03
"""Minimum fraction of the range of a column that it covers in a usual series."""


def warn_about_doubtful_columns(rows, axis, names, columns):
    """Warn if scaling leaves hardly any differences between the values of a column.

    Only `columns`, a list of positions, are checked; `rows` may be scaled or not.
    """
    order = axis.by_series
    starts = np.cumsum(axis.count_rows()) - axis.count_rows()
    for column in columns:
        values = rows[order, column]
        position = far_value(values)
        if position is not None and axis.n_series > 1:
            # It may be usual for its series.
            number = axis.series[order[position]]
            of_series = values[axis.series[order] == number]
            found = far_value(of_series)
            position = None if found is None else starts[number] + found
        if position is not None:
            warn_user(
                f"The value of column {names[column]!r} of X at "
                f"{axis.name_row(order[position])} is far from all others, so these "
                "hardly differ after scaling, and predictions hardly depend on the "
                "column. If it is wrong, or stands for an unknown value, replace it, "
                "such as by interpolation.",
                RangeWarning,
            )
            return
    if axis.n_series > 1:
        _warn_about_levels(rows[order], starts, names, columns)


def far_value(values):
    """Return the position of a value that is far from all others, or None.

    It may occur several times.
    """
    for extreme in (np.fmin.reduce(values), np.fmax.reduce(values)):
        is_extreme = values == extreme
        others = values[~is_extreme]
        n_far = np.count_nonzero(is_extreme)
        if n_far > max(1, MAX_RATE * len(values)) or len(others) < MIN_VALUES:
            continue
        low, high = np.fmin.reduce(others), np.fmax.reduce(others)
        gap = max(low - extreme, extreme - high)
        if gap > MIN_GAP * (high - low) and len(np.unique(others)) >= MIN_VALUES:
            return int(is_extreme.argmax())
    return None


def _warn_about_levels(rows, starts, names, columns):
    """Warn about a column that differs between series, and hardly within them."""
    ranges = np.maximum.reduceat(rows, starts) - np.minimum.reduceat(rows, starts)
    of_all = rows.max(axis=0) - rows.min(axis=0)
    for column in columns:
        varying = ranges[:, column][ranges[:, column] > 0]
        is_usual = 2 * len(varying) >= len(ranges)  # else constant in most series
        if is_usual and np.median(varying) < MIN_SHARE * of_all[column]:
            warn_user(
                f"Column {names[column]!r} of X differs much more between series than "
                "within them: in half of the series it covers less than "
                f"{MIN_SHARE:.0%} of its range, so predictions hardly depend on its "
                "changes. If these matter, divide it by its mean in each series.",
                RangeWarning,
            )
            return
