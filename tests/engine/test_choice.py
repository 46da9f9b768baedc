"""Which engine trains, and what is said where the native engine cannot."""

import numpy as np
import pytest
from training_runs import network

from skseq import LSTMRegressor
from skseq._engine import choice
from skseq._engine.choice import choose_engine
from skseq._engine.contract import TrainingOptions
from skseq._network.architecture import make_architecture


def choose(engine, **options):
    options = {"optimizer": "adam", "learning_rate": 0.1, "loss": "mse"} | options
    return choose_engine(engine, network(), TrainingOptions(**options), 32)


@pytest.mark.parametrize("optimizer", ["adam", "Adam", "RMSprop", "SGD", "AdamW"])
@pytest.mark.parametrize(
    "loss", ["mse", "MSE", "MeanSquaredError", "mean_absolute_error", "LogCosh"]
)
def test_native_trains_names_in_any_case(optimizer, loss):
    for engine in ("auto", "native"):
        assert choose(engine, optimizer=optimizer, loss=loss) == "native"
    assert choose("keras", optimizer=optimizer, loss=loss) == "keras"


@pytest.mark.parametrize(
    ("options", "unsupported"),
    [
        ({"optimizer": "lion"}, r"optimizer='lion' \(supported: 'adam', .*'sgd'\)"),
        ({"optimizer": object}, r"optimizer=.* \(supported: "),
        ({"loss": "msle"}, r"loss='msle' \(supported: 'huber', .*'mse'\)"),
        ({"loss": np.abs}, "loss="),
        ({"learning_rate": abs}, r"learning_rate=.* \(supported: numbers\)"),
    ],
    ids=str,
)
def test_keras_trains_what_native_does_not_support(options, unsupported):
    assert choose("keras", **options) == choose("auto", **options) == "keras"
    match = rf"^engine='native' does not support {unsupported}.*Use engine='keras'\.$"
    with pytest.raises(ValueError, match=match):
        choose("native", **options)


def test_only_large_steps_go_to_a_gpu(monkeypatch):
    options = TrainingOptions("adam", 0.01, "mse")
    large = make_architecture(
        "lstm", 512, window_shape=(48, 8), n_outputs=1, dtype="float32"
    )
    monkeypatch.setattr(choice, "has_gpu", lambda: False)
    assert choose_engine("auto", large, options, 256) == "native"
    monkeypatch.setattr(choice, "has_gpu", lambda: True)
    assert choose_engine("auto", large, options, 256) == "keras"
    assert choose_engine("native", large, options, 256) == "native"
    assert choose_engine("auto", network(), options, 256) == "native"


def test_a_hidden_gpu_is_none(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert not choice.has_gpu()


@pytest.mark.parametrize(
    ("changes", "unsupported"),
    [({"optimizer": "lion"}, "optimizer='lion'"), ({"loss": "msle"}, "loss='msle'")],
    ids=str,
)
def test_a_warm_start_keeps_the_engine(changes, unsupported):
    X, y = np.random.default_rng(0).random((2, 20, 3))
    regressor = LSTMRegressor(units=2, epochs=1, warm_start=True).fit(X, y)
    assert regressor.engine == "auto"
    assert regressor.engine_ == "native"
    match = (
        f"warm start continues with engine='native'.*{unsupported}.*"
        "Set the parameter back, or fit with warm_start=False"
    )
    with pytest.raises(ValueError, match=match):
        regressor.set_params(**changes).fit(X, y)
    regressor.set_params(warm_start=False).fit(X, y)
    assert regressor.engine_ == "keras"
