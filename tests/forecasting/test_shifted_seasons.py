"""Seasons that holidays, half days and clock changes shift within windows."""

import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import walk
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq._forecasting.fit_forecast import learn_transform, target_parameters
from skseq._forecasting.known.table import Table

BY_WEEKDAY = np.array([100.0, 108, 102, 114, 76, 60, 50])


def business_days():
    return pd.bdate_range("2023-01-02", "2023-06-30").drop("2023-05-01")


def local_hours():
    return pd.date_range("2024-03-11", "2024-04-20", freq="h", tz="Europe/Berlin")


def hours_in_autumn():
    return pd.date_range("2024-10-07", "2024-11-16", freq="h", tz="America/New_York")


def half_days():
    hours = pd.date_range("2023-03-06", "2023-05-19", freq="h")
    is_open = (hours.hour >= 9) & (hours.hour < 17) & (hours.day_of_week < 5)
    # Only interruptions that recur are no gaps.
    days = pd.to_datetime(["2023-03-07", "2023-03-09", "2023-03-14", "2023-05-01"])
    return hours[is_open & ~(hours.normalize().isin(days) & (hours.hour >= 15))]


def by_weekday(index):
    return BY_WEEKDAY[index.day_of_week]


def by_hour(index):
    return 100 + 20 * np.sin(index.hour / 24 * 2 * np.pi) + index.hour**2 / 10


# The index, its season, the number of steps in it, and the last row before the shift.
EVENTS = {
    "holiday": (business_days(), by_weekday, 5, "2023-04-28"),
    "clock put forward": (local_hours(), by_hour, 24, "2024-03-31 01:00"),
    "clock put back": (hours_in_autumn(), by_hour, 24, "2024-11-03 01:00-04:00"),
    "half day": (half_days(), by_hour, 8, "2023-05-01 14:00"),
}


class Event:
    """A series with one shift, and pipelines with windows of two seasons."""

    def __init__(self, name):
        index, season_of, self.season, before = EVENTS[name]
        before = pd.Timestamp(before)
        if index.tz is not None and before.tz is None:
            before = before.tz_localize(index.tz)
        self.n_before = index.get_loc(before) + 1
        noise = np.random.default_rng(0).normal(0, 1, len(index))
        self.y = pd.Series(season_of(index) + noise, index, name="sales")
        self.before = str(index[self.n_before - 1])

    def forecaster(self, **params):
        pipe = pipeline(2 * self.season, **params.pop("window", {}))
        return SequenceForecaster(pipe, horizon=self.season, **params)


def pipeline(time_steps, **params):
    return make_pipeline(SequenceWindower(time_steps, **params), NaiveRegressor("last"))


@pytest.fixture(params=EVENTS)
def event(request):
    return Event(request.param)


def shift_warnings(call, *args, **params):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*args, **params)
    texts = [str(warning.message) for warning in caught]
    return [text for text in texts if "is shifted" in text]


@pytest.mark.parametrize("n_after", [1, 9])
def test_a_shift_in_the_latest_window_is_reported(event, n_after):
    y = event.y[: event.n_before + n_after]
    (text,) = shift_warnings(event.forecaster().fit(y).forecast)
    assert f"season of {event.season} steps is shifted in the latest windows" in text
    assert f"from {event.before} to " in text
    assert "deseasonalize=True, which follows the calendar." in text


def test_a_shift_before_the_window_is_not_reported(event):
    y = event.y[: event.n_before + 2 * event.season]
    assert not shift_warnings(event.forecaster().fit(y).forecast)
    assert shift_warnings(event.forecaster().fit(y[:-1]).forecast)


def test_a_shift_among_the_steps_to_forecast_is_reported(event):
    known, later = event.y[: event.n_before], event.y[event.n_before - 2 :]
    fitted = event.forecaster().fit(known)
    (text,) = shift_warnings(fitted.forecast, X_future=later.index)
    assert f"shifted within the steps to forecast: from {event.before} to" in text
    fitted = event.forecaster().fit(known[:-2])
    assert not shift_warnings(fitted.forecast, 2, later.index)
    assert shift_warnings(fitted.forecast, 3, later.index)
    assert shift_warnings(fitted.predict, later.to_frame()[:5])


def test_a_shift_after_an_update_is_reported(event):
    known, later = event.y[: event.n_before], event.y[event.n_before :][:5]
    assert shift_warnings(event.forecaster().fit(known).update(later).forecast)


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_a_season_that_is_removed_is_not_shifted(event, strategy):
    y = event.y[: event.n_before + 5]
    forecaster = event.forecaster(deseasonalize=True, strategy=strategy)
    assert not shift_warnings(forecaster.fit(y).forecast)


def test_windows_that_ignore_gaps_have_no_calendar(event):
    y = event.y[: event.n_before + 5]
    forecaster = event.forecaster(window={"gaps": "ignore"})
    assert not shift_warnings(forecaster.fit(y).forecast)


def test_a_season_that_grows_needs_the_logarithm(event):
    y = event.y[: event.n_before + 5]
    y = y * np.exp(np.linspace(0, 3, len(y)))
    (text,) = shift_warnings(event.forecaster().fit(y).forecast)
    assert "and with log=True, because changes of y grow with its level." in text
    (text,) = shift_warnings(event.forecaster(log=True).fit(y).forecast)
    assert "log=True" not in text


@pytest.mark.sample(2)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_series_without_season_is_not_shifted(event, seed):
    index = event.y.index[: event.n_before + 5]
    y = pd.Series(walk(len(index), seed).to_numpy(), index)
    assert not shift_warnings(event.forecaster().fit(y).forecast)
    assert not shift_warnings(event.forecaster(season_length=None).fit(y).forecast)


def test_a_panel_names_the_first_such_series(event):
    n_rows = event.n_before + 5
    noise = walk(n_rows).set_axis(event.y.index[:n_rows])
    ended = event.y[: event.n_before - 3]
    y = pd.concat({"a": noise, "b": ended, "c": event.y[:n_rows]})
    assert not shift_warnings(event.forecaster().fit(y).forecast)
    fitted = event.forecaster(deseasonalize=False).fit(y)
    (text,) = shift_warnings(fitted.forecast, 2)
    assert "In 1 of 3 series, the season of" in text
    assert f"for example in the latest windows of series c: from {event.before}" in text
    rows = pd.concat({"c": event.y[n_rows : n_rows + 2]}).to_frame()
    assert shift_warnings(fitted.predict, rows)


def test_one_of_several_targets_is_enough(event):
    y = event.y[: event.n_before + 5]
    both = pd.DataFrame({"noise": walk(len(y)).to_numpy(), "sales": y.to_numpy()})
    pipe = make_pipeline(SequenceWindower(2 * event.season), NaiveRegressor("last"))
    fitted = SequenceForecaster(pipe, horizon=2).fit(both.set_axis(y.index))
    assert len(shift_warnings(fitted.forecast)) == 1


# A price is known in advance, but does not show the weekday or hour.
@pytest.mark.parametrize("column", ["phase", "price"])
def test_a_calendar_known_in_advance_prevents_the_shift(event, column):
    index = event.y.index
    phase = index.day_of_week if event.season == 5 else index.hour
    X = pd.DataFrame({"phase": phase, "price": np.arange(len(index)) % 7.0}, index)
    y = event.y[: event.n_before + 5]
    forecaster = event.forecaster(future_columns=[column])
    found = shift_warnings(forecaster.fit(X[: len(y)], y).forecast, X_future=X)
    assert bool(found) == (column == "price")


def test_a_calendar_that_a_step_makes_prevents_the_shift(event):
    y = event.y[: event.n_before + 5]
    add_hour = FunctionTransformer(lambda table: table.assign(hour=table.index.hour))
    pipe = make_pipeline(add_hour, pipeline(2 * event.season))
    forecaster = SequenceForecaster(pipe, horizon=2, future_columns=["hour"])
    assert not shift_warnings(forecaster.fit(y).forecast)


def test_closed_days_do_not_shift_the_hours_of_a_day():
    index = half_days()
    index = index[index.normalize() != "2023-05-01"]
    y = pd.Series(by_hour(index), index) + walk(len(index)).to_numpy() / 10
    known = y[:"2023-05-03"]
    forecaster = SequenceForecaster(pipeline(40), horizon=8).fit(known)
    assert forecaster.season_length_ == 8
    assert not shift_warnings(forecaster.forecast)


def test_closed_weekdays_of_a_series_are_no_holidays():
    days = pd.date_range("2023-01-02", "2023-06-30")
    noise = np.random.default_rng(0).normal(size=len(days))
    y = pd.Series(by_weekday(days) + noise, days)
    parts = {"open": y, "also": y + 1, "closed": y[days.day_of_week < 6]}
    forecaster = SequenceForecaster(pipeline(14), horizon=7, deseasonalize=False)
    assert not shift_warnings(forecaster.fit(pd.concat(parts)).forecast)


@pytest.mark.parametrize("n_weeks", [165, 190, 220])
def test_a_season_longer_than_the_windows_is_removed(n_weeks):
    days = pd.date_range("2019-01-06", periods=n_weeks + 13, freq="W-SUN")
    peak = 1.5 * np.exp(-(((days.day_of_year - 352) / 8) ** 2))
    noise = np.random.default_rng(0).normal(1, 0.04, len(days))
    y = pd.Series(1000 * (1 + peak) * noise, days)
    fitted = SequenceForecaster(horizon=13).fit(y[:n_weeks])
    assert fitted.estimator_["window"].time_steps < 52
    assert fitted.deseasonalize_.all()
    errors = (fitted.forecast() - y[n_weeks:]).abs().mean()
    assert errors < 1.6 * (y.shift(52) - y)[n_weeks:].abs().mean()


def learned(y, season, **params):
    table = Table.of(y.to_frame())
    return learn_transform(SequenceForecaster(**params), table, season, season)


def test_the_default_removes_a_season_that_grows_from_the_logarithm(event):
    growing = event.y * np.exp(np.linspace(0, 3, len(event.y)))
    transform = learned(growing, event.season)
    assert transform.is_log.all()
    assert transform.is_deseasonalized.all()
    assert "log=True" in target_parameters(SequenceForecaster(), transform)
    # Series without a shift, or that do not grow, are forecast as they were.
    for y in (growing[event.n_before // 2 : event.n_before - 1], event.y):
        transform = learned(y, event.season)
        assert not transform.is_log.any()
        assert transform.is_deseasonalized.all() == (y is event.y)


def test_a_logarithm_that_is_switched_off_stays_off(event):
    growing = event.y * np.exp(np.linspace(0, 0.3, len(event.y)))
    transform = learned(growing, event.season, log=False)
    assert not transform.is_log.any()
    assert transform.is_deseasonalized.all()
    own = learned(growing, event.season, estimator=pipeline(3))
    assert not own.is_log.any()
    assert not own.is_deseasonalized.any()


def test_without_a_season_no_logarithm_is_taken(event):
    steps = np.random.default_rng(0).normal(0, 0.05, len(event.y))
    transform = learned(pd.Series(np.exp(steps.cumsum()), event.y.index), event.season)
    assert not transform.is_log.any()
    assert not transform.is_deseasonalized.any()
    assert (transform.means == 1).all()


def test_default_forecasts_follow_the_calendar_where_the_season_grows():
    y = Event("holiday").y[:"2023-05-11"]
    y = y * np.exp(np.linspace(0, 2, len(y)))
    forecast = SequenceForecaster(horizon=5).fit(y[:-5]).forecast()
    np.testing.assert_allclose(forecast, y[-5:], rtol=0.1)
