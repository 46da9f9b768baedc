"""Plot the gates and states of one window."""

import numpy as np

from skseq.inspection._gate_activations import gate_activations
from skseq.inspection._step_axis import label_steps

STATES = ("cell_state", "candidate", "hidden_state")
"""Activations that may be negative; all others are gates, between 0 and 1."""


class GateActivationsDisplay:
    """Gates and states of one window, by step and unit.

    Use :meth:`from_estimator` to create it.

    Parameters
    ----------
    activations : dict of str to ndarray of shape (n_steps, n_units)
        Of one window, in the order of the panels.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes
        One for each panel.
    figure_ : matplotlib Figure

    See Also
    --------
    gate_activations : The numbers of all windows.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import LSTMRegressor, SequenceWindower
    >>> from skseq.datasets import load_us_macro
    >>> from skseq.inspection import GateActivationsDisplay
    >>> X, y = load_us_macro(return_X_y=True)
    >>> pipe = make_pipeline(SequenceWindower(8), LSTMRegressor(4, random_state=0))
    >>> pipe = pipe.fit(X[:160], y[:160])
    >>> display = GateActivationsDisplay.from_estimator(pipe, X[160:], row=-1)
    >>> len(display.ax_)
    6
    """

    def __init__(self, activations):
        self.activations = activations

    @classmethod
    def from_estimator(
        cls,
        estimator,
        X,
        *,
        row=-1,
        layer=0,
        member=0,
        direction="forward",
        kind="heatmap",
        ax=None,
    ):
        """Compute the activations of one row of X and plot them.

        Parameters
        ----------
        estimator : fitted regressor
            As in :func:`gate_activations`.
        X : array-like
            As in ``estimator.predict``.
        row : int, default=-1
            Position of the row in X whose window is shown.
        layer, member, direction
            As in :func:`gate_activations`.
        kind : {"heatmap", "line"}, default="heatmap"
            As in :meth:`plot`.
        ax : matplotlib Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        display : GateActivationsDisplay

        Raises
        ------
        ValueError
            If X has no such row, or as in :func:`gate_activations`.
        """
        activations = gate_activations(
            estimator, X, layer=layer, member=member, direction=direction
        )
        n_rows = len(activations.hidden_state)
        if not -n_rows <= row < n_rows:
            raise ValueError(
                f"row must be a position in X, which has {n_rows} rows; got {row!r}."
            )
        of_row = {name: values[row] for name, values in activations.items()}
        return cls(of_row).plot(ax, kind=kind)

    def plot(self, ax=None, *, kind="heatmap"):
        """Draw a panel for each gate and state.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Replaced by the panels, which share its space. By default a new figure.
        kind : {"heatmap", "line"}, default="heatmap"
            A colour for each step and unit, or a line over the steps for each unit.

        Returns
        -------
        self : GateActivationsDisplay
        """
        draws = {"heatmap": _draw_heatmap, "line": _draw_lines}
        if kind not in draws:
            raise ValueError(f"kind must be one of {sorted(draws)}; got {kind!r}.")
        self.figure_, self.ax_ = _make_panels(len(self.activations), ax)
        for panel, (name, values) in zip(
            self.ax_, self.activations.items(), strict=True
        ):
            steps = np.arange(-len(values), 0)
            draws[kind](panel, steps, values, _limits(name, values))
            panel.set_title(name.replace("_", " "), fontsize="medium")
            is_lowest = panel is self.ax_[-1]
            panel.tick_params(labelbottom=is_lowest)
        label_steps(self.ax_[-1], steps)
        return self


def _make_panels(n_panels, ax):
    """Return a figure and panels below each other, in the space of ax if there is one.

    Parameters
    ----------
    n_panels : int
    ax : matplotlib Axes or None
    """
    import matplotlib.pyplot as plt

    if ax is None:
        figure, panels = plt.subplots(
            n_panels,
            figsize=(6.4, 0.6 + 1.1 * n_panels),
            sharex=True,
            squeeze=False,
            layout="constrained",
        )
        return figure, panels[:, 0]
    ax.set_axis_off()
    # A layout engine leaves space for the titles itself.
    space = 0.6 if ax.figure.get_layout_engine() is None else None
    places = ax.get_subplotspec().subgridspec(n_panels, 1, hspace=space)
    return ax.figure, places.subplots(sharex=True, squeeze=False)[:, 0]


def _limits(name, values):
    """Return the range of the colours or of the axis of one panel."""
    if name not in STATES:
        return 0, 1
    # Symmetric, so that zero has the neutral colour; a cell state may be beyond 1.
    largest = max(1.0, float(np.abs(values).max())) if name == "cell_state" else 1.0
    return -largest, largest


def _draw_heatmap(panel, steps, values, limits):
    """Draw units from top to bottom, and steps from left to right."""
    n_units = values.shape[1]
    image = panel.imshow(
        values.T,
        aspect="auto",
        interpolation="nearest",
        extent=(steps[0] - 0.5, steps[-1] + 0.5, n_units - 0.5, -0.5),
        vmin=limits[0],
        vmax=limits[1],
        cmap="viridis" if limits[0] == 0 else "RdBu_r",
    )
    panel.set_ylabel("unit")
    panel.yaxis.get_major_locator().set_params(integer=True, nbins=4)
    panel.figure.colorbar(image, ax=panel, pad=0.02)


def _draw_lines(panel, steps, values, limits):
    """Draw a line for each unit."""
    panel.plot(steps, values, marker=".", linewidth=1)
    margin = 0.05 * (limits[1] - limits[0])
    panel.set_ylim(limits[0] - margin, limits[1] + margin)
