"""Integers that number the rows of a series, and those that are calendar numbers."""

import numpy as np

from skseq._estimator.warnings import warn_user

MANY_HOLES = 3
"""One or two holes are an outage or a fold held out of a cross-validation."""

HOLE_RATE = 0.05
"""From this part of the rows on, holes are the rule."""

PARTS_OF_YEAR = {"%Y%m": (100, 12), "%Y%m%d": (10000, 1231), "quarters": (10, 4)}
"""How calendar numbers are built: the factor of the year, and the last part of one."""

YEARS = (1700, 2200)
"""Years that calendar numbers may hold."""


def integer_step(index):
    """Return the step of an integer index: declared, else the greatest that fits all.

    Parameters
    ----------
    index : pandas.Index of integers, strictly ascending
    """
    declared = getattr(index, "step", None)
    return int(declared or np.gcd.reduce(np.diff(index.to_numpy())) or 1)


def warn_of_uneven_integers(index, step, name):
    """Warn if integers do not count the rows of a series evenly.

    Parameters
    ----------
    index : pandas.Index of integers, strictly ascending
    step : int
        See `integer_step`.
    name : str
        Of the table.
    """
    labels = index.to_numpy().astype(np.int64)
    holes = np.flatnonzero(np.diff(labels) != step)
    if not len(holes):
        return
    unit = calendar_unit(labels)
    if not unit and len(holes) < max(MANY_HOLES, HOLE_RATE * len(labels)):
        return
    before, after = labels[holes[0]], labels[holes[0] + 1]
    n_missing = (after - before) // step - 1
    remedy = (
        "If they only number the rows that are left, number them anew: "
        "reset_index(drop=True)."
    )
    if unit == "quarters":
        remedy = (
            "They look like quarters: convert them with pd.PeriodIndex("
            f"[f'{{q // 10}}Q{{q % 10}}' for q in {name}.index], freq='Q')."
        )
    elif unit:
        remedy = (
            f"They look like dates: convert them with pd.to_datetime({name}.index, "
            f"format='{unit}')."
        )
    warn_user(
        f"The index of {name} holds integers that do not count evenly, and they are "
        f"counted by steps of {step}: between {before} and {after} are {n_missing} "
        f"missing step(s), and {len(holes)} pair(s) of neighbors are apart like this. "
        f"Windows that reach over them hold NaN. {remedy}"
    )


def calendar_unit(labels):
    """Say which part of the calendar integers such as 202012 stand for, or None.

    Parameters
    ----------
    labels : ndarray of int64 of shape (n_rows,)

    Returns
    -------
    unit : {"%Y%m", "%Y%m%d", "quarters"} or None
    """
    for unit, (factor, last) in PARTS_OF_YEAR.items():
        years, parts = np.divmod(labels, factor)
        if (YEARS[0] <= years).all() and (years <= YEARS[1]).all():
            first = 101 if unit == "%Y%m%d" else 1
            days = parts % 100 if unit == "%Y%m%d" else parts
            is_valid = (first <= parts) & (parts <= last) & (days >= 1) & (days <= 31)
            return unit if is_valid.all() else None
    return None
