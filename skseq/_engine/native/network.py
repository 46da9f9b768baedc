"""A network of recurrent and dense layers, for some number of windows."""

from functools import partial

import numpy as np

from skseq._engine.native import kernels
from skseq._engine.native.base_cell import draw_mask
from skseq._engine.native.dense import Dense
from skseq._engine.native.input_reader import InputReader
from skseq._engine.native.losses import compute_loss

STRIDES = (1, -1)
"""Order in which the forward and the backward direction process the steps."""


class Network:
    """Buffers, forward pass and backward pass of networks that train together.

    Arrays have the axes (member, row, window); those of a sequence have the step as an
    axis before them. Call `load_weights` again when the parameters have changed.

    Parameters
    ----------
    architecture : Architecture
    n_members : int
    n_windows : int
        Number of windows in each pass.
    output_dtype : str or None
        Dtype of the predictions if windows are normalized; None for the network's.
    """

    def __init__(self, architecture, n_members, n_windows, output_dtype=None):
        self.architecture = architecture
        n_steps, n_inputs = architecture.input_shape
        size = (n_members, n_windows, architecture.dtype)
        self.inputs = np.empty(
            (n_steps, n_members, n_inputs, n_windows), architecture.dtype
        )
        cells = kernels.cell_classes()
        self.layers = [
            [cells[layer.cell](layer, n_steps, *size) for _ in layer.directions]
            for layer in architecture.layers
        ]
        self.masks = [None] * len(self.layers)
        self.parameters = None
        self.reader = InputReader(architecture)
        self.is_normalized = architecture.normalization is not None
        if self.is_normalized:
            shape = (n_members, architecture.n_outputs, n_windows)
            dtype = output_dtype or architecture.dtype
            self.scale, self.base = np.empty((2, *shape), dtype)
        *hidden, last = architecture.dense_shapes
        self.dense = [
            *(Dense(*shape, *size, has_relu=True) for shape in hidden),
            Dense(*last, *size, has_relu=False),
        ]
        self.passes = kernels.make_passes(self)

    def load_windows(self, windows):
        """Read windows, for all members."""
        self.load_inputs(self.reader.read(windows))

    def load_inputs(self, inputs, members=slice(None)):
        """Copy to the buffers what `InputReader.read` returns."""
        values, statistics, scale, base = inputs
        n_patched = values.shape[1]
        self.inputs[:, members, :n_patched] = values[:, np.newaxis]
        if statistics is not None:
            self.inputs[:, members, n_patched:] = statistics
        if self.is_normalized:
            self.scale[members], self.base[members] = scale, base

    def load_weights(self, parameters):
        """Use these parameters in the following passes."""
        self.parameters = parameters
        if self.passes:
            return
        for cells, matrices in zip(self.layers, parameters.layers, strict=True):
            for cell, A in zip(cells, matrices, strict=True):
                cell.load_weights(A)

    def forward(self):
        """Predict for the loaded windows with the loaded weights.

        Returns
        -------
        predictions : ndarray of shape (n_members, n_outputs, n_windows)
        """
        values = self.passes.forward(self) if self.passes else self._forward()
        # The values are a buffer, so without normalization they are copied.
        return self.scale * values + self.base if self.is_normalized else values.copy()

    def _forward(self):
        """Return the outputs of the last dense layer, which are overwritten later."""
        sequence = self.inputs
        *lower, top = range(len(self.layers))
        for number in lower:
            self._forward_layer(number, sequence)
            sequence = self._apply_mask(number, join_directions(self.layers[number]))
        self._forward_layer(top, sequence)
        ends = [cell.outputs[-1] for cell in self.layers[top]]
        values = self._apply_mask(top, np.concatenate(ends, axis=1))
        for dense, A in zip(self.dense, self.parameters.dense, strict=True):
            values = dense.forward(A, values)
        return values

    def backward(self, d_predictions, gradient, *, needs_input_gradient=False):
        """Compute the gradient of the loss for every parameter, after `forward`.

        Parameters
        ----------
        d_predictions : ndarray of shape (n_members, n_outputs, n_windows)
            Gradient of the loss with respect to the predictions.
        gradient : Parameters
            Overwritten with the gradient.
        needs_input_gradient : bool, default=False
            Training does not need it, because windows are not trained.

        Returns
        -------
        d_inputs : ndarray of shape (n_steps, n_members, n_inputs, n_windows) or None
            Gradient with respect to what the network reads, if
            ``needs_input_gradient``.
        """
        d_values = self.scale * d_predictions if self.is_normalized else d_predictions
        run = partial(self.passes.backward, self) if self.passes else self._backward
        return run(d_values, gradient, needs_input_gradient=needs_input_gradient)

    def _backward(self, d_values, gradient, *, needs_input_gradient):
        """Do what `backward` does, from the gradient of the last dense layer."""
        for dense, A, d_A in zip(
            reversed(self.dense),
            reversed(self.parameters.dense),
            reversed(gradient.dense),
            strict=True,
        ):
            d_values = dense.backward(A, d_values, d_A)
        # The dense layers use only the last output of each direction of the top layer.
        # For the backward direction, this is the output at the first step in time.
        *lower, top = range(len(self.layers))
        d_values = self._apply_mask(top, d_values)
        d_outputs = [
            d_values[np.newaxis, :, rows] for rows in direction_rows(self.layers[top])
        ]
        for number in reversed(lower):
            d_inputs = self._backward_layer(
                number + 1, d_outputs, gradient, needs_input_gradient=True
            )
            d_values = self._apply_mask(number, d_inputs)
            d_outputs = [
                d_values[:: STRIDES[place], :, rows]
                for place, rows in enumerate(direction_rows(self.layers[number]))
            ]
        return self._backward_layer(
            0, d_outputs, gradient, needs_input_gradient=needs_input_gradient
        )

    def compute_gradient(self, loss, targets, weights, n_windows, gradient):
        """Return the loss of the loaded windows by member; overwrite its gradient.

        Parameters
        ----------
        loss, targets, weights, n_windows
            As in `compute_loss`.
        gradient : Parameters
            Overwritten.

        Returns
        -------
        losses : ndarray of shape (n_members,)
        """
        batch = targets, weights, n_windows
        if self.passes and self.passes.has_loss(loss):
            return self.passes.compute_gradient(self, loss, *batch, gradient)
        losses, d_predictions = compute_loss(loss, self.forward(), *batch)
        self.backward(d_predictions, gradient)
        return losses

    def draw_masks(self, rngs, windows=slice(None)):
        """Draw the dropout masks of the following passes, for all windows or for some.

        Parameters
        ----------
        rngs : list of numpy.random.Generator
            One for each member.
        windows : slice, default=slice(None)
        """
        # Only the last output of the top layer is used, so one mask is enough.
        top = len(self.layers) - 1
        for number, cells in enumerate(self.layers):
            for cell in cells:
                cell.draw_state_mask(rngs, windows)
            layer = cells[0].layer
            if layer.dropout:
                n_steps = () if number == top else (len(self.inputs),)
                size = layer.n_outputs, self.inputs.shape[-1]
                if self.masks[number] is None:
                    shape = (*n_steps, len(rngs), *size)
                    self.masks[number] = np.empty(shape, self.inputs.dtype)
                for member, rng in enumerate(rngs):
                    mask = self.masks[number][..., member, :, windows]
                    draw_mask(rng, layer.dropout, mask)

    def _forward_layer(self, number, sequence):
        """Run each direction of a layer over a sequence, in its order of steps."""
        for place, cell in enumerate(self.layers[number]):
            cell.load_inputs(sequence[:: STRIDES[place]])
            cell.forward()

    def _backward_layer(self, number, d_outputs, gradient, *, needs_input_gradient):
        """Compute the gradient of a layer's weights; return that of its inputs."""
        d_sequence = None
        for place, cell in enumerate(self.layers[number]):
            d_inputs = cell.backward(
                self.parameters.layers[number][place],
                d_outputs[place],
                gradient.layers[number][place],
                needs_input_gradient=needs_input_gradient,
            )
            if place == 0:
                d_sequence = d_inputs
            elif needs_input_gradient:
                d_sequence += d_inputs[::-1]
        return d_sequence

    def _apply_mask(self, number, values):
        """Apply the dropout after a layer to its outputs or to their gradient."""
        return values if self.masks[number] is None else values * self.masks[number]


def join_directions(cells):
    """Concatenate the outputs of a layer's directions, both in the order of time."""
    if len(cells) == 1:
        return cells[0].outputs
    forward, backward = cells
    return np.concatenate([forward.outputs, backward.outputs[::-1]], axis=2)


def direction_rows(cells):
    """Return the rows of each direction in the array of `join_directions`."""
    units = cells[0].units
    return [slice(n * units, (n + 1) * units) for n in range(len(cells))]
