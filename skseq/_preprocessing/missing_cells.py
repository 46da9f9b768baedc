"""Check that the windows of a table contain no cell that is NaN."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.cutting import cells_in_windows, shorten_gaps
from skseq._series.passed_rows import is_called_by_forecaster
from skseq._validation.tables import DROP_OR_FILL_ROWS, check_cells

BY_OTHER_ROWS = (
    "if a step of the Pipeline computes the column from earlier rows (a rolling mean, "
    "a lag)"
)
OTHERWISE = f"Otherwise {DROP_OR_FILL_ROWS}"


def check_no_nan(windower, X, rows):
    """Raise if the rows of a table to fit contain NaN."""
    missing = np.isnan(rows)
    advice = DROP_OR_FILL_ROWS
    if _begins_missing(missing, missing):
        advice = (
            f"{BY_OTHER_ROWS}, compute it before the Pipeline, or use "
            "SequenceForecaster. Filled first rows would be wrong in predict, where "
            f"the step gets only the rows passed to predict. {OTHERWISE}"
        )
    check_cells(windower, X, rows, missing, advice)


def check_no_nan_in_windows(windower, X, rows, known):
    """Raise if the window of a row to transform contains a cell that is NaN.

    ``rows`` are the values of X, and ``known`` is the RowsWithHistory of the call.
    """
    missing = np.isnan(rows)
    if not missing.any():
        return
    horizon, axis = windower._fitted_horizon, known.axis_of_call
    lags = np.full(rows.shape[1], horizon)
    lags[windower._fitted_future] = 0
    in_windows = np.empty(rows.shape, dtype=bool)
    in_windows[axis.by_series] = cells_in_windows(
        shorten_gaps(axis.joined_steps[axis.by_series], windower._span),
        time_steps=windower._fitted_time_steps,
        lags=lags,
    )
    invalid = missing & in_windows
    if _begins_missing(missing, invalid) and not known.has_no_past.any():
        advice = (
            f"{BY_OTHER_ROWS}, the step gets only the rows passed to predict, not "
            "those of fit. Pass the rows before them as well, compute the column "
            f"before the Pipeline, or use SequenceForecaster. {OTHERWISE}"
        )
    else:
        advice = DROP_OR_FILL_ROWS
        if horizon > 0:
            advice += (
                f". With horizon={horizon} the last {counted(horizon, 'row')} may "
                "contain NaN or any number, because no window contains them; "
                "future_columns need their values. To forecast more steps ahead, fit "
                "with a larger horizon"
            )
    check_cells(windower, X, rows, invalid, advice)


def _begins_missing(missing, invalid):
    """Return whether the column of the first invalid cell is missing from row 0 on.

    False if all cells are missing, as in rows to forecast, and in a forecaster, whose
    steps get all known rows.
    """
    if not invalid.any() or missing.all() or is_called_by_forecaster():
        return False
    row, column = np.argwhere(invalid)[0]
    return missing[: row + 1, column].all()
