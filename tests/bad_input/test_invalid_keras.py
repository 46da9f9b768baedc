"""Networks, losses, optimizers, metrics and callbacks of Keras must be valid."""

import numpy as np
import pytest
from invalid_inputs import (
    N_FIT,
    check_first_fit_raises,
    make_months,
    make_regressor,
)
from sklearn.metrics import mean_squared_error

from skseq import KerasSequenceRegressor


def make_custom(build_network=None, **params):
    """Make a regressor with a network of the user's own."""
    build_network = build_network or layers_of(flat, dense)
    return KerasSequenceRegressor(build_network, epochs=1, random_state=0, **params)


def layers_of(*layers, steps=0):
    """Make a builder of a network, for windows that are some steps longer."""

    def network(window_shape, n_outputs):
        import keras

        time_steps, n_features = window_shape
        shape = (time_steps + steps, n_features)
        made = [make(keras.layers, n_outputs) for make in layers]
        return keras.Sequential([keras.layers.Input(shape), *made])

    return network


def layers_module():
    import keras

    return keras.layers


def sequential():
    import keras

    return keras.Sequential()


def flat(layers, n_outputs):
    return layers.Flatten()


def dense(layers, n_outputs):
    return layers.Dense(n_outputs)


def recurrent(layers, n_outputs):
    return layers.LSTM(3, return_sequences=True)


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


def subclass(window_shape, n_outputs):
    import keras

    class Subclass(keras.Model):
        def __init__(self):
            super().__init__()
            self.layer = layers_of(flat, dense)(window_shape, n_outputs)

        def call(self, windows):
            return self.layer(windows)

    return Subclass()


def subclass_that_was_called(window_shape, n_outputs):
    model = subclass(window_shape, n_outputs)
    model(np.zeros((1, *window_shape), dtype=np.float32))
    return model


def with_outputs(arrange):
    """Make a builder of a network with another arrangement of its output."""

    def network(window_shape, n_outputs):
        import keras

        model = layers_of(flat, dense)(window_shape, n_outputs)
        return keras.Model(model.inputs[0], arrange(model.outputs[0]))

    return network


def of_dtype(dtype):
    def network(window_shape, n_outputs):
        import keras

        options = {"dtype": dtype}
        layers = [
            keras.layers.Input(window_shape, **options),
            keras.layers.Flatten(**options),
            keras.layers.Dense(n_outputs, **options),
        ]
        return keras.Sequential(layers)

    return network


NETWORKS = {
    "nothing": (lambda shape, n: None, "must return a keras.Model; got NoneType"),
    "number": (lambda shape, n: 3, "must return a keras.Model; got int"),
    "compiled": (compiled, "must return an uncompiled keras.Model"),
    "too wide": (
        layers_of(flat, too_wide),
        r"one output of shape \(None, 1\); got \(None, 2\).*Dense\(n_outputs\)",
    ),
    "a prediction for each step": (
        layers_of(dense),
        r"got \(None, 1, 1\)\. It predicts at each step.*return_sequences=False",
    ),
    "a recurrent layer for each step": (
        layers_of(recurrent, dense),
        r"got \(None, 1, 1\)\. It predicts at each step.*return_sequences=False",
    ),
    "no last layer": (
        layers_of(recurrent),
        r"got \(None, 1, 3\)\. It predicts at each step.*Flatten\(\) before its last",
    ),
    "windows too long": (
        layers_of(flat, dense, steps=1),
        r"build_network.*one input of shape.*\(None, 2, 2\)",
    ),
    "two inputs": (two_inputs, "build_network.*one input"),
    "a class": (lambda shape, n: dict, "must return a keras.Model; got type"),
    "a layer": (
        lambda shape, n: dense(layers_module(), n),
        "keras.Model; got Dense",
    ),
    "subclass": (subclass, r"keras.Sequential, or .* got Subclass.*Return keras.Model"),
    "subclass that was called": (
        subclass_that_was_called,
        "got Subclass.*Return keras.Model",
    ),
    "two outputs": (
        with_outputs(lambda y: [y, y]),
        r"one output of .*got .*None, 1\), \(",
    ),
    "dict of outputs": (with_outputs(lambda y: {"y": y}), "one output of .*got .*None"),
    "one number in all": (
        with_outputs(lambda y: y[:, 0]),
        r"shape \(None, 1\).*got \(None,\)",
    ),
    "other dtype": (
        of_dtype("float64"),
        "dtype='float32'; got one that predicts in float64.*Build its layers",
    ),
    "no layers": (lambda shape, n: sequential(), "cannot be built.*no layers"),
}


@pytest.mark.parametrize(("network", "match"), NETWORKS.values(), ids=NETWORKS)
def test_networks_must_fit_windows_and_targets(network, match):
    check_first_fit_raises(make_custom(network), *make_months(), match)


NAMES_FOR_KERAS = {
    "loss": ("nope", "loss='nope' is not known.*'mse'"),
    "loss that is a class": (int, "loss=<class 'int'> is not known.*'mse'"),
    "optimizer": ("nope", "optimizer='nope' is not known.*'adam'"),
    "metrics": (["nope"], "metric.*nope"),
    "callbacks": ([1], "callbacks must contain .*Callback"),
}


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [(name, *rest) for name, rest in NAMES_FOR_KERAS.items()],
    ids=NAMES_FOR_KERAS,
)
def test_what_keras_does_not_know_raises(name, value, match):
    regressor = make_custom(**{name.split()[0]: value})
    check_first_fit_raises(regressor, *make_months(), match)


def test_a_lambda_is_a_loss():
    X, y = make_months()
    by_name, by_function = (
        make_regressor(engine="keras", loss=loss).fit(X, y).predict(X)
        for loss in ("mse", lambda y_true, y_pred: (y_true - y_pred) ** 2)
    )
    np.testing.assert_allclose(by_function, by_name, rtol=1e-6)


def squares(y_true, y_pred):
    return (y_true - y_pred) ** 2


def mean_of_squares(y_true, y_pred):
    import keras

    return keras.ops.mean(squares(y_true, y_pred))


def mean_over_rows(y_true, y_pred):
    import keras

    return keras.ops.mean(squares(y_true, y_pred), axis=0)


def mean_by_row(y_true, y_pred):
    import keras

    return keras.ops.mean(squares(y_true, y_pred), axis=-1)


def as_object(function, **options):
    """Make a keras.losses.Loss of a function."""
    import keras

    class OwnLoss(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return function(y_true, y_pred)

    return OwnLoss(**options)


@pytest.mark.parametrize("wrap", [lambda loss: loss, as_object])
@pytest.mark.parametrize("loss", [mean_of_squares, mean_over_rows])
def test_losses_that_cannot_be_weighted_by_row_raise(loss, wrap):
    X, y = make_months()
    weights = np.linspace(0.1, 1, N_FIT)
    regressor = make_regressor(engine="keras", loss=wrap(loss))
    match = r"loss must return one number for each row.*shape \(1?,?\).*axis=-1"
    check_first_fit_raises(regressor, X, y, match, sample_weight=weights)


@pytest.mark.parametrize(
    "loss",
    [
        lambda y_true, y_pred: np.abs(y_true - y_pred),
        lambda y_true, y_pred: np.mean((y_true - y_pred) ** 2, axis=-1),
        mean_squared_error,
    ],
)
def test_a_loss_that_calls_numpy_raises(loss):
    match = "loss=.* calls NumPy, but it gets tensors.* Write it with keras.ops"
    regressor = make_regressor(engine="keras", loss=loss)
    check_first_fit_raises(regressor, *make_months(), match)


@pytest.mark.slow
def test_a_loss_may_be_one_number_without_weights():
    X, y = make_months()
    plain = make_regressor(engine="keras").fit(X, y).predict(X)
    for weights in (None, np.full(N_FIT, 2.5)):
        regressor = make_regressor(engine="keras", loss=mean_of_squares)
        predicted = regressor.fit(X, y, sample_weight=weights).predict(X)
        np.testing.assert_allclose(predicted, plain, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("make", [lambda: squares, lambda: as_object(mean_by_row)])
def test_a_loss_by_row_or_cell_is_weighted(make):
    X, y = make_months()
    Y, weights = np.c_[y, 2 * y], np.linspace(0.1, 1, N_FIT)
    own, by_name = (
        make_regressor(engine="keras", loss=loss)
        .fit(X, Y, sample_weight=weights)
        .predict(X)
        for loss in (make(), "mse")
    )
    np.testing.assert_allclose(own, by_name, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_parts_of_another_dtype_raise(dtype):
    import keras

    other = {"float32": "float64", "float64": "float32"}[dtype]
    parts = {
        "loss": keras.losses.Huber(dtype=other),
        "metrics": [keras.metrics.MeanAbsoluteError(dtype=other)],
    }
    for name, part in parts.items():
        build_network = of_dtype(dtype)
        regressor = make_custom(build_network, dtype=dtype, **{name: part})
        match = f"{name} must compute.*{dtype}.*of dtype '{other}'.*dtype='{dtype}'"
        check_first_fit_raises(regressor, *make_months(), match)


@pytest.mark.slow
def test_metrics_start_anew_in_every_fit():
    import keras

    X, y = make_months()
    metric = keras.metrics.RootMeanSquaredError()
    metric.update_state([1.0], [9.0])
    regressor = make_custom(metrics=[metric]).fit(X, y)
    first = regressor.history_
    assert regressor.fit(X, y).history_ == first
    (root,) = first["root_mean_squared_error"]
    assert root == pytest.approx(np.sqrt(first["loss"][0]), rel=1e-5)
    assert float(metric.result()) == 8


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("optimizer", lambda keras: keras.optimizers.Optimizer),
        ("optimizer", lambda keras: keras.losses.Huber),
        ("optimizer", lambda keras: dict),
        ("loss", lambda keras: keras.losses.Loss),
        ("loss", lambda keras: keras.metrics.MeanSquaredError),
        ("loss", lambda keras: keras.optimizers.Adam),
        ("loss", lambda keras: dict),
    ],
)
def test_classes_of_another_kind_are_not_known(name, value):
    keras = pytest.importorskip("keras")
    regressor = make_regressor(engine="auto", **{name: value(keras)})
    check_first_fit_raises(
        regressor, *make_months(), f"{name}=.* is not known to Keras"
    )
