"""Labels that look like times but are not read as times: text and intervals."""

import re

from skseq._estimator.warnings import warn_user

DATES_READ = 20
"""Number of text labels to inspect: enough to distinguish dates from names."""

MIN_YEARS = 3
"""Number of labels from which on text such as "1990", "1991" looks like years."""

YEAR = r"(1[5-9]|2[01])\d\d"
MONTH = "(0?[1-9]|1[0-2])"
DAY_TEXT = r"(0?[1-9]|[12]\d|3[01])"
# Numbers without a separator have two digits, and product codes rarely contain only
# months up to 12.
MONTH_2, DAY_2 = "(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
TIME_OF_DAY = r"([ T].*)?"
WEEK = r"(W|KW|week)\ ?([0-4]?\d|5[0-3])"
MONTH_NAME = (
    "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    "(uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?"
)
WEEKDAY = "(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?"

DATE_TEXT = re.compile(
    rf"""(?ix)
    {YEAR}[-/.]{MONTH}([-/.]{DAY_TEXT}{TIME_OF_DAY})?  # 2024-01-31 12:00, 2024-01
    | {YEAR}{MONTH_2}({DAY_2}{TIME_OF_DAY})?  # 20240131, 202401
    | {YEAR}-{MONTH}-{DAY_TEXT}/{YEAR}-{MONTH}-{DAY_TEXT}  # 2024-01-01/2024-01-07
    | ({DAY_TEXT}[-/.]{MONTH}|{MONTH}[-/.]{DAY_TEXT})[-/.]({YEAR}|\d\d)(\ .*)?  # 1.3.24
    | {MONTH}[-/.]{YEAR}  # 01/2024
    | {YEAR}[- ]?[QHS][1-4] | [QHS][1-4][-/ ]?{YEAR} | [1-4]Q[-/ ]?{YEAR}  # 2024Q1
    | {YEAR}[- ]?M{MONTH}  # 2024M01
    | {YEAR}[- ]?{WEEK}(-?[1-7])? | {WEEK}[-/, ]*{YEAR}  # 2024-W05
    | ({WEEKDAY}[., ]+)?({DAY_TEXT}(st|nd|rd|th)?[. -]+)?
      {MONTH_NAME}[ .,-]*({DAY_TEXT}(st|nd|rd|th)?,?\ )?({YEAR}|\d\d){TIME_OF_DAY}
      # 31 Jan 2024, Jan-24
    | {YEAR}[ .-]?{MONTH_NAME}([ .-]{DAY_TEXT})?  # 2024 Jan
    """
)

YEAR_TEXT = re.compile(r"(1[89]|2[01])\d\d")

CONVERSIONS = {
    # Labels of local time have two offsets in a year. After minutes, a minus sign may
    # stand between the ends of an interval.
    re.compile(rf"{YEAR}.*(:\d\d:\d\d(\.\d+)?\ ?[+-]|:\d\d\ ?\+)\d\d(:?\d\d)?"): (
        "pd.to_datetime({labels}, utc=True)"
    ),
    re.compile(rf"(?i){YEAR}-?Q[1-4]|[1-4]Q{YEAR}"): (
        'pd.PeriodIndex({labels}, freq="Q")'
    ),
    re.compile(rf"Q[1-4][ -]?{YEAR}"): (
        'pd.PeriodIndex({labels}.str[-4:] + {labels}.str[:2], freq="Q")'
    ),
    re.compile(rf"{YEAR}-W\d\d"): (
        'pd.to_datetime({labels} + "-1", format="%G-W%V-%u")'
    ),
}
"""Code for labels that pd.to_datetime cannot read without help."""

CONVERSION = (
    "pd.to_datetime({labels}, ...), with dayfirst=True if the day comes before the "
    "month, or with format='...'"
)


def looks_like_dates(index):
    """Return whether labels are text that looks like dates.

    Years alone look like dates if there are several in order, because product codes
    may have four digits, too. Missing labels are ignored.
    """
    index = index.dropna()
    # Spread over the index, because its first labels may be untypical.
    labels = index[:: max(1, len(index) // DATES_READ)]
    if len(labels) == 0 or not all(isinstance(label, str) for label in labels):
        return False
    if all(DATE_TEXT.fullmatch(label.strip()) for label in labels):
        return True
    years = [label.strip() for label in index] if len(index) >= MIN_YEARS else [""]
    if not all(map(YEAR_TEXT.fullmatch, years)):
        return False
    in_order = sorted(set(years))
    return years in (in_order, in_order[::-1])


def holds_intervals_of_dates(index):
    """Return whether labels are intervals of dates or of time differences."""
    dtype = getattr(index, "categories", index).dtype
    return getattr(getattr(dtype, "subtype", None), "kind", "") in ("M", "m")


def warn_about_unread_times(index, name):
    """Warn if labels of one level are not times, but look like times."""
    conversion = conversion_of(index, f"{name}.index")
    if holds_intervals_of_dates(index):
        warn_user(
            f"The index of {name} contains intervals of dates ({index[0]}). Intervals "
            "are not read as times, so rows count as consecutive. Use one of their "
            f"ends: {name}.index = {conversion}"
        )
    elif looks_like_dates(index):
        warn_user(
            f"The index of {name} is text that looks like dates ({index[0]!r}). Text "
            "is not read as times, so rows count as consecutive. Convert it: "
            f"{name}.index = {conversion}."
        )


def conversion_of(index, labels):
    """Return code that converts text or intervals to times, or an empty text.

    `labels` is the code for the index, which has one level.
    """
    first = next(iter(index.dropna()), None)
    if hasattr(first, "closed_left"):
        is_category = hasattr(index, "categories")
        return f"pd.IntervalIndex({labels}).left" if is_category else f"{labels}.left"
    if not isinstance(first, str):
        return ""
    fitting = (c for form, c in CONVERSIONS.items() if form.fullmatch(first.strip()))
    return next(fitting, CONVERSION).format(labels=labels)
