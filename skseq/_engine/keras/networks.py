"""From an architecture, or a user's own builder, to a Keras model."""

import random
import threading
from dataclasses import asdict

import numpy as np

from skseq._engine.contract import SEED_LIMIT
from skseq._engine.keras.forks import refuse_after_fork
from skseq._network.architecture import CustomNetwork

lock = threading.RLock()
"""Held while weights are lent to a shared predictor, or the global seed is borrowed."""


def build_network(architecture, states):
    """Build the Keras model of an architecture, with the weights of some states.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    states : list of TrainingState
        The answers of several are averaged.

    Returns
    -------
    model : keras.Model
        Not compiled.

    Raises
    ------
    TypeError, ValueError
        If a user's own builder does not return an uncompiled Keras model of the right
        output shape.
    """
    refuse_after_fork()
    import keras

    members = [_build_one(architecture, state) for state in states]
    if len(members) == 1:
        return members[0]
    for number, member in enumerate(members):
        member.name = f"member_{number}"
    windows = keras.layers.Input(architecture.window_shape, dtype=architecture.dtype)
    mean = keras.layers.Average(dtype=architecture.dtype, name="mean")
    return keras.Model(windows, mean([member(windows) for member in members]))


def blend(model, architecture, linear, share):
    """Blend a network's answers with those of a linear forecast.

    Parameters
    ----------
    model : keras.Model
    architecture : Architecture or CustomNetwork
    linear : LinearForecast or None
    share : float
        Of the linear forecast; 0 gives the model back.

    Returns
    -------
    model : keras.Model
        Not compiled. The linear forecast is not trained on.
    """
    if not share:
        return model
    import keras

    options = {"dtype": architecture.dtype}
    windows = keras.layers.Input(architecture.window_shape, **options)
    values, restore = _terms(architecture.normalization, windows, "linear_", options)
    values = keras.layers.Flatten(name="flatten", **options)(values)
    dense = keras.layers.Dense(
        architecture.n_outputs, trainable=False, name="linear", **options
    )
    forecast = restore(dense(values), windows)
    dense.set_weights([linear.kernel, linear.bias])
    return keras.Model(windows, (1 - share) * model(windows) + share * forecast)


def _terms(normalization, windows, prefix, options):
    """Return normalized windows, and the layer that brings answers to them back."""
    from skseq._engine.keras.normalizing import (
        InstanceDenormalization,
        InstanceNormalization,
    )

    floors, anchors = normalization.floors, []
    for anchor in normalization.anchors:
        anchors.append(None if anchor is None else asdict(anchor))
    name = f"{prefix}restore"
    restore = InstanceDenormalization(floors, anchors, name=name, **options)
    normalize = InstanceNormalization(floors, name=f"{prefix}normalize", **options)
    return normalize(windows), restore


def _build_one(architecture, state):
    if isinstance(architecture, CustomNetwork):
        model = _build_own(architecture, state.seed)
    elif architecture.normalization is None:
        model = _build_stack(architecture, state.seed)
    else:
        model = _normalized(architecture, _build_stack(architecture, state.seed))
    if state.weights is not None:
        model.set_weights(list(state.weights.values()))
    return model


def _build_stack(architecture, seed):
    import keras

    seeds = draw_seeds(seed)
    options = {"dtype": architecture.dtype}
    layers = [keras.layers.Input(architecture.window_shape, **options)]
    for number, layer in enumerate(architecture.layers):
        is_last = number == len(architecture.layers) - 1
        name = f"{layer.cell}_{number}"
        recurrent = _cell_layers()[layer.cell](
            layer.units,
            return_sequences=not is_last,
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
        layers.append(recurrent)
        if layer.dropout:
            layers.append(
                keras.layers.Dropout(
                    layer.dropout, seed=next(seeds), name=f"drop_{number}", **options
                )
            )
    *hidden, _ = architecture.dense_shapes
    for number, (_, n_outputs) in enumerate(architecture.dense_shapes):
        is_head = number == len(hidden)
        layers.append(
            keras.layers.Dense(
                n_outputs,
                activation=None if is_head else "relu",
                kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
                name="head" if is_head else f"dense_{number}",
                **options,
            )
        )
    return keras.Sequential(layers, name="network")


def _normalized(architecture, stack):
    """Let a network read windows, and answer, in their own terms."""
    import keras

    options = {"dtype": architecture.dtype}
    windows = keras.layers.Input(architecture.window_shape, **options)
    values, restore = _terms(architecture.normalization, windows, "", options)
    for layer in stack.layers:
        values = layer(values)
    return keras.Model(windows, restore(values, windows), name="network")


def _cell_layers():
    import keras

    return {
        "lstm": keras.layers.LSTM,
        "gru": keras.layers.GRU,
        "rnn": keras.layers.SimpleRNN,
    }


def _build_own(architecture, seed):
    import keras

    shapes = architecture.window_shape, architecture.n_outputs
    with lock:
        model = _seeded(seed, architecture.build, *shapes)
    if not isinstance(model, keras.Model):
        raise TypeError(
            "network(window_shape, n_outputs) must return a keras.Model; it returned "
            f"{type(model).__name__}."
        )
    if model.compiled:
        raise ValueError(
            "network(window_shape, n_outputs) must return an uncompiled keras.Model, "
            "and a new one at every call: the regressor compiles it with its own "
            "optimizer, learning_rate and loss."
        )
    if not isinstance(model, keras.Sequential) and not hasattr(model, "inputs"):
        raise TypeError(
            "network(window_shape, n_outputs) must return a keras.Sequential, or a "
            "keras.Model made of inputs and outputs; it returned a "
            f"{type(model).__name__}, whose shapes are not known before it is called. "
            "Wrap it: x = keras.layers.Input(window_shape), keras.Model(x, model(x))."
        )
    if not model.built:
        try:
            model.build((None, *architecture.window_shape))
        except Exception as error:
            raise ValueError(
                "The model of network(window_shape, n_outputs) could not be built for "
                f"windows of shape {architecture.window_shape}: {error}"
            ) from error
    _refuse_other_input(model, architecture.window_shape)
    _refuse_other_output(model, architecture)
    return model


def _refuse_other_input(model, window_shape):
    """Raise unless a model takes one input, of windows of the given shape."""
    wanted = (None, *window_shape)
    shape = model.input_shape
    is_one = isinstance(shape, tuple) and len(shape) == len(wanted)
    if not is_one or any(
        size is not None and size != w for size, w in zip(shape, wanted, strict=True)
    ):
        raise ValueError(
            "network(window_shape, n_outputs) must return a model with one input of "
            f"shape {wanted}; got {shape}. Begin it with "
            "keras.layers.Input(window_shape)."
        )


def _refuse_other_output(model, architecture):
    """Raise unless a model gives one tensor of the right shape and dtype."""
    import keras

    windows = keras.KerasTensor((None, *architecture.window_shape), architecture.dtype)
    answers = model.compute_output_spec(windows)
    is_one = hasattr(answers, "shape")
    got = answers.shape if is_one else [output.shape for output in model.outputs]
    if got != (None, architecture.n_outputs):
        raise ValueError(
            "network(window_shape, n_outputs) must return a model with one output of "
            f"shape (None, {architecture.n_outputs}); got {got}. End it "
            "with keras.layers.Dense(n_outputs)."
        )
    if answers.dtype != architecture.dtype:
        raise ValueError(
            "network(window_shape, n_outputs) must return a model that computes in "
            f"dtype={architecture.dtype!r}; got one that answers in {answers.dtype}. "
            f"Build its layers with dtype={architecture.dtype!r}, or set the "
            "regressor's dtype to theirs."
        )


def _seeded(seed, build, *args):
    """Seed what Keras draws default seeds from, call a builder, and put it back."""
    before = random.getstate(), np.random.get_state()
    try:
        try:
            random.seed(seed)
            np.random.seed(seed)
            return build(*args)
        finally:
            _put_back(*before)
    finally:
        _put_back(*before)  # if an interrupt came before the first could


def _put_back(python, numpy):
    random.setstate(python)
    np.random.set_state(numpy)


def draw_seeds(seed):
    """Yield seeds for the parts of a network, without end.

    Parameters
    ----------
    seed : int
        Of them all.
    """
    rng = np.random.default_rng(seed)
    while True:
        yield int(rng.integers(SEED_LIMIT))
