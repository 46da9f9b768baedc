"""The batch plan: which windows are in which batch of which epoch."""

from dataclasses import dataclass
from itertools import count

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
            Counted from 0 in the first fit; a warm start does not begin again at 0.

        Returns
        -------
        batches : list of ndarray of int32, each of shape (n_windows in the batch,)
        """
        # The seed of an epoch does not depend on earlier epochs, so a warm start
        # continues the same plan without storing a generator.
        order = np.random.default_rng([self.seed, number]).permutation(self.n_windows)
        order = order.astype(np.int32)
        starts = range(0, self.n_windows, self.batch_size)
        return [order[start : start + self.batch_size] for start in starts]

    def batches(self, first_epoch):
        """Yield the batches of all epochs from the first one given, without end."""
        for number in count(first_epoch):
            yield from self.epoch(number)
