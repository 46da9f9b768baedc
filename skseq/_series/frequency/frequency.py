"""The frequency of a series: the step number of each label, and the next labels."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.frequency.clocks import Clock
from skseq._series.frequency.offsets import step_offset, week_offset
from skseq._series.frequency.opening_hours.changed_week import ChangedWeek, with_changes
from skseq._series.frequency.opening_hours.moved_week import with_moves
from skseq._series.frequency.opening_hours.week import Week
from skseq._series.frequency.rounding import rounding_code
from skseq._series.frequency.steps import EvenSteps, Rule
from skseq._series.index import is_period
from skseq._series.series_index import rows_by_code


@dataclass(frozen=True, eq=False)
class Frequency:
    """The frequency of the labels of an index.

    Attributes
    ----------
    offset : pandas.DateOffset or int
        Added to a label, it gives the next one. With opening hours other than the same
        whole hours of each day, it is the step within them.
    clock : Clock
        Converts labels to integers.
    rule : Rule
        Converts these integers to step numbers.
    otherwise : Frequency or None
        Another frequency of the fitted labels, with the same positions. It is used if
        later labels are not on this frequency.
    of_series : tuple of pairs of tuple and Frequency
        Names of series with rows at other times of the week, and their frequency.
    """

    offset: object
    clock: Clock
    rule: Rule
    otherwise: "Frequency | None" = None
    of_series: "tuple[tuple[tuple, Frequency], ...]" = ()

    def positions(self, index, starts=(0,)):
        """Count the steps from a fixed origin to each label.

        Raise if a label is not on the frequency.

        Parameters
        ----------
        index : pandas.Index of length n_rows
            Of the same kind as the labels that the frequency was found on, strictly
            ascending within each series.
        starts : array-like of int, default=(0,)
            First row of each series.
        """
        frequency, positions, is_on = self._locate(index, starts)
        if not is_on.all():
            # Without a row number, because the history may come before the rows of X.
            # Without the name of the table, which may be X, y or X_future.
            # Without code for an index, which may have two levels.
            n_off, first = (~is_on).sum(), index[~is_on][0]
            code = frequency.rounding_code(index)
            advice = f", such as with {code}" if code else ""
            raise ValueError(
                f"The index must match the frequency of the fitted rows "
                f"({self.describe()}), but {counted(n_off, 'label')} "
                f"{'does' if n_off == 1 else 'do'} not; the first is {first}. "
                f"Correct these labels{advice}, drop their rows, or fit with "
                "gaps='ignore' in the SequenceWindower."
            )
        return positions

    def season_steps(self, index, positions):
        """Count the steps to each label as seasons of days and weeks do.

        Holidays are counted, so that the same weekday has the same place in each week,
        and hours are counted by the local clock, also after the clocks change. The
        parameter `positions` is what the method `positions` returns.
        """
        if self.of_series:
            positions = self._locate(index)[1]
        ticks, _ = self.clock.ticks(index)
        return self.rule.season_steps(ticks, positions, self.clock)

    def is_consecutive(self, index):
        """Return whether each label is one step after the label before it."""
        _, positions, is_on = self._locate(index)
        return bool(is_on.all() and (np.diff(positions) == 1).all())

    def contains(self, index):
        """Return which labels match the frequency."""
        return self._locate(index)[2]

    def had_no_row(self, index):
        """Return which labels are at times of the week that had no fitted row."""
        return self.rule.had_no_row(self.clock.ticks(index)[0])

    def extend(self, label, n):
        """Return an index of the n labels after a label.

        It has the dtype and name of the index that the frequency was found on. Labels
        beyond the range of the dtype, which ends in 2262 for nanoseconds, are an error.
        """
        import pandas as pd

        last = pd.Index([label])
        frequency, _, is_on = self._locate(last)
        if not is_on.all():
            raise ValueError(f"{label} does not match the frequency {self.offset!r}.")
        try:
            return frequency._following(last, n)
        except (pd.errors.OutOfBoundsDatetime, pd.errors.OutOfBoundsTimedelta) as error:
            raise type(error)(
                f"The index ends at {label}, and the next {counted(n, 'label')} would "
                f"be beyond the range of its dtype ({last.dtype}). Convert it to a "
                "wider one, such as by index.as_unit('us')."
            ) from error

    @property
    def recurs_weekly(self):
        """Whether some times of the week may have no rows."""
        return self.clock.kind != "number" and self.rule.recurs_weekly

    def with_moves(self, index):
        """Return the same frequency, with the moves of opening hours in known rows.

        The labels may be those of several series, and include those of fitted rows.
        """
        if not isinstance(self.rule, Week):
            return self
        ticks = np.unique(self.clock.ticks(index)[0])
        return replace(self, rule=with_moves(self.rule, ticks))

    def with_changes(self, index):
        """Return the same frequency, with all changes of opening hours in known rows.

        The labels are those of one series, and include those of fitted rows.
        """
        if not self.recurs_weekly:
            return self
        rule = with_changes(self.rule, self.clock.ticks(index)[0])
        if rule is self.rule:
            return self
        frequency = replace(self, rule=rule, otherwise=None)
        if not any(isinstance(one, ChangedWeek) for one in (rule, self.rule)):
            return frequency  # a declared offset stays
        return replace(frequency, offset=frequency._inferred_offset())

    def _inferred_offset(self):
        """Return the offset of steps of fixed length or of open times of the week."""
        rule = self.rule
        if is_period(self.clock.template):
            return self.clock.template.freq
        if isinstance(rule, EvenSteps):
            return step_offset(self.clock, rule.step, rule.origin)
        return week_offset(rule.later if isinstance(rule, ChangedWeek) else rule)

    def numbers_in(self, names):
        """Return which frequency each series has: 0 for this one, n for the n-th other.

        `names` is None for a single series without a name.
        """
        numbers = np.zeros(1 if names is None else len(names), dtype=np.int64)
        for number, (of_names, _) in enumerate(self.of_series, start=1):
            found = names.get_indexer(list(of_names))
            numbers[found[found >= 0]] = number
        return numbers

    def by_series(self, names, series):
        """Yield the rows of the series of each frequency, and that frequency.

        `series` contains the number of the series of each row. The rows are numbers or
        a slice.
        """
        all_rows = [slice(None)]
        if self.of_series:
            numbers = self.numbers_in(names)[series]
            all_rows = rows_by_code(numbers, len(self.of_series) + 1)
        for number, rows in enumerate(all_rows):
            if len(series[rows]):
                yield rows, self.numbered(number)

    def numbered(self, number):
        """Return this frequency for 0, the n-th other one of `of_series` for n."""
        return self.of_series[number - 1][1] if number else self

    def of(self, name):
        """Return the frequency of the series of a name."""
        import pandas as pd

        return self.numbered(self.numbers_in(pd.Index([name]))[0])

    def describe(self):
        """Name the frequency as pandas does, such as 'h' or 'MS'."""
        return getattr(self.offset, "freqstr", str(self.offset))

    def rounding_code(self, index):
        """Return a call that rounds all labels onto the frequency, or an empty text."""

        def are_on(rounded):
            return (self.contains(rounded) & ~self.had_no_row(rounded)).all()

        return rounding_code(index, are_on, self.describe())

    def _following(self, last, n):
        """Return the n labels after a label, given as an index of one."""
        import pandas as pd

        tick = int(self.clock.ticks(last)[0][0])
        labels = self.clock.labels(self.rule.following(tick, n))
        if isinstance(self.clock.template, pd.RangeIndex) and n:
            first, step = int(labels[0]), self.offset
            return pd.RangeIndex(first, first + n * step, step, name=labels.name)
        if labels.dtype.kind in "mM":
            # pandas accepts a freq only if it generates exactly these labels.
            with suppress(ValueError, TypeError):
                labels.freq = self.offset
        return labels

    def _locate(self, index, starts=(0,)):
        """Return the frequency that fits best, the positions, and which labels fit."""
        positions, is_on = self._count(index, starts)
        if self.otherwise is not None and not is_on.all():
            positions_there, is_on_there = self.otherwise._count(index, starts)
            if is_on_there.all():
                return self.otherwise, positions_there, is_on_there
        return self, positions, is_on

    def _count(self, index, starts):
        ticks, is_exact = self.clock.ticks(index)
        positions, is_on = self.rule.positions(ticks, starts)
        if not is_on.all():
            is_on = is_on | self.clock.are_moved(ticks, self.rule.floor(ticks))
        return positions, is_on & is_exact
