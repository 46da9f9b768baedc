"""The regressors: what they scale, leave out, keep and give back."""

import pickle
import random
import threading

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler
from small_series import (
    DEFAULTS,
    N_WINDOWS,
    SHAPE,
    quick,
    same_weights,
    windows_and_target,
)

from skseq import RecurrentRegressor
from skseq._regression import base


@pytest.fixture(
    scope="module",
    autouse=True,
    params=["auto", pytest.param("keras", marks=pytest.mark.slow)],
)
def engine(request):
    """Train natively where that is possible, and in the slow part with Keras alone."""
    DEFAULTS["engine"] = request.param
    return request.param


@pytest.fixture(scope="module")
def fitted(engine):
    windows, y = windows_and_target()
    return quick().fit(windows, y)


def test_it_learns_and_predicts_in_the_units_of_y():
    windows, y = windows_and_target()
    regressor = quick(units=8, epochs=80).fit(windows, y)
    predicted = regressor.predict(windows)
    assert predicted.dtype == np.float64
    assert regressor.score(windows, y) == r2_score(y, predicted) > 0.8
    assert regressor.n_iter_ == len(regressor.history_["loss"]) == 80


@pytest.mark.parametrize("shape", [(N_WINDOWS,), (N_WINDOWS, 1), (N_WINDOWS, 2)])
def test_predictions_have_the_shape_of_y(shape):
    windows, y = windows_and_target()
    y = y if len(shape) == 1 else np.column_stack([y] * shape[1])
    regressor = quick(epochs=1).fit(windows, y)
    assert regressor.predict(windows[:5]).shape == (5, *shape[1:])


def test_a_table_is_windows_of_one_step():
    windows, y = windows_and_target()
    table = windows[:, -1]
    of_table = quick().fit(table, y)
    of_windows = quick().fit(windows[:, -1:], y)
    assert_array_equal(of_table.predict(table), of_windows.predict(windows[:, -1:]))
    assert (of_table.n_dims_in_, of_windows.n_dims_in_) == (2, 3)
    with pytest.raises(ValueError, match="fitted on a table.*X has 3 dim"):
        of_table.predict(windows[:, -1:])
    with pytest.raises(ValueError, match="fitted on windows.*X has 2 dim"):
        of_windows.predict(table)


def test_incomplete_windows_are_left_out_of_fit(fitted):
    windows, y = windows_and_target()
    gap = np.full((5, *SHAPE), np.nan)
    gap[:, -1] = 0.5
    more = np.concatenate([gap, windows]), np.concatenate([y[:5], y])
    assert same_weights(quick().fit(*more), fitted)


def test_predictions_from_missing_steps_are_finite(fitted):
    windows, _ = windows_and_target()
    incomplete = windows.copy()
    incomplete[0, 1, 0] = np.nan
    incomplete[1, 0] = np.nan
    incomplete[2, :, 2] = np.nan
    filled = incomplete.copy()
    filled[0, 1, 0] = filled[0, 0, 0]
    filled[1, 0] = filled[1, 1]
    filled[2, :, 2] = windows[:, :, 2].mean()
    assert_array_equal(fitted.predict(incomplete), fitted.predict(filled))


def test_a_constant_target_is_predicted_exactly():
    windows, y = windows_and_target()
    both = np.column_stack([np.full_like(y, 0.1), y])
    for scaler in ("minmax", StandardScaler(), None):
        regressor = quick(target_scaler=scaler, epochs=1)
        predicted = regressor.fit(windows, both / 1e6).predict(windows)
        assert (predicted[:, 0] == 0.1 / 1e6).all()
        assert np.ptp(predicted[:, 1]) > 0


def test_early_stopping_holds_out_the_latest_windows_and_restores_the_best():
    windows, y = windows_and_target()
    options = {"early_stopping": True, "validation_fraction": 0.26, "dtype": "float64"}
    stopped = quick(epochs=30, n_iter_no_change=3, **options).fit(windows, y)
    losses = stopped.history_["val_loss"]
    assert stopped.best_epoch_ == np.argmin(losses)
    assert stopped.n_iter_ == len(losses)
    assert len(losses) == 30 or stopped.best_epoch_ == len(losses) - 4

    n_validation = int(np.ceil(0.26 * N_WINDOWS))
    late = slice(N_WINDOWS - n_validation, N_WINDOWS)
    scaled = (stopped.predict(windows[late]) - y[late]) / np.ptp(y)
    assert np.mean(scaled**2) == pytest.approx(min(losses), rel=1e-5)

    changed = y.copy()
    changed[late] = np.random.default_rng(1).permutation(y[late])
    alone = quick(epochs=1, **options).fit(windows, y)
    assert same_weights(quick(epochs=1, **options).fit(windows, changed), alone)


def test_validation_must_leave_windows_to_train_on():
    windows, y = windows_and_target()
    regressor = quick(early_stopping=True, validation_fraction=0.9)
    with pytest.raises(ValueError, match="takes 2 of 2 complete.*early_stopping=False"):
        regressor.fit(windows[:2], y[:2])


def test_the_same_seed_gives_the_same_result(fitted):
    windows, y = windows_and_target()
    assert same_weights(clone(fitted).fit(windows, y), fitted)
    assert not same_weights(quick(random_state=1).fit(windows, y), fitted)
    rng = np.random.RandomState(0)
    first, second = (quick(random_state=rng).fit(windows, y) for _ in range(2))
    assert same_weights(first, fitted)
    assert not same_weights(second, fitted)


def test_without_a_seed_numpy_seeds_the_fit():
    windows, y = windows_and_target()
    state = np.random.get_state()
    np.random.seed(7)
    one = quick(random_state=None, epochs=1).fit(windows, y)
    np.random.seed(7)
    two = quick(random_state=None, epochs=1).fit(windows, y)
    np.random.set_state(state)
    assert same_weights(one, two)


def test_fit_leaves_the_global_state_alone(fitted):
    import tensorflow as tf

    windows, y = windows_and_target()
    python, numpy = random.getstate(), pickle.dumps(np.random.get_state())
    tf.random.set_seed(5)
    drawn = tf.random.uniform(()).numpy()
    tf.random.set_seed(5)
    quick(dropout=0.2).fit(windows, y)
    assert random.getstate() == python
    assert pickle.dumps(np.random.get_state()) == numpy
    assert tf.random.uniform(()).numpy() == drawn


@pytest.mark.filterwarnings("ignore:y has values of about")
def test_divergence_is_an_error_that_changes_nothing(fitted):
    windows, y = windows_and_target()
    regressor = pickle.loads(pickle.dumps(fitted))
    before = regressor._fitted_model
    regressor.set_params(
        optimizer="sgd", learning_rate=1e30, epochs=20, target_scaler=None
    )
    with pytest.raises(ValueError, match="diverged: loss became .*learning_rate"):
        regressor.fit(windows, y)
    assert regressor._fitted_model is before


@pytest.mark.parametrize("dump", ["pickle", "joblib"])
def test_a_round_trip_keeps_every_bit(fitted, tmp_path, dump):
    windows, _ = windows_and_target()
    fitted.model_  # noqa: B018 - a built Keras model must not be in the way
    if dump == "pickle":
        again = pickle.loads(pickle.dumps(fitted))
    else:
        joblib.dump(fitted, tmp_path / "it")
        again = joblib.load(tmp_path / "it")
    assert_array_equal(again.predict(windows), fitted.predict(windows))
    assert len(pickle.dumps(fitted)) < 20_000


def test_the_model_is_plain_keras(fitted):
    import keras

    windows, _ = windows_and_target()
    assert type(fitted.model_) is keras.Sequential
    scaled = fitted.model_.predict(windows.astype(np.float32), verbose=0)
    predictions = fitted.target_scaler_.inverse_transform(scaled)[:, 0]
    np.testing.assert_allclose(predictions, fitted.predict(windows), rtol=1e-6)
    fitted.model_.set_weights([w * 0 for w in fitted.model_.get_weights()])
    np.testing.assert_allclose(predictions, fitted.predict(windows), rtol=1e-6)


@pytest.mark.sample(3)
@pytest.mark.parametrize("n_targets", [None, 1, 2])
def test_to_scikeras_predicts_in_the_units_of_y(n_targets):
    windows, y = windows_and_target()
    y = y if n_targets is None else np.column_stack([y] * n_targets)
    regressor = quick().fit(windows, y)
    exported = regressor.to_scikeras()
    for dtype in (np.float32, np.float64):
        predictions = exported.predict(windows.astype(dtype))
        assert predictions.shape == y.shape
        np.testing.assert_allclose(predictions, regressor.predict(windows), rtol=1e-6)
    before = exported.model_.get_weights()
    exported.partial_fit(windows, y)
    assert np.abs(exported.model_.get_weights()[0] - before[0]).max() > 0


def test_a_stack_has_the_layers_of_its_parameters():
    windows, y = windows_and_target()
    stack = quick(
        RecurrentRegressor,
        cell=("lstm", "lstm", "gru"),
        units=(6, 5, 4),
        dropout=0.2,
        epochs=1,
    ).fit(windows, y)
    layers = [type(layer).__name__ for layer in stack.model_.layers]
    assert layers == ["LSTM", "Dropout", "LSTM", "Dropout", "GRU", "Dense"]
    assert [layer.units for layer in stack.model_.layers[::2]] == [6, 5, 4]


def test_weights_of_rows():
    windows, y = windows_and_target()
    weights = np.r_[np.zeros(10), np.full(N_WINDOWS - 10, 2.5)]
    options = {"dtype": "float64", "batch_size": N_WINDOWS}
    weighted = quick(**options).fit(windows, y, sample_weight=weights)
    rest = quick(**options).fit(windows[10:], y[10:])
    assert same_weights(weighted, rest)
    assert weighted.target_scaler_.data_min_ == y[10:].min()


def test_the_target_is_scaled_by_all_its_rows_of_weight():
    windows, y = windows_and_target()
    windows = windows.copy()
    windows[np.argmax(y)] = np.nan
    regressor = quick(epochs=1, early_stopping=True).fit(windows, y)
    assert regressor.target_scaler_.data_max_ == y.max()


def test_a_predict_beside_a_refit_uses_the_old_fit_or_the_new_one(monkeypatch):
    windows, y = windows_and_target()
    regressor = quick().fit(windows, y)
    before = regressor.predict(windows)

    def refit_meanwhile(model, windows, columns):
        monkeypatch.undo()
        regressor.fit(10 * windows.cut(), 1000 * y)

    monkeypatch.setattr(base, "warn_about_other_range", refit_meanwhile)
    assert_array_equal(regressor.predict(windows), before)
    after = quick().fit(10 * windows, 1000 * y)
    assert_array_equal(regressor.predict(10 * windows), after.predict(10 * windows))


def test_threads_that_predict_and_refit_see_whole_fits():
    windows, y = windows_and_target()
    regressor = quick(epochs=1).fit(windows, y)
    other = quick(epochs=1).fit(windows, 1000 * y)
    valid = {r.predict(windows).tobytes() for r in (regressor, other)}
    done = threading.Event()
    seen = []

    def predict():
        while not done.is_set():
            seen.append(regressor.predict(windows).tobytes())

    threads = [threading.Thread(target=predict) for _ in range(2)]
    for thread in threads:
        thread.start()
    for factor in [1000, 1] * 5:
        regressor.fit(windows, factor * y)
    done.set()
    for thread in threads:
        thread.join()
    assert set(seen) <= valid
