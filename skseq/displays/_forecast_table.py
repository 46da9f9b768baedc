"""Forecasts as a frame with the columns prediction, lower_0.8, upper_0.8 and so on."""

import numpy as np

from skseq._series.axis import TimeAxis
from skseq._series.index import is_pandas
from skseq.displays._target_values import (
    as_series,
    choose_target,
    has_times,
    one_column,
)


def as_forecast_table(forecast, history, target):
    """Convert what ``forecast`` returned to a frame with the forecast of one target.

    Its index contains times or numbers, or (series, time). Forecasts without an index
    of times follow the last row of the history, if there is one.
    """
    columns = columns_of_target(forecast, target)
    table = as_series(columns.pop("prediction"), "forecast").to_frame("prediction")
    for name, values in columns.items():
        table[name] = np.asarray(values, dtype=np.float64)
    if history is not None and not has_own_times(forecast, history):
        table.index = labels_after(history, len(table))
    return table


def columns_of_target(forecast, target):
    """Return the prediction of one target and its bounds, by the names of columns."""
    is_frame = is_pandas(forecast) and forecast.ndim == 2
    if is_frame and has_intervals_of_targets(forecast):
        targets = forecast.columns.droplevel(-1)
        target = choose_target(target, list(targets.unique()), "forecast")
        forecast = forecast.loc[:, [name == target for name in targets]]
        forecast = forecast.set_axis(forecast.columns.get_level_values(-1), axis=1)
    if is_frame and "prediction" in forecast.columns:
        return {str(name): forecast[name] for name in forecast.columns}
    return {"prediction": one_column(forecast, "forecast", target)}


def names_of_targets(history, forecast):
    """Return the names of the targets of a history or forecast, or None."""
    if is_pandas(history) and history.ndim == 2:
        return list(history.columns)
    if not is_pandas(forecast) or forecast.ndim == 1:
        return None
    if has_intervals_of_targets(forecast):
        return list(forecast.columns.droplevel(-1).unique())
    return None if "prediction" in forecast.columns else list(forecast.columns)


def has_intervals_of_targets(forecast):
    """Return whether a frame has intervals of several targets.

    The columns of targets may have several levels, too.
    """
    columns = forecast.columns
    return columns.nlevels > 1 and "prediction" in columns.unique(level=-1)


def has_own_times(forecast, history):
    """Return whether a forecast says when its steps are, after a history.

    Arrays and tables with an index of text do not. Forecasts of arrays with intervals
    are frames that number their steps from 1.
    """
    if not has_times(forecast):
        return False
    are_steps = forecast.index.name == "step" != history.index.name
    return not are_steps or history.index.dtype.kind not in "iu"


def labels_after(history, n):
    """Return the labels of the n steps after a history."""
    import pandas as pd

    axis = TimeAxis.of(history)
    last = history.index[-1]
    if axis.names is None and axis.frequency is not None:
        return axis.frequency.extend(last, n)
    if axis.names is None and history.index.dtype.kind in "iu":
        return pd.RangeIndex(last + 1, last + 1 + n)
    reason = "it is irregular" if axis.names is None else "it contains several series"
    raise ValueError(
        "The forecast has no index, and that of the history cannot be continued, "
        f"because {reason}. Pass the forecast as a Series or DataFrame with an index."
    )
