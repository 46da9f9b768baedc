"""Code that makes irregular times regular, tried before a message advises it."""

import numpy as np

from skseq._series.frequency.inferred import even_step, infer_exactly, ticks_by_clock
from skseq._series.frequency.rounding import rounding_code

PERIODS = "Y", "Q", "M", "W", "D", "h"
"""Periods of which each may have one of the irregular times, coarse before fine."""

# Labels ten days apart are all in different weeks, but 3 of 10 weeks have no label.
MIN_CONSECUTIVE = 0.8
"""Minimum fraction of labels one step after the label before."""


def regular_code(index):
    """Return a call that makes irregular times regular, or an empty text.

    It is a method of the index, such as "round('h')". The index that it returns has a
    frequency with few gaps, and the same number of labels.
    """
    if index.dtype.kind not in "mM" or len(index) < 3:
        return ""
    return rounding_code(index, _is_regular) or _period_code(index)


def _is_regular(index):
    frequency = infer_exactly(ticks_by_clock(index))
    return frequency is not None and _has_few_gaps(frequency.positions(index))


def _has_few_gaps(positions):
    return np.mean(np.diff(positions) == 1) >= MIN_CONSECUTIVE


def _period_code(index):
    """Return a call that gives the longest periods that contain one label each."""
    if index.dtype.kind != "M":
        return ""
    # pandas warns that periods have no time zone.
    local = index.tz_localize(None)
    for freq in PERIODS:
        periods = local.to_period(freq)
        if periods.is_unique and even_step(periods.asi8) == 1:
            in_local = "tz_localize(None)." if index.tz is not None else ""
            is_regular = _has_few_gaps(periods.asi8)
            return f"{in_local}to_period({freq!r})" if is_regular else ""
    return ""
