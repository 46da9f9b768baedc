"""The rows after an origin, with the columns that are known in advance."""

import numpy as np

from skseq._forecasting.forecaster import SequenceForecaster
from skseq._series.continuation import continue_index
from skseq._validation.numbers import position_of


def planned_rows(forecaster, rows, origin, n_steps):
    """Return what a forecaster may use of the rows after an origin.

    Parameters
    ----------
    forecaster : fitted forecaster
    rows : BacktestRows
    origin : int
    n_steps : int
        Steps to forecast.

    Returns
    -------
    X_future : DataFrame or None
        The future columns; if there are none, only the labels of the rows. None if the
        rows have no labels.
    unknown : pandas.Index or None
        Labels of forecasts that need a row that X does not have. X_future has a
        placeholder row there, so that all other series and steps can be forecast.
    """
    import pandas as pd

    columns = getattr(forecaster, "future_columns", None)
    times = rows.times
    has_columns = rows.X is not None and columns is not None
    if not has_columns and not isinstance(forecaster, SequenceForecaster):
        return None, None
    planned = planned_columns(rows, columns)
    # A direct forecast needs planned values up to the horizon, even of fewer steps.
    is_direct = getattr(forecaster, "strategy", None) == "direct"
    n_steps = max(n_steps, forecaster.horizon) if is_direct else n_steps
    ahead = planned.iloc[_rows_ahead(times, origin, n_steps)]
    if times.frequency is None:
        return ahead, None
    last_rows = times.last_rows(origin)
    names = times.index.get_level_values(0)[last_rows] if times.is_panel else None
    ends = times.moments[last_rows]
    index = continue_index(times.frequency, ends, names, n_steps, ahead.index)
    index = index.set_names(times.index.names)
    if planned.shape[1] == 0:
        return pd.DataFrame(index=index), None
    is_missing = ahead.index.get_indexer(index) < 0
    # Where X has no row, the last known row of the series is the placeholder.
    invented = planned.iloc[last_rows.repeat(n_steps)[is_missing]]
    invented = invented.set_axis(index[is_missing], axis=0)
    # A recursive forecast is valid up to the first missing row of its series.
    is_unknown = np.logical_or.accumulate(is_missing.reshape(-1, n_steps), axis=1)
    if is_direct:
        is_unknown |= is_unknown[:, -1:]
    X_future = pd.concat([ahead, invented])
    # The rows of a series must be in order of time; series may be mixed.
    by_time = X_future.index.get_level_values(-1).argsort()
    return X_future.iloc[by_time], index[is_unknown.ravel()]


def _rows_ahead(times, origin, n_steps):
    """Return the positions of the rows that a forecast from an origin may use."""
    if times.frequency is None or not times.frequency.of_series:
        return times.between(origin, origin + n_steps)
    # Series that are open on fewer days have fewer steps in the same time.
    rows = np.flatnonzero(times.steps > origin)
    rows = rows[np.argsort(times.series[rows], kind="stable")]
    series = times.series[rows]
    numbers = np.arange(len(rows)) - np.searchsorted(series, series)
    return np.sort(rows[numbers < n_steps])


def planned_columns(rows, columns):
    """Return the future columns that X has; steps of a pipeline may make others."""
    import pandas as pd

    X = pd.DataFrame(index=rows.y.index) if rows.X is None else rows.X
    labels = list(X.columns)
    places = [position_of(column, labels) for column in columns or []]
    return X.iloc[:, [place for place in places if place is not None]]
