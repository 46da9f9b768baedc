"""Windows over opening hours, against a loop over the calendar that knows all rows."""

import math
import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.tseries.holiday import USFederalHolidayCalendar
from sklearn.model_selection import KFold, TimeSeriesSplit

from skseq import SequenceWindower

pytestmark = pytest.mark.filterwarnings("ignore:The opening hours in the index of X")

TIME_STEPS = 3

OFFICE_HOURS = pd.date_range("2024-01-01", "2024-04-30", freq="h")
OFFICE_HOURS = OFFICE_HOURS[
    (OFFICE_HOURS.hour >= 9) & (OFFICE_HOURS.hour < 17) & (OFFICE_HOURS.day_of_week < 5)
]
STOCK_DAYS = pd.bdate_range("2014-01-01", "2023-12-31").difference(
    USFederalHolidayCalendar().holidays("2014", "2024")
)
TRADING = pd.date_range("2023-01-02", "2023-05-31", freq="15min")
TRADING = TRADING[(TRADING.hour >= 9) & (TRADING.hour < 16) & (TRADING.day_of_week < 5)]
MAINTAINED = pd.date_range("2024-01-01", periods=24 * 60, freq="h")
MAINTAINED = MAINTAINED[MAINTAINED.hour != 3]
NO_MONDAYS = pd.date_range("2019-01-01", "2022-12-31")
NO_MONDAYS = NO_MONDAYS[NO_MONDAYS.day_of_week != 0]

CALENDARS = {
    "office hours": OFFICE_HOURS,
    "trading hours": TRADING[:1500],
    "trading hours in universal time": TRADING.tz_localize(
        "America/New_York"
    ).tz_convert("UTC"),
    "an hour of maintenance": MAINTAINED,
    "stock days": STOCK_DAYS,
    "no Mondays": NO_MONDAYS,
}


def count_wrong(windows, rows, whole, n_days_off=0):
    """Loop over the rows whose window is complete, and count the wrong ones.

    Parameters
    ----------
    windows : ndarray of shape (n_rows, time_steps)
        Of a series that contains the numbers of its rows.
    rows : list of int
        Numbers of the rows that the windows belong to.
    whole : DatetimeIndex
        All labels, by the calendar.
    n_days_off : int, default=0
        Days in a row that may be missing as a whole, as holidays are.
    """
    days = [label.toordinal() for label in whole]
    wrong = 0
    for window, row in zip(windows.tolist(), rows, strict=True):
        if any(map(math.isnan, window)):
            continue
        numbers = [*map(int, window), row]
        for earlier, later in pairwise(numbers):
            missing = {days[number] for number in range(earlier + 1, later)}
            is_whole = days[earlier] not in missing and days[later] not in missing
            if missing and not (is_whole and len(missing) <= n_days_off):
                wrong += 1
                break
    return wrong


def numbered(whole):
    return pd.DataFrame({"row": np.arange(float(len(whole)))}, index=whole)


def windows_of_split(X, train, test):
    windower = SequenceWindower(TIME_STEPS).fit(X.iloc[train])
    return (windower.transform(X.iloc[rows])[:, :, 0] for rows in (train, test))


SPLITS = {
    "shuffled": (KFold(10, shuffle=True, random_state=0), 0),
    "shuffled in 5": (KFold(5, shuffle=True, random_state=1), 0),
    "in order": (KFold(10), 0),
    "a gap of 3": (TimeSeriesSplit(4, gap=3), 0),
    "a gap of 10": (TimeSeriesSplit(4, gap=10), 0),
    "a gap of 1": (TimeSeriesSplit(4, gap=1), 1),
}


@pytest.mark.sample(4)
# The clocks change in some of the fits in universal time, and after some of them.
@pytest.mark.filterwarnings("ignore:Since .*, the rows of X come")
@pytest.mark.filterwarnings("ignore:X has .* at times of the week:UserWarning")
@pytest.mark.parametrize("kind", CALENDARS)
@pytest.mark.parametrize("split", SPLITS)
def test_complete_windows_hold_the_rows_of_the_calendar(kind, split):
    whole = CALENDARS[kind]
    splitter, n_days_off = SPLITS[split]
    X = numbered(whole)
    for train, test in splitter.split(X):
        both = windows_of_split(X, train, test)
        for windows, rows in zip(both, (train, test), strict=True):
            assert count_wrong(windows, rows.tolist(), whole, n_days_off) == 0


@pytest.mark.parametrize("kind", CALENDARS)
def test_whole_series_have_no_gaps(kind):
    X = numbered(CALENDARS[kind])
    windows = SequenceWindower(TIME_STEPS).fit_transform(X)[:, :, 0]
    assert not np.isnan(windows[TIME_STEPS:]).any()


@st.composite
def opening_hours(draw):
    """Draw some weeks of opening hours, with holidays, and rows that are lost."""
    opens = draw(st.integers(0, 16))
    n_hours = draw(st.integers(3, 23 - opens if opens > 14 else 8))
    minutes = draw(st.sampled_from([15, 30, 60]))
    n_weekdays = draw(st.integers(4, 7))
    hours = pd.date_range(
        "2024-01-01", periods=24 * 7 * 10 * 60 // minutes, freq=f"{minutes}min"
    )
    is_open = (hours.hour >= opens) & (hours.hour < opens + n_hours)
    whole = hours[is_open & (hours.day_of_week < n_weekdays)]
    if draw(st.booleans()):
        whole = whole[whole.hour != opens + n_hours // 2]  # closed at noon
    days = whole.normalize().unique()
    holidays = draw(st.sets(st.integers(8, len(days) - 2), max_size=2))
    whole = whole[~whole.normalize().isin(days[list(holidays)])]
    lost = set()
    for _ in range(draw(st.integers(0, 2))):
        first = draw(st.integers(1, len(whole) - 2))
        lost |= set(range(first, first + draw(st.integers(1, 60))))
    kept = np.array([n for n in range(len(whole)) if n not in lost])
    return whole, kept


@given(drawn=opening_hours(), fold=st.sampled_from(["none", "order", "shuffled"]))
@settings(max_examples=20)
def test_complete_windows_of_random_opening_hours(drawn, fold):
    whole, kept = drawn
    X = numbered(whole)
    splits = [(kept, kept)]
    if fold != "none":
        splitter = KFold(
            10,
            shuffle=fold == "shuffled",
            random_state=0 if fold == "shuffled" else None,
        )
        splits = [(kept[train], kept[test]) for train, test in splitter.split(kept)]
    for train, test in splits[::3]:
        both = windows_of_split(X, train, test)
        for windows, rows in zip(both, (train, test), strict=True):
            # A hole may happen to be one whole day, which may be a holiday.
            assert count_wrong(windows, rows.tolist(), whole, n_days_off=1) == 0


def test_the_rule_of_fit_holds_for_later_rows():
    X = numbered(OFFICE_HOURS)
    windower = SequenceWindower(TIME_STEPS).fit(X[:400])
    for lost in (range(402, 405), range(403, 418), range(408, 424)):
        later = X.drop(X.index[list(lost)])[400:]
        windows = windower.transform(later)[:, :, 0]
        row = later.index.get_loc(X.index[lost[-1] + 1])
        assert np.isnan(windows[row]).all()
    holiday = X.drop(X.index[408:416])[400:]
    windows = windower.transform(holiday)[:, :, 0]
    np.testing.assert_array_equal(windows[8], [405, 406, 407])


def test_the_next_label_of_opening_hours_gives_the_next_window():
    X = numbered(OFFICE_HOURS)[:400]
    windower = SequenceWindower(TIME_STEPS).fit(X)
    assert X.index[-1].hour == 16
    following = X.index[-1] + windower.freq_
    assert following == OFFICE_HOURS[400]
    window = windower.transform(pd.DataFrame({"row": [np.nan]}, index=[following]))
    np.testing.assert_array_equal(window[0, :, 0], [397, 398, 399])


HALF_HOURS = pd.bdate_range("2024-01-02", periods=30).repeat(13) + pd.to_timedelta(
    np.tile(np.arange(13) * 30 + 570, 30), "min"
)


@pytest.mark.parametrize(
    ("index", "label", "following"),
    [
        (HALF_HOURS, "2024-02-12 16:00", "2024-02-13 09:30"),
        (HALF_HOURS, "2024-02-17 10:00", "2024-02-19 09:30"),
        (pd.bdate_range("2024-01-02", periods=30), "2024-02-17", "2024-02-19"),
    ],
)
def test_a_label_at_a_closed_time_is_worth_a_warning(index, label, following):
    windower = SequenceWindower(TIME_STEPS).fit(numbered(index))
    X = pd.DataFrame({"row": [0.0]}, index=pd.DatetimeIndex([label]))
    match = f"X has 1 row at .* first at {label}.*label it {following}"
    with pytest.warns(UserWarning, match=match) as caught:
        windower.transform(X)
    is_within_hours = isinstance(windower.freq_, pd.offsets.Tick)
    assert ("freq_ is the step" in str(caught[0].message)) == is_within_hours
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        windower.transform(X.set_axis(pd.DatetimeIndex([following])))


@pytest.mark.parametrize("minutes", [7, 31, 50])
@pytest.mark.parametrize("time", ["2024-02-12 16:00", "2024-02-17 10:00", "2024-02-18"])
def test_a_label_between_two_steps_at_a_closed_time_is_named(minutes, time):
    windower = SequenceWindower(TIME_STEPS).fit(numbered(HALF_HOURS))
    label = pd.Timestamp(time) + pd.Timedelta(minutes=minutes)
    X = pd.DataFrame({"row": [0.0]}, index=pd.DatetimeIndex([label]))
    with pytest.raises(ValueError, match=f"the first is {label}. Correct these labels"):
        windower.transform(X)


def test_a_rare_session_of_fit_is_worth_no_warning():
    days = pd.bdate_range("2023-01-02", periods=200)
    days = days.append(pd.DatetimeIndex(["2023-04-01"])).sort_values()
    windower = SequenceWindower(TIME_STEPS).fit(numbered(days))
    later = pd.DatetimeIndex([days[-1] + pd.Timedelta("1D")])  # a Saturday
    assert later.day_of_week == 5
    windower.transform(pd.DataFrame({"row": [0.0]}, index=later))


@pytest.mark.parametrize("n_days", [3, 8, 12])
@pytest.mark.parametrize("seed", range(5))
def test_a_time_without_a_row_by_chance_is_worth_no_warning(n_days, seed):
    X = numbered(OFFICE_HOURS)
    kept = np.random.default_rng(seed).random(8 * n_days) > 0.15
    windower = SequenceWindower(TIME_STEPS).fit(X[: 8 * n_days][kept])
    windower.transform(X[8 * n_days : 8 * n_days + 60])
