"""Frequencies: positions, offsets and next labels, on every kind of index."""

import pickle
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from frequencies import (
    ALL,
    BUSINESS,
    DROPPED,
    INFERRED,
    N_ROWS,
    ZONES,
    kept_rows,
    undeclared,
    whole_range,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from skseq._series.frequency import find_frequency


def assert_continues(frequency, whole, row):
    """Check the labels after a row against those of the whole range."""
    following = frequency.extend(whole[row], 5)
    assert following.equals(whole[row + 1 : row + 6])
    assert following.dtype == whole.dtype
    assert following.name == whole.name


@pytest.mark.parametrize("freq", ALL)
@pytest.mark.parametrize("tz", ZONES)
def test_a_declared_frequency_is_kept(freq, tz):
    whole = whole_range(freq, tz).rename("time")
    frequency = find_frequency(whole[:100])
    assert frequency.offset == whole.freq
    np.testing.assert_array_equal(frequency.positions(whole), np.arange(N_ROWS))
    assert whole[99] + frequency.offset == whole[100]
    assert_continues(frequency, whole, 99)
    # A frequency is declared by a single row too.
    one = find_frequency(whole[:1])
    np.testing.assert_array_equal(one.positions(whole), np.arange(N_ROWS))


@pytest.mark.sample(3)
@pytest.mark.parametrize("freq", INFERRED)
@pytest.mark.parametrize("tz", ZONES)
@pytest.mark.parametrize("dropped", [[], DROPPED, range(40, 70)], ids=len)
def test_a_row_lies_at_its_number_in_the_whole_range(freq, tz, dropped):
    whole = whole_range(freq, tz)
    kept = kept_rows(N_ROWS, dropped)
    index = undeclared(whole)[kept]
    frequency = find_frequency(index)
    np.testing.assert_array_equal(frequency.positions(index), kept)
    np.testing.assert_array_equal(frequency.positions(whole), np.arange(N_ROWS))
    assert index[-2] + frequency.offset == index[-1]
    assert_continues(frequency, whole, 90)


@pytest.mark.parametrize("freq", BUSINESS)
@pytest.mark.parametrize("tz", ZONES)
def test_business_times_are_inferred(freq, tz):
    whole = whole_range(freq, tz, n_rows=400)
    kept = kept_rows(400, range(100, 220))
    index = undeclared(whole)[kept]
    frequency = find_frequency(index)
    np.testing.assert_array_equal(frequency.positions(index), kept)
    assert_continues(frequency, whole, 303)


@pytest.mark.sample(3)
@pytest.mark.parametrize("freq", ["15s", "h", "D", "W", "MS", "ME", "QS", "BME", "SMS"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("tz", [None, "Europe/Berlin"])
def test_units(freq, unit, tz):
    whole = whole_range(freq, tz).as_unit(unit)
    index = undeclared(whole)[kept_rows(N_ROWS, DROPPED)]
    frequency = find_frequency(index)
    np.testing.assert_array_equal(
        frequency.positions(index), kept_rows(N_ROWS, DROPPED)
    )
    for other in ("s", "ms", "us", "ns"):
        later = whole[100:].as_unit(other)
        np.testing.assert_array_equal(frequency.positions(later), range(100, N_ROWS))
    assert_continues(frequency, whole, 90)


@pytest.mark.parametrize("freq", ["D", "W", "MS", "ME", "B"])
@pytest.mark.parametrize("time", ["00:30", "12:00", "23:59:59"])
def test_times_of_day(freq, time):
    whole = pd.date_range(f"2019-11-02 {time}", periods=60, freq=freq)
    index = undeclared(whole)[kept_rows(60, range(10, 40))]
    frequency = find_frequency(index)
    np.testing.assert_array_equal(
        frequency.positions(index), kept_rows(60, range(10, 40))
    )
    assert index[-2] + frequency.offset == index[-1]
    assert_continues(frequency, whole, 50)


@given(
    shift=st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
    freq=st.sampled_from(["h", "D", "W"]),
    dropped=st.sets(st.integers(1, 28), max_size=8),
)
def test_a_shift_in_time_changes_no_position(shift, freq, dropped):
    kept = kept_rows(30, list(dropped))
    assume(len(np.unique(kept % 7)) == 7)  # else one weekday is a day off
    whole = pd.date_range("2000-01-01", periods=30, freq=freq)
    index = undeclared(whole)[kept] + pd.Timedelta(shift)
    np.testing.assert_array_equal(find_frequency(index).positions(index), kept)


@given(
    freq=st.sampled_from(INFERRED),
    tz=st.sampled_from(ZONES),
    dropped=st.sets(st.integers(1, N_ROWS - 2), max_size=20),
)
def test_dropping_inner_rows_changes_no_other_position(freq, tz, dropped):
    kept = kept_rows(N_ROWS, list(dropped))
    index = undeclared(whole_range(freq, tz))[kept]
    np.testing.assert_array_equal(find_frequency(index).positions(index), kept)


@pytest.mark.parametrize("freq", ["MS", "ME"])
@pytest.mark.parametrize("days", [-10, -1, 1, 10, 14, 20, 40, 400])
def test_a_shifted_month_stays_a_month(freq, days):
    whole = pd.date_range("2019-01-01", periods=30, freq=freq) + pd.Timedelta(days=days)
    whole = undeclared(whole)
    kept = kept_rows(30, [4, 5, 17])
    frequency = find_frequency(whole[kept])
    np.testing.assert_array_equal(frequency.positions(whole[kept]), kept)
    for row in range(25):
        assert whole[row] + frequency.offset == whole[row + 1]
    assert_continues(frequency, whole, 20)


def test_pandas_may_have_no_offset_for_shifted_months():
    whole = pd.date_range("2019-01-01", periods=30, freq="MS") + pd.Timedelta(days=30)
    frequency = find_frequency(undeclared(whole))  # January and February end in March
    assert frequency.offset is None
    assert_continues(frequency, undeclared(whole), 20)


@pytest.mark.parametrize(
    "freq", ["M", "2M", "Q", "Q-FEB", "Y", "W", "D", "2D", "h", "15min", "s"]
)
def test_periods(freq):
    whole = pd.period_range("2019-01-01", periods=30, freq=freq, name="time")
    kept = kept_rows(30, [4, 5, 17])
    frequency = find_frequency(whole[kept])
    np.testing.assert_array_equal(frequency.positions(whole[kept]), kept)
    assert whole[10] + frequency.offset == whole[11]
    assert_continues(frequency, whole, 10)


@pytest.mark.parametrize("freq", ["D", "h", "30min", "7D", "15us"])
@pytest.mark.parametrize("is_declared", [True, False])
def test_time_differences(freq, is_declared):
    whole = pd.timedelta_range("1h", periods=30, freq=freq)
    kept = kept_rows(30, [] if is_declared else [3])
    index = whole if is_declared else whole[kept]
    frequency = find_frequency(index)
    np.testing.assert_array_equal(frequency.positions(index), kept)
    assert whole[10] + frequency.offset == whole[11]
    assert_continues(frequency, whole, 10)


@pytest.mark.parametrize("step", [1, 10])
@pytest.mark.parametrize("dtype", ["range", "int64", "uint8"])
def test_integers(step, dtype):
    whole = pd.RangeIndex(0, 30 * step, step, name="row")
    if dtype != "range":
        step_of_dtype = {"uint8": 5}.get(dtype, step)
        whole = pd.Index(np.arange(30) * step_of_dtype, dtype=dtype, name="row")
    frequency = find_frequency(whole)
    assert type(frequency.offset) is int
    assert whole[10] + frequency.offset == whole[11]
    kept = kept_rows(30, [4, 5, 17])
    np.testing.assert_array_equal(frequency.positions(whole[kept]), kept)
    assert_continues(frequency, whole, 10)
    assert type(frequency.extend(whole[10], 3)) is type(whole)


@pytest.mark.parametrize("first", ["0001-01", "1500-01", "9000-01"])
@pytest.mark.parametrize("unit", ["M", "D"])
def test_dates_of_any_century(first, unit):
    first = np.datetime64(first, unit)
    whole = pd.DatetimeIndex((first + np.arange(40)).astype("M8[s]"))
    frequency = find_frequency(whole[kept_rows(40, [5])])
    np.testing.assert_array_equal(frequency.positions(whole), np.arange(40))
    assert_continues(frequency, whole, 20)


@pytest.mark.parametrize("freq", ["MS", "QS", "YS", "ME", "QE"])
def test_few_months_are_months(freq):
    index = pd.date_range("2021-01-01", periods=9, freq=freq)
    frequency = find_frequency(undeclared(index[:3]))
    np.testing.assert_array_equal(frequency.positions(index), np.arange(9))


@pytest.mark.parametrize("first", ["2021-07-01", "2021-07-31"])
def test_two_months_of_31_days_are_months(first):
    freq = "MS" if first.endswith("01") else "ME"
    index = pd.date_range(first, periods=4, freq=freq)
    frequency = find_frequency(undeclared(index[:2]))
    np.testing.assert_array_equal(frequency.positions(index), np.arange(4))


@pytest.mark.parametrize("share", [0.5, 0.67, 0.8])
def test_a_shuffled_fold_keeps_its_gaps(share):
    whole = pd.date_range("2020-01-01", periods=200, freq="D")
    order = np.random.default_rng(0).permutation(200)
    kept = np.sort(order[: int(share * 200) + 5])
    positions = find_frequency(whole[kept]).positions(whole[kept])
    np.testing.assert_array_equal(np.diff(positions), np.diff(kept))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Sao_Paulo"])
def test_a_local_time_that_does_not_exist(zone):
    time = "02:30" if zone == "Europe/Berlin" else "00:00"
    local = pd.date_range(f"2017-03-01 {time}", periods=300)
    first = np.ones(300, dtype=bool)
    whole = local.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    frequency = find_frequency(undeclared(whole))
    np.testing.assert_array_equal(frequency.positions(whole), np.arange(300))
    moved = int((whole.tz_localize(None) != local).argmax())
    assert moved > 0
    assert_continues(frequency, undeclared(whole), moved - 2)


def test_hours_are_elapsed_time_and_days_are_local():
    hours = pd.date_range("2023-10-28", periods=72, freq="h", tz="Europe/Berlin")
    frequency = find_frequency(undeclared(hours)[:10])
    np.testing.assert_array_equal(frequency.positions(hours), np.arange(72))
    days = pd.date_range("2023-10-20", periods=20, tz="Europe/Berlin")
    frequency = find_frequency(undeclared(days)[:5])
    np.testing.assert_array_equal(frequency.positions(days), np.arange(20))
    assert days[9] + frequency.offset == days[10]


def test_days_of_24_hours_are_recognised_in_later_rows():
    whole = pd.date_range("2023-10-20", periods=20, freq="24h", tz="Europe/Berlin")
    frequency = find_frequency(undeclared(whole)[:5])
    np.testing.assert_array_equal(frequency.positions(whole), np.arange(20))


def test_rows_may_come_in_another_zone():
    whole = pd.date_range("2023-10-20", periods=20, tz="Europe/Berlin")
    later = whole[10:].tz_convert("UTC")
    positions = find_frequency(whole[:10]).positions(later)
    np.testing.assert_array_equal(positions, np.arange(10, 20))


@pytest.mark.parametrize("freq", ["h", "D", "MS", "B", "BME", "bh"])
def test_a_frequency_can_be_pickled(freq):
    whole = whole_range(freq, "Europe/Berlin")
    frequency = pickle.loads(pickle.dumps(find_frequency(whole[:100])))
    np.testing.assert_array_equal(frequency.positions(whole), np.arange(N_ROWS))


def test_positions_before_the_first_label_are_negative():
    for freq in ("h", "D", "MS", "BME", "B", "2BME"):
        whole = whole_range(freq)
        positions = find_frequency(whole[50:]).positions(whole)
        np.testing.assert_array_equal(positions, np.arange(-50, N_ROWS - 50))


def test_an_index_is_extended_by_no_label():
    whole = whole_range("D")
    assert len(find_frequency(whole).extend(whole[-1], 0)) == 0
