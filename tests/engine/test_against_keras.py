"""The two engines train the same network, to rounding."""

import numpy as np
import pytest
from training_runs import CELLS, examples, make_run, network, train

from skseq._engine import keras, native
from skseq._engine.learning_rates import SCHEDULES
from skseq._engine.native.losses import LOSSES
from skseq._engine.native.optimizers import OPTIMIZERS

# After 21 steps the two differ by the rounding of sums in another order.
TOLERANCES = {"float64": 1e-10, "float32": 1e-5}

pytestmark = pytest.mark.usefixtures("implementation")


def check_equal_to_keras(architecture, **options):
    tolerance = TOLERANCES[architecture.dtype]
    ours, our_losses = train(native, architecture, **options)
    theirs, their_losses = train(keras, architecture, **options)
    for name, weight in theirs.weights.items():
        np.testing.assert_allclose(ours.weights[name], weight, rtol=0, atol=tolerance)
    # Keras averages the losses of an epoch in float32, and they add up the differences.
    np.testing.assert_allclose(
        [losses["loss"] for losses in our_losses],
        [losses["loss"] for losses in their_losses],
        rtol=max(1e-5, 10 * tolerance),
    )
    windows = examples(architecture.dtype).windows
    np.testing.assert_allclose(
        native.predict(architecture, [theirs], windows),
        keras.predict(architecture, [theirs], windows),
        rtol=0,
        atol=tolerance,
    )


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_engines_agree(cell):
    check_equal_to_keras(network(cell, dense_units=4), learning_rate_schedule="cosine")


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("dense_units", [(), (6, 4)], ids=str)
def test_architectures_train_as_with_keras(cell, bidirectional, dtype, dense_units):
    check_equal_to_keras(
        network(cell, bidirectional=bidirectional, dtype=dtype, dense_units=dense_units)
    )


@pytest.mark.slow
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_optimizers_and_losses_are_those_of_keras(optimizer, loss, dtype):
    check_equal_to_keras(network("gru", dtype=dtype), optimizer=optimizer, loss=loss)


@pytest.mark.slow
@pytest.mark.parametrize(
    "names",
    [
        {"optimizer": "Adam", "loss": "MSE"},
        {"optimizer": "RMSprop", "loss": "MeanAbsoluteError"},
        {"optimizer": "SGD", "loss": "mean_squared_error"},
        {"optimizer": "AdamW", "loss": "Huber"},
        {"optimizer": "Nadam", "loss": "LogCosh"},
    ],
    ids=str,
)
def test_names_have_the_meaning_of_keras(names):
    check_equal_to_keras(network(), **names)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize(
    "options",
    [
        {"global_clipnorm": 0.05},
        {"global_clipnorm": 100.0},
        *({"learning_rate_schedule": schedule} for schedule in SCHEDULES),
    ],
    ids=str,
)
def test_clipping_and_schedules_are_those_of_keras(options, dtype):
    check_equal_to_keras(network(dtype=dtype), **options)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_warm_starts_are_those_of_keras(optimizer, schedule):
    """The second fit begins the schedule anew; the optimizer's state continues."""
    architecture = network()
    options = {"optimizer": optimizer, "learning_rate_schedule": schedule}
    ends = []
    for engine in (native, keras):
        half, _ = train(engine, architecture, 3, **options)
        ends.append(train(engine, architecture, 3, start=half, **options)[0])
    for ours, theirs in zip(*(end.weights.values() for end in ends), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCES["float64"])


@pytest.mark.slow
def test_the_validation_loss_is_that_of_keras():
    architecture = network()
    found = []
    for engine in (native, keras):
        run = make_run(architecture, validation=examples(seed=4)[:7])
        engine.train(architecture, [run], 3)
        found.append([losses["val_loss"] for losses in run.monitor.losses])
    np.testing.assert_allclose(*found, rtol=1e-5)
