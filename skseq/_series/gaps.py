"""What the missing steps of fitted rows may mean: advice for messages."""

from datetime import timedelta

import numpy as np

from skseq._series.frequency.opening_hours.sessions import MAX_HOLIDAY_RATE
from skseq._series.index import holds_numbers

ONE_HOUR = timedelta(hours=1)

WEEKDAYS = "Mon Tue Wed Thu Fri"
"""The weekmask that pandas assumes."""

READ_DATES = (
    "dates were read correctly (pass dayfirst=True for 31.12.2024, or date_format=, to "
    "pd.read_csv or pd.to_datetime)"
)
READ_NUMBERS = (
    "numbers of the index count steps (convert dates such as 202412 with "
    "pd.to_datetime)"
)

# Days 1 to 12 of each month, which is what months read as days look like at best, lack
# 16 to 19 days for every 12 rows.
MANY_MISSING = 0.5
"""With more missing steps for each row, labels may have been read wrongly."""


def advise_on_reading(axis):
    """Advise how to read labels if many steps of their frequency have no row.

    Months that are read as days leave gaps of most of a year. Rows that are merely
    missing leave fewer. The advice is a sentence, or an empty text.
    """
    is_asked = axis.frequency is not None and axis.labels is not None
    n_rows = len(axis.steps)
    n_missing = int(missing_steps(axis).sum()) if is_asked else 0
    if n_missing <= MANY_MISSING * n_rows:
        return ""
    advice = READ_NUMBERS if holds_numbers(axis.labels) else READ_DATES
    return (
        f"The frequency is {axis.frequency.describe()}, and {n_missing} of its "
        f"{n_missing + n_rows} steps have no row: check that the {advice}."
    )


def advise_on_holidays(axis, name):
    """Advise to declare the holidays of a table if its longest gap may be one.

    The advice is a sentence, or an empty text.
    """
    offset = getattr(axis.frequency, "offset", None)
    # The index of several series cannot declare a frequency.
    is_asked = axis.names is None and axis.labels is not None
    if not is_asked or axis.labels.dtype.kind != "M":
        return ""
    missing = missing_steps(axis)
    n_missing, code = missing.sum(), offset_code(offset)
    is_rare = n_missing <= MAX_HOLIDAY_RATE * (n_missing + len(axis.steps))
    if not (code and n_missing and is_rare):
        return ""
    row = int(missing.argmax())
    before, after = axis.labels[row], axis.labels[row + 1]
    due = axis.frequency.extend(before, 1)[0]
    # Whole days are missing if the first missing row is the first of a day, and the
    # next row comes at the same time.
    if due - before == ONE_HOUR or due.time() != after.time():
        return ""
    return f"If these days are holidays, declare all holidays: {name}.asfreq({code})."


def offset_code(offset):
    """Return the code of a pandas offset with holidays.

    It is empty unless the offset is one of business days, or of business hours without
    a break.
    """
    kind = type(offset).__name__.removeprefix("Custom")
    if kind not in ("BusinessDay", "BusinessHour") or offset.n != 1:
        return ""
    hours = ""
    if kind == "BusinessHour":
        if len(offset.start) > 1:
            return ""
        hours = f"start='{offset.start[0]:%H:%M}', end='{offset.end[0]:%H:%M}', "
    weekmask = getattr(offset, "weekmask", None)  # None for those of all weekdays
    days = f"weekmask={weekmask!r}, " if weekmask not in (None, WEEKDAYS) else ""
    return f"pd.offsets.Custom{kind}({hours}{days}holidays=[...])"


def missing_steps(axis):
    """Count the missing steps of a sorted axis after each row but the last."""
    n_missing = np.diff(axis.steps) - 1
    n_missing[np.diff(axis.series) != 0] = 0
    return n_missing
