"""Short series, and those that come after fit, have the season of the others."""

import re

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal
from series_to_forecast import months
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq._forecasting.known.table import Table
from skseq._forecasting.target.seasonal_indices import seasonal_indices
from skseq._forecasting.target.shared_season import add_shared_indices
from skseq.exceptions import SkillWarning

SEASONS = {
    "days": np.array([-30, -20, 0, 10, 20, 60, -40.0]),
    "months": np.random.default_rng(0).normal(0, 20, 12),
    "quarters": np.array([30, -20, 10, -20.0]),
}
LENGTHS = {kind: len(season) for kind, season in SEASONS.items()}
FREQUENCIES = {"days": "D", "months": "MS", "quarters": "QS"}


def dates(kind, n, start=0):
    index = pd.date_range("2015-01-01", periods=start + n, freq=FREQUENCIES[kind])
    return index[start:]


def make_series(kind, n, *, size=1.0, start=0, noise=1.0, seed=0):
    """Make a series with the season of its kind, from some step of the calendar on."""
    rng = np.random.default_rng(seed)
    season = SEASONS[kind][(start + np.arange(n)) % LENGTHS[kind]]
    values = size * (100 + season + rng.normal(0, noise, n))
    return pd.Series(values, dates(kind, n, start))


def shared(parts, season):
    """Return the indices of each series, without and with those that are shared."""
    y = pd.concat(parts)
    table, values = Table.of(y.to_frame()), y.to_numpy()
    own = seasonal_indices(values, table, season, test=True)
    return own, add_shared_indices(own, values, table)


def regressed(mean, y, start):
    """Return the shrunk coefficient of the mean season, from statsmodels."""
    from statsmodels.api import OLS, add_constant

    of_mean = pd.Series(mean[(start + np.arange(len(y))) % len(mean)], y.index)
    result = OLS(y.diff().dropna(), add_constant(of_mean.diff().dropna())).fit()
    t, p = result.tvalues.iloc[1], result.pvalues.iloc[1] / 2
    return result.params.iloc[1] * (1 - 1 / t**2) if t > 0 and p < 0.01 else 0


@pytest.mark.parametrize("kind", LENGTHS)
@pytest.mark.parametrize("n", [1, 3, 6, 7])
def test_a_short_series_has_the_mean_season_as_far_as_it_fits(kind, n):
    season = LENGTHS[kind]
    olds = [
        make_series(kind, 6 * season, size=k + 1, start=k, noise=3, seed=k)
        for k in range(4)
    ]
    shorts = [
        make_series(kind, n, size=0.1 * 10**k, start=k + 2, noise=2 + 4 * k, seed=k + 9)
        for k in range(4)
    ]
    own, found = shared(dict(enumerate(olds + shorts)), season)
    np.testing.assert_array_equal(found[:4], own[:4])
    assert own[:4].any(axis=1).all() and not own[4:].any()
    mean = sum(np.roll(of, k) / np.linalg.norm(of) for k, of in enumerate(own[:4])) / 4
    mean /= np.linalg.norm(mean)
    largest = max(
        np.linalg.norm(of) / np.abs(y).mean()
        for of, y in zip(own[:4], olds, strict=True)
    )
    for k, y in enumerate(shorts):
        coefficient = regressed(mean, y, k + 2) if n > 3 else 0
        coefficient = min(coefficient, largest * np.abs(y).mean())
        expected = coefficient * np.roll(mean, -(k + 2))
        np.testing.assert_allclose(found[4 + k], expected, atol=1e-9)


def test_a_short_series_without_season_has_none():
    rng = np.random.default_rng(0)
    walks = rng.normal(size=(200, 20)).cumsum(axis=1)
    parts = {"old": make_series("months", 80)}
    parts |= {f"walk {n}": pd.Series(of, months(20)) for n, of in enumerate(walks)}
    _, found = shared(parts, 12)
    assert found[1:].any(axis=1).mean() < 0.06  # 2.5 % of normal values are above 2


def test_longer_series_without_season_have_none():
    rng = np.random.default_rng(0)
    walk = pd.Series(rng.normal(size=80).cumsum(), months(80))
    own, found = shared({"old": make_series("months", 80), "walk": walk}, 12)
    np.testing.assert_array_equal(found, own)
    assert not found[1].any()


@pytest.mark.parametrize("values", [[20, 40, 60, 80], [100, 103, 108], [5, 9, 20, 45]])
def test_growth_of_a_new_series_is_no_season(values):
    index = months(70)[-len(values) :]
    _, found = shared(
        {"old": make_series("months", 70), "new": pd.Series(values, index)}, 12
    )
    assert not found[1].any()


@pytest.mark.parametrize("n", [3, 4, 5, 6, 8, 12])
def test_a_shared_season_is_not_larger_than_that_of_the_others(n):
    olds = {k: make_series("months", 80, noise=4, seed=k) for k in range(5)}
    for seed in range(30):
        new = make_series("months", n, size=3, start=80 - n, noise=15, seed=seed)
        _, found = shared(olds | {9: new}, 12)
        assert (
            np.linalg.norm(found[5])
            <= 1.2 * 3 * np.linalg.norm(found[:5], axis=1).max()
        )


def test_a_season_that_has_become_smaller_is_not_shared():
    y = make_series("months", 100)
    y[-30:] = 100 + 0.05 * (y[-30:] - 100)
    _, found = shared({"old": make_series("months", 100), "fallen": y}, 12)
    assert not found[1].any()


@pytest.mark.parametrize("noise", [5, 15])
def test_more_rows_do_not_hide_a_season_in_a_panel(noise):
    ys = [make_series("months", 72, noise=noise, seed=seed) for seed in range(30)]
    for n in (36, 48, 59, 60, 61, 66, 72):
        _, found = shared({k: y[-n:] for k, y in enumerate(ys)}, 12)
        assert found.any(axis=1).mean() > 0.9


def test_gaps_do_not_hide_the_season():
    y = make_series("months", 80, size=5)
    parts = {"old": make_series("months", 80), "no August": y[y.index.month != 8]}
    own, found = shared(parts, 12)
    assert not own[1].any()
    np.testing.assert_allclose(found[1], 5 * found[0], atol=8)


def forecaster(kind):
    return SequenceForecaster(horizon=LENGTHS[kind], season_length=LENGTHS[kind])


def panel(kind, n_rows):
    parts = {
        f"shop {k}": make_series(kind, n, size=k + 1, seed=k)
        for k, n in enumerate(n_rows)
    }
    return pd.concat(parts, names=["shop", None])


@pytest.mark.parametrize("n_seasons", [1.3, 1.8, 2.5, 2.9, 4])
@pytest.mark.parametrize("kind", ["days", "months"])
def test_series_that_come_after_fit(kind, n_seasons):
    season = LENGTHS[kind]
    n = int(n_seasons * season)
    fitted = forecaster(kind).fit(panel(kind, [8 * season] * 4))
    before = fitted.forecast()
    new = make_series(kind, n + season, size=7, seed=20)
    fitted.update(pd.concat({"new": new[:n]}, names=["shop", None]))
    after = fitted.forecast()
    errors = after["new"] - new[n:]
    assert np.abs(errors).mean() < 0.4 * np.abs(new - new.mean()).mean()
    assert_series_equal(after.drop("new", level=0), before, check_freq=False)


def test_rows_of_a_new_series_one_by_one_or_at_once():
    old, new = panel("days", [60] * 3), make_series("days", 18, size=7, seed=20)
    new = pd.concat({"new": new}, names=["shop", None])
    at_once = forecaster("days").fit(old).update(new).forecast()
    fitted = forecaster("days").fit(old)
    for row in range(len(new)):
        fitted.update(new[row : row + 1])
    assert_series_equal(fitted.forecast(), at_once)


@pytest.mark.parametrize("kind", ["days", "months"])
def test_short_series_among_longer_ones(kind):
    season = LENGTHS[kind]
    n_rows = [8 * season] * 6 + [int(of * season) for of in (1.4, 1.8, 2.4, 2.8)]
    y = panel(kind, [n + season for n in n_rows])
    fitted = forecaster(kind)
    known = y.groupby("shop", group_keys=False).apply(lambda part: part[:-season])
    forecast = fitted.fit(known).forecast()
    assert fitted.deseasonalize_.all()
    for shop, of_shop in forecast.groupby("shop"):
        errors = (of_shop - y.loc[of_shop.index]).abs().mean()
        assert errors < 0.4 * (y[shop] - y[shop].mean()).abs().mean()


@pytest.mark.parametrize("n_seasons", [2, 2.3, 2.6, 2.9])
@pytest.mark.parametrize("kind", LENGTHS)
def test_a_single_series_of_two_seasons(kind, n_seasons):
    n = int(np.ceil(n_seasons * LENGTHS[kind])) + (kind == "quarters")
    y = make_series(kind, n + LENGTHS[kind], seed=3)
    forecast = SequenceForecaster(horizon=LENGTHS[kind]).fit(y[:n]).forecast()
    errors = np.abs(forecast - y[n:]).mean()
    assert errors < 0.4 * np.abs(y - y.mean()).mean()


@pytest.mark.parametrize("n_series", [2, 3])
def test_a_few_series_are_as_accurate_together_as_alone(n_series):
    y = panel("months", [42] * n_series)
    known = y.groupby("shop", group_keys=False).apply(lambda part: part[:30])
    together = forecaster("months").fit(known).forecast() - y
    for shop in known.index.unique("shop"):
        alone = forecaster("months").fit(known[shop]).forecast() - y[shop]
        assert together[shop].abs().mean() < 2 * alone.abs().mean()


def test_intervals_do_not_depend_on_new_series_that_have_a_season():
    old, new = panel("days", [60] * 3), make_series("days", 40, size=3, seed=8)
    bounds = []
    for factor in (1, 3):
        changed = pd.concat([new[:35], factor * new[35:]])
        fitted = forecaster("days").fit(old)
        fitted.update(pd.concat({"new": changed}, names=["shop", None]))
        bounds.append(fitted.forecast(coverage=0.8).drop("new", level=0))
    pd.testing.assert_frame_equal(*bounds)


@pytest.mark.parametrize("horizon", [1, 6, 12])
def test_the_advice_about_less_than_two_seasons_can_be_followed(horizon):
    y = make_series("months", 20)
    message = "y seems to have a season of 12 steps, but its 20 rows are fewer than two"
    with pytest.warns(SkillWarning, match=message) as caught:
        SequenceForecaster(horizon=horizon).fit(y)
    (code,) = re.findall(r"with (make_pipeline.*\)) as", str(caught[0].message))
    steps = [make_pipeline, SequenceWindower, NaiveRegressor]
    estimator = eval(code, {step.__name__: step for step in steps})
    seasonal = SequenceForecaster(estimator, horizon=horizon, strategy="recursive")
    forecast = seasonal.fit(y).forecast()
    np.testing.assert_allclose(forecast, y[8 : 8 + horizon])
    for off in ({"season_length": None}, {"deseasonalize": False}):
        SequenceForecaster(horizon=horizon, **off).fit(y)


def test_the_warning_names_the_series_and_the_target():
    one = make_series("months", 20)
    noise = pd.Series(np.random.default_rng(0).normal(size=20), one.index)
    y = pd.DataFrame({"price": noise, "sales": one})
    y = pd.concat({"a": y[["price"]].assign(sales=noise), "b": y}, names=["shop", None])
    with pytest.warns(
        SkillWarning, match="^sales of series 'b' seems to have a season"
    ):
        SequenceForecaster(horizon=6).fit(y)


@pytest.mark.parametrize("n", [24, 30, 35])
@pytest.mark.filterwarnings("error:.*fewer than two:skseq.exceptions.SkillWarning")
def test_no_warning_if_there_are_two_seasons(n):
    for y in (
        make_series("months", n, noise=0),
        make_series("months", n).drop("2016-01-01"),
    ):
        SequenceForecaster(horizon=6).fit(y)


@pytest.mark.filterwarnings("error::skseq.exceptions.SkillWarning")
def test_no_warning_about_noise_walks_or_growth():
    rng = np.random.default_rng(1)
    for noise in rng.normal(size=(4, 20)):
        for y in (noise, noise.cumsum(), 1.1 ** np.arange(20) + 0.1 * noise):
            SequenceForecaster(horizon=6).fit(pd.Series(y, months(20)))
