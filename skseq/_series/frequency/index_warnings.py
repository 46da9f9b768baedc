"""Warnings about the labels of an index and their frequency."""

from skseq._series.frequency.floats import warn_about_gaps_in_floats
from skseq._series.frequency.integers import are_whole, warn_about_uneven_integers
from skseq._series.frequency.irregular import warn_about_irregular_times
from skseq._series.frequency.opening_hours.hours_warnings import (
    warn_about_changed_hours,
    warn_about_moved_hours,
)


def warn_about_index(index, frequency, name):
    """Warn if labels of one series may be counted or continued unexpectedly.

    Parameters
    ----------
    index : pandas.Index of length n_rows
    frequency : Frequency or None
        See `find_frequency`.
    name : str
        Name of the table.

    Warns
    -----
    UserWarning
        If rows count as consecutive because most steps of the frequency have no row, if
        integers have many gaps, if floats have any, or if opening hours move by an
        hour, or days or hours change for good.
    """
    if index.dtype.kind in "iuf":
        warn_about_numbers(index, name)
    elif frequency is None:
        warn_about_irregular_times(index, name)
    else:
        warn_about_moved_hours(index, frequency, name)
        warn_about_changed_hours(frequency, name)


def warn_about_numbers(index, name, *, is_of_series=False):
    """Warn if integers have many gaps, or if floats have any.

    Parameters
    ----------
    index : pandas.Index of numbers, strictly ascending
    name : str
        Name of the table.
    is_of_series : bool, default=False
        Whether the numbers are the second level of its index.
    """
    if are_whole(index):
        warn_about_uneven_integers(index, name, is_of_series)
    else:
        warn_about_gaps_in_floats(index, name, is_of_series=is_of_series)
