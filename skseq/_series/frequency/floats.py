"""Float labels, such as seconds or decimal years: they have no frequency."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._series.frequency.distances import GAP, SAME_DISTANCE, WIDE_GAP
from skseq._series.frequency.steps import REGULAR_RATE


def warn_about_gaps_in_floats(index, name, *, is_of_series=False):
    """Warn if float labels have gaps, across which rows count as consecutive.

    Parameters
    ----------
    index : pandas.Index of floats, strictly ascending
    name : str
        Of the table.
    is_of_series : bool, default=False
        Whether the table has an index of two levels.
    """
    distances = np.diff(index.to_numpy())
    if not len(distances):
        return
    usual = np.median(distances)
    is_usual = np.abs(distances - usual) <= SAME_DISTANCE * usual
    is_regular = is_usual.mean() >= REGULAR_RATE
    # The median of rounded distances is rounded, which adds up to one step in a few
    # hundred. The mean is not.
    step = distances[is_usual].mean() if is_regular else usual
    gaps = np.flatnonzero(distances > (GAP if is_regular else WIDE_GAP) * usual)
    if not len(gaps):
        return
    before, after = index[gaps[0]], index[gaps[0] + 1]
    number = f"(({name}.index - {name}.index[0]) / {step:.10g}).round().astype(int)"
    numbers = np.round((index.to_numpy() - index[0]) / step)
    can_number = is_regular and len(np.unique(numbers)) == len(numbers)
    remedy = "use times"
    if can_number:
        remedy = "number the steps" + (
            " of each series" if is_of_series else f", {name}.index = {number}"
        )
    warn_user(
        f"The index of {name} contains floats with {counted(len(gaps), 'gap')}; the "
        "first "
        f"is between {before:.10g} and {after:.10g}, where usual steps are {step:.6g} "
        "long. Floats have no frequency, so rows count as consecutive across gaps. To "
        f"count missing steps there, {remedy}. If the rows are consecutive, set "
        "gaps='ignore' in the SequenceWindower."
    )
