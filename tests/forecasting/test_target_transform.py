"""Forecasts of logarithms and of values without season, in the units of y."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from series_to_forecast import (
    STRATEGIES,
    linear_pipe,
    months,
    naive_pipe,
    seasonal,
    walk,
)

from skseq import SequenceForecaster
from skseq._forecasting.known.table import Table
from skseq._forecasting.target.seasonal_indices import seasonal_indices
from skseq.model_selection import ForecastSplit, backtest


def sales(n=96, seed=0):
    """Return growth by rates, with a season and noise in proportion to the level."""
    rng = np.random.default_rng(seed)
    pattern = np.resize(np.random.default_rng(9).normal(0, 0.3, 12), n)
    logs = 4 + 0.02 * np.arange(n) + pattern + rng.normal(0, 0.03, n)
    return pd.Series(np.exp(logs), months(n), name="sales")


def auto(horizon=4, strategy="direct", **params):
    params = {"log": "auto"} | params
    return SequenceForecaster(
        naive_pipe(), horizon=horizon, strategy=strategy, **params
    )


def both(horizon=4, strategy="direct", **params):
    return auto(horizon, strategy, **({"log": True, "deseasonalize": True} | params))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("n_missing", [0, 5])
def test_the_last_value_is_continued_with_the_indices_of_its_season(
    strategy, n_missing
):
    y = sales().drop(months(96)[30 : 30 + n_missing])
    fitted = both(15 if strategy == "direct" else 1, strategy, log=True).fit(y)
    assert fitted.log_.tolist() == fitted.deseasonalize_.tolist() == [[True]]
    assert fitted.season_length_ == 12
    mean = np.exp(np.log(y).mean())
    values = mean + mean * np.log(y.to_numpy() / mean)
    table = Table.of(y.to_frame())
    indices = seasonal_indices(values, table, 12, test=True)[0]
    steps = np.arange(96, 111) % 12
    changes = (indices[steps] - indices[95 % 12]) / mean
    expected = y.iloc[-1] * np.exp(changes)
    np.testing.assert_allclose(fitted.forecast(15), expected)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_off_changes_no_bit(strategy):
    y = walk()
    off = auto(2, strategy, log=False, deseasonalize=False).fit(y)
    assert_series_equal(off.forecast(), auto(2, strategy).fit(y).forecast())
    assert not off.log_.any() and not off.deseasonalize_.any()


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_after_update_the_phase_goes_on_and_the_indices_stay(strategy, log):
    y = sales()
    kwargs = {"log": log, "deseasonalize": True}
    fitted = both(3, strategy, **kwargs).fit(y[:60])
    transform = fitted._fitted_forecast.transform
    for part in (y[60:61], y[64:70]):  # three months are missing
        fitted.update(part)
    assert fitted._fitted_forecast.transform is transform
    at_once = (
        both(3, strategy, **kwargs).fit(y[:60]).update(pd.concat([y[60:61], y[64:70]]))
    )
    assert_series_equal(fitted.forecast(), at_once.forecast())
    errors = np.log(fitted.forecast()) - np.log(y[70:73])
    assert np.abs(errors).max() < (0.2 if log else 0.5)
    assert_series_equal(
        pd.Series(fitted.predict(y[70:73]), y.index[70:73], name="sales"),
        fitted.forecast(),
        check_freq=False,
    )


def test_known_rows_are_predicted_in_the_units_of_y():
    y = sales()
    predictions = both(1).fit(y).predict(y)
    errors = np.log(predictions[1:]) - np.log(y[1:])
    assert np.abs(errors).max() < 0.25
    assert both(1).fit(y).score(y) > 0.95


def test_intervals_hold_the_prediction_and_stay_positive():
    rng = np.random.default_rng(0)
    y = pd.Series(np.exp(rng.normal(0, 1, 200).cumsum()), months(200))
    fitted = both(6, log=True).fit(y)
    table = fitted.forecast(coverage=[0.8, 0.95])
    columns = ["lower_0.95", "lower_0.8", "prediction", "upper_0.8", "upper_0.95"]
    assert (np.diff(table[columns], axis=1) > 0).all()
    assert (table["lower_0.95"] > 0).all()
    ratios = table["upper_0.8"] / table["prediction"]
    np.testing.assert_allclose(ratios, table["prediction"] / table["lower_0.8"])


def test_residuals_are_in_the_units_of_y_from_a_clone_of_the_earlier_rows():
    y = sales(100)
    fitted = both(3, log=True, deseasonalize=True).fit(y)
    fitted.forecast(coverage=0.5)
    earlier = both(3, log=True, deseasonalize=True).fit(y[:78])
    for origin in range(20):
        errors = y[78 + origin : 81 + origin] - earlier.forecast()
        np.testing.assert_allclose(fitted.residuals_[origin, :, 0], errors)
        earlier.update(y[78 + origin : 79 + origin])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_panel_is_each_series_alone(strategy):
    parts = {"a": sales(96), "b": walk(80), "c": 1000 * sales(50, seed=3)}
    panel = pd.concat(parts, names=["shop", None])
    fitted = auto(3, strategy).fit(panel.rename("sales"))
    forecast = fitted.forecast()
    for number, (name, part) in enumerate(parts.items()):
        log, season = (bool(a[number]) for a in (fitted.log_, fitted.deseasonalize_))
        assert log == season == (name != "b")
        alone = both(3, strategy, log=log, deseasonalize=season)
        alone.fit(part.rename("sales"))
        assert_series_equal(
            forecast[name], alone.forecast(), check_freq=False, rtol=1e-9
        )


def test_a_panel_of_one_equals_the_single_series():
    y = sales()
    panel = pd.concat({"a": y}, names=["shop", None])
    for make in (auto, both):
        one = make().fit(panel).forecast(coverage=0.8)
        single = make().fit(y).forecast(coverage=0.8)
        assert_frame_equal(one.droplevel(0), single, check_freq=False)


@pytest.mark.parametrize("log", [True, "auto"])
def test_a_new_series_that_is_too_short_for_the_season_of_the_others_has_none(log):
    y, new = sales(), sales(20, seed=5)[:1]
    panel = pd.concat({"a": y, "b": 3 * y}, names=["shop", None])
    fitted = auto(2, log=log).fit(panel)
    before = fitted.forecast()
    fitted.update(pd.concat({"new": new}, names=["shop", None]))
    after = fitted.forecast()
    np.testing.assert_allclose(after["new"], new.iloc[-1])
    assert_series_equal(after[["a", "b"]], before, check_freq=False)


def test_each_target_has_its_own():
    y = pd.DataFrame({"a": sales(), "b": walk(96)})
    y = pd.concat({"x": y, "z": y * 2}, names=["shop", None])
    fitted = auto().fit(y)
    assert fitted.log_.tolist() == [[True, False], [True, False]]
    assert fitted.deseasonalize_.tolist() == fitted.log_.tolist()
    forecast = fitted.forecast()
    for name in y:
        alone = auto().fit(y[name]).forecast()
        assert_series_equal(forecast[name], alone, rtol=1e-9)


def test_other_columns_stay_as_they_are():
    y = sales()
    X = pd.DataFrame({"price": np.arange(100.0) % 7}, months(100))
    fitted = SequenceForecaster(
        linear_pipe(4), horizon=4, future_columns=["price"], log=True
    )
    fitted.fit(X[:96], y)
    regressor = fitted.estimator_[-1]
    np.testing.assert_array_equal(regressor.windows_[-1, -1, 1], X["price"].iloc[95])
    assert (fitted.forecast(X_future=X) > 0).all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_arrays_have_the_season_that_is_given(strategy):
    y = sales()
    assert auto(season_length=None).fit(y.to_numpy()).season_length_ == 1
    fitted = both(3, strategy, season_length=12).fit(y.to_numpy()[:80])
    expected = both(3, strategy).fit(y[:80])
    np.testing.assert_allclose(fitted.forecast(), expected.forecast())
    fitted.update(y.to_numpy()[80:]), expected.update(y[80:])
    np.testing.assert_allclose(fitted.forecast(), expected.forecast())
    assert auto(season_length=None).fit(y).season_length_ == 1


def test_no_row_after_an_origin_changes_its_forecast():
    y, cv = sales(), ForecastSplit(4, horizon=6)
    other = y.copy()
    other[-12:] = 1e4 - 3e2 * np.arange(12)
    table, changed = (backtest(both(6), y=v, cv=cv, coverage=0.5) for v in (y, other))
    is_early = (table["origin"] < other.index[-12]).to_numpy()
    columns = ["prediction", "lower_0.5", "upper_0.5"]
    assert is_early.sum() == 18
    assert_frame_equal(table.loc[is_early, columns], changed.loc[is_early, columns])


def test_the_calibration_sees_no_later_row():
    y = sales(100)
    other = y.copy()
    other[-3:] *= 1.1
    first = []
    for values in (y, other):
        fitted = both(3, log=True, deseasonalize=True).fit(values)
        fitted.forecast(coverage=0.5)
        first.append(fitted.residuals_[:17])
    np.testing.assert_allclose(*first)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_later_value_without_logarithm_is_an_error_that_changes_nothing(value):
    y = sales()
    later = pd.Series([9.0, value], months(98)[96:], name="sales")
    fitted = both(log=True).fit(y)
    forecast = fitted.forecast()
    with pytest.raises(ValueError, match="2008-02.*Fit with log=False"):
        fitted.update(later)
    assert_series_equal(fitted.forecast(), forecast)
    auto(log=False).fit(y).update(later)
    with pytest.raises(ValueError, match="above 0.*log=False"):
        both(log=True).fit(pd.concat([y, later]))


def test_a_later_value_without_logarithm_counts_as_the_smallest_by_default():
    y = pd.concat({name: sales(seed=n) for n, name in enumerate("abc")})
    fitted = SequenceForecaster(naive_pipe(), horizon=2).fit(y)
    assert fitted.log_.all()
    at = [("b", y.loc["b"].index[-1] + pd.offsets.MonthBegin())]
    index = pd.MultiIndex.from_tuples(at, names=y.index.names)
    zero, lowest = (
        pd.Series([value], index, name=y.name) for value in (0.0, y.loc["b"].min())
    )
    expected = copy.deepcopy(fitted).update(lowest).forecast()
    match = r"1 value of y is not; the first is 0 at .*counts as .*log=False"
    with pytest.warns(UserWarning, match=match):
        fitted.update(zero)
    assert_series_equal(fitted.forecast(), expected)
    # Only the rows that are new are named.
    fitted.update(
        lowest.set_axis(index.map(lambda at: (at[0], at[1] + pd.offsets.MonthBegin())))
    )


def test_a_season_that_cannot_be_computed_is_an_error():
    with pytest.raises(ValueError, match="index has no usual one of at most 100 steps"):
        auto(deseasonalize=True).fit(walk().to_numpy())
    for y in (walk(20), walk(23), sales(12).iloc[:1].repeat(48).set_axis(months(48))):
        with pytest.raises(ValueError, match="needs two seasons of 12 steps"):
            auto(deseasonalize=True).fit(y)
    with pytest.raises(ValueError, match="must not be constant or repeat itself"):
        auto(deseasonalize=True).fit(seasonal(60))
    auto(deseasonalize=True).fit(walk(30))
    with pytest.raises(ValueError, match="season_length"):
        auto(season_length=0).fit(walk())


@pytest.mark.parametrize("season", [80, 10**4, 10**30])
def test_a_season_longer_than_all_series_is_none(season):
    y = pd.concat({"a": walk(80), "b": sales(80)}, names=["shop", None])
    fitted, expected = (auto(season_length=s).fit(y) for s in (season, 1))
    assert fitted.season_length_ == 1
    assert_series_equal(fitted.forecast(), expected.forecast())
    message = f"needs two seasons of {season} steps"
    with pytest.raises(ValueError, match=message):
        auto(season_length=season, deseasonalize=True).fit(y)


def test_booleans_of_numpy_are_booleans():
    y = sales()
    kwargs = {"log": np.True_, "deseasonalize": np.True_}
    assert_series_equal(auto(**kwargs).fit(y).forecast(), both().fit(y).forecast())
    kwargs = {"log": np.False_, "deseasonalize": np.False_}
    panel = pd.concat({"a": y, "b": y})
    assert not auto(**kwargs).fit(panel).deseasonalize_.any()


def test_a_pickle_forecasts_the_same():
    fitted = both().fit(sales())
    again = pickle.loads(pickle.dumps(fitted))
    assert_frame_equal(again.forecast(coverage=0.8), fitted.forecast(coverage=0.8))
    np.testing.assert_array_equal(again.log_, fitted.log_)


def test_the_default_removes_a_season_of_a_single_series_unless_it_grows():
    growing = sales(120)
    constant = 100 + 10 * np.log(growing)
    for y, log, expected in [
        (constant, "auto", True),
        (constant - constant.mean(), "auto", True),
        (growing, "auto", False),
        (growing, True, True),
        (walk(120), "auto", False),
    ]:
        fitted = SequenceForecaster(horizon=2, log=log).fit(y)
        assert fitted.deseasonalize_.tolist() == [[expected]]
        assert fitted.log_.tolist() == [[log is True]]
        given = SequenceForecaster(naive_pipe(), log=log).fit(y)
        assert not given.deseasonalize_.any()
