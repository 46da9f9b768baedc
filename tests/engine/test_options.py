"""Names and numbers of training options, as Keras objects."""

from dataclasses import replace

import numpy as np
import pytest

from skseq import LSTMRegressor
from skseq._engine import keras as engine
from skseq._engine.contract import TrainingOptions

PLAIN = TrainingOptions("adam", 0.01, "mse")


@pytest.mark.parametrize("name", ["adam", "Adam", "ADAM"])
def test_optimizers_are_named_in_any_case(name):
    optimizer = engine.make_optimizer(replace(PLAIN, optimizer=name))
    assert type(optimizer).__name__ == "Adam"
    assert float(optimizer.learning_rate.numpy()) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (["mse", "MSE", "Mse", "Mean_Squared_Error", "MeanSquaredError"], 4.0),
        (["mae", "MAE", "mean_absolute_error"], 2.0),
        (["huber", "Huber", "HUBER"], 1.5),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_are_named_in_any_case(names, value, dtype):
    for name in names:
        loss = engine.make_loss(name, dtype)
        y_true = np.zeros((3, 1), dtype)
        assert float(loss(y_true, y_true + 2)) == pytest.approx(value)
        assert loss.dtype == dtype


def test_an_optimizer_object_is_copied_with_its_settings():
    import keras

    given = keras.optimizers.SGD(0.2, momentum=0.9, nesterov=True)
    made = engine.make_optimizer(replace(PLAIN, optimizer=given, global_clipnorm=1))
    assert made is not given
    assert made.get_config() == given.get_config()


@pytest.mark.parametrize("optimizer", ["sgd", "AdamW"])
def test_a_named_optimizer_has_the_defaults_of_keras(optimizer):
    import keras

    options = replace(PLAIN, optimizer=optimizer, global_clipnorm=1)
    made = engine.make_optimizer(options).get_config()
    default = keras.optimizers.get(optimizer).get_config()
    changed = {"name", "learning_rate", "global_clipnorm"}
    assert made["global_clipnorm"] == 1.0
    for name in set(default) - changed:
        assert made[name] == default[name]


@pytest.mark.slow
@pytest.mark.parametrize("schedule", ["linear", "cosine", "exponential"])
def test_epochs_that_are_never_run_take_no_memory(schedule):
    X = np.random.default_rng(0).random((40, 3, 2))
    regressor = LSTMRegressor(
        units=2,
        epochs=10**9,
        learning_rate_schedule=schedule,
        early_stopping=True,
        n_iter_no_change=1,
        learning_rate=0.5,
        engine="keras",
        random_state=0,
    )
    assert regressor.fit(X, X[:, 0, 0]).n_iter_ < 1000


@pytest.mark.slow
def test_an_export_compiles_a_loss_of_any_case():
    X = np.random.default_rng(0).random((20, 3, 2))
    regressor = LSTMRegressor(
        units=2, epochs=1, loss="Mse", optimizer="ADAM", engine="keras", random_state=0
    )
    exported = regressor.fit(X, X[:, 0, 0]).to_scikeras()
    exported.partial_fit(X, X[:, 0, 0])
    assert np.isfinite(exported.predict(X)).all()
