"""The rows after the known rows: their labels, and the columns known in advance."""

from decimal import Decimal
from numbers import Real

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.known_rows import check_kind, in_zone_of
from skseq._forecasting.layout import column_values
from skseq._forecasting.table import index_of, take
from skseq._series.continuation import continue_index
from skseq._series.frequency import regular_code
from skseq._series.index import is_pandas
from skseq._validation.numbers import (
    are_valid,
    check_is_array,
    check_no_masks_or_dates,
    check_unique_names,
    listed,
    name_invalid_cell,
)
from skseq._validation.tables import column_names, has_text_names


def following_index(table, n_steps, X_future=None):
    """Continue the index of each series.

    Parameters
    ----------
    table : Table
        The known rows.
    n_steps : int
    X_future : DataFrame or None, default=None
        Its index gives the next labels if that of the table has no frequency, and it
        says which sessions are holidays; see `continue_index`.

    Returns
    -------
    index : pandas.Index of length n_series * n_steps, or None
        None if the table is an array.

    Raises
    ------
    ValueError
        If the index has no frequency and X_future does not continue it.
    """
    if not is_pandas(table.cells):
        return None
    labels, names = table.axis.labels, table.cells.index.names
    if table.frequency is None:
        return _index_given(table, n_steps, X_future)
    last = table.last_rows
    series = table.axis.names
    series = None if series is None else series[table.axis.series[last]]
    given = None
    if is_pandas(X_future):
        given = index_of(X_future, "X_future")
        check_kind(table, given, "X_future")
        given = in_zone_of(table, given)
    index = continue_index(table.frequency, labels[last], series, n_steps, given)
    return index.set_names(names)


def _index_given(table, n_steps, X_future):
    """Take the labels of the next steps from X_future."""
    labels = table.axis.labels
    problem = (
        "The index of y has no frequency, so it cannot be continued: its labels, of "
        f"which the last is {labels[-1]}, are irregular. "
    )
    if table.axis.names is not None:
        raise ValueError(
            problem + "Convert all series to one frequency, such as with resample."
        )
    if not is_pandas(X_future):
        code = regular_code(labels, "y") or "y.resample(...)"
        raise ValueError(
            problem + f"Give y an index with a frequency, such as with {code}, or pass "
            f"X_future with the labels of the next {counted(n_steps, 'step')} as its "
            "index."
        )
    index = index_of(X_future, "X_future")
    check_kind(table, index, "X_future")
    later = index[index > labels[-1]]
    if len(later) < n_steps:
        raise ValueError(
            problem + f"So X_future must have the labels of the next "
            f"{counted(n_steps, 'step')} as its index, but it has only "
            f"{counted(len(later), 'label')} after the last label of y. Add the others."
        )
    return later[:n_steps]


def frame_of_index(X_future):
    """Return a frame without columns for an index; anything else as it is."""
    if hasattr(X_future, "get_level_values"):
        import pandas as pd

        return pd.DataFrame(index=X_future)
    return X_future


def warn_of_unused(fitted, X_future, n_steps, index):
    """Warn if X_future is given, but nothing is read from it.

    Parameters
    ----------
    fitted : FittedForecast
    X_future : table-like or None
    n_steps : int
    index : pandas.Index or None
        Of the forecast.
    """
    if X_future is None or fitted.places or fitted.table.frequency is None:
        return
    # It may say which days are holidays.
    plain = None if index is None else following_index(fitted.table, n_steps)
    if plain is not None and not index.equals(plain):
        return
    if np.shape(X_future)[1:] != (0,):
        warn_user(
            "X_future is not used, because future_columns lists no column of X that is "
            "known in advance, and its index leaves out no holiday. Fit with "
            "future_columns=[...], or do not pass X_future."
        )
        return
    given = in_zone_of(fitted.table, X_future.index)
    left_out = plain[~plain.isin(given) & _is_before_last(plain, given)]
    if len(left_out):
        warn_user(
            f"X_future leaves out {_name(left_out[0])}, but this is a step of the "
            "forecast, because it is no holiday by the fitted rows: only single "
            "sessions, and interruptions as long as some in fit, are holidays."
        )


def _is_before_last(index, given):
    """Return which labels are before the last given one of their series."""
    times, latest = index.get_level_values(-1), given.get_level_values(-1)
    if index.nlevels == 1:
        return np.asarray(times < latest.max())
    names = given.get_level_values(0)
    last = latest.to_series(index=names).groupby(level=0).max()
    last = last.reindex(index.get_level_values(0)).to_numpy()
    return np.asarray(times.to_numpy() < last)  # False for series without labels


def following_rows(table, index, n_steps, places, layout, X_future):
    """Make the rows that follow; columns known in advance are filled from X_future.

    All other cells repeat the last known row. No window contains them, but steps of the
    pipeline that do not accept NaN need a value there.

    Parameters
    ----------
    table : Table
    index : pandas.Index of length n_series * n_steps, or None
    n_steps : int
    places : dict of int to int
        The columns known in advance: position in X -> position in the table.
    layout : Layout
    X_future : DataFrame, array-like or None

    Returns
    -------
    cells : DataFrame or ndarray of shape (n_series * n_steps, n_columns)

    Raises
    ------
    ValueError
        If a column or a date is missing in X_future, or a value in it.
    """
    cells = take(table.cells, np.repeat(table.last_rows, n_steps))
    if index is not None:
        cells = cells.set_axis(index, axis=0)
    if not places:
        return cells
    names = [layout.labels[position] for position in places]
    if X_future is None:
        span = (
            "" if index is None else f", from {_name(index[0])} to {_name(index[-1])}"
        )
        raise ValueError(
            f"X_future must hold the future_columns {listed(names, most=20)} of the "
            f"next {counted(n_steps, 'step')}, but it is None. Pass a table with these "
            f"columns{span}."
        )
    columns = _columns_of(X_future, names, list(places), layout)
    if index is None or not is_pandas(X_future):
        rows = _check_n_rows(X_future, len(cells))
    else:
        rows = _rows_of(table, X_future, index)
    cells = cells.copy()
    for name, column, place in zip(names, columns, places.values(), strict=True):
        values = take(column, rows)
        _check_known(values, name, index)
        known = column_values(cells, place)
        if known.dtype.kind in "biuf":  # others, such as text, are for an encoder
            values = _check_numbers(values, name, index)
        if index is None:
            cells[:, place] = values
        else:
            label = cells.columns[place]
            cells[label] = _like(values, cells[label], index)
    return cells


def _columns_of(X_future, names, positions, layout):
    """Return the columns of X_future that are known in advance."""
    if is_pandas(X_future) and X_future.ndim == 1 and X_future.name is not None:
        X_future = X_future.to_frame()  # its name must be that of a future column
    labels = column_names(X_future)
    n_all = len(layout.labels)
    # Columns without names in fit are found by position, as those of an array.
    is_nameless = layout.labels == list(range(n_all)) and has_text_names(labels)
    if labels is not None and not is_nameless:
        # A frame may have other columns and another order, so columns are found by
        # name, and integers are names here.
        missing = [name for name in names if name not in labels]
        if missing:
            raise ValueError(
                "X_future must have all future_columns, but it lacks "
                f"{listed(missing, most=20)}; it has {listed(labels, most=20)}. Add "
                "them, or leave them out of future_columns and fit again."
            )
        check_unique_names([name for name in labels if name in names], "X_future")
        if not is_pandas(X_future):
            return [np.asarray(X_future[name]) for name in names]
        return [X_future.iloc[:, labels.index(name)] for name in names]
    if is_pandas(X_future):
        X_future = X_future.to_numpy()
    return _columns_of_array(X_future, names, positions, n_all)


def _columns_of_array(X_future, names, positions, n_all):
    """Return the columns of an array with all columns of X, or only the future ones."""
    check_is_array(X_future, "X_future")
    check_no_masks_or_dates(X_future, "X_future")
    with name_invalid_cell(X_future, "X_future"):
        # NumPy would drop imaginary parts.
        if np.asarray(X_future).dtype.kind == "c":
            raise ValueError("complex numbers are not supported")
        array = np.asarray(X_future, dtype=np.float64)
    array = array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1)
    n_columns = array.shape[1]
    if n_columns == n_all:
        return [array[:, position] for position in positions]
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
    labels = index_of(X_future, "X_future")
    check_kind(table, labels, "X_future")
    rows = in_zone_of(table, labels).get_indexer(index)
    if (rows < 0).any():
        missing = index[rows < 0]
        raise ValueError(
            f"X_future must have a row for each of the {counted(len(index), 'step')} "
            f"from {_name(index[0])} to {_name(index[-1])}, but it lacks "
            f"{counted(len(missing), 'row')}, the first for {_name(missing[0])}. Add "
            "these rows. With strategy='direct', all steps up to the horizon need one, "
            "even if fewer are forecast."
        )
    return rows


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
            f"X_future must hold the values of future column {name!r}, but it lacks "
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
    numbers = values.astype(object)[is_number]  # none of complex values
    is_valid[is_number] = are_valid(numbers.astype(np.float64))
    if not is_valid.all():
        row = int((~is_valid).argmax())
        raise ValueError(
            f"X_future must hold valid numbers in future column {name!r}, as X did in "
            f"fit, but it has {values.tolist()[row]!r} in {_name_row(index, row)}. "
            "Correct or convert it."
        )
    return values if values.dtype.kind in "biuf" else values.astype(np.float64)


def _name_row(index, row):
    return f"row {row}" if index is None else f"the row of {_name(index[row])}"


def _name(label):
    """Name a label, of one series or of several."""
    is_of_several = isinstance(label, tuple)
    return f"{label[1]} of series {label[0]}" if is_of_several else f"{label}"


def _like(values, column, index):
    """Convert values to a Series; to the dtype of the column if it is categorical."""
    import pandas as pd

    values = pd.Series(np.asarray(values), index=index)
    is_category = isinstance(column.dtype, pd.CategoricalDtype)
    # Encoders decide on unknown categories, so they must not become NaN here.
    if is_category and values.isin(column.cat.categories).all():
        return values.astype(column.dtype)
    return values
