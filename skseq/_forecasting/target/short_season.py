"""A warning about a season of which a single series has fewer than two."""

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._forecasting.target.seasonal_indices import (
    has_seasons,
    mean_squared_changes,
    repeats_itself,
)
from skseq.exceptions import SkillWarning


def warn_about_unremoved_season(table, transform):
    """Warn if a short single series repeats itself, but its season is not removed.

    No window shows a whole season and what follows it, so a network cannot learn it
    either. With several series, it learns from windows of the others.

    Parameters
    ----------
    table : Table
    transform : TargetTransform
        As learned from the table.
    """
    season, axis = transform.season_length, table.axis
    if season == 1 or axis.n_series > 1 or has_seasons(table, season).any():
        return
    targets = table.targets.astype(np.float64).T
    is_doubtful = [_is_seasonal(values, axis, season) for values in targets]
    if not (is_doubtful & ~transform.is_deseasonalized[0]).any():
        return
    warn_user(
        f"y seems to have a season of {season} steps, but its {len(table)} rows are "
        "fewer than two seasons, so forecasts do not contain it and may be less "
        f"accurate than the values one season earlier. Until there are {2 * season} "
        f"rows, pass make_pipeline(SequenceWindower({season}), NaiveRegressor("
        f"'seasonal', season_length={season})) as estimator, or fit y together with "
        "longer series that have the same season. If there is no season, set "
        "season_length=None.",
        SkillWarning,
    )


def _is_seasonal(values, axis, season):
    """Return whether values are nearer to those a season earlier than to the last."""
    rows = axis.last(season)
    by_season = mean_squared_changes(values, rows, axis.by_season, season)
    by_row = mean_squared_changes(values, rows, axis.by_season, 1)
    return (by_season < by_row)[0] and repeats_itself(values, axis, season)[0]
