"""A graph of ONNX operators, to which nodes are added one by one."""

import numpy as np

FIRST_OPSET = 18
"""The first version of the operators in which ReduceMean takes its axes as an input.

ONNX Runtime supports it since version 1.14, of February 2023.
"""


def import_onnx():
    """Import onnx."""
    try:
        import onnx
    except ImportError as error:
        raise ImportError(
            "to_onnx needs the package onnx, which is not installed. Install it "
            'and onnxruntime, which runs the model: pip install "skseq[onnx]".'
        ) from error
    return onnx


class Graph:
    """Nodes and constants of an ONNX graph, in the order in which they are added.

    Values are known by their names, which are made here. Constants are given as arrays
    and numbers. All are float64 unless a dtype says otherwise.
    """

    def __init__(self, prefix=""):
        self.prefix = prefix
        self.inputs = []
        self.outputs = []
        self.nodes = []
        self.constants = []

    def add(self, operator, *inputs, **attributes):
        """Add a node with one output, and return its name.

        An input is the name of a value, or a constant.
        """
        return self.add_several(operator, 1, *inputs, **attributes)[0]

    def add_several(self, operator, n_outputs, *inputs, **attributes):
        """Add a node with several outputs, and return their names."""
        names = [v if isinstance(v, str) else self.constant(v) for v in inputs]
        place = f"{self.prefix}{operator}_{len(self.nodes)}"
        outputs = [f"{place}_{n}" for n in range(n_outputs)]
        make_node = import_onnx().helper.make_node
        self.nodes.append(make_node(operator, names, outputs, name=place, **attributes))
        return outputs

    def cast(self, value, dtype):
        """Convert a value to another dtype."""
        to = import_onnx().helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return self.add("Cast", value, to=to)

    def mean(self, value, *, axis):
        """Return the mean over one axis, which stays as an axis of length 1."""
        return self.add("ReduceMean", value, [axis], keepdims=1)

    def slice(self, value, start, stop, *, axis):
        """Return a part of a value along one axis."""
        return self.add("Slice", value, [start], [stop], [axis])

    def reshape(self, value, *shape):
        """Change the shape after the first axis, which stays the same."""
        # In ONNX, 0 stands for the length that the axis has.
        return self.add("Reshape", value, [0, *shape])

    def add_input(self, name, shape, dtype):
        """Add an input of the model, with this shape after the first axis."""
        self.inputs.append(_describe_value(name, shape, dtype))
        return name

    def add_output(self, name, value, shape):
        """Name a float64 value as an output, with this shape after the first axis."""
        make_node = import_onnx().helper.make_node
        inputs = [value, self.constant([0, *shape])]
        self.nodes.append(make_node("Reshape", inputs, [name], name=name))
        self.outputs.append(_describe_value(name, shape, np.float64))

    def constant(self, array):
        """Add a constant, and return its name."""
        name = f"{self.prefix}constant_{len(self.constants)}"
        tensor = import_onnx().numpy_helper.from_array(np.asarray(array), name)
        self.constants.append(tensor)
        return name


def _describe_value(name, shape, dtype):
    """Return the name, dtype and shape of an input or output of the model."""
    helper = import_onnx().helper
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    return helper.make_tensor_value_info(name, kind, ["n_windows", *shape])
