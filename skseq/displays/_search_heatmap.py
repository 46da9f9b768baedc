"""SearchHeatmapDisplay: the scores of a search over two parameters."""

import math
from contextlib import suppress

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skseq._validation.numbers import listed
from skseq.displays._panels import Panels
from skseq.displays._style import (
    MARKED,
    format_of_decimals,
    options_of,
    style_axes,
    with_minus,
)

SIZE = 6.4, 4.4
MOST_WITH_TEXT = 100
"""Cells. In more, numbers would not fit."""

SMALLEST, LARGEST = 1e-3, 1e6
"""Where the largest score is outside this range, scores are divided by a power of ten,
because cells are narrow."""


class SearchHeatmapDisplay:
    """Heat map of the scores of a search over two of its parameters.

    Use :meth:`from_estimator` to make it. All parameters are stored as attributes.

    Parameters
    ----------
    scores : ndarray of float of shape (n_y_values, n_x_values)
        NaN where the search has no such pair of values, or its fits failed.
    x_values, y_values : list
        Values of the two parameters.
    x, y : str
        Names of the parameters.
    score_name : str, default="score"
    best : (int, int), default=None
        Row and column of the best score.
    failed : ndarray of bool of shape (n_y_values, n_x_values), default=None
        Where all scores of the search are NaN, because fits failed.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    image_ : matplotlib AxesImage
    texts_ : list of matplotlib Text
        The scores in the cells, or "failed".
    best_marker_ : matplotlib Rectangle or None
    colorbar_ : matplotlib Colorbar or None

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import NaiveRegressor, SequenceWindower
    >>> from skseq.datasets import load_nile
    >>> from skseq.displays import SearchHeatmapDisplay
    >>> from skseq.model_selection import ForecastSplit
    >>> X, y = load_nile(return_X_y=True)
    >>> grid = {
    ...     "sequencewindower__time_steps": [2, 4, 8],
    ...     "naiveregressor__strategy": ["last", "mean", "drift"],
    ... }
    >>> search = GridSearchCV(
    ...     make_pipeline(SequenceWindower(), NaiveRegressor()),
    ...     grid,
    ...     cv=ForecastSplit(5, horizon=4),
    ...     scoring="neg_mean_absolute_error",
    ... )
    >>> display = SearchHeatmapDisplay.from_estimator(
    ...     search.fit(X, y),
    ...     x="sequencewindower__time_steps",
    ...     y="naiveregressor__strategy",
    ... )
    >>> display.scores.shape
    (3, 3)
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        *,
        scores,
        x_values,
        y_values,
        x,
        y,
        score_name="score",
        best=None,
        failed=None,
    ):
        self.scores = scores
        self.x_values = x_values
        self.y_values = y_values
        self.x = x
        self.y = y
        self.score_name = score_name
        self.best = best
        self.failed = failed

    @classmethod
    def from_estimator(
        cls,
        search,
        *,
        x,
        y,
        metric="score",
        negate_score="auto",
        ax=None,
        **plot_options,
    ):
        """Draw the mean test scores of a fitted search.

        Parameters
        ----------
        search : GridSearchCV or another fitted search
            With ``cv_results_``. If it has more than two parameters, a cell shows the
            best score over all values of the others.
        x, y : str
            Names of the parameters on the horizontal and on the vertical axis.
        metric : str, default="score"
            The entry ``mean_test_...`` of ``cv_results_``. With one metric it is called
            "score".
        negate_score : "auto" or bool, default="auto"
            Whether to show scores with their sign reversed. "auto" does this for
            scorers whose name begins with "neg", so that errors are shown.
        ax : matplotlib Axes, default=None
        **plot_options
            Further parameters of :meth:`plot`.

        Returns
        -------
        display : SearchHeatmapDisplay

        Raises
        ------
        TypeError
            If the search has no ``cv_results_``.
        ValueError
            If a parameter was not searched, x and y are equal, or the metric is
            unknown.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        results = getattr(search, "cv_results_", None)
        if results is None:
            raise TypeError(
                f"{cls.__name__} needs a fitted search, such as GridSearchCV; "
                f"{type(search).__name__} has no cv_results_. Fit it first."
            )
        table, best = score_table(results, x, y, metric), None
        scores = table["scores"]
        if np.isfinite(scores).any():
            best = np.unravel_index(np.nanargmax(scores), scores.shape)
            best = tuple(int(position) for position in best)
        name = name_of_scorer(search, metric)
        if negate_score is True or (negate_score == "auto" and name.startswith("neg_")):
            table["scores"] = -scores
            name = name.removeprefix("neg_")
        display = cls(**table, x=x, y=y, score_name=name.replace("_", " "), best=best)
        return display.plot(ax, **plot_options)

    def plot(
        self,
        ax=None,
        *,
        colorbar=True,
        values_format="auto",
        im_kwargs=None,
        text_kwargs=None,
    ):
        """Draw the display.

        The best pair is outlined. Fits that failed are named, and cells of pairs that
        were not searched are empty.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            By default a new figure.
        colorbar : bool, default=True
        values_format : str or None, default="auto"
            Format of the numbers in the cells, such as ".2f". "auto" gives all the same
            number of decimals, so that the best has three digits. If the largest is a
            million or more, or below 0.001, the colour bar names a power of ten, such
            as 1e6, and shows multiples of it, as the cells do; without a colour bar,
            they are written like 1.03e+07. If one does not fit in its cell, all are
            left out. None, or more than 100 cells, shows no numbers.
        im_kwargs : dict, default=None
            Options of ``Axes.imshow``, such as ``cmap``.
        text_kwargs : dict, default=None
            Options of ``Axes.text``.

        Returns
        -------
        display : SearchHeatmapDisplay
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        from matplotlib.patches import Rectangle

        panels = Panels.of(ax, 1, size=SIZE)
        (axes,) = panels.axes
        style_axes(axes, grid=None)
        style = {"cmap": "cividis", "aspect": "auto", **(im_kwargs or {})}
        image = axes.imshow(self.scores, **style)
        axes.set_xticks(range(len(self.x_values)), [*map(str, self.x_values)])
        axes.set_yticks(range(len(self.y_values)), [*map(str, self.y_values)])
        axes.set(xlabel=self.x, ylabel=self.y)
        marker = None
        if self.best is not None:
            line, column = self.best
            corner = column - 0.5, line - 0.5
            style = {"fill": False, "edgecolor": MARKED, "linewidth": 3}
            # At the edge, half of a clipped line would not be drawn.
            marker = Rectangle(corner, 1, 1, label="best", clip_on=False, **style)
            axes.add_patch(marker)
        is_auto, bar, exponent = values_format == "auto", None, 0
        if colorbar:
            bar = axes.figure.colorbar(image, ax=axes, label=self.score_name)
            exponent = write_exponent(bar, self.scores) if is_auto else 0
        texts = self._name_failed(axes)
        if values_format is not None and self.scores.size <= MOST_WITH_TEXT:
            scores = self.scores / 10.0**exponent
            form = self._format(scores) if is_auto else values_format
            numbers = write_scores(axes, image, scores, form, text_kwargs)
            texts += (
                remove_unless_all_fit(axes, numbers, self.scores)
                if is_auto
                else numbers
            )
        drawn = {"image_": image, "texts_": texts}
        return panels.finish(self, [drawn | {"best_marker_": marker, "colorbar_": bar}])

    def _format(self, scores):
        """Return the format of scores, with three digits of the best."""
        sizes = sizes_of(scores)
        if not len(sizes):
            return ".3g"
        if sizes.max() >= LARGEST:
            return ".2e"
        best = np.median(sizes) if self.best is None else abs(scores[self.best])
        return format_of_decimals(best or 1.0, sizes.max())

    def _name_failed(self, ax):
        """Write "failed" into the cells of fits that failed."""
        if self.failed is None:
            return []
        style = {"ha": "center", "va": "center", "color": "0.4", "fontsize": "small"}
        cells = np.argwhere(self.failed)
        return [ax.text(column, line, "failed", **style) for line, column in cells]


def score_table(results, x, y, metric):
    """Return the best mean score of each pair of values of two parameters.

    The scores are in a dict, with other parameters of a `SearchHeatmapDisplay`.
    """
    check_parameters(results, x, y)
    means = mean_scores(results, metric)
    x_values, columns = values_of(results, x)
    y_values, lines = values_of(results, y)
    scores = np.full((len(y_values), len(x_values)), np.nan)
    # A score of NaN belongs to a fit that failed: it is never better than another.
    np.fmax.at(scores, (lines, columns), means)
    failed = np.zeros(scores.shape, dtype=bool)
    failed[lines, columns] = True
    failed &= np.isnan(scores)
    values = {"x_values": x_values, "y_values": y_values}
    return {"scores": scores, "failed": failed, **values}


def check_parameters(results, x, y):
    """Raise if two parameters are not two that were searched."""
    known = names_after("param_", results)
    for name, value in (("x", x), ("y", y)):
        if value not in known:
            raise ValueError(
                f"{name} must be a parameter of the search; got {value!r}. Choose from "
                f"{listed(known, most=10)}."
            )
    if x == y:
        raise ValueError(
            f"x and y must be two parameters, but both are {x!r}. Choose from "
            f"{listed(known, most=10)}."
        )


def mean_scores(results, metric):
    """Return the mean test score of each candidate, an ndarray of float."""
    if f"mean_test_{metric}" not in results:
        known = names_after("mean_test_", results)
        raise ValueError(
            f"metric must be a score of the search; got {metric!r}. Choose from "
            f"{listed(known, most=10)}."
        )
    return np.asarray(results[f"mean_test_{metric}"], dtype=np.float64)


def names_after(prefix, results):
    """List the parameters or metrics in the keys of ``cv_results_``."""
    return [key.removeprefix(prefix) for key in results if key.startswith(prefix)]


def name_of_scorer(search, metric):
    """Return the name of a scorer, such as "neg_mean_absolute_error"."""
    scoring = getattr(search, "scoring", None)
    if metric != "score":
        scoring = scoring.get(metric, metric) if isinstance(scoring, dict) else metric
    return scoring if isinstance(scoring, str) else metric


def values_of(results, parameter):
    """List the different values of a parameter, and which of them each candidate has.

    They are sorted if they can be, otherwise in the order in which they first occur.
    Candidates without the parameter have the value "-".
    """
    column = np.ma.asarray(results[f"param_{parameter}"])
    given = column.astype(object).filled("-").tolist()
    # Lists and estimators have no hash, so values are compared by what they look like.
    by_text = {repr(value): value for value in given}
    values = list(by_text.values())
    with suppress(TypeError):  # such as None and numbers
        values = sorted(values)
    places = {repr(value): place for place, value in enumerate(values)}
    return values, np.array([places[repr(value)] for value in given])


def write_scores(ax, image, scores, values_format, options):
    """Write the scores into their cells, light text on dark cells and vice versa."""
    texts = []
    for (line, column), score in np.ndenumerate(scores):
        if np.isnan(score):
            continue
        red, green, blue, _ = image.cmap(image.norm(image.get_array()[line, column]))
        # Brightness as the eye sees it: ITU-R BT.601.
        is_dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        color = "white" if is_dark else "black"
        style = options_of(options, ha="center", va="center", color=color)
        text = with_minus(format(score, values_format))
        texts.append(ax.text(column, line, text, **style))
    return texts


def sizes_of(scores):
    """Return the absolute values of the scores that are known."""
    return np.abs(scores[np.isfinite(scores)])


def write_exponent(bar, scores):
    """Let a colour bar show multiples of a power of ten if scores are large or small.

    Return the exponent, a multiple of 3, or 0.
    """
    largest = sizes_of(scores).max(initial=0)
    is_usual = largest == 0 or SMALLEST <= largest < LARGEST
    # A logarithmic scale, such as im_kwargs={"norm": "log"}, has other labels.
    if is_usual or not hasattr(bar.formatter, "set_powerlimits"):
        return 0
    exponent = 3 * math.floor(math.log10(largest) / 3)
    bar.formatter.set_powerlimits((exponent, exponent))
    bar.ax.yaxis.get_offset_text().set_visible(False)
    bar.set_label(f"{bar.ax.get_ylabel()} (in 1e{exponent})")
    return exponent


def remove_unless_all_fit(ax, texts, scores):
    """Remove all numbers if one is larger than its cell; return those that are left."""
    ax.figure.draw_without_rendering()  # the layout decides how large cells are
    cell = ax.bbox.size / scores.shape[::-1]
    if all((text.get_window_extent().size <= cell).all() for text in texts):
        return texts
    for text in texts:
        text.remove()
    return []
