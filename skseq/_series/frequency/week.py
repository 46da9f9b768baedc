"""Series that have rows at some times of the week only: opening hours, business days.

The time between is no gap. A `Week` counts the slots of the week that have rows and
leaves out the others. `learn_week` decides whether labels follow one.
"""

from dataclasses import dataclass, replace

import numpy as np

from skseq._series.frequency.steps import DAY

SECOND = 1_000_000
"""Microseconds; on shorter steps no opening hours are looked for."""

SHORTEST_SPAN = 2 * DAY
"""Within less nothing can be seen to recur."""

CHANCE = 0.01
"""A time is taken as closed if it lacks rows by chance with less probability."""

CHANCE_OF_DAY = 0.05
"""The same for a weekday: two weeks without a Sunday are enough."""

RARE_RATE = 0.1
"""A shop that opens on four Sundays a year is closed on Sundays."""

WEEKS_FOR_A_DAY_OFF = 2
"""A weekday must have come this often without a row to be a day off."""

FILLED_BUT_FOR_HOLIDAYS = 5 / 6
"""Holidays take up to a twelfth of the days, and an hour that is open in summer or in
winter only another part where an exchange is recorded in universal time."""

LONGEST_HOLIDAYS = 12 * DAY
"""Longer interruptions are no holidays, however often they recur."""

TIMES_RECURRED = 3
"""An interruption of a length that occurs this often recurs."""

REGULAR_RATE = 0.5
"""This part of the labels must lie one step after the label before."""

MONDAY = 4 * DAY
"""The first Monday after the origin of time, 1970-01-05."""


@dataclass(frozen=True, eq=False)
class Week:
    """Steps that lie in the open slots of a week.

    Attributes
    ----------
    origin : int
        Tick of the first slot of some week.
    step : int
        Microseconds of a slot.
    is_open : ndarray of bool of shape (n_slots,)
        Which slots of the week have rows.
    longest_closing : int
        Microseconds between two labels up to which nothing is missing between them:
        nights, weekends, holidays.
    holidays : ndarray of int64
        Ticks of closed days at their start, ascending; only where steps are days.
    first : int
        Open slots from the origin to the label at position 0.
    """

    origin: int
    step: int
    is_open: np.ndarray
    longest_closing: int = 0
    holidays: np.ndarray = ()
    first: int = 0

    def positions(self, ticks, starts=(0,)):
        """Count the steps from the origin to each label; see `EvenSteps`.

        A row in a closed slot is an additional step.

        Parameters
        ----------
        ticks : ndarray of int64 of shape (n_rows,)
            Ascending within each series.
        starts : array-like of int
            First row of each series.

        Returns
        -------
        positions : ndarray of int64 of shape (n_rows,)
        is_on : ndarray of bool of shape (n_rows,)
        """
        slots, rest = np.divmod(ticks - self.origin, self.step)
        n_open, is_closed = self._count_open(slots)
        steps = np.diff(n_open) + is_closed[:-1]
        steps[np.diff(ticks) <= self.longest_closing] = 1
        counted = np.concatenate([[0], np.cumsum(steps)])
        starts = np.asarray(starts)
        lengths = np.diff(np.append(starts, len(ticks)))
        positions = counted + np.repeat(n_open[starts] - counted[starts], lengths)
        return positions - self.first, rest == 0

    def counted_from(self, tick):
        """Return the same week, with position 0 at a tick."""
        position = int(self.positions(np.array([tick]))[0][0])
        return replace(self, first=self.first + position)

    def ticks(self, positions):
        """Return the ticks at positions of shape (n_steps,), holidays not left out."""
        slots = np.flatnonzero(self.is_open)
        weeks, numbers = np.divmod(positions + self.first, len(slots))
        slots = weeks * len(self.is_open) + slots[numbers]
        return self.origin + slots * self.step

    def _count_open(self, slots):
        """Count the open slots before each slot, and say which slots are closed."""
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
    """Find out at which times of the week a series has rows.

    A slot of the week (weekday and time of day) is closed if it hardly ever has a row,
    though the series spans it so often that chance alone would not leave it empty. A
    sensor that loses single hours at random has none.

    Parameters
    ----------
    ticks : ndarray of int64 of shape (n_rows,)
        Microseconds, ascending, on even steps.
    step : int
        Microseconds of a step.

    Returns
    -------
    week : Week or None
        None where no slot is closed, or where rows are rare even so.
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
    week = Week(origin, step, is_open)
    steps = np.diff(week.positions(ticks)[0])
    if np.mean(steps == 1) < REGULAR_RATE:
        return None
    closing = _longest_closing(week, np.diff(ticks), steps)
    return Week(origin, step, is_open, closing).counted_from(ticks[0])


def business_week(tick, is_open, holidays=()):
    """Return the week of declared business days.

    Parameters
    ----------
    tick : int
        Microseconds of some label.
    is_open : ndarray of bool of shape (7,)
        Which weekdays have rows, Monday first.
    holidays : array-like of datetime64[D]
    """
    origin = MONDAY + tick % DAY
    days = np.sort(np.asarray(holidays, dtype="M8[D]"))
    days = days[is_open[(days.astype(np.int64) - 4) % 7]]
    ticks = days.astype("M8[us]").astype(np.int64) + tick % DAY
    closing = _closing_of(Week(origin, DAY, is_open))
    return Week(origin, DAY, is_open, closing, ticks).counted_from(tick)


def _times_spanned(first, last, per_week):
    """Count how often each slot of the week lies between two slots, both included."""
    n_weeks, rest = divmod(last + 1 - first, per_week)
    spanned = np.full(per_week, n_weeks)
    spanned[(first + np.arange(rest)) % per_week] += 1
    return spanned


def _closed_slots(counts, spanned):
    """Decide which slots are closed.

    Evidence adds up: a time of day without a row on any open day, and a weekday without
    a row at any open time, have been spanned more often than a single slot.

    Parameters
    ----------
    counts, spanned : ndarray of int of shape (7, n_times)
        Rows in each slot of the week, and how often the series spans it.

    Returns
    -------
    is_closed : ndarray of bool of shape (7, n_times)
    """
    has_rows = counts > RARE_RATE * spanned
    days, times = has_rows.any(axis=1), has_rows.any(axis=0)

    def is_no_chance(n_times, open_slots, chance=CHANCE):
        """Say which are too often without a row if open slots miss rows at random."""
        n_spanned = spanned[open_slots].sum()
        # One row more is taken as missing, so that few rows prove little.
        missing = (n_spanned - counts[open_slots].sum() + 1) / (n_spanned + 1)
        return missing**n_times * n_times.size < chance

    both = np.outer(days, times)
    closed_times = ~times & is_no_chance(spanned[days].sum(axis=0), both)
    is_off = spanned.min(axis=1) >= WEEKS_FOR_A_DAY_OFF
    closed_days = ~days & is_off
    closed_days &= is_no_chance(spanned[:, times].sum(axis=1), both, CHANCE_OF_DAY)
    if _is_weekend_off(days, spanned) and (closed_times.any() or len(times) == 1):
        closed_days[5:] = True
    closed = ~has_rows & is_no_chance(spanned, has_rows)
    return closed | closed_times | closed_days[:, np.newaxis]


def _is_weekend_off(days, spanned):
    """Say whether all rows lie on other days, though some Saturday or Sunday passed."""
    return not days[5:].any() and spanned[5:].any()


def _longest_closing(week, distances, steps):
    """Return the distance of two labels up to which nothing is missing between them.

    Twice the longest closing that recurs: of the week itself, or of holidays. No
    closing but those of the week where more is missing than holidays take: each open
    slot without a row is a missing step then.
    """
    is_interrupted = (steps > 1) & (distances <= LONGEST_HOLIDAYS)
    recurring = np.sort(distances[is_interrupted])[-TIMES_RECURRED:]
    longest = int(recurring[0]) if len(recurring) == TIMES_RECURRED else 0
    closing = max(_closing_of(week), 2 * longest)
    is_hole = distances > closing
    n_spanned = 1 + steps[~is_hole].sum()
    n_rows = 1 + np.count_nonzero(~is_hole)
    return closing if n_rows / n_spanned >= FILLED_BUT_FOR_HOLIDAYS else 0


def _closing_of(week):
    """Return twice the longest closing of a week, as a distance of two labels.

    A night and one holiday are more than two nights, so a day is added where nights
    are closed.
    """
    slots = np.flatnonzero(week.is_open)
    longest = np.diff(slots, append=slots[0] + len(week.is_open)).max() * week.step
    at_night = DAY // 4
    return int(max(2 * longest, longest + DAY if longest > at_night else 0))
