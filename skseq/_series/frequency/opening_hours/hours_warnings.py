"""Warn if opening hours move or change for good, or if rows lie outside of them."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.frequency.opening_hours.changed_week import ChangedWeek
from skseq._series.frequency.opening_hours.week import Week
from skseq._series.frequency.steps import DAY, REGULAR_RATE
from skseq._series.index import is_period
from skseq._series.passed_rows import are_all_rows_passed

MOST_TIMES = 3
"""Times of the week that a warning lists."""

WITHIN_HOURS = (
    " freq_ is the step within opening hours; added to the last label of a day, it "
    "gives a time after closing. Opening hours in UTC change when the clocks change: "
    "convert the index to local time before fit (with tz_convert; if it has no time "
    "zone, first with tz_localize('UTC'))."
)


def warn_about_moved_hours(index, frequency, name, *, is_of_series=False):
    """Warn if opening hours moved for several sessions, as in UTC when clocks change.

    With `is_of_series`, the table that is called `name` has an index of two levels.
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
        What the table is called.
    names : pandas.Index of length n_series, or None, default=None
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
    own = frequency.of(first)
    rule = _rule_of_hours(own)
    was_open, is_open = rule.earlier.is_open, rule.later.is_open
    closed = _name_times(own, was_open & ~is_open, is_open)
    new = _name_times(own, is_open & ~was_open, was_open)
    parts = [f"no longer {closed}"] * bool(closed) + [f"now {new}"] * bool(new)
    of_series = ""
    if names is not None:
        of_series = f"{len(changed)} of {len(names)} series of "
        name = f"{name} (the first is {first})"
    continued = "The index is continued with these times."
    if before is not None:
        continued = (
            "The opening hours of fit are still used; fit again to use the new ones."
        )
    elif _are_coarser(rule):
        continued += (
            " If each row now covers a longer time, such as an hour instead of 15 "
            "minutes, resample the earlier rows to it: windows count both as one step."
        )
    warn_user(
        f"Since {since}, the rows of {of_series}{name} come at different times of the "
        f"week: {', and '.join(parts)}. {continued}"
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


def _name_times(frequency, are_wanted, are_others):
    """Name the wanted slots of the week, by weekday if no other slot is on these days.

    The text has a preposition, such as "on Sat" or "at 09:00". It is empty if no slot
    is wanted.
    """
    slots = np.flatnonzero(are_wanted)
    if not len(slots):
        return ""
    later = _rule_of_hours(frequency).later
    labels = frequency.clock.labels(later.origin + slots * later.step)
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


def warn_about_closed_times(frequency, labels, series, names, *, name="X"):
    """Warn if labels are at times of the week that had no fitted row of their series.

    `labels`, `series` and `names` are those of a `TimeAxis`; `name` is what the table
    is called.
    """
    if frequency is None or not len(labels) or are_all_rows_passed(len(labels)):
        return
    import pandas as pd

    is_empty = np.zeros(len(labels), dtype=bool)
    for rows, one in frequency.by_series(names, series):
        # A label between two steps is an error that is raised later.
        is_empty[rows] = one.had_no_row(labels[rows]) & one.contains(labels[rows])
    if not is_empty.any():
        return
    row = int(is_empty.argmax())
    of_series = frequency.of(None if names is None else names[series[row]])
    following = of_series.extend(labels[row], 1)[0]
    is_step_of_time = isinstance(of_series.offset, pd.offsets.Tick)
    warn_user(
        f"{name} has {counted(int(is_empty.sum()), 'row')} at times of the week that "
        f"had no row in fit, the first at {labels[row]}. Such a row counts as one more "
        f"step. If it belongs to the next step, label it {following}."
        + (WITHIN_HOURS if is_step_of_time else "")
    )
