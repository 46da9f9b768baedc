"""Series of one table that are open on other days, or at other hours, than others."""

from dataclasses import replace

import numpy as np

from skseq._series.frequency.changed_week import ChangedWeek
from skseq._series.frequency.clocks import clocks_of
from skseq._series.frequency.inferred import NEARLY_ALL, infer_exactly
from skseq._series.frequency.learned_week import RARE_RATE
from skseq._series.frequency.moved_week import MovedWeek
from skseq._series.frequency.sessions import MIN_RECURRENCES
from skseq._series.frequency.steps import DAY, EvenSteps
from skseq._series.frequency.week import Week, first_of_week


def with_hours_of_series(frequency, labels, series, names):
    """Return a frequency with those of series whose rows come at other times.

    The times of the week with rows are learned from all series together. A series that
    lacks rows at some of these times, or has rows at others, is counted and continued
    as in a table of its own.

    Parameters
    ----------
    frequency : Frequency
        Of all series together.
    labels : pandas.Index of length n_rows
        Ascending within each series.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    names : pandas.Index of length n_series

    Returns
    -------
    frequency : Frequency
    """
    step = getattr(frequency.rule, "step", 0)
    if not frequency.recurs_weekly or not step or DAY % step:
        return replace(frequency, of_series=())
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
    clocks = clocks_of(labels)
    own = infer_exactly([(clock, clock.ticks(labels)[0]) for clock in clocks])
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

    Parameters
    ----------
    rule : Week or EvenSteps
    ticks, series : ndarray of int of shape (n_rows,)
        Sorted by series, and by time within each.

    Returns
    -------
    numbers : ndarray of int
    """
    numbers, starts = np.unique(series, return_index=True)
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
    cells = series.astype(np.int64) * len(used) + codes
    n_cells = len(numbers) * len(used)
    last = np.full(n_cells, -1)
    last[cells] = slots  # of several rows, the last one is assigned
    last = last.reshape(-1, len(used))
    counts = np.bincount(cells, minlength=n_cells).reshape(last.shape)
    ends = np.append(starts[1:], len(ticks)) - 1
    first, end = slots[starts][:, np.newaxis], slots[ends][:, np.newaxis]
    n_weeks = (end - np.maximum(last, first - 1)) // per_week
    lacks = is_open & np.where(last < 0, n_weeks >= 1, n_weeks >= MIN_RECURRENCES)
    is_rare = counts <= RARE_RATE * ((end - first) / per_week + 1)
    has_others = ~is_open & ~is_rare & (counts >= MIN_RECURRENCES)
    return numbers[(lacks | has_others).any(axis=1)]
