"""The time grid: how many steps lie between two rows.

An index with a regular step puts every row at a whole number of steps from the first
one, so a missing row is a known hole. Where no such step is to be found (arrays,
irregular stamps, business days) rows count as consecutive.

A grid counts on one of three clocks: whole numbers (integers and periods), microseconds
of universal time, and microseconds of wall time (a day is a day across a change to
summer time). On the last two it may count calendar months instead of microseconds.
"""

import warnings
from dataclasses import dataclass, replace

import numpy as np

REGULAR_SHARE = 0.5
"""A step must be the distance between at least this share of neighbouring rows."""

DAY = 86_400_000_000
"""Microseconds in a day."""

NANOSECONDS = 1000
"""In a microsecond."""

SHORTEST_MONTH = 28 * DAY - DAY // 12
"""Less a change to summer time."""

SPARSE_SHARE = 0.1
"""From this share on, a grid that is too sparse to be used is worth a warning."""

WEEKS_TO_TELL = 2
"""Weeks of days after which a weekday that never occurs is a day off."""

MONTHS_SHIFTED = 24
"""Monthly stamps are recognised up to this many months after the month they count."""

FREQUENCY_SAMPLE = 30
"""Stamps to draw from an index's own frequency: enough to show days off."""


@dataclass(frozen=True)
class Grid:
    """A regular step on one clock.

    Attributes
    ----------
    clock : {"number", "universal", "wall"}
    step : int
        Ticks of the clock, or months, between two neighbouring rows.
    origin : int
        The tick or month of some label, from which steps are counted.
    phase : int or None, default=None
        Only if months are counted: microseconds between the start of a month and the
        stamps; negative where stamps lie before it, as month ends do.
    """

    clock: str
    step: int
    origin: int
    phase: int | None = None

    def positions(self, index):
        """Count the steps from the origin to each label.

        Parameters
        ----------
        index : pandas.Index of length n_rows

        Returns
        -------
        positions : ndarray of int of shape (n_rows,), or None
            None if a label lies between two steps.
        """
        if index.dtype.kind == "f" and (index % 1 != 0).any():
            return None
        if _is_finer_than_ticks(index):
            return None
        ticks = _ticks(index, self.clock)
        if self.phase is not None:
            ticks = _months(ticks, self.phase)
            if ticks is None:
                return None
        distance = ticks - self.origin
        return None if (distance % self.step).any() else distance // self.step

    def on_other_clock(self, index):
        """Return the grid of the same step through a label, in the other time.

        Parameters
        ----------
        index : pandas.Index of length n_rows

        Returns
        -------
        grid : Grid or None
            None where there is no other clock.
        """
        others = {"universal": "wall", "wall": "universal"}
        if self.phase is not None or self.clock not in others:
            return None
        other = others[self.clock]
        return replace(self, clock=other, origin=int(_ticks(index[:1], other)[0]))

    def as_offset(self):
        """Return the step as a user adds it to a label: a number or an offset."""
        import pandas as pd

        if self.clock == "number":
            return self.step
        if self.phase == -DAY:
            return pd.offsets.MonthEnd(self.step)
        if self.phase is not None:
            return pd.DateOffset(months=self.step)
        return pd.Timedelta(self.step, unit="us")


def find_grid(index, *, warn=False):
    """Find the grid that the rows of a series lie on.

    The step is that of ``index.freq``, else the greatest one on whose grid all labels
    lie. For dates it must also be the distance of at least half of the neighbours:
    others are irregular. Days that pass over weekends and never fall on one are
    business days, and so are those of which another weekday never occurs.

    Parameters
    ----------
    index : pandas.Index or None
        Strictly ascending labels.
    warn : bool, default=False

    Returns
    -------
    grid : Grid or None
        None where rows count as consecutive.

    Warns
    -----
    UserWarning
        With ``warn``, if all labels lie on a grid but most of its steps have no row, or
        if they are finer than a microsecond: the rows then count as consecutive, and
        the user may know better.
    """
    if index is None or len(index) == 0 or index.dtype.kind == "f":
        return None
    if hasattr(index, "to_timestamp"):
        return _period_grid(index)
    if index.dtype.kind in "iu":
        return _integer_grid(index)
    if _is_business(getattr(index, "freq", None)):
        return None
    if _is_finer_than_ticks(index):
        if warn:
            _warn_of_no_grid("has stamps finer than a microsecond")
        return None
    return _stamp_grid(_with_frequency(index), warn)


def _is_finer_than_ticks(index):
    """Say whether stamps lie between two microseconds."""
    is_fine = getattr(index, "unit", None) == "ns"
    return is_fine and bool((index.asi8 % NANOSECONDS != 0).any())


def _warn_of_no_grid(why):
    warnings.warn(
        f"The index of X {why}. Rows are counted as consecutive: say so with "
        "gaps='ignore', or make it regular with X.asfreq(...) and filled rows.",
        UserWarning,
        stacklevel=3,
    )


def _is_business(freq):
    """Say whether a frequency knows days or hours off."""
    return "Business" in type(freq).__name__


def _period_grid(index):
    if _is_business(index.freq):
        return None
    return Grid("number", index.freq.n, int(_ticks(index, "number")[0]))


def _integer_grid(index):
    labels = _ticks(index, "number")
    declared = getattr(index, "step", None)
    step = declared or _greatest_step(np.diff(labels))
    return Grid("number", step or 1, int(labels[0]))


def _with_frequency(index):
    """Replace the stamps by a longer run of them where the index declares its step."""
    if getattr(index, "freq", None) is None:
        return index
    import pandas as pd

    index = index.as_unit("us")  # which reaches further than nanoseconds

    make_range = pd.timedelta_range if index.dtype.kind == "m" else pd.date_range
    sample = make_range(index[0], periods=FREQUENCY_SAMPLE, freq=index.freq)
    return sample if len(sample) > len(index) else index


def _stamp_grid(index, warn):
    """Try calendar months where steps are long, then the ticks of each clock."""
    clocks = ("universal", "wall") if getattr(index, "tz", None) else ("wall",)
    by_clock = {clock: _ticks(index, clock) for clock in clocks}
    may_be_months = index.dtype.kind == "M" and _are_wide(by_clock["wall"])
    if may_be_months and (grid := _find_months(by_clock)):
        return grid
    shares = []
    for clock, ticks in by_clock.items():
        steps = np.diff(ticks)
        step = _greatest_step(steps)
        if not step or (step == DAY and _has_days_off(index, ticks)):
            continue
        shares.append(np.mean(steps == step))
        if shares[-1] >= REGULAR_SHARE:
            return Grid(clock, step, int(ticks[0]))
    if warn and max(shares, default=0) >= SPARSE_SHARE:
        _warn_of_no_grid(
            "is irregular: its rows lie on a grid, but most steps of it have no row"
        )
    return None


def _are_wide(ticks):
    """Say whether all steps are long enough to be months."""
    return len(ticks) > 1 and np.diff(ticks).min() >= SHORTEST_MONTH


def _find_months(by_clock):
    """Find a monthly grid, in wall time if it is one there."""
    for clock, ticks in reversed(by_clock.items()):
        if grid := _month_grid(clock, ticks):
            return grid
    return None


def _greatest_step(steps):
    """Return the greatest step of which every step is a multiple; 0 if there is none.

    Parameters
    ----------
    steps : ndarray of int of shape (n_rows - 1,)
    """
    return int(np.gcd.reduce(steps))


def _has_days_off(index, ticks):
    """Say whether daily stamps leave out some weekday on purpose."""
    is_dates = index.dtype.kind == "M"
    return _never_on_some_weekday(ticks) or (is_dates and _passes_over_weekends(index))


def _passes_over_weekends(index):
    """Say whether dates leave out a Saturday or Sunday, and never fall on one."""
    dates = _ticks(index, "wall").astype("M8[us]").astype("M8[D]")
    n_business = np.busday_count(dates[0], dates[-1])
    return np.is_busday(dates).all() and n_business < (dates[-1] - dates[0]).astype(int)


def _never_on_some_weekday(ticks):
    """Say whether daily stamps never fall on some weekday, in weeks enough to tell."""
    days = (ticks - ticks[0]) // DAY
    return days[-1] >= 7 * WEEKS_TO_TELL and len(np.unique(days % 7)) < 7


def _month_grid(clock, ticks):
    """Find a step in months, for stamps at one fixed time from the start of a month.

    The time may run from the start of the stamp's own month or of an earlier one, where
    an index was shifted, or of the next one: month ends lie one day before it.
    """
    first = ticks[:1].astype("M8[us]")
    months_after = first.astype("M8[M]") + np.arange(1, -MONTHS_SHIFTED, -1)
    for phase in (first - months_after.astype("M8[us]")).astype(np.int64).tolist():
        months = _months(ticks, phase)
        if months is None:
            continue
        steps = np.diff(months)
        step = _greatest_step(steps)
        if step and np.mean(steps == step) >= REGULAR_SHARE:
            return Grid(clock, step, int(months[0]), phase)
    return None


def _months(ticks, phase):
    """Count the months up to each stamp, or None if one is off the grid."""
    starts = (ticks - phase).astype("M8[us]")
    months = starts.astype("M8[M]")
    if (months.astype("M8[us]") != starts).any():
        return None
    return months.astype(np.int64)


def _ticks(index, clock):
    """Return the labels as whole ticks of a clock."""
    if clock == "number":
        return index.astype("int64").to_numpy()
    if getattr(index, "tz", None) is not None:
        if clock == "universal":
            index = index.tz_convert("UTC")
        index = index.tz_localize(None)
    return index.as_unit("us").astype("int64").to_numpy()
