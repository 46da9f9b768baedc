"""Which rows a copy of a forecaster is fitted on, and which are forecast."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._forecasting.intervals.conformal import largest_coverage
from skseq._forecasting.pipeline.windower_steps import window_span
from skseq._series.lagged_target import MIN_COMPARED

MIN_STEPS = MIN_COMPARED + 1
"""Minimum number of rows before the horizon to find the past of y in windows."""


def rows_before_latest(table, fraction, n_ahead):
    """Return the numbers of the rows that the copy of the forecaster is fitted on.

    The last row of each series among them is the first origin.
    """
    n_rows, n_latest = count_latest(table, fraction, n_ahead)
    early = np.flatnonzero(n_rows - table.rows_in_series > n_latest)
    if not len(early):
        raise ValueError(
            f"Prediction intervals of {counted(n_ahead, 'step')} need forecasts of the "
            f"latest rows from the rows before them. With calibration_fraction="
            f"{fraction} the latest {counted(n_latest.max(), 'row')} are forecast, but "
            f"the longest series has {counted(n_rows.max(), 'row')}. Give more "
            "rows, or use a shorter horizon or a smaller calibration_fraction."
        )
    return early


def are_latest(table, fraction, n_ahead):
    """Return which rows are origins if the `n_ahead` rows after them are known."""
    n_rows, n_latest = count_latest(table, fraction, n_ahead)
    return n_rows - table.rows_in_series <= n_latest + 1


def count_latest(table, fraction, n_ahead):
    """Return, for each row, how many rows and how many latest rows its series has."""
    n_rows = table.axis.count_rows()[table.axis.series]
    # The steps of the last origin end with the last row.
    return n_rows, np.ceil(fraction * n_rows).astype(int) + n_ahead - 1


def count_errors(table, fraction, n_ahead):
    """Return how many forecasts of `n_ahead` known rows the latest origins have."""
    is_followed = (rows_ahead(table, n_ahead) >= 0).all(axis=1)
    return np.count_nonzero(are_latest(table, fraction, n_ahead) & is_followed)


def rows_ahead(table, n_ahead):
    """Return the n_ahead rows that follow each row, -1 where one is missing."""
    return np.stack([table.ahead(n + 1) for n in range(n_ahead)], axis=1)


def explain_long_windows(fitted, early, n_ahead):
    """Say that the rows of the copy are too few for a window, and what to do.

    Return "" if they are enough.
    """
    horizon, time_steps = fitted.strategy.windower_horizon, fitted.time_steps
    n_early = int(early.axis.count_rows().max())
    if n_early >= time_steps + horizon:
        return ""
    remedies = ["Pass more rows"]
    if n_early >= MIN_STEPS + horizon:
        # Half of the windows of the longest series are then complete.
        shorter, code = (n_early - horizon) // 2, ""
        if fitted.default_estimator is not None:
            code = f" ({fitted.default_estimator.shorter_windows_code(shorter)})"
        remedies.append(f"use windows of at most {counted(shorter, 'step')}{code}")
    table = fitted.fitted_table
    n_rows = int(table.axis.count_rows().max())
    n_origins = n_rows - (n_ahead - 1) - max(time_steps, MIN_STEPS) - horizon
    percent = 100 * n_origins // n_rows
    if percent > 0:
        n_errors = count_errors(table, percent / 100, n_ahead)
        remedies.append(
            f"use a calibration_fraction of at most {percent / 100:g}, which gives "
            f"{counted(n_errors, 'error')}, enough for intervals with a "
            f"coverage of at most {largest_coverage(n_errors):g}"
        )
    *first, last = remedies
    of_series = " of the longest series" if early.axis.n_series > 1 else ""
    return (
        f"{counted(n_early, 'row')}{of_series}, but a window of "
        f"{counted(time_steps, 'step')} and {counted(horizon, 'step')} to predict need "
        f"{time_steps + horizon}. {', '.join(first)}{', or ' if first else ''}{last}."
    )


def how_to_get_errors(fitted, needed, n_ahead):
    """Return how to get the needed number of errors for each of n_ahead steps."""
    table, n_window = fitted.table, window_span(fitted.estimator) + 1
    rows = "" if table is fitted.fitted_table else "on all known rows "
    for fraction in np.arange(1, 100) / 100:
        n_rows, n_latest = count_latest(table, fraction, n_ahead)
        if (n_rows - n_latest).max() < n_window:
            break  # too few rows to fit on
        if count_errors(table, fraction, n_ahead) >= needed:
            return (
                f"Use a lower coverage, or fit the forecaster again {rows}with "
                f"calibration_fraction={fraction:g} (at least; it is "
                f"{fitted.calibration_fraction:g}) or with more rows."
            )
    return (
        "Use a lower coverage, or fit the forecaster again with more rows: no larger "
        "calibration_fraction leaves enough rows to fit on."
    )
