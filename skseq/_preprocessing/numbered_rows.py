"""Rows of arrays that an earlier step of a Pipeline numbers from 0 in every call."""

import numpy as np
from sklearn.utils._set_output import _get_output_config

from skseq._series.index import is_pandas


def are_numbered(windower, X):
    """Return whether rows are numbered from 0, perhaps by an earlier step.

    With ``set_output(transform="pandas")``, a step that gets an array or a polars frame
    returns a frame whose rows are numbered from 0. Such numbers are no times: those of
    the rows to predict are the same as those of fitted rows.

    Parameters
    ----------
    windower : SequenceWindower
        With the output that is chosen for all steps of its Pipeline.
    X : table-like of shape (n_rows, n_features)
    """
    output = _get_output_config("transform", windower)["dense"]
    if output != "pandas" or not is_pandas(X) or X.index.dtype.kind != "i":
        return False
    return np.array_equal(X.index, np.arange(len(X)))
