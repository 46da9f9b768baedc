"""Coverage of prediction intervals, and a score that also measures their width."""

from numbers import Real

import numpy as np
from sklearn.utils._param_validation import Interval, validate_params

from skseq._series.index import row_label
from skseq.metrics._checks import FORECAST_PARAMETERS, check_forecasts

INTERVAL_PARAMETERS = {
    name: rule for name, rule in FORECAST_PARAMETERS.items() if name != "y_pred"
} | {"y_lower": ["array-like"], "y_upper": ["array-like"]}


@validate_params(INTERVAL_PARAMETERS, prefer_skip_nested_validation=True)
def interval_coverage(
    y_true, y_lower, y_upper, *, sample_weight=None, multioutput="uniform_average"
):
    """Fraction of the true values that lie inside their prediction intervals.

    Compare it with the coverage that was requested. A lower fraction means that the
    intervals are too narrow. A higher fraction is not better, because the intervals are
    then too wide: see :func:`interval_score`, which measures the width as well.

    With a two-level index (series, time) it is the mean of the fractions of all series.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_lower, y_upper : array-like of the shape of y_true
        Lower and upper bounds of the intervals. The bounds count as inside.
    sample_weight : array-like of shape (n_rows,), default=None
        Weight 0 leaves a row out; ``windower.complete_windows(X)`` gives such weights.
    multioutput : {"raw_values", "uniform_average"} or array-like of shape \
            (n_outputs,), default="uniform_average"
        "raw_values" returns one fraction per output, "uniform_average" their mean, and
        an array of weights their weighted mean.

    Returns
    -------
    coverage : float or ndarray of float of shape (n_outputs,)
        Between 0 and 1.

    Raises
    ------
    ValueError
        If shapes differ, if a value is not finite, or if y_lower is above y_upper in a
        row.

    See Also
    --------
    interval_score : Coverage and width in one number.

    Examples
    --------
    >>> from skseq.metrics import interval_coverage
    >>> interval_coverage([3, 5, 8, 9], [2, 4, 4, 8], [6, 6, 6, 9])
    0.75
    """
    true, lower, upper, mean_of = check_intervals(
        y_true, y_lower, y_upper, sample_weight, multioutput
    )
    return mean_of((lower <= true) & (true <= upper))


@validate_params(
    INTERVAL_PARAMETERS | {"coverage": [Interval(Real, 0, 1, closed="neither")]},
    prefer_skip_nested_validation=True,
)
def interval_score(
    y_true,
    y_lower,
    y_upper,
    *,
    coverage,
    sample_weight=None,
    multioutput="uniform_average",
):
    """Mean width of prediction intervals, plus a penalty for values outside them.

    Also known as the Winkler score [1]_. The penalty is the distance to the interval,
    multiplied by 2 / (1 - coverage). On average the score is lowest for the interval
    between the true quantiles (1 - coverage) / 2 and (1 + coverage) / 2. Intervals that
    are wider or narrower have a higher score [2]_.

    With a two-level index (series, time) it is the mean of the scores of all series. It
    is in the units of y, so series of large values dominate.

    Parameters
    ----------
    y_true, y_lower, y_upper, sample_weight, multioutput
        As in :func:`interval_coverage`.
    coverage : float
        Coverage that was requested, such as 0.8; between 0 and 1, exclusive.

    Returns
    -------
    score : float or ndarray of float of shape (n_outputs,)
        In the units of y; lower is better.

    Raises
    ------
    ValueError
        If shapes differ, if a value is not finite, or if y_lower is above y_upper in a
        row.

    See Also
    --------
    interval_coverage : Fraction of values inside the intervals.
    sklearn.metrics.mean_pinball_loss : Score of one quantile. The interval score is 2 /
        (1 - coverage) times the sum of the losses of both bounds.

    References
    ----------
    .. [1] R. L. Winkler, "A decision-theoretic approach to interval estimation",
       Journal of the American Statistical Association 67(337), 1972, pp. 187-191.
    .. [2] T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction,
       and estimation", Journal of the American Statistical Association 102(477), 2007,
       pp. 359-378, section 6.2.

    Examples
    --------
    >>> from skseq.metrics import interval_score
    >>> interval_score([3, 5, 8], [2, 4, 4], [6, 6, 6], coverage=0.75)
    8.0

    The columns of a forecast with intervals:

    >>> import pandas as pd
    >>> forecast = pd.DataFrame(
    ...     {"prediction": [4, 5, 5], "lower_0.75": [2, 4, 4], "upper_0.75": [6, 6, 6]}
    ... )
    >>> interval_score(
    ...     [3, 5, 8], forecast["lower_0.75"], forecast["upper_0.75"], coverage=0.75
    ... )
    8.0
    """
    true, lower, upper, mean_of = check_intervals(
        y_true, y_lower, y_upper, sample_weight, multioutput
    )
    outside = np.maximum(lower - true, 0) + np.maximum(true - upper, 0)
    return mean_of(upper - lower + 2 / (1 - coverage) * outside)


def check_intervals(y_true, y_lower, y_upper, sample_weight, multioutput):
    """Convert true values and the bounds of intervals, as `check_forecasts` does.

    Also return a function that averages values of the rows, like `average` there.
    """
    bounds = {"y_lower": y_lower, "y_upper": y_upper}
    true, (lower, upper), average = check_forecasts(
        y_true, bounds, sample_weight, multioutput
    )
    is_wrong = (lower > upper).any(axis=1)
    if is_wrong.any():
        row = int(is_wrong.argmax())
        raise ValueError(
            "y_lower must be at most y_upper, but it is above it in "
            f"{is_wrong.sum()} of {len(true)} rows. In the first, row "
            f"{row_label(y_true, row)}, y_lower is {lower[row]} and y_upper is "
            f"{upper[row]}. Pass the lower bounds first."
        )

    def mean_of(values):
        return average(
            lambda rows, weights, _: np.average(values[rows], axis=0, weights=weights)
        )

    return true, lower, upper, mean_of
