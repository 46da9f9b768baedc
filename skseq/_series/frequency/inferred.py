"""Infer the frequency of labels if none is declared.

``by_clock`` is a list of pairs: a `Clock`, and the ticks of all labels on that clock;
see `ticks_by_clock`.
"""

from dataclasses import replace

import numpy as np

from skseq._series.frequency.clocks import clocks_of
from skseq._series.frequency.frequency import Frequency
from skseq._series.frequency.misplaced import has_misplaced_labels
from skseq._series.frequency.offsets import (
    month_offset,
    named_offsets,
    step_offset,
    week_offset,
)
from skseq._series.frequency.opening_hours.learned_week import learn_week
from skseq._series.frequency.opening_hours.week import Week
from skseq._series.frequency.steps import (
    DAY,
    NEARLY_ALL,
    REGULAR_RATE,
    EvenSteps,
    GeneratedLabels,
    Months,
    months_of,
    most_common,
    most_common_steps,
    weekday_of,
)

SHORTEST_MONTH = 28 * DAY - DAY // 12
"""February, less two hours because clocks may be put forward in it."""

SHORTEST_HALF_MONTH = 13 * DAY - DAY // 12
"""From February 15 to 28, less two hours because clocks may be put forward."""

MAX_MONTHS_DELAYED = 24
"""Monthly labels are recognized up to this many months after the month they count.

Statistics of a month are often dated by the later day on which they are published.
"""


def ticks_by_clock(index):
    """List the clocks that can count labels, with all ticks, the likelier first."""
    return [
        (clock, _on_time(clock, clock.ticks(index)[0])) for clock in clocks_of(index)
    ]


def _on_time(clock, ticks):
    """Return ticks, with labels that a clock change moved put back to their usual time.

    If only the last daily label is moved, all labels would match days of 24 hours, but
    the next one would not. In weekly labels, it would look like a second time of day.
    """
    steps = most_common_steps(ticks)
    if steps is None or steps.step % DAY:
        return ticks
    due = replace(steps, step=DAY).floor(ticks)
    return np.where(clock.are_moved(ticks, due), due, ticks)


def infer_exactly(by_clock):
    """Find the coarsest frequency that contains all labels, or None.

    Most labels must be one step after the label before.
    """
    # Coarse before fine: every month also lies on even steps of a day.
    for find in (_monthly, _named, _even):
        if frequency := find(by_clock):
            return frequency
    return None


def _monthly(by_clock):
    """Find months, in local time if they are months in local time."""
    for clock, ticks in reversed(by_clock):  # local time comes last
        if clock.kind == "difference":
            return None
        if rule := find_months(ticks):
            otherwise = _business_months(clock, ticks, rule)
            return Frequency(month_offset(rule, ticks), clock, rule, otherwise)
    return None


def _business_months(clock, ticks, rule):
    """Find business months that contain labels which are also on months, or None."""
    from pandas import offsets

    if (weekday_of(ticks) >= 5).any():  # on a Saturday or Sunday
        return None
    for offset in (offsets.BusinessMonthBegin(), offsets.BusinessMonthEnd()):
        business = GeneratedLabels(offset, int(ticks[0]), rule.step)
        positions, is_on = business.positions(ticks)
        if is_on.all() and (positions == rule.positions(ticks)[0]).all():
            return Frequency(offset * rule.step, clock, business)
    return None


def find_months(ticks):
    """Find a step in months, for labels at one fixed time from the start of a month."""
    if len(ticks) < 2 or np.diff(ticks).min() < SHORTEST_MONTH:
        return None
    for phase in _phases(ticks[:1]):
        months, is_start = months_of(ticks - phase[0])
        step = even_step(months) if is_start.all() else 0
        if step:
            return Months(int(months[0]), step, int(phase[0]))
    return None


def _phases(ticks):
    """List the possible distances of labels from the start of the month they count.

    Month ends lie before the start of the next month. All other labels are counted
    from the start of their own month, or of an earlier month if labels are delayed.
    """
    months = ticks.astype("M8[us]").astype("M8[M]")

    def phases_after(n_months):
        starts = months + np.timedelta64(n_months, "M")
        return ticks - starts.astype("M8[us]").astype(np.int64)

    at_end = phases_after(1)
    later = [phases_after(-n_months) for n_months in range(MAX_MONTHS_DELAYED)]
    # The first distance that fits is used. Labels that are all month ends lie a day
    # before the next month; as the 28th to 31st of a month they would not be even.
    is_end = (at_end >= -DAY).all()
    return [at_end, *later] if is_end else [*later[:1], at_end, *later[1:]]


def even_step(numbers):
    """Return the greatest common step, or 0 if few neighbours are one step apart."""
    step = greatest_step(numbers)
    return step if step and np.mean(np.diff(numbers) == step) >= REGULAR_RATE else 0


def greatest_step(numbers):
    """Return the greatest step that divides all distances of the numbers."""
    return int(np.gcd.reduce(np.diff(numbers)))


def _named(by_clock):
    """Find business months, half months, and dates such as the second Friday."""
    clock, ticks = by_clock[-1]
    is_wide = np.diff(ticks).min() >= SHORTEST_HALF_MONTH
    if clock.kind == "difference" or not is_wide:
        return None
    for offset in named_offsets(ticks[0]):
        rule = GeneratedLabels(offset, int(ticks[0]), 1)
        positions, is_on = rule.positions(ticks)
        step = even_step(positions) if is_on.all() else 0
        if step:
            return Frequency(offset * step, clock, replace(rule, step=step))
    return None


def _even(by_clock):
    """Find steps of fixed length, business days or opening hours."""
    clock, ticks = by_clock[-1]
    # Steps of six hours are uneven in local time, because the clocks change. They recur
    # every week, but they are not opening hours: in UTC they are even.
    is_even_in_utc = greatest_step(by_clock[0][1]) > greatest_step(ticks)
    rule = None if is_even_in_utc else find_week_or_steps(ticks)
    if isinstance(rule, Week):
        return Frequency(week_offset(rule), clock, rule)
    if rule is not None and rule.step % DAY == 0:
        return _even_frequency(clock, rule)
    for clock, ticks in by_clock:
        if step := even_step(ticks):
            return _even_frequency(clock, EvenSteps(int(ticks[0]), step))
    return None


def _even_frequency(clock, rule):
    frequency = Frequency(step_offset(clock, rule.step, rule.origin), clock, rule)
    return with_elapsed_days(frequency)


def with_elapsed_days(frequency):
    """Return steps of local days that may turn out to be steps of 24 hours.

    The two differ only when the clocks change, so the fitted labels do not always show
    which is meant.
    """
    clock, rule = frequency.clock, frequency.rule
    if clock.zone is None or clock.kind != "local" or not isinstance(rule, EvenSteps):
        return frequency
    origin = clock.labels(np.array([rule.origin]))
    elapsed = replace(clock, kind="universal")
    hours = EvenSteps(int(elapsed.ticks(origin)[0][0]), rule.step)
    return replace(frequency, otherwise=replace(frequency, clock=elapsed, rule=hours))


def find_week_or_steps(ticks):
    """Find the times of the week that have rows, else steps of fixed length."""
    steps = np.diff(ticks)
    if not len(steps) or steps.min() <= 0:  # an hour occurs twice in local time
        return None
    step = greatest_step(ticks)
    week = learn_week(ticks, step)
    if week is not None and not has_misplaced_labels(week, ticks):
        return week
    return EvenSteps(int(ticks[0]), step) if even_step(ticks) else None


def infer_nearly(index, by_clock):
    """Find the frequency that contains nearly all labels, or None."""
    best, best_rate = None, NEARLY_ALL
    for frequency in _near_candidates(by_clock):
        rate = np.mean(frequency.contains(index))
        if rate >= best_rate:  # of equal rates the last: days rather than 24 hours
            best, best_rate = frequency, rate
    return best


def usual_steps(by_clock):
    """Return the step between at least half of neighbouring labels, or None."""
    for clock, ticks in by_clock:
        if rule := most_common_steps(ticks):
            return _even_frequency(clock, EvenSteps(int(ticks[0]), rule.step))
    return None


def _near_candidates(by_clock):
    for clock, ticks in by_clock:
        if rule := most_common_steps(ticks):
            yield _named_days(clock, ticks, rule) or _even_frequency(clock, rule)
    clock, ticks = by_clock[-1]
    if clock.kind != "difference" and np.median(np.diff(ticks)) >= SHORTEST_MONTH:
        yield from _near_months(clock, ticks)


def _named_days(clock, ticks, rule):
    """Find the weekdays that have rows, whatever the time of day, or None."""
    if rule.step != DAY:
        return None
    days = ticks - ticks % DAY + rule.origin % DAY
    week = learn_week(days, DAY) if (np.diff(days) > 0).all() else None
    return None if week is None else Frequency(week_offset(week), clock, week)


def _near_months(clock, ticks):
    # The phase without a delay comes last, because of equal rates the last is used.
    for phases in reversed(_phases(ticks)):
        phase = most_common(phases)[0]  # a few labels may be off it
        months, _ = months_of(ticks - phase)
        if steps := most_common_steps(months):
            rule = Months(steps.origin, steps.step, int(phase))
            is_on = rule.positions(ticks)[1]
            if is_on.any():
                yield Frequency(month_offset(rule, ticks[is_on]), clock, rule)
