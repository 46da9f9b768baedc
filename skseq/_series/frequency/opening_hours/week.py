"""Series with rows at some times of the week only: opening hours, business days.

The time in between is not a gap. A week is divided into slots, each one step long. A
`Week` counts the slots that have rows (open slots) and leaves out the others.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from skseq._series.frequency.opening_hours.sessions import (
    Closures,
    Interruptions,
    Sessions,
    learn_closures,
)
from skseq._series.frequency.steps import DAY, HOUR, Rule, weekday_of

SECOND = 1_000_000
"""Microseconds; opening hours are not looked for on shorter steps."""

MONDAY = 4 * DAY
"""Ticks of the first Monday of 1970, January 5."""


@dataclass(frozen=True, eq=False)
class Week(Rule):
    """Steps that count only the open slots of a week.

    Attributes
    ----------
    origin : int
        Tick of the first slot of a week.
    step : int
        Length of a slot in microseconds.
    is_open : ndarray of bool of shape (n_slots,)
        Which slots of the week have rows.
    is_empty : ndarray of bool of shape (n_slots,)
        Which closed slots had no fitted rows at all, not even rare ones.
    closures : Closures
        Which sessions without a row are not gaps.
    holidays : ndarray of int64
        Ticks of closed days, ascending; used only if steps are days.
    first : int
        Number of open slots from the origin to the label at position 0.
    """

    origin: int
    step: int
    is_open: np.ndarray
    is_empty: np.ndarray
    closures: Closures = field(default_factory=Closures)
    holidays: np.ndarray = ()
    first: int = 0

    @property
    def recurs_weekly(self):
        """Whether some times of the week may have no rows."""
        return not len(self.holidays)  # with them, all open days are declared

    def positions(self, ticks, starts=(0,)):
        slots, rest = np.divmod(ticks - self.origin, self.step)
        n_open, is_closed = self.count_open(slots)
        # A row in a closed slot counts as one more step. If it is close to the next row
        # or to the one before, each slot between the two is a missing step: opening
        # hours in UTC move by an hour when the clocks change, and rows may be missing
        # in an hour that was closed in fit, as in any other hour.
        steps = np.diff(n_open) + is_closed[:-1]
        distances = np.diff(slots)
        are_close = (is_closed[:-1] | is_closed[1:]) & (distances * self.step <= HOUR)
        steps = np.where(are_close, distances, steps)
        pairs, found = self._interruptions(slots, n_open, is_closed)
        if len(pairs):
            steps[pairs[self.closures.include(found)]] = 1
        starts = np.asarray(starts)
        return add_steps(n_open[starts], steps, starts) - self.first, rest == 0

    def season_steps(self, ticks, positions, clock):
        return replace(self, holidays=()).count_open(self.slots_of(ticks))[0]

    def learn_from(self, ticks):
        """Return the same week, with the closures that recur in fitted rows."""
        slots = self.slots_of(ticks)
        n_open, is_closed = self.count_open(slots)
        pairs, found = self._interruptions(slots, n_open, is_closed)
        if not len(pairs):
            return replace(self, closures=Closures(n_sessions=1))
        sessions = self.sessions.of_numbers(n_open[~is_closed])
        n_with_rows = 1 + np.count_nonzero(np.diff(sessions))
        distances = np.diff(ticks)[pairs]
        closures = learn_closures(found, distances, len(ticks), n_with_rows)
        return replace(self, closures=closures)

    def had_no_row(self, ticks):
        return self.is_empty[self.slots_of(ticks) % len(self.is_empty)]

    def are_open(self, ticks):
        """Return which ticks are at open times of the week."""
        return self.is_open[self.slots_of(ticks) % len(self.is_open)]

    def slots_of(self, ticks):
        """Return the slots that ticks lie in, numbered from the origin."""
        return (ticks - self.origin) // self.step

    def counted_from(self, tick):
        """Return the same week with position 0 at a tick."""
        position = int(self.positions(np.array([tick]))[0][0])
        return replace(self, first=self.first + position)

    def ticks(self, positions):
        """Return the ticks at positions; holidays are ignored."""
        slots = self.sessions.slots(positions + self.first)
        return self.origin + slots * self.step

    def floor(self, ticks):
        """Return the beginnings of the slots that ticks lie in."""
        return ticks - (ticks - self.origin) % self.step

    def following(self, tick, n):
        if len(self.holidays):
            every_day = replace(self, holidays=())
            ticks = every_day.following(tick, n + len(self.holidays))
            return ticks[~np.isin(ticks, self.holidays)][:n]
        slots = self.slots_of(np.array([tick]))
        n_open, is_closed = self.count_open(slots)
        first = int(n_open[0]) + 1 - int(is_closed[0]) - self.first
        return self.ticks(first + np.arange(n))

    @property
    def has_moved(self):
        """Whether the opening hours moved, and stayed so for several sessions."""
        return False

    @cached_property
    def sessions(self):
        """The runs of open slots."""
        return Sessions.of(self.is_open, self.step)

    def _interruptions(self, slots, n_open, is_closed):
        """Find the pairs of neighbouring rows with missing slots between them.

        Returns
        -------
        pairs : ndarray of int of shape (n_pairs,)
            Number of the earlier row.
        found : Interruptions or None
            None if there is no such pair.
        """
        following = n_open + ~is_closed
        pairs = np.flatnonzero(n_open[1:] > following[:-1])
        if not len(pairs):
            return pairs, None
        both = slots[pairs], slots[pairs + 1]
        found = Interruptions.between(
            self.sessions, both, following[pairs], n_open[pairs + 1]
        )
        return pairs, found

    def count_open(self, slots):
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


def add_steps(first, steps, starts):
    """Return positions: that of the first row of each series, plus the steps since.

    `starts` contains the number of the first row of each series, and `steps` the steps
    from each row to the next.
    """
    counted = np.concatenate([[0], np.cumsum(steps)])
    lengths = np.diff(np.append(starts, len(counted)))
    return counted + np.repeat(first - counted[starts], lengths)


def first_of_week(tick, step):
    """Return the tick of the first slot of the week that a label lies in."""
    slot = (tick - MONDAY) // step
    return int(tick - slot % (7 * DAY // step) * step)


def business_week(tick, is_open, holidays):
    """Return the week of declared business days.

    Parameters
    ----------
    tick : int
        Any label; it gives the time of day.
    is_open : ndarray of bool of shape (7,)
        Which weekdays have rows, Monday first.
    holidays : array-like of datetime64[D]
    """
    ticks = np.sort(np.asarray(holidays, dtype="M8[us]")).astype(np.int64)
    # Holidays on closed days are not counted.
    ticks = ticks[is_open[weekday_of(ticks)]] + tick % DAY
    # If holidays are declared, a day without a row is a gap and not a holiday.
    closures = Closures(n_sessions=0 if len(ticks) else 1)
    week = Week(MONDAY + tick % DAY, DAY, is_open, ~is_open, closures, ticks)
    return week.counted_from(tick)
