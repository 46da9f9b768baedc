"""Series with rows at some times of the week only: opening hours, business days.

The time in between is not a gap. A week is divided into slots, each one step long. A
`Week` counts the slots that have rows (open slots) and leaves out the others.
`learn_week` decides whether labels follow such a week.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from skseq._series.frequency.moved_hours import Moves, find_moves
from skseq._series.frequency.sessions import (
    LONGEST_CLOSURE,
    Closures,
    Interruptions,
    Sessions,
    learn_closures,
)
from skseq._series.frequency.steps import DAY, HOUR

SECOND = 1_000_000
"""Microseconds; opening hours are not looked for on shorter steps."""

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

REGULAR_RATE = 0.5
"""At least this fraction of the labels must be one step after the label before."""

MIN_WEEKS_OF_EMPTY_SLOT = 3
"""In fewer weeks, a row may be missing by chance at a time of day that has rows."""

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
    is_empty : ndarray of bool of shape (n_slots,)
        Which closed slots had no fitted rows at all, not even rare ones.
    closures : Closures
        Which sessions without a row are not gaps.
    holidays : ndarray of int64
        Ticks of closed days, ascending; used only if steps are days.
    first : int
        Number of open slots from the origin to the label at position 0.
    moves : Moves or None
        When all hours of the sessions moved, as in UTC when clocks change.
    one_season : ndarray of bool of shape (n_slots,), or None
        Which slots would have rows if the hours of the first rows had never moved; None
        if `is_open` shows it, because they did not move in the fitted rows.
    """

    origin: int
    step: int
    is_open: np.ndarray
    is_empty: np.ndarray
    closures: Closures = field(default_factory=Closures)
    holidays: np.ndarray = ()
    first: int = 0
    moves: Moves | None = None
    one_season: np.ndarray | None = None

    def positions(self, ticks, starts=(0,)):
        """Count the steps from the origin to each label; see `EvenSteps`.

        A row in a closed slot counts as one more step. If it is close to the next row
        or to the one before, each slot between the two is a missing step.

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
        # Opening hours in UTC move by an hour when the clocks change. Rows may then be
        # missing in an hour that was closed in fit, as in any other hour.
        distances = np.diff(slots)
        are_close = (is_closed[:-1] | is_closed[1:]) & (distances * self.step <= HOUR)
        steps = np.where(are_close, distances, steps)
        pairs, found = self._interruptions(slots, n_open, is_closed)
        if len(pairs):
            steps[pairs[self.closures.include(found)]] = 1
        counted = np.concatenate([[0], np.cumsum(steps)])
        # The first row of each series is counted by time, the later ones by rows.
        starts = np.asarray(starts)
        lengths = np.diff(np.append(starts, len(ticks)))
        positions = counted + np.repeat(n_open[starts] - counted[starts], lengths)
        return positions - self.first, rest == 0

    def count_open_slots(self, ticks):
        """Count the open slots of the week before each tick, holidays included."""
        slots = (ticks - self.origin) // self.step
        if self.moves is not None:
            slots = slots - self.moves.late_in(slots)
        return self._unmoved._count_open(slots)[0]

    def learn_from(self, ticks):
        """Return the same week, with the closures that recur in fitted rows."""
        slots = (ticks - self.origin) // self.step
        n_open, is_closed = self._count_open(slots)
        pairs, found = self._interruptions(slots, n_open, is_closed)
        if not len(pairs):
            return replace(self, closures=Closures(n_sessions=1))
        sessions = self._sessions.of_numbers(n_open[~is_closed])
        n_with_rows = 1 + np.count_nonzero(np.diff(sessions))
        distances = np.diff(ticks)[pairs]
        closures = learn_closures(found, distances, len(ticks), n_with_rows)
        return replace(self, closures=closures)

    def with_moves(self, ticks):
        """Return the same week, with the moves of its hours in all known rows.

        Parameters
        ----------
        ticks : ndarray of int64 of shape (n_rows,)
            Ascending.
        """
        slots = (ticks - self.origin) // self.step
        return replace(self, moves=find_moves(self._sessions, slots))

    @property
    def has_moved(self):
        """Whether the opening hours moved, and stayed so for several sessions."""
        return self.moves is not None and self.moves.latest_lasting() is not None

    def are_empty(self, ticks):
        """Return which ticks are at times of the week that never had a row."""
        slots = (ticks - self.origin) // self.step
        are_empty = self.is_empty[slots % len(self.is_empty)]
        if self.moves is not None:
            # Of the first days after a change, the others of the week have no row yet.
            slots = slots - self.moves.late_in(slots)
            are_empty &= self._unmoved._count_open(slots)[1]
        return are_empty

    def counted_from(self, tick):
        """Return the same week with position 0 at a tick."""
        position = int(self.positions(np.array([tick]))[0][0])
        return replace(self, first=self.first + position)

    def ticks(self, positions):
        """Return the ticks at positions of shape (n_steps,); ignores holidays."""
        slots = self._sessions.slots(positions + self.first)
        return self.origin + slots * self.step

    def floor(self, ticks):
        """Return the beginnings of the slots that ticks lie in."""
        return ticks - (ticks - self.origin) % self.step

    def following(self, tick, n):
        """Return the n open ticks after a tick that may itself be closed."""
        if self.moves is not None:
            slot = (tick - self.origin) // self.step
            late = self.moves.late_after(slot) * self.step
            ticks = self._unmoved.following(tick - late, n) + late
            # If rows are missing at random, the hours of the other season are gaps.
            positions = self.positions(np.append(tick, ticks))[0]
            if (np.diff(positions) == 1).all():
                return ticks
        slots = (np.array([tick]) - self.origin) // self.step
        n_open, is_closed = self._count_open(slots)
        first = int(n_open[0]) + 1 - int(is_closed[0]) - self.first
        return self.ticks(first + np.arange(n))

    @cached_property
    def _unmoved(self):
        """The same week without moves and holidays, in the hours of its first rows."""
        is_open = self.is_open if self.one_season is None else self.one_season
        return Week(self.origin, self.step, is_open, ~is_open)

    @cached_property
    def _sessions(self):
        return Sessions.of(self.is_open, self.step)

    def _interruptions(self, slots, n_open, is_closed):
        """Find the pairs of neighboring rows with missing slots between them.

        Returns
        -------
        pairs : ndarray of int of shape (n_pairs,)
            Number of the earlier row.
        found : Interruptions or None
            None where there is no such pair.
        """
        following = n_open + ~is_closed
        pairs = np.flatnonzero(n_open[1:] > following[:-1])
        if not len(pairs):
            return pairs, None
        both = slots[pairs], slots[pairs + 1]
        found = Interruptions.between(
            self._sessions, both, following[pairs], n_open[pairs + 1]
        )
        return pairs, found

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
    counts = _count_rows(slots, per_week)
    spanned = _times_spanned(slots, per_week, step).reshape(7, -1)
    is_open = ~_closed_slots(counts, spanned).ravel()
    if is_open.all() or not is_open.any():
        return None
    week = Week(origin, step, is_open, ~is_open & _empty_slots(counts, spanned))
    # Slots closed by chance would make an irregular series look regular.
    if np.mean(np.diff(week.positions(ticks)[0]) == 1) < REGULAR_RATE:
        return None
    week = week.learn_from(ticks).counted_from(ticks[0]).with_moves(ticks)
    if week.moves is None:
        return week
    counts = _count_rows(slots - week.moves.late_in(slots), per_week)
    one_season = ~_closed_slots(counts, spanned).ravel()
    return replace(week, one_season=one_season if one_season.any() else is_open)


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
    # If holidays are declared, a day without a row is a gap and not a holiday.
    closures = Closures(n_sessions=0 if len(ticks) else 1)
    week = Week(origin, DAY, is_open, ~is_open, closures, ticks)
    return week.counted_from(tick)


def _count_rows(slots, per_week):
    """Count the rows in each slot of the week, by day and time."""
    return np.bincount(slots % per_week, minlength=per_week).reshape(7, -1)


def _times_spanned(slots, per_week, step):
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
    if _is_weekend_off(days, spanned) and (closed_times.any() or len(times) == 1):
        closed_days[5:] = True
    closed = ~has_rows & is_significant(spanned, has_rows)
    return closed | closed_times | closed_days[:, np.newaxis]


def _empty_slots(counts, spanned):
    """Return which slots never have a row.

    This is certain if no day has a row at that time, if that day has no row at all, or
    if the slot occurs in several weeks.

    Parameters
    ----------
    counts, spanned : ndarray of int of shape (7, n_times)
        See `_closed_slots`.

    Returns
    -------
    is_empty : ndarray of bool of shape (7 * n_times,)
    """
    has_time, has_day = counts.any(axis=0), counts.any(axis=1)
    is_sure = (spanned >= MIN_WEEKS_OF_EMPTY_SLOT) | ~np.outer(has_day, has_time)
    return (is_sure & (counts == 0)).ravel()


def _is_weekend_off(days, spanned):
    """Return whether weekends are spanned, but no row is on a Saturday or Sunday."""
    return not days[5:].any() and spanned[5:].any()
