"""Optimizers of the native engine: clipping, and what a warm start continues with."""

import numpy as np
import pytest
from training_runs import STACK, network, same_weights, train

from skseq._engine import keras, native
from skseq._engine.native.optimizers import OPTIMIZERS, clip, find_optimizer

pytestmark = pytest.mark.usefixtures("implementation")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_warm_start_continues_where_training_ended(optimizer):
    architecture = network(STACK, 0.3, recurrent_dropout=0.2)
    whole, losses = train(native, architecture, n_epochs=4, optimizer=optimizer)
    half, _ = train(native, architecture, n_epochs=2, optimizer=optimizer)
    rest, last = train(
        native, architecture, n_epochs=2, start=half, optimizer=optimizer.upper()
    )
    assert last == losses[2:]
    assert same_weights(rest, whole)
    np.testing.assert_equal(rest.optimizer_state, whole.optimizer_state)


@pytest.mark.parametrize(
    "engine", [native, pytest.param(keras, marks=pytest.mark.slow)]
)
def test_a_warm_start_with_another_optimizer_is_an_error(engine):
    architecture = network()
    half, _ = train(engine, architecture, 1, optimizer="rmsprop")
    with pytest.raises(ValueError, match="(?i)'rmsprop' -> 'sgd'.*same optimizer"):
        train(engine, architecture, 1, start=half, optimizer="sgd")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("norm", [0.5, 5.0, 100.0])
def test_clip_scales_each_member_to_at_most_the_norm(norm, dtype):
    gradient = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]], dtype)
    expected = gradient.copy()
    for number, length in enumerate([5.0, 0.5]):
        expected[number] *= min(1, norm / length)
    clip(gradient, norm)
    assert gradient.dtype == dtype
    np.testing.assert_allclose(gradient, expected, rtol=1e-6)


def test_names_have_any_case():
    assert find_optimizer("Adam") is find_optimizer("adam") is OPTIMIZERS["adam"]
    assert find_optimizer("RMSprop") is OPTIMIZERS["rmsprop"]
    assert find_optimizer("lion") is None


def test_adamw_is_adam_with_decaying_weights():
    architecture = network()
    data = {"n_epochs": 1, "learning_rate": 0.1}
    adam, _ = train(native, architecture, optimizer="adam", **data)
    adamw, _ = train(native, architecture, optimizer="adamw", **data)
    norms = [
        sum(np.square(weight).sum() for weight in end.weights.values())
        for end in (adamw, adam)
    ]
    assert norms[0] < norms[1]
