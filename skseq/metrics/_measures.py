"""Measures of forecasts, beside those of scikit-learn and with the same signature.

What is divided by may be zero. A perfect forecast has an error of 0 then, any other an
infinite one; how far two perfect forecasts differ in skill is 0.

The pinball loss of a quantile is :func:`sklearn.metrics.mean_pinball_loss`. A measure
becomes a scorer by :func:`sklearn.metrics.make_scorer`; one is ready-made.
"""

from numbers import Integral

import numpy as np
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.utils._param_validation import Interval, StrOptions, validate_params

from skseq.metrics._checks import (
    check_forecast,
    errors_of,
    power_mean,
    ratio_of,
    seasonal_changes,
)

_FORECAST = {
    "y_true": ["array-like"],
    "y_pred": ["array-like"],
    "sample_weight": ["array-like", None],
    "multioutput": [StrOptions({"raw_values", "uniform_average"}), "array-like"],
}
_SCALED = _FORECAST | {
    "y_train": ["array-like"],
    "season": [Interval(Integral, 1, None, closed="left")],
}


@validate_params(_SCALED, prefer_skip_nested_validation=True)
def mean_absolute_scaled_error(
    y_true,
    y_pred,
    *,
    y_train,
    season=1,
    sample_weight=None,
    multioutput="uniform_average",
):
    """Mean absolute error in units of the naive rule's own error in training (MASE).

    The naive rule repeats the value of a season before; its mean absolute error over
    the training series is the unit [1]_. Below 1 the forecast errs less than the rule
    did there. The measure has no units, so it can be averaged over series.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_train : array-like of shape (n_train_rows,) or (n_train_rows, n_outputs)
        The series before the rows of y_true, oldest row first. Its rows count as
        consecutive. More than ``season`` rows.
    season : int, default=1
        Steps in a season; 1 takes the rule that repeats the last value.
    sample_weight : array-like of shape (n_rows,), default=None
        Weight 0 leaves a row out: ``windower.complete_windows(X)`` will do.
    multioutput : {"raw_values", "uniform_average"} or array-like of shape \
            (n_outputs,), default="uniform_average"
        "raw_values" gives one value for each output, "uniform_average" their mean,
        weights their weighted mean.

    Returns
    -------
    error : float or ndarray of float of shape (n_outputs,)
        0 is best. Where the training series repeats itself exactly, 0 for a perfect
        forecast and infinity for any other.

    Raises
    ------
    ValueError
        If shapes do not fit together, a value is not finite, or y_train is too short.

    See Also
    --------
    root_mean_squared_scaled_error : With squared errors.
    skill_score : Against naive forecasts of the same rows.

    References
    ----------
    .. [1] R. J. Hyndman and A. B. Koehler, "Another look at measures of forecast
       accuracy", International Journal of Forecasting 22(4), 2006, pp. 679-688.

    Examples
    --------
    >>> from skseq.metrics import mean_absolute_scaled_error
    >>> mean_absolute_scaled_error([6, 9], [5, 7], y_train=[1, 3, 2, 5])
    0.75

    As a scorer it keeps one unit in all folds, so it ranks as the mean absolute error:

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
    changes = seasonal_changes(y_train, season, n_outputs=true.shape[1])
    error = power_mean(true - pred, 1, weights)
    return average(ratio_of(error, power_mean(changes, 1)))


@validate_params(_SCALED, prefer_skip_nested_validation=True)
def root_mean_squared_scaled_error(
    y_true,
    y_pred,
    *,
    y_train,
    season=1,
    sample_weight=None,
    multioutput="uniform_average",
):
    """Root mean squared error in units of the naive rule's own in training (RMSSE).

    As :func:`mean_absolute_scaled_error`, with squared errors: it asks for the mean
    rather than the median, also where a series is mostly zero. It was the measure of
    the M5 competition [1]_.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_train : array-like of shape (n_train_rows,) or (n_train_rows, n_outputs)
        The series before the rows of y_true, oldest row first. Its rows count as
        consecutive. More than ``season`` rows.
    season : int, default=1
        Steps in a season; 1 takes the rule that repeats the last value.
    sample_weight : array-like of shape (n_rows,), default=None
        Weight 0 leaves a row out: ``windower.complete_windows(X)`` will do.
    multioutput : {"raw_values", "uniform_average"} or array-like of shape \
            (n_outputs,), default="uniform_average"
        "raw_values" gives one value for each output, "uniform_average" their mean,
        weights their weighted mean.

    Returns
    -------
    error : float or ndarray of float of shape (n_outputs,)
        0 is best. Where the training series repeats itself exactly, 0 for a perfect
        forecast and infinity for any other.

    Raises
    ------
    ValueError
        If shapes do not fit together, a value is not finite, or y_train is too short.

    See Also
    --------
    mean_absolute_scaled_error : With absolute errors.

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
    changes = seasonal_changes(y_train, season, n_outputs=true.shape[1])
    error = power_mean(true - pred, 2, weights)
    return average(ratio_of(error, power_mean(changes, 2)))


@validate_params(_FORECAST, prefer_skip_nested_validation=True)
def weighted_absolute_percentage_error(
    y_true, y_pred, *, sample_weight=None, multioutput="uniform_average"
):
    """Sum of absolute errors as a share of the sum of absolute values (WAPE).

    Also known as the ratio of MAD to mean [1]_. Unlike the mean absolute percentage
    error it stands single zeros in y_true, and does not blow up near them.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    sample_weight : array-like of shape (n_rows,), default=None
        Multiplies both errors and values. Weight 0 leaves a row out:
        ``windower.complete_windows(X)`` will do.
    multioutput : {"raw_values", "uniform_average"} or array-like of shape \
            (n_outputs,), default="uniform_average"
        "raw_values" gives one value for each output, "uniform_average" their mean,
        weights their weighted mean.

    Returns
    -------
    error : float or ndarray of float of shape (n_outputs,)
        A share, not per cent; 0 is best. Where all values are zero, 0 for a perfect
        forecast and infinity for any other.

    Raises
    ------
    ValueError
        If shapes do not fit together or a value is not finite.

    References
    ----------
    .. [1] S. Kolassa and W. Schütz, "Advantages of the MAD/MEAN ratio over the MAPE",
       Foresight 6, 2007, pp. 40-43.

    Examples
    --------
    >>> from skseq.metrics import weighted_absolute_percentage_error
    >>> weighted_absolute_percentage_error([0, 10, 30], [2, 8, 30])
    0.1
    """
    true, pred, weights, average = check_forecast(
        y_true, y_pred, sample_weight, multioutput
    )
    error = power_mean(true - pred, 1, weights)
    return average(ratio_of(error, power_mean(true, 1, weights)))


@validate_params(
    _FORECAST | {"y_naive": ["array-like", dict], "metric": [callable]},
    prefer_skip_nested_validation=True,
)
def skill_score(
    y_true,
    y_pred,
    y_naive,
    *,
    metric=mean_absolute_error,
    sample_weight=None,
    multioutput="uniform_average",
):
    """Skill: 1 - error / error of the best naive forecast on the same rows.

    0.2 says that the forecast errs by a fifth less than the best naive one [1]_; 0 that
    it does no better, and below 0 that it is not worth its cost.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_naive : array-like of the shape of y_true, or dict
        What a naive rule predicts for the same rows, such as
        :meth:`NaiveRegressor.predict` gives; a dict for several rules, by name.
    metric : callable, default=mean_absolute_error
        A measure of scikit-learn or of this module that is 0 at best and takes
        ``sample_weight`` and ``multioutput``. For one that needs more, a
        ``functools.partial``.
    sample_weight : array-like of shape (n_rows,), default=None
        Weight 0 leaves a row out, for all forecasts alike:
        ``windower.complete_windows(X)`` will do.
    multioutput : {"raw_values", "uniform_average"} or array-like of shape \
            (n_outputs,), default="uniform_average"
        Each output has its own best rule. "raw_values" gives one skill for each
        output, "uniform_average" their mean, weights their weighted mean.

    Returns
    -------
    skill : float or ndarray of float of shape (n_outputs,)
        1 is best. Where a naive forecast is perfect, 0 for another perfect one and
        minus infinity for any other.

    Raises
    ------
    ValueError
        If shapes do not fit together, a value is not finite, the dict is empty, or the
        metric gives something else than errors.

    See Also
    --------
    skseq.NaiveRegressor : Gives y_naive, on the same windows.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and
       Practice", 3rd ed., OTexts, 2021, section 5.9 (skill scores).

    Examples
    --------
    >>> from skseq.metrics import skill_score
    >>> y_true, y_pred = [13, 17, 12], [12, 16, 12]
    >>> skill_score(y_true, y_pred, {"last": [10, 13, 17], "season": [12, 14, 12]})
    0.5
    """
    true, pred, weights, average = check_forecast(
        y_true, y_pred, sample_weight, multioutput
    )
    rules = y_naive if isinstance(y_naive, dict) else {"y_naive": y_naive}
    if not rules:
        raise ValueError(
            "y_naive is an empty dict, but skill is measured against at least one "
            "naive forecast. Give the predictions of a NaiveRegressor."
        )
    error = errors_of(metric, true, pred, weights)
    best = np.min(
        [
            errors_of(
                metric,
                *check_forecast(y_true, naive, sample_weight, multioutput, name)[:3],
            )
            for name, naive in rules.items()
        ],
        axis=0,
    )
    return average(1 - ratio_of(error, best, both_zero=1.0))


neg_weighted_absolute_percentage_error = make_scorer(
    weighted_absolute_percentage_error, greater_is_better=False
)
"""Scorer for ``scoring=``: minus the weighted absolute percentage error."""
