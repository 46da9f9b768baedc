"""A week whose hours move by an hour, as in UTC when an exchange changes its clocks."""

from dataclasses import dataclass, replace

import numpy as np

from skseq._series.frequency.opening_hours.moved_hours import Move, find_moves
from skseq._series.frequency.opening_hours.week import Week


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
        """Count the open slots of the week before each tick, holidays included."""
        return self.first_hours.season_steps(self.unmoved(ticks), positions, clock)

    def had_no_row(self, ticks):
        """Return which ticks are at times of the week that never had a row."""
        # Of the first days after a move, the others of the week have no row yet.
        is_open = self.first_hours.are_open(self.unmoved(ticks))
        return super().had_no_row(ticks) & ~is_open

    def following(self, tick, n):
        """Return the n open ticks after a tick, in the hours of its season."""
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
    """Return a week with the moves of its hours in all known rows.

    Parameters
    ----------
    week : Week
    ticks : ndarray of int64 of shape (n_rows,)
        Of all known rows, ascending.

    Returns
    -------
    week : Week
        A `MovedWeek` if its hours moved.
    """
    moves = find_moves(week.sessions, week.slots_of(ticks))
    if isinstance(week, MovedWeek):
        return replace(week, moves=moves)
    if not moves:
        return week
    first_hours = Week(week.origin, week.step, week.is_open, ~week.is_open)
    known = {name: getattr(week, name) for name in Week.__dataclass_fields__}
    return MovedWeek(**known, moves=moves, first_hours=first_hours)
