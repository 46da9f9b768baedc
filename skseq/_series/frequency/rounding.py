"""Times rounded to units, to advise code that was tried before."""

from contextlib import suppress

from skseq._series.frequency.steps import DAY, HOUR

# Unit of pandas: its length in microseconds, and how many of it the next one has.
ROUNDING_UNITS = {
    "D": (DAY, 1),
    "h": (HOUR, 24),
    "min": (HOUR // 60, 60),
    "s": (10**6, 60),
    "ms": (10**3, 1000),
}
"""Units to round to, coarse before fine."""


def round_to(index, units):
    """Round times to each of some units to which pandas can round them.

    Parameters
    ----------
    index : pandas.DatetimeIndex, pandas.PeriodIndex or pandas.TimedeltaIndex
    units : iterable of str

    Yields
    ------
    code : str
        Such as "round('h')".
    rounded : pandas.Index
        Without duplicates.
    """
    for unit in units:
        # pandas cannot round to units of variable length, nor to times that a time
        # zone lacks or has twice.
        with suppress(ValueError):
            rounded = index.round(unit)
            if rounded.is_unique:
                yield f"round({unit!r})", rounded
