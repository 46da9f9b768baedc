"""The pandas offset of a rule: added to a label, it gives the next label.

See https://pandas.pydata.org/docs/user_guide/timeseries.html#dateoffset-objects
"""

import numpy as np

from skseq._series.frequency.steps import DAY, HOUR, months_of, weekday_of

MINUTE = HOUR // 60

DAYS_OF_EVERY_MONTH = 28
"""Every month has the days up to this one."""


def step_offset(clock, step, tick):
    """Return the offset of steps of fixed length, in ticks of a clock.

    The tick of any label gives the weekday of weekly steps.
    """
    import pandas as pd

    in_days = step % DAY == 0
    # In UTC a day is 24 hours of elapsed time; pandas' Day is a calendar day.
    if clock.kind == "universal" or not in_days:
        return pd.tseries.frequencies.to_offset(pd.Timedelta(step, unit="us"))
    days = step // DAY
    if clock.kind == "local" and days % 7 == 0:
        return pd.offsets.Week(days // 7, weekday=int(weekday_of(tick)))
    return pd.offsets.Day(days)


def week_offset(week):
    """Return the offset of a `Week`.

    That is business days, business hours where days are open for the same whole hours
    without a break, else the step in opening hours.
    """
    import pandas as pd

    is_hourly = week.step == HOUR and not week.has_moved
    if is_hourly and (offset := _business_hours(week)):
        return offset
    if week.is_open.all() and week.step == DAY:
        return pd.offsets.Day()
    if week.step < DAY:
        return pd.tseries.frequencies.to_offset(pd.Timedelta(week.step, unit="us"))
    if week.is_open[:5].all() and not week.is_open[5:].any():
        return pd.offsets.BusinessDay()
    return pd.offsets.CustomBusinessDay(weekmask=_weekmask(week.is_open))


def _weekmask(is_open):
    names = np.array(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    return " ".join(names[is_open])


def _business_hours(week):
    """Return the business hours that generate the labels of a `Week`, or None."""
    import pandas as pd

    n_open = np.count_nonzero(week.is_open)
    ticks = week.ticks(np.arange(-1, n_open))
    opens = np.diff(ticks) > HOUR
    starts, stops = ticks[1:][opens], ticks[:-1][opens] + HOUR
    times = {*(starts % DAY).tolist()}, {*(stops % DAY).tolist()}
    if any(len(some) != 1 for some in times):
        return None
    start, end = (some.pop() for some in times)
    n_hours = len(starts) * ((end - start) % DAY // HOUR)
    if n_hours != n_open or start % MINUTE:
        return None
    start, end = (f"{t // HOUR:02}:{t % HOUR // MINUTE:02}" for t in (start, end))
    is_open = np.isin(np.arange(7), weekday_of(starts))
    return pd.offsets.CustomBusinessHour(
        start=start, end=end, weekmask=_weekmask(is_open)
    )


def month_offset(rule, ticks):
    """Return the pandas offset of `Months`, or None; `ticks` are of all labels."""
    import pandas as pd

    days = rule.phase // DAY
    if days in (-1, 0):
        return _named_month_offset(rule, at_end=days == -1)
    counted = rule.origin + rule.positions(ticks)[0] * rule.step
    months_after = np.unique(months_of(ticks)[0] - counted)
    if len(months_after) > 1:
        return None
    if months_after[0] == 0 and days < DAYS_OF_EVERY_MONTH:
        return pd.DateOffset(months=rule.step)
    # pandas changes the month first, then sets the day, and adds days last.
    months = int(rule.step - months_after[0])
    return pd.DateOffset(months=months, day=1, days=int(days))


def _named_month_offset(rule, at_end):
    from pandas import offsets

    # The rule counts month ends from the start of the next month.
    month = (rule.origin - at_end) % 12 + 1
    n_years, rest = divmod(rule.step, 12)
    if not rest:
        year = offsets.YearEnd if at_end else offsets.YearBegin
        return year(n_years, month=month)
    n_quarters, rest = divmod(rule.step, 3)
    if rest:
        return (offsets.MonthEnd if at_end else offsets.MonthBegin)(rule.step)
    # pandas writes calendar quarters as QE-DEC and QS-JAN, so startingMonth must be the
    # last of the possible months for QE and the first for QS.
    if at_end:
        return offsets.QuarterEnd(n_quarters, startingMonth=10 + (month - 1) % 3)
    return offsets.QuarterBegin(n_quarters, startingMonth=1 + (month - 1) % 3)


def named_offsets(tick):
    """List the offsets of about a month, or half a month, that a local tick matches."""
    import pandas as pd
    from pandas import offsets

    label = pd.Timestamp(np.datetime64(int(tick), "us"))
    choice = [
        offsets.BusinessMonthEnd(),
        offsets.BusinessMonthBegin(),
        offsets.SemiMonthBegin(),
        offsets.SemiMonthEnd(),
        offsets.LastWeekOfMonth(weekday=label.weekday()),
    ]
    if label.day <= DAYS_OF_EVERY_MONTH:
        week = (label.day - 1) // 7
        choice.append(offsets.WeekOfMonth(weekday=label.weekday(), week=week))
    return [offset for offset in choice if offset.is_on_offset(label)]
