"""What a network is made of: sizes, names and weights as plain data.

Nothing here knows a framework. Weights are a dict of named arrays, in the order in
which Keras lists them, so both engines start from the same numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import pairwise, product
from numbers import Integral, Real

import numpy as np

# A GRU has an update and a reset gate, an LSTM an input, a forget and an output gate.
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
"""Blocks of columns in a cell's kernel: its gates and the candidate state."""

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
        Dropout rate of the layer's outputs; the mask differs from step to step.
    recurrent_dropout : float
        Dropout rate of the state that a cell gets from the step before; the mask is
        the same at all steps of a window.
    """

    cell: str
    units: int
    n_inputs: int
    directions: tuple[str, ...]
    dropout: float = 0.0
    recurrent_dropout: float = 0.0

    @property
    def n_outputs(self):
        """Number of values that the layer outputs at each step."""
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
    """The value in a window that a prediction is a difference from.

    It is a past value of the target, or the mean of its past values in the window.

    Attributes
    ----------
    feature : int
        The feature that holds past values of the target.
    step : int or None
        Step of the window, counted from its end: -1 is the last. None for the mean
        over all steps.
    slope, intercept : float
        The scaled target is ``slope * feature + intercept``.
    """

    feature: int
    step: int | None
    slope: float
    intercept: float


@dataclass(frozen=True)
class Normalization:
    """How each window is standardized, and how predictions are transformed back.

    A feature with a floor is standardized in each window: its mean over the window is
    subtracted, and it is divided by its deviation, the root of variance plus floor. A
    prediction is multiplied by the deviation of the target's past values and added to
    its anchor [1]_.

    Attributes
    ----------
    floors : tuple of float or None
        Added to each feature's variance, so that a window of equal values causes no
        division by zero. None leaves a feature as it is.
    anchors : tuple of Anchor or None
        One for each output; None for an output that is not transformed.

    References
    ----------
    .. [1] T. Kim et al., "Reversible Instance Normalization for Accurate Time-Series
       Forecasting against Distribution Shift", ICLR 2022.
    """

    floors: tuple[float | None, ...]
    anchors: tuple[Anchor | None, ...]


@dataclass(frozen=True)
class Architecture:
    """A stack of recurrent layers, then dense layers (relu), then a linear head.

    Attributes
    ----------
    cells : tuple of {"lstm", "gru", "rnn"}
        First layer first.
    units : tuple of int
    dropout, recurrent_dropout : tuple of float
        The dropout rates of each layer.
    bidirectional : bool
    dense_units : tuple of int
        Sizes of the dense layers.
    window_shape : tuple of int
        (time_steps, n_features).
    n_outputs : int
    dtype : {"float32", "float64"}
    normalization : Normalization or None
        None where windows and predictions are not normalized.
    """

    cells: tuple[str, ...]
    units: tuple[int, ...]
    dropout: tuple[float, ...]
    recurrent_dropout: tuple[float, ...]
    bidirectional: bool
    dense_units: tuple[int, ...]
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
        for cell, units, *rates in zip(
            self.cells, self.units, self.dropout, self.recurrent_dropout, strict=True
        ):
            layers.append(Layer(cell, units, n_inputs, directions, *rates))
            n_inputs = layers[-1].n_outputs
        return layers

    @property
    def has_dropout(self):
        """Whether training needs random masks."""
        return any(self.dropout + self.recurrent_dropout)

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


# eq=False: a builder may return another network at the next call, so that two objects
# with the same builder are not the same network.
@dataclass(frozen=True, eq=False)
class CustomNetwork:
    """A network that the user builds.

    Attributes
    ----------
    build : callable
        ``build(window_shape, n_outputs)`` returns an uncompiled ``keras.Model``.
    window_shape : tuple of int
        (time_steps, n_features).
    n_outputs : int
    dtype : {"float32", "float64"}
        Dtype of the windows that the network gets.
    normalization : Normalization or None
        None where windows and predictions are not normalized.
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
    recurrent_dropout=0,
    bidirectional=False,
    dense_units=(),
    window_shape,
    n_outputs,
    dtype,
    normalization=None,
):
    """Make an architecture from parameters that are one value, or one for each layer.

    Parameters
    ----------
    cell : str or sequence of str
    units : int or sequence of int
    dropout : float or sequence of float
        One value is the rate between layers, or after the layer if there is only one.
    recurrent_dropout : float or sequence of float
        One value is the rate of every layer.
    bidirectional : bool
    dense_units : int or sequence of int
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
        If sequences differ in length, or hold an invalid value.
    """
    stack = {
        "cell": cell,
        "units": units,
        "dropout": dropout,
        "recurrent_dropout": recurrent_dropout,
    }
    n_layers = _count_layers(stack)
    if not _is_sequence(dropout):
        # Between layers, not before the head. A single layer would then have none at
        # all, so its outputs are dropped before the head.
        after_last = dropout if n_layers == 1 else 0
        stack["dropout"] = (dropout,) * (n_layers - 1) + (after_last,)
    for name, value in stack.items():
        per_layer = tuple(value) if _is_sequence(value) else (value,) * n_layers
        is_valid, rule, as_type = RULES[name]
        _check_each(name, per_layer, is_valid, rule)
        stack[name] = tuple(as_type(v) for v in per_layer)
    dense_units = tuple(dense_units) if _is_sequence(dense_units) else (dense_units,)
    _check_each("dense_units", dense_units, _is_count, COUNT_RULE)
    return Architecture(
        cells=stack.pop("cell"),
        **stack,
        bidirectional=bidirectional,
        dense_units=tuple(int(u) for u in dense_units),
        window_shape=window_shape,
        n_outputs=n_outputs,
        dtype=dtype,
        normalization=normalization,
    )


def _count_layers(stack):
    """Return the length of the sequences among the parameters of a stack."""
    lengths = {k: len(v) for k, v in stack.items() if _is_sequence(v)}
    n_layers = next(iter(lengths.values()), 1)
    if set(lengths.values()) - {n_layers} or n_layers == 0:
        raise ValueError(
            "A stack needs one value a layer, or one for all, and at least one layer; "
            f"got sequences of different or no length: {lengths}."
        )
    return n_layers


def _is_sequence(value):
    return not isinstance(value, str) and np.ndim(value) > 0


# A bool is an Integral and a Real, but as a size or a rate it is a mistake.
def _is_count(value):
    return isinstance(value, Integral) and not isinstance(value, bool) and value >= 1


def _is_rate(value):
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= value < 1


COUNT_RULE = "a whole number of at least 1"
RATE_RULE = "a number from 0 to below 1"

RULES = {
    "cell": (lambda cell: cell in GATES, f"one of {sorted(GATES)}", str),
    "units": (_is_count, COUNT_RULE, int),
    "dropout": (_is_rate, RATE_RULE, float),
    "recurrent_dropout": (_is_rate, RATE_RULE, float),
}
"""For each parameter of a layer: a check, the rule in words, the type to convert to."""


def _check_each(name, values, is_valid, rule):
    for position, value in enumerate(values):
        if not is_valid(value):
            raise ValueError(
                f"{name} must be {rule} for every layer; got {value!r} for layer "
                f"{position} in {tuple(values)!r}."
            )


def dtype_of_windows(architecture):
    """Return the dtype in which a network takes windows.

    Normalized windows are taken in float64, whatever the network computes in: in
    float32, changes of 0.1 at a level of 1e7 would be lost before the level is
    subtracted.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork

    Returns
    -------
    dtype : {"float32", "float64"}
    """
    return architecture.dtype if architecture.normalization is None else "float64"


def check_same_architecture(new, old):
    """Raise if the parameters of a warm start describe another network.

    Raises
    ------
    ValueError
        The message names the fields that differ.
    """
    changed = [
        f"{field.name} {getattr(old, field.name, None)} -> {getattr(new, field.name)}"
        for field in fields(new)
        if getattr(new, field.name) != getattr(old, field.name, None)
    ]
    if changed:
        raise ValueError(
            "A warm start continues to train the network of the first fit, but its "
            f"architecture has changed: {', '.join(changed)}. Set the parameters back, "
            "or fit with warm_start=False."
        )
