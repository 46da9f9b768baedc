"""SequenceForecaster as an estimator of scikit-learn."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from series_to_forecast import (
    STRATEGIES,
    forecaster,
    linear_pipe,
    months,
    naive_pipe,
    network_pipe,
    oscillation,
    seasonal,
    shops,
    walk,
)
from sklearn.base import clone, is_regressor
from sklearn.ensemble import StackingRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_html_repr

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_rows_in_are_rows_out(strategy):
    y = walk(60)
    fitted = forecaster(naive_pipe(), horizon=3, strategy=strategy).fit(y)
    following = pd.Series(0.0, months(63)[58:])
    predictions = fitted.predict(following)
    # Two known rows from the row before each, three from the last known one.
    expected = [*y.iloc[[57, 58]], *[y.iloc[59]] * 3]
    if strategy == "direct":
        # The forecast of the last three rows ends with the last row.
        expected[:2] = [y.iloc[56]] * 2
    np.testing.assert_allclose(predictions, expected)
    assert fitted.predict(y).shape == (60,)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("horizon", [1, 4])
def test_known_rows_are_predicted_one_step_ahead(strategy, horizon):
    y = oscillation(60)
    fitted = forecaster(horizon=horizon, strategy=strategy).fit(y)
    np.testing.assert_allclose(fitted.predict(y)[5:], y[5:], atol=1e-7)
    assert np.isfinite(fitted.predict(y)).all()
    in_part = fitted.predict(y[10:30])
    np.testing.assert_array_equal(in_part, fitted.predict(y)[10:30])


def test_rows_of_arrays_are_the_known_ones_if_they_begin_as_these():
    y = oscillation(60).to_numpy()
    fitted = forecaster(horizon=3).fit(y[:50])
    np.testing.assert_allclose(fitted.predict(y[:53])[5:], y[5:53], atol=1e-7)
    np.testing.assert_allclose(fitted.predict(np.zeros(3)), y[50:53], atol=1e-7)


@pytest.mark.sample(4)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    "column",
    [
        np.arange(60) % 12,  # a calendar
        np.arange(60) // 2 % 6,
        np.zeros(60),
        np.arange(60) >= 55,  # a promotion that begins late
    ],
)
@pytest.mark.parametrize("n_known", [36, 48])
def test_rows_of_arrays_follow_if_known_values_repeat(strategy, column, n_known):
    X, y = column[:, np.newaxis].astype(float), walk(60).to_numpy()
    pipe = naive_pipe(12)
    options = {"horizon": 12, "strategy": strategy, "future_columns": [0]}
    fitted = forecaster(pipe, **options).fit(X[:n_known], y[:n_known])
    following = X[n_known : n_known + 12]
    expected = fitted.forecast(12, following)
    if np.array_equal(following, X[:12]):
        with pytest.warns(UserWarning, match="values repeat"):
            predictions = fitted.predict(following)
    else:
        predictions = fitted.predict(following)
    np.testing.assert_allclose(predictions, expected)
    # As many rows as fit had are those of fit, whatever they hold.
    known = fitted.predict(X[:n_known])
    np.testing.assert_allclose(known[5 : n_known - 11], y[4 : n_known - 12])


def test_folds_of_arrays_with_a_calendar_are_scored_after_their_training_part():
    X, y = np.arange(96.0)[:, np.newaxis] % 12, walk(96).to_numpy()
    months_of_y = months(96)
    one = forecaster(naive_pipe(12), horizon=12, future_columns=[0])
    cv = TimeSeriesSplit(3, test_size=12)
    with pytest.warns(UserWarning, match="values repeat"):
        of_arrays = cross_val_score(one, X, y, cv=cv)
    table = pd.DataFrame({"month": X[:, 0]}, index=months_of_y)
    one.set_params(future_columns=["month"])
    of_frames = cross_val_score(one, table, pd.Series(y, months_of_y), cv=cv)
    np.testing.assert_array_equal(of_arrays, of_frames)


def test_score_is_r2_of_the_predictions():
    y = walk(60)
    fitted = forecaster(naive_pipe(), horizon=5).fit(y[:55])
    assert fitted.score(y[55:]) == fitted.score(y[55:], y[55:])
    assert fitted.score(y[55:]) == r2_score(y[55:], fitted.forecast())


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_search_chooses_the_length_of_windows(strategy):
    y = seasonal()
    pipe = naive_pipe(12, "seasonal", season_length=12)
    one = forecaster(pipe, horizon=4, strategy=strategy)
    grid = {"estimator__naiveregressor__strategy": ["mean", "seasonal"]}
    grid["estimator__sequencewindower__time_steps"] = [12, 24]
    search = GridSearchCV(one, grid, cv=TimeSeriesSplit(3, test_size=4))
    search.fit(y.to_frame(), y)
    assert search.best_params_["estimator__naiveregressor__strategy"] == "seasonal"
    assert search.best_score_ == 1
    alone = clone(search).fit(y.to_frame())
    assert alone.best_params_ == search.best_params_


@pytest.mark.filterwarnings("ignore:.* cuts the windows itself")
def test_a_search_may_be_inside():
    grid = {"sequencewindower__time_steps": [1, 3]}
    cv = TimeSeriesSplit(2, test_size=10)
    y = oscillation()
    fitted = forecaster(GridSearchCV(linear_pipe(), grid, cv=cv), horizon=2)
    fitted.fit(y[:100])
    assert fitted.estimator_.best_params_ == {"sequencewindower__time_steps": 3}
    expected = y[100:102]
    pd.testing.assert_series_equal(fitted.forecast(), expected, atol=1e-7)


def test_cross_validation_by_folds_that_do_not_follow_is_an_error():
    y = walk(60)
    with pytest.raises(ValueError, match="test_size=3"):
        cross_val_score(
            forecaster(naive_pipe(), horizon=3),
            y.to_frame(),
            y,
            cv=TimeSeriesSplit(3),
            error_score="raise",
        )


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("make", [walk, shops], ids=["one", "many"])
def test_copies_forecast_the_same_bits(strategy, make):
    y = make()
    fitted = forecaster(network_pipe(), horizon=3, strategy=strategy).fit(y)
    expected = fitted.forecast(coverage=0.5)
    for copy in (pickle.loads(pickle.dumps(fitted)), clone(fitted).fit(y)):
        pd.testing.assert_frame_equal(copy.forecast(coverage=0.5), expected)
    threads = joblib.Parallel(2, backend="threading")(
        joblib.delayed(fitted.forecast)() for _ in range(4)
    )
    assert all(forecast.equals(expected["prediction"]) for forecast in threads)


def test_fit_changes_no_parameter():
    pipe = network_pipe()
    before = repr(pipe)
    fitted = forecaster(pipe, horizon=3, future_columns=["price"])
    X = pd.DataFrame({"price": walk(seed=1)})
    fitted.fit(X, walk())
    assert repr(pipe) == before
    assert fitted.estimator is pipe
    assert fitted.estimator_[1].horizon == 3
    assert fitted.estimator_[1].future_columns == ["price"]
    assert fitted.n_features_in_ == 1
    assert fitted.feature_names_in_.tolist() == ["price"]


def test_it_is_shown_with_its_pipeline():
    one = forecaster(network_pipe())
    assert is_regressor(one)
    for shown in (one, clone(one).fit(walk())):
        html = estimator_html_repr(shown)
        assert "SequenceWindower" in html and "LSTMRegressor" in html
    assert "estimator__lstmregressor__units" in one.get_params()
    assert repr(SequenceForecaster(horizon=2)) == "SequenceForecaster(horizon=2)"


def test_a_target_alone_may_be_a_series_or_a_frame():
    y = oscillation(60)
    for first, second in [(y, y.to_frame()), (y.to_frame(), y)]:
        fitted = forecaster(horizon=2).fit(first[:50])
        fitted.update(second[50:58])
        expected = y[58:].to_numpy()
        np.testing.assert_allclose(np.ravel(fitted.forecast()), expected, atol=1e-7)
        predictions = fitted.predict(second)
        np.testing.assert_allclose(np.ravel(predictions[5:]), y[5:], atol=1e-7)


@pytest.mark.sample(2)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("final", [None, Ridge()], ids=["default", "ridge"])
@pytest.mark.parametrize("in_search", [False, True])
def test_a_stack_of_regressors_is_the_last_step(final, strategy, in_search):
    stack = StackingRegressor(
        [("last", NaiveRegressor("last")), ("mean", NaiveRegressor("mean"))],
        final_estimator=final,
        cv=KFold(3),
    )
    pipe = make_pipeline(SequenceWindower(4), stack)
    if in_search:
        pipe = GridSearchCV(
            pipe, {"stackingregressor__passthrough": [False]}, cv=TimeSeriesSplit(2)
        )
    one = forecaster(pipe, strategy=strategy, horizon=1).fit(walk(60))
    assert np.isfinite(one.forecast()).all()
