"""The pipeline that is used without an estimator."""

from math import ceil

import numpy as np
from sklearn.pipeline import Pipeline

from skseq._forecasting.target.season_length import MAX_SEASON, steps_in_week
from skseq._forecasting.target.seasonal_indices import MIN_SEASONS
from skseq._preprocessing.scaler import TargetAwareMinMaxScaler
from skseq._preprocessing.windower import SequenceWindower
from skseq._regression.recurrent import LSTMRegressor

MIN_TIME_STEPS = 12
"""Steps of a window, if neither the horizon nor the season requires more."""

PER_HORIZON = 1.25
"""Steps of a window for each step of the horizon."""

LONG_WINDOW = 48
"""Longer windows of many series are read one season at a time (Lin et al. 2023)."""

PER_WINDOW = 4
"""Steps of a long series without a season, for each step of its windows."""

PER_SHORT_WINDOW = 5
"""Rows of a short series for each step of its windows: a ridge regression on longer
ones has too many coefficients."""

# With 5, errors in simulated hours with weekends were twice as large, and on 60 hourly
# series of the M4 competition, each forecast alone, the mean MASE was 0.86, not 0.84.
PER_WEEK_WINDOW = 3
"""Rows for each step of windows that contain a week of days with several steps."""

MIN_OF_SEASON = 1 / 6
"""Minimum length of a window of many short series, as a fraction of the season."""

SHORT_WINDOW = 12
"""Steps in which a network reads long windows of series without a season."""

LEFT_OUT = 0.1
"""Fraction of many series that may be too short for a window."""

MAX_LENGTH_OF_NEW = 1 / 4
"""Length, relative to the median, below which a series counts as new. Windows are not
made for new series with few rows in all."""

MAX_ROWS_OF_NEW = 0.02
"""Fraction of all rows that are few."""

MANY_ROWS = 5000
"""Number of rows of several series from which a larger network learns more."""

MAX_WINDOWS = 48_000
"""Maximum number of windows: more hardly make forecasts more accurate."""


def make_default_pipeline(horizon, table, season):
    """Make a pipeline with windows long enough for the horizon and for two seasons.

    Windows are shorter if the series are short. A season of 1 step means no season.
    """
    season = season if season <= MAX_SEASON else 1
    options = {}
    time_steps = max(MIN_TIME_STEPS, ceil(PER_HORIZON * horizon), 2 * season)
    n_rows = table.last_rows - table.first_rows + 1
    week = steps_in_week(table, season)
    if table.axis.n_series == 1:
        longest = longest_window(n_rows, horizon)
        of_week = week + season if week else 0
        if time_steps < of_week <= min(n_rows[0] // PER_WEEK_WINDOW, longest):
            time_steps, options["patch_length"] = of_week, season
        else:
            longest = min(n_rows[0] // PER_SHORT_WINDOW, longest)
            time_steps = max(1, min(time_steps, int(longest)))
    else:
        time_steps, options["patch_length"] = windows_of_many(
            time_steps, horizon, season, n_rows, week
        )
    if len(n_rows) > 1 and n_rows.sum() >= MANY_ROWS:
        options |= {
            "units": 64,
            "loss": "mae",
            "learning_rate": 0.005,
            "learning_rate_schedule": "cosine",
            "batch_size": 128,
            "epochs": 15,
            "n_iter_no_change": 15,
            "n_members": 3,
            "refit": True,
            "max_windows": MAX_WINDOWS,
        }
    return Pipeline(
        [
            ("scale", TargetAwareMinMaxScaler()),
            ("window", SequenceWindower(time_steps)),
            ("regress", LSTMRegressor(random_state=0, **options)),
        ]
    )


def windows_of_many(time_steps, horizon, season, n_rows, week):
    """Return the length of windows of many series, and of their patches.

    `time_steps` is the length for a single long series; `week` is the number of steps
    in a week if a season is a day, else 0.
    """
    n_rows = np.sort(n_rows)
    are_few = n_rows.cumsum() < MAX_ROWS_OF_NEW * n_rows.sum()
    n_rows = n_rows[~(are_few & (n_rows < MAX_LENGTH_OF_NEW * np.median(n_rows)))]
    # Most series have a window, even if it does not contain two seasons.
    longest = int(np.quantile(n_rows, LEFT_OUT, method="lower")) - horizon
    # The same weekday as the one to forecast, and a whole week before it. Windows of
    # two weeks take half as long again and are not clearly more accurate.
    wanted = week + season if week else 0
    # Long series may have a season that is not known.
    if season == 1 and longest > PER_WINDOW * LONG_WINDOW:
        wanted = min(MAX_SEASON, longest // PER_WINDOW)
    time_steps = max(time_steps, wanted)
    needed = ceil(PER_HORIZON * horizon)
    if longest < needed:
        time_steps = max(1, min(needed, longest_window(n_rows, horizon)))
    time_steps = min(time_steps, max(longest, needed))
    # The network learns the season of shorter series from windows of the longer half.
    n_median = int(np.quantile(n_rows, 0.5, method="lower"))
    if 1 < season < n_median:
        time_steps = min(time_steps, longest_of_season(horizon, season, n_median))
    if time_steps <= LONG_WINDOW:
        return time_steps, 1
    # In a single patch, there would be nothing for the network to remember.
    has_seasons = season > 1 and time_steps >= 2 * season
    patch_length = season if has_seasons else ceil(time_steps / SHORT_WINDOW)
    return time_steps // patch_length * patch_length, patch_length


def longest_of_season(horizon, season, n_rows):
    """Return the longest windows of which one ends in the season where the last row is.

    If windows are longer, all of them end elsewhere in the season, so a network cannot
    learn the steps to forecast. Where seasonal indices may be removed, two seasons must
    follow the window: what is left of one season is the negative sum of all others.
    """
    n_seasons = ceil(horizon / season)
    if n_rows >= MIN_SEASONS * season:
        n_seasons = max(n_seasons, 2)
    return max(n_rows - n_seasons * season, ceil(MIN_OF_SEASON * season))


def longest_window(n_rows, horizon):
    """Return a length at which half of the windows of the longest series are complete.

    It is below 1 if the series is too short for any window.
    """
    return (int(n_rows.max()) - horizon) // 2
