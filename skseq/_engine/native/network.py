"""Recurrent layers, dense layers and a head, for a given number of windows."""

import numpy as np

from skseq._engine.native.cells import CELLS, draw_kept
from skseq._engine.native.dense import Dense
from skseq._network.normalization import Normalizer

ORDERS = (1, -1)
"""How the forward and the backward direction step through a window."""


class Network:
    """Buffers and passes of networks that train together.

    The parameters are lent: `take` them before each pass, or once for several passes
    forward. Arrays have the shape (members, rows, windows), those of a sequence one
    axis more in front: its steps.

    Parameters
    ----------
    architecture : Architecture
    n_members : int
    n_windows : int
        Windows in every pass.
    """

    def __init__(self, architecture, n_members, n_windows):
        self.architecture = architecture
        time_steps, n_features = architecture.window_shape
        size = (n_members, n_windows, architecture.dtype)
        self.inputs = np.empty(
            (time_steps, n_members, n_features, n_windows), architecture.dtype
        )
        self.layers = [
            [CELLS[layer.cell](layer, time_steps, *size) for _ in layer.directions]
            for layer in architecture.layers
        ]
        self.masks = [None] * len(self.layers)
        self.parameters = None
        self.normalizer = None
        if architecture.normalization is not None:
            self.normalizer = Normalizer(architecture.normalization)
            of_answers = (n_members, architecture.n_outputs, n_windows)
            self.scale, self.base = np.empty((2, *of_answers), architecture.dtype)
        *hidden, (n_inputs, _) = architecture.dense_shapes
        self.dense = [
            *(Dense(n, architecture.dense_activation, *size) for n, _ in hidden),
            Dense(n_inputs, "linear", *size),
        ]

    def read(self, windows, members=slice(None)):
        """Take in windows, those of all members or of a slice of them."""
        values = windows.cut()
        if self.normalizer:
            values, self.scale[members], self.base[members] = self.normalizer.read(
                values
            )
        self.inputs[:, members] = values.transpose(1, 2, 0)[:, np.newaxis]

    def take(self, parameters):
        """Take weights over for the passes forward that follow."""
        self.parameters = parameters
        for cells, matrices in zip(self.layers, parameters.layers, strict=True):
            for cell, A in zip(cells, matrices, strict=True):
                cell.take(A)

    def forward(self):
        """Answer the windows that were read, with the weights that were taken.

        Returns
        -------
        answers : ndarray of shape (n_members, n_outputs, n_windows)
        """
        sequence = self.inputs
        *lower, top = range(len(self.layers))
        for number in lower:
            self._read(number, sequence)
            sequence = self._drop(number, join(self.layers[number]))
        self._read(top, sequence)
        ends = [cell.outputs[-1] for cell in self.layers[top]]
        answers = self._drop(top, np.concatenate(ends, axis=1))
        for dense, A in zip(self.dense, self.parameters.dense, strict=True):
            answers = dense.forward(A, answers)
        return self.scale * answers + self.base if self.normalizer else answers

    def backward(self, d_answers, gradient):
        """Find the slope of the loss in every parameter, after `forward`.

        Parameters
        ----------
        d_answers : ndarray of shape (n_members, n_outputs, n_windows)
        gradient : Parameters
            Receives the slopes.
        """
        slopes = self.scale * d_answers if self.normalizer else d_answers
        for dense, A, d_A in zip(
            reversed(self.dense),
            reversed(self.parameters.dense),
            reversed(gradient.dense),
            strict=True,
        ):
            slopes = dense.backward(A, slopes, d_A)
        # The last layer is read at the end of each direction's own way, not before.
        *lower, top = range(len(self.layers))
        before = [None] * (len(self.inputs) - 1)
        slopes = self._drop(top, slopes)
        d_outputs = [[*before, slopes[:, rows]] for rows in part(self.layers[top])]
        for number in reversed(lower):
            d_inputs = self._read_back(number + 1, d_outputs, gradient)
            slopes = self._drop(number, d_inputs)
            d_outputs = [
                list(slopes[:: ORDERS[place], :, rows])
                for place, rows in enumerate(part(self.layers[number]))
            ]
        self._read_back(0, d_outputs, gradient)

    def draw_masks(self, rngs):
        """Draw what dropout keeps in the next passes, scaled to keep the mean.

        Parameters
        ----------
        rngs : list of numpy.random.Generator
            One for each member.
        """
        for number, (layer, cells) in enumerate(
            zip(self.architecture.layers, self.layers, strict=True)
        ):
            for cell in cells:
                cell.draw_mask(rngs)
            if layer.dropout:
                is_top = number == len(self.layers) - 1
                n_steps = () if is_top else (len(self.inputs),)
                shape = (*n_steps, layer.n_outputs, self.inputs.shape[-1])
                masks = [
                    draw_kept(rng, shape, layer.dropout, self.inputs.dtype)
                    for rng in rngs
                ]
                self.masks[number] = np.stack(masks, axis=len(n_steps))

    def _read(self, number, sequence):
        """Let one layer read a sequence, each direction in its own order."""
        for place, cell in enumerate(self.layers[number]):
            cell.read(sequence[:: ORDERS[place]])
            cell.forward()

    def _read_back(self, number, d_outputs, gradient):
        """Go back through one layer; return the slope in the sequence that it read."""
        d_sequence = None
        for place, cell in enumerate(self.layers[number]):
            d_inputs = cell.backward(
                self.parameters.layers[number][place],
                d_outputs[place],
                gradient.layers[number][place],
                wants_inputs=number > 0,
            )
            if place == 0:
                d_sequence = d_inputs
            elif number > 0:
                d_sequence += d_inputs[::-1]
        return d_sequence

    def _drop(self, number, values):
        """Multiply by what dropout keeps after a layer; the same forward and back."""
        return values if self.masks[number] is None else values * self.masks[number]


def join(cells):
    """Put the directions of a layer on top of each other, in order of time."""
    if len(cells) == 1:
        return cells[0].outputs
    forward, backward = cells
    return np.concatenate([forward.outputs, backward.outputs[::-1]], axis=2)


def part(cells):
    """Say which rows of `join`'s come from which direction."""
    units = cells[0].units
    return [slice(n * units, (n + 1) * units) for n in range(len(cells))]
