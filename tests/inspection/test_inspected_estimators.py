"""What the functions of inspection take: networks, and pipelines that end in one."""

import pickle
from pprint import pformat

import numpy as np
import pandas as pd
import pytest
from fitted_networks import fitted, walk_windows
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import (
    GRURegressor,
    KerasSequenceRegressor,
    LSTMRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.exceptions import IncompleteWindowWarning, RangeWarning
from skseq.inspection import gate_activations, lag_relevance, permutation_relevance

FUNCTIONS = [
    gate_activations,
    lag_relevance,
    lambda estimator, X: permutation_relevance(
        estimator, X, np.zeros(len(X)), random_state=0
    ),
]


def monthly(n_rows=60):
    rng = np.random.default_rng(0)
    months = pd.date_range("2020-01-01", periods=n_rows, freq="MS")
    sales = rng.normal(size=n_rows).cumsum() + 50
    return pd.DataFrame({"price": rng.random(n_rows), "sales": sales}, index=months)


def make_pipe(scaler=None):
    network = GRURegressor(3, epochs=2, random_state=0)
    return make_pipeline(scaler, SequenceWindower(4), network)


def check_same(one, other):
    for name in one:
        if name != "feature_names":
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_arrays_are_shown_by_their_shapes(function):
    found = function(fitted(), walk_windows()[0])
    first, *lines = repr(found).splitlines()
    assert first == "ArrayBunch with"
    shown = [line.split(maxsplit=1) for line in lines]
    expected = [[name, f"array of shape {found[name].shape}"] for name in found]
    assert shown == expected
    assert pformat(found) == repr(pickle.loads(pickle.dumps(found))) == repr(found)


def test_what_is_added_to_the_arrays_is_shown_by_its_class():
    found = lag_relevance(fitted(), walk_windows()[0])
    found.note = list(range(1000))
    assert repr(found).endswith("  note           list")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "scaler", [None, "passthrough", TargetAwareMinMaxScaler()], ids=str
)
def test_a_pipeline_passes_its_windows_to_the_network(function, scaler):
    table = monthly()
    pipe = make_pipe(scaler).fit(table[:40], table["sales"][:40])
    # History: the windows of the first rows begin in the rows of fit.
    windows = np.asarray(pipe[:-1].transform(table[40:]))
    assert not np.isnan(windows).any()
    nested = Pipeline([("whole", pipe)])
    expected = function(pipe[-1], windows)
    check_same(function(pipe, table[40:]), expected)
    check_same(function(nested, table[40:]), expected)


def test_names_of_columns():
    table = monthly()
    pipe = make_pipe(TargetAwareMinMaxScaler()).fit(table, table["sales"])
    assert list(lag_relevance(pipe, table).feature_names) == ["price", "sales"]


def test_without_a_scaler_the_unit_is_that_of_x():
    table = monthly()
    pipe = make_pipe().fit(table[:40], table["sales"][:40])
    windows = np.asarray(pipe[:-1].transform(table[40:]))
    step = np.zeros(windows.shape)
    step[:, 1, 0] = 1e-3
    change = pipe[-1].predict(windows + step) - pipe[-1].predict(windows - step)
    gradient = lag_relevance(pipe, table[40:]).gradient[:, 1, 0]
    np.testing.assert_allclose(gradient, change / 2e-3, rtol=1e-4)


def test_several_series_in_one_table():
    table = pd.concat({"a": monthly(40), "b": monthly(30)}, names=["series", "time"])
    pipe = make_pipe().fit(table, table["sales"])
    activations = gate_activations(pipe, table)
    alone = gate_activations(pipe, table.loc[["b"]])
    for name, values in activations.items():
        assert values.shape == (70, 4, 3)
        np.testing.assert_allclose(values[40:], alone[name], rtol=0, atol=1e-12)


def test_the_estimator_of_a_forecaster():
    sales = monthly()["sales"]
    forecaster = SequenceForecaster(make_pipe(), horizon=2).fit(sales)
    relevance = lag_relevance(forecaster.estimator_, sales.to_frame(), output=1)
    assert relevance.gradient.shape == (60, 4, 1)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_warnings_are_those_of_predict(function):
    table = monthly()
    pipe = make_pipe().fit(table[:40], table["sales"][:40])
    later = table[50:] + 1000  # without the ten rows before
    with (
        pytest.warns(IncompleteWindowWarning, match="of 4 of 10 rows"),
        pytest.warns(RangeWarning, match="Column 'price'"),
    ):
        function(pipe, later)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_estimators_that_hold_no_network(function):
    table = monthly()
    X, y = table, table["sales"]
    with pytest.raises(TypeError, match=r"got Ridge. Fit LSTMRegressor"):
        function(Ridge().fit(X, y), X)
    with pytest.raises(TypeError, match="got a Pipeline that ends in Ridge"):
        function(make_pipeline(StandardScaler(), Ridge()).fit(X, y), X)
    forecaster = SequenceForecaster(make_pipe()).fit(y)
    with pytest.raises(
        TypeError, match=r"got SequenceForecaster. Pass its .* estimator_"
    ):
        function(forecaster, X)
    search = GridSearchCV(
        make_pipe(), {"gruregressor__units": [2]}, cv=TimeSeriesSplit(2)
    )
    with pytest.raises(TypeError, match="Pass its attribute best_estimator_"):
        function(search.fit(X, y), X)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_networks_that_are_not_fitted(function):
    with pytest.raises(NotFittedError):
        function(LSTMRegressor(), walk_windows()[0])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_x_is_checked_as_in_predict(function):
    with pytest.raises(ValueError, match="windows of the same shape"):
        function(fitted(), walk_windows()[0][:, 1:])


@pytest.mark.slow
def test_networks_of_the_user():
    def build_network(window_shape, n_outputs):
        from keras import Sequential, layers

        cells = [layers.Input(window_shape), layers.LSTM(3), layers.Dense(n_outputs)]
        return Sequential(cells)

    windows, y = walk_windows()
    regressor = KerasSequenceRegressor(build_network, epochs=2, random_state=0)
    regressor.fit(windows, y)
    for function in FUNCTIONS[:2]:
        with pytest.raises(
            TypeError, match="whose network is built by a function of the user"
        ):
            function(regressor, windows)
    found = permutation_relevance(regressor, windows, y, n_repeats=1, random_state=0)
    assert found.importances_mean.argmax() == 5 * 3 + 1
