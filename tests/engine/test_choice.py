"""Which engine trains, and what is said where the native engine cannot."""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from training_runs import network

from skseq import LSTMRegressor
from skseq._engine import choice
from skseq._engine.choice import choose_engine
from skseq._engine.contract import TrainingOptions
from skseq._engine.keras import startup
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
        ({"loss": "msle"}, r"loss='msle' \(supported: 'huber', .*'quantile'\)"),
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


@pytest.fixture
def gpu(monkeypatch, tmp_path):
    """A machine with the device file of a GPU, which TensorFlow finds."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(choice, "DEVICE_FILES", tmp_path)
    (tmp_path / "nvidia0").touch()
    tensorflow = ModuleType("tensorflow")
    tensorflow.config = SimpleNamespace(
        list_physical_devices=lambda kind: ["/physical_device:GPU:0"] * (kind == "GPU")
    )
    for module in (tensorflow, ModuleType("keras"), ModuleType("scikeras")):
        module.__spec__ = ModuleSpec(module.__name__, None)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return tmp_path / "nvidia0"


def test_a_gpu_counts_if_tensorflow_finds_it(gpu, monkeypatch):
    assert choice.has_gpu()
    nothing = SimpleNamespace(list_physical_devices=lambda kind: [])
    monkeypatch.setattr(sys.modules["tensorflow"], "config", nothing)
    assert not choice.has_gpu()


@pytest.mark.parametrize("missing", ["tensorflow", "keras", "scikeras"])
def test_without_the_keras_engine_there_is_no_gpu(gpu, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    assert not choice.has_gpu()


@pytest.mark.parametrize("error", [ImportError("broken"), RuntimeError("forked")])
def test_a_tensorflow_that_does_not_start_finds_no_gpu(gpu, monkeypatch, error):
    def start():
        raise error

    monkeypatch.setattr(startup, "start_tensorflow", start)
    assert not choice.has_gpu()


@pytest.mark.parametrize("hidden", ["", "-1", None])
def test_tensorflow_is_not_asked_without_a_visible_device(gpu, monkeypatch, hidden):
    monkeypatch.setattr(startup, "finds_gpu", pytest.fail)
    if hidden is None:
        gpu.unlink()
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert not choice.has_gpu()


def test_tensorflow_is_not_asked_for_small_work(gpu, monkeypatch):
    monkeypatch.setattr(choice, "has_gpu", pytest.fail)
    options = TrainingOptions("adam", 0.01, "mse")
    assert choose_engine("auto", network(), options, 256) == "native"


@pytest.mark.parametrize(
    ("changes", "unsupported"),
    [
        ({"optimizer": "lion"}, "optimizer='lion'"),
        pytest.param({"loss": "msle"}, "loss='msle'", marks=pytest.mark.slow),
    ],
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
