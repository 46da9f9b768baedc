"""All weights of a network as one flat vector; its matrices are views of it."""

import numpy as np

from skseq._engine.native.cells import GRU, LSTM, SimpleRNN

CELLS = {"lstm": LSTM, "gru": GRU, "rnn": SimpleRNN}


class Parameters:
    """One vector for the optimizer, one matrix for each product.

    Parameters
    ----------
    architecture : Architecture

    Attributes
    ----------
    flat : ndarray of shape (n_parameters,)
    layers : list of list of ndarray
        The matrix A of each direction of each layer.
    head : ndarray of shape (n_outputs, n_inputs + 1)
        Kernel and bias of the head.
    """

    def __init__(self, architecture):
        self.architecture = architecture
        shapes = [
            [matrix_shape(layer)] * len(layer.directions)
            for layer in architecture.layers
        ]
        head = (architecture.n_outputs, architecture.layers[-1].n_outputs + 1)
        sizes = [np.prod(shape) for layer in shapes for shape in layer]
        self.flat = np.zeros(sum(sizes) + np.prod(head), architecture.dtype)
        rest = self.flat
        self.layers = []
        for layer in shapes:
            matrices = []
            for shape in layer:
                size = np.prod(shape)
                matrices.append(rest[:size].reshape(shape))
                rest = rest[size:]
            self.layers.append(matrices)
        self.head = rest.reshape(head)

    def read(self, weights):
        """Take over named weights.

        Parameters
        ----------
        weights : dict of str to ndarray
        """
        arrays = iter(weights.values())
        for layer, matrices in zip(self.architecture.layers, self.layers, strict=True):
            for A in matrices:
                write_matrix(layer, A, next(arrays), next(arrays), next(arrays))
        self.head[:, :-1] = next(arrays).T
        self.head[:, -1] = next(arrays)
        return self

    def write(self):
        """Return a copy as named weights.

        Returns
        -------
        weights : dict of str to ndarray
        """
        arrays = []
        for layer, matrices in zip(self.architecture.layers, self.layers, strict=True):
            for A in matrices:
                arrays.extend(read_matrix(layer, A))
        arrays += [self.head[:, :-1].T.copy(), self.head[:, -1].copy()]
        return dict(zip(self.architecture.weight_shapes, arrays, strict=True))


def matrix_shape(layer):
    """Return the shape of the matrix A of one direction of a layer."""
    cell = CELLS[layer.cell]
    return cell.n_blocks * layer.units, layer.n_inputs + layer.units + cell.n_biases


def write_matrix(layer, A, kernel, recurrent_kernel, bias):
    """Lay Keras' three arrays out in one matrix, in place."""
    n_inputs, units = layer.n_inputs, layer.units
    of_input, of_state = slice(n_inputs), slice(n_inputs, n_inputs + units)
    if layer.cell != "gru":
        A[:, of_input], A[:, of_state] = kernel.T, recurrent_kernel.T
        A[:, -1] = bias
        return
    gates, candidate = slice(2 * units), slice(2 * units, 3 * units)
    from_state = slice(3 * units, None)
    A[:] = 0
    A[: 3 * units, of_input], A[: 3 * units, -2] = kernel.T, bias[0]
    A[gates, of_state], A[gates, -1] = recurrent_kernel.T[gates], bias[1][gates]
    A[from_state, of_state] = recurrent_kernel.T[candidate]
    A[from_state, -1] = bias[1][candidate]


def read_matrix(layer, A):
    """Return copies of Keras' three arrays from a matrix."""
    n_inputs, units = layer.n_inputs, layer.units
    of_input, of_state = slice(n_inputs), slice(n_inputs, n_inputs + units)
    if layer.cell != "gru":
        return A[:, of_input].T.copy(), A[:, of_state].T.copy(), A[:, -1].copy()
    # The candidate's part of the state stands in the fourth block.
    of_gru = np.r_[: 2 * units, 3 * units : 4 * units]
    bias = np.stack([A[: 3 * units, -2], A[of_gru, -1]])
    return A[: 3 * units, of_input].T.copy(), A[of_gru, of_state].T.copy(), bias
