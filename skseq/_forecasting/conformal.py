"""Split-conformal prediction intervals from the errors of past forecasts."""

from math import ceil, floor
from numbers import Real

import numpy as np

MANY_RESIDUALS = 39
"""Residuals that a series of a panel needs for intervals from itself alone: the fewest
with which a 95 % interval does not end at the single largest residual.

The number does not depend on the coverage asked for. Otherwise a series could have its
80 % interval from itself and its 95 % interval from all series, and the 95 % interval
could be the narrower one.
"""

ORIGINS_WORTH_OF_CHANGES = 20
"""Number of origins that the changes of a series count as, beside its residuals, when
the size of its residuals is estimated.

Residuals of successive origins overlap, so a few of them say little. In simulated
panels with 7 to 34 origins for each series, 95 % intervals of the last step held 89 to
93 % of the values without the changes, and 92 to 94 % with them. More weight is worse
where series differ in how well they can be predicted.
"""


def conformal_widths(residuals, coverage):
    """Return how far a prediction interval reaches below and above the prediction.

    The interval ``[prediction - lower, prediction + upper]`` holds the value with at
    least the given probability if the next residual and those given are exchangeable
    [1]_, [2]_. Both are the absolute residual of rank ceil((n + 1) * coverage).

    Parameters
    ----------
    residuals : ndarray of float of shape (n_origins, n_steps)
        Value - prediction for each origin and step; NaN where the value is unknown.
    coverage : float
        Between 0 and 1, exclusive.

    Returns
    -------
    lower, upper : ndarray of float of shape (n_steps,)
        At least 0, in the units of the residuals, and equal to each other.

    Raises
    ------
    ValueError
        If the coverage is not valid, or if a step has too few residuals for it.

    References
    ----------
    .. [1] V. Vovk, A. Gammerman and G. Shafer, "Algorithmic Learning in a Random
       World", Springer, 2005.
    .. [2] J. Lei, M. G'Sell, A. Rinaldo, R. J. Tibshirani and L. Wasserman,
       "Distribution-free predictive inference for regression", Journal of the American
       Statistical Association 113(523), 2018, pp. 1094-1111.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq._forecasting.conformal import conformal_widths
    >>> residuals = np.array([[-1.0], [0.0], [2.0], [4.0]])
    >>> conformal_widths(residuals, coverage=0.6)
    (array([2.]), array([2.]))
    """
    check_coverage(coverage)
    counts = np.count_nonzero(~np.isnan(residuals), axis=0)
    ranks = _ranks(counts, coverage)
    _check_enough(counts, ranks, coverage)
    # Absolute residuals, not one quantile for each tail. The errors of long steps are
    # autocorrelated, so their mean over a few dozen origins is far from 0, and an
    # interval with two quantiles is centred there. Twelve steps ahead in an AR(1)
    # series, 80 % intervals from 30 origins held 80 % of the values with absolute
    # residuals and 74 % with two quantiles; for log-normal shocks 78 % and 72 %. The
    # price: values outside the interval of skewed data lie mostly on one side.
    ordered = np.sort(np.abs(residuals), axis=0)  # NaN last
    widths = np.take_along_axis(ordered, ranks[np.newaxis] - 1, axis=0)[0]
    return widths, widths.copy()


def conformal_widths_by_series(residuals, series, n_series, coverage, changes=None):
    """Return how far the prediction intervals of each series of a panel reach.

    A series with at least 39 residuals for each step has intervals from itself alone
    (for a coverage that they suffice for). For all other series the residuals of the
    whole panel are used, each divided by the size of the residuals of its series. The
    size is the mean absolute residual, averaged with the size that is expected from the
    changes of the series.

    Parameters
    ----------
    residuals : ndarray of float of shape (n_origins, n_steps)
        Value - prediction for the origins of all series, one below the other; NaN where
        the value is unknown.
    series : ndarray of int of shape (n_origins,)
        Number of the series of each row.
    n_series : int
    coverage : float
        Between 0 and 1, exclusive. An interval holds all intervals of lower coverage.
    changes : ndarray of float of shape (n_series,), default=None
        Mean absolute change of the values of each series from one row to the next; NaN
        where it is unknown.

    Returns
    -------
    lower, upper : ndarray of float of shape (n_series, n_steps)
        See `conformal_widths`; a single series has the same widths as there. NaN for a
        series without residuals whose changes are unknown.

    Raises
    ------
    ValueError
        If the coverage is not valid, or if all series together have too few residuals
        for it.
    """
    check_coverage(coverage)
    order = np.argsort(series, kind="stable")
    rows = np.split(order, np.searchsorted(series[order], range(1, n_series)))
    counts = np.array([_fewest(residuals[part]) for part in rows])
    is_own = (counts >= MANY_RESIDUALS) & (_ranks(counts, coverage) <= counts)
    if n_series == 1:
        is_own[:] = True
    widths = np.empty((n_series, residuals.shape[1]))
    if not is_own.all():
        if changes is None:
            changes = np.full(n_series, np.nan)
        widths[:] = _pooled_widths(residuals, series, changes, coverage)
    for number, part in enumerate(rows):
        if is_own[number]:
            widths[number] = conformal_widths(residuals[part], coverage)[0]
        elif counts[number] >= MANY_RESIDUALS:
            # Its intervals of lower coverage may reach to its largest residual.
            largest = np.nanmax(np.abs(residuals[part]), axis=0)
            widths[number] = np.maximum(widths[number], largest)
    return widths, widths.copy()


def check_coverage(coverage):
    """Raise if a coverage is not a number between 0 and 1, exclusive."""
    if not isinstance(coverage, Real) or not 0 < coverage < 1:
        raise ValueError(
            "coverage must be above 0 and below 1, such as 0.95 for intervals that "
            f"hold 95 % of the values; got {coverage!r}."
        )


def _ranks(counts, coverage):
    """Return which of n absolute residuals, in order of size, is the width."""
    # In floats (4 + 1) * 0.8 may be just above 4, so less than a rounding error counts.
    return np.ceil((np.asarray(counts) + 1) * coverage - 1e-9).astype(int)


def _check_enough(counts, ranks, coverage):
    if (ranks <= counts).all():
        return
    step = int(counts.argmin())
    needed = ceil(coverage / (1 - coverage) - 1e-9)
    # Rounded down, because a coverage rounded up would be too large again.
    possible = floor(1000 * counts[step] / (counts[step] + 1)) / 1000
    raise ValueError(
        f"coverage={coverage:g} needs the errors of at least {needed} past forecasts "
        f"for each step, but only {counts[step]} are known for step {step + 1}. The "
        f"largest possible coverage is {possible:g}. Ask for less, fit with a larger "
        "calibration_fraction, or give more rows."
    )


def _fewest(residuals):
    return np.count_nonzero(~np.isnan(residuals), axis=0).min()


def _pooled_widths(residuals, series, changes, coverage):
    """Return widths from all series, in units of the size of each series' residuals.

    Returns
    -------
    widths : ndarray of float of shape (n_series, n_steps)
    """
    is_known = ~np.isnan(residuals).all(axis=1)
    residuals, series = residuals[is_known], series[is_known]
    sizes, sizes_of_others = _sizes_of_residuals(residuals, series, changes)
    scaled = np.full_like(residuals, np.nan)
    # A series that was forecast without error says nothing about its size.
    has_size = sizes_of_others > 0
    scaled[has_size] = residuals[has_size] / sizes_of_others[has_size, np.newaxis]
    if not np.nansum(np.abs(residuals)):
        scaled = residuals
    widths, _ = conformal_widths(scaled, coverage)
    return widths * sizes[:, np.newaxis]


def _sizes_of_residuals(residuals, series, changes):
    """Return the size of the residuals of each series, and that without each origin.

    Returns
    -------
    sizes : ndarray of float of shape (n_series,)
    sizes_of_others : ndarray of float of shape (n_origins,)
        From the other origins of the same series; NaN if nothing else is known. The
        residual of an origin to come has no part in the size either: with its own part,
        each residual given would look smaller than it is.
    """
    of_origins = np.nanmean(np.abs(residuals), axis=1)
    sums = np.bincount(series, of_origins, minlength=len(changes))
    counts = np.bincount(series, minlength=len(changes)).astype(float)
    both_known = (counts > 0) & (changes > 0)
    if both_known.any():
        # The mean of ratios, because the ratio of means is that of the largest series.
        ratio = np.mean(_divide(sums, counts)[both_known] / changes[both_known])
        weights = np.where(np.isnan(changes), 0, ORIGINS_WORTH_OF_CHANGES)
        sums += weights * ratio * np.nan_to_num(changes)
        counts += weights
    return (
        _divide(sums, counts),
        _divide(sums[series] - of_origins, counts[series] - 1),
    )


def _divide(sums, counts):
    """Return means, NaN where there is nothing to average."""
    means = np.full(len(sums), np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means
