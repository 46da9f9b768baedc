"""The pipeline that is used without an estimator."""

from math import ceil

import numpy as np
from sklearn.pipeline import Pipeline

from skseq._preprocessing.scaler import TargetAwareMinMaxScaler
from skseq._preprocessing.windower import SequenceWindower
from skseq._regression.recurrent import LSTMRegressor

MIN_TIME_STEPS = 12
"""Steps of a window, if neither the horizon nor the season requires more."""

PER_HORIZON = 1.25
"""Steps of a window for each step of the horizon."""

MAX_SEASON = 100
"""Longer seasons, such as a day of minutes, would make windows of thousands of steps.
"""

# More than a year of days, and more than two days of quarter hours.
SAMPLED_STEPS = 500
"""Number of future labels from which the length of the season is computed."""

DAY = 24 * 3600.0
YEAR = 365.25 * DAY

# Months, holidays and clock changes make the lengths of steps and days unequal.
TOLERANCE = 0.1
"""Relative distance of the steps in a season from a whole number, and the fraction of
days that may have another number of steps."""


def make_default_pipeline(horizon, table):
    """Make a pipeline with windows long enough for the horizon and for two seasons.

    Parameters
    ----------
    horizon : int
    table : Table

    Returns
    -------
    pipeline : Pipeline
    """
    season = 1
    if table.frequency is not None:
        season = season_length(table.frequency, table.axis.labels[-1])
    # The longest series limits the length, because shorter series may be left out.
    n_rows = int((table.last_rows - table.first_rows).max()) + 1
    time_steps = max(MIN_TIME_STEPS, ceil(PER_HORIZON * horizon), 2 * season)
    # At least half of the rows have a complete window.
    time_steps = max(1, min(time_steps, n_rows // 2 - horizon + 1))
    return Pipeline(
        [
            ("scale", TargetAwareMinMaxScaler()),
            ("window", SequenceWindower(time_steps)),
            ("regress", LSTMRegressor(random_state=0)),
        ]
    )


def season_length(frequency, label):
    """Return the number of steps in the usual season of a frequency.

    Parameters
    ----------
    frequency : Frequency
    label : pandas.Timestamp, pandas.Period, pandas.Timedelta or int
        A label of the index.

    Returns
    -------
    n_steps : int
        Steps in a day, a week or a year, whichever is the shortest that is longer than
        a step: 24 for hours, 7 for days, 5 for business days, 12 for months. 1 if there
        is none.
    """
    labels = frequency.extend(label, SAMPLED_STEPS)
    if hasattr(labels, "to_timestamp"):
        labels = labels.to_timestamp()
    if labels.dtype.kind != "M":
        return 1
    days = labels.normalize()
    if days.has_duplicates:
        return _steps_in_most_days(days)
    length = (labels[-1] - labels[0]).total_seconds() / (len(labels) - 1)
    for season in (7 * DAY, YEAR):
        n_steps = season / length
        if n_steps > 1 + TOLERANCE:
            is_whole = abs(n_steps - round(n_steps)) <= TOLERANCE * n_steps
            return round(n_steps) if is_whole and n_steps <= MAX_SEASON else 1
    return 1


def _steps_in_most_days(days):
    """Return the number of steps in a day; 1 if it changes or is large."""
    # The first and the last day are not complete.
    counts = days.value_counts(sort=False).to_numpy()[1:-1]
    if not len(counts):
        return 1
    usual = int(np.median(counts))
    is_usual = np.mean(counts == usual) >= 1 - TOLERANCE
    return usual if is_usual and usual <= MAX_SEASON else 1
