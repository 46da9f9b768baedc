"""Rules that convert labels to step numbers.

Ticks are labels as integers, see `skseq._series.frequency.clocks`. A `Week` is the rule
for labels at some times of the week only.
"""

from dataclasses import dataclass, replace

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


class Rule:
    """Converts ticks to positions, and positions to ticks."""

    recurs_weekly = False
    """Whether some times of the week may have no rows."""

    def positions(self, ticks, starts=(0,)):
        """Count the steps from the origin to each label.

        Parameters
        ----------
        ticks : ndarray of int64 of shape (n_rows,)
        starts : array-like of int, default=(0,)
            First row of each series.

        Returns
        -------
        positions : ndarray of int64 of shape (n_rows,)
            Number of the last step at or before the label.
        is_on : ndarray of bool of shape (n_rows,)
            Whether the label lies exactly at that step.
        """
        raise NotImplementedError

    def ticks(self, positions):
        """Return the ticks at positions of shape (n_steps,)."""
        raise NotImplementedError

    def floor(self, ticks):
        """Return the last ticks of steps at or before some ticks."""
        return self.ticks(self.positions(ticks)[0])

    def following(self, tick, n):
        """Return the ticks of the n steps after a tick, itself open or closed."""
        position = self.positions(np.array([tick]))[0]
        return self.ticks(position + np.arange(1, n + 1))

    def had_no_row(self, ticks):
        """Return which ticks are at times of the week that had no fitted row."""
        return np.zeros(len(ticks), dtype=bool)

    def season_steps(self, ticks, positions, clock):
        """Count the steps to each label as seasons do; see `Frequency.season_steps`."""
        return positions


@dataclass(frozen=True, eq=False)
class EvenSteps(Rule):
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
    recurs_weekly = True

    def positions(self, ticks, starts=(0,)):
        positions, rest = np.divmod(ticks - self.origin, self.step)
        return positions, rest == 0

    def ticks(self, positions):
        return self.origin + positions * self.step

    def season_steps(self, ticks, positions, clock):
        ahead = clock.ahead_of_utc(np.append(ticks, self.origin))
        # An hour is a step of hourly rows, but not of rows several hours apart.
        changes = np.rint((ahead[:-1] - ahead[-1]) / self.step)
        return positions + changes.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Months(Rule):
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
    """

    origin: int
    step: int
    phase: int

    def positions(self, ticks, starts=(0,)):
        months, is_start = months_of(ticks - self.phase)
        positions, rest = np.divmod(months - self.origin, self.step)
        return positions, is_start & (rest == 0)

    def ticks(self, positions):
        months = (self.origin + positions * self.step).astype("M8[M]")
        return months.astype("M8[us]").astype(np.int64) + self.phase


@dataclass(frozen=True, eq=False)
class GeneratedLabels(Rule):
    """Steps of a pandas offset, found by generating all labels in the time spanned.

    Attributes
    ----------
    offset : pandas.DateOffset
        From one generated label to the next.
    origin : int
        Tick of position 0.
    step : int
        Number of offsets from one position to the next.
    """

    offset: object
    origin: int
    step: int = 1

    def positions(self, ticks, starts=(0,)):
        before = self._before(ticks.min(initial=self.origin))
        after = self._after(ticks.max(initial=self.origin))
        labels = np.concatenate([before[:-1], after])
        found = np.searchsorted(labels, ticks, side="right") - 1
        positions, rest = np.divmod(found - (len(before) - 1), self.step)
        return positions, (labels[found] == ticks) & (rest == 0)

    def ticks(self, positions):
        """Return the ticks at positions, which must be >= 0."""
        numbers = positions * self.step
        n_labels = int(numbers.max(initial=0)) + 1
        labels, n_asked = np.array([self.origin]), n_labels
        # pandas stops early: twice (a month and 3 days) is less than a month and 3 days
        # twice.
        while len(labels) < n_labels:
            labels = self._range(start=self._origin, periods=n_asked)
            n_asked *= 2
        return labels[numbers]

    def floor(self, ticks):
        return ticks  # clock changes do not move these labels

    def following(self, tick, n):
        return replace(self, origin=tick).ticks(np.arange(1, n + 1))

    @property
    def _origin(self):
        return np.datetime64(self.origin, "us")

    def _after(self, last):
        # An offset may set the time of day, so that no label lies at the origin.
        stop = np.datetime64(int(last), "us")
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

        return pd.date_range(freq=self.offset, **limits).as_unit("us").asi8


def months_of(ticks):
    """Return the months of ticks since 1970, and which are the start of a month."""
    times = ticks.astype("M8[us]")
    months = times.astype("M8[M]")
    return months.astype(np.int64), months.astype(times.dtype) == times


def weekday_of(ticks):
    """Return the weekdays of ticks in microseconds, Monday being 0."""
    return (ticks // DAY + 3) % 7  # 1970-01-01 was a Thursday


def most_common_steps(numbers):
    """Return steps of the most common distance of numbers, or None if it is rare."""
    step, rate = most_common(np.diff(numbers))
    if step <= 0 or rate < REGULAR_RATE:
        return None
    phase = most_common(numbers % step)[0]
    return EvenSteps(int(numbers[0] - (numbers[0] - phase) % step), int(step))


def most_common(values):
    """Return the most common of some integers, and the fraction that equals it."""
    values, counts = np.unique(values, return_counts=True)
    return values[counts.argmax()], counts.max() / counts.sum()
