"""The number of steps in a season: given, or found from the dates or in the data."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._forecasting.target.season_search import find_season
from skseq._forecasting.target.seasonal_indices import MIN_SEASONS
from skseq._series.index import is_period

MAX_SEASON = 100
"""Longer seasons, such as a day of minutes, would make windows of thousands of steps.
"""

MOST_STEPS_PER_ROW = 10
"""Ratio of steps to rows from which a series has too many gaps to show a season."""

SEASONS_OF_DAYS = (24, 48, 96)
"""Steps in a day of hours, half hours or quarter hours. These are not usual seasons of
other steps, so without dates such a season is a day."""

# A year of business days, so that holidays do not count too much.
SAMPLED_DAYS = 261
"""Number of steps from which the season is counted if no day has several."""

# Three weeks of quarter hours: fewer days or weeks with a clock change among them would
# not show how many steps the usual ones have.
SAMPLED_STEPS = 2200
"""Number of steps from which the season is counted if days have several."""

# So three days of rows give three weeks, too.
SAMPLED_STEPS_PER_ROW = 8
"""Number of steps for each row of a series from which long days are counted."""

MOST_SAMPLED_STEPS = 2_100_000
"""Three weeks of seconds. Days of more steps are not counted."""

SECONDS_PER_DAY = 24 * 3600.0
SECONDS_PER_YEAR = 365.25 * SECONDS_PER_DAY

# Months and holidays make steps unequal, and so do days on which the clocks change.
TOLERANCE = 0.1
"""Largest distance of the steps in a season from a whole number, and largest rate of
unequal days."""


def choose_season_length(season_length, table):
    """Return the number of steps in a season, 1 if there is none.

    `season_length` is the parameter of the forecaster.
    """
    if season_length is None:
        return 1
    if season_length != "auto":
        return int(season_length)
    date = _last_date(table)
    if date is None:
        return find_season(_by_step(table), MAX_SEASON)
    return 1 if table.frequency is None else usual_season(table.frequency, date)


def _last_date(table):
    """Return the last label if it is a date or a period, else None."""
    label = None if table.axis.labels is None else table.axis.labels[-1]
    return label if hasattr(label, "day") else None


def _by_step(table):
    """Return the values of each series and target by step, NaN at missing steps."""
    targets, parts = table.targets, []
    for first, last in zip(table.first_rows, table.last_rows, strict=True):
        rows = slice(first, last + 1)
        steps, values = table.steps_in_series[rows], targets[rows]
        if steps[-1] >= MOST_STEPS_PER_ROW * len(steps):
            steps = np.arange(len(steps))  # too many gaps to find a season
        by_step = np.full((steps[-1] + 1, table.n_targets), np.nan)
        by_step[steps] = values
        parts += list(by_step.T)
    return parts


def steps_in_week(table, season):
    """Return the number of steps in a week if there are several a day, else 0."""
    date = _last_date(table)
    if date is None:
        return 7 * season if season in SEASONS_OF_DAYS else 0
    if table.frequency is None:
        return 0
    days = _following_labels(table.frequency, date).normalize()
    if not days.has_duplicates:
        return 0
    counts = days.value_counts(sort=False).iloc[1:-1]  # of complete days
    return round(counts.groupby(counts.index.day_of_week).median().sum())


def _following_labels(frequency, label):
    """Return enough following labels to count the steps in a season."""
    labels = _extend(frequency, label, SAMPLED_DAYS)
    if labels.normalize().has_duplicates:
        labels = _extend(frequency, label, SAMPLED_STEPS)
    return labels


def _extend(frequency, label, n_steps):
    """Return the timestamps that follow a label, without time zone."""
    import pandas as pd

    try:
        labels = frequency.extend(label, n_steps)
    except pd.errors.OutOfBoundsDatetime:
        # Nanoseconds end in 2262, before that many years have passed.
        start = label.as_unit("us")
        labels = pd.date_range(start, periods=n_steps, freq=frequency.offset, unit="us")
    labels = labels.to_timestamp() if is_period(labels) else labels
    # In local time, because midnight may not exist on the day of a clock change.
    return labels if labels.tz is None else labels.tz_localize(None)


def usual_season(frequency, label):
    """Return the number of steps in the usual season of a frequency at a label.

    The season is a day, a week or a year, whichever is the shortest that is longer than
    a step: 24 steps for hours, 7 for days, 5 for business days, 12 for months. Without
    such a season, the number is 1.
    """
    labels = _following_labels(frequency, label)
    days = labels.normalize()
    if days.has_duplicates:
        in_day = _steps_in_most_days(days)
        return in_day if in_day <= MAX_SEASON else 1
    length = (labels[-1] - labels[0]).total_seconds() / (len(labels) - 1)
    for season in (7 * SECONDS_PER_DAY, SECONDS_PER_YEAR):
        n_steps = season / length
        if n_steps > 1 + TOLERANCE:
            is_whole = abs(n_steps - round(n_steps)) <= TOLERANCE * n_steps
            return round(n_steps) if is_whole and n_steps <= MAX_SEASON else 1
    return 1


def _steps_in_most_days(days):
    """Return how many steps a day has, 1 if the number changes."""
    # The first and the last day are not complete.
    counts = days.value_counts(sort=False).to_numpy()[1:-1]
    if not len(counts):
        return 1
    usual = int(np.median(counts))
    is_usual = np.mean(counts == usual) >= 1 - TOLERANCE
    return usual if is_usual else 1


def warn_about_long_day(table):
    """Warn if a season of a day is too long for ``season_length="auto"``."""
    date = _last_date(table)
    if table.frequency is None or date is None:
        return
    if not _following_labels(table.frequency, date).normalize().has_duplicates:
        return
    n_rows = int(table.axis.count_rows().max())
    n_steps = min(SAMPLED_STEPS_PER_ROW * n_rows, MOST_SAMPLED_STEPS)
    labels = _extend(table.frequency, date, n_steps)
    in_day = _steps_in_most_days(labels.normalize())
    if in_day > MAX_SEASON and n_rows >= MIN_SEASONS * in_day:
        warn_user(
            f"The index has {in_day} steps a day, but season_length='auto' uses a "
            f"season of at most {MAX_SEASON} steps, so forecasts have no daily season. "
            f"Set season_length={in_day}, and deseasonalize='auto' removes the season "
            "where it is clear; or resample to longer steps, such as hours. If there "
            "is no daily season, set season_length=None."
        )
