"""The next labels of each series, with holidays left out where later rows show them."""

import numpy as np
import pandas as pd
import pytest

from skseq._series.axis import TimeAxis
from skseq._series.continuation import continue_index

DAYS = pd.date_range("2024-01-01", "2024-12-31", freq="B")
HOURS = pd.DatetimeIndex(
    [day + pd.Timedelta(hours=hour) for day in DAYS[:80] for hour in range(9, 17)]
)
INDEXES = {
    "business days": (DAYS, DAYS[[120, 150]], 1),
    "opening hours": (HOURS, HOURS[[400, 480]], 8),
}


@pytest.mark.sample(4)
@pytest.mark.parametrize(("whole", "holidays", "n"), INDEXES.values(), ids=INDEXES)
@pytest.mark.parametrize("n_steps", [1, 4, 12])
@pytest.mark.parametrize("n_known", [0, 3, 12, 30])
def test_given_labels_say_which_sessions_are_holidays(
    whole, holidays, n, n_steps, n_known
):
    days = whole.normalize()
    labels = whole[~days.isin(holidays.normalize())]
    frequency = TimeAxis.of(pd.Series(0.0, labels[: len(labels) // 2])).frequency
    for holiday in holidays:
        for n_before in range(1, 3 * n + 1):
            end = int(labels.searchsorted(holiday)) - n_before
            given = labels[end + 1 :][:n_known]
            index = continue_index(frequency, labels[[end]], None, n_steps, given=given)
            known = min(n_known, n_steps)
            assert index[:known].equals(given[:known])
            rest = frequency.extend(given[-1] if n_known else labels[end], n_steps)
            assert list(index[known:]) == list(rest[: n_steps - known])
            assert index.dtype == labels.dtype


def test_each_series_has_its_own_next_labels():
    frequency = TimeAxis.of(pd.Series(0.0, DAYS)).frequency
    ends, names = DAYS[[10, 12]], pd.Index(["a", "b"])
    later = {"a": DAYS[[12, 13]], "b": DAYS[[13, 14]], "unknown": DAYS[20:22]}
    given = pd.concat({name: pd.Series(0.0, index) for name, index in later.items()})
    index = continue_index(frequency, ends, names, 3, given.index[::-1])
    expected = [("a", d) for d in DAYS[[12, 13, 14]]]
    expected += [("b", d) for d in DAYS[[13, 14, 15]]]
    assert list(index) == expected


@pytest.mark.parametrize("freq", ["MS", "h", "W"])
def test_labels_after_a_gap_are_not_the_next(freq):
    labels = pd.date_range("2024-01-01", periods=50, freq=freq)
    frequency = TimeAxis.of(pd.Series(0.0, labels[:40])).frequency
    index = continue_index(frequency, labels[[39]], None, 4, given=labels[41:])
    assert index.equals(labels[40:44])
    np.testing.assert_array_equal(frequency.positions(index), np.arange(40, 44))


def test_weekends_in_a_calendar_are_no_sessions():
    frequency = TimeAxis.of(pd.Series(0.0, DAYS[:100])).frequency
    calendar = pd.date_range(DAYS[100], periods=14).delete(1)
    index = continue_index(frequency, DAYS[[99]], None, 5, given=calendar)
    assert list(index) == [DAYS[100], *DAYS[102:106]]


def test_a_series_may_have_a_holiday_on_which_others_have_rows():
    frequency = TimeAxis.of(pd.Series(0.0, DAYS[:100])).frequency
    names = pd.Index(["closed", "open"])
    given = pd.MultiIndex.from_product([names, DAYS[101:110]])
    index = continue_index(frequency, DAYS[[99, 100]], names, 3, given)
    assert list(index.get_level_values(1)) == [*DAYS[101:104], *DAYS[101:104]]
