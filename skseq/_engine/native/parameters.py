"""All weights of a network in one flat vector, of which the matrices are views."""

from itertools import chain

import numpy as np

from skseq._engine.native.cells import CELLS


class Parameters:
    """The weights of some networks, as vectors for optimizers and as matrices.

    Parameters
    ----------
    architecture : Architecture
    n_members : int
        Number of networks that train together.

    Attributes
    ----------
    flat : ndarray of shape (n_members, n_parameters)
    layers : list of list of ndarray
        The matrix A of each direction of each layer, of shape (n_members, ...).
    dense : list of ndarray of shape (n_members, n_outputs, n_inputs + 1)
        Kernel and bias of each dense layer, the output layer last.
    """

    def __init__(self, architecture, n_members):
        self.architecture = architecture
        layers = [
            [matrix_shape(layer)] * len(layer.directions)
            for layer in architecture.layers
        ]
        dense = [(n_out, n_in + 1) for n_in, n_out in architecture.dense_shapes]
        size = sum(np.prod(shape) for shape in [*chain(*layers), *dense])
        self.flat = np.zeros((n_members, size), architecture.dtype)
        # Views, so that an optimizer step on the vectors changes the matrices too.
        self._n_viewed = 0
        self.layers = [[self._view(shape) for shape in shapes] for shapes in layers]
        self.dense = [self._view(shape) for shape in dense]

    def _view(self, shape):
        """Return a view of the next part of the vectors as matrices."""
        part = slice(self._n_viewed, self._n_viewed + np.prod(shape))
        self._n_viewed = part.stop
        return self.flat[:, part].reshape(len(self.flat), *shape)

    def load(self, members):
        """Copy the named weights of each member.

        Parameters
        ----------
        members : list of dict of str to ndarray
        """
        for number, weights in enumerate(members):
            arrays = iter(weights.values())
            for layer, matrices in zip(
                self.architecture.layers, self.layers, strict=True
            ):
                for A in matrices:
                    named = {name: next(arrays) for name in layer.shapes}
                    write_matrix(layer, A[number], named)
            for A in self.dense:
                A[number, :, :-1], A[number, :, -1] = next(arrays).T, next(arrays)
        return self

    def copy_weights(self, number):
        """Return a copy of one member's weights, as arrays.

        Returns
        -------
        weights : dict of str to ndarray
            Arrays by name, in the shapes and the order of Keras.
        """
        arrays = []
        for layer, matrices in zip(self.architecture.layers, self.layers, strict=True):
            for A in matrices:
                arrays.extend(read_matrix(layer, A[number]).values())
        for A in self.dense:
            arrays += [A[number, :, :-1].T.copy(), A[number, :, -1].copy()]
        return dict(zip(self.architecture.weight_shapes, arrays, strict=True))


def matrix_shape(layer):
    """Return the shape of the matrix A of one direction of a layer."""
    cell = CELLS[layer.cell]
    n_rows = len(cell.input_blocks) * layer.units
    return n_rows, layer.n_inputs + layer.units + cell.n_biases


def block_positions(layer):
    """Yield the position of each block of Keras' arrays in the matrix A.

    Yields
    ------
    name : {"kernel", "recurrent_kernel"}
    columns : slice
        The block's columns in that array and in the bias.
    block, bias : tuple of index
        The positions of both in A, where they are transposed.
    """
    # Between the columns of A for the input and those for the state are the biases. A
    # GRU has two, of the input and of the state. Others have one, yielded with both.
    cell, units = CELLS[layer.cell], layer.units
    first_bias, first_state = layer.n_inputs, layer.n_inputs + cell.n_biases
    for name, part, bias, numbers in (
        ("kernel", slice(first_bias), first_bias, cell.input_blocks),
        (
            "recurrent_kernel",
            slice(first_state, None),
            first_state - 1,
            cell.state_blocks,
        ),
    ):
        for row, column in enumerate(numbers):
            if column is not None:
                rows = slice(row * units, (row + 1) * units)
                columns = slice(column * units, (column + 1) * units)
                yield name, columns, (rows, part), (rows, bias)


def write_matrix(layer, A, arrays):
    """Copy Keras' arrays, by name, to the matrix A; the rest of A remains zero."""
    biases = np.atleast_2d(arrays["bias"])
    for name, columns, block, bias in block_positions(layer):
        A[block] = arrays[name][:, columns].T
        A[bias] = biases[bias[1] - layer.n_inputs, columns]


def read_matrix(layer, A):
    """Copy Keras' arrays, by name, from the matrix A."""
    arrays = {name: np.empty(shape, A.dtype) for name, shape in layer.shapes.items()}
    biases = np.atleast_2d(arrays["bias"])  # a view: writing fills arrays["bias"]
    for name, columns, block, bias in block_positions(layer):
        arrays[name][:, columns] = A[block].T
        biases[bias[1] - layer.n_inputs, columns] = A[bias]
    return arrays
