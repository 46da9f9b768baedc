"""Plot the gates and states of one window."""

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq.inspection._fitted_windows import FittedWindows
from skseq.inspection._gate_activations import activations_of
from skseq.inspection._gate_panels import (
    MOST_FEATURES,
    add_legends,
    choose_units,
    draw_heatmap,
    draw_lines,
    draw_values,
    limits_of,
    make_panels,
)
from skseq.inspection._step_axis import label_steps, label_times
from skseq.inspection._window_times import position_of_row, times_of_window


class GateActivationsDisplay:
    """Values of one window, and below them its gates and states by step and unit.

    Use :meth:`from_estimator` to create it.

    Parameters
    ----------
    activations : dict of str to ndarray of shape (n_steps, n_units)
        Of one window, in the order of the panels.
    values : ndarray of shape (time_steps, n_features), default=None
        What the network gets: the values of the window, NaN at missing steps. They are
        in the first panel; None shows gates and states only.
    feature_names : sequence of str of length n_features, default=None
    times : list of length time_steps, default=None
        Labels of the steps of the window, such as dates. By default steps are
        numbered; -1 is the last.
    title : str, default="window"
        Of the first panel.
    value_label : str, default=None
        Of the vertical axis of the first panel, if there is a single feature.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes
        One for each panel: the values, if there are any, then gates and states.
    figure_ : matplotlib Figure
    units_ : ndarray of int
        Numbers of the units that are shown.

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
    >>> display = GateActivationsDisplay.from_estimator(pipe, X[160:], row="2009-07-01")
    >>> len(display.ax_)
    7
    """

    def __init__(
        self,
        activations,
        *,
        values=None,
        feature_names=None,
        times=None,
        title="window",
        value_label=None,
    ):
        self.activations = activations
        self.values = values
        self.feature_names = feature_names
        self.times = times
        self.title = title
        self.value_label = value_label

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
        units=None,
        ax=None,
    ):
        """Compute the activations of one row of X and plot them.

        Parameters
        ----------
        estimator, X, layer, member, direction
            As in :func:`gate_activations`.
        row : int or label, default=-1
            Row whose window is shown: its position in X, or the label of its index,
            such as a date. In a table of many series, a label is a tuple (series,
            time). An integer is always a position.
        kind, units, ax
            As in :meth:`plot`.

        Returns
        -------
        display : GateActivationsDisplay

        Raises
        ------
        ValueError
            If X has no such row, or as in :func:`gate_activations` and :meth:`plot`.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        fitted = FittedWindows.of(estimator, X)
        row = position_of_row(X, row, len(fitted.windows))
        activations = activations_of(fitted, layer, member, direction)
        display = cls(
            {name: values[row] for name, values in activations.items()},
            **_described_window(fitted, row),
        )
        return display.plot(ax, kind=kind, units=units)

    def plot(self, ax=None, *, kind="heatmap", units=None):
        """Draw a panel for the values of the window, and for each gate and state.

        A single feature has the unit that it has in the windows; if a step before the
        windower has scaled or otherwise transformed it, the axis says so. Several
        features, of which the first six are shown, are scaled: 0 is the lowest and 1
        the highest value of each in this window.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Replaced by the panels, which share its space. By default a new figure.
        kind : {"heatmap", "line"}, default="heatmap"
            A colour for each step and unit, or a line over the steps for each unit.
        units : list of int, default=None
            Numbers of the units to show. By default all, if there are at most 16;
            otherwise the 16 whose hidden state changes most in the window, that is,
            has the largest range.

        Returns
        -------
        self : GateActivationsDisplay

        Raises
        ------
        ValueError
            If `kind` is unknown or there is no such unit.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        draws = {"heatmap": draw_heatmap, "line": draw_lines}
        if kind not in draws:
            raise ValueError(f"kind must be one of {sorted(draws)}; got {kind!r}.")
        hidden_state = self.activations["hidden_state"]
        self.units_ = choose_units(hidden_state, units)
        has_values = self.values is not None
        steps = np.arange(-len(self.values if has_values else hidden_state), 0)
        n_panels = len(self.activations) + has_values
        self.figure_, self.ax_ = make_panels(n_panels, ax)
        if has_values:
            self._draw_values(steps)
        panels = self.ax_[has_values:]
        for panel, (name, values) in zip(panels, self.activations.items(), strict=True):
            ends, limits = (steps[0] - 0.5, -0.5), limits_of(name, values)
            draws[kind](panel, ends, values[:, self.units_], limits, self.units_)
            panel.set_title(name.replace("_", " "), fontsize="medium")
        if kind == "line":
            add_legends(panels)
        n_units = hidden_state.shape[1]
        if len(self.units_) < n_units:
            title = f"{panels[0].get_title()} ({len(self.units_)} of {n_units} units)"
            panels[0].set_title(title, fontsize="medium")
        if self.times is None:
            label_steps(self.ax_[-1], steps)
        else:
            label_times(self.ax_[-1], steps, self.times)
        return self

    def _draw_values(self, steps):
        """Draw the values of the window in the first panel."""
        names = self.feature_names
        if names is None:
            names = [f"feature {n}" for n in range(self.values.shape[1])]
        draw_values(self.ax_[0], steps, self.values, names)
        self.ax_[0].set_title(self.title, fontsize="medium")
        if len(names) == 1 and self.value_label is not None:
            self.ax_[0].set_ylabel(self.value_label)


def _described_window(fitted, row):
    """Return the values of a window with their names, as parameters of a display."""
    values = fitted.windows[[row]].cut()[0].astype(np.float64)
    names = fitted.feature_names.astype(str).astype(object)
    origin, windower, times = fitted.origin, fitted.windower, None
    # Not after a step that makes other windows of those of the windower.
    is_as_cut = windower is not None and windower.n_features_in_ == len(names)
    if is_as_cut and origin is not None:
        if windower._fitted_time_steps == len(values):
            place = row if fitted.rows is None else fitted.rows[row]
            times = times_of_window(windower, fitted.cut_axis, place)
        horizon = windower._fitted_horizon
        for column in windower._fitted_future if horizon else []:
            names[column] = f"{names[column]}, {horizon} later"
    # The target's past first, because only the first features are shown.
    past = [lagged.feature for lagged in fitted.model.lagged_targets if lagged]
    order = list(dict.fromkeys([*past, *range(len(names))]))
    return {
        "values": values[:, order],
        "feature_names": names[order],
        "times": times,
        "title": _title(names[order], origin, row, windower),
        "value_label": _unit(fitted.earlier_steps),
    }


def _unit(earlier_steps):
    """Return in which form the windows contain values, None if as in X."""
    if not earlier_steps:
        return None
    is_scaled = all(hasattr(step, "scale_") for step in earlier_steps)
    return "scaled" if is_scaled else "transformed"


def _title(names, origin, row, windower):
    """Return which window is shown, and of which features."""
    window = "window"
    if origin is not None and origin.axis.labels is not None:
        name = origin.axis.name_row(row).replace(" 00:00:00", "", 1)  # at midnight
        window = f"window {_place(windower)} {name}"
    if len(names) > MOST_FEATURES:
        return f"{window} ({MOST_FEATURES} of {len(names)} features)"
    is_named = len(names) == 1 and not names[0].startswith("feature ")
    return f"{names[0]} in the {window}" if is_named else window


def _place(windower):
    """Return where the window of a row ends, if its windower is known."""
    if windower is None:
        return "for"
    horizon = windower._fitted_horizon
    if horizon < 2:
        return "before" if horizon else "up to"
    return f"up to {horizon} steps before"
