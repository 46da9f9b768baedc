"""Rows before a lasting change of the level do not show the current season."""

import numpy as np
import pandas as pd
import pytest

from skseq import SequenceForecaster
from skseq._forecasting.known.table import Table
from skseq._forecasting.target.level_change import rows_of_current_level
from skseq._forecasting.target.log_choice import changes_grow_with_level
from skseq._forecasting.target.target_transform import TargetTransform

LENGTHS = {"D": 7, "MS": 12, "QS": 4}
FACTORS = [3, 2, 1.5, 0.67, 0.5, 0.33, 0]


def series(kind, n, n_since=0, factor=1.0, *, level=130, seed=0, noise=0.05):
    """Make a series whose level and season were another multiple until some rows ago.

    A factor of 0 is a launch.
    """
    rng, t = np.random.default_rng(seed), np.arange(n)
    season = 1 + 0.3 * np.sin(2 * np.pi * t / LENGTHS[kind])
    values = level * season * np.exp(rng.normal(0, noise, n))
    values[: n - n_since] *= factor
    return pd.Series(values, pd.date_range("2010-01-01", periods=n, freq=kind))


def rows_of(y, season):
    return rows_of_current_level(y.to_numpy(), Table.of(y.to_frame()).axis, season)


@pytest.mark.parametrize("n_seasons", [2, 2.5, 3, 5])
@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("kind", LENGTHS)
def test_the_row_of_the_change_is_found(kind, factor, n_seasons):
    season = LENGTHS[kind]
    n_since = int(np.ceil(n_seasons * season))
    y = series(kind, 10 * season, n_since, factor)
    expected = np.arange(len(y) - n_since, len(y))
    np.testing.assert_allclose(rows_of(y, season), expected, atol=2)
    # In a panel, each series has its own change.
    one = series(kind, 8 * season)
    rows = rows_of(pd.concat({"one": one, "two": y, "three": one}), season)
    expected = [np.arange(8 * season), expected + 8 * season]
    expected += [np.arange(18 * season, 26 * season)]
    np.testing.assert_allclose(rows, np.concatenate(expected), atol=2)


@pytest.mark.parametrize("season", [4, 7, 12])
def test_other_series_have_no_change(season):
    rng, t = np.random.default_rng(0), np.arange(10 * season)
    noise = rng.normal(size=(200, len(t)))
    repeated = np.resize(rng.normal(size=season), len(t))
    kinds = {
        "noise": noise,
        "walk": noise.cumsum(axis=1),
        "growth": np.exp(0.02 * t + 0.1 * noise.cumsum(axis=1)),
        "season": 10 * repeated + noise,
        "exact": np.stack([repeated + slope * t for slope in (0, 0.3, 1e6)]),
        "constant": np.ones((1, len(t))),
        "zeros": np.zeros((1, len(t))),
        "outage": 100 + noise - 50 * ((t >= 30) & (t < 30 + season)),
        "outlier": 100 + noise + 500 * (t == 30),
    }
    for name, values in kinds.items():
        rows = rows_of(pd.DataFrame(values).stack(), season)
        n_rows = np.bincount(rows // len(t), minlength=len(values))
        assert np.mean(n_rows < len(t)) < 0.03, name


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_a_change_does_not_depend_on_the_unit(unit):
    y = series("MS", 120, 40, 2)
    for values in (y, y - y.mean()):
        assert rows_of(unit * values, 12).tolist() == rows_of(values, 12).tolist()


def test_without_season_all_rows_count():
    assert len(rows_of(series("MS", 120, 40, 0), 1)) == 120


@pytest.mark.parametrize(("n_since", "is_found"), [(6, 0), (18, 1), (23, 1), (24, 2)])
@pytest.mark.parametrize("factor", [2, 0])
def test_a_single_series_must_have_two_seasons_after_it(factor, n_since, is_found):
    y = series("MS", 120, n_since, factor)
    assert (len(rows_of(y, 12)) < 120) == (is_found == 2)
    both = pd.concat({"changed": y, "other": series("MS", 120)})
    assert (len(rows_of(both, 12)) < 240) == (is_found >= 1)


@pytest.mark.parametrize("n_since", [30, 41, 60])
@pytest.mark.parametrize("factor", FACTORS)
def test_the_indices_are_those_of_the_rows_since_the_change(factor, n_since):
    def indices_of(y):
        parts = {"other": series("MS", 120, seed=1), "changed": y}
        table = Table.of(pd.concat(parts).to_frame())
        found = TargetTransform.of(table, 12, log=False, deseasonalize="auto")
        return found.indices[:, 0]

    y = series("MS", 120, n_since, factor)
    found, expected = indices_of(y), indices_of(y[-n_since:])
    assert expected.any(axis=1).all()
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_allclose(np.roll(found[1], n_since - 120), expected[1], atol=5)


@pytest.mark.parametrize("n_since", [30, 48, 60])
@pytest.mark.parametrize("factor", [3, 2, 1.5, 0.5])
def test_the_logarithm_is_chosen_as_if_the_level_had_not_changed(factor, n_since):
    def is_log(y):
        return changes_grow_with_level(Table.of(y.to_frame()), 12)[0, 0]

    for seed in range(5):
        growth = np.exp(0.02 * np.arange(120))
        y = growth * series("MS", 120, n_since, factor, seed=seed)
        assert is_log(y) == is_log(y[-n_since:])


@pytest.mark.parametrize("factor", [2, 0])
@pytest.mark.parametrize("n_others", [0, 2])
def test_forecasts_do_not_contain_the_season_of_the_earlier_level(n_others, factor):
    y = series("MS", 110, 36, factor)
    parts = {n: series("MS", 104, level=50 + n, seed=n) for n in range(1, n_others + 1)}
    known = pd.concat(parts | {0: y[:-6]}) if n_others else y[:-6]
    forecast = SequenceForecaster(horizon=6).fit(known).forecast()
    forecast = forecast[0] if n_others else forecast
    errors, of_last_season = forecast - y[-6:], y.diff(12)[-6:]
    assert errors.abs().mean() < 3 * of_last_season.abs().mean()


def test_fitted_series_keep_their_indices_after_a_change():
    y = pd.concat({k: series("MS", 100, 37, 2, seed=k) for k in (1, 2)})
    fitted = SequenceForecaster(horizon=6).fit(y)
    before = fitted.forecast()
    new = pd.concat({"new": series("MS", 100, 37, 2, seed=4)})
    after = fitted.update(new.set_axis(new.index.set_levels([3], level=0))).forecast()
    pd.testing.assert_series_equal(after[[1, 2]], before, check_freq=False)
