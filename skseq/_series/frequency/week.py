"""Series with rows at some times of the week only: opening hours, business days.

The time in between is no gap. A week is divided into slots, each one step long. A
`Week` counts the slots that have rows (open slots) and leaves out the others.
`learn_week` decides whether labels follow such a week.
"""

from dataclasses import dataclass, replace

import numpy as np

from skseq._series.frequency.steps import DAY

SECOND = 1_000_000
"""Microseconds; opening hours are not looked for on shorter steps."""

SHORTEST_SPAN = 2 * DAY
"""In less time nothing can recur."""

MAX_P_VALUE = 0.01
'""Significance level: below it, a slot without rows is closed and not empty by '
'chance.""'

MAX_P_VALUE_OF_DAY = 0.05
"""The same for a whole weekday; at this level two Sundays without rows are enough."""

RARE_RATE = 0.1
"""Up to this fraction of rows a slot counts as closed.

A shop that opens on four Sundays a year is closed on Sundays.
"""

MIN_WEEKS_OF_DAY_OFF = 2
"""A weekday must occur this often in the time spanned to count as closed."""

MIN_FILLED_RATE = 5 / 6
"""If fewer open slots have rows, the empty ones are missing steps and not holidays.

Holidays take up to a twelfth of the days. If an exchange is recorded in UTC, its first
or last hour is open in one half of the year only, which takes as much again.
"""

LONGEST_HOLIDAYS = 12 * DAY
"""Longer interruptions are gaps and not holidays, however often they recur."""

MIN_RECURRENCES = 3
"""Interruptions of some length recur if at least this many are as long or longer."""

REGULAR_RATE = 0.5
"""At least this fraction of the labels must lie one step after the label before."""

MONDAY = 4 * DAY
"""Ticks of the first Monday of 1970, January 5."""


@dataclass(frozen=True, eq=False)
class Week:
    """Steps that count only the open slots of a week.

    Attributes
    ----------
    origin : int
        Tick of the first slot of a week.
    step : int
        Length of a slot in microseconds.
    is_open : ndarray of bool of shape (n_slots,)
        Which slots of the week have rows.
    longest_break : int
        Two labels at most this many microseconds apart are one step apart: nothing is
        missing between them. Covers nights, weekends and holidays.
    holidays : ndarray of int64
        Ticks of closed days, ascending; used only if steps are days.
    first : int
        Number of open slots from the origin to the label at position 0.
    """

    origin: int
    step: int
    is_open: np.ndarray
    longest_break: int = 0
    holidays: np.ndarray = ()
    first: int = 0

    def positions(self, ticks, starts=(0,)):
        """Count the steps from the origin to each label; see `EvenSteps`.

        A row in a closed slot counts as one more step.

        Parameters
        ----------
        ticks : ndarray of int64 of shape (n_rows,)
            Ascending within each series.
        starts : array-like of int, default=(0,)
            First row of each series.

        Returns
        -------
        positions : ndarray of int64 of shape (n_rows,)
        is_on : ndarray of bool of shape (n_rows,)
        """
        slots, rest = np.divmod(ticks - self.origin, self.step)
        n_open, is_closed = self._count_open(slots)
        steps = np.diff(n_open) + is_closed[:-1]
        # After a holiday the next row is the next step, though open slots were skipped.
        steps[np.diff(ticks) <= self.longest_break] = 1
        counted = np.concatenate([[0], np.cumsum(steps)])
        # Each series starts at its place in time; only from there on it is counted by
        # its rows.
        starts = np.asarray(starts)
        lengths = np.diff(np.append(starts, len(ticks)))
        positions = counted + np.repeat(n_open[starts] - counted[starts], lengths)
        return positions - self.first, rest == 0

    def counted_from(self, tick):
        """Return the same week with position 0 at a tick."""
        position = int(self.positions(np.array([tick]))[0][0])
        return replace(self, first=self.first + position)

    def ticks(self, positions):
        """Return the ticks at positions of shape (n_steps,); ignores holidays."""
        slots = np.flatnonzero(self.is_open)
        weeks, numbers = np.divmod(positions + self.first, len(slots))
        slots = weeks * len(self.is_open) + slots[numbers]
        return self.origin + slots * self.step

    def _count_open(self, slots):
        """Count the open slots before each slot; also return which slots are closed."""
        n_open = np.concatenate([[0], np.cumsum(self.is_open)])
        weeks, slot = np.divmod(slots, len(self.is_open))
        counts = weeks * n_open[-1] + n_open[slot]
        is_closed = ~self.is_open[slot]
        if len(self.holidays):
            days = self.origin + slots * self.step
            n_before = np.searchsorted(self.holidays, days)
            counts = counts - n_before
            is_holiday = np.append(self.holidays, -1)[n_before] == days
            is_closed = is_closed | is_holiday
        return counts, is_closed


def learn_week(ticks, step):
    """Infer at which times of the week a series has rows.

    A slot of the week (weekday and time of day) is closed if it hardly ever has a row,
    although it occurs so often that it would not be empty by chance. A sensor that
    loses single hours at random therefore has no closed slots.

    Parameters
    ----------
    ticks : ndarray of int64 of shape (n_rows,)
        Microseconds, ascending, on even steps.
    step : int
        Length of a step in microseconds.

    Returns
    -------
    week : Week or None
        None if no slot is closed, or if most open slots have no row either.
    """
    is_short = ticks[-1] - ticks[0] < SHORTEST_SPAN
    if is_short or step < SECOND or DAY % step or (np.diff(ticks) == step).all():
        return None
    first_slot = (ticks[0] - MONDAY) // step
    per_week = 7 * DAY // step
    origin = int(ticks[0] - first_slot % per_week * step)
    slots = (ticks - origin) // step
    counts = np.bincount(slots % per_week, minlength=per_week)
    spanned = _times_spanned(slots[0], slots[-1], per_week)
    is_open = ~_closed_slots(counts.reshape(7, -1), spanned.reshape(7, -1)).ravel()
    if is_open.all():
        return None
    # Slots closed by chance would make an irregular series look regular.
    week = Week(origin, step, is_open)
    steps = np.diff(week.positions(ticks)[0])
    if np.mean(steps == 1) < REGULAR_RATE:
        return None
    longest_break = _longest_break(week, np.diff(ticks), steps)
    return Week(origin, step, is_open, longest_break).counted_from(ticks[0])


def business_week(tick, is_open, holidays=()):
    """Return the week of declared business days.

    Parameters
    ----------
    tick : int
        Any label; it gives the time of day.
    is_open : ndarray of bool of shape (7,)
        Which weekdays have rows, Monday first.
    holidays : array-like of datetime64[D]
    """
    origin = MONDAY + tick % DAY
    days = np.sort(np.asarray(holidays, dtype="M8[D]"))
    # Holidays on closed days are not counted; 1970-01-01 was a Thursday.
    days = days[is_open[(days.astype(np.int64) - 4) % 7]]
    ticks = days.astype("M8[us]").astype(np.int64) + tick % DAY
    longest_break = _break_of(Week(origin, DAY, is_open))
    return Week(origin, DAY, is_open, longest_break, ticks).counted_from(tick)


def _times_spanned(first, last, per_week):
    """Count how often each slot of the week occurs from a first to a last slot."""
    n_weeks, rest = divmod(last + 1 - first, per_week)
    spanned = np.full(per_week, n_weeks)
    spanned[(first + np.arange(rest)) % per_week] += 1
    return spanned


def _closed_slots(counts, spanned):
    """Decide which slots are closed.

    Besides single slots, whole times of day and whole weekdays are tested: they occur
    more often than a single slot, so they can be recognised in less time.

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
        """Return what is empty too often for open slots that miss rows at random."""
        n_spanned = spanned[open_slots].sum()
        # One more row is counted as missing, so that few rows prove little.
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
    if _is_weekend_off(days, spanned) and (closed_times.any() or len(times) == 1):
        closed_days[5:] = True
    closed = ~has_rows & is_significant(spanned, has_rows)
    return closed | closed_times | closed_days[:, np.newaxis]


def _is_weekend_off(days, spanned):
    """Return whether a Saturday or Sunday occurs, but no row lies on one."""
    return not days[5:].any() and spanned[5:].any()


def _longest_break(week, distances, steps):
    """Return up to which distance of two labels nothing is missing between them.

    This is twice the longest break that recurs, in the week itself or by holidays. It
    is 0 if more open slots are empty than holidays explain: then each open slot without
    a row is a missing step.

    Parameters
    ----------
    week : Week
    distances, steps : ndarray of int of shape (n_rows - 1,)
        From each label to the next, in microseconds and in open slots.
    """
    is_interrupted = (steps > 1) & (distances <= LONGEST_HOLIDAYS)
    recurring = np.sort(distances[is_interrupted])[-MIN_RECURRENCES:]
    longest = int(recurring[0]) if len(recurring) == MIN_RECURRENCES else 0
    longest_break = max(_break_of(week), 2 * longest)
    is_gap = distances > longest_break
    n_spanned = 1 + steps[~is_gap].sum()
    n_rows = 1 + np.count_nonzero(~is_gap)
    return longest_break if n_rows / n_spanned >= MIN_FILLED_RATE else 0


def _break_of(week):
    """Return twice the longest break of a week, in microseconds.

    If nights are closed, it is at least the longest break and a day: a night and one
    holiday last longer than two nights.
    """
    slots = np.flatnonzero(week.is_open)
    longest = np.diff(slots, append=slots[0] + len(week.is_open)).max() * week.step
    at_night = DAY // 4
    return int(max(2 * longest, longest + DAY if longest > at_night else 0))
