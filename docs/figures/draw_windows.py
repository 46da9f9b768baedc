"""Draw rows, windows and history for the first chapter of the user guide."""

from dataclasses import dataclass, field

import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

MONTHS = ["Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"]
JAN = MONTHS.index("Jan")
SALES = {month: str(10 + k) for k, month in enumerate(MONTHS[JAN:])}
PRICES = {month: str(50 + k) for k, month in enumerate(MONTHS[JAN:])}

INK, SOFT = "#1f2933", "#66727f"
SEEN, KNOWN, GAP, OWN = "#2463a6", "#e4ebf2", "#b3402a", "#e08a00"
CELL, ROUNDING = 0.86, 0.08


@dataclass
class Strip:
    """One line of the figure: a column of X, and the window of one of its rows."""

    title: str
    note: str
    own: str  # the month whose window is shown
    window: list[str]
    values: dict[str, str] = field(default_factory=lambda: SALES)
    above: float = 1.4  # distance to the line before


STRIPS = [
    Strip(
        "horizon=1",
        "forecast: the window ends\none row before its own",
        own="May",
        window=["Feb", "Mar", "Apr"],
    ),
    Strip(
        "horizon=0",
        "regression on current inputs:\nthe window ends at its own row",
        own="May",
        window=["Mar", "Apr", "May"],
    ),
    Strip(
        "horizon=2",
        "forecast two steps ahead",
        own="May",
        window=["Jan", "Feb", "Mar"],
    ),
    Strip(
        "horizon=1, future_columns=['price']",
        "sales: seen up to the row before",
        own="May",
        window=["Feb", "Mar", "Apr"],
        above=1.7,
    ),
    Strip(
        "",
        "price: known in advance, so its window\nends at its own row",
        own="May",
        window=["Mar", "Apr", "May"],
        values=PRICES,
        above=1.08,
    ),
    Strip(
        "the first rows",
        "before January nothing is known",
        own="Feb",
        window=["Nov", "Dec", "Jan"],
        above=1.7,
    ),
    Strip(
        "a gap",
        "April is not in the table: its step\nis there, as a missing one",
        own="Jun",
        window=["Mar", "Apr", "May"],
        values={month: value for month, value in SALES.items() if month != "Apr"},
    ),
    Strip(
        "history",
        "transform begins in June:\nits past comes from fit",
        own="Jun",
        window=["Mar", "Apr", "May"],
        above=1.9,
    ),
]


def draw():
    """Draw all strips, top to bottom, on one time axis."""
    figure, axes = plt.subplots(figsize=(8, 6.9))
    for position, month in enumerate(MONTHS):
        axes.text(position, 0.85, month, ha="center", color=SOFT, fontsize=9.5)
    height = STRIPS[0].above
    for strip in STRIPS:
        height -= strip.above
        draw_strip(axes, strip, height)
    mark_fit_and_transform(axes, height)
    draw_legend(axes, height - 1.6)
    axes.set_xlim(-7.1, len(MONTHS) - 0.3)
    axes.set_ylim(height - 2.15, 1.2)
    axes.set_aspect("equal")
    axes.set_axis_off()
    figure.subplots_adjust(left=0, right=1, bottom=0, top=1)
    return figure


def draw_strip(axes, strip, height):
    """Draw one column of X with what it shows to the left."""
    text = {"va": "center", "color": INK}
    n_lines = strip.note.count("\n") + 1 + bool(strip.title)
    top = height + 0.19 * (n_lines - 1)
    if strip.title:
        axes.text(-7, top, strip.title, fontsize=9.5, fontweight="bold", **text)
        top -= 0.4
    middle = top - 0.19 * strip.note.count("\n")
    axes.text(-7, middle, strip.note, fontsize=9, linespacing=1.15, **text)
    for position, month in enumerate(MONTHS):
        value = strip.values.get(month)
        seen = month in strip.window
        if value is not None:
            draw_cell(axes, position, height, value, "seen" if seen else "known")
        elif seen:
            draw_cell(axes, position, height, "NaN", "gap")
    mark_own_row(axes, MONTHS.index(strip.own), height)


def draw_cell(axes, position, height, text, kind):
    """Draw one step: seen in the window, known but not seen, or a gap."""
    face, edge, ink, dashes = {
        "seen": (SEEN, SEEN, "white", "-"),
        "known": (KNOWN, KNOWN, SOFT, "-"),
        "gap": ("white", GAP, GAP, (0, (3, 2))),
    }[kind]
    add_box(axes, position, height, CELL, facecolor=face, edgecolor=edge, ls=dashes)
    axes.text(
        position,
        height,
        text,
        ha="center",
        va="center_baseline",
        color=ink,
        fontsize=8 if kind == "gap" else 9.5,
    )


def mark_own_row(axes, position, height):
    """Outline the row that the window belongs to."""
    add_box(axes, position, height, CELL + 0.1, facecolor="none", edgecolor=OWN, lw=2.2)


def add_box(axes, position, height, size, **looks):
    """Add a rounded square around a step."""
    corner = (position - size / 2 + ROUNDING, height - size / 2 + ROUNDING)
    side = size - 2 * ROUNDING
    style = f"round,pad={ROUNDING},rounding_size={ROUNDING}"
    axes.add_patch(FancyBboxPatch(corner, side, side, boxstyle=style, **looks))


def mark_fit_and_transform(axes, height):
    """Bracket the rows of the last strip that fit and transform get."""
    for first, last, text in (("Jan", "May", "fit"), ("Jun", "Aug", "transform")):
        left, right = MONTHS.index(first) - 0.43, MONTHS.index(last) + 0.43
        level = height + 0.72
        axes.plot([left, right], [level, level], color=SOFT, lw=1)
        for end in (left, right):
            axes.plot([end, end], [level, level - 0.1], color=SOFT, lw=1)
        axes.text(
            (left + right) / 2,
            level,
            text,
            ha="center",
            va="center",
            color=SOFT,
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )


def draw_legend(axes, height):
    """Say what the four kinds of cell mean."""
    entries = [
        (-6.5, "seen", "12", "in the window"),
        (-2.4, "known", "12", "known, not in it"),
        (2.1, "gap", "NaN", "missing step"),
        (5.9, None, "", "window of this row"),
    ]
    for position, kind, text, meaning in entries:
        if kind is None:
            mark_own_row(axes, position, height)
        else:
            draw_cell(axes, position, height, text, kind)
        axes.text(position + 0.7, height, meaning, va="center", color=INK, fontsize=9)


draw()
