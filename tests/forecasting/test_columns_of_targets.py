"""Forecasts of several targets have the columns of y, with all their levels."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, naive_pipe, walk

from skseq.displays import BacktestDisplay, ForecastDisplay
from skseq.model_selection import ForecastSplit, backtest

COLUMNS = {
    "text": pd.Index(["b", "a"]),
    "named": pd.Index(["b", "a"], name="shop"),
    "numbers": pd.Index([7, 3]),
    "dates": pd.DatetimeIndex(["2024-01-01", "2023-01-01"], name="vintage"),
    "categories": pd.CategoricalIndex(["b", "a"], name="shop"),
    "tuples": pd.Index([("shop", "b"), ("shop", "a")], tupleize_cols=False),
    "two levels": pd.MultiIndex.from_tuples([("shop", "b"), ("shop", "a")]),
    "names of levels": pd.MultiIndex.from_tuples(
        [("x", "b"), ("w", "b")], names=["region", "shop"]
    ),
    "three levels": pd.MultiIndex.from_tuples([("x", 1, "b"), ("x", 0, "b")]),
}


def table_of(columns):
    values = np.column_stack([walk(40), 1000 + walk(40, seed=1)])
    return pd.DataFrame(values, walk(40).index, columns)


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_are_those_of_y(kind):
    y = table_of(COLUMNS[kind])
    fitted = forecaster(naive_pipe(), horizon=2).fit(y)
    forecast = fitted.forecast()
    pd.testing.assert_index_equal(forecast.columns, y.columns)
    expected = np.tile(y.iloc[-1], (2, 1))
    np.testing.assert_allclose(forecast, expected)

    intervals = fitted.forecast(coverage=0.8)
    columns = intervals.columns
    names = ["prediction", "lower_0.8", "upper_0.8"]
    assert columns.get_level_values(-1).tolist() == names * 2
    pd.testing.assert_index_equal(
        columns.droplevel(-1)[::3], y.columns, exact=False, check_categorical=False
    )
    values = intervals.to_numpy().reshape(2, 2, 3)
    np.testing.assert_allclose(values[:, :, 0], expected)
    assert (values[:, :, 1] < values[:, :, 2]).all()


@pytest.mark.parametrize("kind", ["named", "tuples", "two levels", "three levels"])
def test_a_backtest_and_displays_know_the_targets(kind):
    pytest.importorskip("matplotlib").use("Agg")
    y = table_of(COLUMNS[kind])
    one = forecaster(naive_pipe(), horizon=2)
    table = backtest(one, y=y, cv=ForecastSplit(1, horizon=2), coverage=0.5)
    assert table["target"].tolist() == y.columns.tolist() * 2
    last = y.columns[1]
    for coverage in (None, 0.5):
        forecast = one.fit(y[:-2]).forecast(coverage=coverage)
        display = ForecastDisplay.from_predictions(forecast, history=y, target=last)
        expected = table[[name == last for name in table["target"]]]["prediction"]
        np.testing.assert_allclose(display.forecast["prediction"], expected)
    BacktestDisplay.from_predictions(table, target=last)
