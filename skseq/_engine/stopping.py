"""Early stopping: keep the best weights, stop when none better come."""

from dataclasses import replace

import numpy as np


class EarlyStopping:
    """Watch a loss and keep the weights of its best epoch.

    Parameters
    ----------
    patience : int
        Epochs in a row without a better loss after which to stop.

    Attributes
    ----------
    best_loss : float
    best_epoch : int or None
        Counted from 0 in this call of ``fit``.

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

    def should_stop(self, loss, read_weights):
        """Take note of an epoch's loss and say whether it was the last.

        Parameters
        ----------
        loss : float
        read_weights : callable
            Returns the weights as they are after the epoch; called only for the best.

        Returns
        -------
        stop : bool
        """
        if loss < self.best_loss:
            self.best_loss = loss
            self._best_weights = read_weights()
            self.best_epoch = self._n_epochs
        self._n_epochs += 1
        return self._n_epochs - 1 - self.best_epoch >= self.patience

    def best(self, state):
        """Return a state with the weights of the best epoch in place of its own."""
        return replace(state, weights=self._best_weights)
