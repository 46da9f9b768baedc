"""Fit the estimator of a forecaster to targets of all steps."""

from copy import deepcopy
from itertools import chain

import numpy as np
from sklearn.base import is_regressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from skseq._estimator.parts import parts_of
from skseq._estimator.plurals import counted
from skseq._forecasting.pipeline.windower_steps import (
    find_windowers,
    return_frames,
    steps_before_windowers,
)
from skseq._forecasting.strategies.direct import Direct
from skseq._forecasting.strategies.known_targets import (
    find_windowing,
    fit_to_known,
    ignores_empty_windows,
    leaves_out_incomplete,
    warn_about_filled_targets,
)
from skseq._forecasting.strategies.recursive import Recursive
from skseq._forecasting.strategies.single_target import explain_several_outputs
from skseq._series.axis import using_axis
from skseq._series.index import is_pandas
from skseq._series.passed_rows import passing_rows
from skseq._series.target_origin import TargetOrigin, note_target_origin

STRATEGIES = {strategy.name: strategy for strategy in (Direct, Recursive)}
"""The classes that make targets and forecasts, by the parameter ``strategy``."""


def check_estimator(estimator, forecaster_class, strategy):
    """Raise if an estimator cannot be used in a forecaster with this strategy."""
    if any(isinstance(part, forecaster_class) for part in parts_of(estimator)):
        raise ValueError(
            "The estimator of SequenceForecaster must be a Pipeline of windows and a "
            "regressor, but it contains another SequenceForecaster. Pass the estimator "
            "of the inner forecaster instead, such as "
            "SequenceForecaster(inner.estimator, ...), or use the inner one alone."
        )
    if any(np.size(getattr(part, "quantile", 0)) > 1 for part in parts_of(estimator)):
        raise ValueError(
            "The regressor of a SequenceForecaster must predict one value for each "
            "step, but it predicts several quantiles. Use one quantile, such as the "
            "median, and forecast(coverage=...) for intervals."
        )
    quantile = _predicted_quantile(estimator)
    if strategy == "recursive" and quantile is not None:
        raise ValueError(
            "strategy='recursive' predicts each step from predictions of the steps "
            "before, as if they were values of y, but the estimator predicts the "
            f"quantile {quantile:g}, so errors grow from step to step. Use "
            "strategy='direct', or predict the mean or the median and get intervals "
            "from forecast(coverage=...)."
        )
    if not find_windowers(estimator):
        raise ValueError(
            "SequenceForecaster needs a SequenceWindower among the steps of its "
            f"estimator, but {type(estimator).__name__} has none. Pass a Pipeline such "
            "as make_pipeline(TargetAwareMinMaxScaler(), SequenceWindower(12), "
            "LSTMRegressor())."
        )
    # Some regressors have `predict` only after fit, such as a StackingRegressor without
    # a final estimator of its own.
    if not hasattr(estimator, "predict") and not is_regressor(estimator):
        raise ValueError(
            "The estimator of SequenceForecaster must have the method predict, but "
            f"{estimator!r} has none. Use a Pipeline whose last step is a regressor."
        )


def _predicted_quantile(estimator):
    """Return the quantile that is predicted; None for the median or the mean."""
    regressor = estimator
    while hasattr(regressor, "fit"):
        estimator = regressor
        regressor = (
            estimator[-1]
            if isinstance(estimator, Pipeline)
            else getattr(estimator, "estimator", getattr(estimator, "regressor", None))
        )
    loss = getattr(estimator, "loss", None)
    if loss not in (None, "quantile"):
        return None
    quantile = getattr(estimator, "quantile", None)  # a QuantileRegressor has no loss
    if quantile is None and loss == "quantile":
        quantile = getattr(estimator, "alpha", None)  # of a GradientBoostingRegressor
    if quantile is None or np.size(quantile) != 1:
        return None
    quantile = np.ravel(quantile)[0]
    return None if quantile == 0.5 else quantile


def fit_on(
    estimator,
    table,
    layout,
    strategy,
    transform,
    default_estimator,
    *,
    is_warned_about=False,
):
    """Fit an estimator in place to the rows of a table.

    Raise if no row has known targets; or if gaps make targets incomplete, but the
    estimator cuts the windows itself and takes no ``sample_weight``.

    The targets of the table are transformed by `transform`. See `TargetOrigin` for the
    last arguments.
    """
    # Steps may modify their input in place, some even that of a shallow copy.
    cells = deepcopy(table.cells)
    pipe, _ = find_windowing(estimator)
    only_complete = leaves_out_incomplete(pipe)
    outputs, is_complete = strategy.make_targets(table, only_complete=only_complete)
    if outputs.shape[1] == 1:
        outputs = outputs[:, 0]
    if is_pandas(table.cells):
        for step in chain(*steps_before_windowers(estimator)):
            return_frames(step)  # which keep names and index
        outputs = _labelled(outputs, table.cells.index, layout)
    features, lags = strategy.pasts_of_outputs(layout.n_targets)
    columns = layout.target_names or range(layout.n_targets)
    described = [transform.describe(n, column) for n, column in enumerate(columns)]
    # The targets of the first rows begin before the series.
    n_before, horizon = table.steps_in_series, strategy.windower_horizon
    is_first = (n_before < horizon) & (n_before == table.rows_in_series)
    is_usable = is_complete | is_first
    target_origin = TargetOrigin(
        features,
        lags,
        # The targets are the first columns of the table.
        targets=tuple(described[feature] for feature in features),
        default_estimator=default_estimator,
        table=layout.indexed,
        n_incomplete=int((~is_usable).sum()),
        is_warned_about=is_warned_about,
    )
    note_target_origin(outputs, target_origin)
    # Fitted as it is if it may get all rows, such as for a horizon of 1.
    must_leave_out = not (is_complete.all() or ignores_empty_windows(pipe))
    explained = explain_several_outputs(estimator, layout.n_targets, horizon)
    if pipe is not None and must_leave_out:
        with using_axis(table.axis), passing_rows(cells), explained:
            return fit_to_known(estimator, cells, outputs, is_complete)
    weights = _weights(estimator, is_usable)
    if must_leave_out and not is_complete[is_first].all():
        warn_about_filled_targets(estimator, horizon)
    with using_axis(table.axis), passing_rows(cells), explained:
        return estimator.fit(cells, outputs, **weights)


def _labelled(outputs, index, layout):
    """Add an index and names to the outputs, so that steps can compare them with X."""
    import pandas as pd

    names = layout.names_of_targets
    if outputs.ndim == 1:
        return pd.Series(outputs, index=index, name=names[0])
    n_steps = outputs.shape[1] // len(names)
    if n_steps > 1:
        names = [f"{name}_{step + 1}" for name in names for step in range(n_steps)]
    return pd.DataFrame(outputs, index=index, columns=names, copy=False)


def _weights(estimator, is_usable):
    """Return arguments of fit that leave rows out; empty if all rows are usable."""
    if is_usable.all():
        return {}
    prefix, last = "", estimator
    while hasattr(last, "steps"):
        name, last = last.steps[-1]
        prefix += f"{name}__"
    if not has_fit_parameter(last, "sample_weight"):
        raise ValueError(
            "The index has gaps, so the targets of "
            f"{counted((~is_usable).sum(), 'row')} are incomplete, but "
            f"{type(last).__name__} cuts the windows itself and takes no "
            "sample_weight, so these rows cannot be left out. Fill the gaps, use "
            "strategy='recursive', or a Pipeline with the windower among its steps "
            "(put a search around the SequenceForecaster)."
        )
    return {f"{prefix}sample_weight": is_usable.astype(np.float64)}
