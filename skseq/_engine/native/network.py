"""A stack of recurrent layers and a linear head, for a given number of windows."""

import numpy as np

from skseq._engine.native.parameters import CELLS

ORDERS = (slice(None), slice(None, None, -1))
"""How the forward and the backward direction read a window."""


class Network:
    """Buffers and passes of a network; the parameters are lent to each pass.

    Parameters
    ----------
    architecture : Architecture
    n_windows : int
        Windows in every pass.
    """

    def __init__(self, architecture, n_windows):
        time_steps, _ = architecture.window_shape
        dtype = architecture.dtype
        self.architecture = architecture
        self.layers = [
            [
                CELLS[layer.cell](
                    layer.n_inputs, layer.units, time_steps, n_windows, dtype
                )
                for _ in layer.directions
            ]
            for layer in architecture.layers
        ]
        self.masks = [None] * len(self.layers)
        last = architecture.layers[-1].n_outputs
        self.top = np.ones((last + 1, n_windows), dtype)
        self.slopes = [
            np.zeros((layer.n_outputs, time_steps, n_windows), dtype)
            for layer in architecture.layers
        ]

    def forward(self, parameters, windows):
        """Answer windows.

        Parameters
        ----------
        parameters : Parameters
        windows : ndarray of shape (n_windows, time_steps, n_features)
            Rounded to the network's dtype on the way in.

        Returns
        -------
        answers : ndarray of shape (n_outputs, n_windows)
        """
        sequence = windows.transpose(2, 1, 0)
        for number, cells in enumerate(self.layers):
            for cell, A, order in zip(
                cells, parameters.layers[number], ORDERS, strict=False
            ):
                cell.inputs[:] = sequence[:, order]
                cell.forward(A)
            if cells is not self.layers[-1]:
                sequence = join(cells)
                if self.masks[number] is not None:
                    sequence = sequence * self.masks[number]
        ends = [cell.outputs[:, -1] for cell in self.layers[-1]]
        np.concatenate(ends, out=self.top[:-1])
        if self.masks[-1] is not None:
            self.top[:-1] *= self.masks[-1]
        return parameters.head @ self.top

    def backward(self, parameters, d_answers, gradient):
        """Find the slope of the loss in every parameter, after `forward`.

        Parameters
        ----------
        parameters : Parameters
        d_answers : ndarray of shape (n_outputs, n_windows)
        gradient : Parameters
            Receives the slopes.
        """
        np.matmul(d_answers, self.top.T, out=gradient.head)
        d_top = parameters.head[:, :-1].T @ d_answers
        if self.masks[-1] is not None:
            d_top *= self.masks[-1]
        d_outputs = self.slopes[-1]
        d_outputs[:, -1] = d_top
        for number in reversed(range(len(self.layers))):
            is_last = number == len(self.layers) - 1
            d_inputs = self.slopes[number - 1] if number > 0 else None
            pieces = np.split(d_outputs, len(self.layers[number]))
            for place, (cell, order) in enumerate(
                zip(self.layers[number], ORDERS, strict=False)
            ):
                A, d_A = (
                    parameters.layers[number][place],
                    gradient.layers[number][place],
                )
                # The last layer is read at the end of each direction's own way.
                piece = pieces[place] if is_last else pieces[place][:, order]
                wanted = None if number == 0 else np.empty_like(cell.inputs)
                cell.backward(A, piece, d_A, wanted)
                if wanted is not None and place == 0:
                    d_inputs[:] = wanted
                elif wanted is not None:
                    d_inputs += wanted[:, order]
            if number > 0 and self.masks[number - 1] is not None:
                d_inputs *= self.masks[number - 1]
            d_outputs = d_inputs

    def draw_masks(self, rng):
        """Draw what dropout keeps in the next passes, scaled to keep the mean."""
        for number, layer in enumerate(self.architecture.layers):
            if layer.dropout:
                is_last = number == len(self.layers) - 1
                shape = self.slopes[number].shape
                shape = shape[::2] if is_last else shape
                keeps = rng.random(shape) >= layer.dropout
                dtype = self.architecture.dtype
                self.masks[number] = keeps.astype(dtype) / (1 - layer.dropout)


def join(cells):
    """Put the directions of a layer on top of each other, in order of time."""
    if len(cells) == 1:
        return cells[0].outputs
    forward, backward = cells
    return np.concatenate([forward.outputs, backward.outputs[:, ::-1]])
