"""Plot the time of an epoch against the numbers of windows, steps and units."""

from benchmarks.tables import median_of
from benchmarks.workloads.growth import AXES, MIDDLE

COLORS = {"plain Keras": "0.45", "skseq, whole pipeline": "C0"}
TITLES = {"windows": "windows", "time_steps": "steps in a window", "units": "units"}

AS_FIGURE = """\
.. figure:: speed/growth.png
   :alt: Three panels with logarithmic scales: seconds per epoch against the number of
         windows, steps in a window, and units, with a line for each contender.
"""


def draw(result):
    """Draw three panels with logarithmic scales, each with a line per contender.

    Parameters
    ----------
    result : dict
        The results of the workload ``growth``.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    panels = figure.subplots(1, len(AXES), sharey=True)
    for ax, (axis, values) in zip(panels, AXES.items(), strict=True):
        for name, runs in result["runs"].items():
            seconds = [median_of(runs, f"{axis} {value}") for value in values]
            if None not in seconds:
                ax.plot(values, seconds, "o-", color=COLORS[name], ms=4, label=name)
        ax.set_xscale("log", base=2)
        ax.set_yscale("log")
        ax.set_xticks(values, [f"{value:,}" for value in values])
        ax.set_xlabel(TITLES[axis])
        fixed = [f"{MIDDLE[key]:,} {TITLES[key]}" for key in AXES if key != axis]
        ax.set_title(", ".join(fixed), fontsize=9, color="0.35")
        ax.grid(color="0.92")
        ax.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("seconds per epoch")
    panels[0].yaxis.set_major_formatter("{x:g}")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, frameon=False)
    return figure
