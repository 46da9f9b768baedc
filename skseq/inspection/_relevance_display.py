"""Plot the relevance of each step and feature of windows."""

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq.displays._panels import Panels
from skseq.displays._style import COLORS, color_of, line_options, style_axes
from skseq.displays._wrapped import nested_last_parts
from skseq.inspection._fitted_windows import FittedWindows
from skseq.inspection._lag_relevance import relevance_of
from skseq.inspection._permutation_relevance import permutation_relevance
from skseq.inspection._step_axis import label_steps

BARS_WIDTH = 0.8
"""Width of the bars of all features at one step, where steps are 1 apart."""


class LagRelevanceDisplay:
    """Relevance of each step of the windows, with a line or bars for each feature.

    Use :meth:`from_estimator` or :meth:`from_permutation` to create it.

    Parameters
    ----------
    relevance : ndarray of shape (time_steps, n_features)
    steps : ndarray of int of shape (time_steps,)
        Steps of a window, counted from its end: -1 is the last.
    feature_names : sequence of str of length n_features
    std : ndarray of shape (time_steps, n_features), default=None
        Standard deviations, drawn as error bars.
    label : str, default="Relevance"
        Of the vertical axis; it should state the unit.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    See Also
    --------
    lag_relevance : The numbers of :meth:`from_estimator`.
    permutation_relevance : The numbers of :meth:`from_permutation`.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import LSTMRegressor, SequenceWindower
    >>> from skseq.datasets import load_us_macro
    >>> from skseq.inspection import LagRelevanceDisplay
    >>> X, y = load_us_macro(return_X_y=True)
    >>> pipe = make_pipeline(SequenceWindower(8), LSTMRegressor(4, random_state=0))
    >>> pipe = pipe.fit(X[:160], y[:160])
    >>> display = LagRelevanceDisplay.from_estimator(pipe, X[160:])
    >>> display.relevance.shape
    (8, 6)
    """

    def __init__(self, relevance, *, steps, feature_names, std=None, label="Relevance"):
        self.relevance = relevance
        self.steps = steps
        self.feature_names = feature_names
        self.std = std
        self.label = label

    @classmethod
    def from_estimator(cls, estimator, X, *, output=0, kind="line", ax=None):
        """Plot the mean absolute gradient of predictions by step and feature.

        It is in units of y per unit of the feature in the windows, which are scaled if
        a step before the windower scales X.

        Parameters
        ----------
        estimator, X
            As in :func:`lag_relevance`.
        output : int, default=0
            Step, target or quantile, as in :func:`lag_relevance`. If predictions have
            several columns, the vertical axis names it.
        kind : {"line", "bar"}, default="line"
        ax : matplotlib Axes, default=None
            By default a new figure.

        Returns
        -------
        display : LagRelevanceDisplay
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        fitted = FittedWindows.of(estimator, X)
        found = relevance_of(fitted, output)
        display = cls(
            found.mean_absolute,
            steps=found.steps,
            feature_names=found.feature_names,
            label=_label_of_gradient(fitted, output),
        )
        return display.plot(ax, kind=kind)

    @classmethod
    def from_permutation(
        cls,
        estimator,
        X,
        y,
        *,
        scoring=None,
        n_repeats=5,
        random_state=None,
        kind="bar",
        ax=None,
    ):
        """Plot how much a score falls if a step is permuted, by step and feature.

        It is in the unit of the score. R2, the default, has none, nor has D2, the
        default for several quantiles.

        Parameters
        ----------
        estimator, X, y, scoring, n_repeats, random_state
            As in :func:`permutation_relevance`.
        kind : {"line", "bar"}, default="bar"
        ax : matplotlib Axes, default=None
            By default a new figure.

        Returns
        -------
        display : LagRelevanceDisplay
        """
        check_matplotlib_support(f"{cls.__name__}.from_permutation")
        options = {"n_repeats": n_repeats, "random_state": random_state}
        found = permutation_relevance(estimator, X, y, scoring=scoring, **options)
        display = cls(
            found.importances_mean,
            steps=found.steps,
            feature_names=found.feature_names,
            std=found.importances_std,
            label=_label_of_decrease(estimator, scoring),
        )
        return display.plot(ax, kind=kind)

    def plot(self, ax=None, *, kind="line"):
        """Draw the relevance by step.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            By default a new figure.
        kind : {"line", "bar"}, default="line"

        Returns
        -------
        self : LagRelevanceDisplay

        Raises
        ------
        ValueError
            If ``kind`` is unknown.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        if kind not in ("line", "bar"):
            raise ValueError(f"kind must be 'line' or 'bar'; got {kind!r}.")
        panels = Panels.of(ax, 1)
        (axes,) = panels.axes
        n_features = len(self.feature_names)
        is_named = any(str(name) != "feature 0" for name in self.feature_names)
        width = BARS_WIDTH / n_features
        for feature, name in enumerate(self.feature_names):
            values = self.relevance[:, feature]
            error = None if self.std is None else self.std[:, feature]
            # Matplotlib's own colours are more, but less distinct.
            color = color_of(feature) if n_features <= len(COLORS) else None
            style = {"color": color, "label": str(name) if is_named else ""}
            if kind == "line":
                style = line_options(None, n=len(values), **style)
                axes.errorbar(self.steps, values, error, capsize=2, **style)
            else:
                places = self.steps + width * (feature - (n_features - 1) / 2)
                # A legend is placed beside caps, but may cover lines without them.
                axes.bar(places, values, width, yerr=error, capsize=2, **style)
        axes.axhline(0, color="0.6", linewidth=0.8, zorder=0)
        label_steps(axes, self.steps)
        axes.set_ylabel(self.label)
        style_axes(axes)
        return panels.finish(self, [{}])


def _label_of_gradient(fitted, output):
    """Say which gradient is shown, and in which units.

    In a Pipeline, a step before the windower may have scaled the features.
    """
    name = fitted.name_output(output)
    of_output = f"\nof {name}" if name else ""
    # Short lines, because half a page has no room for longer ones along the axis.
    unit = "units of y per unit of\nfeatures in the windows"
    return f"mean absolute gradient{of_output}\n({unit})"


def _label_of_decrease(estimator, scoring):
    """Return the label of an axis; it names the score unless this is a callable."""
    if scoring is None:  # the method score
        *_, network = nested_last_parts(estimator)
        scoring = "R2" if np.size(getattr(network, "quantile", None)) < 2 else "D2"
    name = f"\n({scoring})" if isinstance(scoring, str) else ""
    return f"decrease in score{name}"
