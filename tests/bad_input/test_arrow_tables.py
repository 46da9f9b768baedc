"""Tables of Arrow have no labels of rows: an error says what to pass instead."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.model_selection import ForecastSplit, backtest

pa = pytest.importorskip("pyarrow")

ESTIMATORS = [
    TargetAwareMinMaxScaler(),
    SequenceWindower(3),
    LSTMRegressor(epochs=1),
    NaiveRegressor(without_past="mean"),
    make_pipeline(SequenceWindower(3), NaiveRegressor(without_past="mean")),
    SequenceForecaster(
        make_pipeline(SequenceWindower(3), NaiveRegressor(without_past="mean"))
    ),
]
Y, A, B = np.random.default_rng(0).random((3, 20))
TABLE = pa.table({"a": A, "b": B})


@pytest.mark.parametrize("table", [TABLE, TABLE.to_batches()[0]])
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_a_table_raises_and_its_frame_does_not(estimator, table):
    with pytest.raises(TypeError, match=r"X must be a frame.*Arrow.*X\.to_pandas\(\)"):
        estimator.fit(table, Y)
    estimator.fit(table.to_pandas(), Y)


@pytest.mark.parametrize("names", [("X",), ("y",), ("X", "y")])
def test_backtest_names_the_table(names):
    forecaster = ESTIMATORS[-1]
    rows = {"X": TABLE.to_pandas(), "y": Y} | dict.fromkeys(names, TABLE)
    with pytest.raises(TypeError, match=f"{names[-1]} must be a frame"):
        backtest(forecaster, **rows, cv=ForecastSplit(2))


def test_arrow_columns_are_arrays(estimator=ESTIMATORS[-1]):
    expected = estimator.fit(A).forecast(1)
    for column in (TABLE["a"], TABLE["a"].combine_chunks()):
        np.testing.assert_array_equal(estimator.fit(column).forecast(1), expected)
