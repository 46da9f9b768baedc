"""Which feature of the windows holds a target's own past: since when, in what scale.

A feature is the target's past if, at the last step of the window, it is an increasing
affine image of the target some steps before the row, exactly and in all rows. How many
steps, the *lead*, and the image are learnt from the rows: nobody needs to be told of
the horizon, of a lag computed before, or of a scaler upstream.
"""

from dataclasses import dataclass
from functools import partial
from numbers import Integral

import numpy as np

from skseq._series.past import MIN_COMPARED, count_steps
from skseq._series.rounding import ROUNDING

MAX_LEAD = 1000
"""The last step of the window is looked for this far before its row."""

MIN_DISTINCT = 3
"""Two values are always an affine image of two others."""

PROBE = 64
"""Rows compared first, so that few leads need to be compared in full."""


@dataclass(frozen=True)
class WindowedPast:
    """The feature that holds a target's past, and how to read it.

    Attributes
    ----------
    feature : int
    lead : int
        Steps from the last step of the window to the row.
    slope, intercept : float
        The target is ``slope * feature + intercept``.
    """

    feature: int
    lead: int
    slope: float
    intercept: float


def count_rows(windows, X, y):
    """List the ways to count the steps up to each row.

    Neighbours are one step apart where the window of one is that of the other moved on
    by a step; elsewhere, as across a gap, they are too far apart to be compared.
    Windows of one step do not overlap: their rows are counted or, if the index tells
    otherwise, the steps of time.

    Parameters
    ----------
    windows : Windows
    X, y : what ``fit`` was given, for their index

    Returns
    -------
    clocks : list of ndarray of int of shape (n_rows,)
        Strictly ascending.
    """
    if windows.time_steps == 1:
        return count_steps(X, y, len(windows))
    return [chain_rows(windows)]


def asked_features(target_feature, n_features, n_outputs):
    """List the features to look for the past of each output in.

    Parameters
    ----------
    target_feature : "auto", int or list of int
        The parameter of that name.
    n_features, n_outputs : int

    Returns
    -------
    features : list of sequence of int
        One for each output.

    Raises
    ------
    ValueError
        If a feature is named that is not there, or too many or too few.
    """
    if isinstance(target_feature, str):
        return [range(n_features)] * n_outputs
    named = target_feature
    if isinstance(target_feature, Integral):
        named = [target_feature]
    are_positions = all(
        isinstance(f, Integral) and -n_features <= f < n_features for f in named
    )
    if len(named) != n_outputs or not are_positions:
        raise ValueError(
            f"target_feature must give the position of one of {n_features} feature(s) "
            f"for each of {n_outputs} output(s); got {target_feature!r}. 'auto' finds "
            "them."
        )
    return [[int(feature) % n_features] for feature in named]


def chain_rows(windows):
    """Count the steps up to each row by how the windows overlap.

    Parameters
    ----------
    windows : Windows

    Returns
    -------
    clock : ndarray of int of shape (n_rows,)
    """
    series, later = windows.series, windows.starts[1:]
    earlier = windows.starts[:-1] + 1
    is_next = later == earlier  # side by side in one series
    rows = np.flatnonzero(~is_next)
    for step in range(windows.time_steps - 1):
        now, before = series[later[rows] + step], series[earlier[rows] + step]
        is_same = (now == before) | (np.isnan(now) & np.isnan(before))
        rows = rows[is_same.all(axis=1)]
    is_next[rows] = True
    steps = np.where(is_next, 1, MAX_LEAD + 1)
    return np.concatenate([[0], np.cumsum(steps)])


def find_in_features(windows, target, known, clocks, features):
    """List the pasts of a target among some features, smallest lead first.

    Parameters
    ----------
    windows : ndarray of shape (n_rows, time_steps, n_features)
    target : ndarray of shape (n_rows,)
    known : ndarray of bool of shape (n_rows,)
    clocks : list of ndarray of int of shape (n_rows,)
    features : sequence of int

    Returns
    -------
    found : list of WindowedPast
        By the first clock with which there are any.

    Raises
    ------
    ValueError
        If the target is an image of itself, and it is open which lead is meant.
    """
    is_open = False
    for clock in clocks:
        by_feature = [
            find_windowed_past(windows, target, known, clock, feature)
            for feature in features
        ]
        found = [pasts[0] for pasts in by_feature if len(pasts) == 1]
        if found:
            return sorted(found, key=lambda past: past.lead)
        is_open |= any(by_feature)
    if is_open:
        raise ValueError(
            "y runs so evenly, as a straight line does, that a feature of X is y at "
            "any lead, each in another scale, and it is open how far before the row "
            "the windows end. Leave y's column unscaled, or scale it with "
            "TargetAwareMinMaxScaler."
        )
    return []


def find_windowed_past(windows, target, known, clock, feature, *, leads=None):
    """Find the leads and images by which a feature is the target's past.

    Parameters
    ----------
    windows : ndarray of shape (n_rows, time_steps, n_features)
        NaN at missing steps.
    target : ndarray of shape (n_rows,)
    known : ndarray of bool of shape (n_rows,)
        Rows that may be looked at.
    clock : ndarray of int of shape (n_rows,)
        Steps up to each row, strictly ascending.
    feature : int
    leads : array-like of int, default=None
        By default from 1 to half of the rows, at most `MAX_LEAD`.

    Returns
    -------
    pasts : list of WindowedPast
        None or one where that is clear. More where the target runs so evenly that it
        is an image of itself, as a straight line is, and the scale is not one of the
        usual ones.
    """
    values = windows[:, -1, feature]
    rows = np.flatnonzero(known & ~np.isnan(values))
    if leads is None:
        leads = np.arange(1, min(MAX_LEAD, len(values) // 2) + 1)
    if len(rows) == 0 or len(leads) == 0:
        return []
    look_up = partial(past_of_rows, target, known, clock)
    dtype = min(values.dtype, target.dtype, key=lambda dtype: dtype.itemsize)
    probe = rows[np.linspace(0, len(rows) - 1, PROBE).astype(int)]
    may_be = are_images(values[probe], look_up(probe, np.asarray(leads)), dtype)
    uncertain = []
    for lead in np.asarray(leads)[may_be].tolist():
        past = look_up(rows, np.array([lead]))[0]
        images = find_images(
            values[rows][~np.isnan(past)].astype(np.float64),
            past[~np.isnan(past)],
            target,
            dtype,
        )
        for is_usual, slope, intercept in images:
            found = WindowedPast(feature, lead, slope, intercept)
            if is_usual:
                return [found]
            uncertain.append(found)
    return _without_repeats(uncertain, target, ROUNDING[dtype])


def past_of_rows(target, known, clock, rows, leads):
    """Look the target up some steps before each row.

    Parameters
    ----------
    target, known, clock : ndarray of shape (n_rows,)
    rows : ndarray of int of shape (n_some,)
    leads : ndarray of int of shape (n_leads,)

    Returns
    -------
    past : ndarray of float64 of shape (n_leads, n_some)
        NaN where no known row stands there.
    """
    wanted = clock[rows] - leads[:, np.newaxis]
    source = np.searchsorted(clock, wanted)  # never past the end: leads are not < 0
    is_there = (clock[source] == wanted) & known[source]
    return np.where(is_there, target[source].astype(np.float64), np.nan)


def are_images(values, pasts, dtype):
    """Say which pasts the values may be an increasing affine image of.

    Parameters
    ----------
    values : ndarray of shape (n_some,)
    pasts : ndarray of shape (n_leads, n_some)
        NaN where unknown.
    dtype : dtype
        The coarser one of the two.

    Returns
    -------
    may_be : ndarray of bool of shape (n_leads,)
        True as well where the past is unknown, or constant where the values are so
        too, which tells nothing.
    """
    values = values.astype(np.float64)
    lines = np.arange(len(pasts))
    lowest = np.where(np.isnan(pasts), np.inf, pasts).argmin(axis=1)
    highest = np.where(np.isnan(pasts), -np.inf, pasts).argmax(axis=1)
    low, high = pasts[lines, lowest], pasts[lines, highest]
    with np.errstate(all="ignore"):
        slope = (high - low) / (values[highest] - values[lowest])
        restored = low[:, np.newaxis] + slope[:, np.newaxis] * (
            values - values[lowest][:, np.newaxis]
        )
        distance = np.fmax.reduce(np.abs(restored - pasts), axis=1)
        allowed = tolerance(high - low, pasts, slope, values, dtype)
    # Where the past stays the same, so must the values.
    seen = np.where(np.isnan(pasts), np.nan, values)
    stays = np.fmax.reduce(seen, axis=1) == np.fmin.reduce(seen, axis=1)
    tells_nothing = np.isnan(low) | ((high == low) & stays)
    return tells_nothing | ((slope > 0) & (distance <= allowed))


def find_images(values, past, target, dtype):
    """Find the increasing affine maps that give a target back from a feature.

    Parameters
    ----------
    values, past : ndarray of float64 of shape (n_compared,)
        The feature and the target, some steps apart.
    target : ndarray of shape (n_rows,)
        All of it: what a scaler upstream has seen.
    dtype : dtype

    Returns
    -------
    images : list of (is_usual, slope, intercept)
        None or one. Usual are no scaling, min-max scaling and standardisation.
    """
    if len(past) < MIN_COMPARED or (past == past[0]).all():
        return []
    if not are_images(values, past[np.newaxis], dtype)[0]:
        return []
    for slope, intercept in usual_maps(target.astype(np.float64)):
        with np.errstate(all="ignore"):
            distance = np.abs(slope * values + intercept - past).max()
        if distance <= tolerance(np.ptp(past), past, slope, values, dtype):
            return [(True, slope, intercept)]
    if len(np.unique(past)) < MIN_DISTINCT:
        return []
    low, high = past.argmin(), past.argmax()
    slope = (past[high] - past[low]) / (values[high] - values[low])
    return [(False, slope, past[low] - slope * values[low])]


def usual_maps(target):
    """List (slope, intercept) by which no scaling and usual scalings are undone."""
    low, high, half = target.min(), target.max(), np.ptp(target) / 2
    with np.errstate(over="ignore"):
        mean, spread = target.mean(), target.std()
    maps = [(1.0, 0.0), (high - low, low), (half, low + half), (spread, mean)]
    return [(float(slope), float(intercept)) for slope, intercept in maps]


def tolerance(spread, past, slope, values, dtype):
    """Return how far apart equal numbers may be, by their spread and by their size.

    Where rounding at that size would hide the spread, they must be the same.
    """
    by_size = 8 * np.finfo(dtype).eps
    with np.errstate(all="ignore"):
        size = np.fmax.reduce(np.abs(past), axis=-1) + slope * np.abs(values).max()
        allowed = ROUNDING[dtype] * spread + by_size * size
    return np.where(allowed < spread / 100, allowed, 0.0)


def _without_repeats(pasts, target, rounding):
    """Keep the smallest lead of each map: of a periodic target they are all one."""
    size = np.abs(target).max().astype(np.float64)
    kept = []
    for past in pasts:
        is_known = any(
            abs(past.slope - other.slope) <= 10 * rounding * past.slope
            and abs(past.intercept - other.intercept) <= 10 * rounding * size
            for other in kept
        )
        if not is_known:
            kept.append(past)
    return kept
