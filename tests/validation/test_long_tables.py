"""Tables whose columns, and not whose index, contain series and times."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skseq import LSTMRegressor, SequenceForecaster

N = 30
DAYS = pd.date_range("2023-01-01", periods=N)
TABLE = pd.DataFrame(
    {
        "unique_id": np.repeat(["a", "b", "c"], N),
        "ds": np.tile(np.arange(N), 3),
        "x": np.random.default_rng(0).normal(size=3 * N),
    }
)
Y = TABLE["x"].cumsum().rename("y")
TIMES = {
    "integers": np.arange(N),
    "every fifth": 5 * np.arange(N),
    "nullable integers": pd.array(np.arange(N), dtype="Int64"),
    "dates": DAYS,
    "dates with a time zone": DAYS.tz_localize("UTC"),
    "objects": DAYS.date,
    "months": pd.period_range("2020-01", periods=N, freq="M"),
    "text": DAYS.strftime("%Y-%m-%d"),
}


def with_times(times):
    return TABLE.assign(ds=pd.concat([pd.Series(times)] * 3, ignore_index=True))


def error_of(fit, *args):
    with pytest.raises(ValueError, match="must contain numbers only") as caught:
        fit(*args)
    return str(caught.value)


@pytest.mark.parametrize("times", TIMES)
def test_series_and_times_are_named(times):
    table = with_times(TIMES[times])
    advice = "set_index(['unique_id', 'ds'])"
    assert advice in error_of(SequenceForecaster().fit, table, Y)
    assert advice in error_of(SequenceForecaster().fit, table.assign(y=Y))
    assert advice in error_of(LSTMRegressor().fit, table, Y)


ORDERS = {
    "by time": TABLE.sort_values("ds", ignore_index=True),
    "categories": TABLE.astype({"unique_id": "category"}),
    "other order of columns": TABLE[["x", "ds", "unique_id"]],
    "other first times": TABLE.assign(ds=5 * TABLE["ds"] - TABLE.index // N),
    "polars": pl.DataFrame(TABLE.to_dict("list")),
}


@pytest.mark.parametrize("order", ORDERS)
def test_several_orders_and_types(order):
    message = error_of(SequenceForecaster().fit, ORDERS[order], Y.to_numpy())
    assert "set_index(['unique_id', 'ds'])" in message


NO_SERIES = {
    "one row for each text": TABLE.iloc[::N],
    "numbers in any order": TABLE.assign(ds=np.tile([3, 1, 2], N)),
    "a number that rises with the rows": TABLE.assign(ds=np.arange(3 * N)),
    "no integers": TABLE.drop(columns="ds"),
    "a missing name": TABLE.assign(unique_id=[None, *TABLE["unique_id"][1:]]),
    "a name of a column twice": TABLE.set_axis(["unique_id", "ds", "ds"], axis=1),
}


@pytest.mark.parametrize("name", NO_SERIES)
def test_other_text_is_to_be_encoded(name):
    table = NO_SERIES[name]
    with pytest.raises(ValueError, match="unique") as caught:
        SequenceForecaster().fit(table, Y[table.index])
    assert "set_index" not in str(caught.value)
