"""What missing steps may mean: labels that were read wrongly, holidays, folds."""

import numpy as np
import pandas as pd
import pytest

from skseq._series.axis import TimeAxis
from skseq._series.gaps import (
    advise_on_holidays,
    advise_on_reading,
    missing_steps,
    offset_code,
)


def axis_of(index):
    """Return the axis of an index whose frequency is inferred."""
    if isinstance(index, pd.DatetimeIndex):
        index = pd.DatetimeIndex(list(index))
    return TimeAxis.of(pd.Series(0.0, index))


def without(index, *rows):
    return index.delete(list(rows))


def months_read_as_days(n_years, first_year=2015):
    """Make the first 12 days of each year, as 01.02.2015 is read by default."""
    years = range(first_year, first_year + n_years)
    days = [f"{year:04}-01-{day:02}" for year in years for day in range(1, 13)]
    return pd.DatetimeIndex(days)


READ_WRONGLY = {
    "two years": months_read_as_days(2),
    "nine years": months_read_as_days(9),
    "centuries ago": months_read_as_days(3, first_year=1),
    "years read as months": pd.DatetimeIndex(
        [f"0001-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 13)]
    ),
}


@pytest.mark.parametrize("kind", READ_WRONGLY)
def test_months_read_as_days_are_found(kind):
    advice = advise_on_reading(axis_of(READ_WRONGLY[kind]))
    assert "steps have no row: check that the dates were read correctly" in advice
    assert "dayfirst=True for 31.12.2024" in advice


def test_dates_written_as_numbers_are_found():
    numbers = [100 * year + month for year in (2023, 2024) for month in range(1, 13)]
    advice = advise_on_reading(axis_of(pd.Index(numbers)))
    assert advice.endswith("(convert dates such as 202412 with pd.to_datetime).")
    assert "dayfirst" not in advice


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2024", periods=90),
        pd.bdate_range("2024", periods=90),
        pd.date_range("2010", periods=90, freq="MS"),
        pd.period_range("2010", periods=90, freq="M"),
        pd.date_range("2024", periods=90, freq="h", tz="CET"),
        pd.RangeIndex(90),
        pd.Index(np.arange(90) / 4 + 0.1),
        pd.Index([f"row {row}" for row in range(90)]),
    ],
    ids=lambda index: f"{index.dtype}",
)
@pytest.mark.parametrize("n_lost", [0, 1, 9, 28])
def test_fewer_missing_rows_are_not_read_wrongly(index, n_lost):
    lost = np.random.default_rng(0).choice(np.arange(1, 89), n_lost, replace=False)
    assert advise_on_reading(axis_of(without(index, *lost))) == ""


def open_hours(n_weeks=12, *, first=9, last=16, days=5):
    hours = pd.date_range("2024-01-01", periods=24 * 7 * n_weeks, freq="h")
    is_open = (hours.hour >= first) & (hours.hour <= last) & (hours.day_of_week < days)
    return hours[is_open]


SESSIONS = {
    "business days": pd.bdate_range("2024-01-01", periods=250),
    "with a time zone": pd.bdate_range("2024-01-01", periods=250, tz="US/Eastern"),
    "in the afternoon": pd.bdate_range("2024-01-01 16:00", periods=250),
    "six days": pd.bdate_range(
        "2024-01-01", periods=250, freq="C", weekmask="Mon Tue Wed Thu Fri Sat"
    ),
    "hours": open_hours(),
    "hours of six days": open_hours(first=8, last=19, days=6),
}
PER_DAY = {"hours": 8, "hours of six days": 12}


@pytest.mark.parametrize("kind", SESSIONS)
@pytest.mark.parametrize("n_days", [2, 3])
def test_the_code_for_holidays_leaves_no_gap(kind, n_days):
    per_day = PER_DAY.get(kind, 1)
    lost = np.arange(20 * per_day, (20 + n_days) * per_day)
    index = SESSIONS[kind]
    axis = axis_of(without(index, *lost))
    assert missing_steps(axis).sum() == n_days * per_day
    advice = advise_on_holidays(axis, "y")
    start = "If these days are holidays, declare all holidays: y.asfreq(pd.offsets."
    assert advice.startswith(start)
    code = advice.removeprefix("If these days are holidays, declare all holidays: ")
    days = index[lost].tz_localize(None).normalize().unique()
    code = code.removesuffix(".").replace("[...]", "list(days)")
    y = pd.Series(0.0, without(index, *lost))
    declared = eval(code, {"pd": pd, "y": y, "days": days})
    assert declared.notna().all()
    pd.testing.assert_series_equal(declared, y, check_freq=False)
    assert not missing_steps(TimeAxis.of(declared)).any()


@pytest.mark.parametrize(
    "index",
    [
        without(pd.date_range("2024-01-01", periods=250), 40, 41),
        without(pd.date_range("2000-01-01", periods=250, freq="MS"), 40, 41),
        without(pd.period_range("2024-01-01", periods=250), 40, 41),
        without(pd.RangeIndex(250), 40, 41),
        without(open_hours(), *range(164, 180)),  # from noon to noon
        without(open_hours(), *range(162, 164)),  # hours within a day
        without(pd.bdate_range("2024", periods=250), *range(40, 80)),  # eight weeks
        pd.bdate_range("2024", periods=250),
    ],
    ids=["daily", "months", "periods", "numbers", "noon", "hours", "weeks", "none"],
)
def test_other_gaps_are_no_holidays(index):
    assert advise_on_holidays(axis_of(index), "X") == ""


def test_an_index_of_several_series_declares_no_holidays():
    index = without(SESSIONS["business days"], 40, 41)
    y = pd.concat({"a": pd.Series(0.0, index), "b": pd.Series(0.0, index)})
    axis = TimeAxis.of(y)
    assert missing_steps(axis).sum() == 4
    assert advise_on_holidays(axis, "y") == ""


@pytest.mark.parametrize("offset", ["D", "MS", "h", "2B", "W", None, 7])
def test_offsets_without_holidays_have_no_code(offset):
    is_text = isinstance(offset, str)
    assert (
        offset_code(pd.tseries.frequencies.to_offset(offset) if is_text else offset)
        == ""
    )
