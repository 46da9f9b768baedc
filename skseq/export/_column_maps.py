"""Transformers that map each column alone, as operators: scalers and functions."""

from dataclasses import dataclass

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from skseq._preprocessing.scaler import TargetAwareMinMaxScaler

ALL = slice(None)


def maps_of(transformer, name, remedy, *, inverse=False):
    """Return the maps that a transformer applies to each column, in their order.

    Errors call it `name`, such as "step 'scale'", and advise the `remedy`. The maps of
    `inverse` are those of ``inverse_transform``.
    """
    if transformer is None or isinstance(transformer, str):
        return []
    # A subclass may transform in another way.
    if type(transformer) in SCALERS:
        return [SCALERS[type(transformer)](transformer, inverse)]
    if type(transformer) is FunctionTransformer:
        return [read_function(transformer, name, remedy, inverse=inverse)]
    if type(transformer) is Pipeline:
        steps = transformer.steps[::-1] if inverse else transformer.steps
        return [
            one
            for inner, step in steps
            for one in maps_of(step, f"{name}, {inner!r}", remedy, inverse=inverse)
        ]
    raise ValueError(
        f"to_onnx exports {KNOWN}, but {name} is {type(transformer).__name__}. {remedy}"
    )


def read_function(transformer, name, remedy, *, inverse):
    """Return the function of a FunctionTransformer, or its inverse."""
    function = transformer.inverse_func if inverse else transformer.func
    arguments = transformer.inv_kw_args if inverse else transformer.kw_args
    # By identity, because a function of the user's may have no hash.
    if arguments or not any(function is known for known in FUNCTIONS):
        what = "inverse_func" if inverse else "func"
        given = f"{what}={getattr(function, '__name__', function)}"
        raise ValueError(
            f"to_onnx exports FunctionTransformer with {FUNCTION_NAMES}, without "
            f"keyword arguments, but {name} has {given}"
            f"{f' and the arguments {arguments}' if arguments else ''}. {remedy}"
        )
    return Function(FUNCTIONS[function])


@dataclass(frozen=True, eq=False)
class Affine:
    """The map ``(x - center) * factor + offset`` of each column.

    The center is subtracted first, so that changes at a high level stay exact.

    Attributes
    ----------
    center, factor, offset : float or ndarray of shape (n_columns,)
    limits : tuple (low, high) of float or ndarray of shape (n_columns,), or None
        What results are clipped to.
    """

    center: object = 0.0
    factor: object = 1.0
    offset: object = 0.0
    limits: tuple | None = None

    def add_to(self, graph, values, columns=ALL):
        """Add the map to a graph, for values of these fitted columns."""
        for operator, constants, neutral in (
            ("Sub", self.center, 0),
            ("Mul", self.factor, 1),
            ("Add", self.offset, 0),
        ):
            chosen = constants_of(constants, columns)
            if (chosen != neutral).any():
                values = graph.add(operator, values, chosen)
        if self.limits is None:
            return values
        # Not by Clip, which is free to replace NaN.
        for comparison, limits in zip(("Less", "Greater"), self.limits, strict=True):
            limit = constants_of(limits, columns)
            is_outside = graph.add(comparison, values, limit)
            values = graph.add("Where", is_outside, limit, values)
        return values


def constants_of(constants, columns):
    """Return the constants of some columns; a single number is that of all."""
    constants = np.asarray(constants, dtype=np.float64)
    return constants[columns] if constants.ndim else constants


@dataclass(frozen=True, eq=False)
class Function:
    """A function of NumPy, applied to each value.

    Attributes
    ----------
    nodes : tuple of tuple (str, ...)
        Operators in their order, each with its second input if it has one.
    """

    nodes: tuple

    def add_to(self, graph, values, columns=ALL):
        """Add the function to a graph; it is the same for all columns."""
        for operator, *second in self.nodes:
            values = graph.add(operator, values, *map(np.float64, second))
        return values


FUNCTIONS = {
    np.log: (("Log",),),
    np.log2: (("Log",), ("Div", np.log(2.0))),
    np.log10: (("Log",), ("Div", np.log(10.0))),
    np.log1p: (("Add", 1.0), ("Log",)),
    np.exp: (("Exp",),),
    np.exp2: (("Mul", np.log(2.0)), ("Exp",)),
    np.expm1: (("Exp",), ("Sub", 1.0)),
    np.sqrt: (("Sqrt",),),
    np.square: (("Pow", 2.0),),
    np.reciprocal: (("Reciprocal",),),
    np.negative: (("Neg",),),
    None: (),
}
"""Functions that can be exported, as operators; None is the identity."""

FUNCTION_NAMES = ", ".join(f"np.{f.__name__}" for f in FUNCTIONS if f)


def map_of_target_aware(scaler, inverse):
    """Return the map of a TargetAwareMinMaxScaler, or its inverse if fitted on y."""
    ranges, limits = scaler._fitted_ranges, None
    low, high = ranges.bounds
    if inverse:
        return Affine(low, (ranges.high - ranges.low) / (high - low), ranges.low)
    if scaler.clip:
        is_free = scaler._fitted_is_target_column
        limits = np.where(is_free, -np.inf, low), np.where(is_free, np.inf, high)
    factor, _ = ranges.factor_and_offset()
    return Affine(ranges.low, factor, low, limits)


def map_of_min_max(scaler, inverse):
    """Return the map of scikit-learn's MinMaxScaler, or its inverse."""
    if inverse:
        return Affine(scaler.min_, 1 / scaler.scale_)
    limits = tuple(scaler.feature_range) if scaler.clip else None
    return Affine(0.0, scaler.scale_, scaler.min_, limits)


def map_of_centered(scaler, inverse):
    """Return the map of a scaler that subtracts, then divides, or its inverse."""
    center, scale = getattr(scaler, "center_", None), scaler.scale_
    if isinstance(scaler, StandardScaler) and scaler.with_mean:
        center = scaler.mean_  # known even where it is not subtracted
    center, scale = 0.0 if center is None else center, 1.0 if scale is None else scale
    return Affine(0.0, scale, center) if inverse else Affine(center, 1 / scale)


SCALERS = {
    TargetAwareMinMaxScaler: map_of_target_aware,
    MinMaxScaler: map_of_min_max,
    StandardScaler: map_of_centered,
    RobustScaler: map_of_centered,
    MaxAbsScaler: map_of_centered,
}
"""How the map of each scaler is read."""

KNOWN = (
    f"{', '.join(scaler.__name__ for scaler in SCALERS)}, FunctionTransformer with "
    f"{FUNCTION_NAMES}, and Pipelines of these"
)
