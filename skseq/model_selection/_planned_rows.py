"""The rows after an origin, with the columns that are known in advance."""

import numpy as np

from skseq._forecasting.forecaster import SequenceForecaster
from skseq._forecasting.future.missing_future_rows import filled_rows
from skseq._series.continuation import continue_index
from skseq._validation.positions import position_of


def planned_rows(forecaster, rows, fold, n_steps):
    """Return what a forecaster may use of the rows after an origin, as a DataFrame.

    It contains the future columns; if there are none, it is an index alone. None is
    returned for a forecaster of the user's own that gets no future columns.
    """
    import pandas as pd

    columns = getattr(forecaster, "future_columns", None)
    times, origin = rows.times, fold.origin
    has_columns = rows.X is not None and columns is not None
    if not has_columns and not isinstance(forecaster, SequenceForecaster):
        return None
    planned = planned_columns(rows, columns)
    # A direct forecast needs planned values up to the horizon, even of fewer steps.
    is_direct = getattr(forecaster, "strategy", None) == "direct"
    n_steps = max(n_steps, forecaster.horizon) if is_direct else n_steps
    ahead = planned.iloc[_rows_ahead(times, origin, n_steps)]
    if times.frequency is None:
        return ahead
    last_rows = times.last_rows_until(origin)
    last_rows = last_rows[last_rows >= 0]
    names = None if times.names is None else times.names[times.series[last_rows]]
    ends = times.labels[last_rows]
    frequency = times.frequency
    if isinstance(forecaster, SequenceForecaster):
        # All rows may show other open days than those before the origin.
        frequency = forecaster._fitted_forecast.table.frequency
    index = continue_index(frequency, ends, names, n_steps, ahead.index)
    index = index.set_names(times.index.names)
    if planned.shape[1] == 0:
        return pd.DataFrame(index=index)
    is_ahead = times.labels <= index.get_level_values(-1).max()
    ahead = planned.iloc[np.flatnonzero((times.steps > origin) & is_ahead)]
    wanted = np.zeros(times.series.max() + 1, dtype=int)
    np.maximum.at(wanted, times.series[fold.test], times.steps[fold.test])
    n_wanted = wanted[times.series[last_rows]] - times.steps[last_rows]
    if is_direct:
        n_wanted = np.where(n_wanted > 0, n_steps, 0)
    return filled_rows(ahead, planned.iloc[last_rows], index, n_wanted)


def _rows_ahead(times, origin, n_steps):
    """Return the positions of the rows that a forecast from an origin may use."""
    if times.frequency is None or not times.frequency.of_series:
        return times.between(origin, origin + n_steps)
    # Series that are open on fewer days have fewer steps in the same time.
    rows = np.flatnonzero(times.steps > origin)
    return rows[times[rows].first(n_steps)]


def planned_columns(rows, columns):
    """Return the future columns that X has; steps of a pipeline may make others."""
    import pandas as pd

    X = pd.DataFrame(index=rows.y.index) if rows.X is None else rows.X
    labels = list(X.columns)
    columns = [] if columns is None else list(columns)
    places = [position_of(column, labels) for column in columns]
    return X.iloc[:, [place for place in places if place is not None]]
