"""Several steps of a window in one step of a network."""

import pickle

import numpy as np
import pytest
from small_series import pipe_of, quick, same_weights, walk, windows_and_target

from skseq import GRURegressor, RecurrentRegressor


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"bidirectional": True, "n_members": 2},
        {"dropout": 0.3, "recurrent_dropout": 0.2},
        {"units": (3, 4), "dense_units": 2},
        pytest.param({"engine": "keras", "dropout": 0.3}, marks=pytest.mark.slow),
    ],
    ids=str,
)
@pytest.mark.parametrize("cls", [GRURegressor, RecurrentRegressor])
def test_patches_are_windows_reshaped_by_hand(cls, params):
    windows, y = windows_and_target()
    by_hand = windows.reshape(len(windows), 2, 6)
    one = quick(cls, patch_length=2, **params).fit(windows, y)
    other = quick(cls, **params).fit(by_hand, y)
    assert same_weights(one, other)
    np.testing.assert_array_equal(one.predict(windows), other.predict(by_hand))


def test_normalization_and_linear_forecast_are_by_step():
    X, y = walk()
    one, other = (
        pipe_of(time_steps=12, patch_length=n, linear_weight=1).fit(X, y)
        for n in (1, 4)
    )
    np.testing.assert_array_equal(one.predict(X), other.predict(X))
    models = [
        pipe_of(time_steps=12, patch_length=n).fit(X, y)[-1]._fitted_model
        for n in (1, 4)
    ]
    normalizations = [model.architecture.normalization for model in models]
    assert normalizations[0] == normalizations[1]
    assert models[1].states[0].weights["lstm_0/forward/kernel"].shape[0] == 4


def test_statistics_of_a_window_are_read_once_for_each_patch():
    X, y = walk()
    pipe = pipe_of(time_steps=12, patch_length=4, window_statistics=True).fit(X, y)
    assert pipe[-1]._fitted_model.architecture.input_shape == (3, 4 + 2)
    assert np.isfinite(pipe.predict(X)).all()


@pytest.mark.parametrize(
    ("time_steps", "patch_length", "nearest"),
    [(12, 5, 10), (13, 5, 15), (3, 24, 24), (25, 24, 24)],
)
def test_windows_that_are_no_multiple_are_an_error(time_steps, patch_length, nearest):
    X, y = walk()
    pipe = pipe_of(time_steps=time_steps, patch_length=patch_length)
    match = rf"multiple of it, but time_steps={time_steps}. .* time_steps={nearest},"
    with pytest.raises(ValueError, match=match):
        pipe.fit(X, y)


@pytest.mark.parametrize("patch_length", [0, -1, 1.5, True, "day"])
def test_other_values_are_errors(patch_length):
    windows, y = windows_and_target()
    with pytest.raises(ValueError, match="'patch_length' parameter"):
        quick(patch_length=patch_length).fit(windows, y)


def test_a_warm_start_continues_and_cannot_change_it():
    windows, y = windows_and_target()
    params = {"patch_length": 2, "early_stopping": False}
    whole = quick(epochs=4, **params).fit(windows, y)
    parts = quick(epochs=2, warm_start=True, **params).fit(windows, y)
    parts = pickle.loads(pickle.dumps(parts)).fit(windows, y)
    assert same_weights(parts, whole)
    with pytest.raises(ValueError, match="patch_length 2 -> 4"):
        parts.set_params(patch_length=4).fit(windows, y)


@pytest.mark.slow
# Can go when Keras copies variables as NumPy 2 asks for it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("engine", ["native", "keras"])
def test_exported_models_take_windows(engine):
    X, y = walk()
    params = {"patch_length": 4, "engine": engine, "linear_weight": 0.5}
    pipe = pipe_of(time_steps=12, n_members=2, **params).fit(X, y)
    windows = np.asarray(pipe[:-1].transform(X))[12:]
    expected = pipe.predict(X)[12:]
    scaled = pipe[-1].model_.predict(windows, verbose=0)
    unscaled = pipe[-1].target_scaler_.inverse_transform(scaled)[:, 0]
    np.testing.assert_allclose(unscaled, expected, rtol=1e-4, atol=1e-4)
    predicted = pickle.loads(pickle.dumps(pipe[-1].to_scikeras())).predict(windows)
    np.testing.assert_allclose(predicted, expected, rtol=1e-4, atol=1e-4)
