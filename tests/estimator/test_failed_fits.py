"""After a refit of a Pipeline fails in any of our steps, later calls warn."""

import pickle
import warnings
from copy import copy, deepcopy

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

N_TRAIN = 60
DAYS = pd.date_range("2020-01-01", periods=100, name="day")
X = pd.DataFrame(
    {"y": np.random.default_rng(0).normal(size=100).cumsum() + 50}, index=DAYS
)
Y = X["y"]

SCALERS = {
    "min-max": TargetAwareMinMaxScaler(),
    "standard": StandardScaler().set_output(transform="pandas"),
}
REGRESSORS = {
    "naive": NaiveRegressor(),
    "network": LSTMRegressor(2, epochs=1, random_state=0),
}


def fitted_pipe(scaler="min-max", regressor="naive"):
    steps = clone(SCALERS[scaler]), SequenceWindower(4), clone(REGRESSORS[regressor])
    return make_pipeline(*steps).fit(X[:N_TRAIN], Y[:N_TRAIN])


def newer(**changes):
    """Return newer rows, with another range than those of the first fit."""
    rows = X[:90].copy()
    rows.iloc[70, 0] = 90
    for row, value in changes.items():
        rows.iloc[int(row.removeprefix("row")), 0] = value
    return rows, rows["y"].ffill()


def with_duplicate():
    rows, y = newer()
    index = rows.index[:-1].append(rows.index[-2:-1])
    return rows.set_axis(index), y.set_axis(index)


FAILURES = {
    "NaN": ({}, lambda: newer(row80=np.nan), "NaN"),
    "duplicate label": ({}, with_duplicate, "duplicates"),
    "invalid parameter": ({"time_steps": 0}, newer, "time_steps"),
    "unknown column": ({"future_columns": ["price"]}, newer, "future_columns"),
    "too few rows": ({"time_steps": 200}, newer, "rows"),
}


@pytest.mark.parametrize("regressor", REGRESSORS)
@pytest.mark.parametrize("scaler", SCALERS)
@pytest.mark.parametrize("failure", FAILURES)
def test_predict_warns_of_a_failed_windower(failure, scaler, regressor):
    params, make_rows, match = FAILURES[failure]
    pipe = fitted_pipe(scaler, regressor)
    windower = pipe[1]
    before = windower.get_params()
    windower.set_params(**params)
    with pytest.raises(ValueError, match=match):
        pipe.fit(*make_rows())
    windower.set_params(**before)
    for _ in range(2):
        with pytest.warns(FitFailedWarning, match="last fit of SequenceWindower fail"):
            pipe.predict(X[N_TRAIN:])
    pipe.fit(*newer()).predict(X[90:])


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
@pytest.mark.parametrize("params", [{}, {"time_steps": 0}], ids=["rows", "parameter"])
def test_transform_warns_until_the_windower_is_fitted_again(method, params):
    windower = SequenceWindower(4).fit(X[:N_TRAIN])
    expected = windower.transform(X)
    fit = getattr(windower.set_params(**params), method)
    with pytest.raises(ValueError, match="time_steps|NaN"):
        fit(newer(row80=np.nan)[0])
    windower.set_params(time_steps=4)
    copies = windower, copy(windower), deepcopy(windower)
    for again in (*copies, pickle.loads(pickle.dumps(windower))):
        for call in (again.transform, again.complete_windows):
            with pytest.warns(FitFailedWarning, match="fit the whole Pipeline again"):
                windows = call(X)
        with pytest.warns(FitFailedWarning):
            windows = again.transform(X)
        np.testing.assert_array_equal(windows, expected)
        fit = getattr(again, method)
        fit(X[:N_TRAIN])
        np.testing.assert_array_equal(again.transform(X), expected)
    clone(windower).fit(X).transform(X)


def test_a_failed_first_fit_is_not_noted():
    windower = SequenceWindower()
    with pytest.raises(ValueError, match="NaN"):
        windower.fit(newer(row80=np.nan)[0])
    windower.fit(X).transform(X)


def test_an_interrupted_refit_is_noted():
    class Interrupted(SequenceWindower):
        def _learn(self, rows, y):
            if len(rows) == len(X):
                raise KeyboardInterrupt
            return super()._learn(rows, y)

    windower = Interrupted(4).fit(X[:N_TRAIN])
    with pytest.raises(KeyboardInterrupt):
        windower.fit(X)
    with pytest.warns(FitFailedWarning, match="last fit of Interrupted failed"):
        windower.transform(X)


@pytest.mark.parametrize("regressor", REGRESSORS)
def test_predict_warns_of_a_failed_regressor(regressor):
    pipe = fitted_pipe(regressor=regressor)
    invalid = {"naive": {"strategy": "best"}, "network": {"epochs": 0}}[regressor]
    before = {name: getattr(pipe[-1], name) for name in invalid}
    pipe[-1].set_params(**invalid)
    with pytest.raises(ValueError, match=next(iter(invalid))):
        pipe.fit(*newer())
    pipe[-1].set_params(**before)
    for again in (pipe, pickle.loads(pickle.dumps(pipe))):
        for _ in range(2):
            with pytest.warns(FitFailedWarning, match="fitted on other rows"):
                again.predict(X[90:])
    pipe.fit(*newer()).predict(X[90:])


@pytest.mark.parametrize("regressor", REGRESSORS)
def test_predict_warns_of_a_scaler_that_failed_after_another_step(regressor):
    scalers = [SCALERS["standard"], TargetAwareMinMaxScaler()]
    pipe = make_pipeline(*scalers, SequenceWindower(4), REGRESSORS[regressor])
    pipe = clone(pipe).fit(X[:N_TRAIN], Y[:N_TRAIN])
    rows, y = newer()
    with pytest.raises(ValueError, match="same index"):
        pipe.fit(rows, y.shift(1, freq="D"))
    with pytest.warns(FitFailedWarning, match="of TargetAwareMinMaxScaler failed"):
        pipe.predict(X[N_TRAIN:])
    pipe.fit(rows, y).predict(X[90:])


@pytest.mark.parametrize("regressor", REGRESSORS)
def test_refits_that_succeed_do_not_warn(regressor):
    pipe = fitted_pipe(regressor=regressor)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FitFailedWarning)
        pipe.predict(X[N_TRAIN:])
        pipe[-1].fit(pipe[:-1].transform(X[:N_TRAIN]), Y[:N_TRAIN])
        pipe.predict(X[N_TRAIN:])
        pipe.fit(*newer()).predict(X[90:])


def test_windows_without_origin_are_not_compared():
    windows = np.array(SequenceWindower(4).fit_transform(X))
    naive = NaiveRegressor().fit(windows, Y)
    naive.predict(SequenceWindower(4).fit_transform(newer()[0]))


def test_windows_of_another_windower_warn():
    half = FunctionTransformer(lambda rows: rows / 2)
    pipe = make_pipeline(half, SequenceWindower(4), NaiveRegressor()).fit(X, Y)
    with pytest.warns(FitFailedWarning, match="fitted on other rows"):
        pipe[-1].predict(SequenceWindower(4).fit_transform(newer()[0]))


@pytest.mark.parametrize("is_panel", [False, True], ids=["middle row", "series name"])
def test_windows_of_a_fit_on_slightly_other_rows_warn(is_panel):
    rows, other = X.copy(), X.copy()
    if is_panel:
        rows, other = (pd.concat({name: rows, "b": rows}) for name in ("a", "c"))
    else:
        other.iloc[50] += 1e-6
    windower = SequenceWindower(4)
    naive = NaiveRegressor().fit(windower.fit_transform(rows), rows["y"])
    naive.predict(SequenceWindower(4).fit_transform(rows))
    with pytest.warns(FitFailedWarning, match="fitted on other rows"):
        naive.predict(windower.fit_transform(other))
