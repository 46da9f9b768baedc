"""Tables of each kind of index, and what is drawn of them."""

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower

INDEXES = {
    "months": pd.date_range("2015-01-01", periods=60, freq="MS"),
    "periods": pd.period_range("2015-01", periods=60, freq="M"),
    "hours": pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Berlin"),
    "time differences": pd.timedelta_range("0h", periods=60, freq="h"),
    "integers": pd.RangeIndex(5, 65),
    "floats": pd.Index(np.arange(60) * 0.5),
}


def make_values(kind="months", n=60):
    """Make a random walk: a Series with an index of a kind, or an array."""
    values = np.random.default_rng(0).normal(size=60).cumsum()[:n]
    if kind == "array":
        return values
    return pd.Series(values, index=INDEXES[kind][:n], name="sales")


def make_panel(n_series=3, kind="months"):
    """Make several series, each of which begins 5 steps after the one before it."""
    series = {
        f"shop {number}": make_values(kind)[5 * number :] + 10 * number
        for number in range(n_series)
    }
    return pd.concat(series, names=["shop", "month"])


def make_forecaster(horizon=4, strategy="last"):
    pipe = make_pipeline(SequenceWindower(time_steps=6), NaiveRegressor(strategy))
    return SequenceForecaster(pipe, horizon=horizon, calibration_fraction=0.4)


def times_of(line):
    """Return the times of a line on an axis of dates, as dates without a zone."""
    return pd.DatetimeIndex(line.get_xdata(orig=True))


def height_of(line):
    return np.asarray(line.get_ydata(), dtype=float)


def bounds_of(band):
    """Return the lower and upper ends of a band, from the first row to the last."""
    (path,) = band.get_paths()
    x, y = path.vertices.T
    positions = np.unique(x)
    lower = [y[x == position].min() for position in positions]
    upper = [y[x == position].max() for position in positions]
    return np.array(lower), np.array(upper)


def labels_in(figure):
    """Return the labels of the legend of a figure."""
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]
