"""Find the frequency of an index: the declared frequency, else infer it."""

from skseq._series.frequency.clocks import clocks_of
from skseq._series.frequency.declared import declared_frequency, period_frequency
from skseq._series.frequency.finer_rows import check_not_finer
from skseq._series.frequency.frequency import Frequency
from skseq._series.frequency.inferred import (
    infer_exactly,
    infer_nearly,
    ticks_by_clock,
)
from skseq._series.frequency.irregular import regular_code
from skseq._series.frequency.number_labels import are_whole, integer_step
from skseq._series.frequency.steps import EvenSteps
from skseq._series.index import holds_numbers, is_period


def find_frequency(index, *, name="X", is_of_series=False):
    """Find the frequency of the labels of a series.

    This is ``index.freq`` if declared. Otherwise it is the coarsest frequency that
    contains all labels and on which at least half are one step after the label before.
    Nights, weekends and other times of the week without rows are not counted as steps.

    Return None if rows count as consecutive: the labels are floats or irregular times.

    Parameters
    ----------
    index : pandas.Index or None
        Strictly ascending labels; see `skseq._series.index.time_index`.
    name : str, default="X"
        Name of the table in messages.
    is_of_series : bool, default=False
        Whether the labels are those of several series together. If one of these ends,
        the others do not show that opening hours have changed.

    Raises
    ------
    ValueError
        If nearly all labels are on a frequency and a few are not, or if the rows of
        one series get finer.
    """
    if index is None or len(index) == 0:
        return None
    # Integers and periods are never irregular, so nothing needs to be inferred.
    if holds_numbers(index):
        if not are_whole(index):
            return None
        step = integer_step(index)
        return Frequency(step, clocks_of(index)[0], EvenSteps(int(index[0]), step))
    are_periods = is_period(index)
    if not are_periods and ((declared := declared_frequency(index)) or len(index) < 2):
        return declared
    if not is_of_series:
        check_not_finer(index, name)
    if are_periods:
        exact = period_frequency(index)
    else:
        # An exact frequency is tried first. A coarser one that contains nearly all
        # labels would turn regular labels into mistakes.
        by_clock = ticks_by_clock(index)
        exact = infer_exactly(by_clock)
        # Fractions of a microsecond match no frequency.
        if exact is None or not by_clock[0][0].ticks(index)[1].all():
            nearly = infer_nearly(index, by_clock)
            if nearly is not None:
                _check_all_on(index, nearly, name, is_of_series)
            return nearly
    return exact if is_of_series else exact.with_changes(index)


def _check_all_on(index, frequency, name, is_of_series):
    """Raise if a few labels are off the frequency of the others."""
    is_on = frequency.contains(index)
    if is_on.all():
        return
    row = int((~is_on).argmax())
    where = advice = ""
    # Labels of all series have no row number, and the code is for an index of one
    # level.
    if not is_of_series:
        where = f" (row {row})"
        code = frequency.rounding_code(index) or regular_code(index)
        advice = f" ({name}.index.{code})" if code else ""
    raise ValueError(
        f"The index of {name} has the frequency {frequency.describe()}, except for "
        f"{(~is_on).sum()} of {len(index)} labels; the first is {index[row]}"
        f"{where}. Correct these labels{advice}, drop their rows, or "
        "count rows as consecutive with gaps='ignore' in the SequenceWindower."
    )
