"""The linear forecast: ridge regression on normalized windows.

It takes the same normalized window as the network, is added to the same anchor, and has
one coefficient for each step and feature. The penalty of ridge regression (Hoerl &
Kennard 1970) shrinks the forecast towards the anchor, which is a naive forecast.
"""

from dataclasses import dataclass, replace

import numpy as np

from skseq._engine.blas import one_blas_thread
from skseq._network.normalization import Normalization, Normalizer
from skseq._network.normalization_gradient import normalization_gradient
from skseq._regression.linear.ridge import ridge
from skseq._regression.linear.series_scale import SeriesScale
from skseq._regression.rows.sampling import spread_evenly

# Overlapping windows are copied when they are cut, so all at once may fill the memory.
WINDOWS_PER_BLOCK = 512
"""Number of windows that are cut at once in predict."""

# More windows would take much longer and hardly change the few coefficients.
MAX_VALUES = 2**20
"""Maximum number of values in the windows to fit; more are subsampled evenly."""

MAX_SHIFTED = 1000
"""Windows, spread evenly, on which shifts of the bias are compared."""

MAX_TRIED = 2**23
"""Maximum number of predictions to compare at once, which limits the windows used."""

# The extremes are for quantiles below 0.005 and above 0.995.
QUANTILES = np.r_[0, np.linspace(0.005, 0.995, 199), 1]
"""Quantiles of the residuals by which the bias may be shifted."""


@dataclass(frozen=True)
class LinearForecast:
    """Coefficients of the linear forecast from normalized windows.

    Attributes
    ----------
    normalization : Normalization
    kernel : ndarray of shape (time_steps * n_features, n_outputs)
    bias : ndarray of shape (n_outputs,)
    series_scale : SeriesScale or None
        None if windows are not standardized.
    """

    normalization: Normalization
    kernel: np.ndarray
    bias: np.ndarray
    series_scale: SeriesScale | None = None

    def predict(self, windows):
        """Predict the scaled target from complete windows.

        Returns
        -------
        predictions : ndarray of float64 of shape (n_windows, n_outputs)
        """
        starts = range(0, len(windows), WINDOWS_PER_BLOCK)
        parts = [self._predict(windows[n : n + WINDOWS_PER_BLOCK]) for n in starts]
        return np.concatenate(parts)

    def shifted(self, data, model):
        """Return a forecast with the bias at which a loss is smallest.

        The coefficients stay those of least squares. So a forecast of the mean becomes
        one of the median, or of another quantile. The forecast is unchanged if the loss
        is one number for all rows, or is NaN or infinite for some of the predictions.
        """
        n_values = len(QUANTILES) * len(model.outputs_of_loss([0]))
        n_max = min(MAX_SHIFTED, max(MAX_TRIED // n_values, 1))
        sample = data[spread_evenly(len(data), n_max)]
        targets, bias = sample.targets.astype(np.float64), self.bias.copy()
        _, scale, _ = normalize(self.normalization, sample.windows)
        if self.series_scale is not None and self.series_scale.includes_bias:
            scale = self.series_scale.of_windows(scale)
        predictions = self.predict(sample.windows)
        losses = model.row_losses(targets, predictions)
        if losses is None or not np.isfinite(losses).all():
            return self
        for output in range(len(bias)):
            outputs = model.outputs_of_loss([output])
            residuals = (targets[:, output] - predictions[:, output]) / scale[output]
            shifts = np.quantile(residuals, QUANTILES)
            moves = shifts[:, np.newaxis] * scale[output]
            tried = np.stack([predictions[:, outputs]] * len(shifts))
            tried[:, :, outputs.index(output)] += moves
            losses = model.row_losses(
                np.tile(targets[:, outputs], (len(shifts), 1)),
                tried.reshape(-1, len(outputs)),
                outputs,
            )
            means = losses.reshape(len(shifts), len(sample)) @ sample.weights
            is_defined = np.isfinite(means)  # a logarithm is not, for low predictions
            if is_defined.any():
                best = np.where(is_defined, means, np.inf).argmin()
                bias[output] += shifts[best]
                predictions[:, output] += moves[best]
        return replace(self, bias=bias)

    def input_gradient(self, windows, d_predictions):
        """Return the gradient with respect to windows, from that of the predictions.

        Parameters
        ----------
        windows : Windows
            Complete.
        d_predictions : ndarray of shape (n_windows, n_outputs)

        Returns
        -------
        gradient : ndarray of float64 of shape (n_windows, time_steps, n_features)
        """
        values, scale, _ = normalize(self.normalization, windows)
        (kernel, bias), (future_kernel, series_bias) = self.split()
        d_values = d_predictions * scale.T @ kernel.T
        d_scale = d_predictions.T * (values @ kernel + bias).T
        if self.series_scale is not None:
            series_scale = self.series_scale.of_windows(scale)
            d_values += d_predictions * series_scale.T @ future_kernel.T
            of_series = (values @ future_kernel + series_bias).T
            d_scale += d_predictions.T * of_series * scale / series_scale
        return normalization_gradient(
            self.normalization,
            windows.cut(),
            d_values.reshape(windows.shape),
            d_scale,
            d_predictions.T,
        )

    def split(self):
        """Separate what has the scale of the window from what has that of the series.

        Returns
        -------
        of_window, of_series : tuple of ndarray (kernel, bias)
            Each of the shape of `kernel` and `bias`, with zeros for the other part.
        """
        none = np.zeros_like(self.kernel), np.zeros_like(self.bias)
        if self.series_scale is None:
            return (self.kernel, self.bias), none
        is_future = self.series_scale.columns(len(self.kernel))[:, np.newaxis]
        kernel = np.where(is_future, 0, self.kernel)
        future_kernel = self.kernel - kernel
        if self.series_scale.includes_bias:
            return (kernel, none[1]), (future_kernel, self.bias)
        return (kernel, self.bias), (future_kernel, none[1])

    def _predict(self, windows):
        values, scale, base = normalize(self.normalization, windows)
        (kernel, bias), (future_kernel, series_bias) = self.split()
        changes = scale * (weighted_sums(values, kernel) + bias[:, np.newaxis])
        if self.series_scale is not None:
            sums = series_bias[:, np.newaxis]
            if self.series_scale.features.any():
                sums = sums + weighted_sums(values, future_kernel)
            changes += self.series_scale.of_windows(scale) * sums
        return (changes + base).T


@one_blas_thread()
def fit_linear(normalization, data, n_quantiles=1, is_squares=True, series_scale=None):
    """Fit the linear forecast by least squares.

    An output without an anchor has coefficients of zero and predicts the mean.

    Parameters
    ----------
    normalization : Normalization
    data : TrainingData
    n_quantiles : int, default=1
        Number of outputs for each target, which all get the same coefficients.
    is_squares : bool, default=True
        Whether the loss grows with the square of errors, and not in proportion.
    series_scale : SeriesScale, default=None
    """
    n_windows, time_steps, n_features = data.windows.shape
    max_windows = max(MAX_VALUES // (time_steps * n_features), 1)
    sample = data[spread_evenly(n_windows, max_windows)]
    values, scale, base = normalize(normalization, sample.windows)
    kernel = np.zeros((time_steps, n_features, len(scale)))
    bias = np.zeros(len(scale))
    # Differences from the last step: coefficients of zero then predict no change.
    by_step = values.reshape(len(sample), time_steps, n_features)
    changes = (by_step[:, :-1] - by_step[:, -1:]).reshape(len(sample), -1)
    del values, by_step  # long windows take much memory
    for first in range(0, len(scale), n_quantiles):
        of_target = slice(first, first + n_quantiles)
        if normalization.anchors[first] is None:
            # The network predicts it, but a loss may need all outputs together.
            bias[of_target] = sample.targets[:, first].mean()
            continue
        columns, of_bias, weights = changes, scale[first], sample.weights
        if series_scale is not None:
            columns, of_bias = series_scale.columns_to_fit(changes, scale[first], first)
        target = (sample.targets[:, first] - base[first]) / of_bias
        if series_scale is not None:
            weights, of_bias = series_scale.weigh(weights, target, of_bias, first)
        # Minimize errors in the units of y, not in those of each window. In these,
        # errors are about as large in all windows, so other losses differ from
        # squares only in how much a window counts.
        weights = weights * of_bias ** (2 if is_squares else 1)
        coefficients, intercept = ridge(columns, target, weights)
        bias[of_target] = intercept
        of_steps = coefficients.reshape(time_steps - 1, n_features, 1)
        kernel[:-1, :, of_target] = of_steps
    if series_scale is not None:
        kernel *= series_scale.factors[:, np.newaxis]
    kernel[-1] = -kernel[:-1].sum(axis=0)
    kernel = kernel.reshape(-1, len(scale))
    return LinearForecast(normalization, kernel, bias, series_scale)


def weighted_sums(values, kernel):
    """Return the product of values and kernel, of shape (n_outputs, n_windows)."""
    # Row by row: the rounding of a matrix product depends on the other rows.
    return np.stack([(values * column).sum(axis=1) for column in kernel.T])


def normalize(normalization, windows):
    """Normalize windows and flatten each to one row.

    Returns
    -------
    values : ndarray of shape (n_windows, time_steps * n_features)
    scale, base : ndarray of shape (n_outputs, n_windows)
        A target is ``scale * prediction + base``.
    """
    values, scale, base = Normalizer(normalization).normalize(windows.cut())
    return values.reshape(len(values), -1), scale, base
