"""Raise if the rows of a series get finer: hourly prices, later quarter-hourly ones.

The times of the later rows would otherwise look like closed times of the earlier ones.
Windows would then count an hour and a quarter of an hour as one step each.
"""

import numpy as np

from skseq._series.frequency.inferred import infer_exactly, ticks_by_clock
from skseq._series.frequency.offsets import step_offset
from skseq._series.frequency.opening_hours.week import Week
from skseq._series.frequency.steps import NEARLY_ALL, REGULAR_RATE
from skseq._series.index import is_period
from skseq._series.series_index import rows_by_code

MIN_DISTANCES = 6
"""Fewer distances are no step of their own: a week of daily rows has six."""

MOST_STEPS = 5
"""The most common distances of which each may be the finer step."""

# Months of 28 to 31 days, and days of 23 to 25 hours, are one step.
TOLERANCE = 0.25
"""Difference from a whole number of steps, relative to the step."""

# A night of 18 to 21 hours is no day.
SAME_STEP = 0.1
"""The same for gaps between finer rows that are as long as the coarser step."""


def check_not_finer(index, name):
    """Raise if the rows of one series, at times or periods, get finer.

    That is, if rows are evenly spaced and later ones are closer together. If the
    earlier rows cover less than 5 % of the time, they count as rows with gaps instead.
    """
    if found := _find_finer_rows(_ticks_of(index)):
        row, stop, _ = found
        coarse, change = _describe_change(index, *found)
        code = f"{name}.resample({coarse!r}).mean()"
        later = f", or use only the later rows, {name}.iloc[{row + 1}:]"
        raise ValueError(
            f"The index of {name} has no single frequency: {change} (row {row}). "
            f"Resample all rows to {coarse}{_such_as(code, index)}"
            f"{later if stop == len(index) - 1 else ''}."
        )


def check_series_not_finer(labels, series, names, name):
    """Raise if the rows of one of several series get finer; see `check_not_finer`."""
    ticks, checked = _ticks_of(labels), set()
    for number, rows in enumerate(rows_by_code(series, len(names))):
        key = ticks[rows].tobytes()
        if key in checked:  # most series have the same labels
            continue
        checked.add(key)
        if found := _find_finer_rows(ticks[rows]):
            coarse, change = _describe_change(labels[rows], *found)
            code = f"{name}.groupby(level=0).resample({coarse!r}, level=1).mean()"
            is_last = found[1] == len(rows) - 1
            later = ", use only the later rows" if is_last else ""
            raise ValueError(
                f"The index of {name} has no single frequency: in series "
                f"{names[number]}, {change}. Resample all series to {coarse}"
                f"{_such_as(code, labels)}{later}, or leave out such series."
            )


def _find_finer_rows(ticks):
    """Find the row after which rows get finer, or return None.

    Return the first and the last row between which rows are finer, and a pair of the
    step before these rows and the step between them.
    """
    distances = np.diff(ticks)
    if (distances == distances[:1]).all():
        return None
    values, counts = np.unique(distances, return_counts=True)
    if values[0] <= 0:  # less than a microsecond apart
        return None
    coarsest = values[counts >= REGULAR_RATE * MIN_DISTANCES].max(initial=0)
    for step in values[np.argsort(-counts, kind="stable")][:MOST_STEPS]:
        if coarsest < (2 - TOLERANCE) * step:
            continue
        is_fine = np.abs(distances - step) <= TOLERANCE * step
        row, stop = _densest(is_fine)
        if is_fine[row:stop].sum() < MIN_DISTANCES:
            continue
        stop = len(distances) if len(distances) - stop < MIN_DISTANCES else stop
        # If only a few steps lack a row, all rows have the finer frequency.
        is_long = ticks[row] - ticks[0] > (1 - NEARLY_ALL) * (ticks[-1] - ticks[0])
        coarse = _even_step(distances[:row]) if is_long else 0
        is_finer = coarse >= (2 - TOLERANCE) * step
        if is_finer and _is_lasting(distances, row, stop, coarse):
            return row, stop, (int(coarse), int(step))
    return None


def _is_lasting(distances, row, stop, coarse):
    """Return whether finer distances replace the coarser ones for some time.

    Rows may be finer in the daytime or on weekdays: then the coarser step comes again.
    A few finer rows among others are single labels that do not match.
    """
    is_again = np.abs(distances[row:stop] - coarse) <= SAME_STEP * coarse
    n_fewest = (1 - NEARLY_ALL) * len(distances) if stop < len(distances) else 0
    return is_again.mean() <= 1 - NEARLY_ALL and stop - row > n_fewest


def _densest(is_fine):
    """Return the slice with the most fine distances, less twice the other ones.

    At most a third of the distances in it are others, such as nights and weekends.
    """
    sums = np.concatenate([[0], np.cumsum(np.where(is_fine, 1, -2))])
    stop = int((sums - np.minimum.accumulate(sums)).argmax())
    start = stop - int(sums[stop::-1].argmin())
    return start, stop


def _even_step(distances):
    """Return the step of evenly spaced rows, of which some are missing, else 0."""
    if len(distances) < MIN_DISTANCES:
        return 0
    # The shortest distance may be one that does not match.
    step = np.sort(distances)[int(len(distances) * REGULAR_RATE / 2)]
    n_steps = distances / step
    is_even = np.abs(n_steps - np.maximum(np.rint(n_steps), 1)) <= TOLERANCE
    is_next = np.abs(n_steps - 1) <= TOLERANCE
    is_regular = is_even.mean() >= NEARLY_ALL and is_next.mean() >= REGULAR_RATE
    return step if is_regular else 0


def _ticks_of(index):
    """Return times in microseconds, and periods as pandas numbers them."""
    return (index if is_period(index) else index.as_unit("us")).asi8


def _describe_change(index, row, stop, steps):
    """Name the earlier step, and the whole change."""
    coarse = _name_step(index[: row + 1], steps[0])
    fine = _name_step(index[row + 1 : stop + 1], steps[1])
    until = f" until {index[stop]}" if stop < len(index) - 1 else ""
    change = f"the step is {coarse} until {index[row]}, and {fine} after it{until}"
    return coarse, change


def _such_as(code, index):
    """Advise code, except for periods, which pandas cannot resample."""
    return "" if is_period(index) else f", such as with {code} (.sum() for amounts)"


def _name_step(index, step):
    """Name the step of some rows as pandas does, such as 'h' or 'MS'."""
    if is_period(index):
        return index[:1].asfreq(index.freq.base * step).freqstr
    by_clock = ticks_by_clock(index)
    frequency = infer_exactly(by_clock)
    if frequency is not None:
        # Opening hours have offsets to which pandas cannot resample.
        code = frequency.describe()
        if code == "B" or not isinstance(frequency.rule, Week):
            return code
    clock, ticks = by_clock[-1]
    return step_offset(clock, step, int(ticks[0])).freqstr
