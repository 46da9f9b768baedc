"""Prediction intervals as bands around a forecast."""

import re

from skseq.displays._style import ACTUAL, options_of

LOWER = re.compile(r"lower_(\d*\.?\d+(e-?\d+)?)")
"""Column of the lower bounds of a coverage, such as lower_0.8."""

WIDTH_OF_BAR = 8.0
"""Points. The interval of a single step has no width, and is drawn as a bar."""

OVERLAPPING = {"edge": 0.8, "face": 0.4}
"""Where bands of several models overlap: opacity of their edges, and that of their
faces compared with a single band. Darker faces would mix to grey."""


def coverages_of(table):
    """List the coverages for which a table has both bounds, the widest first.

    They are written as in the columns: "0.8" for "lower_0.8" and "upper_0.8".
    """
    names = {str(name) for name in table.columns}
    found = [match[1] for name in names if (match := LOWER.fullmatch(name))]
    both = [coverage for coverage in found if f"upper_{coverage}" in names]
    return sorted(both, key=float, reverse=True)


def draw_bands(
    ax, positions, table, options, *, color, is_labelled=True, overlap=False
):
    """Draw the intervals of all coverages of a table; return the artist of each.

    `is_labelled` says whether the legend names these bands, and `overlap` whether they
    overlap with the bands of other models.
    """
    is_bar, bands = len(table) == 1, {}
    draw = ax.vlines if is_bar else ax.fill_between
    for number, coverage in enumerate(coverages_of(table)):
        alpha, width = opacity_of(number), WIDTH_OF_BAR if is_bar else 0
        style = {"color": color, "alpha": alpha, "linewidth": width}
        if overlap and not is_bar:
            style = outlined(color, alpha)
        label = label_of(coverage) if is_labelled else None
        bounds = table[f"lower_{coverage}"], table[f"upper_{coverage}"]
        style = options_of(options, label=label, **style)
        bands[float(coverage)] = draw(positions, *bounds, **style)
    return bands


def label_of(coverage):
    """Return what a legend calls the intervals of a coverage."""
    return f"{100 * float(coverage):g} % interval"


def opacity_of(number):
    """Return the opacity of bands, the widest first: narrower ones are darker."""
    return min(0.15 * (number + 1), 0.5)


def handles_of_bands(table):
    """Return a grey legend entry for each coverage, which is for all models."""
    from matplotlib.patches import Patch

    return [
        Patch(label=label_of(coverage), **outlined(ACTUAL, opacity_of(number)))
        for number, coverage in enumerate(coverages_of(table))
    ]


def outlined(color, alpha):
    """Return the options of a band whose edges are visible below other bands."""
    from matplotlib.colors import to_rgba

    return {
        "facecolor": to_rgba(color, OVERLAPPING["face"] * alpha),
        "edgecolor": to_rgba(color, OVERLAPPING["edge"]),
        "linewidth": 0.8,
    }
