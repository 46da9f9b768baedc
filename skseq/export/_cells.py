"""Recurrent layers as ONNX's operators LSTM, GRU and RNN, in float32.

ONNX and Keras differ in the order of the gates and in the layout of sequences: in ONNX
the step is the first axis, then the window.
"""

import numpy as np

OPERATORS = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}

GATE_ORDERS = {"lstm": (0, 3, 1, 2), "gru": (0, 1, 2), "rnn": (0,)}
"""The block of Keras at each place of ONNX: i, o, f, g instead of i, f, g, o."""

DIRECTIONS = {1: "forward", 2: "bidirectional"}


def add_layer(graph, sequence, layer, weights, *, is_top):
    """Add a recurrent layer.

    Parameters
    ----------
    graph : Graph
    sequence : str
        Float32, of shape (n_steps, n_windows, n_inputs).
    layer : skseq._network.architecture.Layer
    weights : list of dict of str to ndarray
        Of each direction: kernel, recurrent kernel and bias, as in Keras.
    is_top : bool
        Whether no recurrent layer follows.

    Returns
    -------
    outputs : str
        Of all steps, (n_steps, n_windows, n_outputs). Of the top layer, the last output
        of each direction, (n_windows, n_outputs).
    """
    order = GATE_ORDERS[layer.cell]
    by_kind = [
        np.stack([reorder(arrays[kind], order) for arrays in weights])
        for kind in ("kernel", "recurrent_kernel")
    ]
    biases = np.stack([both_biases(arrays["bias"], order) for arrays in weights])
    attributes = {"hidden_size": layer.units, "direction": DIRECTIONS[len(weights)]}
    if layer.cell == "gru":
        # Keras applies the reset gate after the product with the state.
        attributes["linear_before_reset"] = 1
    outputs, ends = graph.add_several(
        OPERATORS[layer.cell], 2, sequence, *by_kind, biases, **attributes
    )
    if is_top:  # from (direction, n_windows, units)
        ends = graph.add("Transpose", ends, perm=[1, 0, 2])
        return graph.reshape(ends, layer.n_outputs)
    # From (n_steps, direction, n_windows, units).
    outputs = graph.add("Transpose", outputs, perm=[0, 2, 1, 3])
    return graph.add("Reshape", outputs, [0, 0, layer.n_outputs])


def reorder(kernel, order):
    """Return a kernel of Keras, (n_inputs, n_blocks * units), as ONNX lays it out."""
    blocks = np.split(kernel, len(order), axis=1)
    return np.concatenate([blocks[number] for number in order], axis=1).T


def both_biases(bias, order):
    """Return the bias of the input and that of the state, one after the other."""
    # Only the GRU of Keras has a bias of the state.
    pair = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    return reorder(pair, order).T.reshape(-1)
