"""Whether a two-level index has the levels (series, time), or others."""

import re
from contextlib import suppress

from skseq._estimator.warnings import warn_user
from skseq._series.date_text import (
    YEAR_TEXT,
    holds_intervals_of_dates,
    looks_like_dates,
)
from skseq._series.index import as_times, holds_numbers, kind_of_labels

FIRST_YEAR, LAST_YEAR = 1800, 2200
"""Numbers that may be years."""

PARTS_OF_YEARS = (
    (4, "quarters", "{years} * 100 + {parts} * 3 - 2", "%Y%m"),
    (12, "months", "{years} * 100 + {parts}", "%Y%m"),
    (53, "weeks", "{years} * 1000 + {parts} * 10 + 1", "%G%V%u"),
    (366, "days", "{years} * 1000 + {parts}", "%Y%j"),
)
"""Largest number of each part of a year, its name, and how to make a date of it: code
for a number, and the format that reads it."""

CLOCK_TIME = re.compile(r"([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?")

TIME_WORDS = {
    *("age", "date", "datetime", "day", "dt", "epoch", "hour", "minute", "month"),
    *("period", "quarter", "second", "step", "time", "timestamp", "unix", "week"),
    *("year", "yyyymm", "yyyymmdd"),
}
"""Words in the name of a level that contains times."""


def check_level_order(names, labels, index, name):
    """Raise if the first level of an index contains times and the second does not.

    `names` and `labels` are those of a `TimeAxis`, and `name` is what the table with
    the index is called.
    """
    kind = kind_of_names(names)
    has_times = labels is not None and not holds_numbers(labels)
    # Periods may name series, such as the month in which customers came. Timestamps
    # rarely do, so even two levels of timestamps are an error.
    if kind is None or (has_times and names.dtype.kind != "M"):
        return
    first, second = (f"{name}.index.get_level_values({level})" for level in (0, 1))
    if hours := code_of_hours(index.unique(1), second):
        advice = (
            f"Combine both into one time: {name}.index = pd.to_datetime({first}) + "
            f"{hours}. If the second level names series, swap the levels"
        )
    elif has_times:  # after a swap, the other level would raise the same error
        advice = "Both levels contain times. Drop the one that is not the time of a row"
    else:
        advice = f"Swap the levels: {name}.swaplevel()"
    raise ValueError(
        f"The index of {name} must have the levels (series, time), but its first "
        f"level {index.names[0]!r} contains {kind}. {advice}. If the first level does "
        f"name series, convert it to text: {name}.index = {name}.index.set_levels("
        f"'series ' + {name}.index.levels[0].astype(str), level=0)."
    )


def code_of_hours(level, code):
    """Return how to convert hours of the day to time differences, or None.

    `level` contains unique labels; `code` is the code of the labels of all rows.
    """
    if len(level) and all(CLOCK_TIME.fullmatch(str(label).strip()) for label in level):
        seconds = "" if str(level[0]).count(":") == 2 else ' + ":00"'
        return f"pd.to_timedelta({code}.astype(str){seconds})"
    hours = as_numbers(level)
    if hours is None or hours.min() < 0 or hours.max() > 24:
        return None
    # Numbers that start at 0 or 1 and stop before 23 probably name series.
    are_likely = hours.min() > 1 or hours.max() >= 23
    return f'pd.to_timedelta({code}, "h")' if are_likely else None


def kind_of_names(names):
    """Return which times the names of series are, in a few words; None if none."""
    if holds_intervals_of_dates(names):
        return "intervals of dates"
    # A single name, such as that of a product, may look like a date by chance, and
    # years may name series.
    if len(names) > 1 and looks_like_dates(names) and not are_years(names):
        return f"text that looks like dates ({names[0]!r})"
    times = _times_or_none(names)
    return None if times is None or holds_numbers(times) else kind_of_labels(times)


def are_years(names):
    """Return whether names are years, as numbers or text; none may be missing."""
    if all(isinstance(one, str) for one in names):
        return all(YEAR_TEXT.fullmatch(one.strip()) for one in names)
    numbers = as_numbers(names)
    return numbers is not None and numbers.between(FIRST_YEAR, LAST_YEAR).all()


def as_numbers(labels):
    """Return labels as a Series if they are whole numbers, else None."""
    numbers = _times_or_none(labels)
    if numbers is None or not holds_numbers(numbers):
        return None
    numbers = numbers.to_series()
    return numbers if (numbers % 1 == 0).all() else None


def _times_or_none(labels):
    with suppress(ValueError):  # dates and other labels
        return as_times(labels)


def warn_about_level_order(names, labels, index, name):
    """Warn if the levels of an index look like (time, series) or (year, month).

    The arguments are those of `check_level_order`.
    """
    if len(names) < 2 or not holds_numbers(labels):
        return
    if part := part_of_years(names, labels):
        _warn_about_years(names, labels, name, part)
        return
    # Other numbers do not show which level is time, so only the names of levels tell.
    first, second = index.names
    if second is not None and is_named_as_time(first) and not is_named_as_time(second):
        warn_user(
            f"The index of {name} must have the levels (series, time), but judging by "
            f"their names {first!r} and {second!r}, the first is time. Each {first!r} "
            "is read as a series of its own. Swap the levels: "
            f"{name}.swaplevel(). If the first does name series, rename it."
        )


def is_named_as_time(level):
    """Return whether the name of a level has a word for time, such as 'week_number'."""
    if not isinstance(level, str):
        return False
    words = re.findall("[A-Z]?[a-z]+|[A-Z]+", level)
    return any(word.lower().removesuffix("s") in TIME_WORDS for word in words)


def part_of_years(names, labels):
    """Return the item of `PARTS_OF_YEARS` that the labels look like, or None."""
    numbers = as_numbers(labels) if are_years(names) else None
    if numbers is None or numbers.min() < 1:
        return None
    return next((part for part in PARTS_OF_YEARS if numbers.max() <= part[0]), None)


def _warn_about_years(names, labels, name, part):
    """Warn that the levels of an index look like (year, month), not (series, time)."""
    _, parts, number_of_date, date_format = part
    years_of, parts_of = (
        f"{name}.index.get_level_values({level}).astype(int)" for level in (0, 1)
    )
    number = number_of_date.format(years=years_of, parts=parts_of)
    warn_user(
        f"The levels of the index of {name} look like years ({min(names)} to "
        f"{max(names)}) and {parts} ({int(labels.min())} to {int(labels.max())}), but "
        "they are read as (series, time): each year is a series of its own, and no "
        "window reaches into the year before. Combine both into one date: "
        f"{name}.index = pd.to_datetime(({number}).astype(str), "
        f'format="{date_format}"). If years name series, convert them to text, such '
        "as 'shop 2001'. If the second level names series, swap the levels: "
        f"{name}.swaplevel()."
    )
