"""Build and check the Keras model of a function of the user."""

import random
import threading
import weakref

import numpy as np

CALL = "build_network(window_shape, n_outputs)"
"""The call of the function, for error messages."""

# Reentrant, since the function may itself build or fit a custom network.
_lock = threading.RLock()
"""Held while global random states are replaced, which all threads share."""

_built_layers = weakref.WeakSet()
"""All layers that functions of users have returned and that still exist."""


def build_custom(architecture, seed):
    """Build a custom network.

    Parameters
    ----------
    architecture : CustomNetwork
    seed : int
        Seed of initial weights and dropout, unless the function sets seeds itself.

    Returns
    -------
    model : keras.Model
        Built, not compiled.

    Raises
    ------
    TypeError, ValueError
        If the function does not return an uncompiled Keras model that takes windows
        and returns one value for each output.
    """
    shapes = architecture.input_shape, architecture.n_outputs
    with _lock:
        model = _call_seeded(seed, architecture.build, *shapes)
    _check_model(model)
    if not model.built:
        try:
            model.build((None, *architecture.input_shape))
        except Exception as error:
            raise ValueError(
                f"{CALL} returned a model that cannot be built for windows of shape "
                f"{architecture.input_shape}: {error}. Start it with "
                "keras.layers.Input(window_shape)."
            ) from error
    _check_input(model, architecture.input_shape)
    _check_output(model, architecture)
    _check_new(model)
    return model


def _check_new(model):
    """Raise if layers of a model are those of another one: it would train both."""
    if any(layer in _built_layers for layer in model.layers):
        raise ValueError(
            f"{CALL} must return a new keras.Model at every call, made of new layers; "
            "got layers that it returned before. A fit would continue to train them, "
            "and change the regressors fitted before."
        )
    _built_layers.update(model.layers)


def _call_seeded(seed, build, *args):
    """Call a function with global random states seeded, then restore them."""
    before = random.getstate(), np.random.get_state()
    try:
        # Keras draws from them the seeds of layers that have none.
        random.seed(seed)
        np.random.seed(seed)
        return build(*args)
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])


def _check_model(model):
    """Raise unless this is an uncompiled Keras model with known inputs and outputs."""
    import keras

    if not isinstance(model, keras.Model):
        raise TypeError(
            f"{CALL} must return a keras.Model; got {type(model).__name__}. Check that "
            "the function returns the model."
        )
    if model.compiled:
        raise ValueError(
            f"{CALL} must return an uncompiled keras.Model, and a new one in every "
            "call; got a compiled one. Do not call compile(): the regressor does, with "
            "its parameters optimizer, learning_rate and loss."
        )
    # A Sequential without an Input layer gets its inputs in build().
    if not isinstance(model, keras.Sequential) and not hasattr(model, "inputs"):
        raise TypeError(
            f"{CALL} must return a keras.Sequential, or a keras.Model made from inputs "
            f"and outputs; got {type(model).__name__}, a subclass whose shapes are not "
            "known before it is called. Return keras.Model(x, model(x)) with x = "
            "keras.layers.Input(window_shape)."
        )


def _check_input(model, input_shape):
    """Raise unless a model takes one input, of windows of the given shape."""
    expected = (None, *input_shape)
    shape = model.input_shape
    is_one = isinstance(shape, tuple) and len(shape) == len(expected)
    if not is_one or any(
        size not in (None, n) for size, n in zip(shape, expected, strict=True)
    ):
        raise ValueError(
            f"{CALL} must return a model with one input of shape {expected}; got "
            f"{shape}. Start it with keras.layers.Input(window_shape)."
        )


def _check_output(model, architecture):
    """Raise unless a model returns one tensor of the right shape and dtype."""
    import keras

    windows = keras.KerasTensor((None, *architecture.input_shape), architecture.dtype)
    # Infer the shape without computing, for the dtype of the windows that follow,
    # which may differ from that of the Input layer.
    predictions = model.compute_output_spec(windows)
    is_one = hasattr(predictions, "shape")
    got = predictions.shape if is_one else [output.shape for output in model.outputs]
    if got != (None, architecture.n_outputs):
        advice = "End it with keras.layers.Dense(n_outputs)."
        if is_one and len(got) > 2:
            advice = (
                "It predicts at each step of a window. Set return_sequences=False in "
                "its last recurrent layer, or put keras.layers.Flatten() before its "
                "last layer, keras.layers.Dense(n_outputs)."
            )
        raise ValueError(
            f"{CALL} must return a model with one output of shape (None, "
            f"{architecture.n_outputs}); got {got}. {advice}"
        )
    if predictions.dtype != architecture.dtype:
        raise ValueError(
            f"{CALL} must return a model that computes in dtype="
            f"{architecture.dtype!r}; got one that predicts in {predictions.dtype}. "
            f"Build its layers with dtype={architecture.dtype!r}, or set dtype of the "
            "regressor to their dtype."
        )
