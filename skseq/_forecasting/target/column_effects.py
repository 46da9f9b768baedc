"""Effects of columns known in advance, which seasonal indices must not contain."""

from contextlib import suppress

import numpy as np
from scipy.stats import t

from skseq._forecasting.target.seasonal_indices import (
    SIGNIFICANCE,
    centred_average,
    divide,
)
from skseq._series.index import is_pandas

ROUNDING = 1e-9
"""Fraction of the largest value of a series that may be rounding errors."""


def without_column_effects(values, columns, table, season, typical=None):
    """Subtract the effects of columns that are known in advance.

    If a shop is closed on Sundays and on holidays, the indices of the values would
    contain the effect of its Sundays. A regressor would then see no effect of the
    column on nearly all closed days. So, as in a regression with ARIMA errors [1]_,
    the effect is estimated from days that differ from the same step of other seasons,
    and the indices are those of the values without it. A column that is a function of
    the season has no such days, and no effect.

    Parameters
    ----------
    values : ndarray of float of shape (n_rows,)
    columns : ndarray of float of shape (n_rows, n_columns)
    table : Table
        Its rows.
    season : int
    typical : ndarray of float of shape (n_columns,), default=None
        Typical effects of earlier series; by default they are computed.

    Returns
    -------
    left : ndarray of float of shape (n_rows,)
    typical : ndarray of float of shape (n_columns,)
        Medians over the series in which the effect is known, relative to the mean
        absolute value; an effect that is not significant counts as 0. A series in
        which the effect is unknown, or may be as large, gets the median.

    References
    ----------
    .. [1] D. F. Findley et al., "New capabilities and methods of the X-12-ARIMA
       seasonal-adjustment program", Journal of Business & Economic Statistics 16(2),
       1998, pp. 127-152.
    """
    if not columns.shape[1]:
        return values, np.zeros(0)
    axis = table.axis
    own, largest = _effects_on_each(values, columns, table, season)
    sizes = np.bincount(axis.series, np.abs(values), axis.n_series)
    sizes = divide(sizes, axis.count_rows())[:, np.newaxis]
    if typical is None:
        relative = np.divide(own, sizes, out=np.zeros_like(own), where=sizes > 0)
        known = [effects[~np.isnan(effects)] for effects in relative.T]
        typical = np.array([np.median(of) if len(of) else 0.0 for of in known])
    of_typical = typical * sizes
    is_possible = np.isnan(own) | ((own == 0) & (np.abs(of_typical) <= largest))
    effects = np.where(is_possible, of_typical, own)
    return values - (columns * effects[axis.series]).sum(axis=1), typical


def numeric_columns(table, positions):
    """Return some columns as numbers, of shape (n_rows, n_columns).

    Unknown numbers are replaced by the mean. Text becomes 0, which has no effect.
    """
    columns = np.zeros((len(table), len(positions)))
    for number, position in enumerate(positions):
        cells = table.columns([position])
        with suppress(ValueError, TypeError):
            if is_pandas(cells):
                cells = cells.to_numpy(dtype=np.float64, na_value=np.nan)
            values = cells[:, 0].astype(np.float64)
            is_known = np.isfinite(values)
            if is_known.any():
                mean = values[is_known].mean()
                columns[:, number] = np.where(is_known, values, mean)
    return columns


def _effects_on_each(values, columns, table, season):
    """Return effects and their largest possible sizes, (n_series, n_columns) each.

    See `_effects`. Trends are removed by the centred moving average over a season, and
    the season by the mean of each of its steps.
    """
    axis, parts = table.axis, np.column_stack([values, columns])
    effects, largest = np.full((2, axis.n_series, columns.shape[1]), np.nan)
    averages = [centred_average(part, axis, season) for part in parts.T]
    distances = parts - np.stack(averages, axis=1)
    is_inside = ~np.isnan(distances).any(axis=1)
    distances, series = distances[is_inside], axis.series[is_inside]
    key = series * season + table.season_steps[is_inside] % season
    counts = np.bincount(key)
    sums = [np.bincount(key, part) for part in distances.T]
    left = distances - np.stack([divide(of, counts) for of in sums], axis=1)[key]
    sizes = np.zeros((axis.n_series, parts.shape[1]))
    np.maximum.at(sizes, axis.series, np.abs(parts))
    left[np.abs(left) <= ROUNDING * sizes[series]] = 0
    n_free = np.bincount(series) - np.bincount(np.unique(key) // season)
    bounds = np.flatnonzero(np.diff(series)) + 1
    for number, part in zip(np.unique(series), np.split(left, bounds), strict=False):
        found = _effects(part[:, 0], part[:, 1:], n_free[number])
        effects[number], largest[number] = found
    return effects, largest


def _effects(y, X, n_free):
    """Return the coefficients of the significant columns in a regression.

    A column that is not significant has 0, and a column without variation has NaN. All
    are NaN if there are too few rows. `n_free` is the number of degrees of freedom
    before the columns are included. The largest size that an effect may have, according
    to its confidence interval, is the second result.
    """
    is_used = X.any(axis=0)
    effects, largest = np.full((2, X.shape[1]), np.nan)
    if n_free <= is_used.sum():
        return effects, largest
    for _ in range(2):  # all columns, and then those that are significant
        used = X[:, is_used]
        scales = np.abs(used).max(axis=0, initial=0)
        sizes = scales * np.linalg.norm(used / scales, axis=0)  # squares may underflow
        inverse = np.linalg.pinv(used / sizes)
        coefficients = inverse @ y
        n_left = n_free - is_used.sum()
        variance = ((y - used / sizes @ coefficients) ** 2).sum() / n_left
        errors = np.sqrt(variance * (inverse**2).sum(axis=1))
        margins = t.isf(SIGNIFICANCE / 2, n_left) * errors
        is_clear = np.abs(coefficients) > margins
        effects[is_used] = np.where(is_clear, coefficients / sizes, 0)
        largest[is_used] = (np.abs(coefficients) + margins) / sizes
        is_used[is_used] = is_clear
    return effects, largest
