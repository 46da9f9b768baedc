"""The panels of a display of gates: values, heat maps and lines."""

import numpy as np

from skseq.displays._style import ACTUAL, color_of, style_axes

STATES = ("cell_state", "candidate", "hidden_state")
"""Activations that may be negative; all others are gates, between 0 and 1."""

MOST_UNITS = 16
"""Units that are shown unless they are chosen: more would be stripes."""

MOST_LABELLED = 6
"""Units whose number is written: the text of more would be crowded."""

MOST_FEATURES = 6
"""Features that are shown: more lines could not be distinguished."""


def make_panels(n_panels, ax):
    """Return a figure and panels one below the other, in place of `ax` if given."""
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


def add_empty_bar(panel):
    """Leave the space of a colour bar, so that all panels have the same width.

    Return invisible Axes in this space, which can hold a legend.
    """
    from matplotlib.cm import ScalarMappable

    side = panel.figure.colorbar(ScalarMappable(), ax=panel, pad=0.02).ax
    side.clear()
    side.set_axis_off()
    return side


def add_legend(side, panel, title=None):
    """Name the lines of a panel, to the right of it."""
    handles = panel.get_lines()
    side.legend(
        handles=handles,
        title=title,
        loc="upper left",
        bbox_to_anchor=(-0.5, 1.05),
        ncols=1 if len(handles) <= MOST_UNITS // 2 else 2,
        borderaxespad=0,
        borderpad=0,
        labelspacing=0.1,
        handlelength=1,
        columnspacing=0.8,
        fontsize="x-small",
        title_fontsize="small",
        frameon=False,
    )


def add_legends(panels):
    """Name the units, which have the same colours in all panels, next to the first."""
    # All panels need the space, so that their steps are below each other.
    sides = [add_empty_bar(panel) for panel in panels]
    add_legend(sides[0], panels[0], "unit")


def draw_values(panel, steps, values, names):
    """Draw the values of a window; several features are scaled to their ranges."""
    side = add_empty_bar(panel)
    style_axes(panel)
    style = {"marker": ".", "linewidth": 1}
    if len(names) == 1:
        panel.plot(steps, values, color=ACTUAL, **style)
        return
    for feature, name in enumerate(names[:MOST_FEATURES]):
        of_feature = scaled_to_range(values[:, feature])
        style |= {"color": color_of(feature), "label": str(name)}
        panel.plot(steps, of_feature, **style)
    panel.set_yticks([0, 1], ["lowest", "highest"])
    add_legend(side, panel)


def scaled_to_range(values):
    """Scale values to 0 and 1; constant ones to 0.5."""
    known = values[~np.isnan(values)]
    if not len(known) or known.min() == known.max():
        return np.where(np.isnan(values), np.nan, 0.5)
    return (values - known.min()) / (known.max() - known.min())


def draw_heatmap(panel, ends, values, limits, units):
    """Draw units from top to bottom, and steps from left to right.

    `ends` are the left edge of the first step and the right edge of the last, `limits`
    the values of the first and the last colour, and `units` the numbers of the units.
    `values` have the shape (n_steps, n_units).
    """
    n_units = len(units)
    style_axes(panel, grid=None)
    image = panel.imshow(
        values.T,
        aspect="auto",
        interpolation="nearest",
        extent=(*ends, n_units - 0.5, -0.5),
        vmin=limits[0],
        vmax=limits[1],
        cmap="viridis" if limits[0] == 0 else "RdBu_r",
    )
    panel.set_ylabel("unit")
    # Consecutive units are a scale, of which four numbers are enough.
    most = 4 if (np.diff(units) == 1).all() else MOST_LABELLED
    places = np.arange(n_units)[:: -(-n_units // most)]
    panel.set_yticks(places, units[places], fontsize="small")
    panel.figure.colorbar(image, ax=panel, pad=0.02)


def draw_lines(panel, ends, values, limits, units):
    """Draw a line for each unit; see `draw_heatmap`."""
    from matplotlib import colormaps

    # tab20 has ten dark and ten light colours.
    colors = colormaps["tab10" if len(units) <= 10 else "tab20"].colors
    style_axes(panel)
    half = (ends[1] - ends[0]) / len(values) / 2
    steps = np.linspace(ends[0] + half, ends[1] - half, len(values))
    style = {"marker": ".", "linewidth": 1}
    for place, unit in enumerate(units):
        color = colors[place % len(colors)]
        panel.plot(steps, values[:, place], color=color, label=unit, **style)
    margin = 0.05 * (limits[1] - limits[0])
    panel.set_ylim(limits[0] - margin, limits[1] + margin)


def limits_of(name, values):
    """Return the range of the colours or of the axis of one panel."""
    if name not in STATES:
        return 0, 1
    # Symmetric, so that zero has the neutral colour; a cell state may be beyond 1.
    largest = max(1.0, float(np.abs(values).max())) if name == "cell_state" else 1.0
    return -largest, largest


def choose_units(hidden_state, units=None):
    """Return the numbers of the units to show.

    By default, these are the units with the largest range in `hidden_state`, of shape
    (n_steps, n_units), but at most 16.
    """
    n_units = hidden_state.shape[1]
    if units is None:
        ranges = np.ptp(hidden_state, axis=0)
        largest_first = np.argsort(-ranges, kind="stable")
        return np.sort(largest_first[:MOST_UNITS])
    chosen = np.atleast_1d(np.asarray(units))
    is_valid = chosen.dtype.kind in "iu" and chosen.ndim == 1 and len(chosen) > 0
    if not is_valid or chosen.min() < 0 or chosen.max() >= n_units:
        raise ValueError(
            f"units must be integers from 0 to {n_units - 1}, the numbers of units; "
            f"got {units!r}."
        )
    return chosen
