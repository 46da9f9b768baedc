"""The declared frequency of an index: its ``freq``."""

import numpy as np

from skseq._series.frequency.clocks import clocks_of
from skseq._series.frequency.frequency import Frequency
from skseq._series.frequency.inferred import (
    find_months,
    find_week_or_steps,
    with_elapsed_days,
)
from skseq._series.frequency.opening_hours.learned_week import learn_week
from skseq._series.frequency.opening_hours.week import business_week
from skseq._series.frequency.steps import DAY, EvenSteps, GeneratedLabels

SAMPLE = 30
"""Labels from which the rule of a declared frequency is inferred.

Six weeks of business days, which is enough for every weekday to recur.
"""

SAMPLE_OF_HOURS = 200
"""The same for business hours: several weeks of them."""


def period_frequency(index):
    """Return the frequency of a PeriodIndex, which always declares one."""
    # The last clock counts days in local time, and periods have no time zone.
    clock = clocks_of(index)[-1]
    ticks, _ = clock.ticks(index)
    if clock.kind == "number":
        return Frequency(index.freq, clock, EvenSteps(int(ticks[0]), index.freq.n))
    step = _fixed_ticks(index.freq)
    rule = learn_week(ticks, step) or EvenSteps(int(ticks[0]), step)
    return Frequency(index.freq, clock, rule)


def declared_frequency(index):
    """Find the first rule by which labels of a declared frequency count 0, 1, 2, ...

    Return None if no frequency is declared, or if there is no such rule.
    """
    freq = getattr(index, "freq", None)
    if freq is None:
        return None
    for clock, rule in _rules_of_offset(index, freq):
        frequency = with_elapsed_days(Frequency(freq, clock, rule))
        if frequency.is_consecutive(index):
            return frequency
    return None


def _rules_of_offset(index, freq):
    """Yield candidate rules for an offset, with their clocks, fastest first."""
    from pandas import offsets

    if isinstance(freq, offsets.Nano):
        return  # steps are counted in microseconds
    clock = clocks_of(index)[0 if isinstance(freq, offsets.Tick) else -1]
    first = int(clock.ticks(index[:1])[0][0])
    if (step := _fixed_ticks(freq)) is not None:
        yield clock, EvenSteps(first, step)
        return
    if isinstance(freq, offsets.BusinessDay) and freq.n == 1:
        calendar = getattr(freq, "calendar", None) or np.busdaycalendar()
        yield clock, business_week(first, calendar.weekmask, calendar.holidays)
    ticks = _sample(index, freq, clock)
    for find_rule in (find_months, find_week_or_steps):
        rule = find_rule(ticks)
        # A rule that skips steps is wrong: every second business day also lies on
        # even steps of two days, but skips some of them.
        if rule is not None and (np.diff(rule.positions(ticks)[0]) == 1).all():
            yield clock, rule
    yield clock, GeneratedLabels(freq.base, first, abs(freq.n))


def _fixed_ticks(freq):
    """Return the length of an offset in ticks, or None if its length varies."""
    import pandas as pd

    if isinstance(freq, pd.offsets.Tick):
        return pd.Timedelta(freq) // pd.Timedelta(microseconds=1)
    days = {"Day": 1, "Week": 7}.get(type(freq).__name__)
    return None if days is None else days * freq.n * DAY


def _sample(index, freq, clock):
    """Return the ticks of the labels; generate more labels if there are few."""
    import pandas as pd

    n_labels = SAMPLE_OF_HOURS if "BusinessHour" in type(freq).__name__ else SAMPLE
    ticks, _ = clock.ticks(index)
    if len(ticks) >= n_labels:
        return ticks
    start = np.datetime64(int(ticks[0]), "us")
    labels = pd.date_range(start, periods=n_labels, freq=freq)
    return labels.as_unit("us").asi8
