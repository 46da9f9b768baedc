"""backtest of SequenceForecaster: the numbers of fits and forecasts by hand."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from last_value_forecaster import make_months, make_panel
from pandas.testing import assert_frame_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
)
from skseq.exceptions import IncompleteWindowWarning
from skseq.model_selection import ForecastSplit, backtest, make_step_scorer

CV = ForecastSplit(3, horizon=4)
STRATEGIES = ["direct", "recursive"]


def naive(strategy="direct", *, horizon=4, rule="last", **parameters):
    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor(rule))
    return SequenceForecaster(pipe, horizon=horizon, strategy=strategy, **parameters)


def lstm(strategy="direct", **parameters):
    network = LSTMRegressor(units=2, epochs=3, linear_weight=0.5, random_state=0)
    pipe = make_pipeline(SequenceWindower(4), network)
    return SequenceForecaster(pipe, horizon=4, strategy=strategy, **parameters)


def prices_of(y):
    """Make a planned column, and one that is known only back."""
    numbers = np.arange(len(y), dtype=float)
    return pd.DataFrame({"other": numbers % 5, "price": numbers % 7}, index=y.index)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("make", [make_months, lambda _: make_panel()])
def test_forecasts_by_hand(strategy, make):
    y = make(30)
    X = prices_of(y)[["price"]]
    forecaster = lstm(strategy, future_columns=["price"])
    table = backtest(forecaster, X, y, cv=CV)
    expected = []
    for train, test in CV.split(X, y):
        fitted = clone(forecaster).fit(X.iloc[train], y.iloc[train])
        months = y.index.get_level_values(-1)
        later = X[months > months[train].max()]
        if y.index.nlevels == 2:  # west ends before the others
            later = later.reindex(
                pd.MultiIndex.from_product(
                    [y.index.unique(level=0), months.unique()], names=y.index.names
                ),
                fill_value=0.0,
            )
        expected.append(fitted.forecast(X_future=later).reindex(y.index[test]))
    found = table.set_index(["series", "time"] if "series" in table else "time")
    expected = pd.concat(expected)[found.index]
    is_known = found["prediction"].notna()
    assert is_known.mean() > 0.8
    found = found["prediction"][is_known]
    np.testing.assert_allclose(found, expected[is_known])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_arrays_give_the_numbers_of_frames(strategy):
    y = make_months(40)
    X = prices_of(y)[["price"]]
    forecaster = lstm(strategy, future_columns=[0])
    table = backtest(forecaster, X, y, cv=CV)
    arrays = backtest(forecaster, X.to_numpy(), y.to_numpy(), cv=CV)
    rest = ["step", "y", "prediction"]
    assert_frame_equal(arrays[rest], table[rest])


@pytest.mark.sample(2)
@pytest.mark.parametrize("columns", [[], [0], ["price", "other"]])
@pytest.mark.parametrize("form", [set, np.array, pd.Index, pd.Series, pl.Series])
def test_future_columns_may_be_any_list_of_columns(form, columns):
    y = make_months(30)
    X = prices_of(y)
    given = backtest(naive(future_columns=form(columns)), X, y, cv=CV, refit=3)
    listed = backtest(naive(future_columns=columns), X, y, cv=CV, refit=3)
    assert_frame_equal(given, listed)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("refit", [1, 3])
def test_a_panel_of_naive_forecasts_equals_its_series(strategy, refit):
    panel = make_panel({"north": (0, 40), "south": (6, 40), "west": (20, 40)})
    table = backtest(naive(strategy), y=panel, cv=CV, refit=refit)
    for name, part in panel.groupby(level=0):
        alone = backtest(naive(strategy), y=part.droplevel(0), cv=CV)
        found = table[table["series"] == name].drop(columns="series")
        assert_frame_equal(found.reset_index(drop=True), alone)


def test_a_series_that_begins_between_refits():
    panel = make_panel({"north": (0, 40), "west": (30, 40)})
    table = backtest(naive("recursive"), y=panel, cv=CV, refit=3)
    west = table[table["series"] == "west"]
    assert list(west["step"]) == [1, 2, 3, 4] * 2
    assert west["prediction"].notna().all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_intervals_of_several_targets(strategy):
    y = pd.DataFrame({"a": make_months(60), "b": make_months(60, seed=1)})
    table = backtest(naive(strategy), y=y, cv=CV, coverage=[0.5, 0.8], refit=2)
    bounds = ["lower_0.8", "lower_0.5", "prediction", "upper_0.5", "upper_0.8"]
    assert (np.diff(table[bounds], axis=1) >= 0).all()
    assert list(table["target"][:2]) == ["a", "b"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_series_that_ends_does_not_stop_the_others(strategy):
    panel = make_panel({"north": (0, 30), "south": (0, 21), "west": (0, 10)})
    forecaster = naive(strategy, future_columns=["price"])
    X = prices_of(panel)[["price"]]
    table = backtest(forecaster, X, panel, cv=CV)
    assert list(table["series"]) == ["north"] * 4 + ["south"] * 3 + ["north"] * 8
    assert table["prediction"].notna().all()


def test_planned_values_up_to_the_horizon_of_a_direct_forecaster():
    y = make_months(30)
    forecaster = naive(horizon=4, future_columns=["price"])
    X = prices_of(y)[["price"]]
    with pytest.warns(IncompleteWindowWarning, match="X lacks 2 rows"):
        table = backtest(forecaster, X, y, cv=ForecastSplit(3, horizon=2))
    assert table["prediction"].notna().all()


HOLIDAYS = {
    "one": [285],
    "two": [284, 290],
    "first step": [276],
    "last step": [279],
}


@pytest.mark.sample(3)
@pytest.mark.parametrize("at", HOLIDAYS.values(), ids=HOLIDAYS)
@pytest.mark.parametrize(("n_series", "planned"), [(1, True), (2, False)])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_holidays_are_no_steps(strategy, n_series, planned, at):
    days = pd.date_range("2023-01-02", periods=300, freq="B").delete([100, 200, *at])
    # The drift is exact if, as in windows, holidays are not counted.
    one = pd.Series(np.arange(300.0 - 2 - len(at)), days)
    y = pd.concat({"a": one, "b": -one}, names=["shop", "day"]) if n_series > 1 else one
    X = (0 * y).to_frame("price") if planned else None
    pipe = make_pipeline(SequenceWindower(6), NaiveRegressor("drift"))
    options = {"log": False, "deseasonalize": False, "strategy": strategy}
    columns = ["price"] if planned else None
    one = SequenceForecaster(pipe, horizon=4, future_columns=columns, **options)
    cv = ForecastSplit(6, horizon=4, step=3)
    table = backtest(one, X, y, cv=cv, refit=6)
    np.testing.assert_allclose(table["prediction"], table["y"])
    errors = cross_val_score(
        one, y.to_frame() if X is None else X, y, cv=cv, scoring="neg_max_error"
    )
    np.testing.assert_allclose(errors, 0, atol=1e-9)


def test_an_irregular_index():
    seconds = np.random.default_rng(0).choice(10**9, 40, replace=False)
    y = pd.Series(np.arange(40.0), pd.to_datetime(np.sort(seconds), unit="s"))
    table = backtest(naive(horizon=2), y=y, cv=ForecastSplit(3, horizon=2))
    np.testing.assert_array_equal(table["prediction"], [33, 33, 35, 35, 37, 37])
    both = pd.DataFrame({"a": y, "b": -y})
    table = backtest(naive(horizon=2), y=both, cv=ForecastSplit(1, horizon=2))
    np.testing.assert_array_equal(table["prediction"], [37, -37, 37, -37])


@pytest.mark.parametrize(
    "index",
    [
        pd.period_range("2018-01", periods=40, freq="M"),
        pd.date_range("2023-03-25", periods=40, freq="h", tz="Europe/Berlin"),
        pd.RangeIndex(10, 90, 2),
        pd.date_range("2018-01-31", periods=40, freq="BME"),
    ],
    ids=lambda index: type(index).__name__,
)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_all_kinds_of_index(index, strategy):
    table = backtest(naive(strategy), y=pd.Series(np.arange(40.0), index), cv=CV)
    np.testing.assert_array_equal(table["prediction"], np.repeat([27, 31, 35], 4))
    assert list(table["time"]) == list(index[-12:])
    assert table["time"].dtype == index.dtype


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=2)
@given(refit=st.integers(1, 3), chosen=st.integers(0, 11))
def test_later_rows_change_no_forecast_and_no_interval(strategy, refit, chosen):
    y = make_months(32)
    forecaster = lstm(strategy, future_columns=["price"])
    X = prices_of(y)
    if strategy == "recursive":
        X = X[["price"]]
    table = backtest(forecaster, X, y, cv=CV, refit=refit, coverage=0.5)
    origin = table["origin"][chosen]
    changed_y = y.where(y.index <= origin, 7 - 3 * y)
    changed_X = X.copy()
    if "other" in X:
        changed_X.loc[X.index > origin, "other"] = -5.0
    other = backtest(forecaster, changed_X, changed_y, cv=CV, refit=refit, coverage=0.5)
    is_known = table["origin"] <= origin
    found, expected = (part[is_known].drop(columns="y") for part in (other, table))
    assert_frame_equal(found, expected)


def test_a_search_chooses_at_each_origin():
    y = pd.Series(np.r_[np.zeros(20), np.arange(20.0)])
    y += make_months(40).to_numpy() / 100
    search = GridSearchCV(
        naive(),
        {"estimator__naiveregressor__strategy": ["mean", "drift"]},
        cv=ForecastSplit(2, horizon=4),
        scoring="neg_mean_absolute_error",
    )
    table = backtest(search, y=y, cv=ForecastSplit(5, horizon=4))
    flat, rising = naive(rule="mean"), naive(rule="drift")
    first, last = table["origin"] == 19, table["origin"] == 35
    expected = backtest(flat, y=y, cv=ForecastSplit(5, horizon=4))
    assert_frame_equal(table[first], expected[first])
    expected = backtest(rising, y=y, cv=ForecastSplit(5, horizon=4))
    assert_frame_equal(table[last], expected[last])


def test_scores_in_a_search_are_those_of_a_backtest():
    y = make_months(40)
    mae = "neg_mean_absolute_error"
    scoring = {"all": mae, "1": make_step_scorer(mae, 1), "4": make_step_scorer(mae, 4)}
    forecaster = lstm()
    scores = cross_validate(forecaster, y.to_frame(), y, cv=CV, scoring=scoring)
    table = backtest(forecaster, y=y, cv=CV)
    error = (table["y"] - table["prediction"]).abs()
    by_step = error.groupby(table["step"]).mean()
    assert -scores["test_all"].mean() == pytest.approx(error.mean())
    assert -scores["test_1"].mean() == pytest.approx(by_step[1])
    assert -scores["test_4"].mean() == pytest.approx(by_step[4])


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_processes_give_the_same_forecasts(n_jobs):
    panel = make_panel()
    table = backtest(lstm("recursive"), y=panel, cv=CV, refit=2)
    parallel = backtest(lstm("recursive"), y=panel, cv=CV, refit=2, n_jobs=n_jobs)
    assert_frame_equal(parallel, table)


def test_steps_beyond_the_horizon_name_the_origin_and_the_remedy():
    with pytest.raises(ValueError, match="recursive") as caught:
        backtest(naive(), y=make_months(40), cv=ForecastSplit(2, horizon=5))
    assert "at the origin 2020-06-01" in caught.value.__notes__[0]


@pytest.mark.parametrize("gap", [0, 2])
def test_a_search_over_a_panel(gap):
    panel = make_panel()
    mae = "neg_mean_absolute_error"
    search = GridSearchCV(
        naive(horizon=6),
        {"estimator__naiveregressor__strategy": ["last", "mean"]},
        cv=ForecastSplit(3, horizon=4, gap=gap, time_steps=3),
        scoring={"all": mae, "4": make_step_scorer(mae, 4)},
        refit="all",
        error_score="raise",
    )
    search.fit(panel.to_frame(), panel)
    found = search.cv_results_["mean_test_4"]
    for number, rule in enumerate(["last", "mean"]):
        table = backtest(naive(horizon=6, rule=rule), y=panel, cv=search.cv)
        error = (table["y"] - table["prediction"]).abs()[table["step"] == 4]
        by_origin = error.groupby(table["origin"]).mean()
        assert -found[number] == pytest.approx(by_origin.mean())
