"""Labels at other times than the rest, which would look like opening hours."""

import numpy as np

from skseq._series.frequency.opening_hours.learned_week import (
    MAX_P_VALUE,
    times_spanned,
)
from skseq._series.frequency.opening_hours.moved_week import MovedWeek
from skseq._series.frequency.opening_hours.sessions import LONGEST_CLOSURE
from skseq._series.frequency.opening_hours.week import Week
from skseq._series.frequency.steps import (
    DAY,
    NEARLY_ALL,
    REGULAR_RATE,
    most_common_steps,
)

MIN_WEEKS_TO_RECUR = 4
"""In fewer weeks, a label that is late once may look as if it came every week."""

RARELY_USED = 1 / 3
"""A time of the week that has a row in fewer weeks is an unusual one."""

# Of rows at random, at most three quarters are next to one that is missing, because at
# least half of the rows follow one another.
SHIFTED_RATE = 0.8
"""Minimum fraction of rows at unusual times that replace one at a usual time."""


def has_misplaced_labels(week, ticks):
    """Return whether labels do not match the most common steps, or the learned week."""
    steps = most_common_steps(ticks)
    return _has_mistakes(steps, ticks) or _has_shifted_rows(steps, week, ticks)


def _has_mistakes(steps, ticks):
    """Return whether a few labels do not match a coarser step, and only by mistake.

    A single label that is a second late makes the greatest common step one second, and
    then only the full hours of a week would look open. Labels that are off the step
    every day or every week are not mistakes.
    """
    # Without a most common step, all labels are off it.
    off = ticks[~steps.positions(ticks)[1]] if steps is not None else ticks
    if not 0 < len(off) <= (1 - NEARLY_ALL) * len(ticks):
        return False
    distances = np.diff(ticks)
    n_days = distances[distances <= LONGEST_CLOSURE].sum() / DAY
    is_daily = np.unique(off % DAY, return_counts=True)[1].max() >= n_days / 2
    n_weeks = n_days / 7
    per_week = np.unique(off % (7 * DAY), return_counts=True)[1].max() / n_weeks
    is_weekly = n_weeks >= MIN_WEEKS_TO_RECUR and per_week >= 1 / 2
    return not (is_daily or is_weekly)


def _has_shifted_rows(steps, week, ticks):
    """Return whether rows come at another time instead of at their usual time.

    Weekly prices are an example: they are labelled Monday, but Tuesday after a holiday.
    Additional hours do not count, because the usual rows come as well.
    """
    usual_ticks = ticks
    if isinstance(week, MovedWeek) and all(move.is_lasting for move in week.moves):
        usual_ticks = week.unmoved(ticks)
    slots, per_week = week.slots_of(usual_ticks), len(week.is_open)
    spanned = times_spanned(slots, per_week, week.step)
    counts = np.bincount(slots % per_week, minlength=per_week)
    is_usual = counts > RARELY_USED * spanned
    is_off = ~is_usual[slots % per_week]
    if is_off.mean() <= 1 - NEARLY_ALL or not is_usual.any():
        return False
    usual = Week(week.origin, week.step, is_usual, ~is_usual)
    are_shifted = _are_shifted(usual, slots, is_off)
    n_shifted = np.count_nonzero(are_shifted == 1)
    # The chance that the usual row before or after a time is missing.
    by_chance = 1 - min(1, counts[is_usual].sum() / spanned[is_usual].sum()) ** 2
    is_rare = n_shifted < SHIFTED_RATE * np.count_nonzero(are_shifted >= 0)
    if is_rare or by_chance**n_shifted >= MAX_P_VALUE:
        return False
    # Rows on Mondays and Thursdays may be correct, with holidays as closed days.
    is_even = steps is not None and steps.positions(ticks)[1].mean() >= REGULAR_RATE
    is_next = np.diff(week.positions(ticks)[0]) == 1
    return is_even or is_next.mean() < NEARLY_ALL


def _are_shifted(usual, slots, is_off):
    """Return which rows at unusual times come instead of a row at a usual time.

    The open slots of the usual week are the usual times.

    Returns
    -------
    are_shifted : ndarray of int of shape (n_off,)
        1 for such a row, 0 for any other, -1 if unknown.
    """
    off = slots[is_off]
    n_before, _ = usual.count_open(off)
    before, after = usual.sessions.slots(np.stack([n_before - 1, n_before]))
    lack_before = _are_missing(before, slots, len(usual.is_open))
    lack_after = _are_missing(after, slots, len(usual.is_open))
    lack_row = np.where(off - before <= after - off, lack_before, lack_after)
    # Rows once a day may be shifted by most of a day. But an hour after closing does
    # not come instead of the first hour of the next day.
    are_days = (after - before) * usual.step >= DAY
    if np.count_nonzero(usual.is_open) <= 7:
        lack_row = np.where(are_days, np.maximum(lack_before, lack_after), lack_row)
    # Whole days with other hours, such as in summer, are no mistakes.
    are_close = is_off[:-1] & is_off[1:] & (2 * usual.step * np.diff(slots) < DAY)
    is_inside = np.append(False, are_close) & np.append(are_close, False)
    return np.where(is_inside[is_off], 0, lack_row)


def _are_missing(wanted, slots, per_week):
    """Return which slots lack a row: 1 if so, 0 if not.

    It is unknown, -1, if no week before or no week after has a row at that time: hours
    may have changed for good.
    """
    first, last = np.full((2, per_week), -1)
    last[slots % per_week] = slots  # of several rows, the last one is assigned
    first[slots[::-1] % per_week] = slots[::-1]
    phases = wanted % per_week
    is_within = (first[phases] < wanted) & (wanted < last[phases])
    return np.where(np.isin(wanted, slots), 0, np.where(is_within, 1, -1))
