"""Errors divided by the error of a naive forecast on the training series."""

from numbers import Integral

import numpy as np
from sklearn.utils._param_validation import Interval, validate_params

from skseq._estimator.plurals import counted
from skseq._series.axis import TimeAxis
from skseq._validation.tables import check_same_order, column_names
from skseq.metrics._checks import (
    FORECAST_PARAMETERS,
    check_finite,
    check_forecasts,
    divide_errors,
)
from skseq.metrics._series import rows_by_series, training_rows_by_series

SCALED_PARAMETERS = FORECAST_PARAMETERS | {
    "y_train": ["array-like"],
    "season_length": [Interval(Integral, 1, None, closed="left")],
}


@validate_params(SCALED_PARAMETERS, prefer_skip_nested_validation=True)
def mean_absolute_scaled_error(
    y_true,
    y_pred,
    *,
    y_train,
    season_length=1,
    sample_weight=None,
    multioutput="uniform_average",
):
    """Mean absolute error, divided by that of a naive forecast in training (MASE).

    The naive forecast is the value one season earlier. Its mean absolute error on the
    training series is the divisor [1]_. Below 1, the forecast is more accurate than the
    naive forecast was in training.

    With a two-level index (series, time) it is the mean of the errors of all series,
    each divided by the error of the naive forecast on its own training rows.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_train : array-like of shape (n_train_rows,) or (n_train_rows, n_outputs)
        The series that ends before the first row of y_true, oldest row first. It must
        have more than ``season_length`` rows. Where its index has gaps, only rows that
        are ``season_length`` steps of its frequency apart are compared. If y_true has a
        two-level index (series, time), y_train must have one too, and contain all
        series of y_true.
    season_length : int, default=1
        Number of time steps in a season. With 1, the naive forecast is the last value.
    sample_weight : array-like of shape (n_rows,), default=None
        Weight 0 leaves a row out; ``windower.complete_windows(X)`` gives such weights.
        All series have the same weight in the mean, whatever the weights of rows.
    multioutput : {"raw_values", "uniform_average"} or array-like of shape \
            (n_outputs,), default="uniform_average"
        "raw_values" returns one error per output, "uniform_average" their mean, and
        an array of weights their weighted mean.

    Returns
    -------
    error : float or ndarray of float of shape (n_outputs,)
        0 is best. If the naive forecast made no error in training, it is 0 for a
        perfect forecast and infinity for any other forecast.

    Raises
    ------
    ValueError
        If shapes differ, if a value is not finite, or if y_train is too short or lacks
        a series.

    See Also
    --------
    root_mean_squared_scaled_error : With squared errors.
    skill_score : Compares with naive forecasts on the same rows.

    References
    ----------
    .. [1] R. J. Hyndman and A. B. Koehler, "Another look at measures of forecast
       accuracy", International Journal of Forecasting 22(4), 2006, pp. 679-688.

    Examples
    --------
    >>> from skseq.metrics import mean_absolute_scaled_error
    >>> mean_absolute_scaled_error([6, 9], [5, 7], y_train=[1, 3, 2, 5])
    0.75

    Two shops, each with its own scale:

    >>> import pandas as pd
    >>> shops = pd.MultiIndex.from_product([["A", "B"], [2024, 2025, 2026]])
    >>> sales = pd.Series([1, 3, 2, 100, 300, 200], index=shops)
    >>> train = sales.drop(2026, level=1)
    >>> test = sales.drop([2024, 2025], level=1)
    >>> mean_absolute_scaled_error(test, [3, 300], y_train=train)
    0.5

    As a scorer, it divides by the same number in all folds, so it ranks candidates in
    the same order as the mean absolute error:

    >>> from sklearn.metrics import make_scorer
    >>> scoring = make_scorer(
    ...     mean_absolute_scaled_error,
    ...     greater_is_better=False,
    ...     y_train=[1, 3, 2, 5],
    ... )
    """
    compared = y_true, y_pred, y_train, season_length
    return scaled_error(mean_absolute, *compared, sample_weight, multioutput)


@validate_params(SCALED_PARAMETERS, prefer_skip_nested_validation=True)
def root_mean_squared_scaled_error(
    y_true,
    y_pred,
    *,
    y_train,
    season_length=1,
    sample_weight=None,
    multioutput="uniform_average",
):
    """Root mean squared error, divided by that of a naive forecast (RMSSE).

    Like :func:`mean_absolute_scaled_error`, but with squared errors. It is minimized by
    the mean and not by the median, which matters if most values of a series are zero.
    It was the metric of the M5 competition [1]_. With a two-level index (series, time)
    it is the mean over series.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_train, season_length, sample_weight, multioutput
        As in :func:`mean_absolute_scaled_error`.

    Returns
    -------
    error : float or ndarray of float of shape (n_outputs,)
        0 is best. If the naive forecast made no error in training, it is 0 for a
        perfect forecast and infinity for any other forecast.

    Raises
    ------
    ValueError
        If shapes differ, if a value is not finite, or if y_train is too short or lacks
        a series.

    See Also
    --------
    mean_absolute_scaled_error : The same with absolute errors.

    References
    ----------
    .. [1] S. Makridakis, E. Spiliotis and V. Assimakopoulos, "M5 accuracy competition:
       Results, findings, and conclusions", International Journal of Forecasting 38(4),
       2022, pp. 1346-1364.

    Examples
    --------
    >>> from skseq.metrics import root_mean_squared_scaled_error
    >>> root_mean_squared_scaled_error([6, 9], [6, 5], y_train=[1, 3, 1, 3])
    1.4142...
    """
    compared = y_true, y_pred, y_train, season_length
    return scaled_error(root_mean_square, *compared, sample_weight, multioutput)


def mean_absolute(errors, weights=None):
    """Return the mean absolute error of each column."""
    return np.average(np.abs(errors), axis=0, weights=weights)


def root_mean_square(errors, weights=None):
    """Return the root mean squared error of each column."""
    return np.sqrt(np.average(np.square(errors), axis=0, weights=weights))


def scaled_error(
    size_of, y_true, y_pred, y_train, season_length, sample_weight, multioutput
):
    """Divide the errors of each series by its changes in training, and average.

    `size_of` takes errors of shape (n_rows, n_outputs) and weights, and returns one
    number per output.
    """
    true, (pred,), average = check_forecasts(
        y_true, {"y_pred": y_pred}, sample_weight, multioutput
    )
    check_same_order(
        column_names(y_train), column_names(y_true), "y_train", "in y_true"
    )
    names = rows_by_series(y_true, y_pred)
    changes = seasonal_changes(y_train, season_length, names, true.shape[1])

    def errors_of(rows, weights, name):
        errors = size_of(true[rows] - pred[rows], weights)
        return divide_errors(errors, size_of(changes[name]))

    return average(errors_of)


def seasonal_changes(y_train, season_length, names, n_outputs):
    """Return the difference of each row of y_train from the row one season earlier.

    The differences are a dict from the name of each series in y_true (None for a single
    series) to an ndarray of float64 of shape (n_changes, n_outputs).
    """
    rows = training_rows_by_series(y_train, names)
    train = check_finite(y_train, "y_train")
    train = train.reshape(len(train), -1)
    if train.shape[1] != n_outputs:
        raise ValueError(
            f"y_train must have the same outputs as y_true; got "
            f"{counted(train.shape[1], 'output')} in y_train and {n_outputs} in "
            "y_true. Pass the same columns."
        )
    axis = TimeAxis.of(None, y_train, n_rows=len(train))
    earlier, numbers = axis.rows_before(season_length), np.arange(len(train))
    changes = {}
    for name, part in rows.items():
        found = numbers[part][earlier[part] >= 0]
        if not len(found):
            of_series = "" if name is None else f" of series {name}"
            raise ValueError(
                "y_train must have more rows than season_length; got "
                f"{counted(len(numbers[part]), 'row')}{of_series} with "
                f"season_length={season_length}, and no two rows are a season apart. "
                "Pass a longer series, or lower season_length."
            )
        changes[name] = train[found] - train[earlier[found]]
    return changes
