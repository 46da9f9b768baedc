"""Files that Keras exports from ``model_``."""

from importlib.util import find_spec

import numpy as np
import pytest
from small_series import walk

from skseq import KerasSequenceRegressor, LSTMRegressor, SequenceWindower

PLAIN = {"normalization": None, "persistence": None, "linear_weight": 0}
"""Parameters with which ``model_`` contains no layer of skseq."""


def own_network(window_shape, n_outputs):
    import keras

    windows = keras.layers.Input(window_shape)
    outputs = keras.layers.Dense(n_outputs)(keras.layers.Flatten()(windows))
    return keras.Model(windows, outputs)


def own(**params):
    return KerasSequenceRegressor(own_network, epochs=1, random_state=0, **params)


def lstm(**params):
    return LSTMRegressor(units=2, epochs=1, random_state=0, **params)


def fitted_model(regressor):
    X, y = walk()
    windows = SequenceWindower(4).fit_transform(X)
    return regressor.fit(windows, y).model_


def some_windows(model):
    windows = np.random.default_rng(0).normal(size=(3, 4, 1))
    return windows.astype(model.inputs[0].dtype)


def assert_exports_to_onnx(model, path):
    """Export a model; without tf2onnx, get as far as Keras does without it."""
    if find_spec("tf2onnx") is None:
        with pytest.raises(ImportError, match="requires the tf2onnx module"):
            model.export(path, format="onnx", verbose=False)
        return
    onnxruntime = pytest.importorskip("onnxruntime")
    model.export(path, format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(path)
    windows = some_windows(model)
    (predicted,) = session.run(None, {session.get_inputs()[0].name: windows})
    expected = model.predict(windows, verbose=0)
    np.testing.assert_allclose(predicted, expected, rtol=1e-5, atol=1e-6)


# tf2onnx reads names that NumPy will define.
@pytest.mark.filterwarnings("ignore:In the future `np:FutureWarning")
@pytest.mark.parametrize(
    "regressor",
    [
        pytest.param(own(), marks=pytest.mark.slow),
        own(**PLAIN),
        lstm(n_members=2),
    ],
)
@pytest.mark.filterwarnings("ignore::skseq.exceptions.SkillWarning")
def test_a_model_can_be_exported_to_onnx(regressor, tmp_path):
    assert_exports_to_onnx(fitted_model(regressor), tmp_path / "model.onnx")


# Can go when Keras copies variables as NumPy 2 asks for it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:In the future `np:FutureWarning")
def test_a_model_of_a_file_can_be_exported_to_onnx(tmp_path):
    import keras

    fitted_model(own()).save(tmp_path / "model.keras")
    model = keras.saving.load_model(tmp_path / "model.keras")
    assert_exports_to_onnx(model, tmp_path / "model.onnx")


@pytest.mark.slow
def test_a_model_can_be_exported_to_tensorflow(tmp_path):
    import tensorflow as tf

    model = fitted_model(own())
    model.export(tmp_path / "model", format="tf_saved_model", verbose=False)
    loaded = tf.saved_model.load(tmp_path / "model")
    windows = some_windows(model)
    expected = model.predict(windows, verbose=0)
    np.testing.assert_allclose(loaded.serve(windows), expected, rtol=1e-6)
