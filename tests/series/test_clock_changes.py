"""Days, weeks and months in zones where clocks are put forward at midnight."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skseq import SequenceWindower
from skseq._series.frequency import find_frequency

N_ROWS = 60
STARTS = {
    "America/Asuncion": "2017-08-01",
    "America/Havana": "2023-02-20",
    "America/Santiago": "2023-08-15",
    "America/Sao_Paulo": "2018-10-10",
    "Africa/Cairo": "2023-04-01",
    "Asia/Amman": "2018-03-01",
    "Asia/Beirut": "2023-03-01",
    "Asia/Tehran": "2020-03-01",
    "Atlantic/Azores": "2023-03-01",
    "Europe/Paris": "2023-03-01",
}
"""A day some weeks before clocks are put forward; in Paris this is not at midnight, and
in Cairo and Amman it is a Friday."""


def local_days(zone, freq):
    local = pd.date_range(STARTS[zone], periods=N_ROWS, freq=freq)
    first = np.ones(N_ROWS, dtype=bool)
    index = local.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return pd.DatetimeIndex(index, freq=None)


@pytest.mark.sample(4)
@pytest.mark.parametrize("zone", STARTS)
@pytest.mark.parametrize("freq", ["D", "2D", "7D", "W-SUN", "MS", "B"])
@pytest.mark.parametrize("n_fitted", [8, 12, 30])
def test_any_part_of_a_series_continues(zone, freq, n_fitted):
    whole = local_days(zone, freq)
    last_is_moved = max(0, int((whole.hour != 0).argmax()) + 1 - n_fitted)
    for start in [last_is_moved, *range(0, N_ROWS - n_fitted - 2, 5)]:
        stop = start + n_fitted
        frequency = find_frequency(whole[start:stop])
        positions = frequency.positions(whole[start:])
        np.testing.assert_array_equal(np.diff(positions), 1)
        following = frequency.extend(whole[stop - 1], 2)
        assert (following == whole[stop : stop + 2]).all()


@pytest.mark.parametrize("zone", STARTS)
@pytest.mark.parametrize("freq", ["D", "W-SUN", "B"])
def test_windows_have_no_missing_steps(zone, freq):
    whole = local_days(zone, freq)
    X = pd.DataFrame({"v": np.arange(float(N_ROWS))}, whole)
    moved = int((whole.hour != 0).argmax())
    n_fitted = max(moved + 1, 12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        windower = SequenceWindower(3).fit(X[:n_fitted])
        windows = windower.transform(X[n_fitted:])
    np.testing.assert_array_equal(windows[0, :, 0], X["v"][n_fitted - 3 : n_fitted])
    assert not np.isnan(windows).any()


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Europe/Paris"])
def test_days_of_24_hours_remain(zone):
    whole = pd.date_range(STARTS[zone], periods=N_ROWS, freq="24h", tz=zone)
    frequency = find_frequency(pd.DatetimeIndex(whole, freq=None))
    np.testing.assert_array_equal(frequency.positions(whole), np.arange(N_ROWS))
    assert (frequency.extend(whole[40], 19) == whole[41:]).all()


@pytest.mark.parametrize("zone", ["Africa/Cairo", "Asia/Amman"])
@pytest.mark.parametrize("n_before", [0, 1, 9])
@pytest.mark.parametrize("is_declared", [True, False])
def test_business_days_that_clocks_move_continue(zone, n_before, is_declared):
    whole = local_days(zone, "B")
    moved = int((whole.hour != 0).argmax())
    assert whole[moved].day_name() == "Friday"
    fitted = whole[: moved - n_before]
    frequency = find_frequency(
        pd.DatetimeIndex(fitted, freq="B" if is_declared else None)
    )
    assert frequency.describe() == "B"
    assert (frequency.extend(fitted[-1], 15) == whole[len(fitted) :][:15]).all()
    later = whole[len(fitted) :].delete(12)  # one day without a row
    np.testing.assert_array_equal(np.diff(frequency.positions(later[:12])), 1)
    frequency = find_frequency(whole)
    assert frequency.describe() == "B"
    assert frequency.is_consecutive(whole)


@pytest.mark.parametrize("zone", ["Africa/Cairo", "Asia/Amman"])
def test_business_days_late_for_another_reason_are_off(zone):
    whole = local_days(zone, "B")
    moved = int((whole.hour != 0).argmax())
    frequency = find_frequency(whole[:moved])
    for late in (moved, moved + 1):
        odd = whole[late : late + 1] + pd.Timedelta(hours=2 - (late == moved))
        assert not frequency.contains(odd).any()


def test_declared_holidays_continue_after_a_moved_day():
    whole = local_days("Africa/Cairo", "B")
    moved = int((whole.hour != 0).argmax())
    holiday = whole[moved + 2]
    days = pd.offsets.CustomBusinessDay(holidays=[holiday.date()])
    fitted = pd.DatetimeIndex(whole[:moved], freq=days)
    frequency = find_frequency(fitted)
    expected = whole[moved + 1 :].drop(holiday)[:5]
    assert (frequency.extend(whole[moved], 5) == expected).all()
