"""Integers that number the rows of a series, and those that are calendar numbers."""

import numpy as np

from skseq._estimator.warnings import warn_user

MANY_HOLES = 3
"""One or two holes are an outage or a fold held out of a cross-validation."""

HOLE_RATE = 0.05
"""From this part of the rows on, holes are the rule."""

UNEVEN = (
    "Integers without a row are missing steps, and windows that reach over them hold "
    "NaN. A split that shuffles leaves such holes in every part of a series: split in "
    "order of time (TimeSeriesSplit, or KFold without shuffle). If rows were filtered "
    "and those left follow each other, number them anew before any split: "
    "reset_index(drop=True)."
)
"""The same for every fold, so that a cross-validation shows it once."""

PARTS_OF_YEAR = {"%Y%m": (100, 12), "%Y%m%d": (10000, 1231), "quarters": (10, 4)}
"""How calendar numbers are built: the factor of the year, and the last part of one."""

EXACT_FLOATS = 2**53
"""From here on, floats no longer hold every integer."""

YEARS = (1700, 2200)
"""Years that calendar numbers may hold."""


def integer_step(index):
    """Return the step of an integer index: declared, else the greatest that fits all.

    Parameters
    ----------
    index : pandas.Index of whole numbers, strictly ascending
    """
    declared = getattr(index, "step", None)
    labels = index.to_numpy()
    labels = labels.astype(np.int64) if labels.dtype.kind == "f" else labels
    return int(declared or np.gcd.reduce(np.diff(labels)) or 1)


def are_whole(index):
    """Say whether numbers are integers, be it as floats that hold each of them."""
    if index.dtype.kind != "f":
        return index.dtype.kind in "iu"
    labels = index.to_numpy()
    return bool((labels % 1 == 0).all() and (np.abs(labels) < EXACT_FLOATS).all())


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
    warn_user(
        f"The index of {name} holds integers that do not count evenly. "
        + (_calendar_advice(labels, holes[0], step, unit, name) if unit else UNEVEN)
    )


def _calendar_advice(labels, row, step, unit, name):
    before, after = labels[row], labels[row + 1]
    convert = f"dates: convert them with pd.to_datetime({name}.index, format='{unit}')."
    if unit == "quarters":
        convert = (
            "quarters: convert them with pd.PeriodIndex("
            f"[f'{{q // 10}}Q{{q % 10}}' for q in {name}.index], freq='Q')."
        )
    return (
        f"Between {before} and {after} are {(after - before) // step - 1} missing "
        f"step(s), and windows that reach over them hold NaN. They look like {convert}"
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
