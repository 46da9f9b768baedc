"""Find the columns of X that contain a target, or use those that the user names."""

from itertools import product

import numpy as np

from skseq._series.lagged_target import (
    MAX_LAG_OF_TABLE,
    MIN_COMPARED,
    AmbiguousLagError,
    LagRules,
    LagSearch,
)
from skseq._series.lagged_target.affine_map import IDENTITY
from skseq._validation.numbers import listed
from skseq._validation.positions import position_of, range_of_positions
from skseq._validation.tables import column_names


def find_lags(columns, targets, step_numberings, *, any_map=False):
    """Find the columns that equal a target at one lag of 0 to 24 steps.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
    targets : ndarray of shape (n_rows, n_targets)
    step_numberings : list of ndarray of int of shape (n_rows,)
        Possible step numbers of the rows, see `TimeAxis.step_numberings`.
    any_map : bool, default=False
        Whether columns on another scale than the target count as equal.

    Returns
    -------
    lags : dict
        Maps (column, target), by position, to the smallest lag at which they are equal.
    """
    rules = LagRules(
        lags=np.arange(MAX_LAG_OF_TABLE + 1),
        min_compared=max(MIN_COMPARED, len(columns) / 2),
        maps=None if any_map else [IDENTITY],
        any_map=any_map,
    )
    lags = {}
    searches = [LagSearch(columns, steps) for steps in step_numberings]
    for search, (target, values) in product(searches, enumerate(targets.T)):
        try:
            for found in search.find(values, rules):
                place = found.feature, target
                lags[place] = min(found.lag, lags.get(place, found.lag))
        except AmbiguousLagError:  # a straight line fits at every lag
            continue
    return lags


def target_names(y):
    """Return the names of the targets, or None if they have none."""
    # A frame has column names, a series has one name, an array has none.
    names = column_names(y) or [getattr(y, "name", None)]
    return names if all(name not in (None, "") for name in names) else None


def check_target_given(target_columns, y):
    """Raise if columns are to be scaled by the range of y, but there is no y."""
    if y is None and target_columns not in ("auto", None):
        raise ValueError(
            "target_columns are scaled by the range of y, so they need y, but fit got "
            f"no y and target_columns={target_columns!r}. Call fit(X, y), or leave "
            "target_columns at 'auto'."
        )


def choose_columns(target_columns, lags, labels, targets):
    """Choose the columns that are scaled by the range of a target.

    Parameters
    ----------
    target_columns : "auto", list or dict
        As the user passed it.
    lags : dict
        From `find_lags`.
    labels, targets : list
        Labels of the columns and of the targets.

    Returns
    -------
    columns : dict
        Maps a column to (target, lag), all by position; the lag is None if it is
        unknown.
    """
    if target_columns == "auto":
        by_lag = sorted(lags, key=lambda place: (lags[place], place[1]))
        # A column may equal several targets. The one at the smallest lag is written
        # last, so it replaces the others.
        return {c: (t, lags[c, t]) for c, t in reversed(by_lag)}
    named = _locate(target_columns, labels, targets)
    return {c: (t, lags.get((c, t))) for c, t in named.items()}


def _locate(target_columns, labels, targets):
    """Return the positions of the columns that the user names, as {column: target}."""
    columns = _positions(target_columns, labels, owner="X")
    if isinstance(target_columns, dict):
        meant = _positions(list(target_columns.values()), targets, owner="y")
        located = dict(zip(columns, meant, strict=True))
        if len(located) < len(columns):
            raise ValueError(
                "target_columns must contain each column once; got "
                f"{target_columns!r}, in which a name and a position are the same one "
                f"of the columns {listed(labels)}. Remove one of them."
            )
        return located
    if len(targets) > 1:
        raise ValueError(
            "target_columns must be a dict if y has several targets, here "
            f"{len(targets)} ({listed(targets)}); got the list {target_columns!r}, "
            "which does not say which target a column contains. Map each column to "
            "its target."
        )
    return dict.fromkeys(columns, 0)


def _positions(entries, labels, *, owner):
    positions = [position_of(entry, labels) for entry in entries]
    unknown = [e for e, p in zip(entries, positions, strict=True) if p is None]
    if unknown:
        raise ValueError(
            f"target_columns must be names or positions of {owner}, which has "
            f"{listed(labels, most=20)}; got {listed(unknown)}. "
            f"{range_of_positions(labels)}If earlier steps of a "
            'Pipeline drop the names, call set_output(transform="pandas").'
        )
    return positions
