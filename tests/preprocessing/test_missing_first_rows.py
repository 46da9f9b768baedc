"""Errors about NaN in the first rows, as a step that reads earlier rows leaves them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower

DAYS = pd.date_range("2024-01-01", periods=60)
Y = pd.Series(np.random.default_rng(0).normal(size=60).cumsum(), DAYS, name="y")
X = Y.to_frame()
PANEL = pd.concat({"a": X, "b": 2 * X}, names=["shop", "day"])
STEP = r"if a step of the Pipeline computes the column from earlier rows"


def by_series(X):
    return X if X.index.nlevels == 1 else X.groupby(level=0)


STEPS = {
    "rolling mean": lambda X: X.assign(m=by_series(X)["y"].rolling(3).mean().values),
    "lag": lambda X: X.assign(m=by_series(X)["y"].shift(2)),
    "change": lambda X: X.assign(m=by_series(X)["y"].diff()),
}


def pipe(step):
    return make_pipeline(
        FunctionTransformer(step), SequenceWindower(4), NaiveRegressor()
    )


@pytest.mark.parametrize("table", [X, PANEL], ids=["one", "many"])
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_fit_names_a_step_that_reads_earlier_rows(step, table):
    match = f"row 0.*{STEP}.*before the Pipeline.*SequenceForecaster.*wrong in predict"
    with pytest.raises(ValueError, match=match):
        pipe(step).fit(table, table["y"])


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_predict_names_a_step_that_reads_earlier_rows(step):
    complete = step(X).bfill()
    fitted = SequenceWindower(4).fit(complete[:40])
    with pytest.raises(ValueError, match=f"{STEP}.*Pass the rows before them as well"):
        fitted.transform(step(X[40:]))
    expected = fitted.transform(complete)[40:]
    np.testing.assert_array_equal(fitted.transform(complete[40:]), expected)


@pytest.mark.parametrize("row", [5, 59], ids=["inside", "last"])
def test_other_missing_cells_are_dropped_or_filled(row):
    table = X.assign(m=1.0)
    table.iloc[row, 1] = np.nan
    with pytest.raises(ValueError, match="there: drop or fill these rows first"):
        SequenceWindower(4, horizon=0).fit(table)
    fitted = SequenceWindower(4, horizon=0).fit(X[:9].assign(m=1.0))
    with pytest.raises(ValueError, match="there: drop or fill these rows first"):
        fitted.transform(table)


def test_rows_without_known_values_are_rows_to_forecast():
    fitted = SequenceWindower(4).fit(X[:40].assign(m=1.0))
    with pytest.raises(ValueError, match="the last 1 row may contain NaN"):
        fitted.transform(X[40:].assign(m=1.0) * np.nan)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_steps_of_a_forecaster_get_all_known_rows(step):
    def forecaster(*steps):
        windows = SequenceWindower(4), NaiveRegressor("mean")
        return SequenceForecaster(make_pipeline(*steps, *windows), horizon=2)

    with pytest.raises(ValueError, match="there: drop or fill these rows first"):
        forecaster(FunctionTransformer(step)).fit(X, Y)
    filled = FunctionTransformer(lambda X: step(X).bfill())
    inside = forecaster(filled).fit(X, Y).forecast()
    before = forecaster().fit(step(X).bfill(), Y).forecast()
    pd.testing.assert_series_equal(inside, before)
