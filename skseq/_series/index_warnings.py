"""Warnings about the labels of an index and their frequency."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.frequency.irregular import (
    warn_about_irregular_times,
    why_irregular,
)
from skseq._series.frequency.number_labels import (
    are_whole,
    describe_gaps_in_numbers,
    integer_step,
)
from skseq._series.frequency.opening_hours.hours_warnings import (
    warn_about_changed_hours,
    warn_about_moved_hours,
)
from skseq._series.index import holds_numbers
from skseq._series.shared_frequency import find_usual_frequency, long_series


def warn_about_index(index, frequency, name):
    """Warn if labels of one series may be counted or continued unexpectedly.

    That is, if rows count as consecutive because most steps of the frequency have no
    row, if integers have many gaps, if floats have any, or if opening hours move by an
    hour, or days or hours change for good.
    """
    if holds_numbers(index):
        if gaps := describe_gaps_in_numbers(index, name):
            warn_user(gaps)
    elif frequency is None:
        warn_about_irregular_times(index, name)
    else:
        warn_about_moved_hours(index, frequency, name)
        warn_about_changed_hours(frequency, name)


def warn_about_series(axis, name):
    """Warn if labels of several series may be counted or continued unexpectedly.

    That is, if there is no shared frequency, but a series has one; if opening hours
    move or change; or if integers or floats have gaps.
    """
    frequency = axis.frequency
    are_numbers = holds_numbers(axis.labels)
    # Without a common frequency, the steps of integers are not counted.
    if are_numbers and (frequency is not None or not are_whole(axis.labels)):
        _warn_about_numbers_of_series(axis, name)
    if frequency is not None:
        warn_about_moved_hours(axis.times, frequency, name, is_of_series=True)
        warn_about_changed_hours(frequency, name, axis.names)
    elif (usual := find_usual_frequency(axis)) is not None:
        warn_user(
            f"The series of {name} have no frequency in common: "
            f"{usual.name_mismatch()}. So the rows of each series count as "
            "consecutive, gaps are not detected, and the index cannot be continued. "
            "Round or resample the times of such series, leave them out, or set "
            "gaps='ignore' in the SequenceWindower."
        )
    elif not are_numbers:
        _warn_about_irregular_series(axis, name)


def _warn_about_numbers_of_series(axis, name):
    """Warn about the first series whose labels are numbers with gaps."""
    step = integer_step(axis.times) if are_whole(axis.labels) else None
    for number in long_series(axis):
        labels = axis.labels[axis.series == number]
        if gaps := describe_gaps_in_numbers(labels, name, axis.names[number], step):
            warn_user(gaps)
            return


def _warn_about_irregular_series(axis, name):
    """Warn about the first series that would raise a warning if it were alone."""
    for number in long_series(axis):
        rows = np.flatnonzero(axis.series == number)
        if why := why_irregular(axis.labels[rows], rows):
            warn_user(
                f"The index of {name} is irregular: in series {axis.names[number]}, "
                f"{why}. The rows of each series are counted as consecutive. Confirm "
                "this with gaps='ignore' in the SequenceWindower, or round or resample "
                "the times of each series."
            )
            return
