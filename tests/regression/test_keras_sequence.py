"""Networks of the user's own, and Keras' optimizers, losses, metrics and callbacks."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from small_series import quick, same_weights, windows_and_target

from skseq import KerasSequenceRegressor, LSTMRegressor
from skseq._engine import keras


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


@pytest.mark.parametrize(
    "error",
    [Interrupt(), pytest.param(RuntimeError("broken"), marks=pytest.mark.slow)],
)
def test_a_failed_fit_changes_nothing(error):
    windows, y = windows_and_target()
    regressor = quick_own(epochs=4, callbacks=[raise_in_epoch(1, error)])
    with pytest.raises(type(error)):
        regressor.fit(windows, y)
    assert vars(regressor) == regressor.get_params()
    with pytest.raises(NotFittedError):
        regressor.predict(windows)

    regressor.set_params(callbacks=None).fit(windows, y)
    before = regressor._fitted_model
    regressor.set_params(callbacks=[raise_in_epoch(1, error)])
    with pytest.raises(type(error)):
        regressor.fit(windows[:, :2, :1], y)
    assert regressor._fitted_model is before


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


def test_a_custom_network():
    windows, y = windows_and_target()
    regressor = quick_own(epochs=3).fit(windows, y)
    again = clone(regressor).fit(windows, y)
    assert_array_equal(again.predict(windows), regressor.predict(windows))
    loaded = pickle.loads(pickle.dumps(regressor))
    assert_array_equal(loaded.predict(windows), regressor.predict(windows))
    assert isinstance(regressor.model_.layers[0].name, str)
    more = quick_own(epochs=4).fit(windows, y)
    assert_array_equal(
        regressor.partial_fit(windows, y).predict(windows), more.predict(windows)
    )


def quick_own(build_network=own_network, **params):
    """Make a small regressor with a network of the user's own."""
    params = {"epochs": 2, "random_state": 0} | params
    return KerasSequenceRegressor(build_network, **params)


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
    regressor = quick_own(builder).fit(windows, y)
    regressor.predict(windows)
    builder.activation = "relu"
    regressor.fit(windows, y)
    predictions = regressor.to_scikeras().predict(windows)
    np.testing.assert_allclose(regressor.predict(windows), predictions, rtol=1e-6)


def test_optimizer_loss_metrics_and_callbacks_of_keras():
    import keras

    windows, y = windows_and_target()
    seen = []
    regressor = quick_own(
        optimizer=keras.optimizers.Adam(0.02),
        loss=keras.losses.Huber(),
        metrics=["mae"],
        callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_end=lambda e, logs: seen.append(e))
        ],
    ).fit(windows, y)
    assert seen == [0, 1]
    assert set(regressor.history_) == {"loss", "mean_absolute_error"}
    by_name = quick_own(optimizer=keras.optimizers.Adam, learning_rate=0.02)
    assert same_weights(
        by_name.set_params(loss=keras.losses.huber).fit(windows, y), regressor
    )
    assert regressor.callbacks[0].model is None
    regressor.fit(windows, y)
    assert seen == [0, 1, 0, 1]


def test_a_learning_rate_may_be_a_schedule_or_change_between_fits():
    import keras

    windows, y = windows_and_target()
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.5)
    scheduled = quick(learning_rate=schedule).fit(windows, y)
    assert not same_weights(scheduled, quick().fit(windows, y))

    still = quick(epochs=1, warm_start=True).fit(windows, y)
    before = still.predict(windows)
    still.set_params(learning_rate=1e-30).fit(windows, y)
    assert_array_equal(still.predict(windows), before)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "SGD", "nadam"])
def test_optimizers_are_found_by_name_in_any_case(optimizer):
    options = LSTMRegressor(optimizer=optimizer, global_clipnorm=1)._training_options()
    made = keras.make_optimizer(options)
    assert type(made).__name__.lower() == optimizer.lower()
    assert made.global_clipnorm == 1


def test_networks_must_not_share_layers():
    import keras

    shared = keras.layers.Dense(4, activation="relu")

    def build(window_shape, n_outputs):
        layers = [keras.layers.Input(window_shape), keras.layers.Flatten(), shared]
        return keras.Sequential([*layers, keras.layers.Dense(n_outputs)])

    windows, y = windows_and_target()
    with pytest.raises(
        ValueError, match="a new keras.Model at every call, made of new"
    ):
        KerasSequenceRegressor(build, epochs=1).fit(windows, y).predict(windows)


def test_a_model_is_no_function_that_builds_one():
    import keras

    windows, y = windows_and_target()
    model = keras.Sequential([keras.layers.Input(windows.shape[1:])])
    with pytest.raises(ValueError, match="must be a function .*, not a model"):
        KerasSequenceRegressor(model).fit(windows, y)


def with_own_parameter(window_shape, n_outputs, units):
    raise AssertionError("it is not called")


@pytest.mark.parametrize(
    ("build_network", "what"),
    [
        (lambda: None, "too many positional arguments"),
        (lambda units=3: None, "too many positional arguments"),
        (with_own_parameter, "missing a required argument: 'units'"),
        (lambda meta, *, compile_kwargs: None, "argument"),
        (lambda window_shape, n_outputs, *, units: None, "'units'"),
    ],
)
def test_a_function_of_other_parameters(build_network, what):
    windows, y = windows_and_target()
    match = rf"build_network\(window_shape, n_outputs\), but .*{what}.*partial"
    with pytest.raises(TypeError, match=match):
        quick_own(build_network).fit(windows, y)
