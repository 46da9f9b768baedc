"""Forecasts of several steps of one series, by `SequenceForecaster` and by others.

Each contender is fitted to all rows up to an origin and forecasts the next season, or
the next few steps of a series without one, from the last few origins.
"""

import warnings
from functools import partial

import numpy as np

from benchmarks.skill import smoothing
from benchmarks.skill.contenders import NAIVE
from benchmarks.skill.measuring import root_mean_square

N_ORIGINS = 4
"""Maximum number of forecasts of a series; each begins where the one before ends."""

STEPS_WITHOUT_SEASON = 8

DEFAULT = "SequenceForecaster()"


def n_steps_of(series):
    """Return the number of steps that are forecast from each origin."""
    return series.season if series.season > 1 else STEPS_WITHOUT_SEASON


def origins_of(series):
    """Return the numbers of rows before each forecast, at least half of all rows."""
    n_rows, n_steps = len(series.y), n_steps_of(series)
    n_origins = min(max(n_rows // 2 // n_steps, 1), N_ORIGINS)
    return n_rows - n_steps * np.arange(n_origins, 0, -1)


def last_value(y, _season, n_steps):
    """Repeat the last row."""
    return np.full(n_steps, y.iloc[-1])


def seasonal_value(y, season, n_steps):
    """Repeat the last season."""
    return np.resize(y.to_numpy()[-season:], n_steps)


def exponential_smoothing(y, season, n_steps):
    """Forecast by the form of exponential smoothing that AICc chooses."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    values = y.to_numpy()
    unit = np.abs(values).mean()  # the optimizer needs values near 1
    form, params = smoothing.choose(values / unit, season)
    smoothed = ETSModel(values / unit, **form).smooth(params)
    return unit * smoothed.forecast(n_steps)


def skseq_forecaster(y, _season, n_steps, **params):
    """Forecast with the default pipeline."""
    from skseq import SequenceForecaster
    from skseq.exceptions import RangeWarning, SkillWarning

    with warnings.catch_warnings():
        # The tables show where a naive forecast is more accurate.
        warnings.simplefilter("ignore", SkillWarning)
        warnings.simplefilter("ignore", RangeWarning)
        fitted = SequenceForecaster(horizon=n_steps, **params).fit(y)
        return fitted.forecast().to_numpy()


CONTENDERS = {
    "last value": last_value,
    "seasonal value": seasonal_value,
    "ETS": exponential_smoothing,
    DEFAULT: skseq_forecaster,
    "deseasonalize=False": partial(skseq_forecaster, deseasonalize=False),
    "strategy=recursive": partial(skseq_forecaster, strategy="recursive"),
}
"""Functions of the known rows, the season and the number of steps."""


def measure(series, names, earlier):
    """Let contenders forecast a series from each origin.

    Parameters
    ----------
    series : benchmarks.skill.series.Series
    names : list of str
        Of the contenders; the naive forecasts are always measured.
    earlier : dict
        The errors of an earlier measurement; may be empty.

    Returns
    -------
    errors : dict of str to list of float
        For each contender the RMSE over all origins and steps, in a list.
    """
    errors, n_steps, y = dict(earlier), n_steps_of(series), series.y.astype(float)
    origins = origins_of(series)
    for name, forecast in CONTENDERS.items():
        if name in {*NAIVE, *names}:
            predictions = [
                forecast(y.iloc[:origin], series.season, n_steps) for origin in origins
            ]
            actual = y.to_numpy()[origins[0] :]
            errors[name] = [root_mean_square(np.concatenate(predictions) - actual)]
    return errors
