"""How many steps apart neighbouring windows are, found from the steps they share.

Windows may be cut at every step of a series, or only at every second or fourth. If they
are shorter than that distance, they share no step, and the distance is unknown.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from skseq._series.tolerance import rounding_of_columns
from skseq._series.windows import Windows

N_SAMPLED = 200
"""Number of evenly spread pairs of windows on which all distances are tried first."""

MIN_FOUND_RATE = 1 / 2
"""If the distance is found for a smaller fraction of pairs, it may be found by chance,
as in windows of counts that are mostly 0."""

MIN_PAIRS = 3
"""With fewer pairs, a distance may be found by chance."""


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
    return _Pairs(windows).overlap_at(1, slice(None))


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
    rates = _rates_in_sample(windows)
    for feature in np.flatnonzero(rates.max(axis=0) > 0):
        # Stable, so that the smallest of several equally frequent distances is first.
        candidates = np.argsort(-rates[:, feature], kind="stable")
        candidates = candidates[rates[candidates, feature] > 0] + 1
        if candidates[0] > 1:
            alone = replace(windows, series=windows.series[:, [feature]])
            distances[:, feature] = _choose_distances(_Pairs(alone), candidates)
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


@dataclass(frozen=True)
class _Pairs:
    """Each window but the first, and the window before it."""

    windows: Windows

    @cached_property
    def rounding(self):
        return rounding_of_columns(self.windows.series)

    @cached_property
    def usual(self):
        """The most frequent value of each feature, of shape (n_features,)."""
        values = []
        for column in self.windows.last_steps().T:
            distinct, counts = np.unique(column, return_counts=True)
            values.append(distinct[counts.argmax()])
        return np.array(values)

    def overlap_at(self, distance, pairs):
        """Return which later windows begin some steps after the earlier ones.

        `pairs` selects the pairs to compare, by a slice or by numbers. The result has
        the shape (n_pairs, n_features).
        """
        series = self.windows.series
        later = self.windows.starts[1:][pairs]
        earlier = self.windows.starts[:-1][pairs] + distance
        rows = np.flatnonzero(later != earlier)  # the others are cut from one series
        shape = len(later), series.shape[1]
        if len(rows) == 0:
            return np.broadcast_to(True, shape)
        overlaps = np.ones(shape, dtype=bool)
        overlaps[rows] = False
        is_same = ~overlaps[rows]
        # Most rows of shuffled windows drop out at the first step, so this is fast.
        for step in range(self.windows.time_steps - distance):
            now, before = series[later[rows] + step], series[earlier[rows] + step]
            is_equal = now == before
            if is_equal.all():
                continue
            # In float64, in which the difference of two float32 numbers is finite.
            difference = np.abs(np.subtract(now, before, dtype=np.float64))
            is_equal |= difference <= self.rounding
            is_equal |= np.isnan(now) & np.isnan(before)
            is_same &= is_equal
            is_possible = is_same.any(axis=1)
            rows, is_same = rows[is_possible], is_same[is_possible]
        overlaps[rows] = is_same
        return overlaps

    def are_usual(self, distance, pairs):
        """Return which later windows share only the most frequent value, as zeros."""
        later = self.windows.starts[1:][pairs]
        are_usual = np.ones((len(later), self.windows.series.shape[1]), dtype=bool)
        for step in range(self.windows.time_steps - distance):
            are_usual &= self.windows.series[later + step] == self.usual
        return are_usual


def _rates_in_sample(windows):
    """Return which fraction of sampled pairs overlaps at each distance.

    Returns
    -------
    rates : ndarray of shape (time_steps - 1, n_features)
        Without pairs that share only the most frequent value; all are 0 in features
        for which the distance is not found for most pairs.
    """
    n_pairs = len(windows) - 1
    pairs = _Pairs(windows)
    sample = np.unique(np.linspace(0, n_pairs - 1, N_SAMPLED).astype(np.intp))
    rates = np.zeros((windows.time_steps - 1, windows.series.shape[1]))
    is_found = np.zeros((len(sample), rates.shape[1]), dtype=bool)
    n_compared = np.zeros_like(rates)
    for distance in range(1, windows.time_steps):
        overlaps = pairs.overlap_at(distance, sample)
        if not overlaps.any():
            continue
        are_usual = overlaps & pairs.are_usual(distance, sample)
        shares = overlaps & ~are_usual
        is_found |= shares
        n_of_distance = len(sample) - are_usual.sum(axis=0)
        rates[distance - 1] = shares.sum(axis=0) / np.maximum(n_of_distance, 1)
        n_compared[distance - 1] = n_of_distance
    best = n_compared[rates.argmax(axis=0), np.arange(rates.shape[1])]
    n_needed = np.maximum(MIN_FOUND_RATE * best, MIN_PAIRS)
    return np.where(is_found.sum(axis=0) >= n_needed, rates, 0)


def _choose_distances(pairs, candidates):
    """Return the first of some distances at which each pair overlaps, for one feature.

    At distances other than the first, the most frequent value alone is not enough.
    """
    n_pairs = len(pairs.windows) - 1
    distances = np.zeros(n_pairs, dtype=np.intp)
    rest = np.arange(n_pairs)
    for distance in candidates:
        overlaps = pairs.overlap_at(distance, rest)[:, 0]
        if distance != candidates[0]:
            overlaps = overlaps & ~pairs.are_usual(distance, rest)[:, 0]
        distances[rest[overlaps]] = distance
        rest = rest[~overlaps]
    return distances
