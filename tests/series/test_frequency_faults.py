"""Labels that are off a frequency, integers that do not count, irregular times."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from frequencies import (
    HALF_HOURS,
    ZONES,
    bars,
    frequency_with_warnings,
    undeclared,
    whole_range,
)

from skseq._series.axis import TimeAxis
from skseq._series.frequency import find_frequency
from skseq._series.frequency.rounding import rounding_code

HOURS = pd.date_range("2024-01-01", periods=572, freq="h").delete(range(300, 372))
DAYS = pd.bdate_range("2024-01-02", periods=60)


def late(index, rows, by):
    """Return labels of which some are late."""
    labels = index.to_series(index=range(len(index)))
    labels.iloc[rows] += pd.Timedelta(by)
    return pd.DatetimeIndex(labels)


LATE = {
    "one hour": (late(HOURS, [50], "1s"), 50, "h"),
    "the first hour": (late(HOURS, [0], "1s"), 0, "h"),
    "the last hour": (late(HOURS, [499], "1min"), 499, "h"),
    "some hours": (late(HOURS, [50, 200, 201], "7min"), 50, "h"),
    "a day in local time": (
        late(pd.date_range("2024-03-01", periods=60, tz="Europe/Berlin"), [40], "1h"),
        40,
        "D",
    ),
    "a month": (late(whole_range("MS"), [20], "14D"), 20, "MS"),
    "a month end": (late(whole_range("ME"), [20], "-2D"), 20, "ME"),
    "a quarter": (late(whole_range("QS"), [20], "31D"), 20, "QS"),
    "a bar": (late(bars(DAYS, HALF_HOURS), [100], "2s"), 100, "30min"),
    "a business day": (late(DAYS, [30], "15h"), 30, "B"),
}


@pytest.mark.parametrize("kind", LATE)
def test_a_few_labels_off_the_frequency_are_an_error(kind):
    index, row, freq = LATE[kind]
    with pytest.raises(
        ValueError, match=rf"frequency {freq}.* of {len(index)} labels"
    ) as caught:
        find_frequency(index)
    message = str(caught.value)
    assert f"the first is {index[row]} (row {row})" in message
    assert "gaps='ignore' in the Seq" in message


def test_the_error_says_how_to_round():
    with pytest.raises(ValueError, match=r"\(X\.index\.round\('h'\)\)"):
        find_frequency(LATE["one hour"][0])
    rounded = LATE["one hour"][0].round("h")
    assert find_frequency(rounded).offset == pd.offsets.Hour()


@pytest.mark.parametrize(
    ("kind", "freq"),
    [("one hour", "h"), ("some hours", "h"), ("a bar", "30min"), ("a month", None)],
)
def test_rounding_is_advised_where_it_helps(kind, freq):
    index = LATE[kind][0]
    with pytest.raises(ValueError, match="has the frequency") as caught:
        find_frequency(index)
    advice = [] if freq is None else [f"(X.index.round('{freq}'))"]
    assert re.findall(r"\(X\.index\.round.*?\)\)", str(caught.value)) == advice


@pytest.mark.parametrize("freq", ["M", "Q", "Y", "W", "D"])
@pytest.mark.parametrize("unit", ["ns", "us", "s"])
def test_the_last_moment_of_a_period_is_not_rounded_to_the_next(freq, unit):
    periods = pd.period_range("2015-01-05", periods=60, freq=freq)
    known = periods.to_timestamp()
    # As of pandas, which the unit cuts off.
    ends = periods.to_timestamp(how="end").as_unit(unit)
    labels = known[:40].append(ends[40:])
    code = rounding_code(labels, lambda rounded: (rounded.normalize() == rounded).all())
    assert code in {"", "normalize()"}


def test_days_at_noon_are_rounded_to_hours():
    noon = pd.date_range("2024-01-01 12:00", periods=50)
    with pytest.raises(ValueError, match=r"X\.index\.round\('h'\)"):
        find_frequency(late(noon, [20], "3min"))


def test_local_days_in_universal_time_raise_a_warning():
    days = pd.date_range("2021-01-01", periods=250, tz="Europe/Berlin")
    match = r"24h apart, but 2021-03-28 .*\(row 87\).*index\.tz_convert"
    with pytest.warns(UserWarning, match=match):
        assert frequency_with_warnings(days.tz_convert("UTC")) is None
    naive = days.tz_convert("UTC").tz_localize(None)
    with pytest.warns(UserWarning, match=r"tz_localize\('UTC'\)\.tz_convert"):
        assert frequency_with_warnings(naive) is None


def test_a_label_that_comes_every_day_is_no_mistake():
    index = bars(DAYS, [*range(540, 1020, 15), 1022])
    positions = find_frequency(index).positions(index)
    np.testing.assert_array_equal(positions, np.arange(len(index)))


@pytest.mark.parametrize(
    "index",
    [
        pd.DatetimeIndex(np.cumsum(2 ** np.arange(30)).astype("M8[s]")),
        pd.DatetimeIndex(["2020-01-01"]),
        pd.Index([0.5, 1.5, 2.5]),
        pd.Index([1.0, 2.0, 2.0**60]),
        late(pd.date_range("2020-01-01", periods=30), range(0, 30, 3), "5h"),
        pd.date_range("2020-01-01", periods=0),
        None,
    ],
    ids=[
        "doubling",
        "one row",
        "halves",
        "huge floats",
        "often late",
        "no row",
        "none",
    ],
)
@pytest.mark.filterwarnings("ignore:The index of X is irregular")
def test_rows_count_as_consecutive_where_there_is_no_frequency(index):
    assert frequency_with_warnings(index) is None


@pytest.mark.parametrize("freq", ["10min", "h", "D"])
def test_a_gap_in_jittered_times_raises_a_warning(freq):
    whole = pd.date_range("2024-01-01", periods=400, freq=freq)
    jitter = pd.to_timedelta(np.random.default_rng(0).integers(0, 240, 400), unit="s")
    frequency_with_warnings(whole + jitter)
    with pytest.warns(
        UserWarning, match="after a gap .* times as long as usual.*(round|normalize)"
    ):
        assert frequency_with_warnings((whole + jitter).delete(range(200, 300))) is None


def test_most_steps_without_a_row_raises_a_warning():
    whole = pd.date_range("2020-01-01", periods=100, freq="D")
    kept = np.sort(np.random.default_rng(0).permutation(100)[:35])
    with pytest.warns(
        UserWarning, match="index of Z is irregular.*gaps='ignore' in the Seq"
    ):
        assert frequency_with_warnings(whole[kept], name="Z") is None
    assert find_frequency(whole[kept]) is None


@pytest.mark.parametrize(
    ("freq", "label"),
    [
        ("MS", "2020-11-02"),
        ("2MS", "2019-12-01"),
        ("h", "2020-01-01 10:30"),
        ("2h", "2020-01-01 01:00"),
        ("D", "2020-01-01 00:00:00.000000001"),
        ("BME", "2020-01-30"),
        ("SMS", "2020-01-16"),
    ],
)
def test_a_label_off_the_frequency_has_no_position(freq, label):
    frequency = find_frequency(pd.date_range("2020-01-01", periods=9, freq=freq))
    with pytest.raises(ValueError, match="must match the frequency.*1 label does not"):
        frequency.positions(pd.DatetimeIndex([label]))
    with pytest.raises(ValueError, match="does not match the frequency"):
        frequency.extend(pd.Timestamp(label), 1)


@pytest.mark.parametrize(
    "index",
    [
        *(pd.date_range("2262-01-01", periods=60, freq=freq) for freq in "hDB"),
        pd.date_range("2256-01-01", periods=60, freq="MS", tz="UTC"),
        pd.to_timedelta(np.arange(106_600, 106_660), unit="D"),
    ],
    ids=["h", "D", "B", "MS", "differences"],
)
def test_labels_beyond_nanoseconds_are_named_when_an_index_is_continued(index):
    index = index.as_unit("ns")
    frequency = find_frequency(index)
    with pytest.raises(ValueError, match=r"ends at .* next 5000 .*as_unit\('us'"):
        frequency.extend(index[-1], 5000)
    wide = index.as_unit("us")
    assert len(find_frequency(wide).extend(wide[-1], 5000)) == 5000


@pytest.mark.parametrize("freq", ["600ns", "1500ns"])
@pytest.mark.parametrize("is_declared", [True, False])
def test_times_between_microseconds_have_no_frequency(freq, is_declared):
    index = pd.date_range("2020-01-01", periods=9, freq=freq)
    assert find_frequency(index if is_declared else undeclared(index)) is None
    later = pd.DatetimeIndex([index[0], index[0] + pd.Timedelta(1, unit="ns")])
    seconds = find_frequency(pd.date_range("2020-01-01", periods=9, freq="s"))
    assert seconds.contains(later).tolist() == [True, False]


CALENDAR_NUMBERS = {
    "YYYYMM": ("MS", lambda t: t.year * 100 + t.month),
    "YYYYQ": ("QS", lambda t: t.year * 10 + t.quarter),
    "YYYYWW": (
        "W-MON",
        lambda t: t.isocalendar().year * 100 + t.isocalendar().week,
    ),
    "YYYYMMDD": ("D", lambda t: t.strftime("%Y%m%d")),
    "YYYYMMDDHH": ("h", lambda t: t.strftime("%Y%m%d%H")),
    "YYYYMMDDHHMM": ("15min", lambda t: t.strftime("%Y%m%d%H%M")),
}


@pytest.mark.parametrize("pattern", CALENDAR_NUMBERS)
@pytest.mark.parametrize("dtype", ["int64", "float64"])
@pytest.mark.parametrize("n_series", [1, 3])
def test_calendar_numbers_raise_a_warning(pattern, dtype, n_series):
    freq, number_of = CALENDAR_NUMBERS[pattern]
    times = pd.date_range("2018-01-01", periods=420, freq=freq)
    if pattern != "YYYYMMDDHHMM":
        times = times[times <= "2020-12-31"]
    y = pd.Series(0.0, np.asarray(number_of(times)).astype("int64").astype(dtype))
    if n_series > 1:
        y = pd.concat({f"shop {number}": y for number in range(n_series)})
    first, second = re.escape(pattern), r"convert them with (pd\..*\))\."
    with pytest.warns(UserWarning, match=rf"written as {first}: {second}") as record:
        TimeAxis.of(y.to_frame(), gaps="auto", warn=True, name="y")
    (code,) = re.findall(second, str(record[0].message))
    converted = eval(code, {"y": y, "pd": pd})
    assert (np.diff(converted[: len(times)]) == np.diff(times)).all()


@pytest.mark.parametrize(
    "labels",
    [
        # Numbers of rows and of orders that may be read as dates.
        np.delete(np.arange(200_101, 200_151), 20),
        np.delete(np.arange(2_020_001, 2_020_301), 100),
        np.delete(np.arange(190_101, 190_131), 7),
        np.arange(10_000, 19_000, 10),
    ],
)
def test_other_numbers_are_not_taken_for_dates(labels):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frequency_with_warnings(pd.Index(labels))


def test_row_numbers_after_filtering_raise_a_warning():
    rows = np.arange(280)
    open_days = pd.Index(rows[rows % 7 != 6])
    with pytest.warns(UserWarning, match="integers with gaps.*reset_index"):
        frequency = frequency_with_warnings(open_days)
    np.testing.assert_array_equal(frequency.positions(open_days), open_days)


def test_shuffled_row_numbers_are_worth_the_same_warning_in_each_fold():
    texts = set()
    for seed in range(5):
        kept = np.sort(np.random.default_rng(seed).permutation(120)[:96])
        with pytest.warns(
            UserWarning, match="A split that shuffles the rows"
        ) as caught:
            frequency_with_warnings(pd.RangeIndex(120)[kept])
        texts |= {str(warning.message) for warning in caught}
    assert len(texts) == 1


@pytest.mark.parametrize(
    "labels",
    [
        range(300),
        [*range(100), *range(200, 300)],  # a fold
        [*range(100), *range(102, 200), *range(202, 300)],
        [*range(0, 1000, 10)],
        [202001, 202002, 202003],
        [*range(202001, 202101)],  # a counter that looks like months for a while
    ],
    ids=["all", "fold", "two outages", "tens", "months of a year", "counter"],
)
def test_integers_that_count_raise_no_warning(labels):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frequency_with_warnings(pd.Index(labels))


def test_declared_frequencies_of_pandas_that_have_no_rule():
    for offset in (pd.offsets.Easter(), pd.DateOffset(months=1, days=3)):
        whole = pd.date_range("2004-01-15", periods=20, freq=offset)
        frequency = find_frequency(whole[:10])
        np.testing.assert_array_equal(frequency.positions(whole), np.arange(20))
        assert frequency.extend(whole[12], 3).equals(undeclared(whole)[13:16])


@pytest.mark.parametrize("tz", ZONES)
@pytest.mark.parametrize("kind", ["business days", "all days"])
def test_half_days_of_daily_closing_times_are_normalized(kind, tz):
    make = pd.bdate_range if kind == "business days" else pd.date_range
    closing = undeclared(make("2020-01-01", periods=500)) + pd.Timedelta("16h")
    index = late(closing, [100, 200, 228], "-3h").tz_localize(tz)
    freq = "B" if kind == "business days" else "D"
    match = rf"frequency {freq}, except.*\(X\.index\.normalize\(\)\)"
    with pytest.raises(ValueError, match=match):
        find_frequency(index)
    days = index.normalize()
    np.testing.assert_array_equal(find_frequency(days).positions(days), range(500))


def test_no_label_is_rounded_into_a_weekend():
    friday = int((DAYS.day_of_week == 4).argmax())
    with pytest.raises(ValueError, match=r"\(X\.index\.normalize\(\)\)"):
        find_frequency(late(DAYS, [friday], "15h"))


@pytest.mark.parametrize(
    "kind", ["decades of a month", "4-4-5 months", "moved by days"]
)
def test_the_time_zone_is_named_only_where_it_may_matter(kind):
    lengths = np.cumsum([28, 28, 35] * 20)
    index = {
        "decades of a month": pd.DatetimeIndex(
            [
                f"2020-{month:02}-{day:02}"
                for month in range(1, 13)
                for day in (1, 11, 21)
            ]
        ),
        "4-4-5 months": pd.Timestamp("2020-01-04") + pd.to_timedelta(lengths, "D"),
        "moved by days": late(
            pd.date_range("2019-01-07", periods=99, freq="W-MON"), range(50, 99), "2D"
        ),
    }[kind]
    with pytest.warns(UserWarning, match="do not match this frequency") as caught:
        assert frequency_with_warnings(index) is None
    assert "time zone" not in str(caught[0].message)


@pytest.mark.parametrize("n_labels", [1, 10, 60])
def test_a_step_of_months_and_days_is_continued_one_by_one(n_labels):
    offset = pd.DateOffset(months=1, days=3)
    whole = pd.date_range("2020-01-01", periods=100, freq=offset)
    frequency = find_frequency(whole[:40])
    following = frequency.extend(whole[39], n_labels)
    assert following.equals(whole[40 : 40 + n_labels])
    assert len(frequency.extend(whole[39], 0)) == 0


@pytest.mark.sample(2)
@pytest.mark.parametrize("freq", ["BMS", "BME", "BQS", "BQE"])
@pytest.mark.parametrize("n_rows", range(3, 12))
def test_business_months_that_look_like_months_for_a_while(freq, n_rows):
    whole = whole_range(freq, n_rows=60)
    for first in range(0, 40, 3):
        frequency = find_frequency(undeclared(whole)[first : first + n_rows])
        positions = frequency.positions(whole)
        np.testing.assert_array_equal(positions, np.arange(60) - first)


def test_months_with_a_weekend_are_no_business_months():
    frequency = find_frequency(undeclared(whole_range("MS")))
    with pytest.raises(ValueError, match="must match the frequency"):
        frequency.positions(pd.DatetimeIndex(["2020-11-02"]))  # the 1st is a Sunday


def test_whole_floats_count_as_integers():
    years = pd.Index([1990.0, 1991.0, 1993.0, 1994.0])
    frequency = find_frequency(years)
    np.testing.assert_array_equal(frequency.positions(years), [0, 1, 3, 4])
    assert years[-1] + frequency.offset == 1995.0
    assert frequency.extend(years[-1], 2).equals(pd.Index([1995.0, 1996.0]))
    with pytest.raises(ValueError, match="must match the frequency"):
        frequency.positions(pd.Index([1995.5]))
