"""WindowsDisplay: which steps the windows of rows contain."""

import math

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq.displays._panels import Panels
from skseq.displays._style import FORECAST, TRAINING, WIDTH, options_of
from skseq.displays._window_cells import prepare, window_cells

COLORS = {"row": "#e4e8ec", "window": TRAINING, "future": "#8fc1e3", "missing": "white"}

MEANINGS = {
    "window": "in the window",
    "missing": "missing in the window",
    "future": "known in advance",
    "row": "row outside the window",
}

LETTERS_OF_AXIS = 85
"""Number of letters of labels that fit side by side below the steps."""

MOST_ROW_LABELS = 40
MOST_WITH_EDGES = 60
"""Steps. With more, white lines between cells would be wider than the cells."""

HEIGHT_OF_ROW = 0.27
"""In inches."""


class WindowsDisplay:
    """Plot of the windows of rows: the steps that the prediction of a row may use.

    Each line is a row, and each column a step of time. Use :meth:`from_estimator` to
    make the display. All parameters are stored as attributes.

    Parameters
    ----------
    cells : pandas.DataFrame of str of shape (n_rows, n_steps)
        What each step is for each row: "window", "future" (seen only in the columns
        known in advance), "missing" (in the window, but there is no such row), "row" (a
        row that is not in the window), or "". The index has the labels of the rows, and
        the columns are the numbers of the steps.
    targets : ndarray of int of shape (n_rows,)
        The step to predict of each row.
    labels : dict of int to str, default=None
        Labels of the steps.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    mesh_ : matplotlib QuadMesh
        The cells, of which each is the number of a colour, or masked.
    target_points_, missing_points_ : matplotlib PathCollection

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> from skseq import SequenceWindower
    >>> from skseq.displays import WindowsDisplay
    >>> months = pd.date_range("2024-01-01", periods=6, freq="MS")
    >>> X = pd.DataFrame({"sales": range(6)}, index=months)
    >>> windower = SequenceWindower(time_steps=2)
    >>> display = WindowsDisplay.from_estimator(windower, X, rows=[3, 4])
    >>> display.cells[[1, 2, 3, 4]]
                    1       2       3    4
    2024-04-01 window  window     row  row
    2024-05-01    row  window  window  row
    >>> plt.close(display.figure_)
    """

    def __init__(self, *, cells, targets, labels=None):
        self.cells = cells
        self.targets = targets
        self.labels = labels

    @classmethod
    def from_estimator(
        cls, windower, X, *, series=None, rows=None, ax=None, **plot_options
    ):
        """Draw the windows that a windower cuts.

        Parameters
        ----------
        windower : SequenceWindower or Pipeline
            A Pipeline contains a windower; the steps before it are applied to X. If it
            is fitted, windows may contain the last fitted rows. If not, a clone is
            fitted to X.
        X : table-like of shape (n_rows, n_features)
        series : str or int, default=None
            Name of the series if there are several; by default the first.
        rows : int, slice or list of int, default=None
            Positions of the rows to show, among those of the series. By default the
            first 12.
        ax : matplotlib Axes, default=None
        **plot_options
            Further parameters of :meth:`plot`.

        Returns
        -------
        display : WindowsDisplay

        Raises
        ------
        TypeError
            If there is no windower.
        ValueError
            If a row or series is unknown, or the windower cannot transform X.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        windower, X = prepare(windower, X)
        cells, targets, labels = window_cells(windower, X, series, rows)
        return cls(cells=cells, targets=targets, labels=labels).plot(ax, **plot_options)

    def plot(
        self, ax=None, *, mesh_kwargs=None, target_kwargs=None, missing_kwargs=None
    ):
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            By default a new figure.
        mesh_kwargs : dict, default=None
            Options of ``Axes.pcolormesh``.
        target_kwargs, missing_kwargs : dict, default=None
            Options of ``Axes.scatter``, for the points at the step to predict and at
            missing steps.

        Returns
        -------
        display : WindowsDisplay
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        n_rows, n_steps = self.cells.shape
        panels = Panels.of(
            ax, 1, size=(WIDTH, 1.3 + HEIGHT_OF_ROW * min(n_rows, MOST_ROW_LABELS))
        )
        (axes,) = panels.axes
        steps = np.asarray(self.cells.columns)
        words = self.cells.to_numpy().astype(str)
        mesh = draw_cells(axes, steps, words, mesh_kwargs)
        lines, columns = np.nonzero(words == "missing")
        size = min(40.0, 2500.0 / n_steps)  # points must fit into their cells
        style = {"marker": "x", "color": FORECAST, "s": size, "linewidth": 1.5}
        missing = axes.scatter(
            steps[columns], lines, **options_of(missing_kwargs, **style)
        )
        style = {"marker": "D", "color": FORECAST, "s": size, "zorder": 3}
        target = axes.scatter(
            self.targets, np.arange(n_rows), **options_of(target_kwargs, **style)
        )
        self._add_labels(axes)
        drawn = {"mesh_": mesh, "target_points_": target, "missing_points_": missing}
        return panels.finish(self, [drawn], legend_handles(words, target, missing))

    def _add_labels(self, ax):
        """Label some steps and rows, as far as there is room."""
        texts, steps = self.labels or {}, [int(step) for step in self.cells.columns]
        letters = max((len(text) for text in texts.values()), default=1) + 2
        apart = math.ceil(len(steps) * letters / LETTERS_OF_AXIS)
        shown = []
        for step in steps:
            if step in texts and (not shown or step - shown[-1] >= apart):
                shown.append(step)
        ax.set_xticks(shown, [texts[step] for step in shown])
        lines = range(0, len(self.cells), math.ceil(len(self.cells) / MOST_ROW_LABELS))
        ax.set_yticks(lines, [str(self.cells.index[line]) for line in lines])
        ax.set(xlabel="step", ylabel="window of the row")
        ax.invert_yaxis()
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)


def draw_cells(ax, steps, words, options):
    """Draw the cells in the colours of their kinds; empty ones are masked."""
    from matplotlib.colors import ListedColormap

    numbers = np.full(words.shape, np.nan)
    for number, word in enumerate(COLORS):
        numbers[words == word] = number
    style = {
        "cmap": ListedColormap(list(COLORS.values())),
        "vmin": -0.5,
        "vmax": len(COLORS) - 0.5,
        "edgecolors": "white",
        "linewidth": 1.5 if len(steps) <= MOST_WITH_EDGES else 0,
    }
    cells = np.ma.masked_invalid(numbers)
    # Edges and not middles, from which the width of a single cell would be unknown.
    edges = [np.append(at, at[-1] + 1) - 0.5 for at in (steps, np.arange(len(words)))]
    return ax.pcolormesh(*edges, cells, **style | (options or {}))


def legend_handles(words, target, missing):
    """List the entries of the legend: the kinds of cells that occur."""
    from matplotlib.patches import Patch

    target.set_label("row to predict")
    missing.set_label(MEANINGS["missing"])
    return [target] + [
        missing if word == "missing" else Patch(color=COLORS[word], label=meaning)
        for word, meaning in MEANINGS.items()
        if (words == word).any()
    ]
