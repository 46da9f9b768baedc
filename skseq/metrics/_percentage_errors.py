"""Errors relative to the true values."""

import numpy as np
from sklearn.metrics import make_scorer
from sklearn.utils._param_validation import validate_params

from skseq.metrics._checks import FORECAST_PARAMETERS, check_forecasts, divide_errors


@validate_params(FORECAST_PARAMETERS, prefer_skip_nested_validation=True)
def weighted_absolute_percentage_error(
    y_true, y_pred, *, sample_weight=None, multioutput="uniform_average"
):
    """Sum of absolute errors, divided by the sum of absolute values (WAPE).

    Also known as the MAD/mean ratio [1]_. Unlike the mean absolute percentage error, it
    is finite if some values of y_true are zero, and values near zero do not dominate
    it.

    With a two-level index (series, time) it is the mean of the errors of all series, so
    that small series count as much as large ones. To divide the sum of all errors by
    the sum of all values, pass arrays: ``y_true.to_numpy(), y_pred.to_numpy()``.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of both errors and values. Weight 0 leaves a row out;
        ``windower.complete_windows(X)`` gives such weights.
    multioutput : {"raw_values", "uniform_average"} or array-like of shape \
            (n_outputs,), default="uniform_average"
        "raw_values" returns one error per output, "uniform_average" their mean, and
        an array of weights their weighted mean.

    Returns
    -------
    error : float or ndarray of float of shape (n_outputs,)
        A fraction, not percent; 0 is best. If all true values are zero, it is 0 for a
        perfect forecast and infinity for any other forecast.

    Raises
    ------
    ValueError
        If shapes differ, or if a value is not finite.

    References
    ----------
    .. [1] S. Kolassa and W. Schütz, "Advantages of the MAD/MEAN ratio over the MAPE",
       Foresight 6, 2007, pp. 40-43.

    Examples
    --------
    >>> from skseq.metrics import weighted_absolute_percentage_error
    >>> round(weighted_absolute_percentage_error([0, 10, 30], [2, 8, 30]), 3)
    0.1
    """
    true, (pred,), average = check_forecasts(
        y_true, {"y_pred": y_pred}, sample_weight, multioutput
    )

    def errors_of(rows, weights, _):
        errors = np.average(np.abs(true[rows] - pred[rows]), axis=0, weights=weights)
        # Both use the weights, so that a row with weight 0 is left out of both sums.
        sizes = np.average(np.abs(true[rows]), axis=0, weights=weights)
        return divide_errors(errors, sizes)

    return average(errors_of)


neg_weighted_absolute_percentage_error = make_scorer(
    weighted_absolute_percentage_error, greater_is_better=False
)
"""Scorer for ``scoring=``: the negative weighted absolute percentage error."""
