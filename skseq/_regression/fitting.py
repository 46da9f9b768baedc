"""The steps of a fit: from checked rows to a FittedModel."""

from dataclasses import replace

import numpy as np

from skseq._engine.choice import choose_engine
from skseq._engine.native.losses import is_native_loss
from skseq._network.quantiles import repeat_anchors
from skseq._regression.checks.feature_range import range_of
from skseq._regression.checks.loss_check import (
    explain_undefined,
    favours_one_side,
    warn_about_constant_loss,
    warn_about_unsuitable_loss,
)
from skseq._regression.checks.skill_check import (
    Comparison,
    check_skill,
    check_skill_in_training,
)
from skseq._regression.fitted import FittedModel
from skseq._regression.linear.fit_to_loss import fit_linear_to_loss
from skseq._regression.linear.series_scale import find_series_scale
from skseq._regression.linear.standardization import choose_normalization
from skseq._regression.linear.weight import (
    choose_linear_weight,
    weights_before_training,
)
from skseq._regression.past.anchor_options import AnchorOptions
from skseq._regression.past.constant_series import ConstantSeries
from skseq._regression.past.lagged_targets import find_lagged_targets
from skseq._regression.past.unseen_series import names_of_series
from skseq._regression.rows.feature_samples import FeatureSamples
from skseq._regression.rows.fill_values import mean_of_features
from skseq._regression.rows.first_rows import first_windows_of
from skseq._regression.rows.incomplete_windows import check_some_complete
from skseq._regression.targets.past_maps import map_past_to_targets
from skseq._regression.targets.quantiles import (
    check_scaler_keeps_quantiles,
    prediction_shape,
    read_quantiles,
)
from skseq._regression.targets.rescaled_features import rescale_features
from skseq._regression.targets.scaling import (
    describe_scaler,
    find_constants,
    fit_target_scaler,
)
from skseq._regression.training.networks import (
    check_refit,
    train,
    train_again,
    with_initial_states,
)
from skseq._regression.training.training_data import find_latest, make_training_data
from skseq._regression.warm_start import continue_model

# A fifth of fewer windows is less than three windows, too few to show the best epoch.
MIN_WINDOWS_TO_STOP = 15
"""Minimum number of complete windows for early stopping by default."""


def fit_model(estimator, rows, previous, call):
    """Fit the target scaler, the linear forecast and the networks of a FittedModel.

    ``previous`` is the model to continue from in a warm start or in ``partial_fit``, or
    None. Only the parameters of the estimator are read.
    """
    check_refit(estimator)
    is_first = previous is None
    if is_first:
        model = start_model(estimator, rows)
    else:
        model = continue_model(estimator, rows, previous)
    balanced = estimator.series_weight == "balanced"
    data = make_training_data(rows, model, call.options, balanced=balanced)
    training, validation, numbers = hold_out(estimator, model, rows, data, call)
    engine = choose_engine(
        model.engine if model.states else estimator.engine,
        model.architecture,
        call.options,
        int(estimator.batch_size),
        warm_start=bool(model.states),
    )
    model = replace(model, engine=engine, options=call.options)
    if is_first:
        warn_about_unsuitable_loss(model, data)
        if model.linear_weights.any():
            model = add_linear(estimator, model, data)
    before = with_initial_states(estimator, model)
    model = train(estimator, before, training, validation, call)
    if is_first:
        warn_about_constant_loss(model.history["loss"])
    if validation:
        is_auto = estimator.linear_weight == "auto" and is_first
        model, scaled = predict_held_out(model, training, validation, is_auto)
        check_skill(model, rows, Comparison(validation, numbers, True), scaled)
        if estimator.refit:
            model = train_again(estimator, before, model, data, call)
    elif is_first and call.early_stopping == "auto" and has_windows_to_stop(data):
        check_skill_in_training(model, rows, training)
    return model


def start_model(estimator, rows):
    """Fit everything except the linear forecast and the networks."""
    check_some_complete(rows)
    targets, complete = rows.targets_to_scale, rows.windows[rows.trainable]
    options = AnchorOptions.from_estimator(estimator)
    lagged_targets = find_lagged_targets(rows, options)
    described = getattr(rows.target_origin, "targets", ())
    scaler = fit_target_scaler(estimator.target_scaler, targets, described)
    quantiles = read_quantiles(estimator.quantile)
    if quantiles:
        check_scaler_keeps_quantiles(scaler, targets)
    rescaled, maps = map_past_to_targets(lagged_targets, targets, scaler, described)
    axis = rows.axis[rows.trainable]
    inputs = rescale_features(complete, scaler, rescaled)
    n_targets = targets.shape[1]
    # A loss of the user's own may be that of a quantile.
    is_one_sided = favours_one_side(estimator.loss, estimator.dtype, n_targets)
    has_quantiles = bool(quantiles) or is_one_sided
    normalization = choose_normalization(
        rows, inputs, lagged_targets, maps, scaler, options, has_quantiles
    )
    n_quantiles = max(len(quantiles), 1)
    normalization = repeat_anchors(normalization, n_quantiles)
    architecture = estimator._make_architecture(
        complete.shape[1:], n_targets * n_quantiles, normalization
    )
    series_scale = find_series_scale(
        inputs, axis, normalization, lagged_targets, rows.origin, has_quantiles
    )
    return FittedModel(
        target_scaler=scaler,
        target_shape=rows.target_shape,
        prediction_shape=prediction_shape(estimator.quantile, rows.target_shape),
        constants=find_constants(targets),
        constant_series=ConstantSeries.of(rows, lagged_targets, architecture.quantiles),
        series_names=names_of_series(axis),
        fill_values=mean_of_features(complete),
        feature_range=range_of(complete),
        feature_samples=FeatureSamples.of(rows),
        anchor_options=options,
        lagged_targets=lagged_targets,
        linear_weights=weights_before_training(options, architecture),
        rescaled=rescaled,
        given_target_scaler=describe_scaler(estimator.target_scaler),
        windower_fit_id=rows.origin and rows.origin.fit_id,
        first_windows=first_windows_of(rows),
        architecture=architecture,
        series_scale=series_scale,
    )


def hold_out(estimator, model, rows, data, call):
    """Hold the latest windows out for early stopping.

    Returns
    -------
    training : TrainingData
    validation : TrainingData or None
        None without early stopping.
    numbers : ndarray of int or None
        Numbers of the rows held out.
    """
    early_stopping = call.early_stopping
    if early_stopping == "auto":
        is_normalized = model.architecture.normalization is not None
        early_stopping = is_normalized and has_windows_to_stop(data)
    if not early_stopping:
        return data, None, None
    axis = rows.axis[rows.trainable]
    is_latest = find_latest(axis, estimator.validation_fraction)
    return data[~is_latest], data[is_latest], rows.trainable[is_latest]


def has_windows_to_stop(data):
    """Return whether there are enough windows for early stopping by default."""
    return len(data) >= MIN_WINDOWS_TO_STOP


def add_linear(estimator, model, data):
    """Fit the linear forecast of a model, if the loss is defined for its predictions.

    If not, its weight becomes 0, or an error is raised if the user has set the weight.
    """
    linear, undefined = fit_linear_to_loss(model, data), None
    if not is_native_loss(model.options.loss):  # our own losses are always defined
        predictions = linear.predict(data.windows)
        undefined = explain_undefined(model, data.targets, predictions)
    if undefined is None:
        return replace(model, linear=linear)
    if estimator.linear_weight == "auto":
        return replace(model, linear_weights=np.zeros_like(model.linear_weights))
    raise ValueError(
        f"linear_weight={estimator.linear_weight} needs a loss that is defined for the "
        f"predictions of the linear forecast, but {undefined} Or set linear_weight=0."
    )


def predict_held_out(model, training, validation, is_auto):
    """Predict windows that were held out of training, and choose the linear weight.

    Returns
    -------
    model : FittedModel
        With the chosen weight.
    predictions : ndarray of float64 of shape (n_windows, n_outputs)
        Scaled; the linear forecast was fitted without the held-out windows.
    """
    weights, windows = model.linear_weights, validation.windows
    if not weights.any():
        return model, model.predict_scaled(windows)
    linear = fit_linear_to_loss(model, training).predict(windows)
    if (weights == 1).all():
        return model, linear
    network = model.predict_by_network(windows)
    if is_auto:
        weight = choose_linear_weight(model, validation, linear, network)
        weights = np.where(weights > 0, weight, 0.0)
        model = replace(model, linear_weights=weights)
    return model, (1 - weights) * network + weights * linear
