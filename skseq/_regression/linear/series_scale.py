r"""What the linear forecast multiplies by the scale of a series, not of a window.

The effect of a planned price hardly depends on how much the target has just varied. The
linear forecast therefore does not multiply features known in advance by the deviation
:math:`s \sigma` of the target's past in the window, as it does other features, but by

.. math:: \sqrt{(s \sigma)^2 + v}

where v is several times the usual value of :math:`(s \sigma)^2`, so that this scale is
about the same in all windows of a series. With several series, v is that of the series
that varies least: in larger ones, the scale grows with the deviation of the target.

With a single series, the bias has this scale as well. After windows of nearly equal
values, a change is huge in units of their deviation. The bias would be huge too, and
then be multiplied by the deviation of windows that vary. The bias of quantiles is
a distance from the mean, which does grow with the deviation of the window.
"""

from dataclasses import dataclass

import numpy as np

from skseq._regression.normalization.window_variances import (
    smallest_variances,
    typical_variances,
)

# In simulated series, whose price effect is known, forecasts showed 0.5 to 1.4 times
# this effect with 3, and 0.4 to 1.9 times with 0. With 30, forecasts of shops of very
# different sizes were less accurate.
TIMES_MEAN = 3
"""v of several series, relative to the mean squared deviation."""

# The mean would depend on outliers. On 173 real series, forecast one by one, errors are
# lower with 10 than with 3 in four of five groups.
TIMES_MEDIAN = 10
"""v of a single series, relative to the median of the squared deviation."""

# A jump after nearly equal values may be thousands.
LARGEST_CHANGE = 10
"""Largest change, in units of the scale, of windows that the bias is fitted to. More
steps ahead it is larger, as on a straight line, where the change is sqrt(12) times the
steps ahead, divided by those of the window."""

# Windows that contain an outlier have a very large scale. With 3, an outlier did twice
# the harm.
LARGEST_WEIGHT = 1.5
"""Largest scale by which windows are weighted, relative to the median."""


@dataclass(frozen=True, eq=False)
class SeriesScale:
    """Parts of the linear forecast with the scale of the series, and this scale.

    Attributes
    ----------
    features : ndarray of bool of shape (n_features,)
        Those known in advance.
    includes_bias : bool
        Whether the bias has this scale, and not that of the window.
    variances : ndarray of float64 of shape (n_outputs,)
        v of each output; see the module.
    largest_changes : ndarray of float64 of shape (n_outputs,)
        Windows with larger changes, in units of the scale, are left out of the fit.
    """

    features: np.ndarray
    includes_bias: bool
    variances: np.ndarray
    largest_changes: np.ndarray

    def columns(self, n_columns):
        """Return which columns of flattened windows have this scale."""
        return np.tile(self.features, n_columns // len(self.features))

    def of_windows(self, scale, outputs=slice(None)):
        """Return the scale of the series for windows of some scale.

        Both have the shape (n_outputs, n_windows), or (n_windows,) for one output.
        """
        variances = np.expand_dims(self.variances[outputs], -1)
        return np.sqrt(np.square(scale) + variances)

    @property
    def factors(self):
        """Return what makes the penalty the same for all features.

        The coefficients of features whose scale is not that of the bias are smaller or
        larger by the usual ratio of the two scales, so these features are multiplied.
        """
        if self.includes_bias:
            return np.where(self.features, 1.0, np.sqrt(1 + TIMES_MEDIAN))
        return np.where(self.features, 1 / np.sqrt(1 + TIMES_MEAN), 1.0)

    def columns_to_fit(self, columns, scale, output):
        """Return flattened windows in units of the scale of the bias, and this scale.

        Parameters
        ----------
        columns : ndarray of shape (n_windows, n_columns)
        scale : ndarray of shape (n_windows,)
            That of the windows.
        output : int
        """
        of_series = self.of_windows(scale, output)
        of_bias = of_series if self.includes_bias else scale
        is_future = self.columns(columns.shape[1])
        factors = np.tile(self.factors, columns.shape[1] // len(self.features))
        ratios = np.where(is_future, of_series[:, np.newaxis], scale[:, np.newaxis])
        return columns * factors * (ratios / of_bias[:, np.newaxis]), of_bias

    def weigh(self, weights, changes, of_bias, output):
        """Return the weights of windows, limited so that a few do not decide the bias.

        Parameters
        ----------
        weights : ndarray of shape (n_windows,)
            Those of the rows.
        changes : ndarray of shape (n_windows,)
            Targets relative to the anchor, in units of ``of_bias``.
        of_bias : ndarray of shape (n_windows,)
            As `columns_to_fit` returns it. It is limited as well.
        output : int
        """
        if not self.includes_bias:
            return weights, of_bias
        is_usual = np.abs(changes) <= self.largest_changes[output]
        if weights[is_usual].any():
            weights = np.where(is_usual, weights, 0)
        return weights, np.minimum(of_bias, LARGEST_WEIGHT * np.median(of_bias))


def find_series_scale(
    windows, axis, normalization, lagged_targets, origin, has_quantiles
):
    """Find the scale of the series; return None if no part of the forecast uses it.

    For the arguments, see `make_normalization`.
    """
    if normalization is None:
        return None
    is_standardized = np.array([floor is not None for floor in normalization.floors])
    known_in_advance = [] if origin is None else origin.future
    features = np.isin(np.arange(len(is_standardized)), known_in_advance)
    features &= ~is_standardized
    # Windows without labels may be those of several series.
    is_single = axis.n_series == 1 and (origin is not None or axis.labels is not None)
    includes_bias = is_single and not has_quantiles
    if not is_standardized.any() or not (features.any() or includes_bias):
        return None
    if includes_bias:
        of_features = TIMES_MEDIAN * typical_variances(windows, axis)
    else:
        of_features = TIMES_MEAN * smallest_variances(windows, axis)
    variances = [
        anchor.slope**2 * of_features[anchor.feature] if anchor else 0.0
        for anchor in normalization.anchors
    ]
    lags = np.array([lagged.lag if lagged else 0 for lagged in lagged_targets])
    changes = LARGEST_CHANGE * (1 + np.sqrt(12) * lags / windows.time_steps)
    changes = np.repeat(changes, len(variances) // len(lags))  # for each quantile
    return SeriesScale(features, includes_bias, np.array(variances), changes)
