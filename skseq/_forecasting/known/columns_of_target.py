"""Check whether columns of X contain the target itself, in the units of y.

The windower compares its columns with the target as the pipeline gets it, which may be
a logarithm or without its season.
"""

from weakref import WeakKeyDictionary

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.known.layout import column_values
from skseq._preprocessing.column_check import ColumnCheck
from skseq.exceptions import LaggedTargetWarning

_checked_steps = WeakKeyDictionary()
"""For how many steps the future columns of a table were checked: a backtest forecasts
from many origins after one fit."""


def check_columns_of_target(table, layout, horizon):
    """Raise or warn if a column of X contains values to predict.

    A column known in advance must not contain the target from fewer than `horizon`
    rows earlier. Any other column must not contain the target of a later row. A scaled
    target counts as well. There is only a warning if a column nearly equals such a
    target, or if y seems to have been shifted by hand.

    Returns
    -------
    is_warned_about : bool
        Whether a column nearly contains the values to predict.
    """
    check, future, others = compare_with_target(table, layout, horizon)
    # Windows contain future columns up to the last step, and others up to the origin.
    groups = [(future, 0), (others, horizon)]
    for group in groups:
        check.raise_if_visible(*group)
    if others and not layout.doubled:  # a target that X contains was not shifted
        warn_about_shifted_target(check, others, horizon)
    return any([check.warn_if_nearly_visible(*group) for group in groups])


def check_future_columns(table, layout, n_steps):
    """Raise if a future column equals the target fewer than n_steps rows before.

    A recursive forecaster may forecast more steps than its horizon, but in fit the
    columns were checked for the horizon only.
    """
    if n_steps > _checked_steps.get(table, 0):
        check, future, _ = compare_with_target(table, layout, n_steps)
        check.raise_if_visible(future, 0)
        _checked_steps[table] = n_steps


def compare_with_target(table, layout, n_steps):
    """Prepare the comparison of the columns of X with the target.

    Return a `ColumnCheck` of those that contain numbers, and the positions among these
    of the columns that are known in advance and of all others.
    """
    positions = layout.positions
    values = {p: column_values(table.cells, positions[p]) for p in layout.others}
    numeric = [p for p in layout.others if values[p].dtype.kind in "biuf"]
    columns = np.empty((len(table), 0), dtype=table.targets.dtype)
    if numeric:
        columns = np.column_stack([values[p] for p in numeric])
        columns = columns.astype(np.result_type(columns, np.float32))
    columns[~np.isfinite(columns)] = np.nan  # steps of the pipeline may fill them
    check = ColumnCheck(
        columns,
        table.targets,
        table.axis,
        [layout.labels[p] for p in numeric],
        n_predicted=n_steps,
        is_in_forecaster=True,
    )
    future = [n for n, p in enumerate(numeric) if p in layout.future_positions]
    others = [n for n, p in enumerate(numeric) if p not in layout.future_positions]
    return check, future, others


def warn_about_shifted_target(check, others, horizon):
    """Warn if a column contains y some rows earlier, as if y had been shifted by hand.

    `others` are the positions of the columns that are not known in advance.
    """
    lags = {c: lag for c, lag in check.lags_of_columns.items() if c in others}
    if not lags or min(lags.values()) == 0:
        return
    column, lag = min(lags.items(), key=lambda item: item[1])
    name, rows = check.names[column], counted(lag, "row")
    or_list = f", or list it in future_columns=[{name!r}]" if lag >= horizon else ""
    warn_user(
        f"Column {name!r} of X already contains y {rows} earlier, as after a shift. If "
        f"y was shifted, such as by y = X[{name!r}].shift(-{lag}), forecasts are "
        f"labelled {rows} too early: do not shift y, and set horizon to the number of "
        "steps ahead. If the column is a lag of y, drop it, because windows contain "
        f"the past of y{or_list}.",
        LaggedTargetWarning,
    )
