"""Check whether rows of a table, or windows cut by hand, are in order of time.

The next window of each window can be found by its values: its first steps are the last
steps of that window, all but one if windows are cut at every step of a series. Windows
of counts, such as sales that are mostly 0, also have equal steps by chance, as often as
windows end with the same steps as another window.
"""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from skseq._series.index import (
    as_times,
    check_time_order,
    holds_numbers,
    is_pandas,
    table_with_index,
)
from skseq._series.target_origin import name_of_table

MIN_MATCHED_RATE = 1 / 3
"""If the next window is found for a smaller fraction of windows, the order is unknown.

Windows that do not overlap rarely have equal steps, so their order cannot be checked.
"""

MIN_DEVIATIONS = 3
"""Standard deviations by which the number of windows whose next window is found must
exceed that of windows with equal last steps."""

# In shuffled windows, the next window is at an earlier position for half of the
# windows. If values repeat in time order, a match at a later position nearly always
# exists, too.
MIN_BACKWARD_RATE = 1 / 3
"""Windows are out of order if, for a larger fraction of those whose next window is
found, it is found only at earlier positions."""

MIN_DISTINCT_RATE = 1 / 2
"""A single feature shows the order of windows only if at least this fraction of windows
differs in it. Of rows drawn with replacement, 63 % differ."""

MAX_REPEATED_RATE = 1 / 50
"""Rows may be drawn with replacement, which copies windows. If distinct windows end
with equal steps more often, the copies are those of a series with few values."""

N_SAMPLED = 32
"""Number of windows that are looked up first, because a search of many takes time."""


def check_row_order(X, y, windows):
    """Return whether the rows that ``fit`` was given are in order of time.

    They are not if windows overlap and are shuffled, or if the numbers in the index of
    a table are: such rows may also be independent of each other. Raise if an index of
    one level holds times that are missing, duplicated or unsorted, unless windows were
    cut by hand. The windows of a table have one step.
    """
    table, name = table_with_index(X, y)
    name, labels = name_of_table(y) or name, None
    if is_pandas(table) and table.index.nlevels == 1:
        labels = as_times(table.index, name)
    if labels is None or windows.time_steps > 1:  # windows themselves show their order
        return count_backward(windows) == 0
    if holds_numbers(labels):
        # In shuffled rows, half of the labels are smaller than the one before. In
        # tables of several series, one after another, few are.
        numbers = labels.to_numpy(float, na_value=np.nan)
        n_backward = np.count_nonzero(numbers[1:] < numbers[:-1])
        return n_backward <= MIN_BACKWARD_RATE * len(labels)
    check_time_order(labels, name, in_fit=True)
    return True


def count_backward(windows):
    """Count the windows whose next window comes before them.

    Return 0 if the windows are in order, or if they do not overlap.
    """
    if windows.time_steps < 2:
        return 0
    matches = _best_matches(windows)
    if matches is not None:
        return matches.n_backward if matches.are_shuffled else 0
    # A feature that does not move on, such as the mean of a window, repeated at all
    # steps, hides the order. So the features are compared one by one.
    n_features = windows.series.shape[1]
    found = [_matches_of_feature(windows, f) for f in range(n_features)]
    found = [one for one in found if one and one.are_enough()]
    # One feature in order suffices: the steps of another may be reversed.
    if not found or not all(one.are_shuffled for one in found):
        return 0
    return max(one.n_backward for one in found)


@dataclass(frozen=True)
class _Matches:
    """How many windows have a next window, and where it is.

    Attributes
    ----------
    n_windows : int
        Number of all windows.
    n_continued, n_backward : int
        Windows whose next window is found; those of which it is found only at an
        earlier position.
    n_repeated : int
        Windows that end with the same steps as another window.
    n_unique, n_unique_backward : int
        The same as `n_continued` and `n_backward`, without windows that end with the
        same steps as another window.
    """

    n_windows: int
    n_continued: int
    n_backward: int
    n_repeated: int
    n_unique: int
    n_unique_backward: int

    @classmethod
    def of(cls, first_steps, last_steps):
        # np.unique returns first positions, which in the reversed array are the last.
        values, positions = np.unique(first_steps[::-1], return_index=True)
        latest = len(first_steps) - 1 - positions
        found = np.searchsorted(values, last_steps).clip(max=len(values) - 1)
        is_continued = values[found] == last_steps
        is_backward = is_continued & (latest[found] < np.arange(len(first_steps)))
        _, numbers, counts = np.unique(
            last_steps, return_inverse=True, return_counts=True
        )
        is_unique = counts[numbers] == 1
        return cls(
            len(last_steps),
            np.count_nonzero(is_continued),
            np.count_nonzero(is_backward),
            np.count_nonzero(~is_unique),
            np.count_nonzero(is_continued & is_unique),
            np.count_nonzero(is_backward & is_unique),
        )

    @property
    def excess(self):
        """Fraction of windows that are continued, beyond those by chance."""
        n_distinct = max(self.n_windows - self.n_repeated, 1)
        return (self.n_continued - self.n_repeated) / n_distinct

    def are_enough(self):
        """Return whether more windows are continued than by chance."""
        n_distinct = self.n_windows - self.n_repeated
        n_more = self.n_continued - self.n_repeated
        # Both counts vary by chance, as in a binomial distribution.
        variance = 2 * max(self.n_repeated, 1) * n_distinct / self.n_windows
        return n_more > 0 and n_more >= max(
            MIN_MATCHED_RATE * n_distinct, MIN_DEVIATIONS * sqrt(variance)
        )

    def are_drawn_from(self, n_windows):
        """Return whether other windows may be copies of these, drawn at random."""
        return (
            self.n_windows >= MIN_DISTINCT_RATE * n_windows
            and self.n_repeated <= MAX_REPEATED_RATE * self.n_windows
        )

    @property
    def are_shuffled(self):
        return self.n_unique_backward > MIN_BACKWARD_RATE * self.n_unique


def _best_matches(windows):
    """Match windows at the distance at which most are continued; None if few are."""
    best = distinct = None
    for all_steps, first_steps, last_steps in _hash_overlaps(windows):
        if not _may_continue(first_steps, last_steps):
            continue
        matches = _Matches.of(first_steps, last_steps)
        if not matches.are_enough():
            if distinct is None:
                distinct = np.sort(np.unique(all_steps, return_index=True)[1])
            matches = _Matches.of(first_steps[distinct], last_steps[distinct])
            if not matches.are_drawn_from(len(windows)):
                continue
        if matches.are_enough():
            if best is None or matches.excess > best.excess:
                best = matches
            # Other distances are tried only if windows may be continued by chance.
            if matches.n_repeated <= MAX_REPEATED_RATE * matches.n_windows:
                break
    return best


def _may_continue(first_steps, last_steps):
    """Return whether enough windows of a sample have a next window."""
    if len(last_steps) <= 10 * N_SAMPLED:
        return True
    sample = last_steps[:: len(last_steps) // N_SAMPLED]
    n_found = sum(bool((first_steps == one).any()) for one in sample)
    return n_found >= MIN_MATCHED_RATE * len(sample) / 3


def _matches_of_feature(windows, feature):
    """Match windows by one feature; None if its values do not tell windows apart.

    These are values that are repeated in many windows, as of a calendar, or at all
    steps of a window, which seems to be its own next window.
    """
    alone = replace(windows, series=windows.series[:, [feature]])
    _, first_steps, last_steps = next(_hash_overlaps(alone))
    moves = first_steps != last_steps
    first_steps, last_steps = first_steps[moves], last_steps[moves]
    if len(np.unique(first_steps)) < MIN_DISTINCT_RATE * len(windows):
        return None
    return _Matches.of(first_steps, last_steps)


def _hash_overlaps(windows):
    """Yield a hash of all, of the first and of the last steps of each window.

    The first and the last steps are all but one, then all but two, and so on. The last
    steps of a window are the first of one that begins one, two or more steps later.

    Yields
    ------
    all_steps, first_steps, last_steps : ndarray of uint64 of shape (n_windows,)
    """
    of_series, starts = hash_rows(windows.series), windows.starts
    (factor,) = _odd_numbers(1)
    inverse = np.uint64(pow(int(factor), -1, 2**64))
    # Step k counts factor**k, so that a division moves all steps by one.
    powers = np.cumprod(np.full(windows.time_steps, factor)) * inverse
    all_steps = np.zeros(len(windows), dtype=np.uint64)
    for step, power in enumerate(powers):
        all_steps += power * of_series[starts + step]
    first_steps, last_steps = all_steps, all_steps.copy()
    for n_less, power in enumerate(powers[:0:-1]):
        first_steps = (
            first_steps - power * of_series[starts + windows.time_steps - 1 - n_less]
        )
        last_steps = (last_steps - of_series[starts + n_less]) * inverse
        yield all_steps, first_steps, last_steps


def hash_rows(rows):
    """Return a hash (uint64) of each row of floats; equal rows have equal hashes."""
    # -0.0 and 0.0 are equal but differ in their bits.
    bits = (rows.astype(np.float64) + 0.0).view(np.uint64)
    return _mixed(_mixed(bits) @ _odd_numbers(bits.shape[1]))


def _odd_numbers(size):
    numbers = np.random.default_rng(0).integers(2**63, size=size, dtype=np.uint64)
    return numbers * 2 + 1


def _mixed(bits):
    # The low bits of most floats are 0, and would still be 0 in products.
    mixed = (bits ^ (bits >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))
