"""Values of one target as a Series, whatever they were passed as."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.index import check_same_index, is_pandas
from skseq._series.series_index import read_index
from skseq._validation.numbers import listed
from skseq._validation.tables import column_names


def as_series(values, name, *, target=None):
    """Convert the values of one target to a Series of float.

    Its index holds times or numbers, or (series, time). The rows of arrays, and of
    tables whose index is text, are numbered from 0. Errors call the values `name`;
    `target` is a column, or its position in an array.
    """
    import pandas as pd

    column = one_column(values, name, target)
    numbers = numbers_of(column, name)
    if not len(numbers):
        raise ValueError(f"{name} has no rows. Pass at least one.")
    codes, labels, names = read_index(column, name)
    if names is not None:
        levels = [names[codes], labels]
        labels = pd.MultiIndex.from_arrays(levels, names=column.index.names)
    return pd.Series(numbers, index=labels, name=getattr(column, "name", None))


def has_times(values):
    """Return whether the index of values contains times or numbers."""
    return read_index(values)[1] is not None


def one_column(values, name, target=None):
    """Return the column of one target as an array-like of shape (n_rows,)."""
    if not is_pandas(values):
        values = np.asarray(values)
    if values.ndim == 0 or values.ndim > 2:
        raise ValueError(
            f"{name} must have one value for each row, or one column for each target; "
            f"got shape {values.shape}. Pass one row per time step."
        )
    if values.ndim == 1:
        return values
    columns = list(values.columns if is_pandas(values) else range(values.shape[1]))
    position = columns.index(choose_target(target, columns, name))
    return values.iloc[:, position] if is_pandas(values) else values[:, position]


def choose_target(target, names, owner):
    """Return the target to show: the one that is chosen, or the only one."""
    if target is None and len(names) == 1:
        return names[0]
    if target is None:
        raise ValueError(
            f"A display shows one target, but {owner} has "
            f"{counted(len(names), 'column')}. Choose one with target=: "
            f"{listed(names, most=10)}."
        )
    if target not in names:
        raise ValueError(
            f"target must be a column of {owner}; got {target!r}. Choose one of "
            f"{listed(names, most=10)}."
        )
    return target


def place_of(target, values, names):
    """Return a target as a column of a frame, or as its position in an array.

    `names` are the names of the columns, or None.
    """
    if target is None or is_pandas(values) or names is None or target not in names:
        return target
    return names.index(target)


def true_and_predicted(y_true, forecasts, target):
    """Convert true values and forecasts of the same rows to Series.

    Return the true values, and a list of the forecasts, which are passed in a dict by
    the names that errors use. `target` is a column of y_true, or its position.
    """
    import pandas as pd

    true = as_series(y_true, "y_true", target=target)
    columns = column_names(y_true)
    predicted = []
    for name, values in forecasts.items():
        # Most estimators return arrays, whose columns are in the order of y.
        column = one_column(values, name, place_of(target, values, columns))
        if len(column) != len(true):
            raise ValueError(
                f"{name} and y_true must have the same rows; got {len(column)} and "
                f"{counted(len(true), 'row')}. Pass both for the same rows."
            )
        check_same_index(y_true, column, name, other="y_true")
        predicted.append(pd.Series(numbers_of(column, name), index=true.index))
    return true, predicted


def numbers_of(column, name):
    """Convert a column to an ndarray of float; missing values become NaN."""
    try:
        if is_pandas(column):
            return column.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must contain numbers, but {error}. Convert them, such as with "
            "pd.to_numeric."
        ) from error
