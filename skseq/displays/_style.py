"""Colours, lines and grids of all displays."""

import math

from sklearn.utils._plotting import _validate_style_kwargs

ACTUAL = "#4d4d4d"
FORECAST = "#D55E00"
TRAINING = "#0072B2"
MARKED = "#E69F00"

COLORS = [FORECAST, TRAINING, "#009E73", "#CC79A7", "#56B4E9", MARKED]
"""Of several models. Colour-blind readers can distinguish them: M. Okabe and K. Ito,
"Color universal design", 2008."""

MOST_WITH_MARKERS = 40
"""Lines with more values have no markers, which would hide the line."""

WIDTH, HEIGHT = 8.0, 4.0
"""Inches of a figure with one panel."""

LETTERS_IN_AN_INCH = 11.0
"""Of a text, roughly, in the usual font."""


def color_of(number):
    """Return the colour of one of several models; colours repeat after six."""
    return COLORS[number % len(COLORS)]


def line_options(options, *, n, **defaults):
    """Join the options of a line of n values; the user's replace the defaults."""
    # A line of a single value would be invisible without a marker.
    marker = "o" if n <= MOST_WITH_MARKERS else ""
    style = {"linewidth": 1.5, "marker": marker, "markersize": 3, **defaults}
    return options_of(options, **style)


def options_of(options, **defaults):
    """Join options of a matplotlib artist: those of the user replace the defaults.

    Raise TypeError if an option is given twice, such as both "color" and "c".
    """
    return _validate_style_kwargs(defaults, options or {})


def format_of_decimals(value, largest):
    """Return a format with as many decimals as three digits of a value need.

    The format has three significant digits instead if more than six decimals would be
    needed, or if the largest number to write has ten digits or more.
    """
    decimals = max(0, 2 - math.floor(math.log10(value)))
    return f",.{decimals}f" if decimals <= 6 and largest < 1e9 else ".3g"


def with_minus(text):
    """Return a text with the minus signs that matplotlib writes on axes."""
    from matplotlib.ticker import Formatter

    return Formatter.fix_minus(text)


def style_axes(ax, *, grid="both"):
    """Draw a light grid behind the data, and no frame above and to the right."""
    ax.spines[["top", "right"]].set_visible(False)
    if grid is not None:
        ax.grid(color="0.92", axis=grid)
    ax.set_axisbelow(True)
