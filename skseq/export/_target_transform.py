"""Logarithms and seasons of targets as operators.

The steps are those of `skseq._forecasting.target.target_transform.TargetTransform`.
"""

from dataclasses import dataclass

import numpy as np

from skseq._forecasting.target.target_transform import limits_of_change

SERIES = "series"
"""Input: number of the series of each window, int64, of shape (n_windows,)."""

STEPS = "steps_since_export"
"""Input: steps from the last known row of a series at the time of the export to the
last known row of the window, int64, of shape (n_windows,)."""


@dataclass(frozen=True, eq=False)
class TransformedTargets:
    """Adds the operators that transform targets and restore predictions.

    Attributes
    ----------
    graph : Graph
    transform : TargetTransform
    series : str or ndarray of int of shape (1,)
        The series of each window.
    steps : str or None
        The input `STEPS`; None without a season.
    last_steps : ndarray of int of shape (n_series,)
        Steps in the season of the last known row of each series.
    """

    graph: object
    transform: object
    series: str | np.ndarray
    steps: str | None
    last_steps: np.ndarray

    @classmethod
    def of(cls, graph, fitted):
        """Add the inputs that a forecaster needs."""
        transform, table = fitted.transform, fitted.table
        is_transformed = transform.is_log.any() or transform.indices.any()
        series, steps = np.zeros(1, np.int64), None
        if is_transformed and table.axis.n_series > 1:
            series = graph.add_input(SERIES, (), np.int64)
        if transform.indices.any():
            steps = graph.add_input(STEPS, (), np.int64)
        return cls(graph, transform, series, steps, table.season_steps[table.last_rows])

    def apply(self, rows, n_columns, n_before):
        """Transform the targets, which are the first columns of the rows.

        `n_before` says how many steps each row comes before the last known row.
        """
        graph, transform = self.graph, self.transform
        n_targets = transform.is_log.shape[1]
        if not transform.is_log.any() and self.steps is None:
            return rows
        values = graph.slice(rows, 0, n_targets, axis=2)
        if transform.is_log.any():
            means, lowest = map(self._gather, (transform.means, transform.lowest))
            is_not_positive = graph.add("LessOrEqual", values, np.float64(0))
            positive = graph.add("Where", is_not_positive, lowest, values)
            logs = graph.add("Log", graph.add("Div", positive, means))
            logs = graph.add("Add", means, graph.add("Mul", means, logs))
            values = graph.add("Where", self._gather(transform.is_log), logs, values)
        if self.steps is not None:
            values = graph.add("Sub", values, self._season_at(-n_before))
        others = graph.slice(rows, n_targets, n_columns, axis=2)
        return graph.add("Concat", values, others, axis=2)

    def restore(self, predictions, horizon):
        """Convert predictions to the units of y; (n_windows, horizon, n_targets)."""
        graph, transform = self.graph, self.transform
        if self.steps is not None:
            season = self._season_at(np.arange(1, horizon + 1))
            predictions = graph.add("Add", predictions, season)
        if not transform.is_log.any():
            return predictions
        means = self._gather(transform.means)
        lowest, highest = map(self._gather, limits_of_change(transform.means))
        changes = graph.add("Sub", graph.add("Div", predictions, means), np.float64(1))
        changes = graph.add("Max", graph.add("Min", changes, highest), lowest)
        restored = graph.add("Mul", means, graph.add("Exp", changes))
        is_log = self._gather(transform.is_log)
        return graph.add("Where", is_log, restored, predictions)

    def _gather(self, values):
        """Return the values of the series of each window, (n_windows, 1, n_targets)."""
        of_windows = self.graph.add("Gather", values, self.series, axis=0)
        return self.graph.add("Unsqueeze", of_windows, [1])

    def _season_at(self, steps):
        """Return seasonal indices some steps after the last row of each window.

        The indices have the shape (n_windows, n_steps, n_targets).
        """
        graph, season = self.graph, self.transform.season_length
        last = graph.add("Gather", self.last_steps % season, self.series, axis=0)
        last = graph.add("Unsqueeze", graph.add("Add", last, self.steps), [1])
        places = graph.add("Mod", graph.add("Add", last, steps), np.int64(season))
        offsets = graph.add("Unsqueeze", self.series, [1])
        offsets = graph.add("Mul", offsets, np.int64(season))
        by_series_and_step = np.swapaxes(self.transform.indices, 1, 2)
        flat = by_series_and_step.reshape(-1, self.transform.indices.shape[1])
        return graph.add("Gather", flat, graph.add("Add", places, offsets), axis=0)
