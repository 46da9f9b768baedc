"""Keras classes of the package: saved and loaded they stay what they were."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from training_runs import Recorder, first_state

from skseq import LSTMRegressor
from skseq._engine import keras as engine
from skseq._engine.batches import BatchPlan
from skseq._engine.contract import TrainingData, TrainingOptions, TrainingRun
from skseq._engine.learning_rates import SCHEDULES, learning_rates
from skseq._network.architecture import make_architecture
from skseq._network.normalization import Anchor, Normalization
from skseq._series.windows import Windows

NORMALIZATION = Normalization(
    (0.3e-4, None, 0.0), (Anchor(2, -1, 1.7, -0.3), None, Anchor(0, None, 0.7, 0.1))
)
OTHER = Normalization(
    (0.2, None, 0.1), (Anchor(2, -1, 1.0, 5.0), None, Anchor(0, None, 3.0, -1.0))
)


def architecture(normalization=NORMALIZATION, dtype="float32"):
    return make_architecture(
        "gru",
        3,
        window_shape=(4, 3),
        n_outputs=3,
        dtype=dtype,
        normalization=normalization,
    )


def build(**changes):
    made = architecture(**changes)
    return engine.build_network(made, [first_state(made, 0)])


def windows(dtype="float32"):
    return np.random.default_rng(0).random((8, 4, 3)).astype(dtype)


def predict(model, dtype="float32"):
    return model(windows(dtype)).numpy()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_configuration_holds_the_numbers_set_last(dtype):
    model = build(normalization=OTHER, dtype=dtype)
    for name in ("normalize", "restore"):
        model.get_layer(name).set_constants(NORMALIZATION)
    again = type(model).from_config(model.get_config())
    config = again.get_layer("restore").get_config()
    assert tuple(config["floors"]) == NORMALIZATION.floors
    anchors = tuple(fields and Anchor(**fields) for fields in config["anchors"])
    assert anchors == NORMALIZATION.anchors
    # The configuration alone is enough: only the network's own weights are set.
    constants = {
        v.path for n in ("normalize", "restore") for v in model.get_layer(n).weights
    }
    values = [w.numpy() for w in model.weights if w.path not in constants]
    others = [w for w in again.weights if w.path not in constants]
    for variable, value in zip(others, values, strict=True):
        variable.assign(value)
    np.testing.assert_array_equal(predict(again, dtype), predict(model, dtype))


@pytest.mark.slow
# Can go when Keras copies variables as NumPy 2 asks for it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_a_saved_model_keeps_the_numbers_set_last(tmp_path, name):
    import keras

    model = build(normalization=OTHER)
    for layer in ("normalize", "restore"):
        model.get_layer(layer).set_constants(NORMALIZATION)
    model.save(tmp_path / name)
    again = keras.saving.load_model(tmp_path / name)
    np.testing.assert_array_equal(predict(again), predict(model))
    np.testing.assert_array_equal(predict(model), predict(build()))


def test_constants_are_not_trained():
    model = build()
    assert all(
        not weight.trainable
        for name in ("normalize", "restore")
        for weight in model.get_layer(name).weights
    )
    assert len(model.trainable_weights) == len(architecture().weight_shapes)


def test_gradients_with_respect_to_windows_are_finite():
    """A feature that does not move and is not normalized divides by no root of zero."""
    import tensorflow as tf

    still = tf.ones((2, 4, 3))
    model = build(normalization=replace(NORMALIZATION, floors=(1e-4, None, 1e-4)))
    with tf.GradientTape() as tape:
        tape.watch(still)
        predictions = model(still)
    assert np.isfinite(tape.gradient(predictions, still).numpy()).all()


@pytest.mark.parametrize("name", sorted(set(SCHEDULES) - {"constant"}))
@pytest.mark.parametrize("n_steps", [1, 7, 3000])
def test_schedules_give_the_rates_of_the_native_engine(name, n_steps):
    from skseq._engine.keras.registered_classes import StepSchedule

    options = TrainingOptions("adam", 0.03, "mse", learning_rate_schedule=name)
    expected = learning_rates(options, 0, n_steps, n_steps)
    schedule = StepSchedule(name)
    schedule.start(0.03, n_steps, first_step=11)
    rates = [float(schedule(11 + step)) for step in range(0, n_steps, 13)]
    np.testing.assert_allclose(rates, expected[::13], rtol=1.2e-7)
    assert float(schedule(11 + n_steps)) == float(schedule(10 + n_steps))
    again = StepSchedule.from_config(schedule.get_config())
    assert float(again(11 + n_steps // 2)) == float(schedule(11 + n_steps // 2))


def test_a_schedule_of_many_steps_is_as_exact():
    from skseq._engine.keras.registered_classes import StepSchedule

    n_steps = 10**9
    schedule = StepSchedule("linear", 0.5, n_steps)
    for step in (0, 123_456_789, n_steps - 1):
        expected = np.float32(0.5 * (1 - step / n_steps))
        assert float(schedule(step)) == pytest.approx(expected, rel=1.2e-7)


@pytest.mark.slow
# Can go when Keras copies variables as NumPy 2 asks for it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("loss", ["huber", "MSE"])
def test_a_checkpoint_can_be_loaded_and_trained_on(tmp_path, loss):
    import keras

    path, made = tmp_path / "best.keras", architecture()
    rng = np.random.default_rng(0)
    targets = rng.random((8, 3)).astype("float32")
    data = TrainingData(Windows.of(windows()), targets, np.ones(8, "float32"))
    options = TrainingOptions(
        "adam",
        0.01,
        loss,
        learning_rate_schedule="cosine",
        callbacks=[keras.callbacks.ModelCheckpoint(path)],
    )
    state = first_state(made, 0)
    run = TrainingRun(options, state, BatchPlan(8, 4, 0), data, None, Recorder())
    (end,) = engine.train(made, [run], 3)

    loaded = keras.saving.load_model(path)
    expected = engine.predict(made, [end], data.windows)[0]
    np.testing.assert_allclose(predict(loaded), expected, rtol=1e-6)
    error = engine.make_loss(loss, "float32")(targets, expected)
    (value,) = loaded.fit(windows(), targets, verbose=0).history["loss"]
    assert value == pytest.approx(float(error), rel=1e-5)
    schedule = loaded.optimizer._learning_rate.get_config()
    assert schedule["schedule"] == "cosine"
    assert schedule["n_steps"] == 6


@pytest.mark.slow
# Can go when Keras copies variables as NumPy 2 asks for it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_pickled_export_loads_where_nothing_was_imported(tmp_path):
    import joblib

    series = np.random.default_rng(0).normal(size=60).cumsum()
    X = np.lib.stride_tricks.sliding_window_view(series[:-1], 4)[:, :, np.newaxis]
    regressor = LSTMRegressor(units=2, epochs=1, random_state=0).fit(X, series[4:])
    exported = regressor.to_scikeras()
    assert regressor.target_feature_[0] == 0
    joblib.dump(exported, tmp_path / "exported")
    np.save(tmp_path / "X.npy", X)
    code = (
        "import sys, joblib, numpy as np\n"
        "exported = joblib.load(sys.argv[1] + '/exported')\n"
        "X = np.load(sys.argv[1] + '/X.npy')\n"
        "np.save(sys.argv[1] + '/y.npy', exported.predict(X))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    predicted = np.load(tmp_path / "y.npy")
    np.testing.assert_allclose(predicted, exported.predict(X), rtol=1e-6)
    np.testing.assert_allclose(predicted, regressor.predict(X), rtol=1e-5)
