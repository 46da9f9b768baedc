"""Series of one table that are open on other days, or at other hours, than others."""

from dataclasses import replace

import numpy as np

from skseq._series.frequency.inferred import infer_exactly, ticks_by_clock
from skseq._series.frequency.opening_hours.changed_week import ChangedWeek
from skseq._series.frequency.opening_hours.learned_week import RARE_RATE
from skseq._series.frequency.opening_hours.moved_week import MovedWeek
from skseq._series.frequency.opening_hours.sessions import MIN_RECURRENCES
from skseq._series.frequency.opening_hours.week import Week, first_of_week
from skseq._series.frequency.steps import DAY, NEARLY_ALL, EvenSteps

MOST_CELLS = 2**20
"""Series times slots of the week that are compared at once, which limits the memory."""


def relearn_hours(frequency, labels, series, names):
    """Return a frequency found from some rows, with the opening hours of all rows.

    See `with_hours_of_series` for the arguments; for one series, `names` is None.
    """
    if names is None:
        return frequency.with_changes(labels)
    frequency = frequency.with_moves(labels)
    return with_hours_of_series(frequency, labels, series, names)


def with_hours_of_series(frequency, labels, series, names):
    """Return a frequency with those of series whose rows come at other times.

    The times of the week with rows are learned from all series together. A series that
    lacks rows at some of these times, or has rows at others, is counted and continued
    as in a table of its own.

    The frequency is that of all series together; `labels`, `series` and `names` are
    those of a `TimeAxis`.
    """
    step = getattr(frequency.rule, "step", 0)
    if not frequency.recurs_weekly or not step or DAY % step:
        return replace(frequency, of_series=()) if frequency.of_series else frequency
    order = np.argsort(series, kind="stable")
    labels, series = labels[order], series[order]
    ticks = frequency.clock.ticks(labels)[0]
    starts = np.searchsorted(series, np.arange(len(names) + 1))
    learned, groups = {}, {}
    for number in _with_other_hours(frequency.rule, ticks, series):
        rows = slice(*starts[number : number + 2])
        key = ticks[rows].tobytes()
        if key not in learned:
            learned[key] = _of_its_own(frequency, labels[rows])
        own = learned[key]
        if own is not None:
            of_names, _ = groups.setdefault(_hours(own.rule), ([], own))
            of_names.append(names[number])
    of_series = tuple((tuple(of_names), own) for of_names, own in groups.values())
    return replace(frequency, of_series=of_series)


def _of_its_own(frequency, labels):
    """Return the frequency of a series alone, or None if it has the shared steps."""
    own = infer_exactly(ticks_by_clock(labels))
    if own is None or not own.recurs_weekly or own.rule.step != frequency.rule.step:
        return None
    own = own.with_changes(labels)
    if isinstance(own.rule, EvenSteps):
        ticks, step = own.clock.ticks(labels)[0], own.rule.step
        # A short series, which cannot show when it is closed, has the shared hours.
        is_long = ticks[-1] - ticks[0] >= 7 * DAY
        is_always_open = is_long and np.mean(np.diff(ticks) == step) >= NEARLY_ALL
        return own if is_always_open else None
    return None if _hours(own.rule) == _hours(frequency.rule) else own


def _hours(rule):
    """Return what series of the same steps have in common, as a key."""
    if isinstance(rule, ChangedWeek):
        return "changed", rule.since, _hours(rule.earlier), _hours(rule.later)
    if isinstance(rule, EvenSteps):
        return "even", rule.step
    closures = rule.closures.n_sessions, tuple(sorted(rule.closures.edges))
    is_moved = isinstance(rule, MovedWeek)
    moves = (rule.moves, _hours(rule.first_hours)) if is_moved else ()
    return "week", rule.is_open.tobytes(), closures, rule.is_empty.tobytes(), moves


def _with_other_hours(rule, ticks, series):
    """Return the numbers of the series that may have other hours than the shared ones.

    `ticks` and `series` are sorted by series, and by time within each.
    """
    numbers, starts, n_rows = np.unique(series, return_index=True, return_counts=True)
    is_within = np.diff(series) == 0
    if isinstance(rule, EvenSteps) and (np.diff(ticks)[is_within] == rule.step).all():
        return numbers[:0]
    if isinstance(rule, MovedWeek):
        rule, ticks = rule.first_hours, rule.unmoved(ticks)
    per_week, origin = 7 * DAY // rule.step, first_of_week(ticks.min(), rule.step)
    slots = (ticks - origin) // rule.step
    used, codes = np.unique(slots % per_week, return_inverse=True)
    is_open = np.ones(len(used), dtype=bool)
    if isinstance(rule, Week):
        is_open = rule.are_open(origin + used * rule.step)
    # In less than a week, no series shows that it has other hours.
    is_long = slots[starts + n_rows - 1] - slots[starts] + 1 >= per_week
    rows = np.repeat(is_long, n_rows)
    numbers, ends = numbers[is_long], np.cumsum(n_rows[is_long])
    slots, codes, found = slots[rows], codes[rows], [numbers[:0]]
    n_series = max(1, MOST_CELLS // len(used))
    for first in range(0, len(numbers), n_series):
        some = ends[first : first + n_series]
        block = slice(ends[first - 1] if first else 0, some[-1])
        lengths = np.diff(some, prepend=block.start)
        differ = _differ(slots[block], codes[block], lengths, is_open, per_week)
        found.append(numbers[first : first + n_series][differ])
    return np.concatenate(found)


def _differ(slots, codes, lengths, is_open, per_week):
    """Return which series have other hours than the shared ones.

    Parameters
    ----------
    slots : ndarray of int64 of shape (n_rows,)
        Of the rows of one series after another, numbered from the start of a week.
    codes : ndarray of int of shape (n_rows,)
        The slot of the week of each row.
    lengths : ndarray of int of shape (n_series,)
        Number of rows of each series.
    is_open : ndarray of bool of shape (n_slots,)
        Which slots of the week are open in the shared hours.
    per_week : int
        Number of slots of a week, also of those that no series has.
    """
    shape = len(lengths), len(is_open)
    cells = np.repeat(np.arange(len(lengths)), lengths), codes
    end = slots[np.cumsum(lengths) - 1][:, np.newaxis]
    first = slots[np.cumsum(lengths) - lengths][:, np.newaxis]
    last = np.full(shape, -1)
    last[cells] = slots  # of several rows, the last one is assigned
    n_weeks_without = (end - np.maximum(last, first - 1)) // per_week
    n_needed = np.where(last < 0, 1, MIN_RECURRENCES)
    lack_rows = is_open & (n_weeks_without >= n_needed)
    counts = np.bincount(np.ravel_multi_index(cells, shape), minlength=last.size)
    counts = counts.reshape(shape)
    is_rare = counts <= RARE_RATE * ((end - first) / per_week + 1)
    have_others = ~is_open & ~is_rare & (counts >= MIN_RECURRENCES)
    return (lack_rows | have_others).any(axis=1)
