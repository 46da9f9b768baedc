"""Windows whose steps come newest first, as in tables of lag 1, lag 2, and so on.

The values of X alone do not distinguish these from rows that come newest first. Those
of y do: a later window contains y only if the oldest row comes first.
"""

import numpy as np

from skseq._series.lagged_target import AmbiguousLagError, LagRules, LagSearch
from skseq._series.row_steps import steps_by_overlap


def find_reversed_steps(windows, axis):
    """Count steps, as `StepNumbers`, where windows overlap only with reversed steps."""
    if windows.time_steps == 1 or len(windows) == 1:
        return []
    backward = steps_by_overlap(windows.with_reversed_steps(), axis)
    forward = steps_by_overlap(windows, axis) if backward else []
    move_forward = {feature for one in forward for feature in one.features}
    return [one for one in backward if not move_forward.intersection(one.features)]


def contain_target(rows):
    """Return whether a later window, or that of the row itself, contains a target."""
    windows = rows.windows.with_reversed_steps()
    rules = LagRules(np.arange(windows.time_steps))
    for numbers in rows.reversed_steps:
        columns, steps, of_steps, is_last = numbers.every_step(windows)
        known = rows.known[of_steps]
        search = LagSearch(columns, steps, known & is_last, known_columns=known)
        for target in rows.targets.T:
            try:
                if search.find(target[of_steps], rules, features=numbers.features):
                    return True
            except AmbiguousLagError:
                continue
    return False
