"""Columns in another order raise wherever columns are compared by position."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import (
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.metrics import mean_absolute_scaled_error, skill_score

VALUES = np.random.default_rng(0).normal(size=(40, 2)).cumsum(axis=0)
TABLE = pd.DataFrame(VALUES, pd.date_range("2020-01-01", periods=40, freq="D"))


def fit_scaler(table):
    return TargetAwareMinMaxScaler().fit(table, table)


CALLS = {
    "X": lambda table, X: fit_scaler(table).transform(X),
    "y": lambda table, y: fit_scaler(table).transform_target(y),
    "y_pred": lambda table, y_pred: skill_score(table, y_pred, table + 1),
    "y_train": lambda table, y_train: mean_absolute_scaled_error(
        table, table, y_train=y_train
    ),
}
NAMES = [0, 1], [1, 2], [("a", 1), ("b", 1)], [0.5, -1.5]


@pytest.mark.parametrize("names", NAMES, ids=str)
@pytest.mark.parametrize("name", CALLS)
def test_the_order_that_an_error_advises_is_right(name, names):
    call, table = CALLS[name], TABLE.set_axis(names, axis=1)
    match = rf"columns of {name} must be in the same order.*Reorder"
    with pytest.raises(ValueError, match=match) as error:
        call(table, table[names[::-1]])
    (advice,) = re.findall(r"Reorder them: (.*)\.$", str(error.value))
    reordered = eval(advice, {name: table[names[::-1]]})
    np.testing.assert_array_equal(call(table, reordered), call(table, table))


@pytest.mark.parametrize("name", CALLS)
def test_a_name_at_another_place_among_other_names_raises(name):
    match = rf"columns of {name} must be in the same order.*got \[1, 2\].*Pass the same"
    with pytest.raises(ValueError, match=match):
        CALLS[name](TABLE, TABLE.set_axis([1, 2], axis=1))


@pytest.mark.parametrize("names", [[3, 7], [0, 3], [3, 1]], ids=str)
@pytest.mark.parametrize("name", CALLS)
def test_other_names_are_accepted(name, names):
    call = CALLS[name]
    other = call(TABLE, TABLE.set_axis(names, axis=1))
    np.testing.assert_array_equal(other, call(TABLE, TABLE))


@pytest.mark.parametrize("method", ["predict", "update"])
def test_a_forecaster_compares_names_of_numbers(method):
    pipe = make_pipeline(SequenceWindower(3), NaiveRegressor())
    y = TABLE[0] + TABLE[1]
    forecaster = SequenceForecaster(pipe, horizon=2).fit(TABLE[:30], y[:30])
    rows = TABLE[30:32][[1, 0]]
    arguments = [rows] if method == "predict" else [rows, y[30:32]]
    with pytest.raises(ValueError, match="columns of X must be in the same order"):
        getattr(forecaster, method)(*arguments)
