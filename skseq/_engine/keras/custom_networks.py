"""Build the Keras model of a user's function, and check it."""

import random
import threading

import numpy as np

CALL = "build_network(window_shape, n_outputs)"
"""How the function is called, for messages."""

# Reentrant, since the function may itself build or fit such a network.
_lock = threading.RLock()
"""Held while the global random states are replaced."""


def build_custom(architecture, seed):
    """Build the network of a user's function.

    Parameters
    ----------
    architecture : CustomNetwork
    seed : int
        For the initial weights and for dropout, as far as the function sets no seeds.

    Returns
    -------
    model : keras.Model
        Built, not compiled.

    Raises
    ------
    TypeError, ValueError
        If the function does not return an uncompiled Keras model that takes windows
        and gives one prediction for each output.
    """
    shapes = architecture.window_shape, architecture.n_outputs
    with _lock:
        model = _call_seeded(seed, architecture.build, *shapes)
    _check_model(model)
    if not model.built:
        try:
            model.build((None, *architecture.window_shape))
        except Exception as error:
            raise ValueError(
                f"The model of {CALL} could not be built for windows of shape "
                f"{architecture.window_shape}: {error}"
            ) from error
    _check_input(model, architecture.window_shape)
    _check_output(model, architecture)
    return model


def _call_seeded(seed, build, *args):
    """Call a function with the global random states seeded, and restore them."""
    before = random.getstate(), np.random.get_state()
    try:
        # Keras draws the seeds of layers without one from these.
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
            f"{CALL} must return a keras.Model; got {type(model).__name__}."
        )
    if model.compiled:
        raise ValueError(
            f"{CALL} must return an uncompiled keras.Model, and a new one at every "
            "call; got a compiled one. Leave compile() to the regressor, which uses "
            "its parameters optimizer, learning_rate and loss."
        )
    # A Sequential without an Input layer gets its inputs in build().
    if not isinstance(model, keras.Sequential) and not hasattr(model, "inputs"):
        raise TypeError(
            f"{CALL} must return a keras.Sequential, or a keras.Model made of inputs "
            f"and outputs; got {type(model).__name__}, a subclass whose shapes are not "
            "known before it is called. Wrap it: x = keras.layers.Input(window_shape), "
            "keras.Model(x, model(x))."
        )


def _check_input(model, window_shape):
    """Raise unless a model takes one input, of windows of the given shape."""
    wanted = (None, *window_shape)
    shape = model.input_shape
    is_one = isinstance(shape, tuple) and len(shape) == len(wanted)
    if not is_one or any(
        size is not None and size != w for size, w in zip(shape, wanted, strict=True)
    ):
        raise ValueError(
            f"{CALL} must return a model with one input of shape {wanted}; got "
            f"{shape}. Begin it with keras.layers.Input(window_shape)."
        )


def _check_output(model, architecture):
    """Raise unless a model gives one tensor of the right shape and dtype."""
    import keras

    windows = keras.KerasTensor((None, *architecture.window_shape), architecture.dtype)
    # The shape is worked out without computing anything, and for the dtype of the
    # windows to come, which need not be that of the Input layer.
    predictions = model.compute_output_spec(windows)
    is_one = hasattr(predictions, "shape")
    got = predictions.shape if is_one else [output.shape for output in model.outputs]
    if got != (None, architecture.n_outputs):
        raise ValueError(
            f"{CALL} must return a model with one output of shape (None, "
            f"{architecture.n_outputs}); got {got}. End it with "
            "keras.layers.Dense(n_outputs)."
        )
    if predictions.dtype != architecture.dtype:
        raise ValueError(
            f"{CALL} must return a model that computes in dtype="
            f"{architecture.dtype!r}; got one that predicts in {predictions.dtype}. "
            f"Build its layers with dtype={architecture.dtype!r}, or set the "
            "regressor's dtype to theirs."
        )
