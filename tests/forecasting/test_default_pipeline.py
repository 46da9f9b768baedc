"""The pipeline of a forecaster without one."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import months, seasonal, walk

from skseq import SequenceForecaster
from skseq._forecasting.known.table import Table
from skseq._forecasting.pipeline.default_pipeline import make_default_pipeline


@pytest.mark.parametrize(
    ("n_rows", "horizon", "expected"),
    [(200, 1, 24), (200, 12, 24), (200, 24, 30), (80, 12, 16), (20, 5, 4), (20, 16, 2)],
)
def test_windows_hold_two_seasons_if_the_rows_allow(n_rows, horizon, expected):
    fitted = SequenceForecaster(horizon=horizon).fit(walk(n_rows))
    assert fitted.estimator_["window"].time_steps == expected
    assert len(fitted.forecast()) == horizon


def test_it_is_accurate_and_the_same_each_time():
    y = seasonal(120) + np.arange(120) / 20
    y = y + np.random.default_rng(1).normal(0, 0.05, size=120)
    one, other = (SequenceForecaster(horizon=12).fit(y[:108]) for _ in range(2))
    pd.testing.assert_series_equal(one.forecast(), other.forecast())
    errors = np.abs(one.forecast() - y[108:])
    seasonal_errors = np.abs(y[96:108].to_numpy() - y[108:])
    assert errors.mean() < seasonal_errors.mean() / 2


@pytest.mark.parametrize(
    ("n_days", "horizon", "window", "patch_length"),
    [(24, 24, 192, 24), (23, 24, 48, 1), (60, 6, 192, 24), (60, 168, 210, 1)],
)
def test_windows_of_hours_contain_a_week(n_days, horizon, window, patch_length):
    table = table_of([24 * n_days], "h")
    pipeline = make_default_pipeline(horizon, table, 24)
    assert pipeline["window"].time_steps == window
    assert pipeline["regress"].patch_length == patch_length


def test_hours_of_working_days_and_weekends_are_told_apart():
    hours = pd.date_range("2024-01-01", periods=24 * 42, freq="h")
    day = 100 + 30 * np.sin(2 * np.pi * hours.hour / 24)
    noise = np.random.default_rng(0).normal(0, 2, len(hours))
    y = pd.Series(day + np.where(hours.day_of_week < 5, 20, -20) + noise, hours)
    friday = y[:-48]  # the last two days are a weekend
    forecast = SequenceForecaster(horizon=24).fit(friday).forecast()
    assert np.abs(forecast - y[-48:-24]).mean() < 6


def test_arrays_have_windows_of_twelve_steps():
    fitted = SequenceForecaster().fit(walk(100).to_numpy())
    assert fitted.estimator_["window"].time_steps == 12
    index = months(100)
    assert SequenceForecaster().fit(walk(100)).freq_ == index.freq


def table_of(lengths, freq):
    """Make a table of series of some lengths, with one column of zeros."""
    parts = {
        name: pd.Series(0.0, pd.date_range("2020-01-06", periods=length, freq=freq))
        for name, length in enumerate(lengths)
    }
    return Table.of(pd.concat(parts).to_frame("y"))


@pytest.mark.parametrize(
    ("lengths", "freq", "horizon", "season", "expected"),
    [
        ([60] * 10, "MS", 12, 12, (24, 1)),
        ([60] * 10, "YS", 6, 1, (12, 1)),
        # Windows become shorter for the sake of short series, but not of very few.
        ([60] * 8 + [14] * 2, "YS", 6, 1, (8, 1)),
        ([60] * 98 + [14] * 2, "YS", 6, 1, (12, 1)),
        # One new series does not shorten those of nine others.
        ([300] * 9 + [16], "D", 14, 7, (18, 1)),
        ([300] * 9 + [28], "D", 14, 7, (18, 1)),
        ([120] * 9 + [14], "MS", 12, 12, (24, 1)),
        # Never shorter than the horizon requires.
        ([60] * 8 + [7] * 2, "YS", 6, 1, (8, 1)),
        # Half of the windows of the longest series are complete.
        ([25] * 2, "MS", 12, 12, (6, 1)),
        # A week and a day of hours, read a day at a time.
        ([700] * 4, "h", 48, 24, (192, 24)),
        ([200] * 4, "h", 48, 24, (144, 24)),
        ([900] * 4, "W", 13, 52, (104, 52)),
        # Long series without a season get long windows, read several steps at a time.
        ([193] * 4, "YS", 1, 1, (12, 1)),
        ([200] * 4, "YS", 1, 1, (45, 5)),
        ([900] * 4, "YS", 13, 1, (99, 9)),
        # The series are shorter than two seasons.
        ([60] * 4, "15min", 1, 96, (55, 5)),
        # A window ends at the same time of the season as the last row.
        ([70] * 4, "W", 13, 52, (18, 1)),
        ([97] * 4, "15min", 1, 96, (16, 1)),
        ([24] * 4, "MS", 3, 12, (12, 1)),
        ([28] * 4, "MS", 12, 12, (16, 1)),
        # Two seasons follow it if the season may be removed.
        ([36] * 4, "MS", 3, 12, (12, 1)),
        ([51] * 4, "MS", 18, 12, (24, 1)),
        ([16] * 4, "QS", 2, 4, (8, 1)),
        # The season of short series is learned from half of the series.
        ([120] * 6 + [36] * 5, "MS", 3, 12, (24, 1)),
        ([120] * 5 + [36] * 6, "MS", 3, 12, (12, 1)),
    ],
)
def test_windows_of_many_series(lengths, freq, horizon, season, expected):
    pipe = make_default_pipeline(horizon, table_of(lengths, freq), season)
    window, regressor = pipe["window"], pipe["regress"]
    assert (window.time_steps, regressor.patch_length) == expected


@pytest.mark.parametrize(
    ("n_rows", "horizon"),
    [(16, 1), (16, 6), (20, 3), (24, 1), (28, 6), (33, 3), (36, 1), (36, 6)],
)
def test_forecasts_of_many_short_seasonal_series_are_accurate(n_rows, horizon):
    rng = np.random.default_rng(n_rows)
    index = months(n_rows + horizon)
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(len(index)) / 12)
    levels, noise = rng.gamma(3, 50, (30, 1)), rng.normal(0, 0.02, (30, len(index)))
    frame = pd.DataFrame((levels * (season + noise)).T, index, columns=range(30))
    y = frame.T.stack()
    is_known = y.index.get_level_values(1) < index[n_rows]
    forecast = SequenceForecaster(horizon=horizon).fit(y[is_known]).forecast()
    # The season changes values by up to 30 % of the level.
    assert np.abs(forecast - y[~is_known]).mean() < 0.1 * levels.mean()


@pytest.mark.parametrize(("season", "expected"), [(24, 192), (48, 384), (12, 60)])
def test_without_dates_a_season_of_24_is_a_day(season, expected):
    cells = pd.concat({name: pd.Series(np.zeros(700)) for name in "abc"})
    pipe = make_default_pipeline(48, Table.of(cells.to_frame("y")), season)
    assert pipe["window"].time_steps == expected


def test_many_rows_of_several_series_get_a_larger_network():
    units = [
        make_default_pipeline(1, table_of(lengths, "D"), 7)["regress"].units
        for lengths in ([2400, 2400], [2500, 2500], [6000])
    ]
    assert units == [32, 64, 32]


def test_networks_of_many_rows_train_again_on_all_of_them():
    refits = [
        make_default_pipeline(1, table_of(lengths, "D"), 7)["regress"].refit
        for lengths in ([60], [60] * 3, [2500, 2500], [6000])
    ]
    assert refits == [False, False, True, False]
