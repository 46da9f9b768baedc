"""The rows after the known rows, with the columns known in advance."""

from decimal import Decimal
from numbers import Real

import numpy as np

from skseq._estimator.plurals import counted
from skseq._forecasting.future.future_index import starts_from_0
from skseq._forecasting.known.known_rows import index_like
from skseq._forecasting.known.layout import column_values
from skseq._forecasting.known.table import take
from skseq._series.index import is_pandas, name_of_label
from skseq._validation.numbers import (
    are_valid,
    check_is_array,
    check_no_masks_or_dates,
    check_unique_names,
    listed,
    name_invalid_cell,
)
from skseq._validation.tables import column_names, has_text_names


def following_rows(table, index, n_steps, layout, X_future):
    """Make the rows that follow; columns known in advance are filled from X_future.

    All other cells repeat the last known row. No window contains them, but steps of the
    pipeline that do not accept NaN need a value there. The n_steps rows of the first
    series come first, then those of the second, and so on.
    """
    cells = take(table.cells, np.repeat(table.last_rows, n_steps))
    if index is not None:
        cells = cells.set_axis(index, axis=0)
    if not layout.future_positions:
        return cells
    if X_future is None:
        span = ""
        if index is not None:
            first, last = map(name_of_label, index[[0, -1]])
            span = f", from {first} to {last}"
        raise ValueError(
            "X_future must contain the future_columns "
            f"{listed(layout.future_names, most=20)} of the next "
            f"{counted(n_steps, 'step')}, but it is None. Pass a table with these "
            f"columns{span}."
        )
    columns = future_columns_of(X_future, layout)
    if index is None or not is_pandas(X_future):
        rows = _check_n_rows(X_future, len(cells))
    else:
        rows = _rows_of(table, X_future, index)
    cells = cells.copy()
    for name, column, number in columns:
        values = take(column, rows)
        _check_known(values, name, index)
        known = column_values(cells, number)
        if known.dtype.kind in "biuf":  # others, such as text, are for an encoder
            values = _check_numbers(values, name, index)
        if index is None:
            cells[:, number] = values
        else:
            label = cells.columns[number]
            cells[label] = _like(values, cells[label], index)
    return cells


def future_columns_of(X_future, layout):
    """List (name, values, position in the table) of the columns known in advance."""
    columns = _columns_of(X_future, layout)
    return list(zip(layout.future_names, columns, layout.future_columns, strict=True))


def _columns_of(X_future, layout):
    """Return the columns of X_future that are known in advance, as Series or arrays."""
    if is_pandas(X_future) and X_future.ndim == 1 and X_future.name is not None:
        X_future = X_future.to_frame()  # its name must be that of a future column
    names, labels = layout.future_names, column_names(X_future)
    # Columns without names in fit are found by position, as those of an array.
    has_positions = layout.labels == list(range(len(layout.labels)))
    is_nameless = has_positions and has_text_names(labels)
    if labels is not None and not is_nameless:
        # A frame may have other columns and another order, so columns are found by
        # name, and integers are names here.
        missing = [name for name in names if name not in labels]
        if missing:
            raise ValueError(
                "X_future must have all future_columns, but it lacks "
                f"{listed(missing, most=20)}; it has "
                f"{listed(labels, most=20) or 'none'}. Add them, or leave them out of "
                "future_columns and fit again."
            )
        check_unique_names([name for name in labels if name in names], "X_future")
        if not is_pandas(X_future):
            return [np.asarray(X_future[name]) for name in names]
        return [X_future.iloc[:, labels.index(name)] for name in names]
    if is_pandas(X_future):
        X_future = X_future.to_numpy()
    return _columns_of_array(X_future, layout)


def _columns_of_array(X_future, layout):
    """Return the columns of an array with all columns of X, or only the future ones."""
    check_is_array(X_future, "X_future")
    check_no_masks_or_dates(X_future, "X_future")
    with name_invalid_cell(X_future, "X_future"):
        array = np.asarray(X_future, dtype=np.float64)
    array = array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1)
    names, n_all, n_columns = layout.future_names, len(layout.labels), array.shape[1]
    if n_columns == n_all:
        return [array[:, position] for position in layout.future_positions]
    if n_columns == len(names):
        return list(array.T)
    raise ValueError(
        f"X_future must have the {len(names)} future_columns {listed(names)}, or all "
        f"{n_all} columns of X; got an array with {counted(n_columns, 'column')}. "
        "Correct its columns."
    )


def _check_n_rows(X_future, n_rows):
    """Return the row numbers of a table without labels; raise unless it has n_rows."""
    if len(X_future) != n_rows:
        raise ValueError(
            f"X_future must have one row for each of the {counted(n_rows, 'step')} "
            f"after the last known row; got {counted(len(X_future), 'row')}. Pass "
            "them, oldest first. With strategy='direct', all steps up to the horizon "
            "need one, even if fewer are forecast."
        )
    return np.arange(n_rows)


def _rows_of(table, X_future, index):
    """Return the row of X_future that each label of an index has."""
    given = index_like(table, X_future, "X_future")
    rows = given.get_indexer(index)
    if (rows < 0).any():
        missing = index[rows < 0]
        ended = _ended_series(index, (rows < 0).reshape(len(table.last_rows), -1))
        or_leave_out = ""
        if ended:
            or_leave_out = (
                ", or leave out of fit the series that end earlier than others: "
                f"{listed(ended)}"
            )
        first, last = map(name_of_label, index[[0, -1]])
        first_missing = name_of_label(missing[0])
        from_0 = ""
        if starts_from_0(given) and not starts_from_0(index):
            from_0 = (
                " The index of X_future starts again from 0, as after reset_index. If "
                f"it begins after the last known row, its first label must be {first}."
            )
        raise ValueError(
            f"X_future must have a row for each of the {counted(len(index), 'step')} "
            f"from {first} to {last}, but it lacks {counted(len(missing), 'row')}, the "
            f"first for {first_missing}. Add these rows{or_leave_out}. With "
            "strategy='direct', all steps up to the horizon need one, even if fewer "
            f"are forecast.{from_0}"
        )
    return rows


def _ended_series(index, is_missing):
    """Return the names of series that lack rows and end before others.

    `is_missing` has a row for each series, and a column for each step of the index.
    """
    first = index[:: is_missing.shape[1]]
    times = first.get_level_values(-1)
    has_ended = is_missing.any(axis=1) & (times < times.max())
    return list(first.get_level_values(0)[has_ended])


def _check_known(values, name, index):
    """Raise if a value of a column known in advance is missing."""
    if is_pandas(values):
        is_missing = values.isna().to_numpy()
    elif values.dtype.kind == "f":
        is_missing = np.isnan(values)
    else:
        is_missing = np.array([value is None for value in values.tolist()], dtype=bool)
    if is_missing.any():
        where = _name_row(index, int(is_missing.argmax()))
        raise ValueError(
            f"X_future must contain all values of future column {name!r}, but it lacks "
            f"{counted(int(is_missing.sum()), 'value')}, the first in {where}. Fill "
            "the missing values."
        )


def _check_numbers(values, name, index):
    """Return values as an array of numbers; raise if one is not a valid number."""
    # NumPy's time differences count as integers.
    column = values.to_frame(name) if is_pandas(values) else values
    check_no_masks_or_dates(column, "X_future")
    values = np.asarray(values)
    # NumPy's bool is not a Real, although Python's is.
    kinds = Real | Decimal | np.bool_
    is_number = np.array([isinstance(value, kinds) for value in values], dtype=bool)
    is_valid = is_number.copy()
    numbers = values.astype(object)[is_number]
    is_valid[is_number] = are_valid(numbers.astype(np.float64))
    if not is_valid.all():
        row = int((~is_valid).argmax())
        raise ValueError(
            f"X_future must contain valid numbers in future column {name!r}, as X did "
            f"in fit, but it has {values.tolist()[row]!r} in {_name_row(index, row)}. "
            "Correct or convert it."
        )
    return values if values.dtype.kind in "biuf" else values.astype(np.float64)


def _name_row(index, row):
    return f"row {row}" if index is None else f"the row of {name_of_label(index[row])}"


def _like(values, column, index):
    """Convert values to a Series; to the dtype of the column if it is categorical."""
    import pandas as pd

    values = pd.Series(np.asarray(values), index=index)
    is_category = isinstance(column.dtype, pd.CategoricalDtype)
    # Encoders decide on unknown categories, so they must not become NaN here.
    if is_category and values.isin(column.cat.categories).all():
        return values.astype(column.dtype)
    return values
