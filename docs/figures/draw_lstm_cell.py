"""Draw one step of an LSTM cell for the chapter on its memory."""

import matplotlib.pyplot as plt
from matplotlib.patches import Circle, FancyBboxPatch

INK, SOFT = "#1f2933", "#66727f"
STATE, GATE, CANDIDATE = "#2463a6", "#e08a00", "#3d8b54"
TOP, MIDDLE, BOTTOM = 3.0, 1.15, 0.0
"""Heights: the cell state, gates and candidate, and what they read."""

PLACES = {"f": 1.6, "i": 3.3, "g": 4.6, "o": 6.6}
NAMES = {
    "f": ("$f_t$", "forget gate"),
    "i": ("$i_t$", "input gate"),
    "g": ("$g_t$", "candidate"),
    "o": ("$o_t$", "output gate"),
}
SUM = (PLACES["i"] + PLACES["g"]) / 2
"""Where the new part is added to the cell state."""


def draw():
    """Draw the cell state as a line from left to right, with the gates below it."""
    figure, ax = plt.subplots(figsize=(8, 3.66))
    ax.set_xlim(-0.75, 9.75)
    ax.set_ylim(-1.15, 3.65)
    ax.set_aspect("equal")
    ax.set_axis_off()
    figure.subplots_adjust(left=0, right=1, bottom=0, top=1)
    draw_cell_state(ax)
    draw_inputs(ax)
    for letter, place in PLACES.items():
        draw_gate(ax, letter, place)
    draw_new_part(ax)
    draw_output(ax)


def draw_cell_state(ax):
    """Draw the line on which the cell state passes from step to step."""
    ax.plot([0, 8.9], [TOP, TOP], color=STATE, lw=3.5, zorder=1)
    arrow(ax, (8.7, TOP), (9.15, TOP), color=STATE, lw=3.5)
    label(ax, (-0.1, TOP), "$c_{t-1}$", ha="right", color=STATE)
    label(ax, (9.2, TOP), "$c_t$", ha="left", color=STATE)
    label(ax, (0.0, TOP + 0.42), "cell state", ha="left", color=STATE, fontsize=10)


def draw_inputs(ax):
    """Draw the line with input and hidden state, which all gates read."""
    ax.plot([0, PLACES["o"]], [BOTTOM, BOTTOM], color=SOFT, lw=1.6, zorder=1)
    label(ax, (-0.1, BOTTOM), "$h_{t-1}$", ha="right")
    ax.plot([0.65, 0.65], [-0.75, BOTTOM], color=SOFT, lw=1.6, zorder=1)
    label(ax, (0.65, -0.95), "$x_t$", ha="center")
    text = "input and hidden state of the step before"
    label(ax, (1.0, -0.4), text, ha="left", color=SOFT, fontsize=10)


def draw_gate(ax, letter, place):
    """Draw a gate or the candidate with its name and what it is multiplied with."""
    symbol, name = NAMES[letter]
    colour = CANDIDATE if letter == "g" else GATE
    arrow(ax, (place, BOTTOM), (place, MIDDLE - 0.3))
    box = FancyBboxPatch(
        (place - 0.4, MIDDLE - 0.22),
        0.8,
        0.44,
        boxstyle="round,pad=0.06",
        facecolor=colour,
        edgecolor="none",
        zorder=3,
    )
    ax.add_patch(box)
    inside = r"$\tanh$" if letter == "g" else r"$\sigma$"
    label(ax, (place, MIDDLE), inside, ha="center", color="white", fontsize=13)
    label(ax, (place - 0.12, MIDDLE + 0.52), symbol, ha="right", color=colour)
    ax.text(
        place + 0.1,
        MIDDLE - 0.72,
        name,
        color=colour,
        fontsize=9.5,
        ha="left",
        va="center",
    )


def draw_new_part(ax):
    """Draw what the forget gate removes and what input gate and candidate add."""
    height = MIDDLE + 0.95
    arrow(ax, (PLACES["f"], MIDDLE + 0.3), (PLACES["f"], TOP - 0.2))
    operation(ax, (PLACES["f"], TOP), r"$\times$")
    for letter, side in (("i", -0.2), ("g", 0.2)):
        place = PLACES[letter]
        ax.plot([place, place], [MIDDLE + 0.3, height], color=INK, lw=1.4, zorder=1)
        arrow(ax, (place, height), (SUM + side, height))
    operation(ax, (SUM, height), r"$\times$")
    arrow(ax, (SUM, height + 0.2), (SUM, TOP - 0.2))
    operation(ax, (SUM, TOP), "$+$")


def draw_output(ax):
    """Draw the hidden state: the cell state through tanh, times the output gate."""
    place, height = 8.0, MIDDLE + 0.95
    arrow(ax, (place, TOP), (place, height + 0.2))
    label(ax, (place + 0.12, (TOP + height) / 2 + 0.08), r"$\tanh$", ha="left")
    gate = PLACES["o"]
    ax.plot([gate, gate], [MIDDLE + 0.3, height], color=INK, lw=1.4, zorder=1)
    arrow(ax, (gate, height), (place - 0.2, height))
    operation(ax, (place, height), r"$\times$")
    ax.plot([place, place], [height - 0.2, BOTTOM], color=SOFT, lw=1.6, zorder=1)
    arrow(ax, (place, BOTTOM), (9.15, BOTTOM), color=SOFT, lw=1.6)
    label(ax, (9.2, BOTTOM), "$h_t$", ha="left")
    text = "hidden state"
    label(ax, (8.1, -0.4), text, ha="left", color=SOFT, fontsize=10)


def operation(ax, place, symbol):
    """Draw a product or a sum as a circle."""
    ax.add_patch(Circle(place, 0.2, facecolor="white", edgecolor=INK, zorder=4))
    label(ax, place, symbol, ha="center", fontsize=14)


def arrow(ax, start, end, color=INK, lw=1.4):
    """Draw an arrow."""
    looks = {"arrowstyle": "-|>", "color": color, "lw": lw, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=looks, zorder=2)


def label(ax, place, text, *, ha, color=INK, fontsize=14):
    """Write a text on the middle of its height."""
    ax.text(*place, text, ha=ha, va="center", color=color, fontsize=fontsize, zorder=5)


draw()
