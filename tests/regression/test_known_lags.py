"""Regressors that know in advance which feature contains the past of each target."""

import warnings

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PowerTransformer,
    StandardScaler,
)

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._series.target_origin import Target, TargetOrigin, note_target_origin
from skseq.exceptions import LaggedTargetWarning

LOGARITHM = FunctionTransformer(np.log, np.exp)
REGRESSORS = [LSTMRegressor(units=2, epochs=1, random_state=0), NaiveRegressor()]


def steps_ahead(values, horizon):
    """Return the values 1 to horizon steps after each window that ends earlier."""
    earlier = np.arange(len(values))[:, np.newaxis] - np.arange(horizon)[::-1]
    return values[np.maximum(earlier, 0)]


def fit(values, horizon, *, feature=0, scaler=None, regressor=REGRESSORS[1]):
    """Fit on a table of the target and noise, with a note of the target's place."""
    noise = np.random.default_rng(1).normal(size=(len(values), 2))
    X = np.column_stack([values, noise])
    y = steps_ahead(values, horizon)
    note_target_origin(
        y,
        TargetOrigin(
            (feature,) * horizon,
            tuple(range(1, horizon + 1)),
            (Target(),) * horizon,
        ),
    )
    windower = SequenceWindower(time_steps=4, horizon=horizon)
    pipe = make_pipeline(scaler or TargetAwareMinMaxScaler(), windower, regressor)
    return pipe.fit(X, y)[-1]


def walk(n=120):
    return np.random.default_rng(0).normal(size=n).cumsum()


@pytest.mark.sample(3)
@pytest.mark.parametrize("regressor", REGRESSORS, ids=lambda r: type(r).__name__)
@pytest.mark.parametrize(
    "scaler", [TargetAwareMinMaxScaler(), StandardScaler(), MinMaxScaler((-1, 1))]
)
@pytest.mark.parametrize("horizon", [1, 5, 30])
def test_feature_and_lag_are_those_of_the_note(regressor, scaler, horizon):
    fitted = fit(walk(), horizon, scaler=scaler, regressor=regressor)
    assert fitted.target_feature_.tolist() == [0] * horizon
    assert fitted.lag_.tolist() == list(range(1, horizon + 1))


@pytest.mark.parametrize("regressor", REGRESSORS, ids=lambda r: type(r).__name__)
def test_columns_may_have_moved(regressor):
    reordered = FunctionTransformer(lambda X: X[:, ::-1])
    fitted = fit(walk(), 3, scaler=reordered, regressor=regressor)
    assert fitted.target_feature_.tolist() == [2, 2, 2]
    assert fitted.lag_.tolist() == [1, 2, 3]


@pytest.mark.parametrize("regressor", REGRESSORS, ids=lambda r: type(r).__name__)
def test_a_target_that_rarely_changes_has_a_past(regressor):
    steps = np.repeat([0.0, 1.0], 60)
    fitted = fit(steps, 2, regressor=regressor)
    assert fitted.lag_.tolist() == [1, 2]


def test_a_straight_line_is_not_ambiguous():
    fitted = fit(np.arange(60.0), 3, scaler=StandardScaler())
    assert fitted.lag_.tolist() == [1, 2, 3]
    np.testing.assert_allclose(fitted.slope_, np.arange(60).std())


@pytest.mark.parametrize("scaled", [np.exp, np.zeros_like])
@pytest.mark.filterwarnings("ignore:.* networks learn from values")
def test_a_past_that_no_map_restores_is_said_to_be_unused(scaled):
    bent = FunctionTransformer(lambda X: np.column_stack([scaled(X[:, 0]), X[:, 1:]]))
    with pytest.warns(LaggedTargetWarning, match="the past of y is not a scaled copy"):
        fitted = fit(walk(), 2, scaler=bent, regressor=REGRESSORS[0])
    assert fitted.target_feature_.tolist() == [-1, -1]
    with pytest.raises(ValueError, match="No feature of X contains the past of y"):
        fit(walk(), 2, scaler=bent)


def test_a_constant_target_needs_no_past():
    with warnings.catch_warnings():
        warnings.simplefilter("error", LaggedTargetWarning)
        fitted = fit(np.ones(40), 2, regressor=REGRESSORS[0])
    assert fitted.target_feature_.tolist() == [-1, -1]


def test_few_rows_are_no_reason_to_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error", LaggedTargetWarning)
        for n_rows in range(6, 12):
            fit(walk(n_rows), 2, regressor=REGRESSORS[0])


@pytest.mark.parametrize("target_scaler", [PowerTransformer(), LOGARITHM], ids=str)
@pytest.mark.parametrize("horizon", [1, 4])
def test_a_bent_target_scaler_is_applied_to_the_past_of_all_steps(
    target_scaler, horizon
):
    values = np.exp(1 + walk() / 10)
    params = {"linear_weight": 0, "early_stopping": False, "epochs": 1}
    regressor = LSTMRegressor(units=2, target_scaler=target_scaler, **params)
    fitted = fit(values, horizon, regressor=regressor)
    assert fitted.lag_.tolist() == list(range(1, horizon + 1))
    # With weights of zero nothing is left but the last known value.
    (state,) = fitted._fitted_model.states
    for weight in state.weights.values():
        weight[:] = 0
    windows = steps_ahead(values, 4)[20:, :, np.newaxis]
    scaled = (windows - values.min()) / np.ptp(values)
    noise = np.zeros((len(windows), 4, 2))
    predictions = fitted.predict(np.concatenate([scaled, noise], axis=2))
    last = np.repeat(windows[:, -1], horizon, axis=1)
    # Each step has a power of its own, so the map between two of them is not exact.
    np.testing.assert_allclose(predictions.reshape(last.shape), last, rtol=0.05)


@pytest.mark.parametrize("every", [2, 3, 7])
@pytest.mark.parametrize("garbage", [False, True])
@pytest.mark.parametrize("horizon", [1, 2])
def test_the_past_is_found_where_only_some_rows_have_a_weight(every, garbage, horizon):
    y = walk(200)
    weight = (np.arange(200) % every == 0).astype(float)
    # Targets of rows without weight may be anything.
    target = np.where(weight > 0, y, 1e3) if garbage else y
    windower = SequenceWindower(time_steps=4, horizon=horizon)
    pipe = make_pipeline(TargetAwareMinMaxScaler(), windower, REGRESSORS[0])
    fitted = pipe.fit(y.reshape(-1, 1), target, lstmregressor__sample_weight=weight)[-1]
    assert fitted.target_feature_.tolist() == [0]
    assert fitted.lag_.tolist() == [horizon]
