"""The horizontal axis of displays by step of a window."""

import numpy as np

MOST_LABELS = 9
"""Largest number of labelled steps, so that labels do not touch."""

MOST_DATES = 7
"""Largest number of labelled dates, which are wider."""

DISTANCES = 1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 20, 24, 30, 48, 60, 96, 120, 168
"""Steps between two labels: usual seasons, and parts of them."""

SECONDS_PER_MONTH, SECONDS_PER_DAY = 27.5 * 86_400, 86_400
"""Seconds. Months have 28 days or more."""


def label_steps(ax, steps):
    """Label the steps of a window by number, always including the last one, -1."""
    every = distance_of_labels(len(steps), MOST_LABELS)
    ax.set_xticks(steps[(steps % every == 0) | (steps == -1)])
    ax.set_xlabel("step of the window (-1 is the last)")


def label_times(ax, steps, times):
    """Label the steps of a window by their times, always including the last one.

    The time of a step without a row is None.
    """
    every = distance_of_labels(len(steps), MOST_DATES)
    texts = texts_of_times(times, np.arange(len(steps))[::-1][::every][::-1])
    ax.set_xticks(steps[list(texts)], list(texts.values()))
    ax.set_xlabel("time of the step")


def distance_of_labels(n_steps, most):
    """Return the number of steps from one label to the next."""
    needed = -(-n_steps // most)
    return next((distance for distance in DISTANCES if distance >= needed), needed)


def texts_of_times(times, shown):
    """Return short texts of some times, by their positions, which `shown` lists.

    A line of text, such as the year, is left out where it is that of the text before.
    Steps that have no time (None) get no text.
    """
    known = [time for time in times if time is not None]
    shown = [place for place in shown.tolist() if times[place] is not None]
    if not known or not hasattr(known[0], "strftime"):
        return {place: str(times[place]) for place in shown}
    formats = formats_of_dates(known)
    texts, before = {}, [None] * len(formats)
    for place in shown:
        lines = [times[place].strftime(form) for form in formats]
        # A year or day is repeated if any line below it has changed.
        changed = [lines[n:] != before[n:] for n in range(len(lines))]
        changed[0] = True
        kept = [line for line, is_new in zip(lines, changed, strict=True) if is_new]
        texts[place], before = "\n".join(kept), lines
    return texts


def formats_of_dates(dates):
    """Return the formats of the lines of a date: the last is that of the year."""
    starts = [getattr(date, "to_timestamp", lambda date=date: date)() for date in dates]
    gaps = np.diff(np.array([start.timestamp() for start in starts]))
    shortest = gaps.min() if len(gaps) else SECONDS_PER_DAY
    if shortest >= 12 * SECONDS_PER_MONTH:
        return ["%Y"]
    if shortest >= SECONDS_PER_MONTH:
        return ["%b", "%Y"]
    if shortest >= 0.9 * SECONDS_PER_DAY:
        return ["%d %b", "%Y"]
    return ["%H:%M", "%d %b", "%Y"]
