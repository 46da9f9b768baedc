"""A direct forecaster as operators: the pipeline, and one output for each step."""

import numpy as np

from skseq.export._pipeline import add_pipeline
from skseq.export._target_transform import TransformedTargets


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


def add_forecaster(graph, rows, parts, fitted):
    """Add a direct forecaster; `rows` contains the targets and the other columns.

    Returns
    -------
    predictions : str
        Of shape (n_windows, horizon, n_targets), in the units of y.
    """
    targets = TransformedTargets.of(graph, fitted)
    n_rows, n_columns = parts.input_shape
    last_known = parts.windower._fitted_time_steps - 1
    n_before = last_known - np.arange(n_rows)
    predictions = add_pipeline(graph, targets.apply(rows, n_columns, n_before), parts)
    by_target = graph.reshape(predictions, fitted.layout.n_targets, fitted.horizon)
    by_step = graph.add("Transpose", by_target, perm=[0, 2, 1])
    return targets.restore(by_step, fitted.horizon)
