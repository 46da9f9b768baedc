"""What the functions of inspection take: networks, and pipelines that end in one."""

import pickle
from copy import deepcopy
from pprint import pformat

import numpy as np
import pandas as pd
import pytest
from fitted_networks import fitted, walk_windows
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

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


@pytest.mark.sample(4)
@pytest.mark.parametrize("function", FUNCTIONS[:2])
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("is_log", [False, True])
@pytest.mark.parametrize("scaler", [None, TargetAwareMinMaxScaler()], ids=str)
def test_a_forecaster_transforms_its_targets(function, strategy, is_log, scaler):
    sales = monthly()["sales"]
    forecaster = SequenceForecaster(
        make_pipe(scaler), horizon=3, log=is_log, strategy=strategy
    ).fit(sales[:50])
    forecaster.update(sales[50:])
    mean = np.exp(np.log(sales[:50]).mean())
    logarithms = mean + mean * np.log(sales / mean)
    transformed = (logarithms if is_log else sales).to_frame()
    expected = function(forecaster.estimator_, transformed)
    found = function(forecaster, sales)
    for name in set(found) - {"feature_names"}:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-9, atol=1e-12)
    rows = [20, 40, 59]  # their windows are of all known rows
    found = function(forecaster, sales.iloc[rows])
    for name, values in expected.items():
        if len(values) == len(sales):
            np.testing.assert_allclose(found[name], values[rows], rtol=1e-10)


@pytest.mark.parametrize("function", FUNCTIONS[:2])
def test_a_forecaster_of_many_series_removes_the_season_of_each(function):
    season = 10 * np.sin(np.arange(60) * np.pi / 6)
    sales = monthly()["sales"]
    y = pd.concat({"b": sales + season, "a": sales - 2 * season}, names=["shop", "day"])
    forecaster = SequenceForecaster(make_pipe(), deseasonalize=True).fit(y)
    assert forecaster.deseasonalize_.all()
    fitted = forecaster._fitted_forecast
    table = fitted.transform.apply(fitted.table).cells
    for name in "ab":
        of_series = table.loc[[name]]
        assert np.ptp(of_series.to_numpy()) < np.ptp(y[name])
        expected = function(forecaster.estimator_, of_series)
        check_same(function(forecaster, y.loc[[name]]), expected)


def tables_of(kind):
    """Return y, or X and y, and the numbers of the ten latest rows of each series."""
    table, later = monthly(), [np.arange(50, 60)]
    if kind == "array":
        return [table["sales"].to_numpy()], later
    if kind != "one series":
        table = pd.concat({"b": table, "a": table[:-5] + 9}, names=["shop", "month"])
        later.append(np.arange(105, 115))
    names = ["sales"] if kind != "future column" else ["price", "sales"]
    return [table[name] for name in names], later


@pytest.mark.sample(2)
@pytest.mark.parametrize("function", FUNCTIONS[:2])
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("kind", ["array", "one series", "panel", "future column"])
def test_rows_of_the_next_forecast(function, strategy, kind):
    tables, later = tables_of(kind)
    known = np.delete(np.arange(len(tables[0])), np.concatenate(later))
    columns = [] if len(tables) == 1 else ["price"]
    forecaster = SequenceForecaster(
        make_pipe(), horizon=3, strategy=strategy, log=True, future_columns=columns
    ).fit(*(take(table, known) for table in tables))
    updated = deepcopy(forecaster)
    updated.update(*(take(table, np.concatenate(later)) for table in tables))
    # Windows end before the next rows, so the values of these do not matter.
    n_next = 3 if strategy == "direct" else 1
    asked = [np.concatenate([rows[:n_next] for rows in later])]
    if kind == "array":  # is recognized by the known values
        asked = [np.arange(50 + n_next)]
    else:
        asked += [later[-1][:n_next], np.concatenate([[7], later[-1][:n_next]])]
    for rows in asked:
        X = take(tables[0], rows)
        check_same(function(forecaster, X), function(updated, X))


def take(table, rows):
    return table[rows] if isinstance(table, np.ndarray) else table.iloc[rows]


@pytest.mark.parametrize("function", FUNCTIONS[:2])
def test_a_row_of_nan_has_the_window_of_the_next_prediction(function):
    table = monthly()
    pipe = make_pipe().fit(table[:40], table["sales"][:40])
    check_same(function(pipe, table[40:41] * np.nan), function(pipe, table[40:41]))


@pytest.mark.parametrize("function", FUNCTIONS[:2])
@pytest.mark.parametrize(
    ("strategy", "n"), [("direct", "2 steps"), ("recursive", "1 step")]
)
def test_windows_that_contain_predictions_are_not_shown(function, strategy, n):
    sales = monthly()["sales"]
    forecaster = SequenceForecaster(make_pipe(), horizon=2, strategy=strategy)
    with pytest.raises(ValueError, match=f"at most {n} after .* a row 10 steps after"):
        function(forecaster.fit(sales[:50]), sales)


@pytest.mark.parametrize("function", FUNCTIONS[:2])
def test_what_the_rows_of_a_forecaster_must_be(function):
    sales = monthly()["sales"]
    forecaster = SequenceForecaster(make_pipe(), horizon=2).fit(sales[:50])
    with pytest.warns(UserWarning, match="labels of known rows, but with other values"):
        function(forecaster, sales[:50] + 1)
    mean = FunctionTransformer(lambda X: X - X.mean())
    mixing = SequenceForecaster(make_pipe(mean), horizon=2).fit(sales)
    with pytest.raises(ValueError, match="may read neighbouring rows"):
        function(mixing, sales)


def test_permutations_need_the_values_that_the_network_predicts():
    sales = monthly()["sales"]
    forecaster = SequenceForecaster(make_pipe(), horizon=2).fit(sales)
    with pytest.raises(TypeError, match="takes no SequenceForecaster.*lag_relevance"):
        permutation_relevance(forecaster, sales, sales)


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
