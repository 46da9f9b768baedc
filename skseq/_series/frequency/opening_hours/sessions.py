"""Sessions of a week, such as the hours of a day on which an exchange is open.

Holidays leave out whole sessions, and half days the end of one. `learn_closures` finds
out which interruptions of a series are such closures; all others are missing steps.
"""

from dataclasses import dataclass

import numpy as np

from skseq._series.frequency.steps import DAY, HOUR

LONGEST_CLOSURE = 12 * DAY
"""Longer interruptions are not holidays, however often they recur."""

MIN_RECURRENCES = 3
"""An interruption that occurs this often recurs."""

MAX_HOLIDAY_RATE = 0.075
"""Maximum fraction of sessions that are holidays: it is 4 % in New York, 7 % in China.
In a fold of a shuffled split, more are missing: a tenth, or a twentieth and the
holidays."""

MAX_GAP_RATE = 0.02
"""At this rate of gaps inside sessions or above, rows are missing at random, so a
session without its first or last row does not show that opening hours vary."""

MIN_TIMES_CHANCE = 10
"""Opening hours vary if short sessions are this many times as frequent as rows lost at
random would explain. Such rows are as frequent inside sessions as at their ends."""


@dataclass(frozen=True, eq=False)
class Sessions:
    """Runs of open slots of a week without a long closing inside.

    Open slots are numbered from the origin of the week on.

    Attributes
    ----------
    is_open : ndarray of bool of shape (n_slots,)
        Which slots of the week have rows.
    step : int
        Microseconds of a slot.
    starts : ndarray of int of shape (n_sessions,)
        Number of the first slot of each session in the first week.
    """

    is_open: np.ndarray
    step: int
    starts: np.ndarray

    @classmethod
    def of(cls, is_open, step):
        """Find the sessions of a week.

        A day is a session where steps are days. Shorter steps are one session until the
        night: a break at noon does not end it.
        """
        slots = np.flatnonzero(is_open)
        if step == DAY:
            return cls(is_open, step, np.arange(len(slots)))
        closed = (np.diff(slots, prepend=slots[-1] - len(is_open)) - 1) * step
        night = closed[closed < DAY].max(initial=0) or DAY
        starts = np.flatnonzero(closed >= night / 2)
        # Without a night, the week is one session.
        return cls(is_open, step, starts if len(starts) else np.array([0]))

    def of_numbers(self, numbers):
        """Return the session of each open slot."""
        weeks, rest = np.divmod(numbers, np.count_nonzero(self.is_open))
        found = np.searchsorted(self.starts, rest, side="right") - 1
        return weeks * len(self.starts) + found

    def first_numbers(self, sessions):
        """Return the number of the first open slot of each session."""
        weeks, rest = np.divmod(sessions, len(self.starts))
        return weeks * np.count_nonzero(self.is_open) + self.starts[rest]

    def spans(self, sessions):
        """Return the first and the last open slot of each session."""
        first, following = self.first_numbers(np.stack([sessions, sessions + 1]))
        return self.slots(first), self.slots(following - 1)

    def nearest(self, slots):
        """Return the session that each slot, open or closed, is in or close to."""
        per_week, n_sessions = len(self.is_open), len(self.starts)
        opening, _ = self.spans(np.arange(n_sessions))
        _, closing = self.spans(np.arange(n_sessions) - 1)
        # A session begins in the middle of the night before it.
        begins = opening - (opening - closing - 1) // 2
        weeks, rest = np.divmod(slots - begins[0], per_week)
        found = np.searchsorted(begins - begins[0], rest, side="right") - 1
        return weeks * n_sessions + found

    def slots(self, numbers):
        """Return the slots, open or closed, before each open one."""
        open_slots = np.flatnonzero(self.is_open)
        weeks, rest = np.divmod(numbers, len(open_slots))
        return weeks * len(self.is_open) + open_slots[rest]


@dataclass(frozen=True, eq=False)
class Interruptions:
    """What is missing between pairs of neighbouring rows.

    Attributes
    ----------
    n_before, n_after : ndarray of int64 of shape (n_pairs,)
        Slots missing at the end of the earlier row's session, and at the start of the
        later row's.
    n_sessions : ndarray of int64 of shape (n_pairs,)
        Whole sessions missing between; -1 where both rows are in the same one.
    are_short : ndarray of bool of shape (n_pairs,)
        Whether no session between lasts longer than a day.
    are_halves : ndarray of bool of shape (n_pairs,)
        Whether both rows' sessions miss less than half of their slots.
    are_weekends : ndarray of bool of shape (n_pairs,)
        Whether the sessions are regularly a day apart, or more.
    are_shifted : ndarray of bool of shape (n_pairs,)
        Whether one session ends and the next begins an hour early, or both an hour
        late, as opening hours in universal time do.
    """

    n_before: np.ndarray
    n_after: np.ndarray
    n_sessions: np.ndarray
    are_short: np.ndarray
    are_halves: np.ndarray
    are_weekends: np.ndarray
    are_shifted: np.ndarray

    @classmethod
    def between(cls, sessions, slots, following, numbers):
        """Compare the open slot that follows a row with the next row's.

        Parameters
        ----------
        sessions : Sessions
        slots : pair of ndarray of int64 of shape (n_pairs,)
            Slots of the earlier and of the later row.
        following, numbers : ndarray of int64 of shape (n_pairs,)
            Number of the first open slot after the earlier row, and of the later row's.
        """
        earlier = sessions.of_numbers(following - 1)
        later = sessions.of_numbers(numbers)
        stops = sessions.first_numbers(earlier + 1)
        starts = sessions.first_numbers(later)
        n_before, n_after = stops - following, numbers - starts
        is_half_before = 2 * n_before < stops - sessions.first_numbers(earlier)
        is_half_after = 2 * n_after < sessions.first_numbers(later + 1) - starts
        end, start = sessions.slots(stops - 1), sessions.slots(starts)
        late = slots[0] - end
        is_shifted = late == slots[1] - start
        longest = (starts - stops) * sessions.step
        n_sessions = later - earlier - 1
        return cls(
            n_before,
            n_after,
            n_sessions,
            longest <= np.maximum(n_sessions, 0) * DAY,
            is_half_before & is_half_after,
            (start - end) * sessions.step > DAY,
            is_shifted & (np.abs(late) * sessions.step == HOUR),
        )


@dataclass(frozen=True, eq=False)
class Closures:
    """Which interruptions are not gaps.

    Attributes
    ----------
    n_sessions : int, default=0
        Largest number of consecutive sessions without a row that are not a gap.
    edges : tuple of pairs of int
        Slots that a session lacks at its end and the next one at its start, where the
        hours vary: on half days, or in universal time.
    """

    n_sessions: int = 0
    edges: tuple = ((0, 0),)

    def include(self, found):
        """Return which `Interruptions` are not gaps, of shape (n_pairs,)."""
        n_sessions = found.n_sessions
        are_whole = (n_sessions >= 0) & (n_sessions <= self.n_sessions)
        return are_whole & found.are_short & self._are_at_edges(found)

    def _are_at_edges(self, found):
        are_at_edges = found.are_shifted.copy()
        for n_before, n_after in self.edges:
            are_at_edges |= (found.n_before == n_before) & (found.n_after == n_after)
        # The clocks change at a weekend: Friday ends as in summer, and Monday begins as
        # in winter, which may come once in all fitted rows.
        n_before, n_after = zip(*self.edges, strict=True)
        are_mixed = np.isin(found.n_before, n_before) & np.isin(found.n_after, n_after)
        return are_at_edges | (are_mixed & found.are_weekends)


def learn_closures(found, distances, n_rows, n_with_rows):
    """Learn which interruptions of fitted rows recur as holidays and half days do.

    If more rows are missing than they explain, nothing is a closure. This is the case
    if there are many gaps inside sessions, or if too many sessions have no row.

    Parameters
    ----------
    found : Interruptions
        Of all pairs of rows between which slots are missing.
    distances : ndarray of int64 of shape (n_pairs,)
        Microseconds between the rows of each pair.
    n_rows : int
    n_with_rows : int
        Sessions that have rows.
    """
    is_gap = found.n_sessions < 0
    # A missing first or last row of a session is not a gap inside it.
    n_inner = max(1, n_rows - 2 * n_with_rows)
    if is_gap.sum() / n_inner >= MAX_GAP_RATE:
        return Closures()
    is_candidate = ~is_gap & (distances <= LONGEST_CLOSURE)
    is_candidate &= found.are_short & found.are_halves
    # One more gap is assumed, so that a few short sessions are weak evidence.
    by_chance = MIN_TIMES_CHANCE * (is_gap.sum() + 1) / n_inner * n_with_rows
    edges = np.stack([found.n_before, found.n_after], axis=1)[is_candidate]
    edges, counts = np.unique(edges, axis=0, return_counts=True)
    recurring = edges[counts >= max(MIN_RECURRENCES, by_chance)].tolist()
    edges = tuple({(0, 0), *map(tuple, recurring)})
    is_closure = is_candidate & Closures(edges=edges)._are_at_edges(found)
    runs = np.sort(found.n_sessions[is_closure & (found.n_sessions > 0)])
    if runs.sum() > MAX_HOLIDAY_RATE * (runs.sum() + n_with_rows):
        return Closures(edges=edges)
    # A single session may be a holiday even if there was none in the fitted rows.
    longest = runs[-MIN_RECURRENCES] if len(runs) >= MIN_RECURRENCES else 1
    return Closures(int(longest), edges)
