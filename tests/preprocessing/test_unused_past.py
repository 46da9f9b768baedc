"""The windower warns if no window contains the newest value of the target in X."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skseq import SequenceWindower
from skseq.exceptions import LaggedTargetWarning

N_ROWS = 80
INDEXES = {
    "days": pd.date_range("2020-01-01", periods=N_ROWS, freq="D"),
    "months": pd.date_range("2010-01-31", periods=N_ROWS, freq="ME"),
    "a gap": pd.date_range("2020-01-01", periods=N_ROWS + 9, freq="D").delete(
        range(30, 39)
    ),
    "numbers": pd.RangeIndex(N_ROWS),
}


def make_series(index="days"):
    values = np.random.default_rng(0).normal(size=N_ROWS).cumsum()
    return pd.Series(values, INDEXES[index], name="sales")


def warns_of(X, y, **params):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        SequenceWindower(3, **params).fit(X, y)
    return [str(w.message) for w in caught if w.category is LaggedTargetWarning]


@pytest.mark.sample(4)
@pytest.mark.parametrize("index", INDEXES)
@pytest.mark.parametrize("ahead", [1, 2, 12])
@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("scale", [(1, 0), (0.01, -2)])
def test_a_target_that_was_shifted(index, ahead, horizon, scale):
    sales = make_series(index)
    X, y = (scale[0] * sales + scale[1]).to_frame(), sales.shift(-ahead).dropna()
    X = X.loc[y.index]
    total = ahead + horizon
    match = rf"Column 'sales' .* y {ahead} row.* {total} steps ahead.*horizon={total}\."
    with pytest.warns(LaggedTargetWarning, match=match):
        SequenceWindower(3, horizon=horizon).fit(X, y)
    assert not warns_of(X, y, horizon=0)
    assert not warns_of(X, y, horizon=horizon, future_columns=["sales"])


def test_a_column_that_was_shifted():
    y = make_series()[1:]
    X = pd.DataFrame({"lag": make_series().shift(1)[1:], "other": y**2 % 1})
    with pytest.warns(LaggedTargetWarning, match="Column 'lag' of X .* y 1 row"):
        SequenceWindower(3).fit(X, y)
    with pytest.warns(LaggedTargetWarning, match="Column 0 of X .* y 1 row"):
        SequenceWindower(3).fit(X.to_numpy(), y.to_numpy())
    assert not warns_of(X.assign(now=y), y)


def test_several_targets():
    sales = make_series()
    Y = pd.concat({k: sales.shift(-k) for k in range(4)}, axis=1).dropna()
    X = sales.to_frame().loc[Y.index]
    assert not warns_of(X, Y)
    with pytest.warns(LaggedTargetWarning, match="y 1 row.* 2 steps ahead"):
        SequenceWindower(3).fit(X, Y[[2, 1]])


@given(horizon=st.integers(0, 4), ahead=st.integers(0, 4), seed=st.integers(0, 999))
def test_the_rule(horizon, ahead, seed):
    values = np.random.default_rng(seed).normal(size=N_ROWS)
    X, y = values[: N_ROWS - ahead, np.newaxis], values[ahead:]
    if horizon == ahead == 0:
        return  # an error: the column is the target itself
    assert bool(warns_of(X, y, horizon=horizon)) == (horizon > 0 and ahead > 0)


@pytest.mark.parametrize(
    "y",
    [
        np.zeros(N_ROWS),
        np.arange(N_ROWS, dtype=float),
        np.repeat([0.0, 1.0, 0.0, 2.0], N_ROWS // 4),
        np.array(["a", "b"] * (N_ROWS // 2)),
    ],
    ids=["constant", "straight line", "few changes", "labels"],
)
def test_nothing_is_said_of_what_cannot_be_told(y):
    X = np.roll(np.arange(N_ROWS) if y.dtype.kind == "U" else y, 1)[:, np.newaxis]
    assert not warns_of(2.0 * X + 1, y)
    assert not warns_of(X, None)
