"""The season of rows without dates is found in the data."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import naive_pipe

from skseq import SequenceForecaster
from skseq._forecasting.target.season_length import MAX_SEASON
from skseq._forecasting.target.season_search import (
    autocorrelations,
    find_season,
    mean_autocorrelations,
)
from skseq.datasets import load_elnino, load_sunspots

LENGTHS = [4, 7, 12, 24, 52, 96]


def seasonal(season, n_rows=None, noise=0.3, seed=0):
    """Make a random walk with a season of random shape."""
    rng = np.random.default_rng(seed)
    n_rows = n_rows or 8 * season
    pattern = np.resize(3 * rng.normal(size=season), n_rows)
    return 50 + pattern + noise * rng.normal(size=n_rows).cumsum()


def smooth(season, n_rows, seed=0):
    """Make a sine, whose changes are alike from step to step."""
    rng = np.random.default_rng(seed)
    wave = np.sin(2 * np.pi * np.arange(n_rows) / season)
    return 10 * wave + 0.1 * rng.normal(size=n_rows).cumsum()


def test_autocorrelations_are_sums_of_products():
    values = np.random.default_rng(0).normal(size=50)
    deviations = values - values.mean()
    products = [deviations[lag:] @ deviations[: 50 - lag] for lag in range(50)]
    expected = np.array(products) / products[0]
    np.testing.assert_allclose(autocorrelations(values), expected, atol=1e-12)
    np.testing.assert_allclose(autocorrelations(1e150 * values), expected, atol=1e-9)


@pytest.mark.parametrize("season", LENGTHS)
@pytest.mark.parametrize("make", [seasonal, smooth])
@pytest.mark.parametrize("n_series", [1, 5])
def test_a_season_is_found(season, make, n_series):
    series = [make(season, (8 + n) * season, seed=n) for n in range(n_series)]
    found = find_season(series, MAX_SEASON)
    # The neighbours of a long season of a smooth series are about as similar.
    assert found == season or (make is smooth and abs(found - season) <= season / 50)


@pytest.mark.parametrize("season", LENGTHS)
def test_a_season_is_found_in_series_of_any_size_and_level(season):
    series = [10.0 ** (20 * n) * seasonal(season, seed=n + 2) for n in range(-2, 3)]
    assert find_season(series, MAX_SEASON) == season


def test_most_series_must_be_long_enough_and_the_others_do_not_count():
    long = [seasonal(12, seed=n) for n in range(3)]
    assert find_season([*long, np.arange(3.0), np.ones(40)], MAX_SEASON) == 12
    short = [seasonal(12, 20, seed=n) for n in range(4)]
    assert find_season([*long, *short], MAX_SEASON) == 1


@pytest.mark.parametrize("n_series", [1, 5, 50])
def test_random_series_have_hardly_ever_a_season(n_series):
    rng = np.random.default_rng(0)
    n_found = 0
    for _ in range(200 if n_series < 50 else 20):
        walks = rng.normal(size=(n_series, rng.integers(30, 300))).cumsum(axis=1)
        n_found += find_season(list(walks), MAX_SEASON) > 1
    assert n_found <= 6


@pytest.mark.parametrize(
    "series",
    [
        [np.arange(100.0)],
        [np.exp(np.arange(100.0) / 20)],
        [np.ones(50)],
        [np.array([1.0])],
        [np.array([1.0, 2.0])],
        [np.random.default_rng(0).normal(size=(400)).cumsum().cumsum()],
    ],
)
def test_trends_and_constants_have_none(series):
    assert find_season(series, MAX_SEASON) == 1


@pytest.mark.parametrize("slope", [0.1, 0.7, 1.3, 33.33])
@pytest.mark.parametrize("level", [0, 5.1, 1e6])
def test_rounding_errors_of_a_line_are_no_season(slope, level):
    assert find_season([level + slope * np.arange(120)], MAX_SEASON) == 1


@pytest.mark.filterwarnings("ignore:The index of y contains integers with gaps")
@pytest.mark.parametrize("season", [7, 12])
def test_seasons_are_counted_in_steps_where_rows_are_missing(season):
    rng = np.random.default_rng(0)
    parts = {}
    for name in range(5):
        y = pd.Series(seasonal(season, 20 * season, seed=name))
        weekend = y.index % season >= season - 2
        parts[name] = y[~weekend] if season == 7 else y[rng.random(len(y)) > 0.1]
    fitted = SequenceForecaster(naive_pipe(), horizon=3).fit(pd.concat(parts))
    assert fitted.season_length_ == season


def test_no_more_lags_than_asked_for():
    assert len(mean_autocorrelations([seasonal(12, 500)], 30)) == 31


def test_forecasters_find_seasons_of_arrays_and_of_numbered_rows():
    y = seasonal(12)
    for values in (y, y.reshape(-1, 1), pd.Series(y), pd.Series(y, np.arange(96) * 5)):
        fitted = SequenceForecaster(horizon=6).fit(values)
        assert fitted.season_length_ == 12
        assert fitted.estimator_[1].time_steps == 19
    none = SequenceForecaster(horizon=6, season_length=None).fit(y)
    assert none.season_length_ == 1
    panel = pd.concat({n: pd.Series(seasonal(7, seed=n)) for n in range(4)})
    assert SequenceForecaster(naive_pipe(), horizon=3).fit(panel).season_length_ == 7


def test_dates_decide_where_there_are_dates():
    y = pd.Series(seasonal(7, 60), pd.date_range("2000", periods=60, freq="MS"))
    assert SequenceForecaster(naive_pipe()).fit(y).season_length_ == 12
    y = y.set_axis(pd.date_range("2000", periods=60, freq="YS"))
    assert SequenceForecaster(naive_pipe()).fit(y).season_length_ == 1


def test_real_series_without_their_dates():
    assert find_season([load_elnino().data.to_numpy()[:, 0]], 100) == 12
    # The cycles of sunspots differ in length, so that they are no season.
    assert find_season([load_sunspots().data.to_numpy()[:, 0]], 100) == 1
