"""The panels of a figure: one for each series that is shown."""

import math
from dataclasses import dataclass

import numpy as np

from skseq._validation.numbers import listed
from skseq.displays._style import HEIGHT, LETTERS_IN_AN_INCH, WIDTH

MOST_SERIES = 4
"""Number of series to show unless they are chosen: as many as fit on a page."""

LETTERS_OF_HANDLE = 7
"""Width of the line or patch of an entry of a legend, and of the space next to it."""


@dataclass(frozen=True, eq=False)
class Panels:
    """The Axes to draw on, and whether they are those of a new figure.

    If they are, the legend can be outside of them.
    """

    axes: list
    is_new: bool

    @classmethod
    def of(cls, ax, n, *, size=None):
        """Use the given Axes, or make a figure with n panels, at most two side by side.

        `size` is the size of the figure, in inches.
        """
        if ax is not None:
            axes = [one for one in np.ravel(ax) if one is not None]
            if len(axes) != n:
                raise ValueError(
                    f"ax must contain {n} Axes, one for each panel; got {len(axes)}. "
                    f"Make them with plt.subplots({n}), or leave ax out."
                )
            return cls(axes, is_new=False)
        import matplotlib.pyplot as plt

        n_columns = min(n, 2)
        n_lines = math.ceil(n / n_columns)
        size = size or (WIDTH, HEIGHT if n_lines == 1 else 1 + 2.2 * n_lines)
        figure, grid = plt.subplots(
            n_lines, n_columns, figsize=size, layout="constrained"
        )
        axes = list(np.ravel(grid))
        for unused in axes[n:]:
            figure.delaxes(unused)
        return cls(axes[:n], is_new=True)

    @property
    def figure(self):
        """The figure of the panels."""
        return self.axes[0].figure

    def labelled(self):
        """List the artists that have a label."""
        return [h for ax in self.axes for h in ax.get_legend_handles_labels()[0]]

    def add_legend(self, handles=None):
        """Add a legend: above the panels of a new figure, or in the first given Axes.

        By default, it has an entry for each artist with a label.
        """
        entries = {}
        for handle in self.labelled() if handles is None else handles:
            entries.setdefault(handle.get_label(), handle)
        if not entries:
            return
        options = {"handles": list(entries.values()), "frameon": False}
        if self.is_new:
            ncols = n_columns_of(list(entries), self.figure.get_figwidth())
            self.figure.legend(loc="outside upper center", ncols=ncols, **options)
        else:
            self.axes[0].legend(**options)

    def add_value_label(self, name):
        """Label the vertical axes with the name of the values, if it is text."""
        if not isinstance(name, str):
            return
        if len(self.axes) > 1 and self.is_new:
            self.figure.supylabel(name, fontsize="medium")
            return
        for ax in self.axes:
            ax.set_ylabel(name)

    def finish(self, display, drawn, handles=None):
        """Add the legend, store what was drawn as attributes of a display, return it.

        `drawn` is a list of dict: the artists of each series by the name of their
        attribute. `handles` are the entries of the legend, as in `add_legend`.
        """
        self.add_legend(handles)
        for name in drawn[0]:
            of_panels = [artists[name] for artists in drawn]
            setattr(display, name, of_panels if len(drawn) > 1 else of_panels[0])
        axes = np.array(self.axes, dtype=object)
        display.ax_, display.figure_ = axes if len(axes) > 1 else axes[0], self.figure
        return display

    def add_titles(self, names, n_all, *, parts=()):
        """Write the name of each series above its panels, and what is not shown.

        `n_all` is the number of series with a name, and `parts` says how many of how
        many other things are shown, such as (1, 12, "origins").
        """
        n_each = len(self.axes) // len(names)
        for number, ax in enumerate(self.axes):
            name = names[number // n_each]
            if name is not None:
                ax.set_title(str(name), fontsize="medium")
        counts = [(len(names), n_all, "series"), *parts]
        not_all = [f"{n} of {total} {what}" for n, total, what in counts if n < total]
        if self.is_new and not_all:
            # A label of the whole figure, because the layout makes room for it.
            style = {"x": 0.99, "ha": "right", "color": "0.4", "fontsize": "small"}
            self.figure.supxlabel(", ".join(not_all), **style)


def n_columns_of(labels, width):
    """Return the largest number of legend columns that fit into a width in inches."""
    letters = [len(label) + LETTERS_OF_HANDLE for label in labels]
    for n_columns in range(len(labels), 1, -1):
        # As matplotlib does: column by column, each as wide as its longest label.
        columns = np.array_split(letters, n_columns)
        if sum(column.max() for column in columns) <= LETTERS_IN_AN_INCH * width:
            return n_columns
    return 1


def choose_series(index, series=None):
    """Return the names of the series to show, and the number of all that have one."""
    known = [] if index.nlevels == 1 else list(index.get_level_values(0).unique())
    return choose_names(known, series), len(known)


def choose_names(known, series):
    """Return the names of the series to show, at most four unless they are chosen.

    A single series without a name is ``[]`` among the known names, and ``[None]`` in
    the result.
    """
    if series is None:
        return known[:MOST_SERIES] or [None]
    if not known:
        raise ValueError(
            f"series={series!r} chooses from several series, but there is only one. "
            "Leave series out, or pass tables with an index of (series, time)."
        )
    # A tuple may be the name of a series, or contain names.
    is_list = isinstance(series, list | tuple | np.ndarray)
    is_name = isinstance(series, tuple) and series in known
    chosen = list(series) if is_list and not is_name else [series]
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        got = repr(unknown[0]) if unknown else "an empty list"
        raise ValueError(
            f"series must name series of the table; got {got}. Choose one or several "
            f"of {listed(known, most=10)}."
        )
    return chosen


def rows_of(values, name):
    """Return the rows of one series, indexed by time; all rows if the name is None."""
    if name is None:
        return values
    return values[values.index.get_level_values(0) == name].droplevel(0)
