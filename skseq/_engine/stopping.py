"""Early stopping: end training when the validation loss no longer improves."""

from dataclasses import replace

import numpy as np


class EarlyStopping:
    """Records the weights of the epoch with the lowest loss.

    Parameters
    ----------
    patience : int
        Number of consecutive epochs without a lower loss after which training stops.

    Attributes
    ----------
    best_loss : float
    best_epoch : int or None
        Number of the epoch with the lowest loss, counted from 0 in this call of
        ``fit``.

    References
    ----------
    .. [1] L. Prechelt, "Early stopping - but when?", in Neural Networks: Tricks of the
       Trade, Springer, 1998, pp. 55-69.
    """

    def __init__(self, patience):
        self.patience = patience
        self.best_loss = np.inf
        self._best_weights = None
        self.best_epoch = None
        self._n_epochs = 0

    def should_stop(self, loss, copy_weights):
        """Record the loss of an epoch and return whether training should stop.

        Parameters
        ----------
        loss : float
        copy_weights : callable
            Returns the weights after the epoch. Called only if the loss is the lowest
            so far.

        Returns
        -------
        stop : bool
        """
        # An equal loss is not an improvement, or training would not end on a plateau.
        if loss < self.best_loss:
            self.best_loss = loss
            self._best_weights = copy_weights()
            self.best_epoch = self._n_epochs
        self._n_epochs += 1
        return self._n_epochs - 1 - self.best_epoch >= self.patience

    def best(self, state):
        """Return a copy of a state with the weights of the best epoch.

        The optimizer state remains that of the last epoch.
        """
        return replace(state, weights=self._best_weights)
