"""Code that makes irregular times regular, checked before a message advises it."""

from contextlib import suppress
from operator import itemgetter

import numpy as np

from skseq._series.frequency.inferred import (
    even_step,
    infer_exactly,
    ticks_by_clock,
)
from skseq._series.frequency.rounding import ROUNDING_UNITS, round_to

PERIODS = "Y", "Q", "M", "W", "D", "h"
"""Periods of which each may have one of the irregular times, coarse before fine."""

# 14 minutes are rounded to 15. Where a unit is further off, rounding turns even
# distances into uneven ones.
MAX_DIFFERENCE = 0.25
"""Maximum relative difference of a unit to the median distance between labels."""


# Labels ten days apart are all in different weeks, but 3 of 10 weeks have no label.
MIN_CONSECUTIVE = 0.8
"""Minimum fraction of labels one step after the label before."""


def regular_code(index, name):
    """Return code that makes irregular times regular, or an empty text.

    Parameters
    ----------
    index : pandas.Index
        Strictly ascending labels.
    name : str
        Name of the table.

    Returns
    -------
    code : str
        It returns an index that has a frequency with few gaps, and one label for each
        of the index. Of several such ways, it leaves the fewest missing steps.
    """
    if index.dtype.kind not in "mM" or len(index) < 3:
        return ""
    ways = [*_rounded(index), *_as_periods(index)]
    return f"{name}.index.{min(ways, key=itemgetter(1))[0]}" if ways else ""


def _rounded(index):
    """Yield (code, number of steps) for each way to round that gives a frequency."""
    distance = np.median(np.diff(index.as_unit("us").asi8))
    ways = list(round_to(index, _units_near(distance)))
    # Closing times of a day are normalized to that day, and rounded to the next one.
    if index.dtype.kind == "M":
        with suppress(ValueError):  # the time zone lacks a midnight
            days = index.normalize()
            ways = [("normalize()", days), *ways] if days.is_unique else ways
    for code, regular in ways:
        if n_steps := _count_steps(regular):
            yield code, n_steps


def _units_near(distance):
    """List units to round to, for labels about some microseconds apart."""
    units = []
    for unit, (length, n_in_next) in ROUNDING_UNITS.items():
        for n in range(n_in_next, 0, -1):
            is_near = abs(n * length - distance) <= MAX_DIFFERENCE * distance
            is_fine = n == 1 and length <= MAX_DIFFERENCE * distance
            if n_in_next % n == 0 and (is_near or is_fine):
                units.append(unit if n == 1 else f"{n}{unit}")
    return units


def _count_steps(index):
    """Return the number of steps from the first label to the last, or 0."""
    frequency = infer_exactly(ticks_by_clock(index))
    return 0 if frequency is None else _span(frequency.positions(index))


def _span(positions):
    """Return the number of steps from the first to the last, or 0 if many are missing.

    Parameters
    ----------
    positions : ndarray of int64 of shape (n_rows,)
        Ascending.
    """
    has_gaps = np.mean(np.diff(positions) == 1) < MIN_CONSECUTIVE
    return 0 if has_gaps else int(positions[-1] - positions[0])


def _as_periods(index):
    """List (code, number of steps) for the longest periods of one label each."""
    if index.dtype.kind != "M":
        return []
    # pandas warns that periods have no time zone.
    has_zone = index.tz is not None
    local = index.tz_localize(None) if has_zone else index
    for freq in PERIODS:
        periods = local.to_period(freq)
        if periods.is_unique and even_step(periods.asi8) == 1:
            in_local = "tz_localize(None)." if has_zone else ""
            n_steps = _span(periods.asi8)
            return [(f"{in_local}to_period({freq!r})", n_steps)] if n_steps else []
    return []
