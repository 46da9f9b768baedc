"""Warn if the opening hours in an index move by an hour, or change for good."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.frequency.changed_week import ChangedWeek
from skseq._series.frequency.steps import DAY
from skseq._series.frequency.week import Week

MOST_TIMES = 3
"""Times of the week that a warning lists."""


def warn_of_moved_hours(index, frequency, name, *, is_of_series=False):
    """Warn if opening hours moved for several sessions, as in UTC when clocks change.

    Parameters
    ----------
    index : pandas.DatetimeIndex or pandas.TimedeltaIndex
    frequency : Frequency
    name : str
        Name of the table.
    is_of_series : bool, default=False
        Whether the table has an index of two levels.

    Warns
    -----
    UserWarning
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
        "This happens where the clocks of an exchange change on other days than those "
        f"of the index{zone}. The index is continued with the latest hours, so "
        "forecasts are labelled an hour wrong after the next change. Convert it to the "
        f"time zone of the exchange, such as with "
        f'{name}{to_utc}.tz_convert("America/New_York"{level}).'
    )


def warn_of_changed_hours(frequencies, name, series=None, n_series=1):
    """Warn if rows come at other times of the week than before, for good.

    Parameters
    ----------
    frequencies : list of Frequency
    name : str
        Name of the table.
    series : list of str or None, default=None
        What the series of these frequencies are called.
    n_series : int, default=1

    Warns
    -----
    UserWarning
    """
    changed = [
        number
        for number, frequency in enumerate(frequencies)
        if isinstance(_rule_of_hours(frequency), ChangedWeek)
    ]
    if not changed:
        return
    frequency = frequencies[changed[0]]
    rule = _rule_of_hours(frequency)
    of_series = ""
    if series is not None:
        of_series = (
            f" of {len(changed)} of {n_series} series, the first is "
            f"{series[changed[0]]},"
        )
    labels = frequency.clock.labels(np.array([rule.since]))
    is_date = rule.step == DAY and labels.dtype.kind == "M"
    since = labels.strftime("%Y-%m-%d")[0] if is_date else labels[0]
    is_open = rule.later.is_open
    was_open = rule.earlier.is_open
    closed = _times(frequency, rule, was_open & ~is_open, is_open)
    new = _times(frequency, rule, is_open & ~was_open, was_open)
    parts = [f"no longer on {closed}"] * bool(closed) + [f"now on {new}"] * bool(new)
    warn_user(
        f"The rows of {name}{of_series} come at other times of the week since {since}: "
        f"{', and '.join(parts)}. The index is continued with the times since then. If "
        "the next rows come at other times, pass their labels to forecast as the index "
        "of X_future."
    )


def _rule_of_hours(frequency):
    """Return the rule that shows whether hours changed, apart from moves."""
    return getattr(frequency.rule, "first_hours", frequency.rule)


def _times(frequency, rule, are_wanted, are_others):
    """Name some slots of the week: by their weekdays if these have no other slots.

    Parameters
    ----------
    frequency : Frequency
    rule : ChangedWeek
    are_wanted, are_others : ndarray of bool of shape (n_slots,)

    Returns
    -------
    times : str
        Empty if there are none.
    """
    slots = np.flatnonzero(are_wanted)
    labels = frequency.clock.labels(rule.later.origin + slots * rule.step)
    if labels.dtype.kind == "m":
        return f"{len(slots)} times" if len(slots) else ""
    if hasattr(labels, "to_timestamp"):
        labels = labels.to_timestamp()
    has_others = are_others.reshape(7, -1).any(axis=1)
    are_days = not has_others[are_wanted.reshape(7, -1).any(axis=1)].any()
    names = list(dict.fromkeys(labels.strftime("%a" if are_days else "%H:%M")))
    if len(names) > MOST_TIMES:
        names = [*names[:MOST_TIMES], f"{len(names) - MOST_TIMES} more"]
    return ", ".join(names)
