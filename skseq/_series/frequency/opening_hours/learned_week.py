"""Learn at which times of the week a series has rows."""

from dataclasses import replace

import numpy as np

from skseq._series.frequency.opening_hours.moved_week import MovedWeek, with_moves
from skseq._series.frequency.opening_hours.sessions import LONGEST_CLOSURE
from skseq._series.frequency.opening_hours.week import SECOND, Week, first_of_week
from skseq._series.frequency.steps import DAY, REGULAR_RATE

SHORTEST_SPAN = 2 * DAY
"""In a shorter time, nothing can recur."""

MAX_P_VALUE = 0.01
"""Significance level: below it, a slot without rows is closed, and not empty by chance.
"""

MAX_P_VALUE_OF_DAY = 0.05
"""The same for a whole weekday; at this level two Sundays without rows are enough."""

RARE_RATE = 0.1
"""Up to this fraction of rows a slot counts as closed.

A shop that opens on four Sundays a year is closed on Sundays.
"""

MIN_WEEKS_OF_DAY_OFF = 2
"""A weekday must occur this often in the time spanned to count as closed."""

MIN_WEEKS_OF_EMPTY_SLOT = 3
"""In fewer weeks, a row may be missing by chance at a time of day that has rows."""


def learn_week(ticks, step):
    """Infer at which times of the week a series has rows.

    A slot of the week (weekday and time of day) is closed if it hardly ever has a row,
    although it occurs so often that it would not be empty by chance. A sensor that
    loses single hours at random therefore has no closed slots.

    The ticks are in microseconds and on even steps. Return a `Week`, or None if no slot
    is closed, or if most open slots have no row either.
    """
    if not may_have_hours(ticks, step, SHORTEST_SPAN):
        return None
    per_week = 7 * DAY // step
    origin = first_of_week(ticks[0], step)
    slots = (ticks - origin) // step
    counts = _count_rows(slots, per_week)
    spanned = times_spanned(slots, per_week, step).reshape(7, -1)
    is_open = ~_closed_slots(counts, spanned).ravel()
    if is_open.all() or not is_open.any():
        return None
    week = Week(origin, step, is_open, ~is_open & _empty_slots(counts, spanned))
    # Slots closed by chance would make an irregular series look regular.
    if np.mean(np.diff(week.positions(ticks)[0]) == 1) < REGULAR_RATE:
        return None
    week = with_moves(week.learn_from(ticks).counted_from(ticks[0]), ticks)
    if not isinstance(week, MovedWeek):
        return week
    counts = _count_rows(week.slots_of(week.unmoved(ticks)), per_week)
    is_open = ~_closed_slots(counts, spanned).ravel()
    if not is_open.any():
        return week
    return replace(week, first_hours=Week(origin, step, is_open, ~is_open))


def may_have_hours(ticks, step, shortest_span):
    """Return whether labels may show that rows come at some times of the week only.

    They must span at least the shortest span, in microseconds.
    """
    is_short = ticks[-1] - ticks[0] < shortest_span
    is_divisor = step >= SECOND and DAY % step == 0
    return not is_short and is_divisor and not (np.diff(ticks) == step).all()


def _count_rows(slots, per_week):
    """Count the rows in each slot of the week, by day and time."""
    return np.bincount(slots % per_week, minlength=per_week).reshape(7, -1)


def times_spanned(slots, per_week, step):
    """Count how often each slot of the week lies between rows, without long gaps."""
    gaps = np.flatnonzero(np.diff(slots) * step > LONGEST_CLOSURE)
    firsts = slots[np.concatenate([[0], gaps + 1])]
    lasts = slots[np.append(gaps, -1)]
    spanned = np.zeros(per_week, dtype=np.int64)
    for first, last in zip(firsts, lasts, strict=True):
        n_weeks, rest = divmod(last + 1 - first, per_week)
        spanned += n_weeks
        spanned[(first + np.arange(rest)) % per_week] += 1
    return spanned


def _closed_slots(counts, spanned):
    """Decide which slots are closed.

    Besides single slots, whole times of day and whole weekdays are tested: they occur
    more often than a single slot, so they can be recognized in less time.

    Parameters
    ----------
    counts, spanned : ndarray of int of shape (7, n_times)
        Rows in each slot of the week, and how often the slot occurs.

    Returns
    -------
    is_closed : ndarray of bool of shape (7, n_times)
    """
    has_rows = counts > RARE_RATE * spanned
    days, times = has_rows.any(axis=1), has_rows.any(axis=0)

    def is_significant(n_times, open_slots, max_p_value=MAX_P_VALUE):
        """Return where more rows are missing than from open slots at random."""
        n_spanned = spanned[open_slots].sum()
        # One more row is counted as missing, so that few rows are weak evidence.
        missing = (n_spanned - counts[open_slots].sum() + 1) / (n_spanned + 1)
        # Times the number of tests: the Bonferroni correction.
        return missing**n_times * n_times.size < max_p_value

    both = np.outer(days, times)
    closed_times = ~times & is_significant(spanned[days].sum(axis=0), both)
    is_off = spanned.min(axis=1) >= MIN_WEEKS_OF_DAY_OFF
    closed_days = ~days & is_off
    n_open_times = spanned[:, times].sum(axis=1)
    closed_days &= is_significant(n_open_times, both, MAX_P_VALUE_OF_DAY)
    # Closed nights, or daily rows, make a closed weekend likely: one is enough then.
    is_weekend_off = not days[5:].any() and spanned[5:].any()
    if is_weekend_off and (closed_times.any() or len(times) == 1):
        closed_days[5:] = True
    closed = ~has_rows & is_significant(spanned, has_rows)
    return closed | closed_times | closed_days[:, np.newaxis]


def _empty_slots(counts, spanned):
    """Return which slots never have a row; the arguments are as in `_closed_slots`.

    This is certain if no day has a row at that time, if that day has no row at all, or
    if the slot occurs in several weeks.
    """
    has_time, has_day = counts.any(axis=0), counts.any(axis=1)
    is_sure = (spanned >= MIN_WEEKS_OF_EMPTY_SLOT) | ~np.outer(has_day, has_time)
    return (is_sure & (counts == 0)).ravel()
