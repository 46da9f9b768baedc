"""Integer labels: row numbers, or dates written as integers."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user

MIN_GAPS_TO_WARN = 3
"""One or two gaps may be an outage, or a fold that a cross-validation holds out."""

GAP_RATE_TO_WARN = 0.05
"""In long series, this many gaps relative to the number of rows are too many."""

ADVICE = (
    "Integers without a row are missing steps, and windows hold NaN for missing steps. "
    "A split that shuffles the rows makes such gaps: split in order of time instead, "
    "with TimeSeriesSplit of scikit-learn or ForecastSplit of skseq.model_selection. "
    "If rows were filtered and the others are consecutive, number them again before "
    "any split: reset_index(drop=True)."
)
"""The text is the same for every fold, so that a cross-validation shows it only
once."""

PARTS_OF_YEAR = {"%Y%m": (100, 12), "%Y%m%d": (10000, 1231), "quarters": (10, 4)}
"""How dates are written as integers: the factor of the year, and the largest rest."""

ROUNDING = 0.25
"""Maximum relative difference of distances that count as equal: labels such as 1990.08
and 1990.17 are months rounded to two decimals."""

MIN_EVEN_RATE = 0.5
"""Minimum fraction of usual distances in numbers that are called even."""

EXACT_FLOATS = 2**53
"""Above this number, float64 cannot represent every integer."""

YEARS = (1700, 2200)
"""Years that dates written as integers may have."""


def integer_step(index):
    """Return the step of an integer index: declared, else the greatest common step.

    Parameters
    ----------
    index : pandas.Index of whole numbers, strictly ascending
    """
    declared = getattr(index, "step", None)
    labels = index.to_numpy()
    labels = labels.astype(np.int64) if labels.dtype.kind == "f" else labels
    return int(declared or np.gcd.reduce(np.diff(labels)) or 1)


def are_whole(index):
    """Return whether numbers are integers, stored as integers or as floats."""
    if index.dtype.kind != "f":
        return index.dtype.kind in "iu"
    labels = index.to_numpy()
    return bool((labels % 1 == 0).all() and (np.abs(labels) < EXACT_FLOATS).all())


def warn_of_uneven_integers(index, step, name):
    """Warn if integers have many gaps, or are dates written as integers.

    Parameters
    ----------
    index : pandas.Index of integers, strictly ascending
    step : int
        See `integer_step`.
    name : str
        Of the table.
    """
    labels = index.to_numpy().astype(np.int64)
    gaps = np.flatnonzero(np.diff(labels) != step)
    if not len(gaps):
        return
    unit = calendar_unit(labels)
    # A single gap matters in dates: every December is followed by one.
    if not unit and len(gaps) < max(MIN_GAPS_TO_WARN, GAP_RATE_TO_WARN * len(labels)):
        return
    warn_user(
        f"The index of {name} holds integers with gaps. "
        + (_calendar_advice(labels, gaps[0], step, unit, name) if unit else ADVICE)
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
        f"Between {before} and {after} windows hold NaN, for "
        f"{counted((after - before) // step - 1, 'missing step')}. The labels look "
        f"like {convert}"
    )


def calendar_unit(labels):
    """Return the date format of integers such as 202012, or None.

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
