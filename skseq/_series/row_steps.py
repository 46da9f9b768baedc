"""Step numbers of rows, with which rows are compared at a lag."""

from dataclasses import dataclass, field, replace

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.index import is_pandas
from skseq._series.lagged_target import MAX_LAG
from skseq._series.window_distances import (
    MIN_FOUND_RATE,
    find_distances,
    find_overlaps,
    find_repeated,
)

MIN_OVERLAP_RATE = 0.9
"""If windows of neighbouring rows overlap in a smaller fraction of rows, their steps
are not those of rows. Windows before which no step is known may be NaN or zero."""


@dataclass(frozen=True, eq=False)
class StepNumbers:
    """One way to count the steps of rows, for some of the features.

    Attributes
    ----------
    steps : ndarray of int of shape (n_rows,)
        Strictly ascending.
    features : list of int, or None
        The features to compare with these steps; None for all.
    uneven : list of int
        Features in which the window of a row is not that of the row one step before,
        moved on by one step.
    is_strided : bool
        Whether windows are cut at some steps of a series only, such as every fourth.
    """

    steps: np.ndarray
    features: list | None = None
    uneven: list = field(default_factory=list)
    is_strided: bool = False

    def among(self, features):
        """List those of some features that are compared with these steps."""
        return [f for f in features if self.features is None or f in self.features]

    def every_step(self, windows):
        """List the steps of windows that no earlier window contains, oldest first.

        Of a window that does not overlap with the one before, only the last step.

        Returns
        -------
        columns : ndarray of shape (n_steps, n_features)
        steps : ndarray of int of shape (n_steps,)
        rows : ndarray of int of shape (n_steps,)
            The row whose window contains the step.
        is_last : ndarray of bool of shape (n_steps,)
            Whether it is the last step of that window.
        """
        n_new = np.diff(self.steps, prepend=self.steps[0] - 1)
        n_new = np.where(n_new < windows.time_steps, n_new, 1)
        rows = np.repeat(np.arange(len(n_new)), n_new)
        n_back = np.cumsum(n_new)[rows] - 1 - np.arange(len(rows))
        columns = windows.series[windows.starts[rows] + windows.time_steps - 1 - n_back]
        return columns, self.steps[rows] - n_back, rows, n_back == 0


@dataclass(frozen=True, eq=False)
class RowSteps:
    """The possible step numbers of rows.

    Attributes
    ----------
    ways : list of list of StepNumbers
        Ways to count that are tried one after another. Each has every feature at most
        once.
    for_changes : list of StepNumbers
        The way to count with which changes from row to row are compared.
    """

    ways: list
    for_changes: list

    @classmethod
    def of_rows(cls, step_numberings):
        """Count the steps of all features alike, in each of several ways."""
        ways = [[StepNumbers(steps)] for steps in step_numberings]
        return cls(ways, ways[-1])


def axis_of_rows(X, y, n_rows):
    """Make the time axis of the rows of a table or of windows that ``fit`` was given.

    An invalid index of one level is ignored, and so is a frequency that an index of two
    levels does not match: the windower raises an error for both.
    """
    try:
        return TimeAxis.of(X, y, n_rows=n_rows)
    except ValueError:
        if any(is_pandas(table) and table.index.nlevels == 2 for table in (X, y)):
            # A windower may ignore gaps. An unsorted index raises in this second call.
            return TimeAxis.of(X, y, gaps="ignore", n_rows=n_rows)
        return TimeAxis(np.zeros(n_rows, dtype=np.intp), np.arange(n_rows))


def steps_of_windows(windows, axis, is_ordered=True):
    """List the possible step numbers of the rows that windows belong to.

    Rows are first counted as `TimeAxis.step_numberings` does. This suffices if a
    feature equals y at some lag in all rows, even if windows do not overlap, such as
    those of the steps 12, 2 and 1 before a row.

    If rows are missing, or if series follow one another, windows show which rows are
    consecutive: the window of the second is that of the first, moved on by one step.
    Each feature is compared with the steps that its own windows show, because other
    features may not move on, such as the mean of a window, repeated at all steps. The
    steps at which all features move on follow, because zeros or a calendar may overlap
    by chance.

    Parameters
    ----------
    windows : Windows
    axis : TimeAxis
        Of the rows, which are sorted by series.
    is_ordered : bool, default=True
        Whether rows are in order of time. If not, the few windows that overlap do so by
        chance, and rows of a table are all far from each other.
    """
    by_row = axis.step_numberings
    if windows.time_steps == 1:
        apart = np.arange(len(windows)) * (MAX_LAG + 1)
        return RowSteps.of_rows(by_row if is_ordered else [apart])
    overlaps = find_overlaps(windows)
    if overlaps.all():
        return replace(RowSteps.of_rows(by_row), for_changes=[StepNumbers(by_row[0])])
    uneven = _uneven(by_row, overlaps)
    ways = [[StepNumbers(steps, None, uneven)] for steps in by_row]
    # Repeated values seem to move on wherever one is equal to the one before.
    repeated = find_repeated(windows)
    if not is_ordered or repeated.all():
        return RowSteps(ways, ways[-1])
    by_overlap = _by_distance(overlaps, repeated, axis, windows.time_steps)
    # First, because lags in rows are not lags in steps.
    ways = [*_strided_ways(windows, repeated, axis), *ways]
    # Steps without a gap are those by row.
    ways.append([one for one in by_overlap if (np.diff(one.steps) != 1).any()])
    in_all, moving = overlaps.all(axis=1), np.flatnonzero(~repeated).tolist()
    if (overlaps != in_all[:, np.newaxis]).any() and in_all.any():
        steps = _steps_at(in_all, axis, windows.time_steps)
        ways.append([StepNumbers(steps, moving)])
    return RowSteps(ways, by_overlap)


def steps_by_overlap(windows, axis):
    """List `StepNumbers` by the overlap of windows, for features in which most overlap.

    The windows, which belong to the rows of the axis, have two or more steps.
    """
    repeated = find_repeated(windows)
    numberings = _by_distance(
        find_overlaps(windows), repeated, axis, windows.time_steps
    )
    for way in _strided_ways(windows, repeated, axis)[-1:]:
        numberings += way
    n_needed = MIN_FOUND_RATE * (len(windows) - 1)
    return [
        replace(one, features=[f for f in one.features if not repeated[f]])
        for one in numberings
        if np.count_nonzero(np.diff(one.steps) < windows.time_steps) >= n_needed
    ]


def _uneven(numberings, overlaps):
    """List the features whose windows do not overlap where rows are consecutive."""
    # Windows of steps do not overlap across a gap, which row numbers do not show.
    are_next = np.all([np.diff(steps) == 1 for steps in numberings], axis=0)
    if not are_next.any():
        are_next = np.diff(numberings[0]) == 1
    overlaps = overlaps[are_next]
    n_needed = MIN_OVERLAP_RATE * len(overlaps)
    return np.flatnonzero(np.count_nonzero(overlaps, axis=0) < n_needed).tolist()


def _strided_ways(windows, repeated, axis):
    """List ways to count steps if windows are cut at some steps of a series only.

    Where rows are missing, windows are further apart than usual. Windows of two series
    may seem so by chance, so the last way uses the most frequent distance alone.
    """
    distances = find_distances(windows)
    if not distances.any():
        return []
    usual = [np.bincount(column[column > 0], minlength=1) for column in distances.T]
    usual = np.array([counts.argmax() for counts in usual])
    alone = np.where(distances == usual, distances, 0)
    found = [distances, alone] if (distances != alone).any() else [distances]
    ways = (_by_distance(d, repeated, axis, windows.time_steps) for d in found)
    return [[replace(one, is_strided=True) for one in way] for way in ways]


def _by_distance(distances, repeated, axis, time_steps):
    """Count steps by the distances of windows, for features that share them.

    Parameters
    ----------
    distances : ndarray of int or bool of shape (n_rows - 1, n_features)
        0 where unknown.
    repeated : ndarray of bool of shape (n_features,)
        Features whose distances say nothing. They are compared with the steps of the
        features with the most known distances.
    """
    known, groups = np.count_nonzero(distances, axis=0), {}
    for feature in np.flatnonzero(~repeated & (known > 0)).tolist():
        groups.setdefault(distances[:, feature].tobytes(), []).append(feature)
    numberings, added = [], np.flatnonzero(repeated).tolist()
    for group in sorted(groups.values(), key=lambda group: -known[group[0]]):
        steps = _steps_at(distances[:, group[0]], axis, time_steps)
        numberings.append(StepNumbers(steps, group + added, added))
        added = []
    return numberings


def _steps_at(distances, axis, time_steps):
    """Count steps by the distance of each row to the one before, large if unknown."""
    far = max(MAX_LAG, time_steps) + 1
    steps = np.concatenate([[0], np.cumsum(np.where(distances, distances, far))])
    # Windows that miss all steps look alike in every series.
    return replace(axis, steps=steps).joined_steps
