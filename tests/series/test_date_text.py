"""Text and intervals that look like times: a warning says how to convert them."""

import re

import numpy as np
import pandas as pd
import pytest

from skseq import SequenceWindower
from skseq._series.axis import TimeAxis
from skseq._series.date_text import conversion_of, looks_like_dates

DAYS = pd.date_range("1998-12-28", periods=300)
MONTHS = pd.date_range("1998-11-01", periods=60, freq="MS")
HOURS = pd.date_range("2025-03-29", periods=72, freq="h", tz="Europe/Berlin")
YEARS = pd.date_range("1890-01-01", periods=40, freq="YS")


def table(index):
    return pd.DataFrame({"a": np.arange(float(len(index)))}, index=index)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "2024-01",
        "2024/1/31",
        "20240131",
        "202401",
        "2024-01-31 12:00",
        "2024-01-31T12:00:00Z",
        "31.01.2024",
        "1/31/24",
        "01/2001",
        "1.2001",
        "2024Q1",
        "2024-Q1",
        "Q1 2024",
        "Q1-2024",
        "1Q2024",
        "2024H2",
        "2001M01",
        "2001-M1",
        "2001-W01",
        "2001W1",
        "2001-W01-3",
        "W01 2001",
        "KW 5/2001",
        "Jan 2024",
        "Jan-24",
        "2024 Jan",
        "2024-January-05",
        "31 January 2024",
        "Wed, 31 Jan 2024 12:00",
        "January 31st, 2024",
        "2024-01-01/2024-01-07",
    ],
)
def test_text_that_looks_like_dates(text):
    assert looks_like_dates(pd.Index([text] * 3))
    assert looks_like_dates(pd.Index([None, text, text]))
    assert looks_like_dates(pd.CategoricalIndex([text, text]))
    assert not looks_like_dates(pd.Index([text, "total"]))


@pytest.mark.parametrize(
    "text",
    [
        *("row 1", "a", "12", "12345678", "store 1-2-2024", "ab-2024", "mayor 12"),
        *("201399", "201312345", "20241301", "2024-13", "13/2001", "2001M13"),
        *("2001-W60", "2001Q5", "Q1", "W01", "M8", "H2", "KW 5", "2001", "2001-123"),
        *("A2001Q1", "2001Q1-A", "May", "April", "March Ltd", "1.0", "v1.2.3", "31-99"),
        *("summer 2001", "SKU 2001", "2001 m", "wednesday"),
    ],
)
def test_text_that_does_not_look_like_dates(text):
    assert not looks_like_dates(pd.Index([text]))
    assert not looks_like_dates(pd.Index([text] * 5))


def test_product_codes_are_no_dates():
    rng = np.random.default_rng(0)
    for low, high in ((1000, 9999), (1800, 2199), (100_000, 999_999)):
        codes = pd.Index(
            rng.choice(np.arange(low, high), 40, replace=False).astype(str)
        )
        assert not looks_like_dates(codes)
        assert not looks_like_dates(pd.Index("A" + codes))


def test_no_labels_are_no_dates():
    assert not looks_like_dates(pd.Index([], dtype=str))
    assert not looks_like_dates(pd.Index([None, None], dtype=object))


TEXTS = {
    "years": YEARS.strftime("%Y"),
    "years with a gap": YEARS.delete([5, 6]).strftime("%Y"),
    "quarters": pd.period_range("1999Q3", periods=30, freq="Q").astype(str),
    "months": MONTHS.strftime("%YM%m"),
    "months of ISO": MONTHS.strftime("%Y-%m"),
    "months first": MONTHS.strftime("%m/%Y"),
    "names of months": MONTHS.strftime("%b %Y"),
    "year and name": MONTHS.strftime("%Y %B"),
    "days": DAYS.strftime("%Y-%m-%d"),
    "days without separator": DAYS.strftime("%Y%m%d"),
    "weeks": DAYS[::7].strftime("%G-W%V"),
    "minutes": pd.date_range("1999", periods=90, freq="min").strftime("%Y-%m-%d %H:%M"),
    "offsets of one zone": [hour.isoformat() for hour in HOURS[:24]],
    "offsets around a clock change": [hour.isoformat() for hour in HOURS],
    "offsets after a space": HOURS.strftime("%Y-%m-%d %H:%M:%S %z"),
}


FORMATS = {
    "years": "%Y",
    "years with a gap": "%Y",
    "months": "%YM%m",
    "months of ISO": "%Y-%m",
    "months first": "%m/%Y",
    "names of months": "%b %Y",
    "year and name": "%Y %B",
    "days": "%Y-%m-%d",
    "days without separator": "%Y%m%d",
    "minutes": "%Y-%m-%d %H:%M",
}
"""Of text whose format the user must say."""


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
@pytest.mark.parametrize("kind", TEXTS)
def test_the_warning_says_how_to_convert_text(kind, dtype):
    X = table(pd.Index(np.asarray(TEXTS[kind], dtype=object)).astype(dtype))
    with pytest.warns(UserWarning, match="index of X is text that looks") as caught:
        SequenceWindower().fit(X)
    code = re.search(r"X\.index = (.*?)(\.$|, \.\.\.\))", str(caught[0].message))[1]
    converted = X.set_axis(X.index.astype(str))
    if not code.endswith(")"):
        code += f", format={FORMATS[kind]!r})"
    converted.index = eval(code, {"pd": pd, "X": converted})
    axis = TimeAxis.of(converted, warn=True)
    assert axis.labels is not None
    assert axis.frequency is not None
    n_missing = 2 if kind == "years with a gap" else 0
    assert axis.steps[-1] == len(X) - 1 + n_missing


@pytest.mark.parametrize("step", [1, -1])
def test_years_in_order_look_like_dates(step):
    assert looks_like_dates(TEXTS["years"][::step])
    assert not looks_like_dates(TEXTS["years"][:2])
    mixed = TEXTS["years"].to_numpy().copy()
    mixed[[3, 4]] = mixed[[4, 3]]
    assert not looks_like_dates(pd.Index(mixed))


INTERVALS = {
    "dates": pd.interval_range(DAYS[0], DAYS[-1]),
    "dates with a zone": pd.interval_range(DAYS[0].tz_localize("UTC"), periods=9),
    "time differences": pd.interval_range(pd.Timedelta(0), periods=9, freq="h"),
    "categories": pd.CategoricalIndex(pd.cut(DAYS, DAYS[::30]).dropna()),
}


@pytest.mark.parametrize("kind", INTERVALS)
def test_the_warning_says_how_to_convert_intervals(kind):
    index = INTERVALS[kind]
    X = table(index[~index.duplicated()])
    with pytest.warns(UserWarning, match="contains intervals of dates") as caught:
        SequenceWindower().fit(X)
    code = str(caught[0].message).partition("X.index = ")[2]
    X.index = eval(code, {"pd": pd, "X": X})
    axis = TimeAxis.of(X, warn=True)
    assert axis.frequency is not None
    assert list(axis.steps) == list(range(len(X)))


def test_intervals_of_numbers_are_no_times():
    TimeAxis.of(table(pd.interval_range(0, 9)), warn=True)


@pytest.mark.parametrize(
    ("label", "argument"),
    [
        ("2025-03-30T03:00:00+02:00", "utc=True)"),
        ("2025-03-30 03:00:00-0500", "utc=True)"),
        ("2025-03-30 03:00:00.25+02", "utc=True)"),
        ("2025-03-30 03:00+02:00", "utc=True)"),
        ("2025-03-30 03:00-04:00", "format="),  # from three to four o'clock
        ("30.03.2025 03:00:00 +0200", "dayfirst=True"),
        ("2025-03-30 03:00:00", "format="),
    ],
)
def test_only_labels_with_an_offset_are_converted_to_utc(label, argument):
    assert argument in conversion_of(pd.Index([label]), "X.index")
