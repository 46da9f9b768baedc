"""TrainingHistoryDisplay: the loss of each epoch."""

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq._validation.numbers import listed
from skseq.displays._panels import Panels
from skseq.displays._style import FORECAST, TRAINING, line_options, style_axes
from skseq.displays._time_scale import label_whole_numbers
from skseq.displays._wrapped import nested_last_parts

LOGARITHMIC_FROM = 5.0
"""Ratio of the largest to the smallest loss from which an axis is logarithmic. A loss
usually falls fast in the first epochs, which would hide all later changes."""


class TrainingHistoryDisplay:
    """Plot of the loss after each epoch, with the best epoch marked.

    scikit-learn's :class:`~sklearn.model_selection.LearningCurveDisplay` shows scores
    by the number of training rows; this one shows a single fit. Use
    :meth:`from_estimator` to make it. All parameters are stored as attributes.

    Parameters
    ----------
    history : dict of str to list of float
        Values after each epoch: "loss", perhaps "val_loss", and metrics.
    best_epochs : list of int, default=None
        Epochs whose weights were restored, counted from 0; one for each network.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    training_line_, validation_line_ : matplotlib Line2D or None
        None if the history has no such values.
    best_points_ : PathCollection or None
        A point at each best epoch.

    Notes
    -----
    Epochs are counted from 1 on the axis. The loss is that of scaled targets. The
    training loss is the mean over the windows during the epoch, the validation loss
    that after the epoch, so in the first epochs the validation loss may be lower.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import LSTMRegressor, SequenceWindower
    >>> from skseq.displays import TrainingHistoryDisplay
    >>> X = np.random.default_rng(0).normal(size=(80, 1)).cumsum(axis=0)
    >>> network = LSTMRegressor(units=4, epochs=5, random_state=0)
    >>> pipe = make_pipeline(SequenceWindower(3), network).fit(X, X[:, 0])
    >>> display = TrainingHistoryDisplay.from_estimator(pipe)
    >>> list(display.history)
    ['loss', 'val_loss']
    >>> plt.close(display.figure_)
    """

    def __init__(self, *, history, best_epochs=None):
        self.history = history
        self.best_epochs = best_epochs

    @classmethod
    def from_estimator(cls, estimator, *, ax=None, **plot_options):
        """Draw the losses of a fitted network.

        Parameters
        ----------
        estimator : estimator
            A fitted network such as :class:`~skseq.LSTMRegressor`, or a Pipeline,
            forecaster or search that contains one.
        ax : matplotlib Axes, default=None
        **plot_options
            Further parameters of :meth:`plot`.

        Returns
        -------
        display : TrainingHistoryDisplay

        Raises
        ------
        TypeError
            If there is no ``history_``.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        parts = nested_last_parts(estimator)
        network = next((part for part in parts if hasattr(part, "history_")), None)
        if network is None:
            raise TypeError(
                f"{cls.__name__} needs a fitted network, such as LSTMRegressor, or a "
                f"Pipeline that ends in one; {type(estimator).__name__} has no "
                "history_. Fit it first."
            )
        best = getattr(network, "best_epoch_", None)
        best = None if best is None else np.ravel(best).tolist()
        history = {name: list(values) for name, values in network.history_.items()}
        return cls(history=history, best_epochs=best).plot(ax, **plot_options)

    def plot(
        self,
        ax=None,
        *,
        metric="loss",
        yscale="auto",
        training_kwargs=None,
        validation_kwargs=None,
        best_kwargs=None,
    ):
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            By default a new figure.
        metric : str, default="loss"
            What to draw: an entry of the history, and the entry with ``val_`` before
            it.
        yscale : {"auto", "linear", "log"}, default="auto"
            "auto" is "log" if all values are positive and the largest is at least five
            times the smallest.
        training_kwargs, validation_kwargs : dict, default=None
            Options of ``Axes.plot``.
        best_kwargs : dict, default=None
            Options of ``Axes.scatter``.

        Returns
        -------
        display : TrainingHistoryDisplay

        Raises
        ------
        ValueError
            If the history has no such metric, or no epoch.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        self._check_metric(metric)
        panels = Panels.of(ax, 1)
        (axes,) = panels.axes
        lines = {
            "training": (metric, TRAINING, training_kwargs),
            "validation": (f"val_{metric}", FORECAST, validation_kwargs),
        }
        drawn = dict.fromkeys(f"{label}_line_" for label in lines)
        for label, (name, color, options) in lines.items():
            if name in self.history:
                values = self.history[name]
                style = line_options(options, n=len(values), color=color, label=label)
                (line,) = axes.plot(np.arange(1, len(values) + 1), values, **style)
                drawn[f"{label}_line_"] = line
        drawn["best_points_"] = self._mark_best(axes, metric, best_kwargs)
        axes.set_yscale(self._scale_of(metric) if yscale == "auto" else yscale)
        axes.set(xlabel="epoch", ylabel=metric.replace("_", " "))
        label_whole_numbers(axes.xaxis)
        style_axes(axes)
        return panels.finish(self, [drawn])

    def _check_metric(self, metric):
        """Raise if the history has no values of a metric."""
        known = [name for name in self.history if not name.startswith("val_")]
        if metric not in known:
            raise ValueError(
                f"metric must be an entry of the history; got {metric!r}. Choose one "
                f"of {listed(known, most=10)}."
            )
        if not len(self.history[metric]):
            raise ValueError(
                "The history has no epochs, because no network was trained: the "
                "predictions are those of the linear forecast alone (linear_weight=1). "
                "Fit with another linear_weight."
            )

    def _scale_of(self, metric):
        values = [*self.history[metric], *self.history.get(f"val_{metric}", [])]
        values = np.array(values, dtype=float)
        values = values[np.isfinite(values)]
        is_wide = len(values) and values.max() >= LOGARITHMIC_FROM * values.min()
        return "log" if is_wide and values.min() > 0 else "linear"

    def _mark_best(self, ax, metric, options):
        """Draw a point at the best epochs, on the loss that chose them."""
        if not self.best_epochs:
            return None
        name = f"val_{metric}" if f"val_{metric}" in self.history else metric
        epochs = np.asarray(self.best_epochs)
        values = np.asarray(self.history[name], dtype=float)[epochs]
        # Numbered as on the axis, which begins at 1.
        label = f"epoch {epochs[0] + 1} (best)"
        if len(epochs) > 1:
            label = "best epoch of each network"
        style = {"color": FORECAST, "s": 50, "zorder": 3, "label": label}
        return ax.scatter(epochs + 1, values, **style | (options or {}))
