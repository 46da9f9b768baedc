"""A fitted regressor as operators: from windows to predictions in the units of y.

The steps are those of `skseq._regression.fitted.FittedModel.predict`.
"""

from math import prod

import numpy as np

from skseq.export import _cells, _float64_cells
from skseq.export._column_maps import Affine, maps_of
from skseq.export._windows import add_fill, add_normalization, add_statistics

CELLS = {"float32": _cells, "float64": _float64_cells}
"""The module that adds recurrent layers in each dtype."""

OTHER_SCALER = "Fit with target_scaler='minmax' or StandardScaler(), for example."


def add_regressor(graph, windows, model, name, *, is_table):
    """Add a regressor, which is called `name` in errors.

    It gets float64 windows of shape (n_windows, time_steps, n_features) with NaN at
    missing steps, except if it was fitted on a table. It returns float64 predictions of
    shape (n_windows, n_outputs), in the units of y.
    """
    name = f"target_scaler of {name}"
    if not is_table:
        time_steps = model.architecture.window_shape[0]
        windows = add_fill(graph, windows, time_steps, model.fill_values)
    windows = _add_rescaling(graph, windows, model, name)
    return _add_unscaling(graph, _add_blend(graph, windows, model), model, name)


def _add_rescaling(graph, windows, model, name):
    """Scale the features that contain a target's past as the target is scaled."""
    n_features = model.architecture.window_shape[1]
    for one in model.rescaled:
        values = graph.add("Gather", windows, [one.feature], axis=2)
        values = Affine(0.0, one.slope, one.intercept).add_to(graph, values)
        for step in maps_of(model.target_scaler, name, OTHER_SCALER):
            values = step.add_to(graph, values, [one.output])
        is_rescaled = np.arange(n_features) == one.feature
        windows = graph.add("Where", is_rescaled, values, windows)
    return windows


def _add_blend(graph, windows, model):
    """Average the networks and the linear forecast."""
    architecture, weights = model.architecture, model.linear_weights
    normalized = None
    if architecture.normalization is not None:
        normalized = add_normalization(
            graph, windows, architecture.normalization, architecture.window_shape
        )
    if not weights.any():
        return _add_networks(graph, windows, normalized, model)
    # A linear forecast is fitted on windows normalized like those of the networks.
    linear = _add_linear(graph, normalized, model.linear)
    if (weights == 1).all():
        return linear
    networks = _add_networks(graph, windows, normalized, model)
    networks = graph.add("Mul", networks, 1 - weights)
    return graph.add("Add", networks, graph.add("Mul", linear, weights))


def _add_linear(graph, normalized, linear):
    """Add the linear forecast."""
    values = graph.reshape(normalized.values, len(linear.kernel))
    sums, of_series = [
        graph.add("Add", graph.add("MatMul", values, kernel), bias)
        for kernel, bias in linear.split()
    ]
    predictions = normalized.restore(graph, sums)
    if linear.series_scale is None:
        return predictions
    squares = graph.add("Mul", normalized.scale, normalized.scale)
    scale = graph.add("Sqrt", graph.add("Add", squares, linear.series_scale.variances))
    return graph.add("Add", predictions, graph.add("Mul", scale, of_series))


def _add_networks(graph, windows, normalized, model):
    """Average the members, and transform their output back to the scaled target."""
    architecture, states = model.architecture, model.states
    values = _add_inputs(graph, windows, normalized, architecture)
    # Only here, after the level is subtracted: float32 would lose small changes.
    sequence = graph.cast(values, architecture.dtype)
    sequence = graph.add("Transpose", sequence, perm=[1, 0, 2])
    members = [
        graph.cast(_add_member(graph, sequence, architecture, state.weights), "float64")
        for state in states
    ]
    mean = members[0]
    if len(members) > 1:
        mean = graph.add("Sum", *members)
        mean = graph.add("Div", mean, np.float64(len(members)))
    mean = _add_unknown(graph, mean, values, architecture)
    return mean if normalized is None else normalized.restore(graph, mean)


def _add_inputs(graph, windows, normalized, architecture):
    """Cut patches and add the statistics."""
    values = windows if normalized is None else normalized.values
    n_steps, n_values = architecture.patched_shape
    if architecture.patch_length > 1:
        values = graph.reshape(values, n_steps, n_values)
    if architecture.n_statistics:
        statistics = add_statistics(
            graph,
            windows,
            normalized.variance,
            architecture.normalization,
            architecture.window_shape[0],
        )
        statistics = graph.add("Expand", statistics, [1, n_steps, 1])
        values = graph.add("Concat", values, statistics, axis=2)
    return values


def _add_unknown(graph, outputs, values, architecture):
    """Replace outputs by NaN where an input of the network is not finite."""
    # The operators of ONNX Runtime turn NaN into numbers without a warning.
    values = graph.reshape(values, prod(architecture.input_shape))
    total = graph.add("ReduceSum", values, [1])
    is_unknown = graph.add("IsNaN", graph.add("Sub", total, total))  # also of infinity
    return graph.add("Where", is_unknown, np.float64(np.nan), outputs)


def _add_member(graph, sequence, architecture, weights):
    """Add the layers of one network; return outputs of shape (n_windows, n_outputs)."""
    arrays, values = iter(weights.values()), sequence
    layers = architecture.layers
    for number, layer in enumerate(layers, start=1):
        of_directions = [
            {kind: next(arrays) for kind in layer.shapes} for _ in layer.directions
        ]
        add_layer, is_top = CELLS[architecture.dtype].add_layer, number == len(layers)
        values = add_layer(graph, values, layer, of_directions, is_top=is_top)
    for number in range(len(architecture.dense_shapes)):
        values = graph.add("Gemm", values, next(arrays), next(arrays))
        if number < len(architecture.dense_units):
            values = graph.add("Relu", values)
    return values


def _add_unscaling(graph, scaled, model, name):
    """Transform scaled predictions to the units of y, and sort quantiles."""
    n_quantiles, n_targets = model.architecture.n_quantiles, model.n_targets
    of_outputs = np.repeat(np.arange(n_targets), n_quantiles)
    values = scaled
    for step in maps_of(model.target_scaler, name, OTHER_SCALER, inverse=True):
        values = step.add_to(graph, values, of_outputs)
    is_constant = ~np.isnan(model.constants)[of_outputs]
    if is_constant.any():
        constants = model.constants[of_outputs].astype(np.float64)
        values = graph.add("Where", is_constant, constants, values)
    if n_quantiles == 1:
        return values
    values = graph.reshape(values, n_targets, n_quantiles)
    ascending, _ = graph.add_several("TopK", 2, values, [n_quantiles], largest=0)
    return graph.reshape(ascending, len(of_outputs))
