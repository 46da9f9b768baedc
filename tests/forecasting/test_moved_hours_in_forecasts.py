"""Forecasts of an exchange in UTC have the labels of its next opening hours."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.model_selection import ForecastSplit, backtest

DAYS = pd.bdate_range("2022-06-01", "2023-06-30")
LENGTHS = {15: 26, 30: 13, 60: 7}
"""Bars a day of bars of so many minutes."""

pytestmark = pytest.mark.filterwarnings("ignore:The opening hours in the index of y")


def exchange(length, abroad="UTC", values=None):
    """Return a series in another time zone; by default it is the number of the row."""
    n = LENGTHS[length]
    times = pd.timedelta_range("9h30min", periods=n, freq=f"{length}min")
    index = pd.DatetimeIndex([day + time for day in DAYS for time in times])
    index = index.tz_localize("America/New_York").tz_convert(abroad)
    if values is None:
        values = np.arange(float(len(index)))
    return pd.Series(values, index, name="close")


def forecaster(horizon, rule="drift", **options):
    pipe = make_pipeline(SequenceWindower(5), NaiveRegressor(rule))
    options = {"log": False, "deseasonalize": False, "strategy": "recursive", **options}
    return SequenceForecaster(pipe, horizon=horizon, **options)


@pytest.mark.sample(4)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("abroad", ["UTC", "Europe/London", "America/New_York"])
def test_labels_are_those_of_the_rows_that_followed(length, abroad):
    y, n = exchange(length, abroad), LENGTHS[length]
    fitted = forecaster(n).fit(y)
    assert fitted.season_length_ == n
    changes = np.flatnonzero(np.diff([t.utcoffset() for t in y.index[::n]]))
    us = y.index.tz_convert("America/New_York")
    changes = np.union1d(changes, np.flatnonzero(np.diff([t.dst() for t in us[::n]])))
    # Known up to the end of the first session after each change, and 40 later.
    for day in np.add.outer(changes, [2, 42]).ravel().tolist():
        stop = min(day * n, len(y) - n)
        one = forecaster(n).fit(y[:stop])
        pd.testing.assert_series_equal(
            one.forecast(), y[stop : stop + n], check_freq=False
        )


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("n_fitted", [60, 200])
def test_update_learns_that_the_hours_moved(strategy, n_fitted):
    y, n = exchange(30), 13
    fitted = forecaster(n, strategy=strategy).fit(y[: n_fitted * n])
    for stop in range(n_fitted * n + 5, len(y) - n, 43 * n):
        # Warnings are errors, also about hours that had no row in some of the fits.
        forecast = fitted.update(y[:stop]).forecast()
        pd.testing.assert_series_equal(forecast, y[stop : stop + n], check_freq=False)


@pytest.mark.parametrize("length", LENGTHS)
def test_every_session_is_predicted_in_a_backtest(length):
    y, n = exchange(length), LENGTHS[length]
    cv = ForecastSplit(4, horizon=n)
    table = backtest(forecaster(n), y=y, cv=cv)
    assert_allclose(table["prediction"], table["y"])


@pytest.mark.parametrize("length", LENGTHS)
def test_indices_by_bar_are_learned_in_both_seasons(length):
    n = LENGTHS[length]
    by_bar = np.r_[5.0, np.zeros(n - 2), 3.0]
    noise = np.random.default_rng(0).normal(scale=0.01, size=n * len(DAYS))
    y = exchange(length, values=100 + np.tile(by_bar, len(DAYS)) + noise.cumsum() / 10)
    fitted = forecaster(2 * n, "last", deseasonalize=True).fit(y)
    forecast = fitted.forecast().to_numpy()
    assert_allclose(forecast - forecast[1], np.tile(by_bar, 2), atol=0.05)


def test_several_exchanges_move_together():
    y = exchange(30)
    panel = pd.concat({"a": y, "b": -y}, names=["series", "time"])
    stop = y.index[-13 * 20]
    is_known = panel.index.get_level_values(1) < stop
    forecast = forecaster(13).fit(panel[is_known]).forecast()
    expected = panel[~is_known].groupby("series").head(13)
    pd.testing.assert_index_equal(forecast.index, expected.index)
    assert_allclose(forecast, expected)


def test_the_windower_warns_once():
    y = exchange(30)
    with pytest.warns(UserWarning, match="hours in the index of y move") as caught:
        forecaster(13).fit(y)
    assert len(caught) == 1
