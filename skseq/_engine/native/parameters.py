"""All weights of a network as one flat vector; its matrices are views of the vector."""

from itertools import chain

import numpy as np

from skseq._engine.native.cells import CELLS


class Parameters:
    """The weights of some networks: vectors for optimizers, matrices for products.

    Parameters
    ----------
    architecture : Architecture
    n_members : int
        Networks that train together.

    Attributes
    ----------
    flat : ndarray of shape (n_members, n_parameters)
    layers : list of list of ndarray
        The matrix A of each direction of each layer, of shape (n_members, ...).
    dense : list of ndarray of shape (n_members, n_outputs, n_inputs + 1)
        Kernel and bias of each dense layer, the head last.
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
        # Views, so that a step of the optimizer on the vectors changes the matrices.
        self._n_viewed = 0
        self.layers = [[self._view(shape) for shape in shapes] for shapes in layers]
        self.dense = [self._view(shape) for shape in dense]

    def _view(self, shape):
        """View the next part of the vectors as matrices."""
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

    def copy_member(self, number):
        """Return a copy of one member's parameters."""
        alone = Parameters(self.architecture, 1)
        alone.flat[0] = self.flat[number]
        return alone

    def copy_weights(self, number):
        """Return a copy of one member's weights, as arrays.

        Returns
        -------
        weights : dict of str to ndarray
            By name, in the shapes and the order of Keras.
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


def places(layer):
    """Yield where in the matrix A each block of Keras' arrays is.

    Yields
    ------
    name : {"kernel", "recurrent_kernel"}
    columns : slice
        The block's columns in that array and in the bias.
    block, bias : tuple of index
        The places of both, transposed, in A.
    """
    # A GRU has the bias of the input in column -2 of A and that of the state in -1; the
    # only bias of other cells is yielded with both kernels.
    cell, units = CELLS[layer.cell], layer.units
    of_input, of_state = slice(layer.n_inputs), slice(layer.n_inputs, -cell.n_biases)
    for name, part, bias, numbers in (
        ("kernel", of_input, -cell.n_biases, cell.input_blocks),
        ("recurrent_kernel", of_state, -1, cell.state_blocks),
    ):
        for row, column in enumerate(numbers):
            if column is not None:
                rows = slice(row * units, (row + 1) * units)
                columns = slice(column * units, (column + 1) * units)
                yield name, columns, (rows, part), (rows, bias)


def write_matrix(layer, A, arrays):
    """Copy Keras' arrays, by name, into the matrix A; the rest of it stays zero."""
    biases = np.atleast_2d(arrays["bias"])
    for name, columns, block, bias in places(layer):
        A[block] = arrays[name][:, columns].T
        A[bias] = biases[bias[1], columns]


def read_matrix(layer, A):
    """Return copies of Keras' arrays, by name, from the matrix A."""
    arrays = {name: np.empty(shape, A.dtype) for name, shape in layer.shapes.items()}
    biases = np.atleast_2d(arrays["bias"])  # a view: writing fills arrays["bias"]
    for name, columns, block, bias in places(layer):
        arrays[name][:, columns] = A[block].T
        biases[bias[1], columns] = A[bias]
    return arrays
