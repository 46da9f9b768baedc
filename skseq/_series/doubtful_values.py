"""Values of y that look like errors: a change of its unit, and single wrong values.

Forecasts from windows that contain them are far off. Noise, seasons and changes of the
level are not reported.
"""

import numpy as np

from skseq._estimator.plurals import also_in, counted
from skseq._estimator.warnings import warn_user
from skseq._series.doubtful_columns import MAX_RATE, far_value
from skseq._series.series_index import rows_by_code
from skseq.exceptions import RangeWarning

MIN_UNIT_FACTOR = 5
"""Minimum factor between all values before a change of the unit and all after it."""

MIN_BEFORE = 3
"""Minimum number of values before a change of the unit."""

MIN_AFTER = 2
"""Minimum number of values after it. A single last value may just be wrong."""

MIN_VALUES = 10
"""With fewer, it is unknown how much neighbouring values usually differ."""

# Of 3,417 series of the M3 and M4 competitions, 9 contain such values, and all of these
# look like errors.
MIN_FACTOR = 3
"""Minimum factor between a wrong value and each of its neighbours."""

MIN_DISTANCE = 3
"""Minimum distance of a wrong value from the mean of its neighbours, or of a change of
the unit, relative to the largest of any other value."""


def warn_about_doubtful_values(targets, axis, known_ahead):
    """Warn if the unit of y seems to change, or a value of y seems to be wrong.

    Parameters
    ----------
    targets : ndarray of shape (n_rows, n_targets)
    axis : TimeAxis
    known_ahead : array-like of shape (n_rows, n_columns)
        Columns known in advance, which may mark rows with equal values of y.
    """
    for search, describe in (
        (change_of_unit, _describe_change),
        (wrong_value, _describe_wrong_value),
    ):
        found = [
            (values, position, rows[position])
            for values, position, rows in _find_in_series(search, targets, axis)
            if not _is_marked(values == values[position], np.asarray(known_ahead)[rows])
        ]
        if found:
            values, position, row = found[0]
            what, advice = describe(values, position, axis.name_row(row))
            n_others = len({axis.series[row] for *_, row in found}) - 1
            warn_user(f"{what}{also_in(n_others)} {advice}", RangeWarning)


def _find_in_series(search, targets, axis):
    """Yield the values of a series, the position that is found, and the rows."""
    rows_of_each = rows_by_code(axis.series, axis.n_series)
    # Of many series, a few have such values by chance.
    min_distance = MIN_DISTANCE + np.log10(len(rows_of_each))
    for rows in rows_of_each:
        for values in targets[rows].T.astype(np.float64):
            if (position := search(values, min_distance)) is not None:
                yield values, position, rows


def _is_marked(is_equal, columns):
    """Return whether a column has one value in exactly the equal rows, if several.

    For example, it marks public holidays, on which the sales of a closed shop are 0.
    """
    if is_equal.sum() < 2:
        return False
    for column in columns.astype(str).T:
        is_mark = column == column[is_equal.argmax()]
        if (is_mark == is_equal).all():
            return True
    return False


def change_of_unit(values, min_distance=MIN_DISTANCE):
    """Return the position of the first value in another unit, or None.

    All earlier values are larger, or all are smaller, by a factor of more than
    `MIN_UNIT_FACTOR` than it and all later ones. No other value differs nearly as much
    from the one before it. Zeros, which are the same in every unit, do not count.
    """
    places = np.flatnonzero(values)
    sizes = np.abs(values[places])
    if len(sizes) < MIN_BEFORE + MIN_AFTER or not np.isfinite(sizes).all():
        return None
    low, high = _ranges_until(sizes)
    low_after, high_after = (ends[::-1] for ends in _ranges_until(sizes[::-1]))
    with np.errstate(over="ignore"):
        factors = np.maximum(low_after[1:] / high[:-1], low[:-1] / high_after[1:])
    factors[: MIN_BEFORE - 1] = factors[len(sizes) - MIN_AFTER :] = 0
    before = int(factors.argmax())
    if factors[before] <= MIN_UNIT_FACTOR:
        return None
    changes = np.abs(np.diff(np.log(sizes)))
    largest_other = np.delete(changes, before).max()
    if changes[before] > min_distance * largest_other:
        return places[before + 1]
    return None


def _ranges_until(sizes):
    """Return the smallest and the largest value up to each value."""
    return np.minimum.accumulate(sizes), np.maximum.accumulate(sizes)


def wrong_value(values, min_distance=MIN_DISTANCE):
    """Return the position of a value that is far from its neighbours, or None.

    Beside a neighbour that is not above 0, it must be far from all other values. If all
    values are above 0, it must also be far away on the scale of logarithms.
    """
    if len(values) < MIN_VALUES or not np.isfinite(values).all():
        return None
    position = _most_distant(values, min_distance)
    if position is None:
        return None
    low, high = sorted(of[position] for of in _neighbours(values))
    if low <= 0:
        return position if far_value(values) == position else None
    if low / MIN_FACTOR < values[position] < high * MIN_FACTOR:
        return None
    if values.min() > 0 and _most_distant(np.log(values), min_distance) != position:
        return None  # usual where values differ by large factors
    return position


def _most_distant(values, min_distance):
    """Return the position of the value that is far from its neighbours, or None."""
    before, after = _neighbours(values)
    distances = np.abs(values - (before + after) / 2)
    is_level_change = np.abs(after - before) > distances
    # A curve may be steep at its ends.
    for end, near, next_one in ((0, 1, 2), (-1, -2, -3)):
        change = values[end] - values[near]
        next_change = values[near] - values[next_one]
        if change * next_change > 0 and abs(change) <= MIN_DISTANCE * abs(next_change):
            distances[end] = 0
    position = int(distances.argmax())
    if is_level_change[position]:
        return None
    is_equal = values == values[position]
    if position in (0, len(values) - 1):
        # A stock that is filled up does not stand out if it was filled up before.
        is_equal &= ~is_level_change
    if is_equal.sum() > max(1, MAX_RATE * len(values)):
        return None
    is_other = ~np.any([is_equal, *_neighbours(is_equal)], axis=0)
    farthest = distances[is_other].max(initial=0)
    return position if distances[position] > min_distance * farthest else None


def _neighbours(values):
    """Return the value before and the value after each value.

    The first and the last value have two neighbours on one side.
    """
    padded = np.concatenate([values[2:3], values, values[-3:-2]])
    return padded[:-2], padded[2:]


def _describe_change(values, position, label):
    parts = np.abs(values[:position]), np.abs(values[position:])
    earlier, later = (of[of > 0] for of in parts)
    factor = np.median(later) / np.median(earlier)
    but_0 = "" if values.all() else ", except 0,"
    verb, factor = ("rises", factor) if factor > 1 else ("falls", 1 / factor)
    ends = [f"{of.min():.4g} to {of.max():.4g}" for of in (earlier, later)]
    return (
        f"At {label}, y {verb} by a factor of about {factor:.3g}: its absolute values"
        f"{but_0} are {ends[0]} in the {counted(position, 'row')} before, and "
        f"{ends[1]} in the {counted(len(values) - position, 'row')} from there on.",
        "Forecasts from windows that contain both may be far off. If the unit has "
        "changed, convert the earlier values. If not, fit on the later rows once there "
        "are enough.",
    )


def _describe_wrong_value(values, position, label):
    near = [f"{v:.4g}" for v in values[max(position - 1, 0) : position + 2]]
    del near[min(position, 1)]
    n_equal = np.count_nonzero(values == values[position])
    rows = f"in {n_equal} rows, for example at" if n_equal > 1 else "at"
    return (
        f"y is {values[position]:.4g} {rows} {label}, but {' and '.join(near)} next to "
        "it; no other value differs nearly as much from its neighbours.",
        "Forecasts from windows that contain a wrong value may be far off. If it is "
        "wrong, stands for an unknown value or will not come back, replace it, for "
        "example by interpolation.",
    )
