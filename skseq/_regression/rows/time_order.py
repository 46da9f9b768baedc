"""Warn if rows are not in the order of time."""

from skseq._estimator.warnings import warn_user
from skseq._series.row_order import count_backward
from skseq.exceptions import LaggedTargetWarning


def warn_about_order(rows):
    """Warn that rows, of a table or of windows cut by hand, are not in time order."""
    not_found = (
        "The target's past is therefore not found in X (by default there is no "
        "normalization, persistence, linear forecast or early stopping), the latest "
        "rows cannot be held out, and predictions may be poor."
    )
    windows = rows.windows
    if windows.time_steps == 1:  # no numbers, so that folds share one warning
        message = (
            "The index is unsorted, perhaps because a split shuffled the rows, so "
            f"their order in time is unknown. {not_found} If the rows are a series, "
            "sort X and y by index, and use train_test_split(..., shuffle=False) and "
            "TimeSeriesSplit. If they are independent of each other, renumber them: "
            "reset_index(drop=True)."
        )
    else:
        message = (
            f"The windows of X seem to be out of time order: {count_backward(windows)} "
            f"of {len(windows)} end with the first steps of a window earlier in X. "
            f"{not_found} Pass windows oldest first: use train_test_split(..., "
            "shuffle=False) and TimeSeriesSplit. Shuffled windows also overlap with "
            "those of the test set."
        )
        if rows.reversed_steps:
            message += (
                " If rows are oldest first, the steps of each window are newest first, "
                "such as lag 1, lag 2, and so on: reverse them with X[:, ::-1]."
            )
        message += (
            " If the windows are independent sequences whose steps are equal by "
            "chance, ignore this warning."
        )
    warn_user(message, LaggedTargetWarning)
