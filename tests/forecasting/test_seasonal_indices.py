"""Seasonal indices of the classical decomposition, and the test for a season."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr
from series_to_forecast import months

from skseq import SequenceForecaster
from skseq._forecasting.known.table import Table
from skseq._forecasting.target.seasonal_indices import (
    is_seasonal,
    repeats_itself,
    seasonal_indices,
)


def indices_of(y, season, *, test=False):
    return seasonal_indices(y.to_numpy(), Table.of(y.to_frame()), season, test=test)


def noisy_season(n, season=12, *, noise=1.0, seed=0):
    rng = np.random.default_rng(seed)
    values = np.resize(rng.normal(0, 15, season), n)
    return pd.Series(values + rng.normal(0, noise, n) + np.arange(n), months(n))


@pytest.mark.parametrize("season", [4, 7, 12])
def test_they_are_those_of_statsmodels_but_for_their_shrinkage(season):
    from statsmodels.tsa.seasonal import seasonal_decompose

    y = noisy_season(100, season, noise=5)
    expected = seasonal_decompose(y, period=season).seasonal[:season].to_numpy()
    found = indices_of(y, season)[0]
    factor = found @ expected / (expected @ expected)
    np.testing.assert_allclose(found, factor * expected, atol=1e-10)
    assert 0.8 < factor < 1


def test_noise_shrinks_them():
    ranges = [np.ptp(indices_of(noisy_season(60, noise=n), 12)) for n in (1e-3, 1e-2)]
    assert ranges[0] == pytest.approx(ranges[1], rel=1e-2)
    rng = np.random.default_rng(0)
    y = pd.Series(rng.normal(size=60), months(60))
    assert np.ptp(indices_of(y, 12)) < np.ptp(y.to_numpy()) / 4


@pytest.mark.parametrize("test", [True, False])
@pytest.mark.parametrize(("n", "has_season"), [(23, False), (24, True), (35, True)])
def test_two_seasons_are_needed(n, has_season, test):
    assert indices_of(noisy_season(n), 12, test=test).any() == has_season


@pytest.mark.parametrize("n_missing", [0, 3])
@pytest.mark.parametrize(("season", "n"), [(4, 14), (7, 17), (12, 24), (12, 35)])
def test_short_series_must_repeat_their_changes(season, n, n_missing):
    rng = np.random.default_rng(season + n)
    walks = rng.normal(size=(n, 300)).cumsum(axis=0)
    seasons = np.resize(rng.normal(0, 5, (season, 300)), (n, 300))
    for values, low, high in ((walks, 0, 0.03), (walks + seasons, 0.2, 1)):
        y = pd.DataFrame(values, months(n)).drop(months(n)[2 : 2 + n_missing])
        y = y.T.stack()
        axis = Table.of(y.to_frame()).axis
        repeats = repeats_itself(y.to_numpy(), axis, season)
        assert low <= repeats.mean() <= high
        for number in range(10):
            one = y[number]
            changes = one.diff()[one.index.to_series().diff() < "32D"]
            earlier = changes.reindex(changes.index - pd.DateOffset(months=season))
            is_pair = earlier.notna().to_numpy()
            if is_pair.sum() < 3:
                assert not repeats[number]
                continue
            r, p = pearsonr(changes[is_pair], earlier[is_pair])
            assert repeats[number] == (r > 0 and p / 2 < 0.01)


@pytest.mark.parametrize("season", [4, 5, 7, 12])
@pytest.mark.parametrize("n_series", [1, 3])
def test_more_rows_do_not_hide_a_season(season, n_series):
    lengths = range(3 * season, 6 * season, max(season // 3, 1))
    for n in lengths:
        ys = [noisy_season(n, season, noise=2, seed=seed) for seed in range(15)]
        groups = [ys[k : k + n_series] for k in range(0, 15, n_series)]
        found = [
            indices_of(pd.concat(dict(enumerate(ys))), season, test=True).any(axis=1)
            for ys in groups
        ]
        assert np.mean(found) > 0.9


def test_a_series_without_season_has_none():
    rng = np.random.default_rng(0)
    walks = rng.normal(size=(120, 200)).cumsum(axis=0)
    found = [indices_of(pd.Series(y, months(120)), 4, test=True).any() for y in walks.T]
    # A test at 90 % of one side finds a season in 5 % of them.
    assert np.mean(found) < 0.09


def test_a_series_that_repeats_itself_exactly_keeps_its_season():
    y = pd.Series(np.resize(np.arange(12.0), 60), months(60))
    assert not indices_of(y, 12, test=True).any()


@pytest.mark.parametrize("slope", [1e-3, 0.5, 100])
def test_an_exact_season_on_a_trend_is_removed(slope):
    season = 10 * np.sin(2 * np.pi * np.arange(12) / 12)
    y = pd.Series(np.resize(season, 120) + slope * np.arange(120), months(120))
    np.testing.assert_allclose(indices_of(y, 12)[0], season, rtol=1e-6, atol=1e-9)


def test_gaps_leave_rows_out_but_not_the_phase():
    y = noisy_season(120, noise=0.1)
    whole, with_gap = indices_of(y, 12), indices_of(y.drop(y.index[40:47]), 12)
    np.testing.assert_allclose(with_gap, whole, atol=0.2)


@given(st.lists(st.integers(1, 70), min_size=1, max_size=4), st.integers(2, 13))
def test_those_of_a_panel_are_those_of_each_series(lengths, season):
    parts = {n: noisy_season(k, season, seed=n) for n, k in enumerate(lengths)}
    other = {9: pd.Series(1.0, months(30))}
    for test in (True, False):
        found = indices_of(pd.concat(parts | other), season, test=test)
        for number, part in parts.items():
            two = pd.concat({0: part} | other)
            expected = indices_of(two, season, test=test)[0]
            np.testing.assert_allclose(found[number], expected, atol=1e-9)


@pytest.mark.parametrize(("n", "has_season"), [(24, False), (35, False), (36, True)])
def test_each_of_many_series_needs_three_seasons(n, has_season):
    y = pd.concat([noisy_season(n, seed=k) for k in range(11)], keys=range(11))
    assert (indices_of(y, 12, test=True).any(axis=1) == has_season).all()


def test_the_autocorrelation_is_compared_with_bartletts_error():
    rng = np.random.default_rng(3)
    for _ in range(20):
        values = rng.normal(size=40)
        centred = values - values.mean()
        r = [centred[k:] @ centred[:-k] / (centred @ centred) for k in range(1, 5)]
        error = np.sqrt((1 + 2 * np.sum(np.square(r[:3]))) / 40)
        axis = Table.of(values.reshape(-1, 1)).axis
        assert is_seasonal(values, axis, 4)[0] == (r[3] > 1.645 * error)


def weeks_with_a_change(factor, n_after, *, n_before=200, seed=0):
    """Make daily values whose level and season change by a factor from some day on."""
    rng = np.random.default_rng(seed)
    t = np.arange(n_before + n_after)
    y = 2000 * (1 + 0.3 * np.cos(2 * np.pi * t / 7)) + rng.normal(0, 30, len(t))
    y[n_before:] *= factor
    return pd.Series(y, pd.date_range("2023-01-01", periods=len(t)))


@pytest.mark.parametrize("n_after", [15, 18, 22, 30, 100])
@pytest.mark.parametrize("factor", [0, 0.01, 0.1, 0.5, 0.7])
def test_a_season_that_has_become_smaller_is_not_removed(factor, n_after):
    y = weeks_with_a_change(factor, n_after)
    assert not indices_of(y, 7, test=True).any()
    assert indices_of(y, 7).any()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("factor", [0.9, 1])
def test_a_season_of_nearly_the_same_size_is_removed(factor, seed):
    assert indices_of(weeks_with_a_change(factor, 30, seed=seed), 7, test=True).any()


def test_only_the_series_whose_season_has_changed_keeps_it():
    one, other = weeks_with_a_change(1, 30), weeks_with_a_change(0.1, 30)
    y = pd.concat({"one": one, "other": other})
    assert indices_of(y, 7, test=True).any(axis=1).tolist() == [True, False]


def test_exactly_repeated_seasons_do_not_keep_small_differences():
    y = noisy_season(120)
    y[-48:] = np.resize(y[-48:-36], 48)
    assert indices_of(y, 12, test=True).any()


def test_forecasts_after_a_fall_of_the_level():
    y = weeks_with_a_change(0.1, 74, n_before=450)
    forecast = SequenceForecaster(horizon=14).fit(y[:-14]).forecast()
    errors, of_last_week = forecast - y[-14:], np.resize(y[-21:-14], 14) - y[-14:]
    assert np.abs(errors).mean() < 2 * np.abs(of_last_week).mean()
