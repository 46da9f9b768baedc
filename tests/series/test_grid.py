"""The time grid: steps between labels, on every kind of index."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from skseq._series.grid import find_grid

REGULAR = ["15min", "h", "D", "W", "MS", "ME", "QS-NOV", "QE", "YS", "2MS", "7D"]


def without_frequency(index):
    """Return the same labels without what pandas knows of their step."""
    return pd.DatetimeIndex(list(index))


def holes(n_rows, dropped):
    """Say which of n_rows rows stay when some inner ones are dropped."""
    return np.setdiff1d(np.arange(n_rows), dropped)


@pytest.mark.parametrize("freq", REGULAR)
@pytest.mark.parametrize("tz", [None, "UTC", "Europe/Berlin"])
def test_a_row_lies_at_its_number_in_the_whole_range(freq, tz):
    whole = pd.date_range("2019-11-03", periods=60, freq=freq, tz=tz)
    kept = holes(60, [7, 8, 20, 21, 22, 41])
    index = without_frequency(whole[kept])
    positions = find_grid(index).positions(index)
    np.testing.assert_array_equal(positions, kept)


@given(
    shift=st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
    freq=st.sampled_from(["h", "D", "W"]),
    dropped=st.sets(st.integers(1, 28), max_size=8),
)
def test_a_shift_in_time_changes_no_position(shift, freq, dropped):
    whole = pd.date_range("2000-01-01", periods=30, freq=freq)
    kept = holes(30, list(dropped))
    assume(len(np.unique(kept % 7)) == 7)  # else one weekday is a day off
    index = without_frequency(whole[kept]) + pd.Timedelta(shift)
    np.testing.assert_array_equal(find_grid(index).positions(index), kept)


@pytest.mark.parametrize("freq", ["MS", "ME"])
@pytest.mark.parametrize("days", [-10, -1, 1, 10, 20, 40, 400])
def test_a_shifted_month_stays_a_month(freq, days):
    whole = pd.date_range("2019-01-01", periods=30, freq=freq)
    kept = holes(30, [4, 5, 17])
    index = without_frequency(whole[kept]) + pd.Timedelta(days=days)
    np.testing.assert_array_equal(find_grid(index).positions(index), kept)


@pytest.mark.parametrize("freq", ["M", "Q", "Q-FEB", "D", "h", "2M"])
def test_periods(freq):
    whole = pd.period_range("2019-01-01", periods=30, freq=freq)
    kept = holes(30, [4, 5, 17])
    grid = find_grid(whole[kept])
    np.testing.assert_array_equal(grid.positions(whole[kept]), kept)


@pytest.mark.parametrize("step", [1, 10])
def test_integers(step):
    whole = np.arange(30) * step
    kept = holes(30, [4, 5, 17])
    index = pd.Index(whole[kept])
    grid = find_grid(index)
    np.testing.assert_array_equal(grid.positions(index), kept)
    assert grid.as_offset() == step


def test_dates_of_any_century():
    whole = pd.DatetimeIndex(
        np.arange("0001-01", "0003-01", dtype="M8[M]").astype("M8[s]")
    )
    kept = holes(24, [5])
    np.testing.assert_array_equal(find_grid(whole[kept]).positions(whole[kept]), kept)


@pytest.mark.parametrize("freq", ["MS", "QS", "YS"])
def test_few_months_are_months(freq):
    index = pd.date_range("2021-01-01", periods=9, freq=freq)
    grid = find_grid(without_frequency(index[:3]))
    np.testing.assert_array_equal(grid.positions(index), np.arange(9))


def test_time_differences():
    whole = pd.timedelta_range("1h", periods=20, freq="30min")
    kept = holes(20, [3])
    assert list(find_grid(whole[kept]).positions(whole[kept])) == list(kept)


@pytest.mark.parametrize("share", [0.5, 0.67, 0.8])
def test_a_shuffled_fold_keeps_its_holes(share):
    whole = pd.date_range("2020-01-01", periods=200, freq="D")
    order = np.random.default_rng(0).permutation(200)
    kept = np.sort(order[: int(share * 200) + 5])
    positions = find_grid(whole[kept]).positions(whole[kept])
    np.testing.assert_array_equal(np.diff(positions), np.diff(kept))


@pytest.mark.parametrize(
    "index",
    [
        pd.bdate_range("2020-01-01", periods=60),
        pd.bdate_range("2020-01-06", periods=3),
        pd.date_range("2020-01-01", periods=60, freq="bh"),
        pd.date_range("2020-01-01", periods=60, freq="2B"),
        pd.bdate_range("2020-01-01", periods=60).delete([10, 11, 30]),
        without_frequency(pd.bdate_range("2020-01-06", periods=9)),
        without_frequency(pd.bdate_range("2020-01-09", periods=4)),
        without_frequency(pd.bdate_range("2020-01-06", periods=9, tz="Asia/Tokyo")),
        pd.bdate_range("2020-01-06", periods=9).delete(5),
        pd.date_range("2020-01-01", periods=9, freq="600ns"),
        pd.timedelta_range("0s", periods=9, freq="1500ns"),
        pd.bdate_range("2020", periods=60, freq="C", weekmask="Mon Tue Thu"),
        pd.date_range("2020-01-01", periods=24, freq="BME"),
        pd.date_range("2020-01-01", periods=24, freq="SMS"),
        pd.DatetimeIndex(np.cumsum(2 ** np.arange(30)).astype("M8[s]")),
        pd.DatetimeIndex(["2020-01-01"]),
        pd.Index([0.5, 1.5, 2.5]),
        None,
    ],
    ids=repr,
)
def test_rows_count_as_consecutive_where_there_is_no_step(index):
    assert find_grid(index) is None


@pytest.mark.parametrize("first", pd.date_range("2020-01-06", periods=7))
def test_a_day_without_a_row_is_no_day_off(first):
    whole = pd.date_range(first, periods=9)
    kept = np.array([0, 1, 2, 3, 5, 6, 7, 8])
    positions = find_grid(whole[kept]).positions(whole[kept])
    np.testing.assert_array_equal(positions, kept)


def test_days_before_any_weekend_are_days():
    days = without_frequency(pd.date_range("2020-01-06", periods=5))
    assert find_grid(days).as_offset() == pd.Timedelta(days=1)


def test_stamps_finer_than_a_microsecond_are_told():
    index = pd.date_range("2020-01-01", periods=9, freq="600ns")
    with pytest.warns(UserWarning, match="finer than a microsecond.*gaps='ignore'"):
        assert find_grid(index, warn=True) is None
    grid = find_grid(pd.date_range("2020-01-01", periods=9, freq="us"))
    assert grid.positions(index[:2]) is None


def test_a_single_row_has_the_step_it_declares():
    index = pd.date_range("2020-01-31", periods=1, freq="ME")
    grid = find_grid(index)
    later = pd.DatetimeIndex(["2020-04-30"])
    assert grid.positions(later) == 3


def test_most_steps_without_a_row_is_worth_a_warning():
    whole = pd.date_range("2020-01-01", periods=100, freq="D")
    kept = np.sort(np.random.default_rng(0).permutation(100)[:35])
    with pytest.warns(UserWarning, match="irregular.*gaps='ignore'"):
        assert find_grid(whole[kept], warn=True) is None


def test_a_label_between_two_steps_has_no_position():
    grid = find_grid(pd.date_range("2020-01-01", periods=9, freq="MS"))
    assert grid.positions(pd.DatetimeIndex(["2020-11-02"])) is None
    grid = find_grid(pd.date_range("2020-01-01", periods=9, freq="h"))
    assert grid.positions(pd.DatetimeIndex(["2020-01-01 10:30"])) is None


@pytest.mark.parametrize(
    ("index", "offset"),
    [
        (pd.date_range("2020", periods=9, freq="QS"), pd.DateOffset(months=3)),
        (pd.date_range("2020", periods=9, freq="QE"), pd.offsets.MonthEnd(3)),
        (pd.date_range("2020", periods=9, freq="15min"), pd.Timedelta("15min")),
        (pd.RangeIndex(0, 90, 10), 10),
        (pd.period_range("2020", periods=9, freq="M"), 1),
    ],
    ids=["quarters", "quarter ends", "minutes", "numbers", "periods"],
)
def test_the_step_reads_as_a_user_writes_it(index, offset):
    assert find_grid(index).as_offset() == offset


@pytest.mark.parametrize("freq", [*REGULAR, "B"])
def test_a_label_and_a_step_are_the_next_label(freq):
    index = pd.date_range("2019-11-03", periods=40, freq=freq)
    grid = find_grid(without_frequency(index[:-1]))
    if freq == "B":
        assert grid is None
    else:
        assert index[-2] + grid.as_offset() == index[-1]
