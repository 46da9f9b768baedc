"""Intervals of a forecaster of many series hold as many values as asked for."""

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq._forecasting.calibration import mean_changes
from skseq._forecasting.table import Table
from skseq.metrics import interval_coverage

N_SERIES, N_ROWS, HORIZON = 2000, 100, 3


def test_coverage_of_the_forecasts_of_2000_series():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(N_ROWS + HORIZON, N_SERIES))
    for row in range(1, len(y)):
        y[row] += 0.7 * y[row - 1]
    y = y * np.exp(rng.normal(0, 2, size=N_SERIES)) + 100
    index = pd.MultiIndex.from_product([range(N_SERIES), range(N_ROWS)])
    known = pd.Series(y[:N_ROWS].T.ravel(), index, name="y")

    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor("mean"))
    forecaster = SequenceForecaster(pipe, horizon=HORIZON).fit(known)
    table = forecaster.forecast(coverage=[0.8, 0.95])
    assert forecaster.residuals_.shape == (20 * N_SERIES, HORIZON, 1)
    later = pd.Series(y[N_ROWS:].T.ravel(), table.index)
    for coverage in (0.8, 0.95):
        lower, upper = table[f"lower_{coverage}"], table[f"upper_{coverage}"]
        inside = [
            interval_coverage(
                later[step::HORIZON], *(end[step::HORIZON] for end in (lower, upper))
            )
            for step in range(HORIZON)
        ]
        np.testing.assert_allclose(inside, coverage, atol=0.03)


def test_changes_do_not_cross_gaps_or_series():
    index = pd.MultiIndex.from_tuples(
        [("a", 0), ("a", 1), ("a", 2), ("a", 5), ("b", 0), ("b", 1), ("c", 1)]
    )
    y = pd.DataFrame({"y": [1.0, 3, 6, 100, 50, 40, 7], "z": 0.0}, index)
    changes = mean_changes(Table.of(y), 2)
    np.testing.assert_array_equal(changes, [[2.5, 0], [10, 0], [np.nan, np.nan]])


def test_a_series_of_too_few_rows_to_calibrate_has_an_interval():
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([["a", "b", "c"], range(40)])
    y = pd.Series(rng.normal(size=120), index, name="y")
    new = pd.Series(
        1000 * rng.normal(size=8), pd.MultiIndex.from_product([["new"], range(8)])
    )
    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor())
    forecaster = SequenceForecaster(pipe, horizon=2).fit(y)
    table = forecaster.update(new.rename("y")).forecast(coverage=0.8)
    widths = (table["upper_0.8"] - table["lower_0.8"]).groupby(level=0).mean()
    assert widths["new"] > 100 * widths[["a", "b", "c"]].max()
