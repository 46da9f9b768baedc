"""Find the frequency of an index: the declared frequency, else infer it."""

from skseq._series.frequency.clocks import clocks_of, is_period
from skseq._series.frequency.declared import declared_frequency, period_frequency
from skseq._series.frequency.floats import warn_of_gaps_in_floats
from skseq._series.frequency.frequency import Frequency
from skseq._series.frequency.hours_warnings import (
    warn_of_changed_hours,
    warn_of_moved_hours,
)
from skseq._series.frequency.inferred import (
    infer_exactly,
    infer_nearly,
    ticks_by_clock,
)
from skseq._series.frequency.integers import (
    are_whole,
    integer_step,
    warn_of_uneven_integers,
)
from skseq._series.frequency.irregular import warn_of_irregular_times
from skseq._series.frequency.regular_code import regular_code
from skseq._series.frequency.steps import EvenSteps


def find_frequency(index, *, name="X", warn=False, is_of_series=False):
    """Find the frequency of the labels of a series.

    This is ``index.freq`` if declared. Otherwise it is the coarsest frequency that
    contains all labels and on which at least half are one step after the label before.
    Nights, weekends and other times of the week without rows are not counted as steps.

    Parameters
    ----------
    index : pandas.Index or None
        Strictly ascending labels; see `skseq._series.index.time_index`.
    name : str, default="X"
        Name of the table in messages.
    warn : bool, default=False
    is_of_series : bool, default=False
        Whether the labels are those of several series together. If one of these ends,
        the others do not show that opening hours have changed.

    Returns
    -------
    frequency : Frequency or None
        None if rows count as consecutive: the labels are floats or irregular times.

    Raises
    ------
    ValueError
        If nearly all labels are on a frequency and a few are not.

    Warns
    -----
    UserWarning
        With ``warn=True``, if rows count as consecutive because most steps of the
        frequency have no row, if integers have many gaps, if floats have any, or if
        opening hours move by an hour, or days or hours change for good.
    """
    if index is None or len(index) == 0:
        return None
    # Integers and periods are never irregular, so nothing needs to be inferred.
    if index.dtype.kind in "iuf":
        if not are_whole(index):
            if warn:
                warn_of_gaps_in_floats(index, name, is_of_series=is_of_series)
            return None
        step = integer_step(index)
        if warn:
            warn_of_uneven_integers(index, step, name, is_of_series)
        return Frequency(step, clocks_of(index)[0], EvenSteps(int(index[0]), step))
    if is_period(index):
        periods = period_frequency(index)
        if not is_of_series:
            periods = periods.with_changes(index)
        if warn:
            warn_of_changed_hours(periods, name)
        return periods
    freq = getattr(index, "freq", None)
    clocks = clocks_of(index)
    declared = None if freq is None else declared_frequency(index, freq, clocks)
    return declared or _inferred_frequency(index, clocks, name, warn, is_of_series)


def _inferred_frequency(index, clocks, name, warn, is_of_series):
    if len(index) < 2:
        return None
    by_clock = ticks_by_clock(index)
    # An exact frequency is tried first. A coarser one that contains nearly all labels
    # would turn regular labels into mistakes.
    exact = infer_exactly(by_clock)
    # Fractions of a microsecond match no frequency.
    if exact is not None and clocks[0].ticks(index)[1].all():
        if not is_of_series:
            exact = exact.with_changes(index)
        if warn:
            warn_of_moved_hours(index, exact, name)
            warn_of_changed_hours(exact, name)
        return exact
    nearly = infer_nearly(index, by_clock)
    if nearly is not None:
        return _if_all_are_on(index, nearly, name, is_of_series)
    if warn:
        warn_of_irregular_times(index, name)
    return None


def _if_all_are_on(index, frequency, name, is_of_series):
    """Return the frequency, or raise if a few labels are off."""
    is_on = frequency.contains(index)
    if is_on.all():
        return frequency
    row = int((~is_on).argmax())
    where = f" (row {row})"
    code = frequency.rounding_code(index) or regular_code(index)
    advice = f" ({name}.index.{code})" if code else ""
    if is_of_series:
        # Labels of all series together have no rows, and the code is for one level.
        where = advice = ""
    raise ValueError(
        f"The index of {name} has the frequency {frequency.describe()}, except for "
        f"{(~is_on).sum()} of {len(index)} labels; the first is {index[row]}"
        f"{where}. Correct these labels{advice}, drop their rows, or "
        "count rows as consecutive with gaps='ignore' in the SequenceWindower."
    )
