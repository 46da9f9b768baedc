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
        Reads the label as a date, or the number that is made of its parts.
    unit : str
        NumPy's unit in which dates one step apart are consecutive.
    per_step : int, default=1
        Units in a step, such as three months in a quarter.
    divisor : int, default=1
        The label divided by it is the year, and the rest is the part of the year, such
        as the quarter; 1 if the label itself can be read.
    factors : tuple of int, default=(1, 0, 0)
        Of the year and of the part; their sum plus the last one can be read.
    is_clear : bool, default=False
        Whether integers that can be read so are hardly anything else.
    """

    pattern: str
    date_format: str
    unit: str
    per_step: int = 1
    divisor: int = 1
    factors: tuple = (1, 0, 0)
    is_clear: bool = False

    def steps(self, labels):
        """Return the number of the step of each label, or None if one is not a date."""
        import pandas as pd

        n_digits = len(self.pattern)
        if labels[0] < 10 ** (n_digits - 1) or labels[-1] >= 10**n_digits:
            return None
        years, parts = np.divmod(labels, self.divisor)
        of_year, of_part, more = self.factors
        text = pd.Index(years * of_year + parts * of_part + more).astype(str)
        times = pd.to_datetime(text, format=self.date_format, errors="coerce")
        years = times.year
        if times.isna().any() or years.min() < YEARS[0] or years.max() > YEARS[1]:
            return None
        units = times.to_numpy().astype(f"M8[{self.unit}]").astype(np.int64)
        return units // self.per_step

    def code(self, labels):
        """Return code that converts integers to dates; `labels` is code for them."""
        if self.divisor > 1:
            of_year, of_part, more = self.factors
            sign = "-" if more < 0 else "+"
            labels = (
                f"({labels} // {self.divisor} * {of_year} + "
                f"{labels} % {self.divisor} * {of_part} {sign} {abs(more)})"
            )
        return f"pd.to_datetime({labels}.astype(str), format='{self.date_format}')"


CALENDAR_NUMBERS = (
    CalendarNumber("YYYYMMDDHHMM", "%Y%m%d%H%M", "m", is_clear=True),
    CalendarNumber("YYYYMMDDHH", "%Y%m%d%H", "h", is_clear=True),
    CalendarNumber("YYYYMMDD", "%Y%m%d", "D", is_clear=True),
    CalendarNumber("YYYYMM", "%Y%m", "M"),
    CalendarNumber("YYYYQ", "%Y%m", "M", 3, 10, (100, 3, -2)),
    CalendarNumber("YYYYWW", "%G%V%u", "W", 1, 100, (1000, 10, 1)),
)
"""Known ways, from those that nothing else looks like to those that other numbers may
look like."""

N_LIKELY = 5
"""The first of these count as dates even if these have as many gaps as the integers,
because few other numbers can be read so."""


def find_calendar_number(labels, step):
    """Find how dates are written as integers that have gaps between their steps.

    At the end of a year or month such integers have a gap, and the dates have none. So
    labels are dates if the dates have fewer gaps than the integers. Return the
    `CalendarNumber`, or None.
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
        is_tied = found is None and n_gaps == fewest and place < N_LIKELY
        if n_gaps < fewest or is_tied:
            fewest, found = n_gaps, candidate
    return found
