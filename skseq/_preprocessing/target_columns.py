"""Which columns of X hold a target: found, or as the user names them."""

import numpy as np

from skseq._series.lagged_target import MIN_COMPARED, LagRules, LagSearch
from skseq._series.lagged_target.affine_map import IDENTITY
from skseq._validation.numbers import listed, position_of
from skseq._validation.tables import column_names

MAX_LAG_OF_TABLE = 24
"""Lagged columns of y are looked for up to two years of months."""


def find_lags(columns, targets, ways_to_count):
    """Find the columns that equal a target at one lag.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
    targets : ndarray of shape (n_rows, n_targets)
    ways_to_count : list of ndarray of int of shape (n_rows,)
        Steps of the rows.

    Returns
    -------
    lags : dict
        (column, target) -> its smallest lag.
    """
    # No scaling is undone here: a column in other units must keep its own range.
    rules = LagRules(
        lags=np.arange(MAX_LAG_OF_TABLE + 1),
        maps=[IDENTITY],
        any_map=False,
        min_compared=max(MIN_COMPARED, len(columns) / 2),
    )
    lags = {}
    for steps in ways_to_count:
        search = LagSearch(columns, steps)
        for target, values in enumerate(targets.T):
            for found in search.find(values, rules):
                place = found.feature, target
                lags[place] = min(found.lag, lags.get(place, found.lag))
    return lags


def target_names(y):
    """Return the names of the targets, or None if they have none."""
    names = column_names(y) or [getattr(y, "name", None)]
    return names if all(name not in (None, "") for name in names) else None


def locate(target_columns, labels, targets):
    """Turn the columns that the user names into positions: {column: target}.

    Raises
    ------
    ValueError
        If a column or target is unknown, or if a list leaves the target open.
    """
    columns = _positions(target_columns, labels, owner="X")
    if isinstance(target_columns, dict):
        meant = _positions(list(target_columns.values()), targets, owner="y")
        located = dict(zip(columns, meant, strict=True))
        if len(located) < len(columns):
            raise ValueError(
                f"target_columns must name a column once; got {target_columns!r}, in "
                f"which a name and a position mean the same of {listed(labels)}."
            )
        return located
    if len(targets) > 1:
        raise ValueError(
            f"target_columns is a list, but y has {len(targets)} targets "
            f"({listed(targets)}), and it is open which of them a column holds. Give "
            "a dict that maps each column to its target."
        )
    return dict.fromkeys(columns, 0)


def _positions(entries, labels, *, owner):
    positions = [position_of(entry, labels) for entry in entries]
    unknown = [e for e, p in zip(entries, positions, strict=True) if p is None]
    if unknown:
        raise ValueError(
            f"target_columns names {listed(unknown)}, which {owner} does not have; it "
            f"has {listed(labels, most=20)}. Give these or positions. If names were "
            'lost on the way, set_output(transform="pandas") keeps them in a Pipeline.'
        )
    return positions
