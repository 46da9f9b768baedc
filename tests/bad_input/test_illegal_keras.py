"""What Keras is given must fit: networks, losses, optimizers, metrics, callbacks."""

import numpy as np
import pytest
from refusals import (
    make_months,
    make_regressor,
    refuse_first_fit,
)


def layers_of(*layers, steps=0):
    """Make a builder of a network, for windows that are some steps longer."""

    def network(window_shape, n_outputs):
        import keras

        time_steps, n_features = window_shape
        shape = (time_steps + steps, n_features)
        made = [make(keras.layers, n_outputs) for make in layers]
        return keras.Sequential([keras.layers.Input(shape), *made])

    return network


def flat(layers, n_outputs):
    return layers.Flatten()


def dense(layers, n_outputs):
    return layers.Dense(n_outputs)


def too_wide(layers, n_outputs):
    return layers.Dense(n_outputs + 1)


def compiled(window_shape, n_outputs):
    model = layers_of(flat, dense)(window_shape, n_outputs)
    model.compile("adam", "mse")
    return model


def two_inputs(window_shape, n_outputs):
    import keras

    inputs = [keras.layers.Input(window_shape) for _ in range(2)]
    joined = keras.layers.Flatten()(keras.layers.Concatenate()(inputs))
    return keras.Model(inputs, keras.layers.Dense(n_outputs)(joined))


NETWORKS = {
    "nothing": (lambda shape, n: None, "must return a keras.Model; it returned None"),
    "number": (lambda shape, n: 3, "must return a keras.Model; it returned int"),
    "compiled": (compiled, "must return an uncompiled keras.Model"),
    "too wide": (
        layers_of(flat, too_wide),
        r"outputs of shape \(None, 1\); got \(None, 2\).*Dense\(n_outputs\)",
    ),
    "an answer a step": (
        layers_of(dense),
        r"outputs of shape \(None, 1\); got \(None, 1, 1\).*Dense\(n_outputs\)",
    ),
    "windows too long": (layers_of(flat, dense, steps=1), r"network.*\(None, 2, 2\)"),
    "two inputs": (two_inputs, "network.*input"),
}


@pytest.mark.parametrize(("network", "match"), NETWORKS.values(), ids=NETWORKS)
def test_networks_must_fit_windows_and_targets(network, match):
    refuse_first_fit(make_regressor(network=network), *make_months(), match)


NAMES_FOR_KERAS = {
    "loss": ("nope", "loss='nope' is not known.*'mse'"),
    "optimizer": ("nope", "optimizer='nope' is not known.*'adam'"),
    "metrics": (["nope"], "metric.*nope"),
    "keras_callbacks": ([1], "keras_callbacks.*Callback"),
}


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [(name, *rest) for name, rest in NAMES_FOR_KERAS.items()],
    ids=NAMES_FOR_KERAS,
)
def test_what_keras_does_not_know_is_refused(name, value, match):
    regressor = make_regressor(**{name: value})
    refuse_first_fit(regressor, *make_months(), match)


def test_a_lambda_is_a_loss():
    X, y = make_months()
    by_name, by_function = (
        make_regressor(loss=loss).fit(X, y).predict(X)
        for loss in ("mse", lambda y_true, y_pred: (y_true - y_pred) ** 2)
    )
    np.testing.assert_allclose(by_function, by_name, rtol=1e-6)
