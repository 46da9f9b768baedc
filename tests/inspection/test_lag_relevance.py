"""The gradient of predictions, compared with differences of `predict`."""

from itertools import product

import numpy as np
import pytest
from fitted_networks import PLAIN, fitted, walk_windows, with_missing_steps
from sklearn.decomposition import PCA
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skseq._series.windows import Windows
from skseq.inspection import lag_relevance

STEP = 1e-4
CELLS = ["lstm", "gru", "rnn", ("gru", "lstm")]
LOG = FunctionTransformer(np.log, np.exp)


def finite_differences(regressor, windows, output=0):
    """Differentiate predict in each value, by central differences of fourth order."""
    gradient = np.empty(windows.shape)
    for step, feature in product(*map(range, windows.shape[1:])):
        found = []
        for distance in (-2, -1, 1, 2):
            moved = windows.copy()
            moved[:, step, feature] += distance * STEP
            found.append(regressor.predict(moved).reshape(len(windows), -1)[:, output])
        far_low, low, high, far_high = found
        difference = 8 * (high - low) - (far_high - far_low)
        gradient[:, step, feature] = difference / (12 * STEP)
    # A missing value stays missing, so its difference is 0 as well.
    return gradient


def check_gradient(regressor, windows, output=0):
    found = lag_relevance(regressor, windows, output=output)
    expected = finite_differences(regressor, windows, output)
    # The differences lose about 1e-16 * 100 / STEP, relative to gradients near 1.
    scale = np.abs(expected).max()
    assert scale > 0
    np.testing.assert_allclose(found.gradient, expected, rtol=1e-6, atol=1e-8 * scale)
    means = np.abs(found.gradient).mean(axis=0)
    np.testing.assert_array_equal(found.mean_absolute, means)


@pytest.mark.sample(2)
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize(
    "params",
    [
        {"linear_weight": 0},
        {"linear_weight": 0.3, "n_members": 2},
        {"linear_weight": 0, "bidirectional": True, "dense_units": (5,)},
        {"linear_weight": 0, "dropout": 0.2, "recurrent_dropout": 0.3},
        {"linear_weight": 0, "patch_length": 2, "window_statistics": True},
        {"normalization": None, "dtype": "float64"},
        PLAIN,
        {"persistence": None, "linear_weight": 0.4},
    ],
    ids=str,
)
def test_gradients_equal_differences_of_predict(cell, params):
    units = (3, 4) if isinstance(cell, tuple) else 4
    level = params.get("level", 100)
    check_gradient(fitted(cell, units, **params), walk_windows(level)[0])


@pytest.mark.sample(3)
@pytest.mark.parametrize("linear_weight", [0, 0.5, 1])
@pytest.mark.parametrize("scaler", ["minmax", StandardScaler(), LOG], ids=str)
def test_gradients_are_in_the_units_of_y(scaler, linear_weight):
    params = {"target_scaler": scaler, "linear_weight": linear_weight}
    check_gradient(fitted(**params), walk_windows()[0])


@pytest.mark.parametrize("params", [{}, PLAIN], ids=["normalized", "plain"])
def test_missing_steps_pass_their_gradient_to_where_they_are_filled_from(params):
    windows = with_missing_steps(walk_windows(params.get("level", 100))[0])
    regressor = fitted(**params)
    check_gradient(regressor, windows)
    gradient = lag_relevance(regressor, windows).gradient
    assert (gradient[np.isnan(windows)] == 0).all()
    assert (gradient[~np.isnan(windows)] != 0).all()


def several_targets():
    windows, walk = walk_windows()
    return np.column_stack([walk, windows[:, -1, 0] + walk / 50, np.full(len(walk), 7)])


@pytest.mark.parametrize("output", [0, 1])
def test_each_of_several_outputs(output):
    check_gradient(fitted(y=several_targets()), walk_windows()[0], output)


def test_a_scaler_that_mixes_targets():
    params = PLAIN | {"target_scaler": PCA(2), "y": several_targets()[:, :2]}
    check_gradient(fitted(**params), walk_windows(level=0)[0], 1)


def test_a_constant_target_depends_on_nothing():
    relevance = lag_relevance(fitted(y=several_targets()), walk_windows()[0], output=2)
    assert (relevance.gradient == 0).all()


@pytest.mark.parametrize("output", [0, 1, 2])
def test_quantiles_that_cross_are_sorted(output):
    quantiles = {"loss": "quantile", "quantile": (0.3, 0.5, 0.7), "epochs": 1}
    regressor, (windows, _) = fitted(linear_weight=0, **quantiles), walk_windows()
    model = regressor._fitted_model
    unsorted = np.diff(model.predict_scaled(model.prepare(Windows.of(windows))))
    assert (unsorted < 0).any()
    check_gradient(regressor, windows, output)


def test_a_naive_forecast_reads_only_the_last_value():
    regressor, (windows, _) = fitted(linear_weight=1), walk_windows()
    linear = regressor._fitted_model.linear
    linear.kernel[:] = linear.bias[:] = 0  # no change from the last value
    expected = np.zeros(windows.shape)
    expected[:, -1, 1] = 1
    found = lag_relevance(regressor, windows).gradient
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_a_level_added_to_the_window_is_added_to_the_prediction():
    relevance = lag_relevance(fitted(), walk_windows()[0])
    by_feature = relevance.gradient.sum(axis=1)
    # Feature 1 is normalized and contains the past of the target.
    np.testing.assert_allclose(by_feature[:, 1], 1, rtol=1e-10)


def test_steps_and_names_of_windows_without_columns():
    relevance = lag_relevance(fitted(), walk_windows()[0])
    assert relevance.steps.tolist() == [-6, -5, -4, -3, -2, -1]
    assert list(relevance.feature_names) == ["feature 0", "feature 1", "feature 2"]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["native", "keras"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize(
    "params",
    [
        {"bidirectional": True, "dense_units": (5,), "n_members": 2},
        {"normalization": None, "target_scaler": None},
        {"patch_length": 2, "window_statistics": True},
    ],
    ids=str,
)
def test_gradients_equal_those_of_tensorflow(cell, engine, params):
    tensorflow = pytest.importorskip("tensorflow")
    windows, y = walk_windows()
    regressor = fitted(cell, dtype="float64", engine=engine, **params)
    x = tensorflow.constant(windows)
    with tensorflow.GradientTape() as tape:
        tape.watch(x)
        predicted = regressor.model_(x)
    gradient = tape.gradient(predicted, x).numpy()
    if regressor.target_scaler_ is not None:
        gradient *= np.ptp(y)  # model_ predicts the scaled target
    found = lag_relevance(regressor, windows).gradient
    np.testing.assert_allclose(found, gradient, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("output", [1, -1, 0.0])
def test_outputs_that_do_not_exist(output):
    with pytest.raises(ValueError, match="output must be an integer from 0 to 0"):
        lag_relevance(fitted(), walk_windows()[0], output=output)
