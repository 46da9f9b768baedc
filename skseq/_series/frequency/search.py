"""Find the frequency of an index: the declared one, else the one its labels lie on."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.frequency.clocks import clocks_of, finest_unit, is_period
from skseq._series.frequency.declared import declared_frequency, period_frequency
from skseq._series.frequency.frequency import Frequency
from skseq._series.frequency.inferred import (
    infer_exactly,
    infer_nearly,
    usual_steps,
)
from skseq._series.frequency.integers import (
    are_whole,
    integer_step,
    warn_of_uneven_integers,
)
from skseq._series.frequency.steps import DAY, EvenSteps

SPARSE_RATE = 0.1
"""A frequency of which this part of the steps has rows is worth a warning."""

MOST_OF_A_CLOCK_CHANGE = DAY // 12
"""Two hours: labels that leave their frequency by more did so for another reason."""


def find_frequency(index, *, name="X", warn=False):
    """Find the frequency that the rows of a series lie on.

    That is ``index.freq`` where declared. Else it is the coarsest frequency on which
    all labels lie and on which at least half of them follow the label before by one
    step. Nights, weekends and other times of the week without rows do not count.

    Parameters
    ----------
    index : pandas.Index or None
        Strictly ascending labels; see `skseq._series.index.time_index`.
    name : str, default="X"
        Of the table, for messages.
    warn : bool, default=False

    Returns
    -------
    frequency : Frequency or None
        None where rows count as consecutive: numbers with fractions, irregular times.

    Raises
    ------
    ValueError
        If nearly all labels lie on a frequency and a few do not.

    Warns
    -----
    UserWarning
        With ``warn``, if most steps of the frequency have no row, so that rows count
        as consecutive, and if integers do not count evenly.
    """
    if index is None or len(index) == 0:
        return None
    if index.dtype.kind in "iuf":
        if not are_whole(index):
            return None
        step = integer_step(index)
        if warn:
            warn_of_uneven_integers(index, step, name)
        return Frequency(step, clocks_of(index)[0], EvenSteps(int(index[0]), step))
    if is_period(index):
        return period_frequency(index)
    freq = getattr(index, "freq", None)
    clocks = clocks_of(index, finest_unit(index, freq))
    declared = None if freq is None else declared_frequency(index, freq, clocks)
    return declared or _inferred_frequency(index, clocks, name, warn)


def _inferred_frequency(index, clocks, name, warn):
    if len(index) < 2:
        return None
    all_ticks = [clock.ticks(index)[0] for clock in clocks]
    by_clock = list(zip(clocks, all_ticks, strict=True))
    exact = infer_exactly(by_clock)
    if exact is not None:
        return exact
    nearly = infer_nearly(index, by_clock)
    if nearly is not None:
        return _if_all_are_on(index, nearly, name)
    if warn:
        _warn_of_irregular_times(index, by_clock, name)
    return None


def _warn_of_irregular_times(index, by_clock, name):
    """Warn if times that have no frequency nearly have one."""
    why, remedy = None, ""
    if _is_sparse(by_clock):
        why = "its rows lie on a frequency, but most steps of it have no row"
        remedy = f", or make the index regular with {name}.asfreq(...) and fill it"
    elif usual := usual_steps(by_clock):
        row = int((~usual.are_on(index)).argmax())
        why = (
            f"most rows follow the one before by {usual.describe()}, but from "
            f"{index[row]} (row {row}) on they leave the frequency"
        )
        remedy = _advice_of_zone(index[row:], usual, name)
    if why:
        warn_user(
            f"The index of {name} is irregular: {why}. Rows are counted as "
            f"consecutive: confirm it with gaps='ignore'{remedy}."
        )


def _advice_of_zone(index, usual, name):
    """Return the advice to name the time zone, where labels are off by some hours."""
    ticks, rule = usual.clock.ticks(index[:1])[0], usual.rule
    late = int((ticks - rule.origin)[0] % rule.step)
    if usual.clock.unit != "us" or min(late, rule.step - late) > MOST_OF_A_CLOCK_CHANGE:
        return ""
    to_utc = "" if getattr(index, "tz", None) else ".tz_localize('UTC')"
    return (
        ", or shift the labels back. Local days in universal time need their time "
        f"zone: {name}.index{to_utc}.tz_convert(...)"
    )


def _if_all_are_on(index, frequency, name):
    """Return the frequency, or raise if a few labels are off."""
    is_on = frequency.are_on(index)
    if is_on.all():
        return frequency
    row, advice = int((~is_on).argmax()), frequency.rounding(index, name)
    advice = advice or _advice_of_days(index, name)
    raise ValueError(
        f"The index of {name} has the frequency {frequency.describe()} but for "
        f"{(~is_on).sum()} of {len(index)} labels, the first of them {index[row]} (row "
        f"{row}). Correct these labels{advice}, drop their rows, or count rows as "
        "consecutive with gaps='ignore'."
    )


def _advice_of_days(index, name):
    """Return the advice to leave out times of day, where the days have a frequency."""
    if index.dtype.kind != "M" or not index.normalize().is_unique:
        return ""
    days = index.normalize()
    by_clock = [(clock, clock.ticks(days)[0]) for clock in clocks_of(days)]
    return f" ({name}.index.normalize())" if infer_exactly(by_clock) else ""


def _is_sparse(by_clock):
    """Say whether rows lie on a frequency of which a few steps follow each other."""
    steps = [np.diff(ticks) for _, ticks in by_clock]
    return max(np.mean(s == np.gcd.reduce(s)) for s in steps) >= SPARSE_RATE
