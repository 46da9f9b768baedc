"""Columns that contain what is forecast: messages name the row that the user knows."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import naive_pipe, walk
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq.exceptions import LaggedTargetWarning


def lagged(y, lag, noise):
    """Return a table whose rows contain y some rows earlier, below 0 later."""
    changes = np.random.default_rng(1).normal(size=len(y))
    column = 3 * y.shift(lag) + noise * changes
    return pd.DataFrame({"calendar": changes, "copy": column.bfill().ffill()}, y.index)


WHICH = {
    2: "2 rows earlier",
    0: "at the same row",
    -1: "1 row later",
    -2: "2 rows later",
}


@pytest.mark.parametrize("lag", WHICH)
@pytest.mark.parametrize("horizon", [3, 6])
@pytest.mark.parametrize("n_targets", [1, 2])
def test_the_row_of_a_future_column(lag, horizon, n_targets):
    y = walk(200)
    X = lagged(y, lag, noise=0.01)
    if n_targets == 2:
        y = pd.DataFrame({"other": walk(200, seed=5), "y": y})
    one = SequenceForecaster(naive_pipe(6), horizon=horizon, future_columns=["copy"])
    with pytest.warns(LaggedTargetWarning, match=f"'copy'.* does {WHICH[lag]}"):
        one.fit(X, y)
    X = lagged(walk(200), lag, noise=0)
    itself = WHICH[lag] if lag else r"\(up to scale\): "
    with pytest.raises(ValueError, match=f"'copy' .* the target itself.*{itself}"):
        one.fit(X, y)


@pytest.mark.parametrize("lag", [-1, -2])
@pytest.mark.parametrize("horizon", [1, 3, 6])
def test_the_row_of_other_columns(lag, horizon):
    y = walk(200)
    one = SequenceForecaster(naive_pipe(6), horizon=horizon)
    with pytest.warns(LaggedTargetWarning, match=f"'copy'.* does {WHICH[lag]}"):
        one.fit(lagged(y, lag, noise=0.01), y)
    with pytest.raises(ValueError, match=f"'copy' .* the target itself.*{WHICH[lag]}"):
        one.fit(lagged(y, lag, noise=0), y)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("step", [1, -2], ids=["scaled", "sign reversed"])
def test_a_step_that_writes_later_values_into_the_target(horizon, step):
    def show_later(table):
        return table.assign(sales=step * table["sales"].shift(-1).ffill())

    steps = FunctionTransformer(show_later), SequenceWindower(6, horizon=horizon)
    pipe = make_pipeline(*steps, NaiveRegressor())
    one = SequenceForecaster(pipe, horizon=horizon)
    with pytest.raises(ValueError, match="'sales' .* the target itself|with its sign"):
        one.fit(walk(200))
