"""The pipeline that is used without an estimator."""

from math import ceil

from sklearn.pipeline import Pipeline

from skseq._forecasting.season_length import MAX_SEASON
from skseq._preprocessing.scaler import TargetAwareMinMaxScaler
from skseq._preprocessing.windower import SequenceWindower
from skseq._regression.recurrent import LSTMRegressor

MIN_TIME_STEPS = 12
"""Steps of a window, if neither the horizon nor the season requires more."""

PER_HORIZON = 1.25
"""Steps of a window for each step of the horizon."""


def make_default_pipeline(horizon, table, season):
    """Make a pipeline with windows long enough for the horizon and for two seasons.

    Parameters
    ----------
    horizon : int
    table : Table
    season : int
        Number of steps in a season, 1 if there is none.

    Returns
    -------
    pipeline : Pipeline
    """
    season = season if season <= MAX_SEASON else 1
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
