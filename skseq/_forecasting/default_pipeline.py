"""The pipeline that is used if the user passes none."""

from math import ceil

from sklearn.pipeline import Pipeline

from skseq._preprocessing.scaler import TargetAwareMinMaxScaler
from skseq._preprocessing.windower import SequenceWindower
from skseq._regression.recurrent import LSTMRegressor

MIN_TIME_STEPS = 12
"""Steps of a window where neither horizon nor season ask for more."""

PER_HORIZON = 1.25
"""Steps of a window for each step of the horizon."""

MAX_SEASON = 100
"""Longer seasons, such as a day of minutes, would make windows of thousands of steps.
"""

SAMPLED_STEPS = 500
"""Steps over which the mean length of one is measured, more than a year of days."""

DAY = 24 * 3600.0
YEAR = 365.25 * DAY
TOLERANCE = 0.1
"""Distance of a number of steps in a season from a whole number: months and holidays
make steps unequal."""


def make_default_pipeline(horizon, frequency, n_rows):
    """Make a pipeline with windows long enough for the horizon and for two seasons.

    Parameters
    ----------
    horizon : int
    frequency : Frequency or None
    n_rows : int
        Of the longest series.

    Returns
    -------
    pipeline : Pipeline
    """
    season = season_length(None if frequency is None else frequency.offset)
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


def season_length(offset):
    """Return the number of steps in the usual season of a frequency.

    Parameters
    ----------
    offset : pandas.DateOffset, int or None

    Returns
    -------
    n_steps : int
        Steps in a day, a week or a year, whichever is the shortest that is longer than
        a step: 24 for hours, 7 for days, 5 for business days, 12 for months. 1 if there
        is none.

    Examples
    --------
    >>> import pandas as pd
    >>> [season_length(pd.tseries.frequencies.to_offset(f)) for f in ("MS", "D", "h")]
    [12, 7, 24]
    """
    if offset is None or isinstance(offset, int):
        return 1
    import pandas as pd

    labels = pd.date_range("2001-01-01", periods=SAMPLED_STEPS, freq=offset)
    length = (labels[-1] - labels[0]).total_seconds() / (SAMPLED_STEPS - 1)
    for season in (DAY, 7 * DAY, YEAR):
        n_steps = season / length
        if n_steps > 1 + TOLERANCE:
            is_whole = abs(n_steps - round(n_steps)) <= TOLERANCE * n_steps
            is_usual = is_whole and round(n_steps) <= MAX_SEASON
            return round(n_steps) if is_usual else 1
    return 1
