"""What a network is made of: sizes, names and weights as plain data.

Nothing here knows a framework. Weights are a dict of named arrays, in the order in
which Keras lists them, so both engines start from the same numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import pairwise, product
from numbers import Integral, Real

import numpy as np

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
"""Blocks in a cell's kernel: the gates and the candidate state."""

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
"""What dense layers may end in."""

DIRECTIONS = ("forward", "backward")


@dataclass(frozen=True)
class Layer:
    """One recurrent layer.

    Attributes
    ----------
    cell : {"lstm", "gru", "rnn"}
    units : int
    n_inputs : int
    directions : tuple of str
        ``("forward",)`` or both.
    dropout : float
        Share of the layer's outputs that is dropped in training, at each step anew.
    input_dropout, recurrent_dropout : float
        Shares of what a cell takes in, from below and from the step before, that are
        dropped in training, the same at all steps of a window.
    """

    cell: str
    units: int
    n_inputs: int
    directions: tuple[str, ...]
    dropout: float = 0.0
    input_dropout: float = 0.0
    recurrent_dropout: float = 0.0

    @property
    def n_outputs(self):
        """Values that the layer gives for each step."""
        return self.units * len(self.directions)

    @property
    def shapes(self):
        """Shapes of the weights of one direction, as Keras lays them out."""
        width = GATES[self.cell] * self.units
        # A GRU with reset_after has one bias for the input and one for the state.
        bias = (2, width) if self.cell == "gru" else (width,)
        return {
            "kernel": (self.n_inputs, width),
            "recurrent_kernel": (self.units, width),
            "bias": bias,
        }


@dataclass(frozen=True)
class Anchor:
    """The value in a window that an answer counts from: the target's own past.

    Attributes
    ----------
    feature : int
        The feature that holds the target's past.
    step : int or None
        Of the window, counted from its end: -1 is the last. None for the mean of all.
    slope, intercept : float
        The scaled target is ``slope * feature + intercept``.
    """

    feature: int
    step: int | None
    slope: float
    intercept: float


@dataclass(frozen=True)
class Normalization:
    """How a network reads each window, and answers, in the window's own terms.

    A feature with a floor has its mean over the window taken off and is divided by its
    deviation, the root of variance plus floor. An answer is multiplied by the deviation
    of the target's past and added to its anchor (Kim et al. 2022).

    Attributes
    ----------
    floors : tuple of float or None
        What is added to each feature's variance, so that a window in which nothing
        moves is no division by zero. None leaves a feature on its level.
    anchors : tuple of Anchor or None
        One for each output; None for an output that is answered as it is.
    """

    floors: tuple[float | None, ...]
    anchors: tuple[Anchor | None, ...]


@dataclass(frozen=True)
class Architecture:
    """A stack of recurrent layers, dense layers on its end, and a linear head.

    Attributes
    ----------
    cells : tuple of {"lstm", "gru", "rnn"}
        First layer first.
    units : tuple of int
    dropout, input_dropout, recurrent_dropout : tuple of float
        The shares of each layer.
    bidirectional : bool
    dense_units : tuple of int
        Sizes of the dense layers.
    dense_activation : str
        One of `ACTIVATIONS`.
    window_shape : tuple of int
        (time_steps, n_features).
    n_outputs : int
    dtype : {"float32", "float64"}
    normalization : Normalization or None
        None where windows are read, and answers given, as they are.
    """

    cells: tuple[str, ...]
    units: tuple[int, ...]
    dropout: tuple[float, ...]
    input_dropout: tuple[float, ...]
    recurrent_dropout: tuple[float, ...]
    bidirectional: bool
    dense_units: tuple[int, ...]
    dense_activation: str
    window_shape: tuple[int, int]
    n_outputs: int
    dtype: str
    normalization: Normalization | None = None

    @property
    def layers(self):
        """The recurrent layers, first to last."""
        directions = DIRECTIONS if self.bidirectional else DIRECTIONS[:1]
        layers = []
        n_inputs = self.window_shape[1]
        for cell, units, *shares in zip(
            self.cells,
            self.units,
            self.dropout,
            self.input_dropout,
            self.recurrent_dropout,
            strict=True,
        ):
            layers.append(Layer(cell, units, n_inputs, directions, *shares))
            n_inputs = layers[-1].n_outputs
        return layers

    @property
    def drops(self):
        """Whether training drops anything."""
        return any(self.dropout + self.input_dropout + self.recurrent_dropout)

    @property
    def dense_shapes(self):
        """Shape of every dense kernel, the head's last: (n_inputs, n_outputs)."""
        sizes = (self.layers[-1].n_outputs, *self.dense_units, self.n_outputs)
        return list(pairwise(sizes))

    @property
    def weight_shapes(self):
        """Shape of every weight by name, in Keras' order."""
        shapes = {}
        for number, layer in enumerate(self.layers):
            for direction, (name, shape) in product(
                layer.directions, layer.shapes.items()
            ):
                shapes[f"{layer.cell}_{number}/{direction}/{name}"] = shape
        for number, shape in enumerate(self.dense_shapes):
            name = f"dense_{number}" if number < len(self.dense_units) else "head"
            shapes[f"{name}/kernel"], shapes[f"{name}/bias"] = shape, shape[1:]
        return shapes


@dataclass(frozen=True, eq=False)
class CustomNetwork:
    """A network that the user builds; no two are equal, for a builder may change.

    Attributes
    ----------
    build : callable
        ``build(window_shape, n_outputs)`` returns an uncompiled ``keras.Model``.
    window_shape : tuple of int
        (time_steps, n_features).
    n_outputs : int
    dtype : {"float32", "float64"}
        Of the windows it is given.
    normalization : Normalization or None
        None where windows are read, and predictions given, as they are.
    """

    build: Callable
    window_shape: tuple[int, int]
    n_outputs: int
    dtype: str
    normalization: Normalization | None = None


def make_architecture(
    cell,
    units,
    dropout=0,
    *,
    input_dropout=0,
    recurrent_dropout=0,
    bidirectional=False,
    dense_units=(),
    dense_activation="relu",
    window_shape,
    n_outputs,
    dtype,
    normalization=None,
):
    """Spell out a stack from parameters that may be one value or one a layer.

    Parameters
    ----------
    cell : str or sequence of str
    units : int or sequence of int
    dropout : float or sequence of float
        One value goes between layers, and after the layer where there is one.
    input_dropout, recurrent_dropout : float or sequence of float
        One value goes to every layer.
    bidirectional : bool
    dense_units : int or sequence of int
    dense_activation : str
    window_shape : tuple of int
    n_outputs : int
    dtype : str
    normalization : Normalization or None

    Returns
    -------
    architecture : Architecture

    Raises
    ------
    ValueError
        If sequences differ in length, or hold anything illegal.
    """
    stack = {
        "cell": cell,
        "units": units,
        "dropout": dropout,
        "input_dropout": input_dropout,
        "recurrent_dropout": recurrent_dropout,
    }
    lengths = {k: len(v) for k, v in stack.items() if _is_sequence(v)}
    n_layers = next(iter(lengths.values()), 1)
    if set(lengths.values()) - {n_layers} or n_layers == 0:
        raise ValueError(
            "A stack needs one value a layer, or one for all, and at least one layer; "
            f"got sequences of different or no length: {lengths}."
        )
    if "dropout" not in lengths:
        after_last = dropout if n_layers == 1 else 0
        stack["dropout"] = (dropout,) * (n_layers - 1) + (after_last,)
    for name, value in stack.items():
        per_layer = tuple(value) if _is_sequence(value) else (value,) * n_layers
        is_legal, rule, as_type = RULES[name]
        _refuse_unless(name, per_layer, is_legal, rule)
        stack[name] = tuple(as_type(v) for v in per_layer)
    dense_units = tuple(dense_units) if _is_sequence(dense_units) else (dense_units,)
    _refuse_unless("dense_units", dense_units, _is_count, A_COUNT)
    return Architecture(
        cells=stack.pop("cell"),
        **stack,
        bidirectional=bidirectional,
        dense_units=tuple(int(u) for u in dense_units),
        dense_activation=dense_activation,
        window_shape=window_shape,
        n_outputs=n_outputs,
        dtype=dtype,
        normalization=normalization,
    )


def _is_sequence(value):
    return not isinstance(value, str) and np.ndim(value) > 0


def _is_count(value):
    return isinstance(value, Integral) and not isinstance(value, bool) and value >= 1


def _is_share(value):
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= value < 1


A_COUNT = "a whole number of at least 1"
A_SHARE = (_is_share, "a number from 0 to below 1", float)

RULES = {
    "cell": (lambda cell: cell in GATES, f"one of {sorted(GATES)}", str),
    "units": (_is_count, A_COUNT, int),
    "dropout": A_SHARE,
    "input_dropout": A_SHARE,
    "recurrent_dropout": A_SHARE,
}
"""What is legal for a layer, in code and in words, and the type it is kept in."""


def _refuse_unless(name, values, is_legal, rule):
    for position, value in enumerate(values):
        if not is_legal(value):
            raise ValueError(
                f"{name} must be {rule} for every layer; got {value!r} for layer "
                f"{position} in {tuple(values)!r}."
            )


def refuse_other(new, old):
    """Raise if training cannot go on because the network would be another one."""
    changed = [
        f"{field.name} {getattr(old, field.name, None)} -> {getattr(new, field.name)}"
        for field in fields(new)
        if getattr(new, field.name) != getattr(old, field.name, None)
    ]
    if not changed:
        return
    raise ValueError(
        "A warm start goes on with the network of the first fit, but its architecture "
        f"has changed: {', '.join(changed)}. Set the parameters back, or fit with "
        "warm_start=False."
    )
