"""Exponential smoothing, its form chosen by the corrected information criterion.

The state space forms of Hyndman, Koehler, Ord and Snyder (2008), without multiplicative
trends, as most software chooses.
"""

import warnings
from itertools import product

import numpy as np


def forecast(series, _seed=None):
    """Forecast each test row from all rows before it.

    Form and parameters are fitted on the training rows; the states are updated through
    the test rows.

    Parameters
    ----------
    series : benchmarks.skill.series.Series

    Returns
    -------
    predictions : ndarray of shape (n_test_rows,)
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    values = series.y.to_numpy(float)
    unit = np.abs(values[: series.n_train]).mean()  # the optimizer needs values near 1
    form, params = choose(values[: series.n_train] / unit, series.season)
    smoothed = ETSModel(values / unit, **form).smooth(params)
    return unit * smoothed.fittedvalues[series.n_train :]


def choose(values, season):
    """Choose the form with the lowest AICc and fit its parameters.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
    season : int

    Returns
    -------
    form : dict
        Keyword arguments of statsmodels' ``ETSModel``.
    params : ndarray
    """
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    fitted = []
    for form in forms(values, season):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            fit = ETSModel(values, **form).fit(disp=False)
        if np.isfinite(fit.aicc):
            fitted.append((fit.aicc, form, fit.params))
    _, form, params = min(fitted, key=lambda one: one[0])
    return form, params


def forms(values, season):
    """Return the forms that can be fitted to a series.

    Multiplicative forms need values above zero, seasonal ones two seasons and two rows.
    """
    is_positive = (values > 0).all()
    errors = ["add", "mul"] if is_positive else ["add"]
    trends = [(None, False), ("add", False), ("add", True)]
    seasonals = [None]
    if season > 1 and len(values) >= 2 * season + 2:
        seasonals += ["add", "mul"] if is_positive else ["add"]
    return [
        {
            "error": error,
            "trend": trend,
            "damped_trend": damped,
            "seasonal": seasonal,
            "seasonal_periods": season if seasonal else None,
        }
        for error, (trend, damped), seasonal in product(errors, trends, seasonals)
    ]
