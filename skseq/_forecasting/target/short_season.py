"""A warning about a season that a short series does not contain twice."""

import numpy as np

from skseq._estimator.plurals import also_in
from skseq._estimator.warnings import warn_user
from skseq._forecasting.target.seasonal_indices import (
    FEW_SERIES,
    mean_squared_changes,
    repeats_itself,
)
from skseq._validation.numbers import quoted
from skseq.exceptions import SkillWarning


def warn_about_short_season(table, transform, names):
    """Warn if a short series repeats itself, but its season is not removed.

    No window shows a whole season and what follows it, so a network cannot learn it,
    except from windows of many other series.

    Parameters
    ----------
    table : Table
    transform : TargetTransform
        As learned from the table.
    names : list of str
        What messages call the targets.
    """
    season, axis = transform.season_length, table.axis
    if season == 1 or axis.n_series > FEW_SERIES:
        return
    n_steps = table.season_steps[table.last_rows] + 1
    is_short = (n_steps < 2 * season)[:, np.newaxis] & ~transform.is_deseasonalized
    for target, values in enumerate(table.targets.astype(np.float64).T):
        is_short[:, target] &= _are_seasonal(values, axis, season)
    if not is_short.any():
        return
    series, target = np.argwhere(is_short)[0]
    n_rows = int(axis.count_rows()[series])
    where = f" of series {quoted(axis.names[series])}" if axis.n_series > 1 else ""
    n_others = int(is_short.any(axis=1).sum()) - 1
    warn_user(
        f"{names[target]}{where} seems to have a season of {season} steps, but its "
        f"{n_rows} rows are fewer than two seasons, so forecasts do not contain it and "
        f"may be less accurate than the values one season earlier.{also_in(n_others)} "
        f"Until there are {2 * season} rows, use strategy='recursive' with "
        f"make_pipeline(SequenceWindower({season}), NaiveRegressor('seasonal', "
        f"season_length={season})) as estimator, or fit y together with longer series "
        "that have the same season. If there is no season, set season_length=None.",
        SkillWarning,
    )


def _are_seasonal(values, axis, season):
    """Return which series are closer to values a season than a row earlier."""
    rows, axis = axis.last(season), axis.by_season
    by_season, by_row = (
        mean_squared_changes(values, rows, axis, lag) for lag in (season, 1)
    )
    return (by_season < by_row) & repeats_itself(values, axis, season)
