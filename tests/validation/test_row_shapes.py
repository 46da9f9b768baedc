"""A list of series of different lengths is an error that says how to pass them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._validation.row_shapes import check_same_shapes
from skseq.model_selection import ForecastSplit, backtest

SERIES = np.arange(30.0), np.arange(40.0)
LISTS = {
    "arrays": list(SERIES),
    "tuple": SERIES,
    "lists": [list(values) for values in SERIES],
    "series": [pd.Series(values) for values in SERIES],
    "tables": [np.ones((30, 2)), np.ones((40, 2))],
    "objects": np.array([*SERIES, None], dtype=object)[:2],
}
ROWS, WINDOWS = np.ones((2, 1)), np.ones((2, 3, 1))


def forecaster():
    return SequenceForecaster(make_pipeline(SequenceWindower(3), NaiveRegressor()))


def fitted():
    return forecaster().fit(SERIES[0])


CALLS = {
    "fit": lambda y: forecaster().fit(y),
    "fit X": lambda X: forecaster().fit(X, ROWS[:, 0]),
    "fit y": lambda y: forecaster().fit(ROWS, y),
    "update": lambda y: fitted().update(y),
    "predict": lambda X: fitted().predict(X),
    "score": lambda y: fitted().score(y),
    "backtest": lambda y: backtest(forecaster(), y=y, cv=ForecastSplit(1, horizon=1)),
    "scaler": lambda X: TargetAwareMinMaxScaler().fit(X),
    "windower": lambda X: SequenceWindower(3).fit(X),
    "windows": lambda X: LSTMRegressor().fit(X, ROWS[:, 0]),
    "targets": lambda y: LSTMRegressor().fit(WINDOWS, y),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", ["arrays", "series"])
def test_series_of_different_lengths_belong_in_one_table(kind, call):
    with pytest.raises(
        ValueError,
        match=r"row 1 has shape \(40,\) and row 0 has shape \(30,\).*"
        r"put them into one table with the index \(series, time\)",
    ):
        CALLS[call](LISTS[kind])


@pytest.mark.parametrize("kind", LISTS)
def test_the_first_row_of_another_shape_is_named(kind):
    with pytest.raises(ValueError, match="^y must have .* but row 1 has shape"):
        check_same_shapes(LISTS[kind], "y")


def test_the_advice_can_be_followed():
    a, b = (pd.Series(v, pd.date_range("2024", periods=len(v))) for v in SERIES)
    one = forecaster().fit(pd.concat({"a": a, "b": b}))
    assert len(one.forecast()) == 2


@pytest.mark.parametrize("rows", [[1.0, [2.0]], [[1, 2], [3]], [[1, [2]], [1, [2]]]])
def test_any_row_may_be_the_other_one(rows):
    with pytest.raises(ValueError, match=r"row \d (has shape|is ragged)"):
        check_same_shapes(rows, "X")


@pytest.mark.parametrize("rows", [[], [1.0, 2], [[1], [2]], ["a", None], ROWS, None])
def test_rows_of_one_shape_are_valid(rows):
    check_same_shapes(rows, "X")
