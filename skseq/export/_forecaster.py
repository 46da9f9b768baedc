"""A direct forecaster as operators: the pipeline, between transformed targets."""

from dataclasses import dataclass

import numpy as np

from skseq._estimator.warnings import warn_user
from skseq._forecasting.target.target_transform import limits_of_change
from skseq._regression.past.unseen_series import standardized_pasts
from skseq._validation.numbers import listed
from skseq.export._pipeline import add_pipeline


def check_is_exportable(fitted):
    """Raise if a forecast needs something that the exported model does not get."""
    if fitted.strategy.name != "direct":
        raise ValueError(
            "to_onnx exports SequenceForecaster(strategy='direct'), which predicts all "
            f"steps at once, but this one has strategy={fitted.strategy.name!r}. Fit "
            "with strategy='direct', or export the pipeline that predicts one step: "
            "to_onnx(forecaster.estimator_)."
        )
    table = fitted.table
    if fitted.transform.indices.any() and not np.array_equal(
        table.season_steps, table.steps_in_series
    ):
        raise ValueError(
            "to_onnx exports forecasts with a season only if every step of it has a "
            "row, but the season of this SequenceForecaster continues at steps "
            "without rows, such as holidays. Fit with deseasonalize=False."
        )


def warn_about_unseen_series(fitted, model):
    """Warn about new series that only ``forecast`` knows, and so predicts exactly.

    Those are series that came with ``update`` and whose latest window is constant.
    """
    table, known = fitted.table, model.series_names
    if known is None or not any(standardized_pasts(model)):
        return
    found = []
    for number in np.flatnonzero(known.get_indexer(table.axis.names) < 0):
        rows = np.flatnonzero(table.axis.series == number)[-fitted.time_steps :]
        if (np.ptp(table.targets[rows], axis=0) == 0).any():
            found.append(table.axis.names[number])
    if found:
        warn_user(
            f"These series came with update: {listed(found, most=5)}. Their latest "
            "values are all equal, and forecast returns this value, but the ONNX model "
            "treats them like all others. Do not predict them with it."
        )


def add_forecaster(graph, rows, parts, fitted):
    """Add a direct forecaster; `rows` contains the targets and the other columns.

    The predictions, in the units of y, have the shape (n_windows, horizon, n_targets).
    """
    targets = TransformedTargets.of(graph, fitted)
    n_rows, n_columns = parts.input_shape
    steps = np.arange(1, n_rows + 1) - parts.windower._fitted_time_steps
    predictions = add_pipeline(graph, targets.apply(rows, n_columns, steps), parts)
    by_target = graph.reshape(predictions, fitted.layout.n_targets, fitted.horizon)
    by_step = graph.add("Transpose", by_target, perm=[0, 2, 1])
    return targets.restore(by_step, fitted.horizon)


@dataclass(frozen=True, eq=False)
class TransformedTargets:
    """Adds the logarithms and seasons of targets, and their inverse, to a graph.

    The steps are those of `skseq._forecasting.target.target_transform.TargetTransform`.

    Attributes
    ----------
    graph : Graph
    transform : TargetTransform
    series : str or ndarray of int of shape (1,)
        The series of each window.
    steps : str or None
        The input "steps_since_export"; None without a season.
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
            series = graph.add_input("series", (), np.int64)
        if transform.indices.any():
            steps = graph.add_input("steps_since_export", (), np.int64)
        return cls(graph, transform, series, steps, table.season_steps[table.last_rows])

    def apply(self, rows, n_columns, steps):
        """Transform the targets, which are the first columns of the rows.

        `steps` are those from the last known row to each row: 0 and below.
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
            values = graph.add("Sub", values, self._season_at(steps))
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
