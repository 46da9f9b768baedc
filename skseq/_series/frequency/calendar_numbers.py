"""Dates that are written as integers, such as 202012 for December 2020."""

from dataclasses import dataclass

import numpy as np

YEARS = (1700, 2200)
"""Years that dates written as integers may have."""

MAX_READ = 10_000
"""Number of labels that are read as dates, because reading text is slow."""


@dataclass(frozen=True)
class CalendarNumber:
    """A way to write dates as integers.

    Attributes
    ----------
    pattern : str
        Such as "YYYYMM".
    date_format : str
        Reads `number` as a date.
    unit : str
        NumPy's unit in which dates one step apart are consecutive.
    per_step : int, default=1
        Units in a step, such as three months in a quarter.
    base : int, default=1
        The year is the number divided by this, and the part of the year the rest; 1 if
        `date_format` reads the label itself.
    number_of_part : tuple of int, default=(1, 0, 0)
        Factors of year and part, and what to add, to make a number that can be read.
    is_clear : bool, default=False
        Whether integers that can be read so are hardly anything else.
    """

    pattern: str
    date_format: str
    unit: str
    per_step: int = 1
    base: int = 1
    number_of_part: tuple = (1, 0, 0)
    is_clear: bool = False

    def steps(self, labels):
        """Return the number of the step of each label, or None if one is no date.

        Parameters
        ----------
        labels : ndarray of int64 of shape (n_rows,)
        """
        import pandas as pd

        n_digits = len(self.pattern)
        if labels[0] < 10 ** (n_digits - 1) or labels[-1] >= 10**n_digits:
            return None
        years, parts = np.divmod(labels, self.base)
        of_year, of_part, more = self.number_of_part
        text = pd.Index(years * of_year + parts * of_part + more).astype(str)
        times = pd.to_datetime(text, format=self.date_format, errors="coerce")
        years = times.year
        if times.isna().any() or years.min() < YEARS[0] or years.max() > YEARS[1]:
            return None
        units = times.to_numpy().astype(f"M8[{self.unit}]").astype(np.int64)
        return units // self.per_step

    def code(self, labels):
        """Return code that makes dates of labels.

        Parameters
        ----------
        labels : str
            Code of the integers.
        """
        if self.base > 1:
            of_year, of_part, more = self.number_of_part
            labels = (
                f"({labels} // {self.base} * {of_year} + {labels} % {self.base} * "
                f"{of_part} {'-' if more < 0 else '+'} {abs(more)})"
            )
        return f"pd.to_datetime({labels}.astype(str), format='{self.date_format}')"


CALENDAR_NUMBERS = (
    CalendarNumber("YYYYMMDDHHMM", "%Y%m%d%H%M", "m", is_clear=True),
    CalendarNumber("YYYYMMDDHH", "%Y%m%d%H", "h", is_clear=True),
    CalendarNumber("YYYYMMDD", "%Y%m%d", "D", is_clear=True),
    CalendarNumber("YYYYMM", "%Y%m", "M"),
    CalendarNumber("YYYYQ", "%Y%m", "M", 3, 10, (100, 3, -2)),
    CalendarNumber("YYYYQQ", "%Y%m", "M", 3, 100, (100, 3, -2)),
    CalendarNumber("YYYYH", "%Y%m", "M", 6, 10, (100, 6, -5)),
    CalendarNumber("YYYYDDD", "%Y%j", "D"),
    CalendarNumber("YYYYWW", "%G%V%u", "W", 1, 100, (1000, 10, 1)),
    CalendarNumber("YYMMDD", "%y%m%d", "D"),
)
"""Known ways, from those that nothing else looks like to those that other numbers may
look like."""

MAY_BE_TIED = 5
"""The first of these are preferred to mere integers with as many gaps."""


def find_calendar_number(labels, step):
    """Find how dates are written as integers with gaps.

    At the end of a year or month such integers have a gap, and the dates have none. So
    labels are dates if they then have fewer gaps.

    Parameters
    ----------
    labels : ndarray of int64 of shape (n_rows,)
        Strictly ascending, with a gap.
    step : int
        Of the integers.

    Returns
    -------
    calendar_number : CalendarNumber or None
    """
    first = int((np.diff(labels) != step).argmax())
    labels = labels[max(first - MAX_READ // 2, 0) :][:MAX_READ]
    fewest, found = np.count_nonzero(np.diff(labels) != step), None
    for place, candidate in enumerate(CALENDAR_NUMBERS):
        steps = candidate.steps(labels)
        if steps is None:
            continue
        if candidate.is_clear:
            return candidate
        distances = np.diff(steps)
        n_gaps = np.count_nonzero(distances != np.gcd.reduce(distances))
        is_tied = found is None and n_gaps == fewest and place < MAY_BE_TIED
        if n_gaps < fewest or is_tied:
            fewest, found = n_gaps, candidate
    return found
