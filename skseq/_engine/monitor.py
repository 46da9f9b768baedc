"""What is done around a fit and around every epoch, whoever does the work inside."""

import numpy as np


class EpochMonitor:
    """Record the losses, stop when it is time, tell scikit-learn's callbacks.

    Parameters
    ----------
    stopping : EarlyStopping or None
    report : FitReport
        Reports every epoch to scikit-learn's callbacks.
    reconstruct : callable
        Turns a list of states and one of histories into the attributes of an estimator
        fitted so far.

    Attributes
    ----------
    n_epochs : int
        Epochs so far in this fit.
    history : dict of str to list of float
        The losses by epoch.
    """

    def __init__(self, stopping, report, reconstruct):
        self.stopping = stopping
        self.report = report
        self.reconstruct = reconstruct
        self.n_epochs = 0
        self.history = {}
        self._report_end = None

    def begin_epoch(self):
        """Take note that an epoch begins."""
        self._report_end = self.report.begin_task("epoch")

    def end_epoch(self, losses, read_state):
        """Take note of an epoch's losses and say whether it was the last.

        Parameters
        ----------
        losses : dict of str to float
            ``loss``, ``val_loss`` where there is a validation part, and the metrics.
        read_state : callable
            Returns the State after this epoch.

        Returns
        -------
        stop : bool

        Raises
        ------
        ValueError
            If training diverged.
        """
        self.n_epochs += 1
        refuse_divergence(losses, self.n_epochs)
        for name, value in losses.items():
            self.history.setdefault(name, []).append(value)
        stop = self.stopping is not None and self.stopping.should_stop(
            losses["val_loss"], lambda: read_state().weights
        )
        stopped_by_callback = self._report_end(
            lambda: self.reconstruct([read_state()], [self.history])
        )
        return stop or stopped_by_callback


def refuse_divergence(losses, n_epochs):
    """Raise if a loss of an epoch is not finite."""
    for name, value in losses.items():
        if not np.isfinite(value):
            raise ValueError(
                f"Training diverged: {name} became {value} in epoch {n_epochs}, so "
                "this fit was given up and the estimator left as it was. Lower "
                "learning_rate, scale the features, or take another loss."
            )
