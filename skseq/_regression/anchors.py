"""In which terms a network reads windows: learnt from the data when it is fitted.

The search for the lagged target is in `skseq._series.lagged_target`, what is
done with it in the engines.
"""

from numbers import Integral

import numpy as np

from skseq._network.architecture import Anchor, Normalization
from skseq._regression.lagged_features import (
    features_to_search,
    find_in_windows,
    searches_of_windows,
)
from skseq._regression.naive_strategies import steps_back
from skseq._series.lagged_target import AmbiguousLagError

MIN_STEPS = 3
"""Shorter windows have no deviation worth the name."""

MIN_CHANGES = 5
"""Times that a target must change to be told from others."""

FLOOR = 1e-4
"""Least variance of a window, as a share of the mean variance of windows."""

TINY = 1e-30
"""Variances below this, or above its inverse, are beyond float32."""

SAME = 1e-12
"""How far a map may be from changing nothing and be taken for it."""

N_LOOKED_AT = 1000
"""Windows, spread evenly, that suffice to learn how much they vary."""


def find_pasts(windows, targets, known, clocks, *, wishes):
    """Find the feature that holds the past of each target, as far as it is of use.

    Parameters
    ----------
    windows : Windows
        NaN at missing steps.
    targets : ndarray of shape (n_rows, n_outputs)
        In y's units.
    known : ndarray of bool of shape (n_rows,)
        Rows that may be looked at.
    clocks : list of ndarray of int of shape (n_rows,), or None
        Steps up to each row; None for a user's own network, which reads windows as they
        are.
    wishes : dict
        The parameters ``normalization``, ``persistence``, ``target_feature`` and
        ``linear_share``.

    Returns
    -------
    pasts : list of LaggedTarget or None
        One for each output; None where the target is constant, and for all outputs
        where one that varies has none.

    Raises
    ------
    ValueError
        If the past was asked for by name, and is not there.
    """
    names = named(wishes)
    n_outputs, n_features = targets.shape[1], windows.shape[2]
    nowhere = [None] * n_outputs
    asked = features_to_search(wishes["target_feature"], n_features, n_outputs)
    if wishes["normalization"] is None and wishes["persistence"] is None:
        _refuse(names, "normalization or persistence", "Set one of them")
        return nowhere
    if clocks is None:
        _refuse(names, "a network of the package's own", "Leave network=... away")
        return nowhere
    if windows.time_steps < MIN_STEPS:
        _refuse(
            names,
            f"windows of {MIN_STEPS} steps or more",
            f"X has windows of {windows.time_steps} step(s). Cut them with "
            f"time_steps={MIN_STEPS} or more",
        )
        return nowhere
    pasts = []
    searches = searches_of_windows(windows, known, clocks)
    for target, features in zip(targets.T, asked, strict=True):
        varies = (target[known] != target[known][0]).any()
        try:
            found = find_in_windows(searches, target, features)
        except AmbiguousLagError:  # without a lag the column is of no use
            found = []
        if np.count_nonzero(np.diff(target[known])) < MIN_CHANGES:
            found = []  # a few steps up and down may be alike by chance
        if varies and not found:
            _refuse(
                names,
                "the target's own past: a feature that is y some steps before the row, "
                "scaled or not",
                f"None of {len(features)} feature(s) is. Make y one of the columns "
                "that the windows are cut from",
            )
            return nowhere
        pasts.append(found[0] if varies else None)
    return pasts


def named(wishes):
    """List the parameters that ask for something by name."""
    return [
        name
        for name, wish in wishes.items()
        if wish not in ("auto", None) and not (name == "linear_share" and wish == 0)
    ]


def _refuse(names, needed, way_out):
    """Raise if something was asked for that cannot be had."""
    if names:
        raise ValueError(
            f"What {', '.join(names)} asked for needs {needed}. {way_out}, or leave "
            "the parameter(s) at 'auto'."
        )


def make_normalization(windows, targets, pasts, scaler, *, wishes):
    """Spell out how a network reads windows and answers.

    Parameters
    ----------
    windows : Windows
        Complete.
    targets : ndarray of shape (n_rows, n_outputs)
        In y's units.
    pasts : list of LaggedTarget or None
    scaler : fitted transformer or None
        Of the targets. One that is no affine map leaves windows as they are.
    wishes : dict
        The parameters ``normalization``, ``persistence``, ``target_feature`` and
        ``linear_share``.

    Returns
    -------
    normalization : Normalization or None
        None where no past is to be made use of, or it cannot be.

    Raises
    ------
    ValueError
        If something was asked for by name, and the scaler, the size of a feature or the
        length of the windows stands in the way.
    """
    if not any(pasts):
        return None
    maps = affine_maps(targets, scaler)
    if any(past and not its_map for past, its_map in zip(pasts, maps, strict=True)):
        _refuse(
            named(wishes),
            "a target_scaler that keeps distances in proportion",
            "Put the bend into a step on X and y alike",
        )
        return None
    floors = [None] * windows.shape[2]
    if wishes["normalization"] is not None:
        variances = least_variances(windows)
        for past in filter(None, pasts):
            floors[past.feature] = variances[past.feature]
            if not TINY < variances[past.feature] < 1 / TINY:
                _refuse(named(wishes), "features of a usual size", "Scale X before")
                return None
    anchors = []
    for past, its_map in zip(pasts, maps, strict=True):
        anchor = None
        if past:
            slope, intercept = its_map
            anchor = Anchor(
                past.feature,
                _step(past.lag, windows.time_steps, wishes["persistence"]),
                *_tidied(slope * past.slope, slope * past.intercept + intercept),
            )
        anchors.append(anchor)
    return Normalization(tuple(floors), tuple(anchors))


def _step(lag, time_steps, persistence):
    """Return the step of the window, counted from its end, that is persisted."""
    if persistence is None:
        return None
    if not isinstance(persistence, Integral):
        return -1
    n_back = steps_back(lag, int(persistence))
    step = lag - n_back - 1
    if -step > time_steps:
        raise ValueError(
            f"persistence={persistence} counts from the value {n_back} steps "
            f"before the row, but windows of {time_steps} steps that end {lag} "
            f"step(s) before it do not reach so far. Cut them with time_steps={-step} "
            "or more."
        )
    return step


def _tidied(slope, intercept):
    """Take rounding off the map that changes nothing, so that all folds share it."""
    changes_nothing = abs(slope - 1) < SAME and abs(intercept) < SAME
    return (1.0, 0.0) if changes_nothing else (slope, intercept)


def affine_maps(targets, scaler):
    """Return how a scaler maps each target, as (slope, intercept).

    Parameters
    ----------
    targets : ndarray of shape (n_rows, n_outputs)
    scaler : fitted transformer or None

    Returns
    -------
    maps : list of tuple of float, or None
        None for a target that is mapped otherwise.
    """
    given = targets.astype(np.float64)
    scaled = given if scaler is None else np.asarray(scaler.transform(targets), float)
    maps = []
    for before, after in zip(given.T, scaled.T, strict=True):
        low, high = before.argmin(), before.argmax()
        if before[low] == before[high]:
            maps.append(None)
            continue
        slope = (after[high] - after[low]) / (before[high] - before[low])
        intercept = after[low] - slope * before[low]
        distance = np.abs(slope * before + intercept - after).max()
        is_affine = distance <= 1e-5 * abs(after[high] - after[low])
        maps.append((float(slope), float(intercept)) if is_affine else None)
    return maps


def least_variances(windows):
    """Return the least variance of each feature, by that of complete windows.

    A power of sixteen, so that windows that vary much alike, as those of folds do, are
    read by one and the same network.
    """
    places = np.linspace(0, len(windows) - 1, min(len(windows), N_LOOKED_AT))
    cut = windows[places.astype(int)].cut().astype(np.float64)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        variances = FLOOR * cut.var(axis=1).mean(axis=0)
    variances = np.where(variances > 0, variances, 1.0)
    return np.exp2(np.round(np.log2(variances) / 4) * 4).tolist()
