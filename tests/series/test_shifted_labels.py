"""Regular rows of which some come on another day or hour than usual."""

import numpy as np
import pandas as pd
import pytest
from frequencies import frequency_with_warnings
from pandas.tseries.holiday import USFederalHolidayCalendar

from skseq import SequenceWindower
from skseq._series.frequency import find_frequency

DAY, HOUR = pd.Timedelta(days=1), pd.Timedelta(hours=1)


def of_hours(days, first, last):
    return pd.DatetimeIndex([d + h * HOUR for d in days for h in range(first, last)])


BUSINESS_DAYS = pd.bdate_range("2020-01-01", periods=300)
MONDAYS = pd.date_range("2015-01-05", periods=300, freq="W-MON")
TWICE_A_WEEK = MONDAYS.union(MONDAYS + 3 * DAY)
EVEN = {
    "Monday or Tuesday": (MONDAYS, DAY),
    "Sunday or Saturday": (MONDAYS - DAY, -DAY),
    "Friday or Thursday": (MONDAYS + 4 * DAY, -DAY),
    "Monday or Friday": (MONDAYS, 4 * DAY),
    "daily at 8 or 9": (pd.date_range("2020-01-01 08:00", periods=300), HOUR),
    "business days at 16 or 13": (BUSINESS_DAYS + 16 * HOUR, -3 * HOUR),
    "12h or an hour later": (
        pd.date_range("2020-01-01 08:00", periods=300, freq="12h"),
        HOUR,
    ),
    "hours of a shop or late": (of_hours(BUSINESS_DAYS[:60], 9, 17), HOUR / 10),
}


def shifted(index, by, rate, seed=0):
    """Shift some labels, but not the first, which names the others in messages."""
    rng = np.random.default_rng(seed)
    rows = 1 + rng.permutation(len(index) - 1)[: round(rate * len(index))]
    labels = index.to_series()
    labels.iloc[rows] += by
    return pd.DatetimeIndex(labels.to_numpy())


def n_complete(index):
    X = pd.DataFrame({"a": np.arange(len(index))}, index=index)
    return SequenceWindower(5).fit(X).complete_windows(X).sum()


@pytest.mark.parametrize("kind", EVEN)
@pytest.mark.parametrize("seed", range(2))
def test_shifted_rows_are_irregular_at_any_rate(kind, seed):
    index, by = EVEN[kind]
    with pytest.raises(ValueError, match="except for 6 of"):
        find_frequency(shifted(index, by, 6 / len(index), seed))
    for rate in (0.06, 0.09, 0.11):
        labels = shifted(index, by, rate, seed)
        with pytest.warns(UserWarning, match=r"is irregular: most rows are"):
            assert frequency_with_warnings(labels) is None, rate


@pytest.mark.parametrize(("first", "last"), [("2010", "2024"), ("2014", "2015")])
def test_the_first_trading_days_of_weeks_are_advised_to_be_weeks(first, last):
    holidays = USFederalHolidayCalendar().holidays("2009", "2025")
    days = pd.bdate_range("2010-01-04", "2024-06-28").difference(holidays)
    days = days.to_series()[first:last]
    index = pd.DatetimeIndex(days.groupby(days.dt.to_period("W")).first())
    with pytest.warns(UserWarning, match=r"X.index.to_period\('W'\)"):
        assert frequency_with_warnings(index) is None
    assert find_frequency(index.to_period("W")).is_consecutive(index.to_period("W"))


def test_rows_twice_a_week_have_no_gaps_at_holidays():
    for rate in (0.02, 0.045, 0.06, 0.072, 0.085, 0.095, 0.11):
        index = shifted(TWICE_A_WEEK, DAY, rate)
        assert n_complete(index) == len(index) - 5, rate


def thin(index, is_wanted, rate, seed=0):
    """Leave out most of the labels that are marked."""
    drawn = np.random.default_rng(seed).random(len(index)) < rate
    return index[~is_wanted | drawn]


EVERY_DAY = pd.date_range("2021-01-04", periods=420)
LONG_DAYS = of_hours(BUSINESS_DAYS, 14, 18)
IN_SUMMER = (LONG_DAYS.month == 7) & (LONG_DAYS.year == 2020)
OPENING_HOURS = {
    "weekend of a few weeks": thin(EVERY_DAY, EVERY_DAY.day_of_week >= 5, 0.05),
    "market with extra days": thin(EVERY_DAY, EVERY_DAY.day_of_week % 3 > 0, 0.03),
    "late hours on some days": thin(LONG_DAYS, LONG_DAYS.hour == 17, 0.09),
    "early hours in a month": LONG_DAYS.where(~IN_SUMMER, LONG_DAYS - 6 * HOUR),
    "New York in Berlin": (
        pd.bdate_range("2020-11-10", "2022-11-10", tz="America/New_York") + 16 * HOUR
    ).tz_convert("Europe/Berlin"),
    "half of Mondays and Tuesdays": thin(
        MONDAYS.union(MONDAYS + DAY), np.ones(600, dtype=bool), 0.6
    ),
}


@pytest.mark.parametrize("kind", OPENING_HOURS)
def test_opening_hours_are_not_shifted_rows(kind):
    frequency = find_frequency(OPENING_HOURS[kind])
    assert frequency is not None
    assert hasattr(frequency.rule, "is_open")


@pytest.mark.filterwarnings("ignore:.* irregular|.* no frequency in common")
@pytest.mark.parametrize("kind", ["Monday or Tuesday", "business days at 16 or 13"])
@pytest.mark.parametrize("are_all", [True, False])
def test_shifted_rows_of_some_series_are_no_gaps_of_the_others(kind, are_all):
    (index, by), n_series = EVEN[kind], 4
    for rate in (0.02, 0.08):
        tables = [
            shifted(index, by, rate, seed) if are_all or seed else index
            for seed in range(n_series)
        ]
        labels = pd.concat([t.to_frame(name="a") for t in tables], keys=range(n_series))
        X = pd.DataFrame({"a": np.arange(len(labels))}, index=labels.index)
        try:
            windower = SequenceWindower(5).fit(X)
        except ValueError as error:
            assert "except for" in str(error)  # labels that most series do not have
        else:
            n_complete = windower.complete_windows(X).sum()
            assert n_complete >= 0.98 * (len(X) - 5 * n_series), rate
