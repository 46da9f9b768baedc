"""backtest: the same predictions as fits and forecasts by hand at each origin."""

import numpy as np
import pandas as pd
import pytest
from last_value_forecaster import LastValueForecaster, make_months, make_panel
from pandas.testing import assert_frame_equal
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from skseq import NaiveRegressor, SequenceWindower
from skseq.model_selection import ForecastSplit, backtest

COLUMNS = ["origin", "step", "time", "y", "prediction"]


def naive(horizon=1, **parameters):
    return make_pipeline(
        SequenceWindower(3, horizon=horizon), NaiveRegressor(**parameters)
    )


def lags_of(y, n=3):
    """Make a table of the last values of each series."""
    by_series = y.groupby(level=0) if y.index.nlevels == 2 else y
    lags = {f"lag_{k}": by_series.shift(k) for k in range(1, n + 1)}
    return pd.DataFrame(lags).fillna(0.0)


def test_a_forecast_from_each_origin():
    y = make_months(20)
    table = backtest(LastValueForecaster(), y=y, cv=ForecastSplit(3, horizon=4))
    assert list(table.columns) == COLUMNS
    assert list(table["step"]) == [1, 2, 3, 4] * 3
    assert table["time"].tolist() == list(y.index[-12:])
    np.testing.assert_array_equal(table["y"], y[-12:])
    origins = y.index[[7, 11, 15]]
    assert table["origin"].tolist() == list(origins.repeat(4))
    np.testing.assert_array_equal(table["prediction"], y[origins].repeat(4))


@pytest.mark.parametrize("gap", [0, 2])
def test_steps_are_counted_from_the_origin_across_a_gap(gap):
    cv = ForecastSplit(2, horizon=3, gap=gap)
    table = backtest(LastValueForecaster(), y=make_months(20), cv=cv)
    assert list(table["step"]) == [gap + 1, gap + 2, gap + 3] * 2


def test_a_panel_equals_its_series():
    panel = make_panel({"north": (0, 30), "south": (6, 30), "west": (10, 30)})
    cv = ForecastSplit(3, horizon=4)
    table = backtest(LastValueForecaster(), y=panel, cv=cv)
    assert list(table.columns) == ["series", *COLUMNS]
    for name, part in panel.groupby(level=0):
        alone = backtest(LastValueForecaster(), y=part.droplevel(0), cv=cv)
        found = table[table["series"] == name].drop(columns="series")
        assert_frame_equal(found.reset_index(drop=True), alone)


def test_rows_of_a_panel_in_order_of_time_give_the_same_table():
    panel = make_panel()
    cv = ForecastSplit(3, horizon=2)
    by_time = panel.sort_index(level=1, kind="stable")
    tables = [backtest(LastValueForecaster(), y=y, cv=cv) for y in (panel, by_time)]
    assert_frame_equal(*tables)


def test_rows_since_the_last_fit_are_passed_to_update():
    y = make_months(24)
    cv = ForecastSplit(6, horizon=2)
    refitted, updated = (
        backtest(LastValueForecaster(), y=y, cv=cv, refit=refit) for refit in (1, 4)
    )
    assert_frame_equal(refitted, updated)  # it learns nothing but the last value


class Recording(LastValueForecaster):
    """Notes the number of rows of each call."""

    calls = []

    def fit(self, X, y=None):
        self.calls.append(("fit", len(X)))
        return super().fit(X, y)

    def update(self, X, y=None):
        self.calls.append(("update", len(X)))
        return super().update(X, y)


def test_every_kth_origin_is_a_fit_and_between_only_newer_rows_are_passed():
    Recording.calls.clear()
    backtest(Recording(), y=make_months(24), cv=ForecastSplit(5, horizon=2), refit=3)
    assert Recording.calls == [
        ("fit", 14),
        ("update", 2),
        ("update", 2),
        ("fit", 20),
        ("update", 2),
    ]


@pytest.mark.parametrize("coverage", [0.8, [0.5, 0.8]])
def test_intervals_become_columns(coverage):
    y = make_months(20)
    table = backtest(LastValueForecaster(), y=y, cv=2, coverage=coverage)
    bounds = [
        f"{side}_{rate}"
        for rate in np.atleast_1d(coverage)
        for side in ("lower", "upper")
    ]
    assert list(table.columns) == [*COLUMNS, *bounds]
    np.testing.assert_allclose(table["lower_0.8"], table["prediction"] - 0.8)


@pytest.mark.parametrize("coverage", [None, 0.8])
def test_several_targets_are_rows(coverage):
    y = pd.DataFrame({"a": make_months(20), "b": make_months(20, seed=1)})
    cv = ForecastSplit(2, horizon=2)
    table = backtest(LastValueForecaster(), y=y, cv=cv, coverage=coverage)
    assert list(table["target"]) == ["a", "b"] * 4
    for name in "ab":
        alone = backtest(LastValueForecaster(), y=y[name], cv=cv, coverage=coverage)
        found = table[table["target"] == name].drop(columns="target")
        assert_frame_equal(found.reset_index(drop=True), alone)


def test_planned_columns_reach_the_forecast():
    y = make_months(20)
    X = pd.DataFrame({"other": np.nan, "price": np.arange(20.0)}, index=y.index)
    forecaster = LastValueForecaster(future_columns=["price"])
    table = backtest(forecaster, X, y, cv=ForecastSplit(2, horizon=3))
    expected = y[table["origin"]].to_numpy() + np.arange(14.0, 20.0)
    np.testing.assert_allclose(table["prediction"], expected)


@pytest.mark.parametrize("kind", ["array", "periods", "numbers", "python"])
def test_all_kinds_of_index(kind):
    y = make_months(20)
    indexes = {
        "periods": y.index.to_period("M"),
        "numbers": pd.RangeIndex(100, 120),
        "python": pd.Index(y.index.date),
    }
    other = y.to_numpy() if kind == "array" else y.set_axis(indexes[kind])
    cv = ForecastSplit(3, horizon=2)
    table = backtest(LastValueForecaster(), y=other, cv=cv)
    expected = backtest(LastValueForecaster(), y=y, cv=cv)
    number = pd.Series(range(20), y.index)
    labels = number.index if kind == "array" else other.index
    labels = pd.RangeIndex(20) if kind == "array" else labels
    labels = y.index if kind == "python" else labels
    for name in ("origin", "time"):
        assert list(table[name]) == list(labels[number[expected[name]]])
    rest = ["step", "y", "prediction"]
    assert_frame_equal(table[rest], expected[rest])


def test_a_series_that_ends_early_is_reached_if_the_forecaster_can():
    panel = make_panel({"north": (0, 30), "south": (0, 24)})
    extra = make_months(30)[["2020-06-01"]]
    panel = pd.concat([panel, pd.concat({"south": extra})])
    cv = ForecastSplit(1, horizon=2)
    table = backtest(LastValueForecaster(), y=panel, cv=cv)
    assert list(table["series"]) == ["north", "north", "south"]
    assert table["prediction"].notna().all()
    with pytest.warns(UserWarning, match="no prediction for 1 of 3 rows.*'south'"):
        table = backtest(LastValueForecaster(strategy="direct"), y=panel, cv=cv)
    assert list(table["prediction"].isna()) == [False, False, True]


def test_regressors_are_one_step_ahead_row_by_row():
    y = make_months(30)
    table = backtest(naive(), y=y, cv=ForecastSplit(2, horizon=4))
    assert (table["step"] == 1).all()
    assert table["origin"].tolist() == list(y.index[-9:-1])
    np.testing.assert_array_equal(table["prediction"], y[-9:-1])


@pytest.mark.parametrize(("gap", "steps"), [(0, [1, 2, 3, 3]), (2, [3, 3, 3, 3])])
def test_windows_of_a_longer_horizon_reach_further(gap, steps):
    y = make_months(30)
    cv = ForecastSplit(2, horizon=4, gap=gap)
    table = backtest(naive(horizon=3), y=y, cv=cv)
    assert list(table["step"]) == steps * 2
    # The value three rows before, whatever the origin.
    np.testing.assert_array_equal(table["prediction"], y.shift(3)[-8:])


def test_a_series_that_is_in_no_part_is_not_predicted():
    panel = make_panel({"old": (0, 30), "new": (27, 30)})
    X = panel.index.get_level_values(0).to_frame(index=False).set_axis(panel.index)
    by_name = make_pipeline(OneHotEncoder(handle_unknown="error"), Ridge())
    table = backtest(by_name, X, panel, cv=ForecastSplit(1, horizon=4))
    assert list(table["series"]) == ["old"] * 4


def test_current_inputs_are_step_zero():
    y = make_months(20)
    X = pd.DataFrame({"x": make_months(20, seed=1)})
    pipe = make_pipeline(
        SequenceWindower(2, horizon=0), NaiveRegressor(without_past="mean")
    )
    table = backtest(pipe, X, y, cv=ForecastSplit(2, horizon=3))
    assert (table["step"] == 0).all()
    assert table["origin"].equals(table["time"])


@pytest.mark.parametrize("refit", [1, 2])
@pytest.mark.parametrize("make", [make_months, lambda _: make_panel()])
def test_regressors_on_lags_equal_a_loop(make, refit):
    y = make(30)
    X = lags_of(y)
    cv = ForecastSplit(4, horizon=2)
    table = backtest(Ridge(), X, y, cv=cv, refit=refit)
    expected = []
    for number, (train, test) in enumerate(cv.split(X, y)):
        if number % refit == 0:
            ridge = Ridge().fit(X.iloc[train], y.iloc[train])
        expected.append(pd.Series(ridge.predict(X.iloc[test]), X.index[test]))
    found = table.set_index(["series", "time"] if "series" in table else "time")
    expected = pd.concat(expected)[found.index]
    np.testing.assert_allclose(found["prediction"], expected)
    assert (table["step"] == 1).all()


def test_a_month_that_is_missing_lengthens_the_step():
    y = make_months(24).drop(pd.Timestamp("2019-11-01"))
    table = backtest(LastValueForecaster(), y=y, cv=ForecastSplit(1, horizon=4))
    assert list(table["step"]) == [1, 2, 4]
    table = backtest(Ridge(), lags_of(y), y, cv=ForecastSplit(1, horizon=4))
    assert list(table["step"]) == [1, 1, 2]


def test_rows_with_text_as_labels_are_counted():
    y = make_months(20)
    names = y.set_axis([f"row {n}" for n in range(20)])
    table = backtest(naive(), y=names, cv=ForecastSplit(2, horizon=2))
    assert list(table["time"]) == ["row 16", "row 17", "row 18", "row 19"]
    np.testing.assert_array_equal(table["prediction"], y[-5:-1])


def test_several_targets_of_a_regressor():
    y = pd.DataFrame({"a": make_months(20), "b": make_months(20, seed=1)})
    table = backtest(naive(), y, y, cv=ForecastSplit(2, horizon=2))
    assert list(table["target"]) == ["a", "b"] * 4
    expected = y.shift(1)[-4:].to_numpy().ravel()
    np.testing.assert_array_equal(table["prediction"], expected)


def test_searches_are_fitted_at_each_origin():
    y = make_months(30)
    search = GridSearchCV(
        naive(),
        {"naiveregressor__strategy": ["last", "mean"]},
        cv=ForecastSplit(2),
        scoring="neg_mean_absolute_error",
    )
    table = backtest(search, y.to_frame(), y, cv=ForecastSplit(2, horizon=3))
    assert len(table) == 6
    search = GridSearchCV(
        LastValueForecaster(), {"noise": [0.0, 1.0]}, cv=ForecastSplit(2, horizon=2)
    )
    found, expected = (
        backtest(model, y=y, cv=ForecastSplit(2, horizon=3), refit=2)
        for model in (search, search.estimator)
    )
    assert list(found["step"]) == list(expected["step"]) == [1, 2, 3] * 2


def test_a_number_of_folds_takes_horizon_and_windows_of_the_estimator():
    y = make_months(30)
    table = backtest(LastValueForecaster(horizon=6), y=y, cv=3)
    assert table["step"].max() == 6
    assert len(table) == 18
    with pytest.raises(ValueError, match="time_steps \\+ horizon = 3 \\+ 4 steps"):
        backtest(naive(horizon=4), y=y, cv=10)


def test_other_splitters():
    y = make_months(30)
    ours = backtest(LastValueForecaster(), y=y, cv=ForecastSplit(3, horizon=4))
    cv = TimeSeriesSplit(3, test_size=4)
    theirs = backtest(LastValueForecaster(), y=y, cv=cv)
    pairs = backtest(LastValueForecaster(), y=y, cv=list(cv.split(y))[::-1])
    assert_frame_equal(ours, theirs)
    assert_frame_equal(ours, pairs)


def test_cross_val_predict_in_time():
    y = make_months(30)
    cv = ForecastSplit(10, horizon=1)
    table = backtest(naive(), y=y, cv=cv, refit=10)
    found = table.set_index("time")["prediction"]
    fitted = clone(naive()).fit(y[:20].to_frame(), y[:20])
    np.testing.assert_array_equal(found, fitted.predict(y[20:].to_frame()))
