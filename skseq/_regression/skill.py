"""Is a network worth its cost? Its error, and that of rules that cost nothing."""

import warnings
from dataclasses import replace
from numbers import Integral

import numpy as np

from skseq._regression.naive_strategies import STRATEGIES, steps_needed
from skseq.exceptions import SkillWarning

MIN_WINDOWS = 5
"""Fewer say nothing about who is better."""


def warn_of_better_rules(answers, targets, weights, windows, pasts, *, season):
    """Warn if a naive rule predicts better than a network.

    Parameters
    ----------
    answers, targets : ndarray of shape (n_windows, n_outputs)
        In y's units.
    weights : ndarray of shape (n_windows,)
    windows : Windows
        That the network was not trained on.
    pasts : list of LaggedTarget or None
        One for each output.
    season : int or None

    Warns
    -----
    SkillWarning
        For the first output that a rule predicts better, by more than chance.
    """
    if len(windows) < MIN_WINDOWS or not weights.any():
        return
    for output, past in enumerate(pasts):
        if past is None:
            continue
        target = targets[:, output]
        forecasts = naive_forecasts(windows, past, season)
        errors = {name: rmse(f, target, weights) for name, f in forecasts.items()}
        rule = min(errors, key=errors.get)
        if is_better(forecasts[rule], answers[:, output], target, weights):
            error = rmse(answers[:, output], target, weights)
            of_output = f" of output {output}" if len(pasts) > 1 else ""
            seasonal = (
                f", season_length={season}" if rule.startswith("seasonal") else ""
            )
            warnings.warn(
                f"On the {len(windows)} latest windows, set aside for early stopping, "
                f"the RMSE{of_output} is {error:.4g}, that of the naive rule "
                f"{rule!r} {errors[rule]:.4g}: the network is not worth its cost here. "
                f"Forecast with NaiveRegressor({rule!r}{seasonal}), or try "
                "windows of one season and one step more, more rows, or fewer units. "
                "skill_warning=False silences this.",
                SkillWarning,
                stacklevel=6,
            )
            return


def naive_forecasts(windows, past, season):
    """Forecast by each naive rule that the windows are long enough for.

    Parameters
    ----------
    windows : Windows
    past : LaggedTarget
    season : int or None

    Returns
    -------
    forecasts : dict of str to ndarray of shape (n_windows,)
    """
    alone = replace(windows, series=windows.series[:, [past.feature]])
    values = alone.cut()[:, :, 0].astype(np.float64)
    values = past.slope * values + past.intercept
    forecasts = {}
    for name, rule in STRATEGIES.items():
        if season is None and name.startswith("seasonal"):
            continue
        if steps_needed(name, past.lag, season) <= windows.time_steps:
            forecasts[name] = rule(values, past.lag, season)
    return forecasts


def is_better(one, other, target, weights):
    """Say whether one forecast is better than another by more than chance.

    Its squared errors are smaller in the mean by more than the standard error of that
    mean (Diebold & Mariano 1995, for forecasts of one step).
    """
    gains = np.square(other - target) - np.square(one - target)
    mean = np.average(gains, weights=weights)
    variance = np.average(np.square(gains - mean), weights=weights)
    return mean > np.sqrt(variance / len(gains))


def rmse(forecast, target, weights):
    """Return the root of the weighted mean of squared errors."""
    return float(np.sqrt(np.average(np.square(forecast - target), weights=weights)))


def season_of(persistence):
    """Return the season that a regressor was told of, or None."""
    return int(persistence) if isinstance(persistence, Integral) else None
