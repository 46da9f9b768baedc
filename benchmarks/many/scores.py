"""Errors of forecasts of many series, and how good their intervals are.

All are means over series and steps, as in the M competitions.
"""

import numpy as np

from skseq.metrics import interval_coverage, mean_absolute_scaled_error

COVERAGE = 0.95
"""Fraction of values that the intervals should contain."""

PREDICTION, LOWER, UPPER = "prediction", f"lower_{COVERAGE}", f"upper_{COVERAGE}"
"""Columns of a forecast with intervals."""


def score(group, forecast):
    """Compare a forecast with the test values.

    Parameters
    ----------
    group : Group
    forecast : Series or DataFrame
        With the rows of ``group.test`` in any order. A frame has the columns
        "prediction", "lower_0.95" and "upper_0.95".

    Returns
    -------
    scores : dict
        ``smape`` in percent and ``mase``; of a frame also ``coverage`` (a fraction) and
        ``msis``.

    Raises
    ------
    ValueError
        If a row is missing, or is not finite.
    """
    table = forecast.to_frame(PREDICTION) if forecast.ndim == 1 else forecast
    table = table.reindex(group.test.index)
    if len(forecast) != len(table) or not np.isfinite(table).to_numpy().all():
        raise ValueError("a forecast lacks values, or has too many rows")
    predictions = table[PREDICTION]
    scores = {
        "smape": smape(group.test.to_numpy(), predictions.to_numpy()),
        "mase": mean_absolute_scaled_error(
            group.test,
            predictions,
            y_train=group.train,
            season_length=group.frequency.scale_season,
        ),
    }
    if LOWER in table:
        bounds = table[LOWER], table[UPPER]
        scores["coverage"] = interval_coverage(group.test, *bounds)
        scores["msis"] = mean_scaled_interval_score(group, *bounds)
    return scores


def smape(true, predictions):
    """Return the symmetric mean absolute percentage error: 0 is best, 200 worst."""
    sizes = np.abs(true) + np.abs(predictions)
    errors = np.abs(true - predictions)
    # Both are 0 where a forecast of 0 is right.
    ratios = np.divide(errors, sizes, out=np.zeros_like(errors), where=sizes > 0)
    return float(200 * ratios.mean())


def mean_scaled_interval_score(group, lower, upper):
    """Return the interval score, divided by the naive error in training (MSIS).

    The width of an interval, plus 2 / (1 - coverage) times the distance of values
    outside, as in the M4 competition.
    """
    true, lower, upper = (
        values.to_numpy().reshape(-1, group.horizon)
        for values in (group.test, lower, upper)
    )
    outside = np.maximum(lower - true, 0) + np.maximum(true - upper, 0)
    scores = upper - lower + 2 / (1 - COVERAGE) * outside
    return float(np.mean(scores.mean(axis=1) / naive_errors(group)))


def naive_errors(group):
    """Return the mean error of the naive forecast in training, of each series."""
    season = group.frequency.scale_season
    changes = [values[season:] - values[:-season] for values in group.arrays]
    return np.array([np.abs(of_series).mean() for of_series in changes])
