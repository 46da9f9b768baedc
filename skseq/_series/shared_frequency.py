"""The frequency that all series of a table share."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from skseq._series.frequency import Frequency, find_frequency
from skseq._series.frequency.finer_rows import check_series_not_finer
from skseq._series.frequency.inferred import ticks_by_clock, usual_steps
from skseq._series.frequency.opening_hours.hours_of_series import with_hours_of_series
from skseq._series.frequency.opening_hours.week import Week
from skseq._series.frequency.steps import DAY, NEARLY_ALL, REGULAR_RATE
from skseq._series.index import holds_numbers, is_period

# Each takes about a millisecond.
MOST_SERIES = 20
"""Maximum number of series whose own frequency is inferred."""


def on_shared_frequency(axis, name):
    """Return the axis on the frequency that all series share, if there is one.

    The rows of the given axis count as consecutive. Raise if a few labels of all series
    do not match the frequency of the others, or if the rows of a series get finer.
    """
    if not holds_numbers(axis.labels):
        check_series_not_finer(axis.labels, axis.series, axis.names, name)
    # Merged labels have few gaps, because one series has labels where another has a
    # gap. But if series are offset, merged labels look finer than those of each series.
    # Then the frequency that most rows match is tried.
    times = axis.times
    merged = find_frequency(times, name=name, is_of_series=True)
    shared = None if merged is None else _on_merged(axis, merged, times)
    if shared is None and (usual := find_usual_frequency(axis)) is not None:
        shared = usual.shared_axis()
    return axis if shared is None else shared


@dataclass(frozen=True, eq=False)
class UsualFrequency:
    """The frequency of a series that most rows of all series match.

    Attributes
    ----------
    axis : TimeAxis
        Of all series.
    frequency : Frequency
    series : int
        Number of the series that has it.
    is_on : ndarray of bool of shape (n_rows,)
        Which rows match it.
    """

    axis: object
    frequency: Frequency
    series: int
    is_on: np.ndarray

    def shared_axis(self):
        """Return the axis on this frequency, or None if not all series have it."""
        if not self.is_on.all():
            return None
        shared = _on(self.axis, self.frequency)
        # Integers are never irregular, but those of one series may lie between those of
        # another.
        is_shared = _is_regular(shared) or holds_numbers(shared.labels)
        return shared if is_shared else None

    def name_mismatch(self):
        """Name the first series that does not match, in the second half of a sentence.

        It is empty if all series match.
        """
        series, names = self.axis.series, self.axis.names
        if not self.is_on.all():
            row = int((~self.is_on).argmax())
            first, n = series[row], len(np.unique(series[~self.is_on]))
            what = f"{'does' if n == 1 else 'do'} not match it"
            where = f", at {self.axis.labels[row]}"
        elif self.shared_axis() is None:
            rates = _rates_of_next(_on(self.axis, self.frequency))
            sparse = np.flatnonzero(rates < REGULAR_RATE)
            first, n, where = sparse[0], len(sparse), ""
            what = f"{'has' if n == 1 else 'have'} rows at fewer than half of its steps"
        else:
            return ""
        return (
            f"that of series {names[self.series]} is {self.frequency.describe()}, but "
            f"{n} of {len(names)} series {what}, the first is series "
            f"{names[first]}{where}"
        )


def find_usual_frequency(axis):
    """Return the `UsualFrequency`, from the frequencies of some series, or None."""
    codes, times = axis.labels.factorize()
    n_rows = np.bincount(codes)
    best, n_best = None, 0
    for number in long_series(axis):
        frequency = _own_frequency(axis, number)
        if frequency is None:
            continue
        is_on = frequency.contains(times)
        n_on = n_rows[is_on].sum()
        if n_on > n_best:
            best, n_best = UsualFrequency(axis, frequency, number, is_on[codes]), n_on
    return best


def long_series(axis):
    """Return the numbers of some series with most of the rows, the longest first."""
    # Rows at even distances are in long series more often than in short ones.
    some = np.linspace(0, len(axis.labels) - 1, MOST_SERIES).astype(np.int64)
    counts = axis.count_rows()
    numbers = np.union1d(axis.series[axis.by_series[some]], counts.argmax())
    return numbers[np.argsort(-counts[numbers], kind="stable")]


def _own_frequency(axis, number):
    """Return the frequency of the labels of one series, or None."""
    # A few labels that do not match make a series one of those without a frequency.
    with suppress(ValueError):
        return find_frequency(axis.labels[axis.series == number], is_of_series=True)
    return None


def _on_merged(axis, frequency, times):
    """Return the axis on the frequency of merged labels, or None if they mislead."""
    shared = _on(axis, frequency)
    if is_period(axis.labels):  # periods are never irregular
        return shared
    # Opening hours are counted by the rows of each series, so a series of Mondays looks
    # regular on a week of Mondays and Wednesdays, but would be continued with a
    # Wednesday. Counted by the times of all series, it is not.
    merged = frequency.positions(times)[times.get_indexer(axis.labels)]
    by_all = replace(shared, steps=merged)
    are_regular = _is_regular(shared) and _is_regular(by_all)
    if not are_regular or _has_irregular(shared) or _has_shifted(shared):
        return None
    return shared


def _has_irregular(axis):
    """Return whether opening hours are only the irregular times of some series."""
    frequency = axis.frequency
    if not frequency.recurs_weekly or frequency.rule.step >= DAY:
        return False
    sparse = np.flatnonzero(_rates_of_next(axis) < REGULAR_RATE)
    if not len(sparse):
        return False
    # Rows at some of the usual hours are merely few.
    usual = find_usual_frequency(axis)
    if usual is None or usual.is_on.all():
        return False
    others = np.intersect1d(sparse, axis.series[~usual.is_on])[:MOST_SERIES]
    return any(_own_frequency(axis, number) is None for number in others)


def _has_shifted(axis):
    """Return whether rows of a series come at another time than usual by mistake.

    In merged labels, the times of all such rows may look open, and other series then
    lack rows at them.
    """
    if not isinstance(axis.frequency.rule, Week):
        return False
    rates = _rates_of_next(axis)
    with_gaps = np.flatnonzero((rates >= REGULAR_RATE) & (rates < NEARLY_ALL))
    if not len(with_gaps):
        return False
    return any(
        _own_frequency(axis, number) is None
        and usual_steps(ticks_by_clock(axis.labels[axis.series == number]))
        for number in np.intersect1d(with_gaps, long_series(axis))
    )


def _on(axis, frequency):
    """Return the axis on a frequency, and each series in the hours of its rows."""
    labels, series, names = axis.labels, axis.series, axis.names
    frequency = with_hours_of_series(frequency, labels, series, names)
    return axis.at(series, labels, frequency, names)


def _are_consecutive(axis):
    """Return the series of all rows but the first of each, and which follow a row."""
    steps, series = axis.steps[axis.by_series], axis.series[axis.by_series]
    within = series[1:] == series[:-1]
    return series[1:][within], np.diff(steps)[within] == 1


def _is_regular(axis):
    """Return whether most rows are one step after the row before them."""
    is_next = _are_consecutive(axis)[1]
    return not len(is_next) or is_next.mean() >= REGULAR_RATE


def _rates_of_next(axis):
    """Return which fraction of rows of each series is one step after the one before."""
    series, is_next = _are_consecutive(axis)
    n_next = np.bincount(series, weights=is_next, minlength=axis.n_series)
    n_later = np.bincount(series, minlength=axis.n_series)
    return np.divide(n_next, n_later, out=np.ones(len(n_next)), where=n_later > 0)
