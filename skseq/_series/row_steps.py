"""Step numbers of rows, with which rows are compared at a lag."""

from dataclasses import dataclass, field, replace

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.index import is_pandas
from skseq._series.lagged_target import MAX_LAG
from skseq._series.tolerance import rounding_of_columns

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
    """

    steps: np.ndarray
    features: list | None = None
    uneven: list = field(default_factory=list)

    def among(self, features):
        """List those of some features that are compared with these steps."""
        return [f for f in features if self.features is None or f in self.features]


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
    """Make the time axis of the rows of a table or of windows.

    Parameters
    ----------
    X, y : what ``fit`` was given, for their index
    n_rows : int

    Returns
    -------
    axis : TimeAxis
        An index of one level that is not valid is ignored: the windower raises an error
        for it.
    """
    try:
        return TimeAxis.of(X, y, n_rows=n_rows)
    except ValueError:
        if any(is_pandas(table) and table.index.nlevels == 2 for table in (X, y)):
            raise
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

    Returns
    -------
    row_steps : RowSteps
    """
    by_row = axis.step_numberings
    if windows.time_steps == 1:
        apart = np.arange(len(windows)) * (MAX_LAG + 1)
        return RowSteps.of_rows(by_row if is_ordered else [apart])
    overlaps = find_overlaps(windows)
    if overlaps.all():
        return replace(RowSteps.of_rows(by_row), for_changes=[StepNumbers(by_row[0])])
    ways = [[StepNumbers(steps, None, _uneven(steps, overlaps))] for steps in by_row]
    if not is_ordered:
        return RowSteps(ways, ways[-1])
    groups = _group_equal_columns(overlaps)
    by_overlap = [
        StepNumbers(_steps_at(overlaps[:, features[0]], axis), features)
        for features in groups
        if overlaps[:, features[0]].any()
    ]
    # Steps without a gap are those by row.
    ways.append([one for one in by_overlap if (np.diff(one.steps) != 1).any()])
    in_all = overlaps.all(axis=1)
    if len(groups) > 1 and in_all.any():
        ways.append([StepNumbers(_steps_at(in_all, axis))])
    return RowSteps(ways, by_overlap)


def _uneven(steps, overlaps):
    """List the features whose windows do not overlap where rows are consecutive."""
    overlaps = overlaps[np.diff(steps) == 1]
    n_needed = MIN_OVERLAP_RATE * len(overlaps)
    return np.flatnonzero(np.count_nonzero(overlaps, axis=0) < n_needed).tolist()


def _steps_at(is_next, axis):
    """Count steps if some rows follow the row before and all others are far from it."""
    steps = np.concatenate([[0], np.cumsum(np.where(is_next, 1, MAX_LAG + 1))])
    # Windows that miss all steps look alike in every series.
    return replace(axis, steps=steps).joined_steps


def find_overlaps(windows):
    """Find the windows that are the window before them, moved on by one step.

    Parameters
    ----------
    windows : Windows
        With two or more steps.

    Returns
    -------
    overlaps : ndarray of bool of shape (n_rows - 1, n_features)
        For each window but the first, and up to rounding.
    """
    series, later = windows.series, windows.starts[1:]
    earlier = windows.starts[:-1] + 1
    rows = np.flatnonzero(later != earlier)  # the others are cut from one series
    shape = len(later), series.shape[1]
    if len(rows) == 0:
        return np.broadcast_to(True, shape)
    overlaps = np.ones(shape, dtype=bool)
    overlaps[rows] = False
    is_same = ~overlaps[rows]
    rounding = None
    # Most rows of shuffled windows drop out at the first step, so this is fast.
    for step in range(windows.time_steps - 1):
        now, before = series[later[rows] + step], series[earlier[rows] + step]
        is_equal = now == before
        if is_equal.all():
            continue
        if rounding is None:
            rounding = rounding_of_columns(series)
        # In float64, in which the difference of two float32 numbers cannot overflow.
        difference = np.abs(np.subtract(now, before, dtype=np.float64))
        is_equal |= (difference <= rounding) | (np.isnan(now) & np.isnan(before))
        is_same &= is_equal
        is_possible = is_same.any(axis=1)
        rows, is_same = rows[is_possible], is_same[is_possible]
    overlaps[rows] = is_same
    return overlaps


def _group_equal_columns(table):
    """Group the columns of a table that are equal.

    Returns
    -------
    groups : list of list of int
    """
    groups = {}
    for column in range(table.shape[1]):
        groups.setdefault(table[:, column].tobytes(), []).append(column)
    return list(groups.values())
