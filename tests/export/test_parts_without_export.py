"""Parts that cannot be exported raise an error that names them."""

import numpy as np
import pytest
from onnx_runs import SMALL, make_pipe, make_series
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, PowerTransformer, StandardScaler

from skseq import (
    KerasSequenceRegressor,
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
    SequenceWindower,
)
from skseq.export import to_onnx

pytest.importorskip("onnx", reason="onnx is not installed")


class HalvingScaler(StandardScaler):
    """A subclass that transforms in another way."""

    def transform(self, X):
        return super().transform(X) / 2


STEPS = {
    "PCA": PCA(2),
    "HalvingScaler": HalvingScaler(),
    "FunctionTransformer has func=sin": FunctionTransformer(np.sin),
    "step 'scale__pca' is PCA": Pipeline([("pca", PCA(2))]),
    "arguments": FunctionTransformer(np.exp, kw_args={"dtype": "float32"}),
}


@pytest.mark.parametrize("message", STEPS)
def test_a_step_that_is_not_known(message):
    X, y = make_series()
    X = X / 1000
    pipe = Pipeline(
        [
            ("scale", STEPS[message]),
            ("window", SequenceWindower(4)),
            ("rnn", LSTMRegressor(**SMALL)),
        ]
    ).fit(X, y)
    name = message.split(" has ")[-1]
    with pytest.raises(ValueError, match=name) as raised:
        to_onnx(pipe)
    assert "step 'scale" in str(raised.value)
    assert to_onnx(pipe[1:]).graph.input[0].name == "X"  # what the message recommends
    assert "to_onnx(pipe[1:])" in str(raised.value)


def test_a_target_scaler_that_is_not_known():
    X, y = make_series()
    pipe = make_pipe(target_scaler=PowerTransformer()).fit(X, y)
    message = "target_scaler of step 'recurrentregressor' is PowerTransformer"
    with pytest.raises(ValueError, match=message):
        to_onnx(pipe)


def test_an_inverse_function_that_is_not_known():
    X, y = make_series()

    def exponential(values):
        return np.exp(values)

    scaler = make_pipeline(FunctionTransformer(np.log, exponential))
    pipe = make_pipe(target_scaler=scaler).fit(X, y)
    message = "'functiontransformer' has inverse_func=exponential. Fit with target_"
    with pytest.raises(ValueError, match=message):
        to_onnx(pipe)


@pytest.mark.parametrize("regressor", [NaiveRegressor(), LinearRegression()], ids=str)
def test_a_regressor_that_is_no_network(regressor):
    X, y = make_series()
    regressor.fit(X[:-1], y[1:])
    name = type(regressor).__name__
    with pytest.raises(ValueError, match=f"but the estimator is {name}"):
        to_onnx(regressor)


def test_a_forecaster_of_another_regressor():
    _, y = make_series()
    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor())
    with pytest.raises(ValueError, match="step 'naiveregressor' is NaiveRegressor"):
        to_onnx(SequenceForecaster(pipe).fit(y))


@pytest.mark.slow
def test_a_network_of_the_users_own():
    def build(window_shape, n_outputs):
        from keras import Sequential, layers

        return Sequential(
            [layers.Input(window_shape), layers.GRU(2), layers.Dense(n_outputs)]
        )

    X, y = make_series()
    pipe = make_pipeline(SequenceWindower(4), KerasSequenceRegressor(build, epochs=1))
    message = (
        "step 'kerassequenceregressor', a KerasSequenceRegressor.* Export its Keras"
    )
    with pytest.raises(ValueError, match=message):
        to_onnx(pipe.fit(X, y))


def test_an_estimator_that_is_not_fitted():
    with pytest.raises(NotFittedError):
        to_onnx(make_pipe())


@pytest.mark.parametrize("opset", [17, 999, 18.0, "18"])
def test_a_version_that_cannot_be_written(opset):
    X, y = make_series()
    with pytest.raises(ValueError, match="opset must be an integer from 18 to"):
        to_onnx(make_pipe().fit(X, y), opset=opset)
