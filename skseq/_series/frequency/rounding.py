"""Rounding of times, tried before a message advises it."""

from contextlib import suppress

UNITS = "h", "30min", "15min", "10min", "5min", "min", "30s", "10s", "s", "100ms", "ms"
# A closing time is rounded to the next day, so its day is found by normalize.
WAYS = [("round", unit) for unit in UNITS] + [
    ("normalize",),
    *(("round", unit) for unit in ("3h", "6h", "D")),
]
"""Methods that round times, with their arguments: those that move them least come
first, and coarse units before fine ones."""


def rounding_code(index, is_regular, unit="h"):
    """Return a call such as "round('h')" that rounds times as wanted, or an empty text.

    `is_regular` is called with a rounded index without duplicates, and returns whether
    it is as wanted. `unit` is tried first.
    """
    if index.dtype.kind not in "mM":
        return ""
    for method, *units in [("round", unit), *WAYS]:
        # pandas cannot round to units of variable length, nor to times that a time
        # zone lacks or has twice. Time differences have no days.
        with suppress(ValueError, AttributeError):
            rounded = getattr(index, method)(*units)
            if _all_change_their_day(index, rounded):
                continue  # the last moment of a month would become the next month
            if rounded.is_unique and is_regular(rounded):
                return f"{method}({''.join(map(repr, units))})"
    return ""


def _all_change_their_day(times, rounded):
    """Return whether rounding moves every time that it changes to another day."""
    is_moved = times != rounded
    if times.dtype.kind == "m" or not is_moved.any():
        return False
    return bool((times.day != rounded.day)[is_moved].all())
