"""Warn if the opening hours in an index move by an hour."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.frequency.steps import DAY
from skseq._series.frequency.week import Week


def warn_of_moved_hours(index, frequency, name):
    """Warn if opening hours moved for several sessions, as in UTC when clocks change.

    Parameters
    ----------
    index : pandas.DatetimeIndex or pandas.TimedeltaIndex
    frequency : Frequency
    name : str
        Name of the table.

    Warns
    -----
    UserWarning
    """
    week = frequency.rule
    if not isinstance(week, Week) or not week.has_moved or index.dtype.kind != "M":
        return
    moves, move = week.moves, week.moves.latest_lasting()
    now = moves.hours[move]
    before = now - (moves.n_late[move + 1] - moves.n_late[move])
    slots = np.concatenate([before, now])
    labels = frequency.clock.labels(week.origin + slots * week.step)
    # The hours of currencies last from Sunday to Friday.
    is_long = (now[1] - now[0]) * week.step >= DAY
    times = labels.strftime("%a %H:%M" if is_long else "%H:%M")
    zone = "" if index.tz is None else f" ({index.tz})"
    to_utc = ".tz_localize('UTC')" if index.tz is None else ""
    warn_user(
        f"The opening hours in the index of {name} move by an hour: until "
        f"{labels[2]:%Y-%m-%d}, the first and last rows of a session were at "
        f"{times[0]} and {times[1]}, since then they are at {times[2]} and {times[3]}. "
        "This happens where the clocks of an exchange change on other days than those "
        f"of the index{zone}. The index is continued with the latest hours, so "
        "forecasts are labelled an hour wrong after the next change. Convert it to the "
        f"time zone of the exchange, such as with "
        f'{name}{to_utc}.tz_convert("America/New_York").'
    )
