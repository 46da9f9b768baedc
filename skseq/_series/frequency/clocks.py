"""Labels of an index as whole numbers, and back.

A label is a date, a period, a time difference or an integer. Arithmetic on steps is
done with whole numbers, called ticks: integers and coarse periods as they are, times in
microseconds, or in nanoseconds where labels are finer.

A time zone has two clocks. Hours count elapsed time, so they are counted in universal
time; days are calendar days, so they are counted in the local time of the zone, in
which a day has 24 hours even when the clocks change.
"""

from dataclasses import dataclass

import numpy as np

from skseq._series.plain_index import WithPlainIndexes

NS_PER_US = 1000


@dataclass(frozen=True, eq=False)
class Clock(WithPlainIndexes):
    """A way to turn labels into ticks.

    Attributes
    ----------
    kind : {"number", "difference", "universal", "local"}
    like : pandas.Index without rows
        What labels are made like: their dtype, time zone and name.
    unit : {"us", "ns"}, default="us"
        Unit of the ticks of times.
    """

    kind: str
    like: object
    unit: str = "us"

    @property
    def zone(self):
        """Time zone of the labels, or None."""
        return getattr(self.like, "tz", None)

    @property
    def may_jump(self):
        """Whether some local times do not exist."""
        return self.kind == "local" and self.zone is not None

    def ticks(self, index):
        """Turn labels into ticks.

        Parameters
        ----------
        index : pandas.Index of length n_rows

        Returns
        -------
        ticks : ndarray of int64 of shape (n_rows,)
        is_exact : ndarray of bool of shape (n_rows,)
            False where a label lies between two ticks.
        """
        if self.kind == "number":
            return whole_numbers(index.asi8 if is_period(index) else index.to_numpy())
        return whole_times(self._stamps(index), self.unit)

    def labels(self, ticks):
        """Turn ticks of shape (n_rows,) into a pandas.Index; see `ticks`."""
        import pandas as pd

        like = self.like
        if self.kind == "number" and is_period(like):
            return pd.PeriodIndex.from_ordinals(ticks, freq=like.freq, name=like.name)
        if self.kind == "number":
            return pd.Index(ticks, dtype=like.dtype, name=like.name)
        kind = "m8" if self.kind == "difference" else "M8"
        index = pd.Index(ticks.view(f"{kind}[{self.unit}]"), name=like.name)
        if is_period(like):
            return index.to_period(like.freq)
        if self.zone is not None:
            index = self._localized(index)
        return as_fine_unit(index, like.unit)

    def _stamps(self, index):
        """Return labels as an index of times without a zone."""
        if is_period(index):
            return index.to_timestamp(how="start")
        if self.zone is None:
            return index
        zone = "UTC" if self.kind == "universal" else self.zone
        return index.tz_convert(zone).tz_localize(None)

    def _localized(self, index):
        if self.kind == "universal":
            return index.tz_localize("UTC").tz_convert(self.zone)
        # Of an hour that occurs twice pandas takes the first too when it adds a day.
        first = np.ones(len(index), dtype=bool)
        return index.tz_localize(
            self.zone, ambiguous=first, nonexistent="shift_forward"
        )


def clocks_of(index, unit="us"):
    """List the clocks that may count the labels of an index, the likelier first.

    Parameters
    ----------
    index : pandas.Index
        Integers, periods, dates or time differences.
    unit : {"us", "ns"}, default="us"

    Returns
    -------
    clocks : list of Clock
    """
    like = index[:0]
    if index.dtype.kind in "iuf" or (is_period(index) and not _is_fine(index.freq)):
        return [Clock("number", like)]
    if index.dtype.kind == "m":
        return [Clock("difference", like, unit)]
    local = Clock("local", like, unit)
    return [local] if local.zone is None else [Clock("universal", like, unit), local]


def is_period(index):
    """Say whether labels are periods."""
    return hasattr(index, "to_timestamp")


def _is_fine(freq):
    """Say whether periods are days or parts of one."""
    import pandas as pd

    return isinstance(freq, pd.offsets.Tick | pd.offsets.Day)


def finest_unit(index, freq=None):
    """Return the unit in which all labels and the declared frequency are whole."""
    if getattr(index, "unit", None) == "ns" and (index.asi8 % NS_PER_US).any():
        return "ns"
    is_nano = type(freq).__name__ == "Nano" and freq.n % NS_PER_US
    return "ns" if is_nano else "us"


def whole_numbers(values):
    """Round numbers to integers; see `Clock.ticks`."""
    if values.dtype.kind == "f":
        return np.floor(values).astype(np.int64), values % 1 == 0
    return values.astype(np.int64), np.ones(len(values), dtype=bool)


def whole_times(stamps, unit):
    """Count times in a unit; see `Clock.ticks`."""
    if stamps.unit == "ns" and unit == "us":
        ticks, rest = np.divmod(stamps.asi8, NS_PER_US)
        return ticks, rest == 0
    try:
        ticks = stamps.as_unit(unit).asi8
    except ValueError:
        # Nanoseconds end in 2262; no label beyond lies on a frequency that needs them.
        return np.zeros(len(stamps), np.int64), np.zeros(len(stamps), dtype=bool)
    return ticks, np.ones(len(stamps), dtype=bool)


def as_fine_unit(index, unit):
    """Return times in a unit, or as they are where it is too coarse for them."""
    coarse = index.as_unit(unit)
    return coarse if (coarse == index).all() else index
