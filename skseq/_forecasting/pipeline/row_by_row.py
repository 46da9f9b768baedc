"""How many rows before a row its prediction needs, from the parts of an estimator."""

import numpy as np
from sklearn.preprocessing import FunctionTransformer

from skseq._estimator.parts import parts_of
from skseq._forecasting.pipeline.windower_steps import has_windower, window_span

PACKAGES = ("sklearn", "skseq")
"""Their transformers compute each row from that row alone, except those below."""

JOINT = ("NMF", "MiniBatchNMF")
"""Transformers of scikit-learn that solve one problem for all rows of a call."""


def rows_needed(estimator, table):
    """Return how many rows before a row its prediction needs.

    These are the rows of its window, or all rows of the longest series if any part of
    the estimator may compute a row from others, as for a moving average or a row count.
    A few rows do not show whether it does: a moving average of zeros is zero.
    """
    if is_row_by_row(estimator):
        return window_span(estimator)
    return int((table.last_rows - table.first_rows).max()) + 1


def is_row_by_row(estimator):
    """Return whether all parts are known to compute each row from this row alone.

    This is true of scikit-learn's transformers, except for functions of the user, and
    of regressors, which get windows.
    """
    return all(_is_row_by_row(part) for part in parts_of(estimator))


def _is_row_by_row(part):
    if isinstance(part, FunctionTransformer):
        return part.func is None or isinstance(part.func, np.ufunc)
    if type(part).__module__.partition(".")[0] in PACKAGES:
        return type(part).__name__ not in JOINT
    # An estimator with a windower inside gets rows instead of windows.
    return not hasattr(part, "transform") and not has_windower(part)
