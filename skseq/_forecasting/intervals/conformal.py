"""Split-conformal prediction intervals from the errors of past forecasts."""

from math import ceil, floor
from numbers import Real

import numpy as np

from skseq._series.series_index import rows_by_code

MANY_RESIDUALS = 39
"""Number of residuals that a series of a panel needs for intervals from its own
residuals only: the smallest with which a 95 % interval does not end at the largest
residual.

The number does not depend on the requested coverage. Otherwise the 80 % interval of a
series could use its own residuals and its 95 % interval those of all series, and the
95 % interval could be narrower than the 80 % interval.
"""

ORIGINS_WORTH_OF_CHANGES = 20
"""Number of origins whose weight the mean change of a series has, when the size of its
residuals is estimated.

Residuals of successive origins overlap, so a few of them say little. In simulated
panels with 7 to 34 origins for each series, the coverage of 95 % intervals of the last
step was 89 to 93 % without the changes, and 92 to 94 % with them. A larger weight is
worse if some series are easier to predict than others.
"""


class TooFewResidualsError(ValueError):
    """A coverage needs more errors of past forecasts (`n_needed`) than are known."""

    def __init__(self, message, n_needed):
        super().__init__(message)
        self.n_needed = n_needed


def conformal_widths(residuals, coverage):
    """Return how far a prediction interval reaches on both sides of the prediction.

    The interval ``[prediction - width, prediction + width]`` contains the value with at
    least the given probability if the next residual and the given residuals are
    exchangeable [1]_. ``width`` is the absolute residual with the rank
    ceil((n + 1) * coverage).

    Parameters
    ----------
    residuals : ndarray of float of shape (n_origins, n_steps)
        Value - prediction for each origin and step; NaN where the value is unknown.
    coverage : float

    Returns
    -------
    widths : ndarray of float of shape (n_steps,)

    References
    ----------
    .. [1] V. Vovk, A. Gammerman and G. Shafer, "Algorithmic Learning in a Random
       World", Springer, 2005.
    """
    check_coverage(coverage)
    counts = _count_known(residuals)
    ranks = _ranks(counts, coverage)
    _check_enough(counts, ranks, coverage)
    # Absolute residuals, and not one quantile for each tail. Errors many steps ahead
    # are autocorrelated, so their mean over a few dozen origins is far from 0, and an
    # interval with two quantiles would be centered there. Twelve steps ahead in an
    # AR(1) series, the coverage of 80 % intervals from 30 origins was 80 % with
    # absolute residuals and 74 % with two quantiles (78 % and 72 % with log-normal
    # shocks). The disadvantage is that, for skewed data, most values outside are on one
    # side.
    ordered = np.sort(np.abs(residuals), axis=0)  # NaN last
    return np.take_along_axis(ordered, ranks[np.newaxis] - 1, axis=0)[0]


def conformal_widths_by_series(
    residuals, series, coverage, changes, changes_at_origins
):
    """Return how far the prediction intervals of each series of a panel reach.

    A series with at least 39 residuals for each step has intervals from its own
    residuals, if these are enough for the coverage. For all other series, the residuals
    of the whole panel are used, each divided by the size of the residuals of its
    series. The size is the mean absolute residual, averaged with the size to expect
    from the changes of the series. It grows from step to step as its changes do.

    Parameters
    ----------
    residuals : ndarray of float of shape (n_origins, n_steps)
        Value - prediction for the origins of all series, one below the other; NaN where
        the value is unknown.
    series : ndarray of int of shape (n_origins,)
        Number of the series of each row.
    coverage : float
        An interval contains those of lower coverage.
    changes : ndarray of float of shape (n_series, n_steps)
        Mean absolute change of the values of each series over one step, two steps and
        so on; NaN where it is unknown.
    changes_at_origins : ndarray of float of shape (n_origins, n_steps)
        The same, of the rows up to each origin.

    Returns
    -------
    widths : ndarray of float of shape (n_series, n_steps)
        See `conformal_widths`; a single series has the same widths as there. NaN for a
        series without residuals whose changes are unknown.

    References
    ----------
    .. [1] J. Lei, M. G'Sell, A. Rinaldo, R. J. Tibshirani and L. Wasserman,
       "Distribution-free predictive inference for regression", Journal of the American
       Statistical Association 113(523), 2018, pp. 1094-1111, section 5.2.
    """
    n_series = len(changes)
    rows = rows_by_code(series, n_series)
    counts = np.array([_count_known(residuals[part]).min() for part in rows])
    is_own = (counts >= MANY_RESIDUALS) & (_ranks(counts, coverage) <= counts)
    if n_series == 1:
        is_own[:] = True
    widths = np.empty((n_series, residuals.shape[1]))
    if not is_own.all():
        widths[:] = _pooled_widths(
            residuals, series, coverage, changes, changes_at_origins
        )
    for number, part in enumerate(rows):
        if is_own[number]:
            widths[number] = conformal_widths(residuals[part], coverage)
        elif counts[number] >= MANY_RESIDUALS:
            # An interval of lower coverage may end at its largest residual.
            largest = np.nanmax(np.abs(residuals[part]), axis=0)
            widths[number] = np.maximum(widths[number], largest)
    return widths


def read_coverage(coverage):
    """Return the levels of prediction intervals as a list, empty for None."""
    if coverage is None:
        return []
    levels = coverage if isinstance(coverage, list | tuple) else np.ravel(coverage)
    for level in levels:
        check_coverage(level)
    # By its digits: as a float, np.float32(0.8) is 0.800000011920929.
    return [float(str(n) if isinstance(n, np.floating) else n) for n in levels]


def check_coverage(coverage):
    """Raise if a coverage is not a number between 0 and 1, exclusive."""
    if isinstance(coverage, np.generic):  # shown as a plain number or text
        coverage = coverage.item()
    is_number = isinstance(coverage, Real) and not isinstance(coverage, bool)
    if not is_number or not 0 < coverage < 1:
        raise ValueError(
            "coverage must be a number above 0 and below 1, such as 0.95 for intervals "
            f"that contain 95 % of the values, or a list of numbers; got {coverage!r}."
        )


def _ranks(counts, coverage):
    """Return which of n absolute residuals, in order of size, is the width."""
    # In floats, (4 + 1) * 0.8 may be just above 4, so a rounding error is ignored.
    return np.ceil((np.asarray(counts) + 1) * coverage - 1e-9).astype(int)


def _check_enough(counts, ranks, coverage):
    if (ranks <= counts).all():
        return
    step = int(counts.argmin())
    needed = ceil(coverage / (1 - coverage) - 1e-9)
    possible = largest_coverage(counts[step])
    raise TooFewResidualsError(
        f"coverage={coverage:g} needs the errors of at least {needed} past forecasts "
        f"for each step, but only {counts[step]} are known for step {step + 1}. The "
        f"largest possible coverage is {possible:g}.",
        needed,
    )


def largest_coverage(n_errors):
    """Return the largest possible coverage, rounded down to be possible."""
    return floor(1000 * n_errors / (n_errors + 1)) / 1000


def _count_known(residuals):
    return np.count_nonzero(~np.isnan(residuals), axis=0)


def _pooled_widths(residuals, series, coverage, changes, changes_at_origins):
    """Return widths learned from all series, scaled by the residuals of each series."""
    is_known = ~np.isnan(residuals).all(axis=1)
    residuals, series = residuals[is_known], series[is_known]
    sizes, sizes_at_origins = _sizes_of_residuals(
        residuals, series, changes, changes_at_origins[is_known]
    )
    scaled = np.full_like(residuals, np.nan)
    # The errors of a series that was forecast exactly do not show their size.
    has_size = (sizes_at_origins > 0).all(axis=1)
    # The errors of a constant series are rounding errors, which others do not have.
    varies = has_size & (changes[series] != 0).any(axis=1)
    has_size = varies if varies.any() else has_size
    scaled[has_size] = residuals[has_size] / sizes_at_origins[has_size]
    if not np.nansum(np.abs(residuals)):
        scaled = residuals
    return conformal_widths(scaled, coverage) * sizes


def _sizes_of_residuals(residuals, series, changes, changes_at_origins):
    """Return the size of residuals to expect now, and at each origin.

    Returns
    -------
    sizes : ndarray of float of shape (n_series, n_steps)
    sizes_at_origins : ndarray of float of shape (n_origins, n_steps)
        From the other origins of the same series; NaN if nothing else is known. Its own
        origin is left out, so that each residual is comparable with that of a future
        origin, which is not part of the size either. Otherwise the ratios would be too
        small.
    """
    # Sizes are in units of 1 where changes are unknown or 0.
    profiles = np.where(changes > 0, changes, 1.0)
    profiles_at_origins = np.where(changes[series] > 0, changes_at_origins, 1.0)
    profiles_at_origins = np.nan_to_num(profiles_at_origins)
    n_series = len(changes)
    changes, unit = changes.mean(axis=1), profiles.mean(axis=1)
    unit_at_origins = profiles_at_origins.mean(axis=1)
    of_origins = np.nanmean(np.abs(residuals), axis=1)
    sums = np.bincount(series, of_origins, minlength=n_series)
    units = np.bincount(series, unit_at_origins, minlength=n_series)
    both_known = (units > 0) & (changes > 0)
    if both_known.any():
        # The mean of ratios, because the ratio of means is that of the largest series.
        ratio = np.mean(_divide(sums, units)[both_known])
        weights = np.where(np.isnan(changes), 0, ORIGINS_WORTH_OF_CHANGES)
        sums += weights * ratio * np.nan_to_num(changes)
        units += weights * unit
    multiples = _divide(sums, units)
    at_origins = _divide(sums[series] - of_origins, units[series] - unit_at_origins)
    return (
        multiples[:, np.newaxis] * profiles,
        at_origins[:, np.newaxis] * profiles_at_origins,
    )


def _divide(sums, counts):
    """Return means, NaN where there is nothing to average."""
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
