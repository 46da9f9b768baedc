"""EpochMonitor: what happens before and after each epoch, in both engines."""

import numpy as np


class EpochMonitor:
    """Records losses, decides when to stop and reports to scikit-learn's callbacks.

    Parameters
    ----------
    stopping : EarlyStopping or None
    report : FitReport
        Reports every epoch to scikit-learn's callbacks.
    reconstruct : callable
        Takes a list of states and a list of histories, and returns the fitted
        attributes of the estimator, for callbacks that look at it during ``fit``.

    Attributes
    ----------
    n_epochs : int
        Number of epochs in this call of ``fit`` so far.
    history : dict of str to list of float
        The losses of each epoch.
    """

    def __init__(self, stopping, report, reconstruct):
        self.stopping = stopping
        self.report = report
        self.reconstruct = reconstruct
        self.n_epochs = 0
        self.history = {}
        self._report_end = None

    def begin_epoch(self):
        """Report the beginning of an epoch."""
        self._report_end = self.report.begin_task("epoch")

    def end_epoch(self, losses, copy_state):
        """Record the losses of an epoch and return whether training should stop.

        Parameters
        ----------
        losses : dict of str to float
            ``loss``, ``val_loss`` if there is a validation set, and the metrics.
        copy_state : callable
            Returns the `TrainingState` after this epoch.

        Returns
        -------
        stop : bool

        Raises
        ------
        ValueError
            If training diverged.
        """
        self.n_epochs += 1
        check_finite_losses(losses, self.n_epochs)
        for name, value in losses.items():
            self.history.setdefault(name, []).append(value)
        stop = self.stopping is not None and self.stopping.should_stop(
            losses["val_loss"], lambda: copy_state().weights
        )
        # Pass a function, so that the state is copied only for callbacks that need it.
        stopped_by_callback = self._report_end(
            lambda: self.reconstruct([copy_state()], [self.history])
        )
        return stop or stopped_by_callback


def check_finite_losses(losses, n_epochs):
    """Raise if a loss of an epoch is NaN or infinite."""
    for name, value in losses.items():
        if not np.isfinite(value):
            raise ValueError(
                f"Training diverged: {name} became {value} in epoch {n_epochs}. The "
                "estimator is as it was before fit. Use a lower learning_rate, scale "
                "the features, or use another loss."
            )
