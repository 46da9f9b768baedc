"""Quantiles in Keras: the fitted model, SciKeras, and networks of the user's own."""

import pickle

import numpy as np
import pytest
from quantile_series import SEVERAL, autoregression, quantile_regressor
from small_series import pipe_of, windows_and_target
from test_fresh_processes import build_network, ignore_array_copies

from skseq import KerasSequenceRegressor

pytestmark = pytest.mark.slow


def unscaled(regressor, scaled):
    """Scale the predictions of a model of one target back to the units of y."""
    column = scaled.astype(float).reshape(-1, 1)
    return regressor.target_scaler_.inverse_transform(column).reshape(scaled.shape)


def with_past():
    X, y = autoregression(120)
    return pipe_of(time_steps=6)[:-1].fit_transform(X, y)[6:], y[6:]


@pytest.mark.parametrize("make", [windows_and_target, with_past])
@pytest.mark.parametrize("n_members", [1, 2])
@pytest.mark.parametrize("quantile", [0.9, SEVERAL], ids=str)
def test_the_model_predicts_sorted_quantiles(make, n_members, quantile):
    windows, y = make()
    # So many of its quantiles cross before they are sorted.
    params = {"n_members": n_members, "linear_weight": 0.1, "epochs": 1}
    if make is windows_and_target:
        del params["linear_weight"]
    regressor = quantile_regressor(quantile, dtype="float64", **params)
    predicted = regressor.fit(windows, y).predict(windows).reshape(len(y), -1)
    scaled = regressor.model_.predict(windows, verbose=0)
    assert scaled.shape == predicted.shape
    np.testing.assert_allclose(unscaled(regressor, scaled), predicted, rtol=1e-9)


@ignore_array_copies
@pytest.mark.parametrize(
    ("quantile", "n_targets"),
    [(0.9, None), ([0.9], None), (SEVERAL, None), (SEVERAL, 2)],
)
def test_to_scikeras_predicts_and_trains_quantiles(quantile, n_targets):
    windows, y = windows_and_target()
    y = y if n_targets is None else np.column_stack([y, y[::-1]])
    regressor = quantile_regressor(quantile).fit(windows, y)
    exported = regressor.to_scikeras()
    expected = regressor.predict(windows)
    found = exported.predict(windows)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    again = pickle.loads(pickle.dumps(exported))
    np.testing.assert_allclose(again.predict(windows), expected, rtol=1e-6)
    before = exported.model_.get_weights()
    exported.partial_fit(windows, y)
    assert np.abs(exported.model_.get_weights()[0] - before[0]).max() > 0


@pytest.mark.parametrize("quantile", [0.9, SEVERAL], ids=str)
def test_both_engines_predict_alike(quantile):
    windows, y = with_past()
    predictions = [
        quantile_regressor(quantile, dtype="float64", engine=engine)
        .fit(windows, y)
        .predict(windows)
        for engine in ("native", "keras")
    ]
    np.testing.assert_allclose(*predictions, rtol=1e-8)


def test_a_network_of_ones_own_predicts_quantiles():
    windows, y = windows_and_target()
    regressor = quantile_regressor(epochs=2).fit(windows, y)
    custom = KerasSequenceRegressor(
        build_network, loss="quantile", quantile=SEVERAL, epochs=2, random_state=0
    )
    predicted = custom.fit(windows, np.column_stack([y, -y])).predict(windows)
    assert predicted.shape == (40, 6)
    assert (np.diff(predicted.reshape(40, 2, 3), axis=2) >= 0).all()
    assert custom.n_outputs_ == 2
    assert regressor.n_outputs_ == 1
