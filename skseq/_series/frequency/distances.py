"""Distances of labels without a frequency: which are gaps in later rows."""

from dataclasses import dataclass

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._series.frequency.steps import NEARLY_ALL
from skseq.exceptions import IncompleteWindowWarning

MIN_DISTANCES = 10
"""From fewer distances, the usual one cannot be estimated."""

# Decimal years with three digits, 0.083 and 0.084, differ by one percent.
SAME_DISTANCE = 0.1
"""Relative difference of two distances that count as the same."""

GAP = 1.5
"""In regular labels, a larger multiple of the usual distance is a gap."""

WIDE_GAP = 30
"""The same for irregular labels."""

# The widest of fifty random distances is about six times their median.
FAR = 3
"""A distance of more than this many times the widest in fit is a gap in later rows."""


@dataclass(frozen=True)
class UsualDistances:
    """How far apart the fitted rows are.

    Attributes
    ----------
    usual : float
        Median distance: in seconds for times, in units of the labels for numbers.
    longest : float
        A distance above this is a gap. None in fit is.
    """

    usual: float
    longest: float

    @classmethod
    def of(cls, axis):
        """Learn the distances between labels of an axis; return None for few rows."""
        _, distances = distances_of_rows(axis)
        if len(distances) < MIN_DISTANCES:
            return None
        usual, widest = float(np.median(distances)), float(distances.max())
        is_usual = np.abs(distances - usual) <= SAME_DISTANCE * usual
        if is_usual.mean() >= NEARLY_ALL:
            limit = GAP * usual
        else:
            limit = min(WIDE_GAP * usual, FAR * widest)
        return cls(usual, max(widest, limit))

    def warn_about_gap(self, axis):
        """Warn if there is a gap between later rows, or between fitted and later rows.

        `axis` contains the later rows, and the fitted rows directly before them.
        """
        rows, distances = distances_of_rows(axis)
        if not distances.max(initial=0) > self.longest:
            return
        before, after = map(axis.name_row, rows[:, distances.argmax()])
        warn_user(
            f"There is a gap in X between {before} and {after}, "
            f"{distances.max() / self.usual:.3g} times as long as usual in fit. The "
            "index has no frequency, so rows count as consecutive, and windows after "
            "the gap contain the rows before it as if these came directly before. Pass "
            "all rows since fit, or fit with a regular index, or confirm this with "
            "gaps='ignore' in the SequenceWindower.",
            IncompleteWindowWarning,
        )


def distances_of_rows(axis):
    """Return pairs of rows that follow each other in a series, and their distances.

    The rows have the shape (2, n_pairs). Distances of times are in seconds.
    """
    order = axis.by_series
    pairs = np.stack([order[:-1], order[1:]])
    pairs = pairs[:, axis.series[pairs[0]] == axis.series[pairs[1]]]
    before, after = axis.labels[pairs[0]], axis.labels[pairs[1]]
    distances = after - before
    if distances.dtype.kind == "m":
        distances = distances.total_seconds()
    return pairs, np.asarray(distances, dtype=np.float64)
