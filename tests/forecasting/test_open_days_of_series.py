"""Forecasts of series that are open on other days than others, or have changed theirs.

Each series holds the numbers of its rows, so the forecast of a row is its number.
"""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
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


def test_a_series_that_is_new_has_open_days_of_its_own():
    y = PANELS["days"]
    fitted = forecaster().fit(y.loc[["b", "c"]])
    known, later = split(y.loc[["a"]], pd.Timedelta("20D"))
    others, _ = split(y.loc[["b", "c"]], pd.Timedelta("0D"))
    fitted.update(pd.concat([known, others]))
    forecast = fitted.forecast().loc[["a"]]
    assert forecast.index.equals(later[:6].index)


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


def test_the_days_may_change_after_fit():
    y = changed(52)
    known, later = y[:"2022-12-30"], y["2023-01-01":]
    fitted = forecaster().fit(known)
    with pytest.warns(UserWarning, match="Since 2022-12-26, the rows of y"):
        fitted.update(later[:60])
    forecast = fitted.forecast()
    pd.testing.assert_series_equal(forecast, later[60:66], check_freq=False)
