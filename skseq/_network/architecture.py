"""The architecture of a network: its layers and the shapes of its weights.

Weights are a dict of named arrays, in the order in which Keras lists them, so that both
engines can start from the same numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from itertools import pairwise, product
from numbers import Integral, Real

import numpy as np

from skseq._network.normalization import Normalization
from skseq._network.window_statistics import N_STATISTICS

# The candidate state is one block. A GRU adds an update and a reset gate, an LSTM an
# input, a forget and an output gate.
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
"""Number of blocks of columns in a cell's kernel: gates and candidate state."""

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
        Dropout rate of the layer's outputs, with a new mask at every step.
    recurrent_dropout : float
        Dropout rate of the state from the previous step, with the same mask at all
        steps of a window.
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


class InputsAndOutputs:
    """What all networks have: inputs from a window, and outputs for each target.

    Attributes
    ----------
    window_shape : tuple of int
        (time_steps, n_features).
    n_outputs : int
        Number of targets times number of quantiles.
    dtype : {"float32", "float64"}
    normalization : Normalization or None
        None if windows and predictions are not normalized. Its statistics of the window
        are inputs at every step.
    quantiles : tuple of float
        The quantiles of each target, ascending. Empty if the network predicts one value
        of each target by another loss.
    patch_length : int
        Number of steps of a window that are read in one step of the network, so that
        long windows take few steps (Nie et al. 2023; Lin et al. 2023).
    """

    patch_length = 1

    @property
    def n_statistics(self):
        """Number of statistics of a window that the network reads at every step."""
        statistics = self.normalization and self.normalization.statistics
        return N_STATISTICS * len(statistics.features) if statistics else 0

    @property
    def patched_shape(self):
        """Shape of a window as patches, without its statistics."""
        time_steps, n_features = self.window_shape
        return time_steps // self.patch_length, self.patch_length * n_features

    @property
    def input_shape(self):
        """Shape of what the network reads: (n_steps, n_inputs)."""
        n_steps, n_inputs = self.patched_shape
        return n_steps, n_inputs + self.n_statistics

    @property
    def n_quantiles(self):
        """Number of outputs for each target."""
        return max(len(self.quantiles), 1)

    @property
    def output_quantiles(self):
        """The quantile of each output; empty if there are none."""
        return self.quantiles * (self.n_outputs // self.n_quantiles)


@dataclass(frozen=True)
class Architecture(InputsAndOutputs):
    """A stack of recurrent layers, dense layers (ReLU) and a linear output layer.

    Further attributes are those of `InputsAndOutputs`.

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
    quantiles: tuple[float, ...] = ()
    patch_length: int = 1

    @property
    def layers(self):
        """The recurrent layers, first to last."""
        directions = DIRECTIONS if self.bidirectional else DIRECTIONS[:1]
        layers = []
        n_inputs = self.input_shape[1]
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
        """Shape of every dense kernel, (n_inputs, n_outputs), the output layer last."""
        sizes = (self.layers[-1].n_outputs, *self.dense_units, self.n_outputs)
        return list(pairwise(sizes))

    @property
    def weight_shapes(self):
        """Shape of every weight array by name, in the order of Keras."""
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


# eq=False: a function may build a different network at every call, so two objects with
# the same function need not describe the same network.
@dataclass(frozen=True, eq=False)
class CustomNetwork(InputsAndOutputs):
    """A Keras network that a function of the user builds.

    Further attributes are those of `InputsAndOutputs`.

    Attributes
    ----------
    build : callable
        ``build(input_shape, n_outputs)`` returns an uncompiled ``keras.Model``.
    """

    build: Callable
    window_shape: tuple[int, int]
    n_outputs: int
    dtype: str
    normalization: Normalization | None = None
    quantiles: tuple[float, ...] = ()


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
    quantiles=(),
    patch_length=1,
):
    """Make an architecture from parameters with one value for all layers or for each.

    Parameters
    ----------
    cell : str or sequence of str
    units : int or sequence of int
    dropout : float or sequence of float
        A single rate applies between layers, or after the layer if there is only one.
    recurrent_dropout : float or sequence of float
        A single rate applies to every layer.
    dense_units : int or sequence of int
    bidirectional, window_shape, n_outputs, dtype, normalization, quantiles
        As in `Architecture`.
    patch_length : int

    Returns
    -------
    architecture : Architecture

    Raises
    ------
    ValueError
        If sequences differ in length or contain an invalid value, or if windows cannot
        be cut into patches.
    """
    stack = {
        "cell": cell,
        "units": units,
        "dropout": dropout,
        "recurrent_dropout": recurrent_dropout,
    }
    n_layers = _count_layers(stack)
    if not _is_sequence(dropout):
        # Dropout is between layers, not before the output layer. A single layer would
        # then have none at all, so dropout comes before the output layer in that case.
        after_last = dropout if n_layers == 1 else 0
        stack["dropout"] = (dropout,) * (n_layers - 1) + (after_last,)
    for name, value in stack.items():
        per_layer = tuple(value) if _is_sequence(value) else (value,) * n_layers
        is_valid, rule, as_type = RULES[name]
        _check_each(name, per_layer, is_valid, rule)
        stack[name] = tuple(as_type(v) for v in per_layer)
    dense_units = tuple(dense_units) if _is_sequence(dense_units) else (dense_units,)
    _check_each("dense_units", dense_units, _is_count, COUNT_RULE)
    check_patch_length(patch_length, window_shape[0])
    return Architecture(
        cells=stack.pop("cell"),
        **stack,
        bidirectional=bidirectional,
        dense_units=tuple(int(u) for u in dense_units),
        window_shape=window_shape,
        n_outputs=n_outputs,
        dtype=dtype,
        normalization=normalization,
        quantiles=quantiles,
        patch_length=int(patch_length),
    )


def _count_layers(stack):
    """Return the length of the sequences among the parameters of a stack."""
    lengths = {k: len(v) for k, v in stack.items() if _is_sequence(v)}
    n_layers = next(iter(lengths.values()), 1)
    if set(lengths.values()) - {n_layers} or n_layers == 0:
        raise ValueError(
            "A stack needs at least one layer, and in each parameter one value for all "
            "layers or one for each layer; got sequences of different lengths or "
            f"without values: {lengths}. Pass sequences of the same length."
        )
    return n_layers


def _is_sequence(value):
    return not isinstance(value, str) and np.ndim(value) > 0


def _is_count(value):
    return isinstance(value, Integral) and value >= 1


def _is_rate(value):
    return isinstance(value, Real) and 0 <= value < 1


COUNT_RULE = "an integer of at least 1"
RATE_RULE = "a number of at least 0 and below 1"

RULES = {
    "cell": (lambda cell: cell in GATES, f"one of {sorted(GATES)}", str),
    "units": (_is_count, COUNT_RULE, int),
    "dropout": (_is_rate, RATE_RULE, float),
    "recurrent_dropout": (_is_rate, RATE_RULE, float),
}
"""For each parameter of a layer: a check, the rule in words, the type to store."""


def _check_each(name, values, is_valid, rule):
    for position, value in enumerate(values):
        if not is_valid(value):
            raise ValueError(
                f"{name} must be {rule} for every layer; got {value!r} for layer "
                f"{position} in {tuple(values)!r}."
            )


def check_patch_length(patch_length, time_steps):
    """Raise unless windows can be cut into patches of the same length."""
    if time_steps % patch_length == 0:
        return
    nearest = max(round(time_steps / patch_length), 1) * patch_length
    raise ValueError(
        f"patch_length={patch_length} needs windows whose number of steps is a "
        f"multiple of it, but time_steps={time_steps}. Use windows of time_steps="
        f"{nearest}, or another patch_length."
    )


def dtype_of_windows(architecture):
    """Return the dtype in which a network takes windows.

    Normalized windows are taken in float64, whatever the network computes in: in
    float32, changes of 0.1 at a level of 1e7 would be lost before the level is
    subtracted.
    """
    return architecture.dtype if architecture.normalization is None else "float64"


def _are_equal(one, other):
    """Compare two fields; partials of a function are equal if their parts are."""
    if isinstance(one, partial) and isinstance(other, partial):
        return one.func is other.func and (one.args, one.keywords) == (
            other.args,
            other.keywords,
        )
    return one == other


def check_same_architecture(new, old):
    """Raise if the parameters of a warm start describe another network."""
    changed = [
        f"{field.name} {getattr(old, field.name, None)} -> {getattr(new, field.name)}"
        for field in fields(new)
        if not _are_equal(getattr(new, field.name), getattr(old, field.name, None))
    ]
    if changed:
        raise ValueError(
            "A warm start continues to train the network of the first fit, but the "
            f"architecture has changed: {', '.join(changed)}. Set the parameters back, "
            "or fit with warm_start=False."
        )
