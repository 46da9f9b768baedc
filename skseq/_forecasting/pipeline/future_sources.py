"""Find the columns known in advance after the steps that precede the windower."""

from contextlib import suppress
from copy import deepcopy
from functools import partial

import numpy as np
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import hides, warn_user
from skseq._forecasting.known.layout import column_values
from skseq._forecasting.pipeline.windower_steps import (
    is_passthrough,
    return_frames,
    steps_before_windowers,
)
from skseq._preprocessing.scaler import TargetAwareMinMaxScaler
from skseq._series.index import is_pandas
from skseq._validation.numbers import listed

SCALERS = (
    *(MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler),
    TargetAwareMinMaxScaler,
)
"""Steps whose outputs each depend on the column at the same position alone, so that no
experiment is needed."""

N_ROWS = 5
"""Number of rows, for each output and experiment, of which it is tested whether values
after the origin of their forecast change them."""


def columns_at_windower(estimator, table, y, layout, horizon):
    """Find the columns that are known in advance when the windower gets them.

    Earlier steps, such as encoders, may move or rename a column, split it into several,
    or mix it with others, whose values are not known in advance. An experiment shows
    what they do: the steps are fitted once, some columns are changed, and the outputs
    that change with them depend on them.

    Parameters
    ----------
    estimator : estimator
        Its steps are cloned before they are fitted.
    table : Table
    y : array-like of shape (n_rows,) or (n_rows, n_outputs)
        Passed to the steps, as a Pipeline does.
    layout : Layout
        Says which columns are known in advance, and which of them steps create.
    horizon : int
        Of the windower.

    Returns
    -------
    columns : list of str or int
        Names, or positions if a step returns an array. Only those that change with
        columns known in advance and with nothing else.
    lost : list of int
        The positions of columns in the table that change neither these nor created
        ones.
    names : list
        All columns that the windower gets.

    Raises
    ------
    ValueError
        If a created column depends on values that are not known in advance.
    """
    cells, positions = table.cells, layout.future_columns
    steps = next(iter(steps_before_windowers(estimator)), [])
    steps = [step for step in steps if not is_passthrough(step)]
    if all(type(step) in SCALERS for step in steps):
        names = names_of_columns(cells)
        return [names[n] for n in sorted(positions)], [], names
    as_frames = isinstance(estimator, Pipeline)
    steps, outputs = fit_steps(steps, cells, y, as_frames=as_frames)
    names = names_of_columns(outputs)
    cells, outputs = with_varied_constants(steps, cells, outputs)
    n_rows, changed = len(cells), partial(changed_cells, steps, cells, outputs)
    # The values of the row before change every output that varies with one column.
    before = np.arange(n_rows) - 1
    # Values drawn with replacement change means and other summaries, too.
    drawn = np.random.default_rng(0).integers(n_rows, size=n_rows)
    unknown = [n for n in range(np.shape(cells)[1]) if n not in positions]
    experiments = [(rows, changed(unknown, rows)) for rows in (before, drawn)]
    of_unknown = set().union(*(outputs_in(cells) for _, cells in experiments))
    created = {n for n, name in enumerate(names) if name in layout.created_columns}
    by_unknown, tested = partial(changed, unknown), created & of_unknown
    found = depends_on_later(by_unknown, experiments, table, tested, horizon)
    if found:
        raise_not_known_in_advance([names[n] for n in found], horizon)
    if any(cells is None for _, cells in experiments):
        of_unknown = set(range(len(names)))  # no output counts as known in advance
    of_positions = {n: outputs_in(changed([n], before)) for n in positions}
    known = sorted(set().union(*of_positions.values()) - of_unknown)
    not_known = of_unknown - created
    lost = [n for n, outputs in of_positions.items() if not outputs - not_known]
    return [names[n] for n in known], lost, names


def depends_on_later(changed, experiments, table, outputs, horizon):
    """Find outputs that depend on values not known when their row is forecast.

    Outputs may depend on rows that are at least the horizon earlier than their own,
    such as a lag of the target: these are known by then.

    Parameters
    ----------
    changed : callable
        `changed_cells` of the columns that are not known in advance.
    experiments : list of (rows, cells)
        Rows from which these columns get their values, and what then changes.
    table : Table
    outputs : set of int
        Those that change with these columns.
    horizon : int
        Of the windower.
    """
    times, series = table.axis.with_shared_steps().steps, table.axis.series
    # Steps often fill the first rows of a lag from later ones.
    is_tested = 3 * table.rows_in_series >= table.axis.count_rows()[series]
    found = set()
    for rows, cells in experiments:
        for output in [] if cells is None else sorted(outputs - found):
            affected = np.flatnonzero(cells[:, output] & is_tested)
            picked = np.linspace(0, len(affected) - 1, min(len(affected), N_ROWS))
            for row in affected[picked.astype(int)]:
                is_later = times > times[row] - horizon
                by_later = changed(np.where(is_later, rows, np.arange(len(rows))))
                if by_later is None or by_later[times <= times[row], output].any():
                    found.add(output)
                    break
    return sorted(found)


def raise_not_known_in_advance(names, horizon):
    """Raise an error for columns created from values that are not known in advance."""
    raise ValueError(
        f"future_columns lists {listed(names, most=20)}, but a step of the pipeline "
        "computes such columns from values that are not known in advance, so windows "
        "would contain the value to predict, or others that become known only later. "
        "Leave them out of future_columns, or compute them only from future columns, "
        f"from the index, or from rows at least {counted(horizon, 'step')} earlier."
    )


def fit_steps(steps, cells, y, *, as_frames):
    """Fit clones of steps, as `fit` of the forecaster will do; return them and outputs.

    Outputs are a frame, an array or a sparse matrix.
    """
    fitted = []
    for step in map(clone, steps):
        if as_frames and is_pandas(cells):
            return_frames(step)
        # Steps may modify their input in place, some even that of a shallow copy.
        fitted.append(step.fit(deepcopy(cells), y))
        cells = step.transform(deepcopy(cells))
        check_is_table(cells, step)
    return fitted, cells


def check_is_table(outputs, step):
    """Raise if a step returns no table, like a function without ``return``."""
    if len(np.shape(outputs)) != 2:
        shape = f"{type(outputs).__name__} of shape {np.shape(outputs)}"
        got = "None" if outputs is None else shape
        raise ValueError(
            "Steps before the windower must return a table of shape (n_rows, "
            f"n_columns), but {step!r} returns {got}. A function must return the "
            "table; return a single column as a frame, such as table[['price']]."
        )


@hides(UserWarning)
def with_varied_constants(steps, cells, outputs):
    """Give constant columns a second value, because a constant may hide a dependence.

    The product of a column and a column of zeros does not depend on the first.
    `outputs` is what the steps return for the cells. Cells and outputs are returned
    unchanged if a step, such as an encoder, does not accept the second value.
    """
    columns = [column_values(cells, n) for n in range(np.shape(cells)[1])]
    constant = {
        n: values
        for n, values in enumerate(columns)
        if values.dtype.kind in "biuf" and (values == values[0]).all()
    }
    if not constant:
        return cells, outputs
    varied, is_odd = deepcopy(cells), np.arange(len(cells)) % 2 == 1
    for n, values in constant.items():
        second = ~values if values.dtype.kind == "b" else values + 1
        _set_column(varied, n, np.where(is_odd, second, values))
    with suppress(Exception):  # whatever a step raises for values it does not accept
        of_varied = transformed(steps, deepcopy(varied))
        if np.shape(of_varied) == np.shape(outputs):
            return varied, of_varied
    return cells, outputs


@hides(UserWarning)
def changed_cells(steps, cells, outputs, columns, rows):
    """Return which cells of outputs change when columns get the values of other rows.

    `outputs` is what the fitted steps return for the cells. The result is None if they
    do not accept the other values.
    """
    other = deepcopy(cells)
    for n in columns:
        moved = cells.iloc[rows, n].array if is_pandas(cells) else cells[rows, n]
        _set_column(other, n, moved)
    with suppress(Exception):  # whatever a step raises for values it does not accept
        again = transformed(steps, other)
        if np.shape(again) == np.shape(outputs):
            numbers = range(np.shape(outputs)[1])
            return np.stack([_differ(outputs, again, n) for n in numbers], axis=1)
    return None


def outputs_in(changed):
    """Return the numbers of the outputs that change; none if nothing is known."""
    return set() if changed is None else set(np.flatnonzero(changed.any(axis=0)))


def transformed(steps, cells):
    """Return what fitted steps return for cells, which they may write into."""
    for step in steps:
        cells = step.transform(cells)
    return cells


def _set_column(cells, number, values):
    """Replace a column of a frame or an array, in place."""
    if is_pandas(cells):
        cells.isetitem(number, values)
    else:
        cells[:, number] = values


def _differ(one, other, number):
    """Return which rows of a column differ between two tables; NaN equals NaN."""
    one, other = (_column(table, number) for table in (one, other))
    is_equal = np.array(one == other, dtype=bool)
    are_nan = np.not_equal(one, one) & np.not_equal(other, other)
    return ~(is_equal | are_nan.astype(bool))


def _column(table, number):
    """Return a column as an array, in which NaN differs from itself."""
    if is_pandas(table):
        values = table.iloc[:, number]
        if values.dtype.kind in "biuf" and isinstance(values.dtype, np.dtype):
            return values.to_numpy()
        values = values.astype(object)
        return values.where(values.notna(), np.nan).to_numpy()
    return (table.toarray() if issparse(table) else np.asarray(table))[:, number]


def names_of_columns(cells):
    """Return the names of the columns, or their numbers if they have none."""
    return list(cells.columns if is_pandas(cells) else range(np.shape(cells)[1]))


def warn_about_lost_columns(lost, names):
    """Warn if columns that should be known in advance are not known at the windower.

    `names` are all columns that the windower gets.
    """
    if lost:
        warn_user(
            f"future_columns lists {listed(lost, most=20)}, but no column that the "
            "windower gets is known to depend on future columns alone, so the forecast "
            "uses the values up to the last known row only. The windower gets "
            f"{listed(names, most=20)}. If some of these are known in advance, pass "
            "frames and add their names to future_columns. Otherwise apply the step to "
            "future columns alone, in a ColumnTransformer."
        )
