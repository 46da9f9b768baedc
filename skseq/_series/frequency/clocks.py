"""Convert the labels of an index to integers, and back.

A label is a date, a period, a time difference or an integer. Steps are computed with
integers, called ticks: integer labels and periods longer than a day as they are, times
in microseconds. Microseconds reach from 290,000 BC to AD 290,000.

In a time zone there are two ways to count. Hours measure elapsed time, so they are
counted in UTC. Days are calendar days, so they are counted in local time, in which
every day has 24 hours even when the clocks change.
"""

from dataclasses import dataclass, replace

import numpy as np

from skseq._series.frequency.steps import HOUR
from skseq._series.index import holds_numbers, is_period
from skseq._series.plain_index import WithPlainIndexes

NS_PER_US = 1000


@dataclass(frozen=True, eq=False)
class Clock(WithPlainIndexes):
    """Converts labels to ticks, and ticks to labels.

    Attributes
    ----------
    kind : {"number", "difference", "universal", "local"}
    template : pandas.Index without rows
        Gives new labels their dtype, time zone and name.
    """

    kind: str
    template: object

    @property
    def zone(self):
        """Time zone of the labels, or None."""
        return getattr(self.template, "tz", None)

    def ticks(self, index):
        """Convert labels to ticks, rounded down.

        Returns
        -------
        ticks : ndarray of int64 of shape (n_rows,)
        is_exact : ndarray of bool of shape (n_rows,)
            False where a label lies between two ticks.
        """
        if self.kind == "number":
            values = index.asi8 if is_period(index) else index.to_numpy()
            if values.dtype.kind == "f":
                return np.floor(values).astype(np.int64), values % 1 == 0
            ticks = values.astype(np.int64)
        else:
            stamps = self._stamps(index)
            if stamps.unit == "ns":
                ticks, rest = np.divmod(stamps.asi8, NS_PER_US)
                return ticks, rest == 0
            ticks = stamps.as_unit("us").asi8
        return ticks, np.ones(len(ticks), dtype=bool)

    def ahead_of_utc(self, ticks):
        """Return how far local time is ahead of UTC; 0 if ticks are in local time."""
        if self.zone is None or self.kind != "universal":
            return np.zeros_like(ticks)
        local, _ = replace(self, kind="local").ticks(self.labels(ticks))
        return local - ticks

    def are_moved(self, ticks, due):
        """Return which ticks are late only because clocks skipped the time when due.

        Where clocks are put forward at midnight, the label of that day is an hour late.
        """
        if self.kind != "local" or self.zone is None:
            return np.zeros(len(ticks), dtype=bool)
        possible, _ = self.ticks(self.labels(due))
        late = ticks - due
        return (possible != due) & (late > 0) & (late <= HOUR)

    def labels(self, ticks):
        """Convert ticks to a pandas.Index: undo `ticks`."""
        import pandas as pd

        like = self.template
        if self.kind == "number" and is_period(like):
            return pd.PeriodIndex.from_ordinals(ticks, freq=like.freq, name=like.name)
        if self.kind == "number":
            numbers = pd.Index(ticks, name=like.name)
            is_float = like.dtype.kind == "f"
            # Later labels may exceed the largest number of a small integer type.
            if is_float or (ticks <= np.iinfo(like.dtype).max).all():
                numbers = numbers.astype(like.dtype)
            return numbers
        dtype = "m8[us]" if self.kind == "difference" else "M8[us]"
        index = pd.Index(ticks.view(dtype), name=like.name)
        if is_period(like):
            return index.to_period(like.freq)
        if self.zone is not None:
            index = self._localized(index)
        coarse = index.as_unit(like.unit)  # which may be too coarse for these labels
        return coarse if (coarse == index).all() else index

    def _stamps(self, index):
        """Return labels as times without a time zone, on this clock."""
        if is_period(index):
            return index.to_timestamp(how="start")
        if self.zone is None:
            return index
        zone = "UTC" if self.kind == "universal" else self.zone
        return index.tz_convert(zone).tz_localize(None)

    def _localized(self, index):
        if self.kind == "universal":
            return index.tz_localize("UTC").tz_convert(self.zone)
        # Where an hour occurs twice, the first is taken, as pandas does when it adds a
        # day to a label.
        first = np.ones(len(index), dtype=bool)
        return index.tz_localize(
            self.zone, ambiguous=first, nonexistent="shift_forward"
        )


def clocks_of(index):
    """List the clocks that can count the labels of an index, the likeliest first."""
    like = index[:0]
    if holds_numbers(index) or (is_period(index) and not _is_fine(index.freq)):
        return [Clock("number", like)]
    if index.dtype.kind == "m":
        return [Clock("difference", like)]
    local = Clock("local", like)
    return [local] if local.zone is None else [Clock("universal", like), local]


def _is_fine(freq):
    """Return whether periods are days or shorter.

    Their lengths are fixed, so they are counted like times. Longer periods, such as
    months, have an integer of their own in pandas, as nanoseconds have.
    """
    from pandas import offsets

    is_fixed = isinstance(freq, offsets.Tick | offsets.Day)
    return is_fixed and not isinstance(freq, offsets.Nano)
