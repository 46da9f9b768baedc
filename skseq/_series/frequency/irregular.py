"""Times without a frequency: when to warn about them, and how to make them regular."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.frequency.distances import GAP, MIN_DISTANCES, WIDE_GAP
from skseq._series.frequency.inferred import (
    even_step,
    infer_exactly,
    ticks_by_clock,
    usual_steps,
)
from skseq._series.frequency.rounding import rounding_code
from skseq._series.frequency.steps import DAY, HOUR, NEARLY_ALL, REGULAR_RATE

SPARSE_RATE = 0.1
"""Minimum fraction of neighbouring rows one step apart for a warning that rows are
sparse."""

MAX_CLOCK_CHANGE = 2 * HOUR
"""Larger differences between times of the day have another cause."""

# Half months of 13 to 17 days are up to 21 % longer than their median, months of 28 to
# 31 days and days of 23 to 25 hours less.
NEARLY_EVEN = 0.25
"""Largest difference of distances from their median, relative to it, if they count as
nearly equal."""

PERIODS = "Y", "Q", "M", "W", "D", "h"
"""Periods of which each may have one of the irregular times, coarse before fine."""

# Labels ten days apart are all in different weeks, but 3 of 10 weeks have no label.
MIN_CONSECUTIVE = 0.8
"""Minimum fraction of labels one step after the label before."""


def warn_about_irregular_times(index, name):
    """Warn if times without a frequency come close to having one."""
    if why := why_irregular(index, range(len(index))):
        warn_user(
            f"The index of {name} is irregular: {why}. Rows are counted as "
            "consecutive. Confirm this with gaps='ignore' in the SequenceWindower"
            f"{advise_on_irregular(index, name)}."
        )


def why_irregular(index, rows):
    """Describe why the times of a series come close to having a frequency.

    Return a clause of a sentence, or an empty text if they do not. `rows` contains the
    row numbers of the series in its table, which the clause names.
    """
    if len(index) < 2:
        return ""
    by_clock = ticks_by_clock(index)
    distances = np.diff(by_clock[0][1])
    if not distances.all():  # labels less than a microsecond apart
        return ""
    if _is_sparse(by_clock):
        return "most steps of its frequency have no row"
    if usual := usual_steps(by_clock):
        row = int((~usual.contains(index)).argmax())
        return (
            f"most rows are {usual.describe()} apart, but {index[row]} "
            f"(row {rows[row]}) and later rows do not match this frequency"
        )
    if times := _times_of_gap(distances):
        row = 1 + int(distances.argmax())
        return (
            f"its times have no frequency, although {index[row]} (row {rows[row]}) "
            f"comes after a gap {times:.3g} times as long as usual, which does not "
            "count as missing steps"
        )
    return ""


def _is_sparse(by_clock):
    """Return whether some rows are one step apart, though most steps have no row."""
    steps = [np.diff(ticks) for _, ticks in by_clock]
    return max(np.mean(s == np.gcd.reduce(s)) for s in steps) >= SPARSE_RATE


def _times_of_gap(distances):
    """Return the ratio of the longest gap to the usual distance, or 0 without gaps.

    If distances are nearly equal, except for gaps, a gap is 1.5 times the usual
    distance. Otherwise only a much longer distance is a gap.
    """
    times = distances / np.median(distances)
    is_even, is_gap = np.abs(times - 1) <= NEARLY_EVEN, times >= GAP
    is_nearly_even = (
        len(times) >= MIN_DISTANCES
        and is_even.mean() >= REGULAR_RATE
        and (is_even | is_gap).mean() >= NEARLY_ALL
    )
    longest = float(times.max())
    return longest if longest > (GAP if is_nearly_even else WIDE_GAP) else 0


def advise_on_irregular(index, name):
    """Advise how to make labels without a frequency regular.

    Return the end of a sentence, which begins with ", or", or return an empty text.
    """
    if index.dtype.kind not in "mM" or len(index) < 3:
        return ""
    if _is_sparse(ticks_by_clock(index)):
        return f", or make the index regular with {name}.asfreq(...) and fill it"
    if _are_local_days_in_utc(index):
        to_utc = "" if index.tz else ".tz_localize('UTC')"
        return (
            ", or correct the labels. If they are local days written in UTC, convert "
            f"them to their time zone: {name}.index{to_utc}.tz_convert(...)"
        )
    code = regular_code(index)
    if not code and getattr(index, "tz", None) is not None:
        # Across a clock change, local times are irregular even if rounded.
        code = regular_code(index.tz_convert("UTC"))
        code = code and f"tz_convert('UTC').{code}"
    return f", or make the index regular: {name}.index.{code}" if code else ""


def _are_local_days_in_utc(index):
    """Return whether labels are at two hours of the day, as local midnight in UTC."""
    if index.dtype.kind != "M":
        return False
    times = np.unique(index.tz_localize(None).as_unit("us").asi8 % DAY)
    # All times of day are outside the longest part of the day without a label.
    spread = DAY - int(np.diff(times, append=times[0] + DAY).max())
    # Clocks change by multiples of half an hour. With other differences, labels are
    # early or late.
    is_half_hour = len(np.unique(times % (HOUR // 2))) == 1
    return is_half_hour and 0 < spread <= MAX_CLOCK_CHANGE


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
