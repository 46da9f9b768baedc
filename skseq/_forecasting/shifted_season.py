"""A warning about seasons that are shifted within windows, which count rows."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._forecasting.target.log_choice import changes_grow_with_level
from skseq._forecasting.target.seasonal_indices import has_clear_season


def warn_about_shifted_season(fitted, table, n_steps):
    """Warn if a season that a forecast must find in its windows is shifted there.

    After a holiday without a row, a half day or a clock change, the same step of a
    window is another weekday or hour. A season that is removed follows the calendar.
    The table contains the latest known rows and those to forecast.
    """
    season = fitted.transform.season_length
    is_removed = fitted.transform.is_deseasonalized
    if season == 1 or is_removed.all():
        return
    steps, series = table.axis.steps, table.axis.series
    known = fitted.table
    ends = known.axis.steps[known.last_rows_of(series)]
    # A shift is between two rows, and windows contain both.
    is_read = np.append(-1, steps[:-1]) > ends - fitted.time_steps
    is_shifted = is_read & (steps <= ends + n_steps)
    is_shifted &= table.season_shifts % season != 0
    is_shifted &= ~is_removed.all(axis=1)[series]
    if not is_shifted.any() or _has_calendar(fitted, season):
        return
    is_left = has_clear_season(known, season)
    is_left &= ~is_removed[: known.axis.n_series]
    is_shifted &= is_left.any(axis=1)[series]
    if is_shifted.any():
        grows = changes_grow_with_level(known, season) & is_left
        needs_log = grows & ~fitted.transform.is_log[: known.axis.n_series]
        _warn(table, is_shifted, ends, season, needs_log=needs_log.any())


def _has_calendar(fitted, season):
    """Return whether the pipeline knows the step of the season from a future column.

    Columns that a step of the pipeline creates may be computed from the index.
    """
    layout, table = fitted.layout, fitted.table
    phases = table.axis.season_steps % season
    for position in layout.future_columns:
        column = table.cells.iloc[:, position]
        by_phase = column.groupby(phases).nunique()
        if (by_phase == 1).all() and column.nunique() > 1:
            return True
    return bool(layout.created_columns)


def _warn(table, is_shifted, ends, season, *, needs_log):
    axis, row = table.axis, int(is_shifted.argmax())
    where = " in the latest windows"
    if axis.steps[row] > ends[row]:
        where = " within the steps to forecast"
    of_series = "The season"
    if axis.names is not None:
        n_such = len(np.unique(axis.series[is_shifted]))
        of_series = f"In {n_such} of {len(table.last_rows)} series, the season"
        where = f", for example{where} of series {axis.names[axis.series[row]]}"
    n_rows = int(axis.steps[row] - axis.steps[row - 1])
    n_season = n_rows + int(table.season_shifts[row])
    log = ""
    if needs_log:
        log = ", and with log=True, because changes of y grow with its level"
    warn_user(
        f"{of_series} of {season} steps is shifted{where}: from "
        f"{axis.labels[row - 1]} to {axis.labels[row]} it advances by "
        f"{counted(n_season, 'step')}, but windows by {n_rows}, as after a holiday "
        "without a row, a half day or a clock change. Forecasts may therefore be those "
        "of another hour or weekday. Fit again with deseasonalize=True, which follows "
        f"the calendar{log}."
    )
