"""A warning about unusual values in the windows of a forecast, as after an outage.

The values of some closed days are read like all others: they widen the standardized
window, and the linear forecast carries them on. In simulated weekly series, three such
days in the latest window tripled the errors.
"""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq.exceptions import RangeWarning

N_SEASONS = 3
"""Number of seasons before and after a value that show what is usual."""

N_NEIGHBOURS = 6
"""Number of neighbours on each side that show it without a season."""

# Of 3,417 series of the M3 and M4 competitions, 9 have such values in their latest
# windows, and all of these stand out in a plot.
MIN_RATIO = 5
"""Minimum distance from the usual value, relative to the 90 % quantile of distances."""

MAX_EARLIER = 0.5
"""Largest distance of values before the window, relative to those in it. Holidays and
offers that come back are usual."""

MIN_VALUES = 20
"""In fewer known values, it is unknown what is usual."""

N_COMPARED = 20
"""Number of windows, or of seasons if these are longer, in which values are compared.
"""

SERIES_PER_BLOCK = 1000
"""Number of series that are compared at once, which limits the memory."""


def warn_about_unusual_values(known, transformed, season, time_steps, names):
    """Warn if values that a forecast reads are far from what is usual.

    A value that ends the series may begin a new level, so it is not reported.

    Parameters
    ----------
    known, transformed : Table
        The known rows in the units of y, and on the scale of the forecast.
    season : int
        1 without one.
    time_steps : int
        Number of rows that the forecast reads.
    names : list of str of length n_targets
    """
    values = transformed.targets(len(names)).astype(np.float64)
    found = []
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
        _warn(known, found, season, time_steps, names)


def _latest_rows(table, places, n_latest):
    """Return the rows of the latest steps of some series, -1 for missing steps.

    Returns
    -------
    rows : ndarray of int of shape (n_series, n_steps)
    """
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

    Parameters
    ----------
    values : ndarray of float of shape (n_series, n_steps)
        NaN at missing steps.
    season, time_steps : int

    Yields
    ------
    number : int
    is_unusual : ndarray of bool of shape (n_steps,)
    """
    n_window = min(time_steps, values.shape[1] // 2)
    known = np.isfinite(values)
    enough = known.sum(axis=1) >= max(MIN_VALUES, (N_SEASONS + 1) * season)
    if not n_window or not enough.any():
        return
    numbers = np.flatnonzero(enough)
    distances = np.abs(_distances(values[numbers], season))
    usual = np.nanquantile(distances, 0.9, axis=1)
    distances = np.nan_to_num(distances)
    # The first of them may be just before the window.
    earlier = distances[:, : max(distances.shape[1] - n_window - season, 0)]
    latest = distances[:, -n_window:]
    largest = latest.max(axis=1)
    is_far = (usual > 0) & (largest > MIN_RATIO * usual)
    is_far &= earlier.max(axis=1, initial=0) < MAX_EARLIER * largest
    is_far &= latest[:, -1] < MAX_EARLIER * largest
    for place in np.flatnonzero(is_far):
        is_unusual = distances[place] > MIN_RATIO * usual[place]
        is_unusual[:-n_window] = False
        # A single value among its neighbours is reported in fit.
        if season > 1 or is_unusual.sum() > 1:
            yield numbers[place], is_unusual


def _distances(values, season):
    """Return distances from the median of the same step in the seasons around it."""
    n_steps = values.shape[1]
    n_around = N_SEASONS if season > 1 else N_NEIGHBOURS
    distances = values - _median_around(values, season, n_around)
    # At the ends of a series, all other seasons are on one side, so a trend adds to
    # the distance: on a straight line with a slope of 1 per season, this much.
    line = np.arange(n_steps)[np.newaxis] / season
    of_line = line - _median_around(line, season, n_around)
    changes = values[:, season:] - values[:, :-season]
    n_changes, half = n_around * season, n_steps // 2
    for part, near in (
        (slice(None, half), slice(None, n_changes)),
        (slice(half, None), slice(-n_changes, None)),
    ):
        slopes = np.nan_to_num(_median(changes[:, near].T))[:, np.newaxis]
        distances[:, part] -= slopes * of_line[:, part]
    return distances


def _median_around(values, season, n_around):
    """Return the median of the same step in some seasons before and after each."""
    n_steps = values.shape[1]
    padding = np.full((len(values), n_around * season), np.nan)
    padded = np.concatenate([padding, values, padding], axis=1)
    shifts = [n for n in range(2 * n_around + 1) if n != n_around]
    return _median(np.stack([padded[:, n * season :][:, :n_steps] for n in shifts]))


def _median(values):
    """Return the median over the first axis without NaN; NaN if there is no value."""
    ordered = np.sort(values, axis=0)  # NaN comes last
    n_known = np.isfinite(values).sum(axis=0)[np.newaxis]
    middle = [
        np.maximum(n_known - 1, 0) // 2,
        np.minimum(n_known // 2, len(values) - 1),
    ]
    low, high = (np.take_along_axis(ordered, place, axis=0)[0] for place in middle)
    return (low + high) / 2


def _warn(known, found, season, time_steps, names):
    target, rows, is_unusual = found[0]
    first = int(is_unusual.argmax())
    values, name = known.targets(len(names))[:, target], names[target]
    others, remedy = "their neighbours", "interpolated ones"
    if season > 1:
        others, remedy = "those of the same season", "those one season earlier"
    also = ""
    if len(found) > 1:
        also = f" The same applies to {len(found) - 1} other series."
    warn_user(
        f"{name} is {values[rows[first]]:.4g} at {known.axis.name_row(rows[first])}"
        f"{_usual_value(known, values, rows, is_unusual, season)}. The latest "
        f"{time_steps} rows, from which the forecast is made, contain "
        f"{counted(int(is_unusual.sum()), 'value')} so far from {others}, and earlier "
        f"rows contain none.{also} The forecast may be far off. Replace values that "
        "are wrong or will not come back, as after an outage or a closing, before fit, "
        f"for example by {remedy}.",
        RangeWarning,
    )


def _usual_value(known, values, rows, is_unusual, season):
    """Describe the latest usual value before the first unusual one."""
    for place in range(int(is_unusual.argmax()) - season, -1, -season):
        if rows[place] >= 0 and not is_unusual[place]:
            row = rows[place]
            return f", but was {values[row]:.4g} at {known.axis.name_row(row)}"
    return ""
