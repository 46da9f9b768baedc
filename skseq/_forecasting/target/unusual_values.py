"""A warning about unusual values in the windows of a forecast, as after an outage.

The values of some closed days are read like all others: they widen the standardized
window, and the linear forecast carries them on. In simulated weekly series, three such
days in the latest window tripled the errors.
"""

import numpy as np

from skseq._estimator.plurals import also_in, counted
from skseq._estimator.warnings import warn_user
from skseq.exceptions import RangeWarning

N_SEASONS = 3
"""Number of earlier seasons whose same step shows what is usual."""

N_BEFORE = 6
"""Number of earlier values that show it without a season."""

# Of 3,417 series of the M3 and M4 competitions, 2 have such values in their latest
# windows, and both stand out in a plot.
MIN_RATIO = 5
"""Minimum distance from the usual value, relative to the 90 % quantile of distances."""

MAX_EARLIER = 0.5
"""Largest distance of earlier values, relative to those in the window. Holidays and
offers that come back are usual."""

ZERO = 0.1
"""What a 0 counts as where values are compared by their ratio, relative to the smallest
value above 0."""

MIN_VALUES = 20
"""In fewer known values, it is unknown what is usual."""

N_COMPARED = 20
"""Number of windows, or of seasons if these are longer, in which values are compared.
"""

SERIES_PER_BLOCK = 1000
"""Number of series that are compared at once, which limits the memory."""


def warn_about_unusual_values(fitted, transformed):
    """Warn if values that a forecast reads are far from what is usual.

    A value that ends the series may begin a new level, so it is not reported. The
    transformed table contains the known rows on the scale of the forecast.
    """
    known, time_steps = fitted.table, fitted.time_steps
    season = fitted.transform.season_length
    values, found = transformed.targets.astype(np.float64), []
    for first in range(0, len(known.last_rows), SERIES_PER_BLOCK):
        places = slice(first, first + SERIES_PER_BLOCK)
        rows = _latest_rows(known, places, N_COMPARED * max(season, time_steps))
        for target, of_target in enumerate(values.T):
            latest = np.where(rows >= 0, of_target[rows], np.nan)
            found += [
                (target, rows[number], is_unusual)
                for number, is_unusual in _find(latest, season, time_steps)
            ]
    if found:
        _warn(known, found, season, time_steps, fitted.layout.names_of_targets)


def _latest_rows(table, places, n_latest):
    """Return the rows of the latest steps, (n_series, n_steps), -1 for missing ones."""
    steps = table.season_steps
    firsts, lasts = table.first_rows[places], table.last_rows[places]
    n_steps = min(n_latest, int((steps[lasts] - steps[firsts]).max()) + 1)
    rows = np.full((len(lasts), n_steps), -1)
    for number, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        numbers = np.arange(max(first, last - n_steps + 1), last + 1)
        columns = n_steps - 1 - (steps[last] - steps[numbers])
        rows[number, columns[columns >= 0]] = numbers[columns >= 0]
    return rows


def _find(values, season, time_steps):
    """Yield the series with unusual values in the latest window, and which these are.

    The values have the shape (n_series, n_steps), with NaN at missing steps. Some of
    the unusual ones may be just before the window.
    """
    n_needed = max(MIN_VALUES, (N_SEASONS + 1) * season)
    numbers = np.flatnonzero(np.isfinite(values).sum(axis=1) >= n_needed)
    n_window = min(time_steps, values.shape[1] // 2)
    if not len(numbers) or not n_window:
        return
    values = values[numbers]
    is_unusual = _are_unusual(values, season, n_window)
    # Without negative values, their sizes may differ by large factors.
    grows = is_unusual.any(axis=1) & ~(values < 0).any(axis=1)
    logs = _logarithms(values[grows])
    is_unusual[grows] &= _are_unusual(logs, season, n_window)
    for place in np.flatnonzero(is_unusual[:, -n_window:].any(axis=1)):
        # A single value among its neighbours is reported in fit.
        is_alone = season == 1 and is_unusual[place].sum() == 1
        if not is_alone and _has_returned(values[place], is_unusual[place], season):
            yield numbers[place], is_unusual[place]


def _has_returned(values, is_unusual, season):
    """Return whether the series ends like it was before the unusual values.

    If not, they began a new level.
    """
    first, last = int(is_unusual.argmax()), len(values) - 1
    slope = _median(values[season:] - values[:-season])
    distances = []
    for place in first, last:
        n_seasons = (place - first) // season + 1
        earlier = values[place - n_seasons * season :: -season][:N_SEASONS]
        trend = slope * (n_seasons + (len(earlier) - 1) / 2)
        distances.append(abs(values[place] - _median(earlier) - trend))
    return distances[1] < MAX_EARLIER * distances[0]


def _logarithms(values):
    """Return the logarithms of values that are not negative; NaN stays NaN."""
    smallest = np.where(values > 0, values, np.inf).min(axis=1, keepdims=True)
    return np.log(np.where(values == 0, ZERO * smallest, values))


def _are_unusual(values, season, n_window):
    """Return which values are unusual, in series with such a value in the window."""
    n_back = N_SEASONS if season > 1 else N_BEFORE
    distances = np.abs(_distances(values, season, n_back))
    distances[np.isnan(distances).all(axis=1)] = 0  # gaps hide all earlier seasons
    usual = np.nanquantile(distances, 0.9, axis=1, keepdims=True)
    distances = np.nan_to_num(distances)
    latest = distances[:, -n_window:]
    largest = latest.max(axis=1, keepdims=True, initial=0)
    # The first unusual values may be before the window.
    n_earlier = max(values.shape[1] - n_window - n_back * season, 0)
    earlier = distances[:, :n_earlier].max(axis=1, keepdims=True, initial=0)
    is_far = (usual > 0) & (largest > MIN_RATIO * usual)
    is_far &= earlier < MAX_EARLIER * largest
    is_far &= latest[:, -1:] < MAX_EARLIER * largest
    return is_far & (distances > MIN_RATIO * usual)


def _distances(values, season, n_back):
    """Return distances from the median of the same step in some earlier seasons.

    They are relative to their own median, because a trend makes all of them larger.
    """
    n_steps = values.shape[1]
    padding = np.full((len(values), n_back * season), np.nan)
    padded = np.concatenate([padding, values], axis=1)
    earlier = [padded[:, n * season :][:, :n_steps] for n in range(n_back)]
    distances = values - _median(np.stack(earlier))
    return distances - _median(distances.T)[:, np.newaxis]


def _median(values):
    """Return the median over the first axis without NaN; NaN if there is no value."""
    ordered = np.sort(values, axis=0)  # NaN comes last
    n_known = np.isfinite(values).sum(axis=0, keepdims=True)
    middle = [
        np.maximum(n_known - 1, 0) // 2,
        np.minimum(n_known // 2, len(values) - 1),
    ]
    low, high = (np.take_along_axis(ordered, place, axis=0)[0] for place in middle)
    return (low + high) / 2


def _warn(known, found, season, time_steps, names):
    target, rows, is_unusual = found[0]
    first = int(is_unusual.argmax())
    values, name = known.targets[:, target], names[target]
    others, remedy = "the values before", "interpolated ones"
    if season > 1:
        others, remedy = "those of the same season", "usual ones of an earlier season"
    n_unusual = int(is_unusual[-time_steps:].sum())
    n_series = len({known.axis.series[rows.max()] for _, rows, _ in found})
    warn_user(
        f"{name} is {values[rows[first]]:.4g} at {known.axis.name_row(rows[first])}"
        f"{_usual_value(known, values, rows, is_unusual, season)}. The latest "
        f"{time_steps} rows, from which the forecast is made, contain "
        f"{counted(n_unusual, 'value')} so far from {others}."
        f"{also_in(n_series - 1)} The forecast may be far off. Replace values that are "
        "wrong or will not come back, as after an outage or a closing, before fit, for "
        f"example by {remedy}.",
        RangeWarning,
    )


def _usual_value(known, values, rows, is_unusual, season):
    """Describe the latest usual value before the first unusual one."""
    for place in range(int(is_unusual.argmax()) - season, -1, -season):
        if rows[place] >= 0:
            row = rows[place]
            return f", but was {values[row]:.4g} at {known.axis.name_row(row)}"
    return ""
