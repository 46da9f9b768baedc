"""The frequency of a series: at which step each label lies, and which label is next."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from skseq._series.frequency.clocks import Clock
from skseq._series.frequency.steps import (
    HOUR,
    EvenSteps,
    GeneratedLabels,
    Months,
)
from skseq._series.frequency.week import Week

ROUNDED_TO = ("D", "h", "min", "s")
"""Where labels are not to be rounded to the frequency itself, as days at noon."""


@dataclass(frozen=True, eq=False)
class Frequency:
    """A frequency that labels lie on.

    Attributes
    ----------
    offset : pandas.DateOffset or int
        Added to a label, it gives the next one. Where rows lie in opening hours other
        than the same whole hours of each day, it is the step within them.
    clock : Clock
        Turns labels into whole numbers.
    rule : EvenSteps, Months, Week or GeneratedLabels
        Says at which step a label lies.
    otherwise : Frequency or None
        Another one that the fitted labels lie on, at the same positions. It holds where
        later labels are off this one.
    """

    offset: object
    clock: Clock
    rule: EvenSteps | Months | Week | GeneratedLabels
    otherwise: "Frequency | None" = None

    def positions(self, index, starts=(0,)):
        """Count the steps from a fixed origin to each label.

        Parameters
        ----------
        index : pandas.Index of length n_rows
            Of the kind that the frequency was found on, strictly ascending within each
            series.
        starts : array-like of int, default=(0,)
            First row of each series.

        Returns
        -------
        positions : ndarray of int64 of shape (n_rows,)

        Raises
        ------
        ValueError
            If a label does not lie on the frequency.
        """
        frequency, positions, is_on = self._locate(index, starts)
        if not is_on.all():
            # Rows of fit may come before those of a call, so row numbers would mislead.
            first, advice = index[~is_on][0], frequency.rounding(index, "X")
            raise ValueError(
                f"The index of X leaves the frequency of the fitted rows "
                f"({self.describe()}): {(~is_on).sum()} label(s) are off it, the first "
                f"is {first}. Bring them onto it{advice}, drop these rows, or fit with "
                "gaps='ignore'."
            )
        return positions

    def counts(self, index):
        """Say whether the labels lie one step after another."""
        _, positions, is_on = self._locate(index, (0,))
        return bool(is_on.all() and (np.diff(positions) == 1).all())

    def are_on(self, index):
        """Say which labels lie on the frequency.

        Returns
        -------
        is_on : ndarray of bool of shape (n_rows,)
        """
        return self._locate(index, (0,))[2]

    def are_empty(self, index):
        """Say which labels lie at times of the week that never had a fitted row."""
        if not isinstance(self.rule, Week):
            return np.zeros(len(index), dtype=bool)
        return self.rule.are_empty(self.clock.ticks(index)[0])

    def extend(self, label, n):
        """Continue an index.

        Parameters
        ----------
        label : pandas.Timestamp, pandas.Period, pandas.Timedelta or int
            The last label.
        n : int
            Number of labels that follow it.

        Returns
        -------
        index : pandas.Index of length n
            Of the kind and name that the frequency was found on.
        """
        import pandas as pd

        last = pd.Index([label])
        frequency, positions, is_on = self._locate(last, (0,))
        if not is_on.all():
            raise ValueError(f"{label} does not lie on the frequency {self.offset!r}.")
        return frequency._following(last, int(positions[0]), n)

    def describe(self):
        """Name the frequency as pandas does, such as 'h' or 'MS'."""
        return getattr(self.offset, "freqstr", str(self.offset))

    def rounding(self, index, name):
        """Return the advice how to round labels of a table, where that mends them."""
        if index.dtype.kind not in "mM":
            return ""
        for freq in (self.describe(), *ROUNDED_TO):
            with suppress(ValueError):  # pandas cannot round to it
                rounded = index.round(freq)
                is_valid = self.are_on(rounded) & ~self.are_empty(rounded)
                if rounded.is_unique and is_valid.all():
                    return f" ({name}.index.round({freq!r}))"
        return ""

    def _following(self, last, position, n):
        import pandas as pd

        rule = self.rule
        if isinstance(rule, Week) and len(rule.holidays):
            labels = self._offsets_from(last, n)
        elif isinstance(rule, GeneratedLabels):
            start = replace(rule, origin=int(self.clock.ticks(last)[0][0]))
            labels = self.clock.labels(start.ticks(np.arange(1, n + 1)))
        elif isinstance(rule, Week):
            tick = int(self.clock.ticks(last)[0][0])
            labels = self.clock.labels(rule.following(tick, n))
        else:
            labels = self.clock.labels(rule.ticks(position + np.arange(1, n + 1)))
        if isinstance(self.clock.like, pd.RangeIndex) and n:
            first, step = int(labels[0]), self.offset
            return pd.RangeIndex(first, first + n * step, step, name=labels.name)
        if labels.dtype.kind in "mM":
            # pandas keeps a frequency only if it generates the labels itself.
            with suppress(ValueError, TypeError):
                labels.freq = self.offset
        return labels

    def _offsets_from(self, last, n):
        """Add the offset to a label again and again: it knows the holidays."""
        import pandas as pd

        ticks = self.clock.ticks(last)[0]
        start = np.datetime64(int(ticks[0]), self.clock.unit)
        labels = pd.date_range(start, periods=n + 1, freq=self.offset)[1:]
        return self.clock.labels(labels.as_unit(self.clock.unit).asi8)

    def _locate(self, index, starts):
        """Return the frequency that fits the labels, their positions, and which fit."""
        positions, is_on = self._count(index, starts)
        if is_on.all():
            return self, positions, is_on
        if self.otherwise is not None:
            positions_there, is_on_there = self.otherwise._count(index, starts)
            if is_on_there.all():
                return self.otherwise, positions_there, is_on_there
        if not self.clock.may_jump:
            return self, positions, is_on
        is_on = is_on | self._moved_by_clock_change(index, positions)
        other = self._in_universal_time()
        if other is not None and not is_on.all():
            positions_there, is_on_there = other._count(index, starts)
            if is_on_there.all():
                return other, positions_there, is_on_there
        return self, positions, is_on

    def _count(self, index, starts):
        ticks, is_exact = self.clock.ticks(index)
        if isinstance(self.rule, Week):
            positions, is_on = self.rule.positions(ticks, starts)
        else:
            positions, is_on = self.rule.positions(ticks)
        return positions, is_on & is_exact

    def _moved_by_clock_change(self, index, positions):
        """Say which labels stand for a local time that does not exist on their day."""
        if isinstance(self.rule, GeneratedLabels | Week):
            return np.zeros(len(index), dtype=bool)
        expected = self.rule.ticks(positions)
        possible = self.clock.ticks(self.clock.labels(expected))[0]
        late = self.clock.ticks(index)[0] - expected
        return (possible != expected) & (late > 0) & (late <= HOUR)

    def _in_universal_time(self):
        """Return the same frequency in elapsed time: days of 24 hours each."""
        if not isinstance(self.rule, EvenSteps):
            return None
        origin = self.clock.labels(np.array([self.rule.origin]))
        clock = replace(self.clock, kind="universal")
        rule = replace(self.rule, origin=int(clock.ticks(origin)[0][0]))
        return replace(self, clock=clock, rule=rule)
