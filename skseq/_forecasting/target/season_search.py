"""Find the season of rows without dates: the lag at which changes repeat."""

import numpy as np

MIN_SEASONS = 4
"""Number of seasons that a series must have for its season to be found."""

UNRELATED = 0.05
"""Autocorrelation below which changes are no longer similar. At shorter lags, changes
of a smooth series are similar without a season."""

ROUNDING = 1e-9
"""Differences of changes, relative to the largest value, that count as rounding errors.
Those of a straight line repeat themselves."""

MIN_AUTOCORRELATION = {"single": 0.3, "several": 0.1}
"""Minimum of the mean autocorrelation at a season. By chance alone, that of a single
series may be larger."""


def find_season(series, max_season):
    """Return the lag at which changes of series repeat most clearly, or 1.

    The autocorrelation of changes is averaged over the series, in which missing steps
    are NaN. The season is the lag of the largest peak, if the peak is high enough and
    the autocorrelation at twice this lag is at least half as high.
    """
    mean = mean_autocorrelations(series, 2 * max_season)
    unrelated = np.flatnonzero(mean < UNRELATED)
    if not len(unrelated):
        return 1
    peaks = mean[: max_season + 1].copy()
    peaks[: unrelated[0]] = 0
    season = int(peaks.argmax())
    smallest = MIN_AUTOCORRELATION["single" if len(series) == 1 else "several"]
    if peaks[season] < smallest or 2 * season >= len(mean):
        return 1
    return season if mean[2 * season] >= peaks[season] / 2 else 1


def mean_autocorrelations(series, max_lag):
    """Return the mean autocorrelation of the changes of series, from lag 0.

    At each lag, at least half of the series that vary are long enough.
    """
    sums, counts = np.zeros((2, max_lag + 1))
    for values in series:
        changes = np.diff(values.astype(np.float64))
        n_lags = min(max_lag, 2 * len(values) // MIN_SEASONS) + 1
        known = changes[~np.isnan(changes)]
        smallest = ROUNDING * np.nanmax(np.abs(values), initial=0)
        if len(known) > 1 and np.ptp(known) > smallest:
            sums[:n_lags] += autocorrelations(changes)[:n_lags]
            counts[:n_lags] += 1
    n_used = np.count_nonzero(counts >= max(counts[0] / 2, 1))
    return sums[:n_used] / counts[:n_used]


def autocorrelations(values):
    """Return the autocorrelation at all lags, from 0 on; NaN counts as the mean."""
    deviations = np.nan_to_num(values - np.nanmean(values))
    deviations /= np.abs(deviations).max()  # squares of large values would overflow
    spectrum = np.fft.rfft(deviations, 2 * len(values))
    products = np.fft.irfft(np.abs(spectrum) ** 2)[: len(values)]
    return products / products[0]
