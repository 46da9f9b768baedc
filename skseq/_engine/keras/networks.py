"""Build the Keras model of an architecture or of a custom network."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from skseq._engine.contract import SEED_LIMIT
from skseq._engine.keras.custom_networks import build_custom
from skseq._engine.keras.startup import start_tensorflow
from skseq._network.architecture import CustomNetwork, dtype_of_windows


@dataclass(frozen=True, eq=False)
class Network:
    """A Keras model and those of its parts that each run sets.

    Attributes
    ----------
    model : keras.Model
        From windows to scaled predictions.
    core : keras.Model
        The trained part, without the normalization before and after it. Its weights are
        those of a `TrainingState`, in the same order.
    normalization_layers : tuple of keras.layers.Layer
        Empty without normalization.
    """

    model: Any
    core: Any
    normalization_layers: tuple = ()

    def set_weights(self, weights):
        """Set the weights of the core, a dict of str to ndarray."""
        self.core.set_weights(list(weights.values()))

    def set_normalization(self, normalization):
        """Set the constants of a normalization with the same features and anchors."""
        for layer in self.normalization_layers:
            layer.set_constants(normalization)


def build_network(architecture, states):
    """Build the Keras model of an architecture, with the weights of some states.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    states : list of TrainingState
        The states of the members, whose predictions are averaged.

    Returns
    -------
    model : keras.Model
        Not compiled.

    Raises
    ------
    TypeError, ValueError
        If the function of a custom network does not return a valid Keras model.
    """
    start_tensorflow()
    import keras

    members = [build_member(architecture, state).model for state in states]
    if len(members) == 1:
        return members[0]
    for number, member in enumerate(members):  # Keras requires distinct names
        member.name = f"member_{number}"
    windows = _windows_input(architecture)
    mean = keras.layers.Average(dtype=architecture.dtype, name="mean")
    return keras.Model(windows, mean([member(windows) for member in members]))


def build_member(architecture, state):
    """Build the `Network` of a state, with its weights if it has any."""
    is_custom = isinstance(architecture, CustomNetwork)
    core = (build_custom if is_custom else _build_stack)(architecture, state.seed)
    network = Network(core, core)
    if architecture.normalization is not None or architecture.patch_length > 1:
        network = _add_window_layers(architecture, core)
    if state.weights is not None:
        network.set_weights(state.weights)
    return network


def without_constants(architecture):
    """Replace the constants in the normalization of an architecture by ones.

    Architectures that differ only in these constants can then share one traced network,
    whose constants `Network.set_normalization` sets. A `CustomNetwork` is returned
    unchanged, because no two are equal.
    """
    normalization = architecture.normalization
    if normalization is None or isinstance(architecture, CustomNetwork):
        return architecture
    statistics = normalization.statistics
    structure = replace(
        normalization,
        floors=tuple(None if floor is None else 1.0 for floor in normalization.floors),
        anchors=tuple(
            anchor and replace(anchor, slope=1.0, intercept=1.0)
            for anchor in normalization.anchors
        ),
        statistics=statistics
        and replace(
            statistics,
            means=(1.0,) * len(statistics.means),
            deviations=(1.0,) * len(statistics.means),
        ),
    )
    return replace(architecture, normalization=structure)


def blend(model, architecture, linear, weights):
    """Average the predictions of a network and of a linear forecast.

    Parameters
    ----------
    model : keras.Model
        Not looked at where all weights are 1.
    architecture : Architecture or CustomNetwork
    linear : LinearForecast or None
    weights : ndarray of shape (n_outputs,)
        Of the linear forecast in the average; zeros give the model back.

    Returns
    -------
    model : keras.Model
        Not compiled. The weights of the linear forecast are not trainable.
    """
    if not weights.any():
        return model
    start_tensorflow()
    import keras

    windows = _windows_input(architecture)
    forecast = _linear_forecast(windows, architecture, linear)
    if (weights == 1).all():
        return keras.Model(windows, forecast)
    # The weights stay arrays, because Keras rounds lists to float32.
    options = {"dtype": architecture.dtype}
    parts = [
        keras.layers.Rescaling(part_weights, **options)(part)
        for part, part_weights in ((model(windows), 1 - weights), (forecast, weights))
    ]
    return keras.Model(windows, keras.layers.Add(name="average", **options)(parts))


def _linear_forecast(windows, architecture, linear):
    """Add the layers of a linear forecast."""
    import keras

    def add_sums(name, *weights):
        layer = keras.layers.Dense(
            architecture.n_outputs,
            trainable=False,
            name=name,
            dtype=architecture.dtype,
        )
        sums = layer(values)
        # Not earlier, since a layer has no weights before it is called.
        layer.set_weights(weights)
        return sums

    normalize, restore = _normalization_layers(
        architecture, "linear_", linear.series_scale and linear.series_scale.variances
    )
    flatten = keras.layers.Flatten(name="flatten", dtype=architecture.dtype)
    values = flatten(normalize(windows))
    of_window, of_series = linear.split()
    sums = add_sums("linear", *of_window)
    if linear.series_scale is None:
        return restore(sums, windows)
    return restore(sums, windows, add_sums("linear_of_series", *of_series))


def sort_quantiles(model, architecture):
    """Let a model sort the quantiles of each target that it predicts.

    Returns a model with one more layer; the model itself unless there are several
    quantiles.
    """
    if architecture.n_quantiles == 1:
        return model
    import keras

    from skseq._engine.keras.registered_classes import SortedQuantiles

    layer = SortedQuantiles(
        architecture.n_quantiles, name="quantiles", dtype=architecture.dtype
    )
    return keras.Model(model.inputs[0], layer(model.outputs[0]), name=model.name)


def without_rounding(model, architecture):
    """Let a model predict from float64 windows without rounding them first.

    Returns a model with the same layers; the model itself where windows are float32. It
    can be exported to ONNX, which Keras does only after a model was called.
    """
    if dtype_of_windows(architecture) == "float32":
        model(model.inputs[0])
        return model
    from skseq._engine.keras.registered_classes import Float64Model

    return Float64Model(model.inputs[0], model.outputs[0], name=model.name)


def _windows_input(architecture):
    import keras

    dtype = dtype_of_windows(architecture)
    return keras.layers.Input(architecture.window_shape, dtype=dtype)


def _normalization_layers(architecture, prefix="", series_variances=None):
    """Make the layer that normalizes windows and the one that restores predictions."""
    from skseq._engine.keras.registered_classes import (
        InstanceDenormalization,
        InstanceNormalization,
    )

    normalization, dtype = architecture.normalization, architecture.dtype
    floors = normalization.floors
    anchors = [anchor and asdict(anchor) for anchor in normalization.anchors]
    return (
        InstanceNormalization(floors, name=f"{prefix}normalize", dtype=dtype),
        InstanceDenormalization(
            floors, anchors, series_variances, name=f"{prefix}restore", dtype=dtype
        ),
    )


def _add_window_layers(architecture, core):
    """Add what is done to windows before a network, and to its predictions after it."""
    import keras

    normalization, dtype = architecture.normalization, architecture.dtype
    windows = values = _windows_input(architecture)
    layers = ()
    if normalization is not None:
        normalize, restore = layers = _normalization_layers(architecture)
        values = normalize(windows)
    if architecture.patch_length > 1:
        shape = architecture.patched_shape
        values = keras.layers.Reshape(shape, name="patches", dtype=dtype)(values)
    if architecture.n_statistics:
        from skseq._engine.keras.registered_classes import ConcatenateStatistics

        statistics = asdict(normalization.statistics)
        concatenate = ConcatenateStatistics(
            normalization.floors, statistics, name="statistics", dtype=dtype
        )
        layers = (*layers, concatenate)
        values = concatenate(values, windows)
    if isinstance(architecture, CustomNetwork):
        values = core(values)
    else:  # layer by layer, so that summary() shows them all
        for layer in core.layers:
            values = layer(values)
    if normalization is not None:
        values = restore(values, windows)
    return Network(keras.Model(windows, values, name="network"), core, layers)


def _build_stack(architecture, seed):
    """Build recurrent layers, dense layers and the output layer as one model."""
    import keras

    # The order of the layers is also the order in which seeds are drawn.
    seeds = draw_seeds(seed)
    layers = [
        keras.layers.Input(architecture.input_shape, dtype=architecture.dtype),
        *_recurrent_layers(architecture, seeds),
        *_dense_layers(architecture, seeds),
    ]
    return keras.Sequential(layers, name="network")


def _recurrent_layers(architecture, seeds):
    import keras

    cells = {
        "lstm": keras.layers.LSTM,
        "gru": keras.layers.GRU,
        "rnn": keras.layers.SimpleRNN,
    }
    options = {"dtype": architecture.dtype}
    for number, layer in enumerate(architecture.layers):
        name = f"{layer.cell}_{number}"
        recurrent = cells[layer.cell](
            layer.units,
            # The next recurrent layer needs all steps, a dense layer only the last.
            return_sequences=number < len(architecture.layers) - 1,
            kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
            recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)),
            recurrent_dropout=layer.recurrent_dropout,
            seed=next(seeds),
            name=name,
            **options,
        )
        if architecture.bidirectional:
            recurrent = keras.layers.Bidirectional(
                recurrent, name=f"both_{name}", **options
            )
        yield recurrent
        if layer.dropout:
            yield keras.layers.Dropout(
                layer.dropout, seed=next(seeds), name=f"drop_{number}", **options
            )


def _dense_layers(architecture, seeds):
    import keras

    shapes = architecture.dense_shapes
    for number, (_, n_outputs) in enumerate(shapes):
        is_last = number == len(shapes) - 1
        yield keras.layers.Dense(
            n_outputs,
            activation=None if is_last else "relu",
            kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
            name="head" if is_last else f"dense_{number}",
            dtype=architecture.dtype,
        )


def draw_seeds(seed):
    """Yield seeds for the layers of a network, without end."""
    rng = np.random.default_rng(seed)
    while True:
        yield int(rng.integers(SEED_LIMIT))
