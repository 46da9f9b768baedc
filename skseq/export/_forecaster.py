"""A direct forecaster as operators: the pipeline, and one output for each step."""

from skseq.export._pipeline import add_pipeline

TRANSFORMED = {"log": "logarithms", "deseasonalize": "values without their season"}
"""What is forecast instead of y, by the name of the parameter."""


def check_is_exportable(fitted):
    """Raise if a forecast needs more than the rows of one window.

    Parameters
    ----------
    fitted : FittedForecast

    Raises
    ------
    ValueError
        The message names the parameter.
    """
    if fitted.strategy != "direct":
        raise ValueError(
            "to_onnx exports SequenceForecaster(strategy='direct'), which predicts all "
            f"steps at once, but this one has strategy={fitted.strategy!r}. Fit with "
            "strategy='direct', or export the pipeline that predicts one step: "
            "to_onnx(forecaster.estimator_)."
        )
    transform = fitted.transform
    used = {"log": transform.is_log, "deseasonalize": transform.is_deseasonalized}
    names = [name for name, is_used in used.items() if is_used.any()]
    if names:
        given = ", ".join(f"{name}={getattr(transform, name)!r}" for name in names)
        raise ValueError(
            "to_onnx exports forecasts of the values of y themselves, but this "
            "SequenceForecaster forecasts "
            f"{' and '.join(TRANSFORMED[name] for name in names)} ({given}). Fit with "
            f"{', '.join(f'{name}=False' for name in names)}."
        )


def add_forecaster(graph, rows, parts, fitted):
    """Add a direct forecaster.

    Parameters
    ----------
    graph : Graph
    rows : str
        Of the table of targets and other columns.
    parts : Parts
        Of its pipeline.
    fitted : FittedForecast

    Returns
    -------
    predictions : str
        Of shape (n_windows, horizon, n_targets), in the units of y.
    """
    predictions = add_pipeline(graph, rows, parts)
    by_target = graph.reshape(predictions, fitted.layout.n_targets, fitted.horizon)
    return graph.add("Transpose", by_target, perm=[0, 2, 1])
