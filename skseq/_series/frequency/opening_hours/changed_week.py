"""Days or hours that have changed for good: a shop that no longer opens on Sundays."""

from dataclasses import dataclass, replace

import numpy as np

from skseq._series.frequency.opening_hours.latest_hours import find_latest_hours
from skseq._series.frequency.opening_hours.learned_week import (
    learn_week,
    may_have_hours,
)
from skseq._series.frequency.opening_hours.moved_week import MovedWeek, with_moves
from skseq._series.frequency.opening_hours.sessions import Closures
from skseq._series.frequency.opening_hours.week import Week, add_steps, first_of_week
from skseq._series.frequency.steps import DAY, REGULAR_RATE, EvenSteps, Rule

SHORTEST_SPAN_OF_CHANGE = 21 * DAY
"""In a shorter time, no hours can be the same in the three latest weeks, and others
before."""


@dataclass(frozen=True, eq=False)
class ChangedWeek(Rule):
    """Steps that count the open slots of one week, and later those of another.

    Attributes
    ----------
    earlier, later : Week
    since : int
        Tick of the first row that is counted in the later week.
    """

    earlier: Week
    later: Week
    since: int
    recurs_weekly = True

    @property
    def step(self):
        """Length of a slot in microseconds."""
        return self.later.step

    def positions(self, ticks, starts=(0,)):
        of_earlier, is_on = self.earlier.positions(ticks, starts)
        of_later, _ = self.later.positions(ticks, starts)
        is_later = ticks[1:] >= self.since
        steps = np.where(is_later, np.diff(of_later), np.diff(of_earlier))
        starts = np.asarray(starts)
        return add_steps(self._from_origin(ticks[starts]), steps, starts), is_on

    def season_steps(self, ticks, positions, clock):
        return self.later.season_steps(ticks, positions, clock)

    def had_no_row(self, ticks):
        both = self.earlier.had_no_row(ticks), self.later.had_no_row(ticks)
        return np.where(ticks < self.since, *both)

    def are_open(self, ticks):
        """Return which ticks are at times that are open in the week of their time."""
        both = self.earlier.are_open(ticks), self.later.are_open(ticks)
        return np.where(ticks < self.since, *both)

    def floor(self, ticks):
        return self.later.floor(ticks)

    def following(self, tick, n):
        if tick >= self.since:
            return self.later.following(tick, n)
        ticks = self.earlier.following(tick, n)
        ticks = ticks[ticks < self.since]
        later = self.later.following(self.since - self.step, n - len(ticks))
        return np.concatenate([ticks, later])

    def _from_origin(self, ticks):
        """Count the steps from one origin to the first row of each series."""
        each = np.arange(len(ticks) + 1)
        before = np.append(np.minimum(ticks, self.since), self.since)
        after = np.append(np.maximum(ticks, self.since), self.since)
        of_earlier, _ = self.earlier.positions(before, each)
        of_later, _ = self.later.positions(after, each)
        return (of_earlier + of_later - of_later[-1])[:-1]


def with_changes(rule, ticks):
    """Return a rule learned from some rows, with the changes of hours in all rows.

    The rule is a `Week`, `ChangedWeek` or `EvenSteps`; the ticks ascend.
    """
    base = rule.earlier if isinstance(rule, ChangedWeek) else rule
    if isinstance(base, EvenSteps) or base.is_open.all():
        return _changed(base, ticks)
    base = with_moves(base, ticks)
    if isinstance(base, MovedWeek):
        first = base.first_hours
        first = first.earlier if isinstance(first, ChangedWeek) else first
        return replace(base, first_hours=_changed(first, base.unmoved(ticks)))
    return _changed(base, ticks)


def _changed(rule, ticks):
    """Return a `ChangedWeek` if the latest hours differ, else the rule."""
    step = rule.step
    if not may_have_hours(ticks, step, SHORTEST_SPAN_OF_CHANGE):
        return rule
    week = rule
    if isinstance(rule, EvenSteps):
        is_open = np.ones(7 * DAY // step, dtype=bool)
        week = Week(first_of_week(rule.origin, step), step, is_open, ~is_open)
        week = week.counted_from(rule.origin)
    slots = week.slots_of(ticks)
    is_open, first = find_latest_hours(week.is_open, slots)
    if is_open is None:
        return rule
    before, rows = np.split(ticks, [np.searchsorted(slots, first)])
    later = _later_week(week, is_open, rows)
    if np.mean(np.diff(later.positions(rows)[0]) == 1) < REGULAR_RATE:
        return rule
    # All rows together show earlier and later times as open.
    if len(before) > 1:
        week = learn_week(before, step) or week
    if not week.is_open.all():
        # Closures as long as those before may come again.
        n_sessions = max(week.closures.n_sessions, later.closures.n_sessions)
        closures = Closures(n_sessions, later.closures.edges)
        later = replace(later, closures=closures)
    return ChangedWeek(week, later, int(rows[0]))


def _later_week(week, is_open, rows):
    """Learn the week of the latest rows, in which some slots are known to be closed."""
    later = learn_week(rows, week.step)
    if later is None:
        later = Week(first_of_week(rows[0], week.step), week.step, is_open, ~is_open)
    elif (later.is_open & week.is_open & ~is_open).any():
        is_open = later.is_open & ~(week.is_open & ~is_open)
        later = replace(later, is_open=is_open, is_empty=later.is_empty & ~is_open)
    else:
        return later
    return later.learn_from(rows)
