"""A week whose hours move by an hour, as in UTC when an exchange changes its clocks.

The hours of both seasons are open in a `Week`, but a session has only those of its own.
`find_moves` finds out when all hours of a session moved, so that an index is continued
with the hours of its season.
"""

from dataclasses import dataclass, replace

import numpy as np

from skseq._series.frequency.opening_hours.sessions import MIN_RECURRENCES
from skseq._series.frequency.opening_hours.week import Week
from skseq._series.frequency.steps import HOUR

N_RECENT = 10
"""Sessions that show the usual hours: more than are half days, or lack rows, one after
another."""

MIN_RECENT = 5
"""In fewer sessions, all may lack the same hour because rows are lost at random."""


@dataclass(frozen=True)
class Move:
    """When opening hours moved by an hour, and where to.

    Slots are numbered as in a `Week`.

    Attributes
    ----------
    start : int
        First slot of the session that began the new hours.
    first_known : int
        First slot that shows that the hours have moved. If they are later now, this is
        the first one after the usual end, because the first rows may just be missing.
    n_late : int
        By how many slots the hours are later, since then, than in the first sessions.
    first_slot, last_slot : int
        First and last slot of the usual hours of that session.
    n_before, n_after : int
        Sessions with rows: from the move before to this one, and from it to the next.
    """

    start: int
    first_known: int
    n_late: int
    first_slot: int
    last_slot: int
    n_before: int
    n_after: int

    @property
    def is_lasting(self):
        """Whether several sessions have the hours before and the hours after it."""
        return min(self.n_before, self.n_after) >= MIN_RECURRENCES


@dataclass(frozen=True, eq=False)
class MovedWeek(Week):
    """A `Week` in which the hours of all seasons are open.

    Attributes
    ----------
    moves : tuple of Move
        Since when the hours are earlier or later than in the first sessions.
    first_hours : Week or ChangedWeek
        The week of the hours of the first sessions, as if they had never moved.
    """

    moves: tuple[Move, ...] = ()
    first_hours: Week | None = None

    @property
    def has_moved(self):
        """Whether the opening hours moved, and stayed so for several sessions."""
        return any(move.is_lasting for move in self.moves)

    def season_steps(self, ticks, positions, clock):
        return self.first_hours.season_steps(self.unmoved(ticks), positions, clock)

    def had_no_row(self, ticks):
        # Of the first days after a move, the others of the week have no row yet.
        is_open = self.first_hours.are_open(self.unmoved(ticks))
        return super().had_no_row(ticks) & ~is_open

    def following(self, tick, n):
        # In the hours of the season of the tick.
        known = [m.n_late for m in self.moves if m.first_known <= self.slots_of(tick)]
        late = (known or [0])[-1] * self.step
        ticks = self.first_hours.following(tick - late, n) + late
        if not isinstance(self.first_hours, Week):  # closed hours are no gaps
            return ticks
        # If rows are missing at random, the hours of the other season are gaps.
        positions = self.positions(np.append(tick, ticks))[0]
        if (np.diff(positions) == 1).all():
            return ticks
        return super().following(tick, n)

    def unmoved(self, ticks):
        """Return when rows would have been if the hours had never moved."""
        starts = np.array([move.start for move in self.moves])
        n_late = np.array([0, *(move.n_late for move in self.moves)])
        n_moves = np.searchsorted(starts, self.slots_of(ticks), side="right")
        return ticks - n_late[n_moves] * self.step


def with_moves(week, ticks):
    """Return a week with the moves of its hours in all known rows, if there are any."""
    moves = find_moves(week.sessions, week.slots_of(ticks))
    if isinstance(week, MovedWeek):
        return replace(week, moves=moves)
    if not moves:
        return week
    first_hours = Week(week.origin, week.step, week.is_open, ~week.is_open)
    known = {name: getattr(week, name) for name in Week.__dataclass_fields__}
    return MovedWeek(**known, moves=moves, first_hours=first_hours)


def find_moves(sessions, slots):
    """Find the sessions since which all hours are an hour earlier or later.

    The hours have moved if a session has rows outside the usual hours, which are those
    of the latest sessions, and lacks the same time at its other end. Half days and
    missing rows have no rows outside the usual hours. Each move is found from the rows
    up to it, so later rows do not change it. The slots of rows ascend.
    """
    if HOUR % sessions.step:
        return ()
    numbers = sessions.nearest(slots)
    begins = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    ends = np.append(begins[1:], len(slots)) - 1
    opening, closing = sessions.spans(numbers[begins])
    # Distances from the hours of the week, which are those of all seasons together.
    first, last = slots[begins] - opening, slots[ends] - closing
    if (first == first[0]).all():  # true of nearly all series, so save time
        return ()
    hour = HOUR // sessions.step
    found = _compare_with_usual_hours(first.tolist(), last.tolist(), hour)
    of_session = np.array([number for number, *_ in found], dtype=int)
    n_sessions = np.diff(of_session, prepend=0, append=len(begins)).tolist()
    moves = []
    for place, (number, n_late, moved_by, usual_first, usual_last) in enumerate(found):
        start = int(slots[begins[number]])
        first_slot = int(opening[number]) + usual_first
        last_slot = int(closing[number]) + usual_last
        first_known = last_slot - moved_by + 1 if moved_by > 0 else start
        n_around = n_sessions[place : place + 2]
        moves.append(Move(start, first_known, n_late, first_slot, last_slot, *n_around))
    return tuple(moves)


def _compare_with_usual_hours(first, last, hour):
    """Compare each session with the usual hours before it.

    Parameters
    ----------
    first, last : list of int of length n_sessions
        Slots from the beginning, and from the end, of the hours of the week.
    hour : int
        Number of slots.

    Returns
    -------
    found : list of tuple of int
        For each move: the number of the session, by how many slots its hours are later
        than in the first session and than before the move, and the slots of its usual
        first and last row, counted like `first` and `last`.
    """
    found, n_late = [], 0
    # Earlier moves are subtracted, so that sessions of both seasons can be compared.
    firsts, lasts = [], []
    for number, (begin, end) in enumerate(zip(first, last, strict=True)):
        if number >= MIN_RECENT:
            usual_first = min(firsts[-N_RECENT:])
            usual_last = max(lasts[-N_RECENT:])
            opens_late = begin - n_late - usual_first
            closes_late = end - n_late - usual_last
            # A session in progress, or a half day, ends more than an hour early.
            is_earlier = opens_late == -hour and closes_late <= -hour
            is_later = opens_late >= hour and 0 < closes_late <= hour
            if is_earlier or is_later:
                moved_by = hour if is_later else -hour
                n_late += moved_by
                hours = usual_first + n_late, usual_last + n_late
                found.append((number, n_late, moved_by, *hours))
        firsts.append(begin - n_late)
        lasts.append(end - n_late)
    return found
