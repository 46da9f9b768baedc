"""Warn if the opening hours in an index move by an hour, or change for good."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.frequency.opening_hours.changed_week import ChangedWeek
from skseq._series.frequency.opening_hours.week import Week
from skseq._series.frequency.steps import DAY, REGULAR_RATE
from skseq._series.index import is_period

MOST_TIMES = 3
"""Times of the week that a warning lists."""


def warn_about_moved_hours(index, frequency, name, *, is_of_series=False):
    """Warn if opening hours moved for several sessions, as in UTC when clocks change.

    Parameters
    ----------
    index : pandas.DatetimeIndex or pandas.TimedeltaIndex
    frequency : Frequency
    name : str
        Name of the table.
    is_of_series : bool, default=False
        Whether the table has an index of two levels.
    """
    week = frequency.rule
    if not isinstance(week, Week) or not week.has_moved or index.dtype.kind != "M":
        return
    move = [move for move in week.moves if move.is_lasting][-1]
    n_late = [0, *(move.n_late for move in week.moves)]
    moved_by = move.n_late - n_late[week.moves.index(move)]
    now = np.array([move.first_slot, move.last_slot])
    slots = np.concatenate([now - moved_by, now])
    labels = frequency.clock.labels(week.origin + slots * week.step)
    # The hours of currencies last from Sunday to Friday.
    is_long = (now[1] - now[0]) * week.step >= DAY
    times = labels.strftime("%a %H:%M" if is_long else "%H:%M")
    zone = "" if index.tz is None else f" ({index.tz})"
    level = ", level=1" if is_of_series else ""
    to_utc = f".tz_localize('UTC'{level})" if index.tz is None else ""
    warn_user(
        f"The opening hours in the index of {name} move by an hour: until "
        f"{labels[2]:%Y-%m-%d}, the first and last rows of a session were at "
        f"{times[0]} and {times[1]}, since then they are at {times[2]} and {times[3]}. "
        "This happens where the clocks of an exchange change on different days than "
        f"those of the index{zone}. The index is continued with the latest hours, so "
        "forecast labels will be off by an hour after the next change. Convert it to "
        f"the time zone of the exchange, such as with "
        f'{name}{to_utc}.tz_convert("America/New_York"{level}).'
    )


def warn_about_changed_hours(frequency, name, names=None, *, before=None):
    """Warn if rows come at other times of the week than before, for good.

    Parameters
    ----------
    frequency : Frequency
    name : str
        Name of the table.
    names : pandas.Index of length n_series, or None, default=None
        Names of the series.
    before : Frequency, default=None
        The frequency before newer rows were known, in an update. Changes that it shows
        are not named again.
    """
    known = {} if before is None else _changes(before, names)
    changes = _changes(frequency, names)
    changed = [one for one, since in changes.items() if since != known.get(one)]
    if not changed:
        return
    first = changed[0]
    since = frequency.clock.labels(np.array([changes[first]]))
    since = since[0] if since.dtype.kind == "m" else since.strftime("%Y-%m-%d")[0]
    change = _describe_change(frequency.of(first))
    of_series = ""
    if names is not None:
        of_series = f"{len(changed)} of {len(names)} series of "
        name = f"{name} (the first is {first})"
    continued = "The index is continued with these times."
    if before is not None:
        continued = (
            "The opening hours of fit are still used; fit again to use the new ones."
        )
    elif _are_coarser(_rule_of_hours(frequency.of(first))):
        continued += (
            " If each row now covers a longer time, such as an hour instead of 15 "
            "minutes, resample the earlier rows to it: windows count both as one step."
        )
    warn_user(
        f"Since {since}, the rows of {of_series}{name} come at different times of the "
        f"week: {change}. {continued}"
    )


def _changes(frequency, names):
    """Return the tick since which hours have changed, by the name of each series."""
    pairs = [(None, frequency)]
    if names is not None:
        pairs = [(one, own) for of, own in frequency.of_series for one in of]
    rules = ((one, _rule_of_hours(own)) for one, own in pairs)
    return {one: rule.since for one, rule in rules if isinstance(rule, ChangedWeek)}


def _rule_of_hours(frequency):
    """Return the rule that shows whether hours changed, apart from moves."""
    return getattr(frequency.rule, "first_hours", frequency.rule)


def _are_coarser(rule):
    """Return whether the latest rows are evenly spaced, several old steps apart."""
    slots = np.flatnonzero(rule.later.is_open)
    steps = np.diff(slots, append=slots[0] + len(rule.later.is_open))
    was_finer = rule.earlier.is_open.mean() > REGULAR_RATE
    return was_finer and steps[0] > 1 and (steps == steps[0]).all()


def _describe_change(frequency):
    """Name the times of the week that have no rows any more, and those that are new."""
    rule = _rule_of_hours(frequency)
    is_open, was_open = rule.later.is_open, rule.earlier.is_open
    closed = _times(frequency, rule, was_open & ~is_open, is_open)
    new = _times(frequency, rule, is_open & ~was_open, was_open)
    parts = [f"no longer {closed}"] * bool(closed) + [f"now {new}"] * bool(new)
    return ", and ".join(parts)


def _times(frequency, rule, are_wanted, are_others):
    """Name the wanted slots of the week, by weekday if no other slot is on these days.

    The text has a preposition, such as "on Sat" or "at 09:00". It is empty if no slot
    is wanted.
    """
    slots = np.flatnonzero(are_wanted)
    if not len(slots):
        return ""
    labels = frequency.clock.labels(rule.later.origin + slots * rule.step)
    if labels.dtype.kind == "m":
        return f"at {counted(len(slots), 'time')} of the week"
    if is_period(labels):
        labels = labels.to_timestamp()
    has_others = are_others.reshape(7, -1).any(axis=1)
    are_days = not has_others[are_wanted.reshape(7, -1).any(axis=1)].any()
    names = list(dict.fromkeys(labels.strftime("%a" if are_days else "%H:%M")))
    if len(names) > MOST_TIMES:
        names = [*names[:MOST_TIMES], f"{len(names) - MOST_TIMES} more"]
    return f"{'on' if are_days else 'at'} {', '.join(names)}"
