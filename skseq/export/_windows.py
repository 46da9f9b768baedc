"""Operators from rows to what a network gets: windows, fills and normalization."""

from dataclasses import dataclass

import numpy as np

from skseq._network.normalization import Anchor


def rows_of_window(windower):
    """Return how many rows one window is cut from.

    With columns known in advance, these are all rows up to the one to predict,
    otherwise only those in the window.
    """
    is_seen = windower._fitted_future and windower._fitted_horizon
    return windower._fitted_time_steps + (windower._fitted_horizon if is_seen else 0)


def add_windower(graph, rows, windower):
    """Cut one window from the `rows_of_window` rows of each sample."""
    time_steps, horizon = windower._fitted_time_steps, windower._fitted_horizon
    if rows_of_window(windower) == time_steps:
        return rows
    is_future = np.zeros(windower.n_features_in_, dtype=bool)
    is_future[windower._fitted_future] = True
    past = graph.slice(rows, 0, time_steps, axis=1)
    future = graph.slice(rows, horizon, horizon + time_steps, axis=1)
    return graph.add("Where", is_future, future, past)


def add_fill(graph, windows, time_steps, fill_values):
    """Fill missing steps as `skseq._series.windows.fill_each` does.

    Each round fills the steps that are still missing with the value at some distance
    before them, and later with one after them, for the first steps. The distance
    doubles, so few rounds reach all steps.
    """
    steps = np.arange(time_steps)
    distances = [2**n for n in range((time_steps - 1).bit_length())]
    for sign in (-1, 1):
        for distance in distances:
            source = np.clip(steps + sign * distance, 0, time_steps - 1)
            moved = graph.add("Gather", windows, source, axis=1)
            is_missing = graph.add("IsNaN", windows)
            windows = graph.add("Where", is_missing, moved, windows)
    is_missing = graph.add("IsNaN", windows)
    return graph.add("Where", is_missing, np.asarray(fill_values, float), windows)


@dataclass(frozen=True)
class NormalizedWindows:
    """Names of the results of a normalization, all in float64.

    Attributes
    ----------
    values : str
        Of shape (n_windows, time_steps, n_features).
    scale, base : str
        Of shape (n_windows, n_outputs): the prediction is ``scale * output + base``.
    variance : str
        Of shape (n_windows, 1, n_features), without floor.
    """

    values: str
    scale: str
    base: str
    variance: str

    def restore(self, graph, outputs):
        """Transform outputs of shape (n_windows, n_outputs) back."""
        return graph.add("Add", graph.add("Mul", self.scale, outputs), self.base)


def add_normalization(graph, windows, normalization, window_shape):
    """Normalize windows as `skseq._network.normalization.Normalizer` does."""
    unchanged = np.array([floor is None for floor in normalization.floors])
    floors = [floor or 0.0 for floor in normalization.floors]
    mean = graph.mean(windows, axis=1)
    centred = graph.add("Sub", windows, mean)
    variance = graph.mean(graph.add("Mul", centred, centred), axis=1)
    deviation = graph.add("Sqrt", graph.add("Add", variance, floors))
    # Before the division: where nothing is normalized, the deviation may be zero.
    deviation = graph.add("Where", unchanged, np.float64(1), deviation)
    centred = graph.add("Where", unchanged, windows, centred)
    values = graph.add("Div", centred, deviation)
    scale, base = add_anchors(
        graph, windows, mean, deviation, normalization.anchors, window_shape
    )
    return NormalizedWindows(values, scale, base, variance)


def add_anchors(graph, windows, mean, deviation, anchors, window_shape):
    """Compute what transforms outputs back, both of shape (n_windows, n_outputs)."""
    time_steps, n_features = window_shape
    # The steps one after another, then the mean as one more step.
    known = graph.add("Concat", windows, mean, axis=1)
    known = graph.reshape(known, (time_steps + 1) * n_features)
    deviation = graph.reshape(deviation, n_features)
    # An output without an anchor has the scale 1 and the base 0.
    ones = np.array([0.0 if anchor else 1.0 for anchor in anchors])
    neutral = Anchor(feature=0, step=None, slope=0.0, intercept=0.0)
    anchors = [anchor or neutral for anchor in anchors]
    features = np.array([anchor.feature for anchor in anchors])
    steps = np.array([time_steps + (anchor.step or 0) for anchor in anchors])
    slopes = np.array([anchor.slope for anchor in anchors])
    intercepts = np.array([anchor.intercept for anchor in anchors])
    scale = graph.add("Gather", deviation, features, axis=1)
    scale = graph.add("Add", graph.add("Mul", scale, slopes), ones)
    base = graph.add("Gather", known, steps * n_features + features, axis=1)
    base = graph.add("Add", graph.add("Mul", base, slopes), intercepts)
    return scale, base


def add_statistics(graph, windows, variance, normalization, time_steps):
    """Compute the statistics of windows that a network reads, as one step per window.

    They are the same as in `skseq._network.window_statistics.StatisticsScale`.
    """
    statistics = normalization.statistics
    features = np.array(statistics.features)
    floors = np.array([normalization.floors[feature] for feature in features])
    variance = graph.add("Gather", variance, features, axis=2)
    chosen = graph.add("Gather", windows, features, axis=2)
    later = graph.slice(chosen, 1, time_steps, axis=1)
    earlier = graph.slice(chosen, 0, time_steps - 1, axis=1)
    changes = graph.add("Sub", later, earlier)
    size = graph.mean(graph.add("Abs", changes), axis=1)
    log_deviations, log_steps = (
        graph.add("Mul", graph.add("Log", graph.add("Add", squares, floors)), 0.5)
        for squares in (variance, graph.add("Mul", size, size))
    )
    log_steps = graph.add("Sub", log_steps, log_deviations)
    values = graph.add("Concat", log_deviations, log_steps, axis=2)
    values = graph.add("Sub", values, np.array(statistics.means))
    return graph.add("Div", values, np.array(statistics.deviations))
