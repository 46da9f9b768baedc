"""Forecasts of series that are open on other days than others, or have changed theirs.

Each series contains the numbers of its rows, so the forecast of a row is its number.
"""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from pandas.tseries.holiday import USFederalHolidayCalendar
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.model_selection import ForecastSplit, backtest

DAYS = pd.date_range("2022-01-03", "2023-06-30")
HOURS = pd.date_range("2023-01-02", "2023-04-30 23:00", freq="h")


def numbered(index):
    return pd.Series(np.arange(float(len(index))), index)


def panel(**indexes):
    parts = {name: numbered(index) for name, index in indexes.items()}
    return pd.concat(parts, names=["shop", "time"]).rename("sales")


PANELS = {
    "days": panel(
        a=DAYS[DAYS.day_of_week < 5], b=DAYS[DAYS.day_of_week < 6], c=DAYS[::1]
    ),
    "hours": panel(
        a=HOURS[(HOURS.hour >= 9) & (HOURS.hour < 18)],
        b=HOURS[(HOURS.hour >= 12) & (HOURS.hour < 16) & (HOURS.day_of_week < 6)],
    ),
}


def forecaster(horizon=6, gaps="auto", **options):
    pipe = make_pipeline(SequenceWindower(6, gaps=gaps), NaiveRegressor("drift"))
    options = {"log": False, "deseasonalize": False, **options}
    return SequenceForecaster(pipe, horizon=horizon, **options)


def split(y, n_later):
    """Return the rows up to a time shortly before the last ones, and later ones."""
    time = y.index.get_level_values(-1)
    end = time[-1] - n_later
    return y[time <= end], y[time > end]


def assert_rows_that_come(forecast, later, n=6):
    expected = later.groupby(level=0).head(n)
    pd.testing.assert_series_equal(
        forecast, expected, check_freq=False, check_names=False
    )


@pytest.mark.sample(2)
@pytest.mark.parametrize("kind", PANELS)
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("gaps", ["auto", "ignore"])
def test_each_series_is_forecast_on_its_open_days(kind, strategy, gaps):
    known, later = split(PANELS[kind], pd.Timedelta("20D"))
    fitted = forecaster(gaps=gaps, strategy=strategy).fit(known)
    assert_rows_that_come(fitted.forecast(), later)
    assert_allclose(
        fitted.predict(later.to_frame().groupby(level=0).head(6)),
        later.groupby(level=0).head(6),
    )
    before, after = split(later, pd.Timedelta("9D"))
    assert_rows_that_come(fitted.update(before).forecast(), after)


@pytest.mark.parametrize("kind", PANELS)
def test_a_backtest_predicts_every_row(kind):
    table = backtest(forecaster(), y=PANELS[kind], cv=ForecastSplit(3, horizon=6))
    assert_allclose(table["prediction"], table["y"])


@pytest.mark.filterwarnings("ignore:backtest has no prediction")
def test_a_backtest_finds_the_future_rows_of_each_series():
    y = PANELS["days"].rename("y")
    one = forecaster(future_columns=["promo"])
    table = backtest(one, y.to_frame("promo") % 3, y, cv=ForecastSplit(3, horizon=6))
    # After the last origin, X lacks the sixth row of the shop with the fewest days.
    is_last = table["origin"] == table["origin"].max()
    assert_allclose(table["prediction"][~is_last], table["y"][~is_last])


def changed(n_weeks):
    """Return days with Saturdays, and days without them after some weeks."""
    since = DAYS[0] + pd.Timedelta(weeks=n_weeks)
    return numbered(DAYS[DAYS.day_of_week < np.where(since > DAYS, 6, 5)]).rename("y")


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_a_shop_that_no_longer_opens_on_saturdays(strategy):
    y = changed(52)
    known, later = split(y, pd.Timedelta("20D"))
    match = "Since 2023-01-02, the rows of y .* no longer on Sat"
    with pytest.warns(UserWarning, match=match) as caught:
        fitted = forecaster(strategy=strategy).fit(known)
    assert len(caught) == 1
    assert fitted.freq_ == pd.offsets.BusinessDay()
    pd.testing.assert_series_equal(fitted.forecast(), later[:6], check_freq=False)
    windower = fitted.estimator_[0]
    assert windower.complete_windows(known.to_frame()).sum() >= len(known) - 14


def test_days_that_change_after_fit_are_missing_steps_until_the_next_fit():
    """Windows count steps as in fit, so that they never contain values to predict."""
    y = changed(52)
    known, later = y[:"2022-12-30"], y["2023-01-01":]
    fitted = forecaster().fit(known)
    with pytest.warns(UserWarning, match="Since 2022-12-26, the rows of y.*fit again"):
        fitted.update(later[:60])
    assert fitted.forecast().index[0].day_name() == "Saturday"
    with pytest.warns(UserWarning, match="no longer on Sat"):
        fitted.fit(y[: later.index[59]])
    forecast = fitted.forecast()
    pd.testing.assert_series_equal(forecast, later[60:66], check_freq=False)


@pytest.mark.filterwarnings("ignore:.*different times of the week")
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("change", ["days", "hours", "opened"])
def test_intervals_do_not_know_the_values_to_predict(change, strategy):
    """If y rises by 1 a row, the last value is wrong by k after k steps."""
    if change == "hours":
        hours = pd.date_range("2024-01-01", periods=24 * 400, freq="h")
        closing = np.where(hours < "2024-10-01", 20, 18)
        y = numbered(hours[(hours.hour >= 9) & (hours.hour < closing)])
    else:
        y = changed(70)
        if change == "opened":
            y = numbered(y.index[-1] - (y.index - y.index[0])[::-1])
    naive = make_pipeline(SequenceWindower(8), NaiveRegressor("last"))
    one = SequenceForecaster(naive, horizon=3, strategy=strategy).fit(y)
    one.forecast(coverage=0.8)
    errors = one.residuals_[:, :, 0]
    np.testing.assert_array_equal(errors, np.ones((len(errors), 1)) * [1, 2, 3])


@pytest.mark.filterwarnings("ignore:.*different times of the week")
@pytest.mark.filterwarnings("ignore:.*cuts the windows itself")
@pytest.mark.parametrize("n_weeks", [4, 16, 28])
def test_nor_do_those_of_an_estimator_that_transforms_y(n_weeks):
    days = pd.date_range("2022-01-03", periods=1000)
    is_late = np.arange(1000) >= 1000 - 7 * n_weeks
    y = numbered(days[(days.day_of_week < 6) | ~is_late])
    naive = make_pipeline(SequenceWindower(8), NaiveRegressor("last"))
    one = SequenceForecaster(TransformedTargetRegressor(naive), horizon=3).fit(y)
    one.forecast(coverage=0.8)
    assert (one.residuals_[:, :, 0] >= [1, 2, 3]).all()


@pytest.mark.filterwarnings("ignore:backtest has no prediction")
@pytest.mark.filterwarnings("ignore:.*different times of the week")
@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.parametrize(("refit", "opened"), [(True, True), (100, False)])
def test_a_backtest_with_future_columns_over_a_change_of_open_days(refit, opened):
    is_sunday, is_late = DAYS.day_of_week == 6, DAYS > "2023-02-01"
    days = DAYS[~is_sunday | (is_late == opened)]
    y = numbered(days).rename("y")
    one = forecaster(future_columns=["promo"])
    cv = ForecastSplit(15, horizon=6, step=6)
    table = backtest(one, y.to_frame("promo") % 3, y, cv=cv, refit=refit)
    assert table["prediction"].isna().mean() < 0.2


@pytest.mark.parametrize("log", ["auto", False])
def test_holidays_do_not_keep_a_season_of_weekdays(log):
    days = pd.bdate_range("2021-01-04", periods=400)
    holidays = USFederalHolidayCalendar().holidays(days[0], days[-1])
    days = days.difference(holidays)
    pattern = np.array([100, 120, 90, 110, 150.0])[days.day_of_week]
    y = pd.Series(pattern + np.random.default_rng(0).normal(size=len(days)), days)
    for table in (y, pd.concat({"a": y, "b": y + 5})):
        fitted = SequenceForecaster(horizon=5, log=log).fit(table)
        assert fitted.deseasonalize_.all()
        assert not fitted.log_.any()
