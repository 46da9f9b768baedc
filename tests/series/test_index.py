"""Reading an index: what is a time, what is out of order, what must be the same."""

import datetime
import re

import numpy as np
import pandas as pd
import pytest
from dateutil import tz

from skseq._series.index import (
    as_times,
    check_same_index,
    time_index,
)
from skseq._series.series_index import read_index

DAYS = pd.date_range("2024-01-01", periods=9, name="day")


def table(index):
    return pd.DataFrame({"a": np.arange(float(len(index)))}, index=index)


OBJECTS = {
    "date": pd.Index(DAYS.date),
    "datetime": pd.Index(DAYS.to_pydatetime(), dtype=object),
    "timestamp": pd.Index(list(DAYS), dtype=object),
    "categories": pd.CategoricalIndex(DAYS),
    "categories of dates": pd.CategoricalIndex(DAYS.date),
    "s": DAYS.as_unit("s"),
}

ZONES = {
    "name": "Europe/Berlin",
    "dateutil": tz.gettz("Europe/Berlin"),
    "offset": datetime.timezone(datetime.timedelta(hours=2)),
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_dates_of_any_dtype_are_times(kind):
    index = OBJECTS[kind].rename("day")
    times = time_index(table(index))
    assert isinstance(times, pd.DatetimeIndex)
    assert (times == DAYS).all()
    assert times.name == "day"


@pytest.mark.parametrize("zone", ZONES)
def test_objects_with_a_zone_are_times(zone):
    days = DAYS.tz_localize(ZONES[zone])
    times = as_times(pd.Index(list(days), dtype=object))
    assert (times == days).all()
    assert str(times.tz) == str(days.tz)


def test_objects_in_several_zones_are_times():
    hours = [datetime.timezone(datetime.timedelta(hours=hour)) for hour in (1, 2)]
    labels = [
        datetime.datetime(2024, month, 1, tzinfo=zone)
        for month, zone in zip((3, 4), hours, strict=True)
    ]
    times = as_times(pd.Index(labels, dtype=object))
    assert list(times) == labels


@pytest.mark.parametrize(
    "dtype",
    [
        "timestamp[ns][pyarrow]",
        "timestamp[us, tz=Europe/Berlin][pyarrow]",
        "date32[pyarrow]",
    ],
)
def test_arrow_times(dtype):
    pytest.importorskip("pyarrow")
    days = DAYS.tz_localize("Europe/Berlin") if "tz" in dtype else DAYS
    times = as_times(pd.Index(days.to_series().astype(dtype)))
    assert isinstance(times, pd.DatetimeIndex)
    assert (times == days).all()


def test_other_objects_that_are_times():
    periods = DAYS.to_period("D")
    assert as_times(pd.Index(list(periods), dtype=object)).equals(periods)
    differences = DAYS - DAYS[0]
    assert as_times(pd.Index(list(differences), dtype=object)).equals(differences)


@pytest.mark.parametrize("dtype", ["Int64", "int8", "Float64", "float32"])
def test_numbers(dtype):
    numbers = as_times(pd.Index([1, 2, 4], dtype=dtype))
    assert isinstance(numbers.dtype, np.dtype)
    assert list(numbers) == [1, 2, 4]


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["a", "b"]),
        pd.Index([1, "b"], dtype=object),
        pd.Index([(1, 2), (3,)], tupleize_cols=False),
        pd.CategoricalIndex(["a", "b"]),
        pd.Index([True, False]),
        pd.Index([datetime.time(1), datetime.time(2)]),
    ],
    ids=str,
)
def test_labels_that_carry_no_time(index):
    assert time_index(table(index)) is None


def test_arrays_carry_no_time():
    assert time_index(np.arange(3.0)) is None


@pytest.mark.parametrize("kind", ["datetime64", *OBJECTS])
def test_the_first_offender_is_named(kind):
    index = OBJECTS.get(kind, DAYS)
    with pytest.raises(ValueError, match="unsorted.*row 1 .*2024-01-08.*dayfirst=True"):
        time_index(table(index[::-1]))
    again = index[[0, 1, 2, 2, 3]]
    with pytest.raises(
        ValueError, match="duplicates.*2024-01-03.*many series.*groupby"
    ):
        time_index(table(again))


def test_a_misread_day_is_found():
    misread = pd.to_datetime(["01/02/2024", "02/02/2024", "03/02/2024", "01/03/2024"])
    with pytest.raises(ValueError, match=r"row 3 is 2024-01-03.*after 2024-03-02"):
        time_index(table(misread), name="Z")


def test_numbers_out_of_order_are_no_misread_days():
    with pytest.raises(ValueError, match="unsorted") as caught:
        time_index(table(pd.Index([1, 3, 2])))
    assert "dayfirst" not in str(caught.value)


@pytest.mark.parametrize(
    "index",
    [
        pd.DatetimeIndex([DAYS[0], pd.NaT]),
        pd.Index([1.0, np.nan]),
        pd.Index([DAYS[0].date(), None], dtype=object),
        pd.Index([1, None], dtype="Int64"),
    ],
    ids=str,
)
def test_missing_labels_are_an_error(index):
    with pytest.raises(ValueError, match=r"missing label, the first in row 1.*notna"):
        time_index(table(index))


def test_a_series_has_one_level():
    index = pd.MultiIndex.from_arrays([DAYS, DAYS, DAYS])
    with pytest.raises(ValueError, match=r"\(series, time\).*3 levels.*into one"):
        time_index(table(index))


def test_the_same_index():
    X = table(DAYS)
    check_same_index(X, X["a"])
    check_same_index(X, X["a"].to_numpy())
    check_same_index(X, table(OBJECTS["date"]))
    with pytest.raises(ValueError, match=re.escape("X and y must have the same index")):
        check_same_index(X, X["a"].shift(1, freq="D"))
    with pytest.raises(ValueError, match=r"row 0 is 2024-01-01.* in X and 0 in y"):
        check_same_index(X, X["a"].reset_index(drop=True))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "+05:30"])
def test_the_same_instants_in_two_time_zones_are_the_same(zone):
    hours = pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Berlin")
    X, y = table(hours), table(hours.tz_convert(zone))
    check_same_index(X, y)
    with pytest.raises(ValueError, match="row 0 is"):
        check_same_index(X[1:], y[:-1])


DATE, IN_ZONE = DAYS[0].to_pydatetime(), DAYS[3].tz_localize("UTC")
LABELS_OF_TWO_KINDS = {
    "zone": ([DATE, IN_ZONE], "date without time zone", "date with a time zone"),
    "zone of a date": ([DATE.date(), IN_ZONE], "without time zone", "with a time zone"),
    "text": ([DATE, "2024-01-04"], "date without time zone", "type str"),
    "text first": (["total", DATE.date()], "type str", "date without time zone"),
    "number": ([DATE, 5], "date", "type int"),
    "period": ([pd.Period("2024-01"), DAYS[8]], "a period of M", "a date"),
    "periods": ([pd.Period("2024-01"), pd.Period("2024-02-01")], "of M", "of D"),
    "difference": ([pd.Timedelta(1, "D"), 5], "a time difference", "type int"),
}


@pytest.mark.parametrize("n_before", [0, 3])
@pytest.mark.parametrize(
    ("labels", "first", "second"), LABELS_OF_TWO_KINDS.values(), ids=LABELS_OF_TWO_KINDS
)
def test_labels_of_two_kinds_are_an_error(labels, first, second, n_before):
    index = pd.Index([labels[0]] * n_before + labels, dtype=object)
    row = n_before + 1
    match = rf"of Z must be of one kind, but row 0 .*{first}.* row {row} .*{second}"
    with pytest.raises(ValueError, match=match):
        time_index(table(index), "Z")
    series = pd.MultiIndex.from_arrays([["a"] * len(index), index])
    with pytest.raises(ValueError, match=match):
        read_index(table(series), "Z")


@pytest.mark.parametrize("labels", [["a", 1], [1, "2"], [True, 2], ["a", None]])
def test_names_of_two_kinds_carry_no_time(labels):
    assert as_times(pd.Index(labels, dtype=object)) is None


def test_missing_dates_are_no_other_kind():
    labels = pd.Index([DATE, None, pd.NaT, np.nan], dtype=object)
    assert as_times(labels).isna().sum() == 3
