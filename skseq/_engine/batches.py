"""The batch plan: which windows are in which batch of which epoch."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class BatchPlan:
    """A new random order of all windows in every epoch, cut into batches.

    Attributes
    ----------
    n_windows : int
    batch_size : int
        Windows in a batch; the last of an epoch may have fewer.
    seed : int
    """

    n_windows: int
    batch_size: int
    seed: int

    @property
    def n_steps(self):
        """Number of batches in an epoch."""
        return -(-self.n_windows // self.batch_size)

    def epoch(self, number):
        """Return the batches of one epoch.

        Parameters
        ----------
        number : int
            Counted from 0 at the first fit; a warm start counts on.

        Returns
        -------
        batches : list of ndarray of int32, each of shape (n_windows in the batch,)
        """
        # Seeded by seed and epoch alone, so that a warm start continues the same plan
        # without a generator in the state.
        order = np.random.default_rng([self.seed, number]).permutation(self.n_windows)
        starts = range(self.batch_size, self.n_windows, self.batch_size)
        return np.split(order.astype(np.int32), starts)

    def batches(self, first_epoch):
        """Yield the batches of one epoch after the other, without end."""
        number = first_epoch
        while True:
            yield from self.epoch(number)
            number += 1
