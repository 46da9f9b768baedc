"""Prediction intervals as bands around a forecast."""

import re

from skseq.displays._style import options_of

LOWER = re.compile(r"lower_(\d*\.?\d+(e-?\d+)?)")
"""Column of the lower bounds of a coverage, such as lower_0.8."""

WIDTH_OF_BAR = 8.0
"""Points. The interval of a single step has no width, and is drawn as a bar."""


def coverages_of(columns):
    """List the coverages of which a table has both bounds, the widest first.

    Parameters
    ----------
    columns : iterable of str
        Such as "prediction", "lower_0.8" and "upper_0.8".

    Returns
    -------
    coverages : list of str
        As written in the names of the columns.
    """
    names = {str(name) for name in columns}
    found = [match[1] for name in names if (match := LOWER.fullmatch(name))]
    both = [coverage for coverage in found if f"upper_{coverage}" in names]
    return sorted(both, key=float, reverse=True)


def draw_bands(ax, positions, table, options=None, *, is_labelled=True, **defaults):
    """Draw the intervals of all coverages of a table.

    Parameters
    ----------
    ax : matplotlib Axes
    positions : ndarray of shape (n_rows,)
    table : DataFrame of n_rows rows
    options : dict or None
        Keyword arguments of ``Axes.fill_between``.
    is_labelled : bool, default=True
        Whether the legend names these bands.
    **defaults
        Such as the colour.

    Returns
    -------
    bands : dict of float to PolyCollection or LineCollection
    """
    bands = {}
    for number, coverage in enumerate(coverages_of(table.columns)):
        lower, upper = table[f"lower_{coverage}"], table[f"upper_{coverage}"]
        label = f"{100 * float(coverage):g} % interval" if is_labelled else None
        # Narrower bands are darker, also in the legend.
        alpha = min(0.15 * (number + 1), 0.5)
        style = options_of(options, alpha=alpha, label=label, **defaults)
        if len(table) == 1:
            style.setdefault("linewidth", WIDTH_OF_BAR)
            band = ax.vlines(positions, lower, upper, **style)
        else:
            style.setdefault("linewidth", 0)
            band = ax.fill_between(positions, lower, upper, **style)
        bands[float(coverage)] = band
    return bands
