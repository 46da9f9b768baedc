"""The steps of a fit: from checked rows to a FittedModel."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from sklearn.utils import check_random_state

from skseq._engine.batches import BatchPlan
from skseq._engine.blas import one_blas_thread
from skseq._engine.choice import choose_engine, load_engine
from skseq._engine.contract import (
    SEED_LIMIT,
    TrainingOptions,
    TrainingRun,
    TrainingState,
)
from skseq._engine.monitor import EpochMonitor
from skseq._engine.stopping import EarlyStopping
from skseq._estimator.callbacks import FitReport
from skseq._network.architecture import CustomNetwork
from skseq._network.initial_weights import draw_weights
from skseq._network.quantiles import repeat_anchors
from skseq._regression.anchors import (
    QUANTILE_VARIANCE_FLOOR,
    VARIANCE_FLOOR,
    AnchorOptions,
    affine_maps,
    anchor_maps,
    choose_linear_weights,
    find_lagged_targets,
    make_normalization,
)
from skseq._regression.diagnostics import (
    range_of,
)
from skseq._regression.fill_values import mean_of_features
from skseq._regression.fitted import FittedModel
from skseq._regression.linear import fit_linear_to_loss
from skseq._regression.linear_weight import choose_linear_weight
from skseq._regression.loss_check import warn_of_constant_loss, warn_of_unsuitable_loss
from skseq._regression.quantiles import (
    check_scaler_keeps_quantiles,
    prediction_shape,
    read_quantiles,
)
from skseq._regression.skill_check import (
    Comparison,
    check_skill,
    check_skill_in_training,
)
from skseq._regression.target_scaling import (
    describe_scaler,
    find_constants,
    find_rescaled,
    fit_target_scaler,
    maps_from_rescaled,
    rescale_features,
)
from skseq._regression.training_data import (
    find_complete,
    find_latest,
    make_training_data,
)
from skseq._regression.warm_start import continue_model

# A fifth of fewer windows is less than three windows, too few to show the best epoch.
MIN_WINDOWS_TO_STOP = 15
"""Minimum number of complete windows for early stopping by default."""


@dataclass(frozen=True)
class FitCall:
    """The arguments of one call of ``fit`` or ``partial_fit``.

    Attributes
    ----------
    options : TrainingOptions
    n_epochs : int
    early_stopping : bool or "auto"
    report : FitReport
        Reports epochs to scikit-learn's callbacks.
    attributes_so_far : callable
        Takes a FittedModel and returns the fitted attributes of the estimator, for
        callbacks that look at it during ``fit``.
    """

    options: TrainingOptions
    n_epochs: int
    early_stopping: bool | str
    report: FitReport
    attributes_so_far: Callable


def fit_model(estimator, rows, previous, call):
    """Fit the target scaler, the linear forecast and the networks.

    Parameters
    ----------
    estimator : SequenceRegressor
        Only its parameters are read.
    rows : FitRows
    previous : FittedModel or None
        The model to continue from in a warm start or in ``partial_fit``.
    call : FitCall

    Returns
    -------
    model : FittedModel
    """
    if previous is None:
        model = start_model(estimator, rows)
    else:
        model = continue_model(estimator, rows, previous)
    normalization = model.architecture.normalization
    balanced = estimator.series_weight == "balanced"
    data = make_training_data(rows, model, call.options, balanced=balanced)
    early_stopping = call.early_stopping
    is_first, has_enough_windows = previous is None, len(data) >= MIN_WINDOWS_TO_STOP
    if early_stopping == "auto":
        early_stopping = normalization is not None and has_enough_windows
    training, validation, compared = data, None, rows.trainable
    if early_stopping:
        axis = rows.axis[rows.trainable]
        is_latest = find_latest(axis, estimator.validation_fraction)
        training, validation = data[~is_latest], data[is_latest]
        compared = rows.trainable[is_latest]
    model = replace(model, engine=pick_engine(estimator, model, call))
    model = replace(model, options=call.options)
    if is_first:
        warn_of_unsuitable_loss(model, data)
    if model.linear_weights.any() and is_first:
        model = replace(model, linear=fit_linear_to_loss(model, data))
    model = train(estimator, model, training, validation, call)
    if is_first:
        warn_of_constant_loss(model.history["loss"])
    if validation:
        is_auto = estimator.linear_weight == "auto" and is_first
        model, scaled = predict_held_out(model, training, validation, is_auto)
        check_skill(model, rows, Comparison(validation, compared, True), scaled)
    elif is_first and call.early_stopping == "auto" and has_enough_windows:
        check_skill_in_training(model, rows, training)
    return model


def predict_held_out(model, training, validation, is_auto):
    """Predict windows that were held out of training, and choose the linear weight.

    Parameters
    ----------
    model : FittedModel
    training, validation : TrainingData
    is_auto : bool
        Whether to choose the weight.

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


def pick_engine(estimator, model, call):
    """Return the name of the engine that trains a model."""
    return choose_engine(
        model.engine if model.states else estimator.engine,
        model.architecture,
        call.options,
        int(estimator.batch_size),
        warm_start=bool(model.states),
    )


def start_model(estimator, rows):
    """Fit everything except the linear forecast and the networks.

    Returns
    -------
    model : FittedModel
        Cannot predict yet.
    """
    has_weight = rows.weights > 0
    windows, targets = rows.windows[has_weight], rows.targets[has_weight]
    complete = windows[find_complete(windows)]
    options = AnchorOptions.from_estimator(estimator)
    lagged_targets = find_lagged_targets(rows, options)
    scaler = fit_target_scaler(estimator.target_scaler, targets)
    if estimator.quantile is not None:
        check_scaler_keeps_quantiles(scaler, targets)
    affine = affine_maps(targets, scaler)
    is_affine = [one is not None for one in affine]
    rescaled = find_rescaled(lagged_targets, targets, scaler, is_affine)
    from_rescaled = maps_from_rescaled(lagged_targets, targets, scaler, rescaled)
    normalization = make_normalization(
        rescale_features(complete, scaler, rescaled),
        rows.axis[rows.trainable],
        lagged_targets,
        anchor_maps(affine, lagged_targets, from_rescaled),
        options,
        VARIANCE_FLOOR if estimator.quantile is None else QUANTILE_VARIANCE_FLOOR,
    )
    architecture = describe_network(
        estimator, windows.shape[1:], targets.shape[1], normalization
    )
    weights = choose_linear_weights(options, architecture.normalization)
    return FittedModel(
        target_scaler=scaler,
        target_shape=rows.target_shape,
        prediction_shape=prediction_shape(estimator.quantile, rows.target_shape),
        constants=find_constants(targets),
        fill_values=mean_of_features(complete),
        feature_range=range_of(complete),
        anchor_options=options,
        lagged_targets=lagged_targets,
        linear_weights=np.broadcast_to(weights, architecture.n_outputs).copy(),
        rescaled=rescaled,
        given_target_scaler=describe_scaler(estimator.target_scaler),
        typical_targets=targets[0].astype(np.float64),
        windower_fit_id=rows.origin and rows.origin.fit_id,
        architecture=architecture,
    )


def describe_network(estimator, window_shape, n_targets, normalization):
    """Describe a network with an output for each target, or each of its quantiles.

    Parameters
    ----------
    estimator : SequenceRegressor
    window_shape : tuple of int
    n_targets : int
    normalization : Normalization or None
        With one anchor for each target.

    Returns
    -------
    architecture : Architecture or CustomNetwork
    """
    n_quantiles = max(len(read_quantiles(estimator.quantile)), 1)
    return estimator._make_architecture(
        window_shape,
        n_targets * n_quantiles,
        repeat_anchors(normalization, n_quantiles),
    )


def train(estimator, model, training, validation, call):
    """Train the networks of a model.

    Parameters
    ----------
    estimator : SequenceRegressor
    model : FittedModel
    training : TrainingData
    validation : TrainingData or None
    call : FitCall

    Returns
    -------
    model : FittedModel
    """
    if (model.linear_weights == 1).all():
        return model  # networks would have no weight in the prediction
    batch_size = int(estimator.batch_size)
    states = model.states or initial_states(estimator, model.architecture)
    base = replace(model, states=states)

    def model_so_far(states, histories):
        history = join_histories(base.history, mean_history(histories))
        return replace(base, states=tuple(states), history=history)

    runs = []
    for state in states:
        stopping = EarlyStopping(estimator.n_iter_no_change) if validation else None
        monitor = EpochMonitor(
            stopping,
            call.report,
            lambda *now: call.attributes_so_far(model_so_far(*now)),
        )
        plan = BatchPlan(len(training), batch_size, state.seed)
        runs.append(
            TrainingRun(call.options, state, plan, training, validation, monitor)
        )
    ends = load_engine(base.engine).train(model.architecture, runs, call.n_epochs)
    trained = model_so_far(ends, [run.monitor.history for run in runs])
    if validation:
        stoppings = [run.monitor.stopping for run in runs]
        trained = restore_best_weights(trained, stoppings, len(base.history["loss"]))
    return trained


def initial_states(estimator, architecture):
    """Draw a seed and initial weights for each network."""
    rng = check_random_state(estimator.random_state)
    seeds = [rng.randint(SEED_LIMIT) for _ in range(estimator.n_members)]
    if isinstance(architecture, CustomNetwork):  # Keras draws its weights
        return tuple(TrainingState(seed) for seed in seeds)
    # The rounding of orthogonal matrices depends on the number of BLAS threads.
    with one_blas_thread():
        return tuple(
            TrainingState(seed, weights=draw_weights(architecture, seed))
            for seed in seeds
        )


def restore_best_weights(model, stoppings, n_before):
    """Return a model with the weights of the best epoch of each network.

    Parameters
    ----------
    model : FittedModel
        The model after the last epoch.
    stoppings : list of EarlyStopping
        One for each network.
    n_before : int
        Number of epochs before this training.
    """
    pairs = zip(stoppings, model.states, strict=True)
    return replace(
        model,
        states=tuple(stopping.best(state) for stopping, state in pairs),
        best_epochs=tuple(n_before + stopping.best_epoch for stopping in stoppings),
    )


def mean_history(histories):
    """Average the losses of several networks in each epoch, over those in training.

    Parameters
    ----------
    histories : list of dict of str to list of float

    Returns
    -------
    history : dict of str to list of float
    """
    # Networks may stop in different epochs, so their histories differ in length.
    return {
        name: [
            float(np.mean([value for value in values if value is not None]))
            for values in zip_longest(*(history[name] for history in histories))
        ]
        for name in histories[0]
    }


def join_histories(before, after):
    """Concatenate the losses of two trainings; NaN where one recorded no such loss.

    Parameters
    ----------
    before, after : dict of str to list of float

    Returns
    -------
    history : dict of str to list of float
    """
    names = [*after, *(name for name in before if name not in after)]
    return {
        name: [
            *before.get(name, [np.nan] * len(before["loss"])),
            *after.get(name, [np.nan] * len(after["loss"])),
        ]
        for name in names
    }
