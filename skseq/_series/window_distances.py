"""How many steps apart neighbouring windows are, found from the steps they share.

Windows may be cut at every step of a series, or only at every second or fourth. If they
are shorter than that distance, they share no step, and the distance is unknown.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skseq._series.tolerance import rounding_of_columns

N_SAMPLED = 200
"""Number of evenly spread pairs of windows on which all distances are tried first."""

MIN_FOUND_RATE = 1 / 2
"""If the distance is found for a smaller fraction of pairs, it may be found by chance,
as in windows of counts that are mostly 0."""

MIN_PAIRS = 3
"""With fewer pairs, a distance may be found by chance."""


MAX_COMPARED = 2**20
"""Number of steps that are compared at once, as each takes memory."""


def find_overlaps(windows):
    """Find the windows that are the window before them, moved on by one step.

    Parameters
    ----------
    windows : Windows
        With two or more steps.

    Returns
    -------
    overlaps : ndarray of bool of shape (n_windows - 1, n_features)
        For each window but the first, and up to rounding.
    """
    series, rounding = windows.series, rounding_of_columns(windows.series)
    later, earlier = windows.starts[1:], windows.starts[:-1] + 1
    rows = np.flatnonzero(later != earlier)  # the others are cut from one series
    overlaps = np.ones((len(later), series.shape[1]), dtype=bool)
    is_same = overlaps[rows]
    overlaps[rows] = False
    # Most rows of shuffled windows drop out at the first step, so this is fast.
    for step in range(windows.time_steps - 1):
        now, before = series[later[rows] + step], series[earlier[rows] + step]
        is_same &= _are_equal(now, before, rounding)
        is_possible = is_same.any(axis=1)
        rows, is_same = rows[is_possible], is_same[is_possible]
    overlaps[rows] = is_same
    return overlaps


def find_distances(windows):
    """Find how many steps each window begins after the window before it.

    Parameters
    ----------
    windows : Windows
        With two or more steps, in order of time.

    Returns
    -------
    distances : ndarray of int of shape (n_rows - 1, n_features)
        From the steps of each feature alone; 0 where unknown. All are 0 in
        features in which most of the windows that overlap are one step apart.
    """
    distances = np.zeros((len(windows) - 1, windows.series.shape[1]), dtype=np.intp)
    if windows.time_steps < 3 or len(windows) <= MIN_PAIRS:
        return distances
    for feature in range(windows.series.shape[1]):
        column = np.ascontiguousarray(windows.series[:, feature])
        pairs = _Pairs(column, windows.starts, windows.time_steps)
        rates = _rates_in_sample(pairs)
        # Stable, so that the smallest of several equally frequent distances is first.
        candidates = np.argsort(-rates, kind="stable")
        candidates = candidates[rates[candidates] > 0] + 1
        if len(candidates) and candidates[0] > 1:
            distances[:, feature] = _choose_distances(pairs, candidates)
    return distances


def find_repeated(windows):
    """Return which features have the same value at all steps of each window.

    NaN counts as equal to all values.
    """
    last = windows.last_steps()
    features = np.arange(last.shape[1])
    for step in range(windows.time_steps - 1):
        values = windows.series[windows.starts + step][:, features]
        is_same = (values == last[:, features]) | np.isnan(values + last[:, features])
        features = features[is_same.all(axis=0)]
        if not len(features):
            break
    return np.isin(np.arange(last.shape[1]), features)


def _are_equal(now, before, rounding):
    """Return which steps are equal up to rounding, or unknown in both windows."""
    is_equal = now == before
    if is_equal.all():
        return is_equal
    # In float64, in which the difference of two float32 numbers is finite.
    difference = np.abs(np.subtract(now, before, dtype=np.float64))
    return is_equal | (difference <= rounding) | (np.isnan(now) & np.isnan(before))


@dataclass(frozen=True)
class _Pairs:
    """One feature of each window but the first, and of the window before it.

    Attributes
    ----------
    column : ndarray of shape (n_steps,)
    starts : ndarray of int of shape (n_windows,)
    time_steps : int
    """

    column: np.ndarray
    starts: np.ndarray
    time_steps: int

    def __len__(self):
        return len(self.starts) - 1

    @cached_property
    def rounding(self):
        return rounding_of_columns(self.column[:, np.newaxis])[0]

    @cached_property
    def n_usual(self):
        """Count the first steps of later windows with the most frequent value only."""
        last_steps = self.column[self.starts + self.time_steps - 1]
        distinct, counts = np.unique(last_steps, return_counts=True)
        usual = distinct[counts.argmax()]
        are_usual = np.ones(len(self), dtype=bool)
        n_usual = np.zeros(len(self), dtype=np.intp)
        for step in range(self.time_steps):
            are_usual &= self.column[self.starts[1:] + step] == usual
            n_usual += are_usual
        return n_usual

    def overlap_at(self, distances, pairs):
        """Return which later windows begin some steps after the earlier ones.

        `pairs` are numbers of pairs, with a distance for each of them or for all.
        """
        later = self.starts[1:][pairs]
        earlier = self.starts[:-1][pairs] + distances
        n_shared = np.broadcast_to(self.time_steps - distances, later.shape)
        overlaps = np.ones(len(later), dtype=bool)
        rest = np.flatnonzero(later != earlier)  # the others are cut from one series
        # In random order, so that long windows that differ in a part drop out soon.
        steps = np.random.default_rng(0).permutation(self.time_steps - 1)
        n_done = 0
        while n_done < len(steps) and len(rest):
            n_more = max(min(n_done, MAX_COMPARED // len(rest)), 1)
            some = steps[n_done : n_done + n_more]
            # All overlaps share the step 0.
            some = np.where(some < n_shared[rest, np.newaxis], some, 0)
            now = self.column[later[rest, np.newaxis] + some]
            before = self.column[earlier[rest, np.newaxis] + some]
            is_same = _are_equal(now, before, self.rounding).all(axis=1)
            overlaps[rest[~is_same]] = False
            rest, n_done = rest[is_same], n_done + n_more
        return overlaps

    def overlap_at_all(self, pairs):
        """Return at which distances some pairs overlap.

        The result has the shape (n_pairs, time_steps - 1).
        """
        steps = np.arange(self.time_steps)
        later = self.column[self.starts[1:][pairs, np.newaxis] + steps]
        earlier = self.column[self.starts[:-1][pairs, np.newaxis] + steps]
        # Where the shared steps of the later window are all equal, as zeros are, one
        # value is compared, and the number of steps from which on it is the only one.
        first = later[:, :1]
        are_flat = np.logical_and.accumulate(later == first, axis=1)[:, -2::-1]
        is_first = _are_equal(earlier, first, self.rounding)[:, :0:-1]
        overlaps = np.logical_and.accumulate(is_first, axis=1)[:, ::-1]
        numbers, distances = np.nonzero(~are_flat)
        overlaps[~are_flat] = self.overlap_at(distances + 1, pairs[numbers])
        return overlaps


def _rates_in_sample(pairs):
    """Return which fraction of sampled pairs overlaps at each distance.

    Returns
    -------
    rates : ndarray of shape (time_steps - 1,)
        Without pairs that share only the most frequent value; all are 0 if the distance
        is not found for most pairs.
    """
    sample = np.unique(np.linspace(0, len(pairs) - 1, N_SAMPLED).astype(np.intp))
    overlaps = pairs.overlap_at_all(sample)
    n_shared = np.arange(pairs.time_steps - 1, 0, -1)
    are_usual = overlaps & (n_shared <= pairs.n_usual[sample, np.newaxis])
    shares = overlaps & ~are_usual
    n_compared = len(sample) - are_usual.sum(axis=0)
    rates = shares.sum(axis=0) / np.maximum(n_compared, 1)
    n_needed = max(MIN_FOUND_RATE * n_compared[rates.argmax()], MIN_PAIRS)
    return rates if shares.any(axis=1).sum() >= n_needed else np.zeros_like(rates)


def _choose_distances(pairs, candidates):
    """Return the first of some distances at which each pair overlaps.

    At distances other than the first, the most frequent value alone is not enough.
    """
    distances = np.zeros(len(pairs), dtype=np.intp)
    rest = np.arange(len(pairs))
    for distance in candidates:
        overlaps = pairs.overlap_at(distance, rest)
        if distance != candidates[0]:
            overlaps &= pairs.time_steps - distance > pairs.n_usual[rest]
        distances[rest[overlaps]] = distance
        rest = rest[~overlaps]
    return distances
