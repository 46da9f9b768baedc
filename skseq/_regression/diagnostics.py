"""Warnings about predictions that are probably poor, and why."""

import weakref
from dataclasses import replace

import numpy as np
from sklearn.exceptions import FitFailedWarning

from skseq._estimator.warnings import warn_once, warn_user
from skseq._regression.naive_strategies import STRATEGIES, steps_needed
from skseq.exceptions import RangeWarning, SkillWarning

MIN_WINDOWS = 5
"""Fewer held-out windows do not show which forecast is more accurate."""

FAR = 3
"""How far beyond the range of fit, in widths of it, predictions become a warning.

A trend may well leave the range; a value in another unit is much farther away.
"""

_failed_refits = weakref.WeakSet()
"""Models of which a later fit failed. They stand outside the estimator, which a failed
fit must not change."""


def mark_failed_refit(model):
    """Note that a fit after the one that made a model has failed.

    Parameters
    ----------
    model : FittedModel
    """
    _failed_refits.add(model)


def warn_of_failed_refit(model):
    """Warn if a later fit failed, once for each fit.

    Parameters
    ----------
    model : FittedModel
    """
    if model in _failed_refits:
        warn_once(
            model,
            "The last call of fit failed, so predictions come from the fit before. If "
            "this regressor is a step of a Pipeline, the steps before it have been "
            "fitted again and their scale no longer matches: fit the whole Pipeline "
            "again. To keep a working Pipeline, fit a clone of it.",
            FitFailedWarning,
        )


def range_of(windows):
    """Return the smallest and the largest value of each feature in complete windows.

    Parameters
    ----------
    windows : Windows

    Returns
    -------
    low, high : ndarray of shape (n_features,)
    """
    held = windows.series[windows.n_windows_per_step() > 0]
    return held.min(axis=0), held.max(axis=0)


def widen_range(feature_range, windows):
    """Return a range that contains the values of complete windows as well."""
    (low, high), (new_low, new_high) = feature_range, range_of(windows)
    return np.minimum(low, new_low), np.maximum(high, new_high)


def warn_of_far_values(model, windows):
    """Warn if a feature is far outside the range of fit, once for each fit.

    Parameters
    ----------
    model : FittedModel
    windows : Windows
        NaN at missing steps.

    Warns
    -----
    RangeWarning
        About the feature that is the farthest outside.
    """
    low, high = model.feature_range
    held = windows.series[windows.n_windows_per_step() > 0]
    # A feature that was constant in fit has no width; its own size takes the place.
    size = np.where(low == 0, 1, np.abs(low))
    width = np.where(high > low, high - low, size)
    distance = np.nan_to_num(np.fmax(low - held, held - high) / width, nan=0.0)
    row, feature = np.unravel_index(distance.argmax(), distance.shape)
    if distance[row, feature] > FAR:
        warn_once(
            model,
            f"Feature {feature} of X reaches {held[row, feature]:.4g}, but in fit it "
            f"ranged from {low[feature]:.4g} to {high[feature]:.4g}, so predictions "
            "may be far off. Check units and scaling, or fit again with newer rows. "
            "This warning is shown once per fit.",
            RangeWarning,
        )


def warn_of_better_naive(
    predictions, targets, weights, windows, lagged_targets, *, season
):
    """Warn if a naive forecast is more accurate than the model.

    Parameters
    ----------
    predictions, targets : ndarray of shape (n_windows, n_outputs)
        In y's units.
    weights : ndarray of shape (n_windows,)
    windows : Windows
        That were not trained on.
    lagged_targets : tuple of LaggedTarget or None
        One for each output.
    season : int or None

    Warns
    -----
    SkillWarning
        About the first output for which a naive forecast is more accurate, by more
        than chance.
    """
    if len(windows) < MIN_WINDOWS or not weights.any():
        return
    for output, lagged in enumerate(lagged_targets):
        if lagged is None:
            continue
        prediction, target = predictions[:, output], targets[:, output]
        forecasts = naive_forecasts(windows, lagged, season)
        errors = {name: rmse(f, target, weights) for name, f in forecasts.items()}
        best = min(errors, key=errors.get)
        if is_more_accurate(forecasts[best], prediction, target, weights):
            error = rmse(prediction, target, weights)
            of_output = f" for output {output}" if len(lagged_targets) > 1 else ""
            seasonal = (
                f", season_length={season}" if best.startswith("seasonal") else ""
            )
            warn_user(
                f"The naive forecast {best!r} is more accurate{of_output} (RMSE "
                f"{errors[best]:.4g} against {error:.4g}) on the {len(windows)} "
                f"held-out windows. Use NaiveRegressor({best!r}{seasonal}), or try "
                "windows of one season and one step, more rows, or fewer units.",
                SkillWarning,
            )
            return


def naive_forecasts(windows, lagged, season):
    """Forecast by each naive strategy that the windows are long enough for.

    Parameters
    ----------
    windows : Windows
    lagged : LaggedTarget
    season : int or None

    Returns
    -------
    forecasts : dict of str to ndarray of shape (n_windows,)
    """
    alone = replace(windows, series=windows.series[:, [lagged.feature]])
    past = lagged.slope * alone.cut()[:, :, 0].astype(np.float64) + lagged.intercept
    forecasts = {}
    for name, strategy in STRATEGIES.items():
        if season is None and name.startswith("seasonal"):
            continue
        if steps_needed(name, lagged.lag, season) <= windows.time_steps:
            forecasts[name] = strategy(past, lagged.lag, season)
    return forecasts


def is_more_accurate(forecast, other, target, weights):
    """Say whether one forecast is more accurate than another, by more than chance.

    Its squared errors must be smaller in the mean by more than the standard error of
    that mean (Diebold & Mariano 1995, for forecasts of one step).
    """
    gains = np.square(other - target) - np.square(forecast - target)
    mean = np.average(gains, weights=weights)
    variance = np.average(np.square(gains - mean), weights=weights)
    return mean > np.sqrt(variance / len(gains))


def rmse(forecast, target, weights):
    """Return the root of the weighted mean of squared errors."""
    return float(np.sqrt(np.average(np.square(forecast - target), weights=weights)))
