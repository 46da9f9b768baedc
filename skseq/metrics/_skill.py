"""Skill: how much more accurate a forecast is than the best naive forecast."""

import inspect

import numpy as np
from sklearn.metrics import mean_absolute_error
from sklearn.utils._param_validation import validate_params

from skseq._estimator.plurals import counted
from skseq.metrics._checks import FORECAST_PARAMETERS, check_forecasts, divide_errors


@validate_params(
    FORECAST_PARAMETERS | {"y_naive": ["array-like", dict], "metric": [callable]},
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
    """Skill score: 1 - error / error of the best naive forecast on the same rows.

    A skill of 0.2 means that the error of the forecast is 20 percent smaller than that
    of the best naive forecast [1]_. At 0 both are equally accurate; below 0 the
    forecast is less accurate than the best naive forecast.

    With a two-level index (series, time) it is the mean of the skills of all series,
    each of which is compared with the naive forecast that is best for that series.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_pred : array-like of shape (n_rows,) or (n_rows, n_outputs)
    y_naive : array-like of the shape of y_true, or dict
        A naive forecast of the same rows, for example from
        :meth:`NaiveRegressor.predict`, or a dict of several naive forecasts.
    metric : callable, default=mean_absolute_error
        An error metric of scikit-learn or of this module: its best value is 0, and it
        takes ``sample_weight`` and ``multioutput``. If it needs more arguments, pass a
        ``functools.partial``.
    sample_weight : array-like of shape (n_rows,), default=None
        Weight 0 leaves a row out of all forecasts;
        ``windower.complete_windows(X)`` gives such weights.
    multioutput : {"raw_values", "uniform_average"} or array-like of shape \
            (n_outputs,), default="uniform_average"
        The best naive forecast is chosen for each output. "raw_values" returns one
        skill per output, "uniform_average" their mean, and an array of weights their
        weighted mean.

    Returns
    -------
    skill : float or ndarray of float of shape (n_outputs,)
        1 is best. If a naive forecast is perfect, the skill is 0 for a perfect forecast
        and minus infinity for any other forecast.

    Raises
    ------
    TypeError
        If the metric takes no ``sample_weight`` and ``multioutput``.
    ValueError
        If shapes differ, if a value is not finite, if the dict is
        empty, or if the metric does not return errors.

    See Also
    --------
    skseq.NaiveRegressor : Predicts y_naive from the same windows.

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
    forecasts = {"y_pred": y_pred} | named_forecasts(y_naive)
    true, predicted, average = check_forecasts(
        y_true, forecasts, sample_weight, multioutput
    )

    def skill_of(rows, weights, _):
        errors, *naive_errors = (
            errors_of(metric, true[rows], forecast[rows], weights)
            for forecast in predicted
        )
        best = np.min(naive_errors, axis=0)
        # Two perfect forecasts are equally accurate: their ratio is 1, the skill 0.
        return 1 - divide_errors(errors, best, both_zero=1.0)

    return average(skill_of)


def named_forecasts(y_naive):
    """Return naive forecasts by the name that error messages use for them."""
    if not isinstance(y_naive, dict):
        return {"y_naive": y_naive}
    if not y_naive:
        raise ValueError(
            "y_naive must contain at least one naive forecast; got an empty dict. Pass "
            "the predictions of a NaiveRegressor."
        )
    return {f"y_naive[{key!r}]": naive for key, naive in y_naive.items()}


def check_arguments(metric, true, options):
    """Raise if a metric does not take the arguments of scikit-learn's metrics."""
    try:
        signature = inspect.signature(metric)
    except ValueError:  # callables written in C may have none
        return
    try:
        signature.bind(true, true, **options)
    except TypeError as error:
        raise TypeError(
            "metric must take (y_true, y_pred, sample_weight=..., multioutput=...), as "
            f"scikit-learn's metrics do, but {error}: "
            f"{getattr(metric, '__name__', metric)} takes {signature}. Add these "
            "parameters, or use a metric such as mean_absolute_error."
        ) from None


def errors_of(metric, true, pred, weights):
    """Return the error of a forecast, one number per output."""
    # The metric is applied to a perfect forecast as well: a score such as R2 is 1
    # there, and the ratio of two scores would be meaningless.
    options = {"sample_weight": weights, "multioutput": "raw_values"}
    check_arguments(metric, true, options)
    best = np.atleast_1d(metric(true, true, **options))
    errors = np.atleast_1d(metric(true, pred, **options)).astype(np.float64)
    if errors.shape != true.shape[1:] or not (errors >= 0).all() or best.any():
        raise ValueError(
            "metric must return one error per output, with 0 as its best value; for "
            f"{counted(true.shape[1], 'output')} {getattr(metric, '__name__', metric)} "
            f"returned {errors}, and {best} for a perfect forecast. Pass a metric such "
            "as mean_absolute_error or root_mean_squared_error."
        )
    return errors
