"""Parts of a batch, whose gradients threads compute at the same time.

How a batch is split depends on its size and on the widest layer, but not on the number
of threads or members: a sum of gradients of parts is rounded differently from the
gradient of the whole batch, and results must be the same bit for bit.
"""

import sys
from dataclasses import dataclass

import numpy as np

from skseq._engine.blas import usable_threads
from skseq._engine.native import kernels
from skseq._engine.native.network import Network
from skseq._engine.native.parameters import Parameters

# Dropout masks must not depend on the number of parts, so they are drawn for fewer
# windows than a part may have. With smaller parts, starting more operations would take
# more time than threads save, and products of fewer columns are inefficient.
MIN_VALUES_PER_DRAW = 2**11
"""Minimum of the units of the widest layer times the windows of a draw."""
MIN_WINDOWS_PER_DRAW = 32


def max_parallel():
    """Return the maximum number of parts of a batch, and of threads."""
    # Between its operations NumPy holds the interpreter's lock, so more threads would
    # wait for it, and fewer parts take less time to start.
    return 2 if kernels.kernel is None else sys.maxsize


def count_threads():
    """Return how many threads may currently compute parts."""
    return min(usable_threads(), max_parallel())


@dataclass(frozen=True)
class Part:
    """Some neighbouring windows of a batch.

    Attributes
    ----------
    windows : slice
    draws : dict of int to slice
        From the number of each generator that draws dropout masks for this part to the
        windows of the part that its masks are for.
    """

    windows: slice
    draws: dict


def split_batch(architecture, n_windows):
    """Split a batch into a list of `Part`, each of one or more draws."""
    widest = max(layer.units for layer in architecture.layers)
    per_draw = max(MIN_VALUES_PER_DRAW // widest, MIN_WINDOWS_PER_DRAW)
    n_draws = max(n_windows // per_draw, 1)
    draws = np.array_split(np.arange(n_windows), n_draws)
    edges = np.cumsum([0, *map(len, draws)]).tolist()
    n_parts = min(n_draws, max_parallel())
    parts = []
    for numbers in np.array_split(np.arange(n_draws), n_parts):
        start, stop = edges[numbers[0]], edges[numbers[-1] + 1]
        of_draws = {
            number: slice(edges[number] - start, edges[number + 1] - start)
            for number in numbers.tolist()
        }
        parts.append(Part(slice(start, stop), of_draws))
    return parts


class PartWorker:
    """Computes the gradients of parts of a batch, with the buffers of one thread.

    Parameters
    ----------
    architecture : Architecture
    runs : list of TrainingRun
    loss : callable
        From `find_loss`.
    parameters : Parameters
    inputs : list of BatchInputs
        Of the training windows of each run.

    Attributes
    ----------
    gradient : Parameters or None
        Gradient of the part computed last, if it was to be written here.
    """

    def __init__(self, architecture, runs, loss, parameters, inputs):
        self.architecture = architecture
        self.runs = runs
        self.loss = loss
        self.parameters = parameters
        self.inputs = inputs
        self.gradient = None
        self._made_buffers = {}
        self._up_to_date = set()

    def compute(self, part, rows, rngs, gradient=None):
        """Compute the gradient of a part; return its part of the loss, by run.

        Parameters
        ----------
        part : Part
        rows : ndarray of int of shape (n_members, n_windows of the batch)
        rngs : list of list of Generator, or None
            For each draw and member; None without dropout.
        gradient : Parameters or None
            Overwritten with the gradient; None for ``self.gradient``.

        Returns
        -------
        losses : ndarray of shape (n_members,)
        """
        if gradient is None:
            if self.gradient is None:
                self.gradient = Parameters(self.architecture, len(self.runs))
            gradient = self.gradient
        network, targets, weights = self._buffers(
            part.windows.stop - part.windows.start
        )
        for member, run in enumerate(self.runs):
            batch = rows[member, part.windows]
            inputs = self.inputs[member].read(batch)
            network.load_inputs(inputs, slice(member, member + 1))
            # `take` is faster than an index in brackets.
            targets[member] = run.training.targets.take(batch, axis=0).T
            weights[member] = run.training.weights.take(batch)
        if rngs:
            for draw, windows in part.draws.items():
                network.draw_masks(rngs[draw], windows)
        return network.compute_gradient(
            self.loss, targets, weights, rows.shape[1], gradient
        )

    def forget_weights(self):
        """Read the parameters again before the next part, because they changed."""
        self._up_to_date.clear()

    def _buffers(self, n_windows):
        """Return network, targets and weights for a part, made once for each size."""
        if n_windows not in self._made_buffers:
            architecture, n_members = self.architecture, len(self.runs)
            shape = (n_members, architecture.n_outputs, n_windows)
            self._made_buffers[n_windows] = (
                Network(architecture, n_members, n_windows),
                np.empty(shape, architecture.dtype),
                np.empty(shape[::2], architecture.dtype),
            )
        buffers = self._made_buffers[n_windows]
        # Once a step and not for every part: it may copy all weights.
        if n_windows not in self._up_to_date:
            buffers[0].load_weights(self.parameters)
            self._up_to_date.add(n_windows)
        return buffers
