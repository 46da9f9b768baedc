"""Compare the rows of later calls with the known rows, to find which are new."""

from dataclasses import replace

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.known.known_values import find_difference
from skseq._forecasting.known.layout import column_values
from skseq._forecasting.known.reading import values_to_compare
from skseq._forecasting.known.table import index_of, stack, take
from skseq._series.axis import TimeAxis
from skseq._series.frequency.opening_hours.hours_of_series import relearn_hours
from skseq._series.frequency.opening_hours.hours_warnings import (
    warn_about_changed_hours,
    warn_about_closed_times,
)
from skseq._series.index import is_pandas, kind_of_labels, name_of_label
from skseq._series.series_index import read_index
from skseq._series.tolerance import are_close
from skseq._validation.numbers import quoted


def append_rows(table, cells):
    """Append newer rows, with the columns of the table, to those that are known.

    Rows must follow the known rows of their series; known rows may be repeated if they
    have the same values.
    """
    if not is_pandas(table.cells):
        cells = np.concatenate([table.cells, cells])
        return replace(table, cells=cells, axis=TimeAxis.of(cells))
    cells = cells.set_axis(index_like(table, cells, table.name), axis=0)
    rows = table.cells.index.get_indexer(cells.index)
    _check_same_values(table, cells, rows)
    new = take(cells, np.flatnonzero(rows < 0))
    if not len(new):
        return table
    _check_follow(table, new.index)
    joined = stack([table.cells, new])
    series, labels, names = read_index(joined, table.name)
    order = np.argsort(series, kind="stable")
    frequency = table.frequency
    if frequency is not None:
        now = relearn_hours(frequency, labels, series, names)
        warn_about_changed_hours(now, table.name, names, before=frequency)
        # Hours in UTC may have moved since fit, which continues the index. Otherwise
        # rows are counted as in fit, as the fitted estimator does.
        frequency = frequency.with_moves(labels)
    counted_by = None if table.axis.frequency is None else frequency
    axis = TimeAxis.at(series[order], labels[order], counted_by, names)
    cells = take(joined, order)
    longer = replace(table, cells=cells, axis=axis, frequency=frequency)
    later = longer.after(table).axis
    warn_about_closed_times(
        counted_by, later.labels, later.series, names, name=table.name
    )
    return longer


def index_like(table, X, name):
    """Return the index of later rows, in the time zone of the known rows.

    Raise if its levels, the kind of its labels or the type of its series names differ
    from those of the table. Error messages call X by `name`.
    """
    index = index_of(X, name)
    _check_kind(table, index, name)
    zone = getattr(table.axis.labels, "tz", None)
    if index.nlevels == 1:
        return index if zone is None else index.tz_convert(zone)
    _check_kind_of_names(table.axis.names, index.unique(0), name)
    if zone is None:
        return index
    return index.set_levels(index.levels[1].tz_convert(zone), level=1)


def _check_kind(table, index, name):
    """Raise if labels are not of the same kind as those of the table."""
    n_levels = table.cells.index.nlevels
    if index.nlevels != n_levels:
        raise ValueError(
            f"The index of {name} must have {counted(n_levels, 'level')} as in fit, "
            f"but it has {index.nlevels}. Use (series, time) for many series, and "
            "times alone for one."
        )
    needed, got = (
        kind_of_labels(i.levels[1] if i.nlevels == 2 else i)
        for i in (table.cells.index, index)
    )
    if needed != got:
        raise ValueError(
            f"The index of {name} must contain {needed} as in fit, but it contains "
            f"{got}. Use an index like that in fit ({table.axis.labels[-1]!r})."
        )


def _check_kind_of_names(known, names, table_name):
    """Raise if series are named by text, but by something else in the known rows.

    Otherwise the rows of series "7" would belong to another series than those of 7.
    """
    kinds = {isinstance(name, str) for name in known}
    other = [name for name in names if isinstance(name, str) not in kinds]
    if other:
        raise ValueError(
            f"The series of {table_name} must be named by the same type as in fit, "
            f"which had {quoted(known[0])}, but got {quoted(other[0])}. Convert the "
            "first level of the index: "
            "index.set_levels(index.levels[0].astype(...), level=0)."
        )


def _check_same_values(table, cells, rows):
    """Raise if known rows are repeated with other values."""
    columns = (
        (name, column_values(cells, n), column_values(table.cells, n), True)
        for n, name in enumerate(cells.columns)
    )
    if found := find_difference(columns, rows):
        name, row, _, _, n_rows = found
        raise ValueError(
            "Rows that update repeats must have the values that are known, but "
            f"{name!r} differs in {counted(n_rows, 'row')}, the first is "
            f"{name_of_label(cells.index[row])}. Pass only newer rows, or fit again if "
            "values were revised."
        )


def _check_follow(table, index):
    """Raise if a new row is not after the known rows of its series."""
    names, numbers = table.axis.names, _numbers_of_series(table, index)
    # Series that are new in this update have no known rows.
    new, numbers = index.get_level_values(-1)[numbers >= 0], numbers[numbers >= 0]
    known = table.axis.labels[table.last_rows_of(numbers)]
    is_before = np.asarray(new <= known)
    if is_before.any():
        row = int(is_before.argmax())
        which = "" if names is None else f" of series {quoted(names[numbers[row]])}"
        raise ValueError(
            f"The rows of update must follow the known rows{which}, which end at "
            f"{known[row]}; got {counted(int(is_before.sum()), 'row')} not after it, "
            f"the first is {new[row]}. Pass newer rows, or fit again to use earlier "
            "ones."
        )


def locate_rows(fitted, X):
    """Find the position of rows: among the known rows, or after them.

    Rows without labels count as the known rows if they begin with the same values,
    unless the first known values are found again later.

    Returns
    -------
    known : ndarray of int of shape (n_rows,)
        Row of the table, -1 for rows after the known rows.
    n_ahead : ndarray of int of shape (n_rows,)
        Steps from the last known row of the series; 0 for known rows.
    series : ndarray of int of shape (n_rows,)
        Number of the series.

    Raises
    ------
    ValueError
        If a row is before or between the known rows, or in an unknown series.
    """
    table = fitted.table
    if not (is_pandas(X) and is_pandas(table.cells)):
        return _locate_by_values(table, len(X), *values_to_compare(X, fitted))
    index = index_like(table, X, "X")
    known = table.cells.index.get_indexer(index)
    series = _numbers_of_series(table, index)
    if (series < 0).any():
        unknown = index.get_level_values(0)[series < 0]
        raise ValueError(
            f"X has rows of {unknown.nunique()} series that have no known rows, the "
            f"first is {quoted(unknown[0])}. Pass their rows to update or fit first."
        )
    n_ahead = np.zeros(len(index), dtype=int)
    later = np.flatnonzero(known < 0)
    if len(later):
        n_ahead[later] = _steps_ahead(table, index[later], series[later])
    return known, n_ahead, series


def _locate_by_values(table, n_rows, values, known_values):
    """Locate rows without labels: they are the known rows, or follow them."""
    n_same = min(n_rows, len(table))
    series = np.full(n_rows, table.axis.series[0])
    is_known = n_same > 1 and values.shape[1] == known_values.shape[1]
    # NaN is equal to nothing, so rows with unknown values count as new.
    is_known = is_known and are_close(values[:n_same], known_values[:n_same]).all()
    if is_known and n_rows < len(table) and repeats_start(known_values, n_rows):
        is_known = False
        warn_user(
            f"The {n_rows} rows of X have no index and equal the first rows of fit. "
            "But their values repeat (as those of a calendar do), so it is unclear "
            "whether these are the rows of fit or later ones. They are assumed to "
            "follow the known rows. Pass a DataFrame or Series with an index of times "
            "to say when they are."
        )
    if is_known:
        number = np.arange(n_rows)
        known = np.where(number < len(table), number, -1)
        return known, np.maximum(number - len(table) + 1, 0), series
    if table.axis.names is not None:
        raise ValueError(
            "X must have a two-level index (series, time) as in fit, to say which "
            "series its rows belong to, but it has no such index. Pass a frame."
        )
    return np.full(n_rows, -1), np.arange(1, n_rows + 1), series


def repeats_start(values, n_rows):
    """Return whether the first `n_rows` rows of a table occur in it again.

    The table may end during the repetition, after at least half of these rows.
    """
    n_half = (n_rows + 1) // 2
    starts = np.arange(1, len(values) - n_half + 1)
    # A few rows leave few positions at which all of them can be compared.
    for row in range(min(n_half, 50)):
        starts = starts[are_close(values[starts + row], values[[row]]).all(axis=1)]
    parts = (values[start : start + n_rows] for start in starts)
    return any(are_close(part, values[: len(part)]).all() for part in parts)


def _numbers_of_series(table, index):
    """Return the number of the series of each label, -1 for those that are new."""
    if table.axis.names is None:
        return np.full(len(index), table.axis.series[0])
    return table.axis.names.get_indexer(index.get_level_values(0))


def _steps_ahead(table, index, series):
    """Count the steps from the last known row of the series of each label."""
    labels = index.get_level_values(-1)
    known = table.axis.labels[table.last_rows_of(series)]
    is_before = np.asarray(labels <= known)
    if is_before.any():
        row = int(is_before.argmax())
        raise ValueError(
            f"X has {counted(int(is_before.sum()), 'row')} that are not known and lie "
            f"before the last known row ({known[row]}); the first is {labels[row]}. A "
            "forecast begins after the last fitted row, so test rows must follow the "
            "training rows: use TimeSeriesSplit or ForecastSplit instead of KFold."
        )
    frequency, names = table.axis.frequency, table.axis.names
    warn_about_closed_times(frequency, labels, series, names)
    # The last known rows first, each once.
    numbers, place = np.unique(series, return_inverse=True)
    last = table.axis.labels[table.last_rows_of(numbers)]
    all_series = np.concatenate([numbers, series])
    steps = TimeAxis.at(all_series, last.append(labels), frequency, names).steps
    return steps[len(numbers) :] - steps[: len(numbers)][place]
