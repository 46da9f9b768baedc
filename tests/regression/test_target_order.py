"""Columns of y in another order than in fit raise, wherever y is compared."""

from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skseq import (
    GRURegressor,
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.metrics import (
    mean_absolute_scaled_error,
    root_mean_squared_scaled_error,
    skill_score,
)

N_ROWS = 50
OPTIONS = {"units": 2, "epochs": 1, "random_state": 0, "early_stopping": False}
MAKERS = [
    partial(LSTMRegressor, **OPTIONS, warm_start=True),
    partial(GRURegressor, **OPTIONS, warm_start=True),
    NaiveRegressor,
]
NAMES = {
    "text": ["price", "volume"],
    "numbers": [0, 1],
    "tuples": [("a", "x"), ("a", "y")],
}


def make_targets(names=("price", "volume")):
    rng = np.random.default_rng(0)
    values = np.column_stack([rng.normal(size=N_ROWS).cumsum(), rng.random(N_ROWS)])
    return pd.DataFrame(values, columns=list(names))


def windows_of(Y):
    return SequenceWindower(3).fit_transform(Y.to_numpy())


def raises_order():
    match = r"columns of y must be in the same order as in fit, because .* got \["
    return pytest.raises(ValueError, match=match)


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("make", MAKERS)
def test_score(make, names):
    Y = make_targets(names)
    windows = windows_of(Y)
    regressor = make().fit(windows, Y)
    expected = regressor.score(windows, Y)
    with raises_order():
        regressor.score(windows, Y[names[::-1]])
    assert regressor.score(windows, Y.to_numpy()) == expected
    assert regressor.score(windows, Y.set_axis(["other", "names"], axis=1)) == expected
    assert regressor.target_names_in_ == list(Y.columns)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("make", MAKERS[:2])
def test_training_that_continues(make, method):
    Y = make_targets()
    windows = windows_of(Y)
    regressor = make().fit(windows, Y)
    with raises_order():
        getattr(regressor, method)(windows, Y[["volume", "price"]])
    getattr(regressor, method)(windows, Y.to_numpy())
    getattr(regressor, method)(windows, Y)
    assert regressor.target_names_in_ == ["price", "volume"]


def test_a_new_fit_forgets_the_names():
    Y = make_targets()
    naive = NaiveRegressor().fit(windows_of(Y), Y)
    other = Y[["volume", "price"]]
    assert naive.fit(windows_of(Y), other).target_names_in_ == ["volume", "price"]
    assert not hasattr(naive.fit(windows_of(Y), Y.to_numpy()), "target_names_in_")
    naive.score(windows_of(Y), Y)


@pytest.mark.parametrize("name", ["transform_target", "inverse_transform_target"])
@pytest.mark.parametrize("container", [pd.DataFrame, pl.DataFrame])
def test_the_scaler(name, container):
    Y = make_targets()
    scaler = TargetAwareMinMaxScaler().fit(Y.to_numpy(), container(Y.to_dict("list")))
    other = container(Y[["volume", "price"]].to_dict("list"))
    with raises_order():
        getattr(scaler, name)(other)
    expected = getattr(scaler, name)(Y.to_numpy())
    np.testing.assert_array_equal(getattr(scaler, name)(Y), expected)


@pytest.mark.parametrize(
    "measure", [mean_absolute_scaled_error, root_mean_squared_scaled_error]
)
def test_y_train_of_scaled_errors(measure):
    Y = make_targets()
    with pytest.raises(ValueError, match="columns of y_train must be in the same"):
        measure(Y[40:], Y[40:] + 1, y_train=Y[["volume", "price"]][:40])
    measure(Y[40:], Y[40:] + 1, y_train=Y[:40])


@pytest.mark.parametrize("columns", [["volume", "price"], ["other", "price"]])
def test_a_forecast_with_a_name_at_another_place(columns):
    Y = make_targets()
    with pytest.raises(ValueError, match="columns of y_naive must be in the same"):
        skill_score(Y, Y + 1, (Y + 2).set_axis(columns, axis=1))


def test_a_search_over_a_pipeline_has_one_order():
    Y = make_targets()
    pipe = make_pipeline(SequenceWindower(3), NaiveRegressor())
    search = GridSearchCV(pipe, {"naiveregressor__strategy": ["last", "mean"]}, cv=3)
    search.set_params(cv=TimeSeriesSplit(3)).fit(Y, Y)
    with raises_order():
        search.score(Y, Y[["volume", "price"]])
