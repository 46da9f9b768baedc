"""EpochMonitor: what happens before and after each epoch, in both engines."""

import numpy as np

ADVICE = "Use a lower learning_rate, scale the features, or use another loss."
"""What to do if training diverged and the cause is unknown."""


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
    explain_divergence : callable, default=None
        Returns why training diverged and what to do, or None if it is not known.

    Attributes
    ----------
    n_epochs : int
        Number of epochs in this call of ``fit`` so far.
    history : dict of str to list of float
        The losses of each epoch.
    """

    def __init__(self, stopping, report, reconstruct, explain_divergence=None):
        self.stopping = stopping
        self.report = report
        self.reconstruct = reconstruct
        self.explain_divergence = explain_divergence
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
        self._check_finite(losses)
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

    def _check_finite(self, losses):
        """Raise if a loss of an epoch is NaN or infinite."""
        for name, value in losses.items():
            if not np.isfinite(value):
                explanation = self.explain_divergence and self.explain_divergence()
                raise ValueError(
                    f"Training diverged: {name} became {value} in epoch "
                    f"{self.n_epochs}. The estimator is as it was before fit. "
                    f"{explanation or ADVICE}"
                )
