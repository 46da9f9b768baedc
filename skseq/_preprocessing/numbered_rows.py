"""Rows of arrays that an earlier step of a Pipeline numbers from 0 in every call."""

from sklearn.utils._set_output import _get_output_config

from skseq._series.index import is_numbered, is_pandas
from skseq._series.tolerance import are_close


def are_numbered(windower, X):
    """Return whether rows are numbered from 0, perhaps by an earlier step.

    With ``set_output(transform="pandas")``, a step that gets an array or a polars frame
    returns a frame whose rows are numbered from 0. Such numbers are not times:
    rows to predict have the same numbers as fitted rows. The windower shows which
    output is set, because it is set for all steps of a Pipeline.
    """
    output = _get_output_config("transform", windower)["dense"]
    return output == "pandas" and is_pandas(X) and is_numbered(X.index)


def count_as_array(windower, X, rows, fitted):
    """Return whether the numbers of the rows of a call are no times.

    A frame that the user has numbered looks like a polars frame after a step with
    pandas output. If its values are those of the fitted rows with the same numbers, the
    numbers count, even if there are few rows: otherwise, the last fitted rows would
    come before the first.
    """
    if not fitted.are_numbered or not are_numbered(windower, X):
        return False
    labels, n_compared = fitted.first_labels, min(len(rows), len(fitted.first_rows))
    if labels is None or labels[0] != 0 or _has_names_of_array(X):
        return True
    return not are_close(rows[:n_compared], fitted.first_rows[:n_compared]).all()


def _has_names_of_array(X):
    """Return whether scikit-learn has named the columns of an array: x0, x1, ..."""
    return any(str(name).split("__")[-1] == "x0" for name in X.columns)
