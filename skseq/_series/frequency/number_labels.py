"""Labels that are numbers: row numbers, dates written as integers, or floats."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.frequency.calendar_numbers import find_calendar_number
from skseq._series.frequency.distances import GAP, SAME_DISTANCE, WIDE_GAP
from skseq._series.frequency.steps import REGULAR_RATE

MIN_GAPS_TO_WARN = 3
"""One or two gaps may be an outage, or a fold that a cross-validation holds out."""

GAP_RATE_TO_WARN = 0.05
"""In long series, this many gaps relative to the number of rows are too many."""

ADVICE = (
    "Integers without a row are missing steps, and windows contain NaN for them. "
    "A split that shuffles the rows makes such gaps: split in order of time instead, "
    "with TimeSeriesSplit of scikit-learn or ForecastSplit of skseq.model_selection."
)
"""The text is the same for every fold, so that a cross-validation shows it only
once."""

ADVICE_ON_ONE_SERIES = (
    "If rows were filtered and the others are consecutive, number them again before "
    "any split: reset_index(drop=True)."
)

EXACT_FLOATS = 2**53
"""Above this number, float64 cannot represent every integer."""


def integer_step(index):
    """Return the step of whole numbers: declared, else the greatest common step."""
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


def describe_gaps_in_numbers(index, name, series=None, step=None):
    """Write a warning if integers have many gaps, or if floats have any, else None.

    If the numbers are the second level of the index of a table, `series` is the name of
    their series, and `step` the step of integers that all series share.
    """
    if are_whole(index):
        return _describe_integers(index, name, series, step or integer_step(index))
    return _describe_floats(index, name, series)


def _describe_integers(index, name, series, step):
    """Write a warning if integers have many gaps, or are dates written as integers."""
    labels = index.to_numpy().astype(np.int64)
    gaps = np.flatnonzero(np.diff(labels) != step)
    if not len(gaps):
        return None
    dates = find_calendar_number(labels, step)
    # A single gap matters in dates: every December is followed by one.
    if not dates and len(gaps) < max(MIN_GAPS_TO_WARN, GAP_RATE_TO_WARN * len(labels)):
        return None
    advice = ADVICE if series is not None else f"{ADVICE} {ADVICE_ON_ONE_SERIES}"
    if dates:
        before, after = labels[gaps[0]], labels[gaps[0] + 1]
        of_table = f"{name}.index{'' if series is None else '.get_level_values(1)'}"
        of_table += "" if index.dtype.kind in "iu" else ".astype(int)"
        advice = (
            f"Between {before} and {after} windows contain NaN, for "
            f"{counted((after - before) // step - 1, 'missing step')}. The labels look "
            f"like dates written as {dates.pattern}: convert them with "
            f"{dates.code(of_table)}."
        )
    where = "" if series is None else f" in series {series}"
    return f"The index of {name} contains integers with gaps{where}. {advice}"


def _describe_floats(index, name, series):
    """Write a warning if floats have gaps, across which rows count as consecutive."""
    distances = np.diff(index.to_numpy())
    if not len(distances):
        return None
    usual = np.median(distances)
    is_usual = np.abs(distances - usual) <= SAME_DISTANCE * usual
    is_regular = is_usual.mean() >= REGULAR_RATE
    # The median of rounded distances is rounded, which adds up to one step in a few
    # hundred. The mean is not.
    step = distances[is_usual].mean() if is_regular else usual
    gaps = np.flatnonzero(distances > (GAP if is_regular else WIDE_GAP) * usual)
    if not len(gaps):
        return None
    before, after = index[gaps[0]], index[gaps[0] + 1]
    numbers = np.round((index.to_numpy() - index[0]) / step)
    if not is_regular or len(np.unique(numbers)) < len(numbers):
        remedy = "use times"
    elif series is not None:
        remedy = "number the steps of each series"
    else:
        number = f"(({name}.index - {name}.index[0]) / {step:.10g}).round().astype(int)"
        remedy = f"number the steps, {name}.index = {number}"
    where = "" if series is None else f" in series {series}"
    return (
        f"The index of {name} contains floats with {counted(len(gaps), 'gap')}{where}; "
        f"the first is between {before:.10g} and {after:.10g}, while usual steps are "
        f"{step:.6g} long. Floats have no frequency, so rows count as consecutive "
        f"across gaps. To count missing steps there, {remedy}. If the rows are "
        "consecutive, set gaps='ignore' in the SequenceWindower."
    )
