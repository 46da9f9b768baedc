"""The horizontal axis of displays by step of a window."""

MOST_LABELS = 9
"""Largest number of labelled steps, so that labels do not touch."""


def label_steps(ax, steps):
    """Label the steps of a window, always including the last one.

    Parameters
    ----------
    ax : matplotlib Axes
    steps : ndarray of int of shape (time_steps,)
        Counted from the end of the window: -1 is the last.
    """
    every = -(-len(steps) // MOST_LABELS)
    ax.set_xticks(steps[::-1][::every])
    ax.set_xlabel("Step of the window (-1 is the last)")
