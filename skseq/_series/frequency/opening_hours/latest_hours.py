"""The days and hours of the latest weeks, if they differ from those before."""

from dataclasses import dataclass

import numpy as np

from skseq._series.frequency.opening_hours.sessions import (
    LONGEST_CLOSURE,
    MIN_RECURRENCES,
)
from skseq._series.frequency.steps import DAY

MAX_P_VALUE_OF_CHANGE = 0.001
"""Significance level: below it, the latest weeks differ from those before, and not by
chance."""


def find_latest_hours(is_open, slots):
    """Find the open slots of the latest weeks, if these have changed for good.

    A slot that was open is closed now if it lacks a row in each of the three latest
    weeks, or in more weeks where rows are often missing. A slot that was closed is open
    now if it has a row in each of them. No holiday lasts as long: longer interruptions
    do not count, and the hours of a day are compared on days with rows only.

    Parameters
    ----------
    is_open : ndarray of bool of shape (n_slots,)
        Which slots of a week are open by all rows. The week begins on Monday.
    slots : ndarray of int64 of shape (n_rows,)
        Slot of each row, numbered from the beginning of a week; ascending.

    Returns
    -------
    latest : ndarray of bool of shape (n_slots,), or None
        Which slots are open now; None if these are the same.
    first : int
        The slot since which they are.
    """
    per_day = len(is_open) // 7
    phases = slots % len(is_open)
    last = np.full(len(is_open), slots[-1])
    last[phases] = slots  # of several rows, the last one is assigned
    lacks_rows = (slots[-1] - last)[is_open] >= MIN_RECURRENCES * len(is_open)
    if not lacks_rows.any() and is_open[phases].all():
        return None, 0  # nearly all series, so that these lose no time
    of_days, of_slots = _occurrences(slots, phases, per_day)
    had_rows = is_open.reshape(7, -1).any(axis=1)
    are_closed = of_slots.are_missing_now(is_open)
    are_closed |= np.repeat(of_days.are_missing_now(had_rows), per_day) & is_open
    new_days = np.repeat(of_days.are_new(~had_rows), per_day)
    are_new = of_slots.are_new(~is_open & np.repeat(had_rows, per_day))
    are_new |= new_days & (of_slots.n_in_run(new_days) >= MIN_RECURRENCES)
    latest = is_open & ~are_closed | are_new
    if not (are_closed | are_new).any() or not latest.any():
        return None, 0
    in_run = of_slots.rows_in_run(are_new)
    return latest, _first_slot(slots, are_closed, in_run, per_day)


def _first_slot(slots, are_closed, in_run, per_day):
    """Return the slot from which the latest hours are valid; no day is divided.

    Parameters
    ----------
    slots : see `find_latest_hours`
    are_closed : ndarray of bool of shape (n_slots,)
        Which slots of the week are closed now, but were open.
    in_run : ndarray of int
        Rows in new slots since these opened, sorted by slot.
    per_day : int
    """
    phases, days = slots % len(are_closed), slots // per_day
    was_open = np.flatnonzero(are_closed[phases])
    first = 0
    if len(was_open):
        first = was_open[-1] + 1
        if days[first] == days[first - 1]:  # the rest of a day with the earlier hours
            first = np.searchsorted(days, days[first], side="right")
    if len(in_run):
        _, begins = np.unique(phases[in_run], return_index=True)
        begin = in_run[begins].max()
        first = max(first, np.searchsorted(days, days[begin]))
    return int(slots[first])


def _occurrences(slots, phases, per_day):
    """Return the `Occurrences` of the days and of the slots of the week."""
    days = _without_long_gaps(slots, 7 * per_day) // per_day
    is_first = np.diff(days, prepend=days[0] - 1) > 0
    weeks, weekdays = np.divmod(days[is_first], 7)
    last_weeks = (days[-1] - np.arange(7)) // 7 - weeks[0]
    of_days = Occurrences(weekdays, weeks - weeks[0], last_weeks, last_weeks + 1)
    # The days with rows are numbered, those of each weekday from 0 on.
    numbers = np.empty(len(weekdays), dtype=np.int64)
    for weekday in range(7):
        is_of_day = weekdays == weekday
        numbers[is_of_day] = np.arange(np.count_nonzero(is_of_day))
    ends = np.repeat(np.bincount(weekdays, minlength=7) - 1, per_day)
    # The latest day may have more rows to come.
    ends[phases[-1] + 1 : (weekdays[-1] + 1) * per_day] -= 1
    numbers = numbers[np.cumsum(is_first) - 1]
    n_weeks = np.repeat(of_days.n_weeks, per_day)
    return of_days, Occurrences(phases, numbers, ends, n_weeks)


def _without_long_gaps(slots, per_week):
    """Leave out whole weeks of interruptions that are too long for holidays."""
    distances = np.diff(slots, prepend=slots[0])
    is_long = distances * (7 * DAY // per_week) > LONGEST_CLOSURE
    n_weeks = np.where(is_long, (distances - 1) // per_week, 0)
    return slots - np.cumsum(n_weeks) * per_week


@dataclass(frozen=True, eq=False)
class Occurrences:
    """In which occurrences of each weekday or slot of the week there are rows.

    Attributes
    ----------
    units, numbers : ndarray of int64 of shape (n_rows,)
        The weekday or slot of each row, and the number of its occurrence; ascending in
        each unit.
    ends : ndarray of int64 of shape (n_units,)
        Number of the latest occurrence of each unit.
    n_weeks : ndarray of int64 of shape (n_units,)
        Weeks in which each unit occurs.
    """

    units: np.ndarray
    numbers: np.ndarray
    ends: np.ndarray
    n_weeks: np.ndarray

    def are_missing_now(self, are_tested):
        """Return which units had rows and lack them in their latest occurrences."""
        counts = np.bincount(self.units, minlength=len(self.ends))
        are_tested = are_tested & (counts > 0)
        first, last = np.zeros((2, len(self.ends)), dtype=np.int64)
        last[self.units] = self.numbers  # of several numbers, the last is assigned
        first[self.units[::-1]] = self.numbers[::-1]
        spanned = last - first + 1
        return _are_significant(self.ends - last, spanned - counts, spanned, are_tested)

    def are_new(self, are_tested):
        """Return which units lacked rows and have them in their latest occurrences."""
        counts = np.bincount(self.units, minlength=len(self.ends))
        are_tested = are_tested & (counts >= MIN_RECURRENCES)
        n_in_run = self.n_in_run(are_tested)
        n_before = self.n_weeks - n_in_run
        return _are_significant(n_in_run, counts - n_in_run, n_before, are_tested)

    def n_in_run(self, are_wanted):
        """Count the latest occurrences of each unit, one after another, with rows."""
        rows = self.rows_in_run(are_wanted)
        return np.bincount(self.units[rows], minlength=len(self.ends))

    def rows_in_run(self, are_wanted):
        """Return the rows of these occurrences, for some units."""
        rows = np.flatnonzero(are_wanted[self.units])
        rows = rows[np.argsort(self.units[rows], kind="stable")]
        units = self.units[rows]
        n_after = np.searchsorted(units, units, side="right") - 1 - np.arange(len(rows))
        return rows[self.ends[units] - self.numbers[rows] == n_after]


def _are_significant(n_in_row, n_unlike, n_before, are_tested):
    """Return for which units the latest occurrences differ from those before.

    Parameters
    ----------
    n_in_row : ndarray of int of shape (n_units,)
        Latest occurrences that differ, one after another.
    n_unlike, n_before : ndarray of int of shape (n_units,)
        Earlier occurrences that also differ from most, and all earlier ones.
    are_tested : ndarray of bool of shape (n_units,)
    """
    # One more is assumed to differ, so that few occurrences are weak evidence.
    usual = (n_unlike[are_tested].sum() + 1) / (n_before[are_tested].sum() + 1)
    rates = np.maximum(n_unlike / np.maximum(n_before, 1), usual)
    # Times the number of tests: the Bonferroni correction.
    p_values = np.minimum(rates, 1) ** n_in_row * np.count_nonzero(are_tested)
    is_long = n_in_row >= MIN_RECURRENCES
    return are_tested & is_long & (p_values < MAX_P_VALUE_OF_CHANGE)
