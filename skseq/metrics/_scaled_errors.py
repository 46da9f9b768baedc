"""Errors divided by the error of a naive forecast on the training series."""

from numbers import Integral

import numpy as np
from sklearn.utils._param_validation import Interval, validate_params

from skseq._estimator.plurals import counted
from skseq._series.axis import TimeAxis
from skseq._series.index import time_index
from skseq._validation.numbers import check_no_masks_or_dates
from skseq.metrics._checks import (
    FORECAST_PARAMETERS,
    check_column_order,
    check_finite,
    check_forecast,
    divide_errors,
)

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
    naive forecast was in training. The metric has no units, so it can be averaged over
    series.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_train : array-like of shape (n_train_rows,) or (n_train_rows, n_outputs)
        The series that ends before the first row of y_true, oldest row first. It must
        have more than ``season_length`` rows. Where its index has gaps, only rows that
        are ``season_length`` steps of its frequency apart are compared.
    season_length : int, default=1
        Number of time steps in a season. With 1, the naive forecast is the last value.
    sample_weight : array-like of shape (n_rows,), default=None
        Weight 0 leaves a row out; ``windower.complete_windows(X)`` gives such weights.
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
        If shapes differ, if a value is not finite or beyond 1e150, or if y_train is too
        short.

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

    As a scorer, it divides by the same number in all folds, so it ranks candidates in
    the same order as the mean absolute error:

    >>> from sklearn.metrics import make_scorer
    >>> scoring = make_scorer(
    ...     mean_absolute_scaled_error,
    ...     greater_is_better=False,
    ...     y_train=[1, 3, 2, 5],
    ... )
    """
    true, pred, weights, average = check_forecast(
        y_true, y_pred, sample_weight, multioutput
    )
    check_column_order(y_true, y_train, "y_train")
    changes = seasonal_changes(y_train, season_length, n_outputs=true.shape[1])
    errors = np.average(np.abs(true - pred), axis=0, weights=weights)
    return average(divide_errors(errors, np.abs(changes).mean(axis=0)))


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
    It was the metric of the M5 competition [1]_.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_train : array-like of shape (n_train_rows,) or (n_train_rows, n_outputs)
        The series that ends before the first row of y_true, oldest row first. It must
        have more than ``season_length`` rows. Where its index has gaps, only rows that
        are ``season_length`` steps of its frequency apart are compared.
    season_length : int, default=1
        Number of time steps in a season. With 1, the naive forecast is the last value.
    sample_weight : array-like of shape (n_rows,), default=None
        Weight 0 leaves a row out; ``windower.complete_windows(X)`` gives such weights.
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
        If shapes differ, if a value is not finite or beyond 1e150, or if y_train is too
        short.

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
    true, pred, weights, average = check_forecast(
        y_true, y_pred, sample_weight, multioutput
    )
    check_column_order(y_true, y_train, "y_train")
    changes = seasonal_changes(y_train, season_length, n_outputs=true.shape[1])
    errors = np.sqrt(np.average(np.square(true - pred), axis=0, weights=weights))
    naive_errors = np.sqrt(np.square(changes).mean(axis=0))
    return average(divide_errors(errors, naive_errors))


def seasonal_changes(y_train, season_length, *, n_outputs):
    """Return the difference of each row of y_train from the row one season earlier.

    Returns
    -------
    changes : ndarray of float64 of shape (n_changes, n_outputs)

    Raises
    ------
    ValueError
        If y_train is too short, unsorted or not finite, or if its number of outputs
        differs from that of y_true.
    """
    # In Python True is an integer, so scikit-learn's constraints accept it.
    if isinstance(season_length, bool | np.bool_):
        raise ValueError(
            f"season_length must be a number of time steps; got {season_length!r}. "
            "Leave it out for series without seasonality."
        )
    # A small unsigned NumPy integer would overflow when it is negated below.
    season_length = int(season_length)
    check_no_masks_or_dates(y_train, name="y_train")
    # Raises for an unsorted index: differences of rows in any other order than that of
    # time would be meaningless.
    time_index(y_train, name="y_train")
    train = check_finite(y_train, "y_train")
    train = train.reshape(len(train), -1)
    if train.shape[1] != n_outputs:
        raise ValueError(
            f"y_train must have the same outputs as y_true; got "
            f"{counted(train.shape[1], 'output')} in y_train and {n_outputs} in "
            "y_true. Pass the same columns."
        )
    steps = TimeAxis.of(None, y_train, n_rows=len(train)).steps
    earlier = np.searchsorted(steps, steps - season_length)
    is_found = steps[earlier] == steps - season_length
    if not is_found.any():
        raise ValueError(
            f"y_train must have more rows than season_length; got "
            f"{counted(len(train), 'row')} with season_length={season_length}, none a "
            "season after another. Pass a "
            "longer series, or lower season_length."
        )
    return train[is_found] - train[earlier[is_found]]
