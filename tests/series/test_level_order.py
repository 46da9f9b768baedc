"""An index of the levels (time, series) or (year, month) is not (series, time)."""

import datetime
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceWindower
from skseq._series.axis import TimeAxis

DAYS = pd.date_range("2024-01-01", periods=12)


def table(first, second, names=("when", "shop")):
    index = pd.MultiIndex.from_product([first, second], names=names)
    values = np.random.default_rng(0).normal(size=len(index)).cumsum()
    return pd.DataFrame({"y": values}, index=index)


TIMES = {
    "dates": DAYS,
    "dates with a zone": DAYS.tz_localize("Europe/Berlin"),
    "periods": DAYS.to_period("D"),
    "date": pd.Index(DAYS.date, dtype=object),
    "timestamps as objects": pd.Index(list(DAYS), dtype=object),
    "periods as objects": pd.Index(list(DAYS.to_period("D")), dtype=object),
    "time differences": DAYS - DAYS[0],
    "time differences as objects": pd.Index(list(DAYS - DAYS[0]), dtype=object),
    "text": DAYS.strftime("%Y-%m-%d"),
    "text of months": DAYS.strftime("%d %b %Y"),
    "text of weeks": pd.Index([f"2024-W{week:02}" for week in range(1, 9)]),
    "categories of dates": pd.CategoricalIndex(DAYS),
    "categories of text": pd.CategoricalIndex(DAYS.strftime("%Y-%m-%d")),
    "intervals": pd.interval_range(DAYS[0], DAYS[-1]),
}
SERIES = {
    "numbers": [1, 2, 3],
    "numbers of four digits": [1001, 1002],
    "floats": [1.0, 2.0],
    "text": ["north", "south"],
}


@pytest.mark.parametrize("first", TIMES)
@pytest.mark.parametrize("second", SERIES)
def test_times_before_series_raise(first, second):
    X = table(TIMES[first], SERIES[second])
    match = r"\(series, time\), but its first level 'when' contains .*swaplevel"
    with pytest.raises(ValueError, match=match):
        SequenceWindower().fit(X, X["y"])
    with pytest.raises(ValueError, match="index of y must have the levels"):
        TimeAxis.of(X.to_numpy(), X["y"])


@pytest.mark.parametrize("first", TIMES)
@pytest.mark.parametrize("second", SERIES)
def test_the_same_levels_in_the_right_order_are_read(first, second):
    if "text" in first or first == "intervals":
        return  # not read as times
    X = table(TIMES[first], SERIES[second]).swaplevel().sort_index()
    axis = TimeAxis.of(X, warn=True)
    assert axis.n_series == len(SERIES[second])


@pytest.mark.parametrize("first", ["periods", "date", "time differences", "text"])
def test_times_may_name_series_if_the_second_level_holds_times(first):
    X = table(TIMES[first], DAYS)
    assert TimeAxis.of(X, warn=True).n_series == len(TIMES[first])


@pytest.mark.parametrize("zone", [None, "UTC"])
@pytest.mark.parametrize("second", [DAYS, DAYS.to_period("D"), DAYS - DAYS[0]])
def test_timestamps_that_name_series_can_be_converted_to_text(second, zone):
    X = table(DAYS.tz_localize(zone), second)
    with pytest.raises(ValueError, match="Both levels contain times") as error:
        SequenceWindower().fit(X)
    code = re.search(r"X\.index = (.*)\.$", str(error.value))[1]
    X.index = eval(code, {"X": X})
    assert TimeAxis.of(X, warn=True).n_series == len(DAYS)


NAMES = {
    "text": ["a", "b"],
    "codes": ["201399", "150000", "201402"],
    "one code like a date": ["202401"],
    "codes and a date": ["2024-01-01", "total"],
    "dates and text": [DAYS[0], "total"],
    "years as text": ["2001", "2002"],
    "names of months": ["May", "April"],
    "booleans": [True, False],
    "numbers": [1, 2, 3],
    "large numbers": [202401, 202402],
    "numbers near years": [1799, 1801],
    "years and others": [2001, 2002, 7],
    "fractions": [2001.5, 2002.0],
}


@pytest.mark.parametrize("name", NAMES)
def test_other_names_of_series_do_not_warn(name):
    names = pd.Index(NAMES[name], dtype=object) if "dates" in name else NAMES[name]
    for times in (range(12), range(1, 400), DAYS):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            axis = TimeAxis.of(table(names, times), warn=True)
        assert axis.n_series == len(names)


@given(
    st.lists(st.integers(1, 1500), min_size=1, max_size=30, unique=True),
    st.integers(2, 400),
)
def test_numbered_shops_do_not_warn(shops, n_times):
    for first in (0, 1):
        TimeAxis.of(table(shops, range(first, first + n_times)), warn=True)


PARTS = {
    "quarters": (range(1, 5), "QS"),
    "months": (range(1, 13), "MS"),
    "weeks": (range(1, 53), "W-MON"),
    "days": (range(1, 366), "D"),
}


@pytest.mark.parametrize("dtype", ["int64", "int16", "float", "str", "category"])
@pytest.mark.parametrize("parts", PARTS)
def test_years_and_parts_of_years_warn(parts, dtype):
    numbers, freq = PARTS[parts]
    X = table(pd.Index([2001, 2002, 2003]).astype(dtype), list(numbers))
    with pytest.warns(UserWarning, match=f"look like years .*and {parts} ") as caught:
        SequenceWindower(1).fit(X)
    assert "names series, swap the levels" in str(caught[0].message)
    code = re.search(r"X\.index = (.*?\))\. If", str(caught[0].message))[1]
    X.index = eval(code, {"pd": pd, "X": X})
    axis = TimeAxis.of(X, warn=True)
    assert axis.n_series == 1
    assert axis.frequency.offset == pd.tseries.frequencies.to_offset(freq)
    assert axis.steps[-1] == len(X) - 1


@pytest.mark.parametrize("level", ["Year", "y", None])
@pytest.mark.parametrize("part", ["Q", "mon", "Monat", "KW", "doy", "item", None])
def test_the_advice_for_years_does_not_depend_on_names_of_levels(level, part):
    for numbers, _ in PARTS.values():
        X = table([2001, 2002], list(numbers), names=(level, part))
        with pytest.warns(UserWarning, match="Combine both into one date") as caught:
            TimeAxis.of(X, warn=True)
        assert len(caught) == 1


def test_years_warn_once_in_a_pipeline():
    X = table([2001, 2002], range(1, 13))
    pipe = make_pipeline(SequenceWindower(3), NaiveRegressor())
    with pytest.warns(UserWarning, match="look like years") as caught:
        pipe.fit(X, X["y"])
    assert len(caught) == 1
    pipe.predict(X)


@pytest.mark.parametrize("times", [range(13), range(1, 400), range(2001, 2020), DAYS])
def test_series_named_by_years_with_other_times_do_not_warn(times):
    TimeAxis.of(table([2001, 2002], times), warn=True)
    TimeAxis.of(table([2001], range(1, 13)), warn=True)


HOURS = {
    "0-23": range(24),
    "1-24": range(1, 25),
    "floats": np.arange(24.0),
    "opening hours": range(8, 18),
    "times of day": [datetime.time(hour, 30) for hour in range(24)],
    "text": [f"{hour:02}:00" for hour in range(24)],
    "text with seconds": [f"{hour}:15:00" for hour in range(24)],
}


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize(
    "first", [kind for kind in TIMES if "date" in kind or kind == "text"]
)
def test_dates_and_hours_are_to_be_combined(first, hours):
    X = table(TIMES[first], HOURS[hours], names=("date", "hour"))
    with pytest.raises(ValueError, match="Combine both into one time") as error:
        SequenceWindower().fit(X)
    code = re.search(r"X\.index = (.*)\. If the second", str(error.value))[1]
    X.index = eval(code, {"pd": pd, "X": X})
    axis = TimeAxis.of(X, warn=True)
    assert axis.n_series == 1
    assert axis.frequency is not None


@pytest.mark.parametrize("shops", [[1, 2, 3], range(1, 13), range(6), [1, 40], [5, 30]])
def test_numbers_that_are_no_hours_are_series_after_a_swap(shops):
    X = table(DAYS, shops)
    with pytest.raises(ValueError, match=r"Swap the levels: X\.swaplevel\(\)\. If"):
        TimeAxis.of(X)
    assert TimeAxis.of(X.swaplevel(), warn=True).n_series == len(shops)


LEVELS_OF_TIME = ["week", "Year", "week_number", "time step", "days", "saleDate"]


@pytest.mark.parametrize("level", LEVELS_OF_TIME)
@pytest.mark.parametrize("dtype", ["int64", "float", "category"])
def test_numbered_times_before_numbered_series_warn(level, dtype):
    first = pd.Index(range(1, 60)).astype(dtype)
    X = table(first, range(1, 13), names=(level, "item"))
    match = f"'{level}' and 'item', the first is time.*swaplevel"
    with pytest.warns(UserWarning, match=match) as caught:
        SequenceWindower(3).fit(X)
    assert len(caught) == 1
    right = X.swaplevel().sort_index()
    assert TimeAxis.of(right, warn=True).n_series == 12


@pytest.mark.parametrize(
    ("names", "second"),
    [
        (("week", "day"), range(1, 90)),
        (("birth year", "age"), range(1, 90)),
        (("weekly shop 1", "item"), range(1, 90)),
        (("today", "item"), range(1, 90)),
        (("timer", "item"), range(1, 90)),
        (("week", None), range(1, 90)),
        ((None, "item"), range(1, 90)),
        ((0, 1), range(1, 90)),
        (("week", "item"), DAYS),  # the second level contains times
    ],
)
def test_levels_whose_names_do_not_show_their_order_do_not_warn(names, second):
    TimeAxis.of(table(range(1, 60), second, names=names), warn=True)
