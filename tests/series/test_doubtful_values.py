"""`fit` warns about a change of the unit of y, and about single wrong values."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
)
from skseq._series.doubtful_values import change_of_unit, wrong_value
from skseq.exceptions import RangeWarning

MONTHS = pd.date_range("2019-01-01", periods=72, freq="MS")


def make_revenue(seed, n_rows=72):
    """Make monthly revenue with a trend, a season and noise."""
    rng = np.random.default_rng(seed)
    months = np.arange(n_rows)
    season = 1 + 0.2 * np.sin(2 * np.pi * months / 12)
    return 1e6 * np.exp(0.003 * months + rng.normal(0, 0.05, n_rows)) * season


def fit_forecaster(series):
    return SequenceForecaster(horizon=6).fit(series)


def fit_pipeline(series):
    pipe = make_pipeline(SequenceWindower(12), LSTMRegressor(epochs=1))
    return pipe.fit(series.to_frame("revenue"), series)


def fit_panel(series):
    others = {
        name: pd.Series(make_revenue(seed), MONTHS) for seed, name in enumerate("AB")
    }
    return fit_forecaster(pd.concat({**others, "C": series}))


FITS = [fit_forecaster, fit_pipeline, fit_panel]


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.filterwarnings("ignore::skseq.exceptions.SkillWarning")
def test_change_of_unit_is_reported(fit):
    values = make_revenue(5)
    values[:50] *= 1000
    with pytest.warns(UserWarning, match=r"At 2023-03-01 .*y falls by a factor of"):
        fit(pd.Series(values, MONTHS))


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.filterwarnings("ignore::skseq.exceptions.SkillWarning")
def test_wrong_value_is_reported(fit):
    values = make_revenue(5)
    values[60] = 0
    with pytest.warns(UserWarning, match=r"y is 0 at 2024-01-01 .* next to it"):
        fit(pd.Series(values, MONTHS))


def test_targets_of_one_series_are_one_series():
    values = pd.Series(make_revenue(5), MONTHS)
    values[:50] *= 1000
    with pytest.warns(UserWarning, match="At 2023-03") as caught:
        fit_forecaster(pd.DataFrame({"a": values, "b": 2 * values}))
    assert "other series" not in str(caught[0].message)


def test_number_of_such_series_is_reported():
    values = make_revenue(5)
    values[:50] *= 1000
    series = pd.Series(values, MONTHS)
    with pytest.warns(UserWarning, match="of series A, y .*applies to 1 other series"):
        fit_forecaster(pd.concat({"A": series, "B": series}))


@pytest.mark.parametrize("factor", [1000, 100, 60, 12, 1 / 12, 1e-3, -1000])
@pytest.mark.parametrize("position", [3, 20, 70])
def test_every_change_of_unit_is_found(factor, position):
    for seed in range(20):
        values = make_revenue(seed)
        values[:position] *= factor
        assert change_of_unit(values) == position


@pytest.mark.parametrize("factor", [1000, 1 / 12])
@pytest.mark.parametrize("zeros", [[10], [60], [10, 11, 60], [40], [0, 71]])
def test_zeros_do_not_hide_a_change_of_unit(factor, zeros):
    for seed in range(5):
        values = make_revenue(seed)
        values[:40] *= factor
        values[zeros] = 0
        assert change_of_unit(values) == 40 + (40 in zeros)


def test_zeros_are_mentioned():
    values = pd.Series(make_revenue(5), MONTHS)
    values[:50] *= 1000
    values.iloc[60] = 0
    with pytest.warns(UserWarning, match="values, except 0, are .* in the 50"):
        fit_forecaster(values)


@pytest.mark.parametrize("wrong", [0, -999, 9e9, 3e7])
@pytest.mark.parametrize("position", [0, 1, 36, 70, 71])
def test_every_wrong_value_is_found(wrong, position):
    for seed in range(20):
        values = make_revenue(seed)
        values[position] = wrong
        assert wrong_value(values) == position


def test_repeated_wrong_value_is_found():
    values = make_revenue(0)
    values[[10, 30, 31]] = -1
    assert wrong_value(values) == 10


def closed_on_holidays():
    """Make daily visits with some rows of 0, and a column that marks these."""
    values = 1e-4 * make_revenue(1, 400)
    is_closed = np.isin(np.arange(400), [20, 50, 51, 180, 299, 398])
    index = pd.date_range("2023-01-01", periods=400)
    y = pd.Series(np.where(is_closed, 0, values), index, name="visits")
    return pd.DataFrame({"noise": make_revenue(2, 400), "closed": is_closed}, index), y


NAIVE = make_pipeline(SequenceWindower(12), NaiveRegressor("last"))


@pytest.mark.parametrize("mark", [1, 3.5, True])
def test_equal_values_that_a_column_known_in_advance_marks_are_not_reported(mark):
    X, y = closed_on_holidays()
    marked = X.assign(closed=np.where(X["closed"], mark, type(mark)(0)))
    forecaster = SequenceForecaster(NAIVE, horizon=2, future_columns=["closed"])
    with warnings.catch_warnings():
        warnings.simplefilter("error", RangeWarning)
        forecaster.fit(marked, y)


@pytest.mark.parametrize("other", [[10], [20]], ids=["a row more", "a row less"])
def test_equal_values_that_no_column_marks_are_counted(other):
    X, y = closed_on_holidays()
    X.iloc[other, 1] = ~X.iloc[other, 1]
    forecaster = SequenceForecaster(NAIVE, horizon=2, future_columns=["closed"])
    with pytest.warns(RangeWarning, match="is 0 in 6 rows, for example at 2024-02-03"):
        forecaster.fit(X, y)


def test_a_mark_on_a_single_row_is_no_plan():
    X, y = closed_on_holidays()
    y, is_last = y.where(y > 0).interpolate(), np.arange(400) == 398
    y, X["closed"] = y.where(~is_last, 0), is_last
    forecaster = SequenceForecaster(NAIVE, horizon=2, future_columns=["closed"])
    with pytest.warns(RangeWarning, match="y is 0 at 2024-02-03"):
        forecaster.fit(X, y)


def test_a_windower_knows_which_values_are_marked():
    X, y = closed_on_holidays()
    X = X.assign(visits=y).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RangeWarning)
        SequenceWindower(12, future_columns=["closed"]).fit(X, y)
    with pytest.warns(RangeWarning, match="is 0 in 6 rows"):
        SequenceWindower(12).fit(X, y)


def seasonal(rng):
    return 50 + 45 * np.sin(np.arange(100) * 2 * np.pi / 12) + rng.normal(0, 1, 100)


def growing(rng):
    return np.exp(np.arange(100) * 0.2 + rng.normal(0, 0.3, 100))


def growing_from_the_start(rng):
    return np.r_[1, 3, 8, 30, 60, np.full(95, 90)] * np.exp(rng.normal(0, 0.2, 100))


def change_of_level(rng):
    return np.where(np.arange(100) < 60, 100, 300) * np.exp(rng.normal(0, 0.1, 100))


def lognormal(rng):
    return np.exp(rng.normal(0, 1, 100))


def counts(rng):
    return rng.poisson(0.7, 100)


def around_zero(rng):
    return rng.normal(0, 10, 100)


def promotions(rng):
    return 100 + rng.normal(0, 5, 100) + 400 * (rng.random(100) < 0.08)


def start_of_sales(rng):
    return np.where(np.arange(100) < 60, 0, 100) + rng.normal(0, 5, 100).clip(0)


def saturation(rng):
    return 100 * (1 - np.exp(-np.arange(100) / 20)) + rng.normal(0, 0.01, 100).clip(0)


def square_root(rng):
    return np.sqrt(np.arange(100))


def launch(rng):
    return np.where(np.arange(100) < 40, 0, rng.poisson(30, 100))


def filled_up_at_the_end(rng):
    levels = [100.0]
    while len(levels) < 100 or levels[-1] < 100:
        level = levels[-1] - rng.poisson(4)
        levels.append(100.0 if level < 5 else level)
    return np.array(levels)


def counter(rng):
    period = rng.integers(15, 30)
    return np.arange(100 // period * period + 1) % period


@pytest.mark.parametrize(
    "make",
    [
        filled_up_at_the_end,
        counter,
        seasonal,
        growing,
        growing_from_the_start,
        change_of_level,
        lognormal,
        counts,
        around_zero,
        promotions,
        start_of_sales,
        launch,
        saturation,
        square_root,
    ],
)
def test_usual_series_are_not_doubtful(make):
    rng = np.random.default_rng(0)
    for _ in range(100):
        values = make(rng).astype(float)
        assert change_of_unit(values) is None
        assert wrong_value(values) is None


def test_short_and_constant_series_are_not_doubtful():
    for n in range(1, 12):
        for values in (np.zeros(n), np.ones(n), np.arange(n) + 1.0, np.full(n, np.nan)):
            assert change_of_unit(values) is None
            assert wrong_value(values) is None
