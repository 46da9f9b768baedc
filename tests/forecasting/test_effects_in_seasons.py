"""Seasonal indices do not contain the effects of columns known in advance."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import LeastSquares
from sklearn.pipeline import make_pipeline

from skseq import SequenceForecaster, SequenceWindower
from skseq._forecasting.known.table import Table
from skseq._forecasting.target.column_effects import (
    numeric_columns,
    without_column_effects,
)
from skseq._forecasting.target.target_transform import TargetTransform

SIZES = {"one": [1.0], "equal": [1.0, 1.0, 1.0], "unequal": [0.1, 1.0, 20.0]}


def open_days(days, rng):
    """Closed on Sundays and on a few other days."""
    return (days.day_of_week != 6) & (rng.random(len(days)) > 0.02)


def half_saturdays(days, rng):
    opened = np.where((days.day_of_week == 5) & (rng.random(len(days)) > 0.1), 0.5, 1)
    return np.where(days.day_of_week == 6, 0, opened)


def weekend_prices(days, rng):
    return np.where(days.day_of_week > 4, 12, 10) + rng.normal(0, 0.5, len(days))


def campaigns(months, rng):
    """One in each December, and a few others."""
    return (months.month == 12) | (rng.random(len(months)) < 0.1)


def school_holidays(months, rng):
    """Weeks of holidays in a month; those of Easter move."""
    weeks = np.select([months.month == 7, months.month == 8], [3, 4], 0)
    is_march = (months.year % 2 == 1) & (months.month == 3)
    return weeks + 2 * (is_march | ((months.year % 2 == 0) & (months.month == 4)))


def temperatures(months, rng):
    return 10 * np.sin(2 * np.pi * months.month / 12) + rng.normal(0, 2, len(months))


PARTLY_SEASONAL = {
    open_days: 7,
    half_saturdays: 7,
    weekend_prices: 7,
    campaigns: 12,
    school_holidays: 12,
    temperatures: 12,
}
REDUNDANT = {
    lambda days, rng: days.day_of_week > 4: 7,
    lambda days, rng: np.cos(2 * np.pi * days.day_of_week / 7): 7,
    lambda months, rng: months.month == 12: 12,
    lambda months, rng: np.ones(len(months)): 12,
}
UNSEASONAL = {
    lambda days, rng: rng.random(len(days)) < 0.15: 7,
    lambda days, rng: 10 + rng.normal(0, 0.1, len(days)).cumsum(): 7,
    lambda months, rng: rng.random(len(months)) < 0.15: 12,
    lambda months, rng: 10 + rng.normal(0, 0.1, len(months)).cumsum(): 12,
}


def make_table(column, season, sizes, *, effect=-1.0, n=None, names="abcdef", seed=0):
    """Return the table, and the season of a series of size 1 from its first row on."""
    rng, of_season = np.random.default_rng(seed), np.random.default_rng(1)
    frequency = {7: "D", 12: "MS"}[season]
    dates = pd.date_range("2018-01-01", periods=n or 12 * 12, freq=frequency)
    values, parts = np.asarray(column(dates, rng), dtype=float), []
    steps = of_season.normal(0, 0.3, season)
    steps -= steps.mean()
    for size in sizes:
        y = 10 + np.resize(steps, len(dates)) + effect * values
        y = size * (y + rng.normal(0, 0.05, len(dates)))
        parts.append(pd.DataFrame({"y": y, "x": values}, dates))
    return pd.concat(parts, keys=list(names[: len(sizes)])), steps


def learn(cells, season, future_columns=(1,), deseasonalize="auto"):
    return TargetTransform.of(
        Table.of(cells),
        season,
        log=False,
        deseasonalize=deseasonalize,
        future_columns=future_columns,
    )


@pytest.mark.parametrize("deseasonalize", ["auto", True])
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("column", PARTLY_SEASONAL)
def test_indices_do_not_contain_the_effect(column, sizes, deseasonalize):
    season = PARTLY_SEASONAL[column]
    cells, steps = make_table(column, season, sizes)
    indices = learn(cells, season, deseasonalize=deseasonalize).indices[:, 0]
    np.testing.assert_allclose(indices / np.c_[sizes], [steps] * len(sizes), atol=0.15)


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("column", REDUNDANT)
def test_a_column_that_is_the_season_changes_nothing(column, sizes):
    season = REDUNDANT[column]
    cells, _ = make_table(column, season, sizes)
    with_column, without = learn(cells, season), learn(cells, season, ())
    np.testing.assert_array_equal(with_column.indices, without.indices)


@pytest.mark.parametrize("effect", [0.0, 1.0])
@pytest.mark.parametrize("column", UNSEASONAL)
def test_indices_are_no_less_accurate_with_unseasonal_columns(column, effect):
    season = UNSEASONAL[column]
    cells, steps = make_table(column, season, [1.0] * 3, effect=effect)
    errors = [
        np.abs(learn(cells, season, of).indices[:, 0] - steps).mean()
        for of in ([], [1])
    ]
    assert errors[1] <= errors[0] * 1.001


@pytest.mark.parametrize("seed", range(3))
def test_effects_are_those_of_a_regression_on_steps_of_the_season(seed):
    """The columns and values are distances from their centred moving average."""
    cells, _ = make_table(open_days, 7, [1.0], seed=seed)
    table, columns = Table.of(cells), numeric_columns(Table.of(cells), [1])
    values = cells["y"].to_numpy()
    left, _ = without_column_effects(values, columns, table, 7)
    near = (cells - cells.rolling(7, center=True).mean()).dropna()
    weekdays = pd.get_dummies(near.index.get_level_values(1).day_of_week, dtype=float)
    design = np.column_stack([near["x"], weekdays])
    expected = np.linalg.lstsq(design, near["y"].to_numpy(), rcond=None)[0][0]
    np.testing.assert_allclose(values - left, expected * columns[:, 0])


def test_series_whose_effect_is_unknown_have_the_typical_one():
    """Because a regressor learns one effect for all series."""
    others, steps = make_table(open_days, 7, [1.0, 5.0, 20.0], effect=5)
    sundays, _ = make_table(
        lambda days, rng: days.day_of_week != 6, 7, [4.0], effect=5, names="z"
    )
    together = learn(pd.concat([others, sundays]), 7)
    np.testing.assert_allclose(together.indices[3, 0] / 4, steps, atol=0.3)
    both = Table.of(pd.concat([others, sundays]))
    later = learn(others, 7).with_new_series(both, 3)
    np.testing.assert_allclose(later.indices, together.indices)


@pytest.mark.parametrize("dtype", ["int64", "bool", "Int64", "boolean", "object"])
def test_numbers_of_any_dtype_have_effects(dtype):
    cells, _ = make_table(open_days, 7, [1.0])
    expected = learn(cells, 7).indices
    cells["x"] = cells["x"].astype("int64").astype(dtype)
    np.testing.assert_array_equal(learn(cells, 7).indices, expected)


@pytest.mark.parametrize("unknown", [np.nan, np.inf])
def test_unknown_numbers_count_as_the_mean(unknown):
    cells, steps = make_table(open_days, 7, [1.0])
    cells.iloc[[10, 50], 1] = unknown
    np.testing.assert_allclose(learn(cells, 7).indices[0, 0], steps, atol=0.15)


def test_text_has_no_effect():
    cells, _ = make_table(open_days, 7, [1.0])
    without = learn(cells, 7, ()).indices
    cells["x"] = np.where(cells["x"] == 1, "open", "closed")
    np.testing.assert_array_equal(learn(cells, 7).indices, without)


@pytest.mark.parametrize("season, n", [(7, 15), (12, 25)])
def test_two_seasons_are_too_few_to_know_an_effect(season, n):
    cells, _ = make_table(lambda dates, rng: rng.random(n), season, [1.0], n=n)
    with_column, without = learn(cells, season), learn(cells, season, ())
    np.testing.assert_array_equal(with_column.indices, without.indices)


@pytest.mark.parametrize("deseasonalize", [True, "auto", False])
def test_forecasts_of_closed_days_contain_the_effect(deseasonalize):
    cells, _ = make_table(open_days, 7, [1.0, 2.0], effect=10, n=100)
    cells["y"] -= 10 * cells.index.get_level_values(0).map({"a": 1.0, "b": 2.0})
    pipe = make_pipeline(SequenceWindower(14), LeastSquares())
    forecaster = SequenceForecaster(
        pipe, horizon=2, future_columns=["x"], log=False, deseasonalize=deseasonalize
    ).fit(cells[["x"]], cells["y"])
    dates = pd.date_range(cells.index[-1][1], periods=3, freq="D")[1:]
    ahead = pd.MultiIndex.from_product([["a", "b"], dates])
    at = [
        forecaster.forecast(X_future=pd.DataFrame({"x": x}, ahead)) for x in (1.0, 0.0)
    ]
    effects = (at[0] - at[1]).groupby(level=0).mean()
    assert (effects > [7, 14]).all()


@pytest.mark.parametrize("n_rows", [36, 72])
@pytest.mark.parametrize("scale", [1, 1e-165, 1e100])
def test_a_series_that_clearly_has_no_effect_gets_none(n_rows, scale):
    rng = np.random.default_rng(0)
    parts = []
    for name, n, effect in (
        ("a", 72, 50),
        ("b", 72, 50),
        ("c", 72, 50),
        ("d", n_rows, 0),
    ):
        months = pd.date_range("2014-01-01", periods=n, freq="MS")
        promo = (rng.random(n) < 0.25) * 1.0
        y = 100 + 30 * np.cos(months.month * np.pi / 6) + effect * promo
        part = pd.DataFrame({"y": y + rng.normal(0, 2, n), "promo": scale * promo})
        parts.append(part.set_axis(pd.MultiIndex.from_product([[name], months])))
    table = Table.of(pd.concat(parts))
    values, columns = table.targets[:, 0], numeric_columns(table, [1])
    left, typical = without_column_effects(values, columns, table, 12)
    assert scale * typical[0] == pytest.approx(0.45, abs=0.05)
    is_last = table.axis.series == 3
    np.testing.assert_array_equal(left[is_last], values[is_last])
    assert np.std(left[~is_last]) < 0.8 * np.std(values[~is_last])


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_effects_do_not_depend_on_the_size_of_other_series(scale):
    rng, parts = np.random.default_rng(0), []
    days = pd.date_range("2022-01-03", periods=300)
    opened = (days.day_of_week != 6) & (rng.random(300) > 0.05)
    for name, size in (("a", 1.0), ("b", scale)):
        y = size * (opened * 100.0 + rng.normal(0, 5, 300))
        part = pd.DataFrame({"y": y, "open": opened})
        parts.append(part.set_axis(pd.MultiIndex.from_product([[name], days])))
    table = Table.of(pd.concat(parts))
    values, columns = table.targets[:, 0], numeric_columns(table, [1])
    left, _ = without_column_effects(values, columns, table, 7)
    for number, size in enumerate((1.0, scale)):
        assert np.std(left[table.axis.series == number]) < 10 * size
