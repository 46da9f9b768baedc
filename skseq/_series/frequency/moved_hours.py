"""Opening hours that move by an hour, as in UTC when the clocks of an exchange change.

The hours of both seasons are open in a `Week`, but a session has only those of its own.
`find_moves` finds out when all hours of a session moved, so that an index is continued
with the hours of its season.
"""

from dataclasses import dataclass

import numpy as np

from skseq._series.frequency.sessions import MIN_RECURRENCES
from skseq._series.frequency.steps import HOUR

N_RECENT = 10
"""Sessions that show the usual hours: more than half days or lost rows in a row."""

MIN_RECENT = 5
"""In fewer sessions, all may lack the same hour because rows are lost at random."""


@dataclass(frozen=True, eq=False)
class Moves:
    """When opening hours moved by an hour, and where to.

    Slots are numbered as in a `Week`; those of a move are in ascending order.

    Attributes
    ----------
    starts : ndarray of int64 of shape (n_moves,)
        First slot of each session that began the new hours.
    first_known : ndarray of int64 of shape (n_moves,)
        First slot that shows that the hours have moved. If they are later now, this is
        the first one after the usual end, because first rows may also be missing.
    n_late : ndarray of int64 of shape (n_moves + 1,)
        By how many slots the hours are later than in the first sessions: before the
        first move, and after each.
    hours : ndarray of int64 of shape (n_moves, 2)
        First and last slot of the usual hours of these sessions.
    n_sessions : ndarray of int64 of shape (n_moves + 1,)
        Sessions with rows: before the first move, and after each.
    """

    starts: np.ndarray
    first_known: np.ndarray
    n_late: np.ndarray
    hours: np.ndarray
    n_sessions: np.ndarray

    def late_in(self, slots):
        """Return by how many slots the hours are later at each slot."""
        return self.n_late[np.searchsorted(self.starts, slots, side="right")]

    def late_after(self, slot):
        """Return the same after a slot, as far as the rows up to it show."""
        return int(self.n_late[np.searchsorted(self.first_known, slot, side="right")])

    def latest_lasting(self):
        """Return the number of the latest move of several sessions, or None."""
        is_lasting = np.minimum(self.n_sessions[:-1], self.n_sessions[1:])
        lasting = np.flatnonzero(is_lasting >= MIN_RECURRENCES)
        return int(lasting[-1]) if len(lasting) else None


def find_moves(sessions, slots):
    """Find the sessions since which all hours are an hour earlier or later.

    The hours have moved if a session has rows outside the usual hours, which are those
    of the latest sessions, and lacks the same time at its other end. Half days and
    missing rows have no rows outside the usual hours. Each move is found from the rows
    up to it, so later rows do not change it.

    Parameters
    ----------
    sessions : Sessions
    slots : ndarray of int64 of shape (n_rows,)
        Ascending.

    Returns
    -------
    moves : Moves or None
        None if the hours never moved.
    """
    if HOUR % sessions.step:
        return None
    numbers = sessions.nearest(slots)
    begins = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    ends = np.append(begins[1:], len(slots)) - 1
    opening, closing = sessions.spans(numbers[begins])
    # Distances from the hours of the week, which are those of all seasons together.
    first, last = slots[begins] - opening, slots[ends] - closing
    if (first == first[0]).all():  # nearly all series, so that these lose no time
        return None
    found = _walk(first.tolist(), last.tolist(), HOUR // sessions.step)
    if not found:
        return None
    of_session, n_late, usual_first, usual_last = np.array(found).T
    moved_by = np.diff(n_late, prepend=0)
    opening, closing = opening[of_session], closing[of_session]
    hours = np.stack([opening + usual_first, closing + usual_last], axis=1)
    starts = slots[begins[of_session]]
    usual_end = hours[:, 1] - moved_by
    return Moves(
        starts,
        np.where(moved_by > 0, usual_end + 1, starts),
        np.append(0, n_late),
        hours,
        np.diff(of_session, prepend=0, append=len(begins)),
    )


def _walk(first, last, hour):
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
        For each move the number of the session, and in slots, how much later the hours
        are than in the first session, and the usual first and last row, as above.
    """
    found, n_late = [], 0
    # Without the moves up to each session, so that both seasons can be compared.
    firsts, lasts = [], []
    for number, (begin, end) in enumerate(zip(first, last, strict=True)):
        if number >= MIN_RECENT:
            usual_first = min(firsts[-N_RECENT:])
            usual_last = max(lasts[-N_RECENT:])
            early = begin - n_late - usual_first
            late = end - n_late - usual_last
            # A session in progress, or a half day, ends more than an hour early.
            is_earlier = early == -hour and late <= -hour
            is_later = early >= hour and 0 < late <= hour
            if is_earlier or is_later:
                n_late += hour if is_later else -hour
                hours = usual_first + n_late, usual_last + n_late
                found.append((number, n_late, *hours))
        firsts.append(begin - n_late)
        lasts.append(end - n_late)
    return found
