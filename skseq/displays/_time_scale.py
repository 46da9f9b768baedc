"""Times of an index as positions on an axis, and the labels of that axis."""

from dataclasses import dataclass
from typing import Any

from skseq._series.index import is_period

UNITS = {"days": 86_400.0, "hours": 3_600.0, "minutes": 60.0, "seconds": 1.0}
"""Seconds in each unit, the largest unit first."""


@dataclass(frozen=True)
class TimeScale:
    """A horizontal axis of times.

    Attributes
    ----------
    template : pandas.Index
        One level: dates, periods, time differences or numbers. All labels that are
        drawn on the axis are of this kind.
    unit : str or None
        Of time differences, a key of `UNITS`.
    """

    template: Any
    unit: str | None = None

    @classmethod
    def of(cls, *indexes):
        """Make an axis for all labels of some indexes of the same kind."""
        first = indexes[0]
        if first.dtype.kind != "m":
            return cls(first[:0])
        ends = [end for index in indexes if len(index) for end in (index[0], index[-1])]
        return cls(first[:0], unit_of((max(ends) - min(ends)).total_seconds()))

    def positions(self, index):
        """Return an array of the positions of the labels of an index on the axis.

        Dates are datetime64, in UTC if they have a time zone, because local times
        repeat when clocks change. A period is at its start.
        """
        if is_period(index):
            index = index.to_timestamp()
        if self.unit is not None:
            return index.total_seconds().to_numpy() / UNITS[self.unit]
        if getattr(index, "tz", None) is not None:
            index = index.tz_convert("UTC").tz_localize(None)
        return index.to_numpy()

    def write_labels(self, ax):
        """Label the horizontal axis: short dates, or the name of the index."""
        index = self.template
        name = index.name if isinstance(index.name, str) else None
        if self.unit is not None:
            ax.set_xlabel(self.unit if name is None else f"{name} ({self.unit})")
        elif is_period(index) or index.dtype.kind == "M":
            label_dates(ax, getattr(index, "tz", None))
        else:
            ax.set_xlabel("row" if name is None else name)
            if index.dtype.kind in "iu":
                label_whole_numbers(ax.xaxis)


def unit_of(seconds):
    """Return the largest unit that is at most half of a time."""
    return next(
        (unit for unit, size in UNITS.items() if seconds >= 2 * size), "seconds"
    )


def label_dates(ax, zone=None):
    """Label an axis of dates, in a time zone, with as few words as possible."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(tz=zone, minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))


def label_whole_numbers(axis):
    """Label only whole numbers on a matplotlib Axis, such as ``ax.xaxis``."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))
