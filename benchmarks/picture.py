"""Plot the results whose tables would have too many columns."""

from benchmarks.tables import median_of
from benchmarks.workloads.growth import AXES, MIDDLE
from benchmarks.workloads.threads import BATCH_SIZES, N_THREADS

COLORS = {"plain Keras": "0.45", "torch": "C1", "skseq, whole pipeline": "C0"}
TITLES = {"windows": "windows", "time_steps": "steps in a window", "units": "units"}


def draw_growth(result):
    """Draw the time per epoch against each size, with a line for each contender."""
    figure, panels = make_panels(len(AXES), sharey=True)
    for ax, (axis, values) in zip(panels, AXES.items(), strict=True):
        for name, runs in result["runs"].items():
            seconds = [median_of(runs, f"{axis} {value}") for value in values]
            if None not in seconds:
                ax.plot(values, seconds, "o-", color=COLORS[name], ms=4, label=name)
        label_axes(ax, values, TITLES[axis])
        fixed = [f"{MIDDLE[key]:,} {TITLES[key]}" for key in AXES if key != axis]
        ax.set_title(", ".join(fixed), fontsize=9, color="0.35")
    panels[0].set_ylabel("seconds per epoch")
    add_legend(figure, panels[0])
    return figure


def draw_threads(result):
    """Draw the time per epoch and the fits per second against the threads."""
    figure, (epochs, fits) = make_panels(2)
    for name, runs in result["runs"].items():
        for batch_size, line in zip(BATCH_SIZES, ("o-", "o--"), strict=True):
            label = f"{name}, batches of {batch_size:,}"
            keys = {n: f"batch {batch_size}, threads {n}" for n in N_THREADS}
            plot_measured(epochs, runs, keys, line, color=COLORS[name], label=label)
        keys = {n: f"fits {n}" for n in N_THREADS}
        plot_measured(fits, runs, keys, "o-", color=COLORS[name], label=None)
    label_axes(epochs, N_THREADS, "threads")
    epochs.set_yscale("log", base=2)  # its values are within one power of ten
    epochs.yaxis.set_major_formatter("{x:g}")
    epochs.set_ylabel("seconds per epoch")
    label_axes(fits, N_THREADS, "fits at the same time, one per thread")
    fits.set_yscale("linear")
    fits.set_ylim(0)
    fits.set_ylabel("small fits per second")
    add_legend(figure, epochs)
    return figure


def plot_measured(ax, runs, keys, line, **options):
    """Plot the median of each measured key against its number of threads."""
    medians = {n: median_of(runs, key) for n, key in keys.items()}
    measured = {n: value for n, value in medians.items() if value is not None}
    if measured:
        ax.plot(list(measured), list(measured.values()), line, ms=4, **options)


def make_panels(n_panels, **options):
    """Return a figure as wide as a page, and its panels side by side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    return figure, figure.subplots(1, n_panels, **options)


def label_axes(ax, values, label):
    """Make both axes logarithmic, with a tick at each value on the horizontal one."""
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks(values, [f"{value:,}" for value in values])
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter("")
    ax.set_xlabel(label)
    ax.grid(color="0.92")
    ax.spines[["top", "right"]].set_visible(False)


def add_legend(figure, ax):
    """Put the legend of one panel above all panels."""
    handles, labels = ax.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, frameon=False)


FIGURES = {"growth": draw_growth, "threads": draw_threads}
"""The functions that draw the results of a workload, as a figure of Matplotlib."""

DIRECTIVES = {
    "growth": """\
.. figure:: speed/growth.png
   :alt: Three panels with logarithmic scales: seconds per epoch against the number of
         windows, steps in a window, and units, with a line for each contender.
""",
    "threads": """\
.. figure:: speed/threads.png
   :alt: Two panels with logarithmic scales: seconds per epoch against the number of
         threads, and fits per second against the number of fits at once.
""",
}
"""How the guide includes the pictures."""
