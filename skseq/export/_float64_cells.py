"""Recurrent layers in float64, as a loop of plain operators.

The operators LSTM, GRU and RNN of ONNX Runtime compute in float32 only, which would
round away differences that a network with ``dtype="float64"`` can represent. The
equations are those of `skseq._engine.native.cells`.
"""

import numpy as np

from skseq.export._graph import Graph, import_onnx


def add_layer(graph, sequence, layer, weights, *, is_top):
    """Add a recurrent layer in float64; see `skseq.export._cells.add_layer`."""
    results = [
        _add_direction(graph, sequence, layer, arrays, is_backward=number == 1)
        for number, arrays in enumerate(weights)
    ]
    # The state after the last step comes first, the outputs of all steps last.
    outputs = [of_direction[0 if is_top else -1] for of_direction in results]
    return graph.add("Concat", *outputs, axis=-1)


def _add_direction(graph, sequence, layer, arrays, *, is_backward):
    """Run over the steps in one direction; return the last states and all outputs."""
    biases = np.atleast_2d(arrays["bias"])
    # The products of the inputs need no loop.
    from_input = graph.add("MatMul", sequence, arrays["kernel"])
    from_input = graph.add("Add", from_input, biases[0])
    state = _zeros(graph, sequence, layer.units)
    states = [state, state] if layer.cell == "lstm" else [state]
    number = len(graph.nodes)
    return graph.add_several(
        "Scan",
        len(states) + 1,
        *states,
        from_input,
        body=_make_body(layer, arrays["recurrent_kernel"], biases[-1], number),
        num_scan_inputs=1,
        scan_input_directions=[int(is_backward)],
        scan_output_directions=[int(is_backward)],
    )


def _zeros(graph, sequence, units):
    """Return the state before the first step, of shape (n_windows, units)."""
    shape = graph.add("Shape", sequence, start=1, end=2)
    shape = graph.add("Concat", shape, np.array([units]), axis=0)
    return graph.add("Expand", np.zeros((1, 1)), shape)


def _make_body(layer, kernel, bias, number):
    """Make the graph of one step: from states and products to new states."""
    helper = import_onnx().helper
    body = Graph(prefix=f"step_{number}_")
    state, memory, given, out, out_memory, output = (
        f"{body.prefix}{name}" for name in ("h", "c", "a", "new_h", "new_c", "output")
    )
    new = STEPS[layer.cell](body, given, state, memory, kernel, bias)
    inputs, outputs = [state, given], [out, output]
    if layer.cell == "lstm":
        inputs.insert(1, memory)
        outputs.insert(1, out_memory)
    for source, name in zip([*new, new[0]], outputs, strict=True):
        body.nodes.append(helper.make_node("Identity", [source], [name]))

    def describe(names):
        # Shapes are those of the outer graph.
        kind = import_onnx().TensorProto.DOUBLE
        return [helper.make_tensor_value_info(n, kind, None) for n in names]

    return helper.make_graph(
        body.nodes, body.prefix, describe(inputs), describe(outputs), body.constants
    )


def _lstm_step(body, given, h, c, kernel, bias):
    a = body.add("Add", given, body.add("MatMul", h, kernel))
    i, f, g, o = _split(body, a, 4)
    i, f, o = (body.add("Sigmoid", gate) for gate in (i, f, o))
    added = body.add("Mul", i, body.add("Tanh", g))
    c = body.add("Add", body.add("Mul", f, c), added)
    return body.add("Mul", o, body.add("Tanh", c)), c


def _gru_step(body, given, h, c, kernel, bias):
    product = body.add("Add", body.add("MatMul", h, kernel), bias)
    z, r, from_input = _split(body, given, 3)
    state_z, state_r, from_state = _split(body, product, 3)
    z = body.add("Sigmoid", body.add("Add", z, state_z))
    r = body.add("Sigmoid", body.add("Add", r, state_r))
    n = body.add("Add", from_input, body.add("Mul", r, from_state))
    n = body.add("Tanh", n)
    # z h + (1 - z) n
    return (body.add("Add", n, body.add("Mul", z, body.add("Sub", h, n))),)


def _simple_step(body, given, h, c, kernel, bias):
    a = body.add("Add", given, body.add("MatMul", h, kernel))
    return (body.add("Tanh", a),)


STEPS = {"lstm": _lstm_step, "gru": _gru_step, "rnn": _simple_step}


def _split(body, value, n_parts):
    """Split the blocks of gates and candidates, in the order of Keras."""
    return body.add_several("Split", n_parts, value, axis=-1, num_outputs=n_parts)
