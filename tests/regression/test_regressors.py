"""The regressors: what they scale, leave out, keep and give back."""

import pickle
import random

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler

from skseq import GRURegressor, LSTMRegressor, RecurrentRegressor
from skseq._engine import keras
from skseq._regression.base import KEPT

N_WINDOWS, SHAPE = 40, (4, 3)
DEFAULTS = {"units": 3, "epochs": 2, "random_state": 0}


@pytest.fixture(
    scope="module",
    autouse=True,
    params=["auto", pytest.param("keras", marks=pytest.mark.slow)],
)
def engine(request):
    """Train natively where that is possible, and in the slow part with Keras alone."""
    DEFAULTS["engine"] = request.param
    return request.param


def windows_and_target(seed=0):
    """Make windows in [0, 1) and a target in the millions that they determine."""
    windows = np.random.default_rng(seed).random((N_WINDOWS, *SHAPE))
    return windows, 1e6 * (5 + windows[:, -1, 0] + windows[:, -2, 1])


def quick(cls=LSTMRegressor, **params):
    return cls(**DEFAULTS | params)


def same_weights(one, other):
    pairs = zip(
        one._states[0].weights.values(), other._states[0].weights.values(), strict=True
    )
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.fixture(scope="module")
def fitted(engine):
    windows, y = windows_and_target()
    return quick().fit(windows, y)


def test_it_learns_and_answers_in_the_units_of_y():
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


def test_missing_steps_are_answered_finitely(fitted):
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


def test_a_target_need_not_stay_constant():
    windows, y = windows_and_target()
    regressor = quick(epochs=1, target_scaler=None).fit(windows, 0 * y)
    assert (regressor.predict(windows) == 0).all()
    regressor.partial_fit(windows, y / 1e6)
    assert np.ptp(regressor.predict(windows)) > 0
    regressor = quick(epochs=1).fit(windows, 0 * y)
    for other in (y, 0 * y + 1):
        with pytest.raises(ValueError, match="was constant, but it has other values"):
            regressor.partial_fit(windows, other)


def test_early_stopping_looks_at_the_latest_windows_and_keeps_the_best():
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


def test_a_seed_is_a_result(fitted):
    windows, y = windows_and_target()
    assert same_weights(clone(fitted).fit(windows, y), fitted)
    assert not same_weights(quick(random_state=1).fit(windows, y), fitted)
    rng = np.random.RandomState(0)
    first, second = (quick(random_state=rng).fit(windows, y) for _ in range(2))
    assert same_weights(first, fitted)
    assert not same_weights(second, fitted)


def test_no_seed_follows_numpy():
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


def test_warm_start_goes_on():
    windows, y = windows_and_target()
    whole = quick(epochs=4, dropout=0.3).fit(windows, y)
    parts = quick(epochs=2, dropout=0.3, warm_start=True).fit(windows, y)
    parts = pickle.loads(pickle.dumps(parts)).fit(windows, y)
    assert same_weights(parts, whole)
    assert parts.history_ == whole.history_
    one_more = quick(epochs=5, dropout=0.3).fit(windows, y)
    assert same_weights(whole.partial_fit(windows, y), one_more)


def test_what_only_one_fit_recorded_is_nan_in_the_others():
    windows, y = windows_and_target()
    regressor = quick(epochs=2, warm_start=True)
    for stops in (False, True, False):
        regressor.set_params(early_stopping=stops).fit(windows, y)
    assert {len(losses) for losses in regressor.history_.values()} == {6}
    is_unknown = np.isnan(regressor.history_["val_loss"])
    assert is_unknown.tolist() == [True, True, False, False, True, True]
    assert np.isfinite(regressor.history_["loss"]).all()
    assert regressor.n_iter_ == 6


def test_a_fit_that_goes_on_keeps_the_best_of_its_own_epochs():
    windows, y = windows_and_target()
    params = {"epochs": 8, "early_stopping": True, "learning_rate": 0.2}
    regressor = quick(warm_start=True, **params).fit(windows, y)
    n_before = regressor.n_iter_
    regressor.set_params(learning_rate=10.0, epochs=3).fit(windows, y)
    losses = regressor.history_["val_loss"]
    assert min(losses[:n_before]) < min(losses[n_before:])
    assert regressor.best_epoch_ == n_before + np.argmin(losses[n_before:])


def test_what_goes_on_keeps_its_scales():
    windows, y = windows_and_target()
    regressor = quick(epochs=1).fit(windows, y)
    kept = set(KEPT) - {"_states", "_constants"}
    before = {name: getattr(regressor, name) for name in kept}
    regressor.partial_fit(windows * 2, y * 3)
    assert all(getattr(regressor, name) is value for name, value in before.items())


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"units": 4}, r"architecture has changed: units \(3,\) -> \(4,\)"),
        ({"dtype": "float64"}, "dtype float32 -> float64"),
        ({"optimizer": "sgd"}, "same optimizer"),
    ],
)
def test_another_network_cannot_go_on(params, match):
    windows, y = windows_and_target()
    regressor = quick(epochs=1, warm_start=True).fit(windows, y)
    before = regressor.predict(windows)
    with pytest.raises(ValueError, match=match):
        regressor.set_params(**params).fit(windows, y)
    assert_array_equal(regressor.predict(windows), before)
    with pytest.raises(ValueError, match="X has windows of shape"):
        regressor.set_params(units=3).fit(windows[:, :2], y)
    with pytest.raises(ValueError, match=r"y has 2 target\(s\)"):
        regressor.fit(windows, np.c_[y, y])


@pytest.mark.parametrize("stops", [False, True])
def test_members_are_single_networks_whose_answers_are_averaged(stops):
    windows, y = windows_and_target()
    params = {"dropout": 0.2, "epochs": 12, "early_stopping": stops}
    if stops:
        params |= {"n_iter_no_change": 1, "learning_rate": 0.1}
    seeds = np.random.RandomState(3)
    singles = [quick(random_state=seeds, **params).fit(windows, y) for _ in range(3)]
    seeds = np.random.RandomState(3)
    joint = quick(random_state=seeds, n_members=3, **params).fit(windows, y)
    mean = np.mean([single.predict(windows) for single in singles], axis=0)
    np.testing.assert_allclose(joint.predict(windows), mean, rtol=1e-6)
    first = np.mean([single.history_["loss"][0] for single in singles])
    assert joint.history_["loss"][0] == pytest.approx(first, rel=1e-6)
    assert joint.n_iter_ == max(single.n_iter_ for single in singles)
    if stops:
        assert len({single.n_iter_ for single in singles}) > 1
        assert joint.best_epoch_ == [single.best_epoch_ for single in singles]


def test_members_go_on_together():
    windows, y = windows_and_target()
    whole = quick(epochs=4, n_members=2).fit(windows, y)
    parts = quick(epochs=2, n_members=2, warm_start=True).fit(windows, y)
    assert_array_equal(parts.fit(windows, y).predict(windows), whole.predict(windows))
    with pytest.raises(ValueError, match=r"2 network\(s\).*n_members=3"):
        parts.set_params(n_members=3).fit(windows, y)


def test_members_that_stopped_apart_go_on_as_single_networks_do():
    windows, y = windows_and_target()
    params = {"epochs": 15, "early_stopping": True, "warm_start": True}
    params |= {"n_iter_no_change": 1, "learning_rate": 0.1}
    seeds = np.random.RandomState(3)
    singles = [quick(random_state=seeds, **params) for _ in range(3)]
    joint = quick(random_state=np.random.RandomState(3), n_members=3, **params)
    for _ in range(2):
        for regressor in (*singles, joint):
            regressor.fit(windows, y)
    assert len({single.n_iter_ for single in singles}) > 1
    mean = np.mean([single.predict(windows) for single in singles], axis=0)
    np.testing.assert_allclose(joint.predict(windows), mean, rtol=1e-6)
    assert joint.n_iter_ == len(joint.history_["loss"])
    assert all(0 <= best < joint.n_iter_ for best in joint.best_epoch_)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "SGD", "nadam"])
def test_settings_of_any_type_suit_the_optimizers_of_keras(optimizer):
    params = {"momentum": 0, "weight_decay": 0, "global_clipnorm": 1}
    options = LSTMRegressor(optimizer=optimizer, **params)._make_options()
    made = keras.make_optimizer(options)
    assert type(made).__name__.lower() == optimizer.lower()
    assert made.global_clipnorm == 1


def test_partial_fit_keeps_to_the_learning_rate():
    windows, y = windows_and_target()
    falling = quick(learning_rate_schedule="cosine").partial_fit(windows, y)
    assert same_weights(falling, quick().partial_fit(windows, y))
    fit = quick(learning_rate_schedule="cosine", epochs=1).fit(windows, y)
    assert not same_weights(falling, fit)


@pytest.mark.slow
def test_the_model_of_several_members_answers_their_mean():
    windows, y = windows_and_target()
    joint = quick(n_members=2, dense_units=3).fit(windows, y)
    scaled = joint.model_.predict(windows, verbose=0)
    expected = joint.target_scaler_.inverse_transform(scaled)[:, 0]
    np.testing.assert_allclose(joint.predict(windows), expected, rtol=1e-6)
    np.testing.assert_allclose(joint.to_scikeras().predict(windows), expected)


def test_partial_fit_cannot_stop_early():
    windows, y = windows_and_target()
    with pytest.raises(ValueError, match="cannot stop early.*warm_start=True"):
        quick(early_stopping=True).partial_fit(windows, y)


class Interrupt(KeyboardInterrupt):
    """An interrupt that no other code raises."""


def raise_in_epoch(number, error):
    """Make a Keras callback that raises."""
    import keras

    class Raising(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == number:
                raise error

    return Raising()


@pytest.mark.parametrize("error", [Interrupt(), RuntimeError("broken")])
def test_a_failed_fit_changes_nothing(error):
    windows, y = windows_and_target()
    regressor = quick(epochs=4, keras_callbacks=[raise_in_epoch(1, error)])
    with pytest.raises(type(error)):
        regressor.fit(windows, y)
    assert vars(regressor) == regressor.get_params()
    with pytest.raises(NotFittedError):
        regressor.predict(windows)

    regressor.set_params(keras_callbacks=None).fit(windows, y)
    before = regressor.predict(windows), regressor.history_
    regressor.set_params(keras_callbacks=[raise_in_epoch(1, error)])
    with pytest.raises(type(error)):
        regressor.fit(windows[:, :2, :1], y)
    assert_array_equal(regressor.predict(windows), before[0])
    assert regressor.history_ is before[1]


def test_divergence_is_an_error_that_changes_nothing(fitted):
    windows, y = windows_and_target()
    regressor = pickle.loads(pickle.dumps(fitted))
    regressor.set_params(
        optimizer="sgd", learning_rate=1e30, epochs=20, target_scaler=None
    )
    with pytest.raises(ValueError, match="diverged: loss became .*learning_rate"):
        regressor.fit(windows, y)
    assert_array_equal(regressor.predict(windows), fitted.predict(windows))


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
    answers = fitted.target_scaler_.inverse_transform(scaled)[:, 0]
    np.testing.assert_allclose(answers, fitted.predict(windows), rtol=1e-6)
    fitted.model_.set_weights([w * 0 for w in fitted.model_.get_weights()])
    np.testing.assert_allclose(answers, fitted.predict(windows), rtol=1e-6)


@pytest.mark.parametrize("n_targets", [None, 1, 2])
def test_to_scikeras_answers_in_the_units_of_y(n_targets):
    windows, y = windows_and_target()
    y = y if n_targets is None else np.column_stack([y] * n_targets)
    regressor = quick().fit(windows, y)
    exported = regressor.to_scikeras()
    for dtype in (np.float32, np.float64):
        answers = exported.predict(windows.astype(dtype))
        assert answers.shape == y.shape
        np.testing.assert_allclose(answers, regressor.predict(windows), rtol=1e-6)
    before = exported.model_.get_weights()
    exported.partial_fit(windows, y)
    assert np.abs(exported.model_.get_weights()[0] - before[0]).max() > 0


def test_a_stack_is_the_network_that_was_asked_for():
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


def own_network(window_shape, n_outputs):
    import keras

    return keras.Sequential(
        [
            keras.layers.Input(window_shape),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(n_outputs),
        ]
    )


def test_an_own_network():
    windows, y = windows_and_target()
    regressor = quick(network=own_network, epochs=3).fit(windows, y)
    again = clone(regressor).fit(windows, y)
    assert_array_equal(again.predict(windows), regressor.predict(windows))
    loaded = pickle.loads(pickle.dumps(regressor))
    assert_array_equal(loaded.predict(windows), regressor.predict(windows))
    assert isinstance(regressor.model_.layers[0].name, str)
    more = quick(network=own_network, epochs=4).fit(windows, y)
    assert_array_equal(
        regressor.partial_fit(windows, y).predict(windows), more.predict(windows)
    )


class Builder:
    """A builder that may change, and cannot be hashed."""

    __hash__ = None
    activation = "tanh"

    def __call__(self, window_shape, n_outputs):
        import keras

        layers = [
            keras.layers.Input(window_shape),
            keras.layers.SimpleRNN(4, activation=self.activation),
            keras.layers.Dense(n_outputs),
        ]
        return keras.Sequential(layers)


def test_a_builder_that_changes_builds_another_network():
    windows, y = windows_and_target()
    builder = Builder()
    regressor = quick(network=builder).fit(windows, y)
    regressor.predict(windows)
    builder.activation = "relu"
    regressor.fit(windows, y)
    answers = regressor.to_scikeras().predict(windows)
    np.testing.assert_allclose(regressor.predict(windows), answers, rtol=1e-6)


def test_keras_parts_are_taken_as_they_are():
    import keras

    windows, y = windows_and_target()
    seen = []
    regressor = quick(
        cls=GRURegressor,
        optimizer=keras.optimizers.Adam(0.02),
        loss=keras.losses.Huber(),
        metrics=["mae"],
        keras_callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_end=lambda e, logs: seen.append(e))
        ],
    ).fit(windows, y)
    assert seen == [0, 1]
    assert set(regressor.history_) == {"loss", "mean_absolute_error"}
    by_name = quick(
        cls=GRURegressor, optimizer=keras.optimizers.Adam, learning_rate=0.02
    )
    assert same_weights(
        by_name.set_params(loss=keras.losses.huber).fit(windows, y), regressor
    )
    assert regressor.keras_callbacks[0].model is None
    regressor.fit(windows, y)
    assert seen == [0, 1, 0, 1]


def test_a_learning_rate_may_change_on_the_way():
    import keras

    windows, y = windows_and_target()
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.5)
    scheduled = quick(learning_rate=schedule).fit(windows, y)
    assert not same_weights(scheduled, quick().fit(windows, y))

    still = quick(epochs=1, warm_start=True).fit(windows, y)
    before = still.predict(windows)
    still.set_params(learning_rate=1e-30).fit(windows, y)
    assert_array_equal(still.predict(windows), before)


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
