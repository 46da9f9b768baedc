"""Which rows a copy of a forecaster is fitted on, and which it forecasts."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._forecasting.pipeline.windower_steps import window_span


def split_latest(table, fraction, n_ahead):
    """Split the rows of each series into training rows of the clone and origins.

    Returns
    -------
    early : ndarray of int
        Numbers of the rows to fit on.
    is_origin : ndarray of bool of shape (n_rows,)
        Rows from which `n_ahead` steps are forecast.
    """
    n_rows, n_latest = count_latest(table, fraction, n_ahead)
    from_end = n_rows - table.rows_in_series
    early = np.flatnonzero(from_end > n_latest)
    if not len(early):
        raise ValueError(
            f"Prediction intervals of {counted(n_ahead, 'step')} need forecasts of the "
            f"latest rows from the rows before them. With calibration_fraction="
            f"{fraction} the latest {counted(n_latest.max(), 'row')} are forecast, but "
            f"the longest series has {counted(n_rows.max(), 'row')}. Give more "
            "rows, or use a shorter horizon or a smaller calibration_fraction."
        )
    # The last row of the earlier part is the first origin.
    return early, from_end <= n_latest + 1


def count_latest(table, fraction, n_ahead):
    """Return, for each row, how many rows and how many latest rows its series has."""
    n_rows = table.axis.count_rows()[table.axis.series]
    # The steps of the last origin end with the last row.
    return n_rows, np.ceil(fraction * n_rows).astype(int) + n_ahead - 1


def rows_ahead(table, n_ahead):
    """Return the n_ahead rows that follow each row, -1 where one is missing."""
    return np.stack([table.ahead(n + 1) for n in range(n_ahead)], axis=1)


def how_to_get_errors(fitted, needed, n_ahead):
    """Return how to get the needed number of errors for each of n_ahead steps.

    The advice names the smallest sufficient calibration_fraction, in percent.
    """
    table, n_window = fitted.fitted_table, window_span(fitted.estimator) + 1
    is_followed = (rows_ahead(table, n_ahead) >= 0).all(axis=1)
    for fraction in np.arange(1, 100) / 100:
        n_rows, n_latest = count_latest(table, fraction, n_ahead)
        if (n_rows - n_latest).max() < n_window:
            break  # too few rows to fit on
        _, is_origin = split_latest(table, fraction, n_ahead)
        if np.count_nonzero(is_origin & is_followed) >= needed:
            return (
                "Use a lower coverage, or fit the forecaster again with "
                f"calibration_fraction={fraction:g} (at least; it is "
                f"{fitted.calibration_fraction:g}) or with more rows."
            )
    return (
        "Use a lower coverage, or fit the forecaster again with more rows: no larger "
        "calibration_fraction leaves enough rows to fit on."
    )
