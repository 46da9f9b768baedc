"""Rules that convert labels to step numbers.

Each rule has `positions`, which converts ticks (see `skseq._series.frequency.clocks`)
to step numbers, and `ticks`, which converts step numbers to ticks.
"""

from dataclasses import dataclass

import numpy as np

DAY = 86_400_000_000
"""Microseconds in a day."""

HOUR = DAY // 24

REGULAR_RATE = 0.5
"""At least this fraction of regular labels is one step after the label before."""

NEARLY_ALL = 0.95
"""If this fraction of labels or of their distances is regular, the others are
exceptions."""

FEWEST_GENERATED = 16
"""Labels first generated before the origin; doubled until they reach the first row."""


@dataclass(frozen=True, eq=False)
class EvenSteps:
    """Steps of fixed length.

    Attributes
    ----------
    origin : int
        Tick of position 0.
    step : int
        Ticks from one position to the next.
    """

    origin: int
    step: int

    def positions(self, ticks):
        """Count the steps from the origin to each label.

        Parameters
        ----------
        ticks : ndarray of int64 of shape (n_rows,)

        Returns
        -------
        positions : ndarray of int64 of shape (n_rows,)
            Number of the last step at or before the label.
        is_on : ndarray of bool of shape (n_rows,)
            Whether the label lies exactly at that step.
        """
        positions, rest = np.divmod(ticks - self.origin, self.step)
        return positions, rest == 0

    def ticks(self, positions):
        """Return the ticks at positions of shape (n_steps,)."""
        return self.origin + positions * self.step


@dataclass(frozen=True, eq=False)
class Months:
    """Steps of one or several calendar months.

    Attributes
    ----------
    origin : int
        Month of position 0, counted from January 1970.
    step : int
        Months from one position to the next.
    phase : int
        Ticks from the start of a month to its label; negative if the label lies before
        that start, as month ends do.
    unit : {"us", "ns"}
    """

    origin: int
    step: int
    phase: int
    unit: str = "us"

    def positions(self, ticks):
        """Count the steps from the origin to each label; see `EvenSteps`."""
        months, is_start = months_of(ticks - self.phase, self.unit)
        positions, rest = np.divmod(months - self.origin, self.step)
        return positions, is_start & (rest == 0)

    def ticks(self, positions):
        """Return the ticks at positions of shape (n_steps,)."""
        months = (self.origin + positions * self.step).astype("M8[M]")
        return months.astype(f"M8[{self.unit}]").astype(np.int64) + self.phase


@dataclass(frozen=True, eq=False)
class GeneratedLabels:
    """Steps of a pandas offset, found by generating all labels in the time spanned.

    Attributes
    ----------
    offset : pandas.DateOffset
        From one generated label to the next.
    origin : int
        Tick of position 0.
    step : int
        Number of offsets from one position to the next.
    unit : {"us", "ns"}
    """

    offset: object
    origin: int
    step: int = 1
    unit: str = "us"

    def positions(self, ticks):
        """Count the steps from the origin to each label; see `EvenSteps`."""
        before = self._before(ticks.min(initial=self.origin))
        after = self._after(ticks.max(initial=self.origin))
        labels = np.concatenate([before[:-1], after])
        found = np.searchsorted(labels, ticks, side="right") - 1
        positions, rest = np.divmod(found - (len(before) - 1), self.step)
        return positions, (labels[found] == ticks) & (rest == 0)

    def ticks(self, positions):
        """Return the ticks at positions of shape (n_steps,), which must be >= 0."""
        numbers = positions * self.step
        n_labels = int(numbers.max(initial=0)) + 1
        labels, n_asked = np.array([self.origin]), n_labels
        # pandas stops early: twice (a month and 3 days) is less than a month and 3 days
        # twice.
        while len(labels) < n_labels:
            labels = self._range(start=self._origin, periods=n_asked)
            n_asked *= 2
        return labels[numbers]

    @property
    def _origin(self):
        return np.datetime64(self.origin, self.unit)

    def _after(self, last):
        # An offset may set the time of day, so that no label lies at the origin.
        stop = np.datetime64(int(last), self.unit)
        labels = self._range(start=self._origin, end=stop)
        return labels if len(labels) else np.array([self.origin])

    def _before(self, first):
        labels = np.array([self.origin])
        n_labels = FEWEST_GENERATED
        while labels[0] > first:
            labels = self._range(end=self._origin, periods=n_labels)
            n_labels *= 2
        return labels

    def _range(self, **limits):
        import pandas as pd

        return pd.date_range(freq=self.offset, **limits).as_unit(self.unit).asi8


def months_of(ticks, unit):
    """Return the months of ticks since 1970, and which are the start of a month."""
    times = ticks.astype(f"M8[{unit}]")
    months = times.astype("M8[M]")
    return months.astype(np.int64), months.astype(times.dtype) == times
