"""Times of an index as positions on an axis, and the labels of that axis."""

import numpy as np

from skseq._series.frequency.clocks import is_period

UNITS = {"days": 86_400.0, "hours": 3_600.0, "minutes": 60.0, "seconds": 1.0}
"""Seconds in each unit, the largest unit first."""


def positions_of(index):
    """Return where the labels of an index are on a time axis.

    Parameters
    ----------
    index : pandas.Index of length n_rows
        One level: dates, periods, time differences or numbers.

    Returns
    -------
    positions : ndarray of shape (n_rows,)
        Dates as datetime64, in UTC if they have a time zone, because local times repeat
        when clocks change. A period is at its start. Time differences are numbers, in
        the unit of `unit_of`.
    """
    if is_period(index):
        index = index.to_timestamp()
    if index.dtype.kind == "m":
        return index.total_seconds().to_numpy() / UNITS[unit_of(index)]
    if getattr(index, "tz", None) is not None:
        index = index.tz_convert("UTC").tz_localize(None)
    return index.to_numpy()


def position_of(label, index):
    """Return where a single label is on the time axis of an index."""
    import pandas as pd

    if is_period(index):
        return positions_of(pd.PeriodIndex([label], freq=index.freq))[0]
    if index.dtype.kind == "m":
        return pd.Timedelta(label).total_seconds() / UNITS[unit_of(index)]
    return positions_of(pd.Index([label]))[0]


def unit_of(index):
    """Return the largest unit of which time differences span at least two."""
    span = (index.max() - index.min()).total_seconds()
    return next((unit for unit, size in UNITS.items() if span >= 2 * size), "seconds")


def label_time_axis(ax, index):
    """Label the horizontal axis by the kind of an index.

    Parameters
    ----------
    ax : matplotlib Axes
    index : pandas.Index
        One level. Dates get short labels; an index without a name gets the label
        "row" if it holds numbers.
    """
    name = index.name if isinstance(index.name, str) else None
    if index.dtype.kind == "m":
        ax.set_xlabel(unit_of(index) if name is None else f"{name} ({unit_of(index)})")
    elif is_period(index) or index.dtype.kind == "M":
        label_dates(ax, getattr(index, "tz", None))
    else:
        ax.set_xlabel("row" if name is None else name)
        label_whole_numbers(ax, index)


def label_dates(ax, zone=None):
    """Label an axis of dates with as few words as possible.

    Parameters
    ----------
    ax : matplotlib Axes
    zone : tzinfo or None
        Time zone of the labels.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(tz=zone, minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))


def label_whole_numbers(ax, numbers, axis="x"):
    """Label an axis with whole numbers only, if all its values are whole."""
    from matplotlib.ticker import MaxNLocator

    numbers = np.asarray(numbers, dtype=np.float64)
    if (numbers == np.round(numbers)).all():
        getattr(ax, f"{axis}axis").set_major_locator(
            MaxNLocator("auto", integer=True, min_n_ticks=1)
        )
