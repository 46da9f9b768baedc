"""Fit a SequenceForecaster: from its parameters and a table to a FittedForecast."""

from skseq._forecasting.fitted_forecast import FittedForecast
from skseq._forecasting.known.columns_of_target import check_columns_of_target
from skseq._forecasting.known.missing_rows import warn_about_lost_rows
from skseq._forecasting.known.table import Table
from skseq._forecasting.pipeline.default_pipeline import make_default_pipeline
from skseq._forecasting.pipeline.future_sources import (
    columns_at_windower,
    warn_about_lost_columns,
)
from skseq._forecasting.pipeline.windower_steps import (
    find_windowers,
    window_span,
    with_horizon,
)
from skseq._forecasting.strategies.direct import warn_about_unseen_future
from skseq._forecasting.strategies.pipeline_fit import (
    STRATEGIES,
    check_estimator,
    fit_on,
)
from skseq._forecasting.strategies.single_target import explain_several_outputs
from skseq._forecasting.target.incomplete_period import warn_about_incomplete_period
from skseq._forecasting.target.level_change import has_earlier_level
from skseq._forecasting.target.log_choice import changes_grow_with_level
from skseq._forecasting.target.nonlinear_scalers import has_nonlinear_target_scaler
from skseq._forecasting.target.season_length import (
    choose_season_length,
    warn_about_long_day,
)
from skseq._forecasting.target.seasonal_indices import has_clear_season
from skseq._forecasting.target.short_season import warn_about_short_season
from skseq._forecasting.target.target_transform import TargetTransform
from skseq._series.default_estimator_code import DefaultEstimator
from skseq._series.doubtful_values import warn_about_doubtful_values


def fit_forecast(forecaster, cells, layout, report):
    """Fit a clone of the estimator of a forecaster.

    Only the parameters of the forecaster are read. `report` reports the fit of the
    estimator to scikit-learn's callbacks.
    """
    horizon = int(forecaster.horizon)
    strategy = STRATEGIES[forecaster.strategy](horizon)
    layout = layout.with_future_columns(forecaster.future_columns)
    estimator, gaps = forecaster.estimator, "auto"
    if estimator is not None:
        check_estimator(estimator, type(forecaster), forecaster.strategy)
        if any(w.gaps == "ignore" for w in find_windowers(estimator).values()):
            gaps = "ignore"
    table = Table.of(cells, layout.n_targets, gaps=gaps, name=layout.indexed)
    known_ahead = table.columns(layout.future_columns)
    warn_about_doubtful_values(table.targets, table.axis, known_ahead)
    is_warned_about = check_columns_of_target(table, layout, horizon)
    season = choose_season_length(forecaster.season_length, table)
    # Once, and not in each forecast: the first row stays the same.
    warn_about_incomplete_period(table, season, layout.names_of_targets, "first")
    time_steps = default_estimator = None
    if estimator is None:
        estimator = make_default_pipeline(horizon, table, season)
        time_steps = estimator["window"].time_steps
    transform = learn_transform(
        forecaster, table, season, time_steps, layout.future_columns
    )
    if forecaster.estimator is None:
        if forecaster.deseasonalize == "auto":
            warn_about_short_season(table, transform, layout.names_of_targets)
        default_estimator = DefaultEstimator(
            target_parameters(forecaster, transform), estimator[-1].patch_length, season
        )
    transformed = transform.apply(table)
    columns = find_future_columns(estimator, transformed, layout, strategy)
    estimator = with_horizon(
        estimator, strategy.windower_horizon, columns or None, allowed={1, horizon}
    )
    warn_about_lost_rows(table, window_span(estimator))
    if columns:
        warn_about_unseen_future(estimator, strategy.windower_horizon)
    with report.inner_fit(estimator, "fit-estimator"):
        estimator = fit_on(
            estimator,
            transformed,
            layout,
            strategy,
            transform,
            default_estimator,
            is_warned_about=is_warned_about,
        )
    # All parameters are stored, so that set_params takes effect only at the next fit.
    return FittedForecast(
        estimator=estimator,
        table=table,
        fitted_table=table,
        layout=layout,
        strategy=strategy,
        calibration_fraction=float(forecaster.calibration_fraction),
        transform=transform,
        default_estimator=default_estimator,
    )


def learn_transform(forecaster, table, season, time_steps=None, future_columns=()):
    """Learn the scale on which targets are forecast.

    `time_steps` is the length of the windows of the default estimator, and
    `future_columns` are positions of columns of the table known in advance.
    """
    log, deseasonalize = read_choices(forecaster, table)
    # Windows cannot show a season that is longer, or that the calendar shifts.
    is_hidden = time_steps is not None and bool(
        time_steps < season or (table.season_shifts % season).any()
    )
    if deseasonalize == "auto" and table.axis.n_series == 1:
        # The user's windows may be long enough to learn the season. And indices do not
        # describe a season that grows with the level, except in the rows of one level.
        is_off = forecaster.estimator is not None or (
            log is not True
            and changes_grow_with_level(table, season).any()
            and not (is_hidden and has_clear_season(table, season).any())
            and not has_earlier_level(table, season)
        )
        if is_off:
            deseasonalize = False
    transform = TargetTransform.of(
        table,
        season,
        log=log,
        deseasonalize=deseasonalize,
        is_hidden=is_hidden,
        future_columns=future_columns,
    )
    # Windows of the user's own may contain a season that is not removed.
    is_used = forecaster.estimator is None or transform.deseasonalize is not False
    if forecaster.season_length == "auto" and season == 1 and is_used:
        warn_about_long_day(table)
    return transform


def read_choices(forecaster, table):
    """Return ``log`` and ``deseasonalize``, each True, False or "auto".

    A nonlinear target scaler in the estimator turns "auto" into False.
    """
    default, estimator = "auto", forecaster.estimator
    if estimator is not None:
        strategy = STRATEGIES[forecaster.strategy](int(forecaster.horizon))
        # A logarithm or root of the user's own may not be defined for the result.
        if has_nonlinear_target_scaler(estimator, table, strategy):
            default = False
    choices = (forecaster.log, forecaster.deseasonalize)
    # NumPy's booleans are not `True` and `False`.
    return [default if isinstance(choice, str) else bool(choice) for choice in choices]


def target_parameters(forecaster, transform):
    """Return the arguments that transform the targets alike if an estimator is passed.

    Messages show them as code, because "auto" may make another choice if the user
    passes an estimator.
    """
    names = ("log", "deseasonalize", "season_length")
    chosen = {name: getattr(forecaster, name) for name in names}
    # The indices of a single series are removed only without an estimator, and "auto"
    # takes its logarithm only together with them.
    if len(transform.indices) == 1 and transform.is_deseasonalized.any():
        chosen["deseasonalize"] = True
        if transform.is_log.all():
            chosen["log"] = True
    return tuple(f"{name}={value}" for name, value in chosen.items() if value != "auto")


def find_future_columns(estimator, table, layout, strategy):
    """Return the ``future_columns`` of a windower that is fitted on a table."""
    positions, created = layout.future_positions, layout.created_columns
    if not positions and not created:
        return []
    outputs, _ = strategy.make_targets(table)
    outputs = outputs[:, 0] if outputs.shape[1] == 1 else outputs
    horizon = strategy.windower_horizon
    with explain_several_outputs(estimator, layout.n_targets, horizon):
        columns, lost, names = columns_at_windower(
            estimator, table, outputs, layout, horizon
        )
    layout.check_are_created(names)
    labels = {n: layout.labels[p] for p, n in positions.items()}
    warn_about_lost_columns([labels[n] for n in lost], names)
    return list(dict.fromkeys([*columns, *created]))
