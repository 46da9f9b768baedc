"""A fit, step by step: from checked rows to a fitted model."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
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
from skseq._estimator.warnings import warn_user
from skseq._network.architecture import CustomNetwork, check_same_architecture
from skseq._network.initial_weights import draw_weights
from skseq._regression.anchors import (
    AnchorOptions,
    affine_maps,
    anchor_maps,
    choose_linear_weights,
    find_in_known_features,
    find_lagged_targets,
    make_normalization,
)
from skseq._regression.diagnostics import (
    range_of,
    widen_range,
)
from skseq._regression.fill_values import mean_of_features
from skseq._regression.fitted import FittedModel
from skseq._regression.linear import fit_linear, is_like_least_squares
from skseq._regression.skill import check_skill
from skseq._regression.target_scaling import (
    find_constants,
    find_rescaled,
    fit_target_scaler,
    rescale_features,
    update_constants,
)
from skseq._regression.training_data import (
    find_complete,
    make_training_data,
    split_latest,
)

MIN_TO_STOP = 15
"""Complete windows from which on the default holds some out for early stopping."""


@dataclass(frozen=True)
class FitCall:
    """What one call of ``fit`` or ``partial_fit`` asks for.

    Attributes
    ----------
    options : TrainingOptions
    n_epochs : int
    early_stopping : bool or "auto"
    report : FitReport
    attributes_so_far : callable
        Turns a FittedModel into the attributes of an estimator fitted so far.
    """

    options: TrainingOptions
    n_epochs: int
    early_stopping: bool | str
    report: FitReport
    attributes_so_far: Callable


def fit_model(estimator, rows, previous, call):
    """Learn scales, linear forecast and networks.

    Parameters
    ----------
    estimator : SequenceRegressor
        Only its parameters are read.
    rows : FitRows
    previous : FittedModel or None
        The model to continue from, by a warm start or ``partial_fit``.
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
    data = make_training_data(rows, model)
    early_stopping = call.early_stopping
    if early_stopping == "auto":
        early_stopping = normalization is not None and len(data) >= MIN_TO_STOP
    fraction = estimator.validation_fraction if early_stopping else 0
    training, validation = split_latest(data, fraction)
    model = replace(model, engine=pick_engine(estimator, model, call))
    model = replace(model, options=call.options)
    if model.linear_weights.any() and previous is None:
        model = replace(model, linear=fit_linear_to_loss(model, data))
    model = train(estimator, model, training, validation, call)
    has_enough = call.early_stopping == "auto" and len(training) >= MIN_TO_STOP
    if validation or (has_enough and previous is None):
        check_skill(model, rows, training, validation)
    return model


def pick_engine(estimator, model, call):
    """Return the name of the engine that trains a model."""
    return choose_engine(
        model.engine if model.states else estimator.engine,
        model.architecture,
        call.options,
        int(estimator.batch_size),
        warm_start=bool(model.states),
    )


def fit_linear_to_loss(model, data):
    """Fit the linear forecast of a model, following its loss.

    Parameters
    ----------
    model : FittedModel
        Its networks are not trained yet.
    data : TrainingData

    Returns
    -------
    linear : LinearForecast
    """
    linear, loss = (
        fit_linear(model.architecture.normalization, data),
        model.options.loss,
    )
    if is_like_least_squares(loss):
        return linear
    row_losses = load_engine(model.engine).row_losses
    return linear.shifted(data, partial(row_losses, loss, model.architecture.dtype))


def start_model(estimator, rows):
    """Learn everything but the networks and the linear forecast.

    Returns
    -------
    model : FittedModel
        Not trained yet.
    """
    has_weight = rows.weights > 0
    windows, targets = rows.windows[has_weight], rows.targets[has_weight]
    complete = windows[find_complete(windows)]
    options = AnchorOptions.of(estimator)
    lagged_targets = find_lagged_targets(rows, options)
    scaler = fit_target_scaler(estimator.target_scaler, targets)
    is_affine = [affine is not None for affine in affine_maps(targets, scaler)]
    rescaled = find_rescaled(lagged_targets, targets, scaler, is_affine)
    outputs = tuple(feature.output for feature in rescaled)
    normalization = make_normalization(
        rescale_features(complete, scaler, rescaled),
        lagged_targets,
        anchor_maps(targets, lagged_targets, scaler, outputs),
        options,
    )
    weights = choose_linear_weights(options, normalization)
    return FittedModel(
        target_scaler=scaler,
        target_shape=rows.target_shape,
        constants=find_constants(targets),
        fill_values=mean_of_features(complete),
        feature_range=range_of(complete),
        anchor_options=options,
        lagged_targets=lagged_targets,
        linear_weights=np.broadcast_to(weights, targets.shape[1]).copy(),
        rescaled=rescaled,
        typical_targets=targets[0].astype(np.float64),
        windower_fit_id=rows.origin and rows.origin.fit_id,
        architecture=estimator._make_architecture(
            windows.shape[1:], targets.shape[1], normalization
        ),
    )


def continue_model(estimator, rows, previous):
    """Check that training can continue on new rows, and take them into account.

    Returns
    -------
    model : FittedModel
        With the networks of the previous one.

    Raises
    ------
    ValueError
        If the data or the parameters do not fit the previous model.
    """
    check_same_targets(rows, previous)
    check_same_parameters(estimator, previous)
    check_same_scale(rows, previous)
    has_weight = rows.weights > 0
    windows, targets = rows.windows[has_weight], rows.targets[has_weight]
    constants = update_constants(previous.constants, targets, previous.target_scaler)
    complete = windows[find_complete(windows)]
    return replace(
        previous,
        constants=constants,
        feature_range=widen_range(previous.feature_range, complete),
        windower_fit_id=rows.origin and rows.origin.fit_id,
    )


def check_same_targets(rows, previous):
    """Raise if y has another shape than in the fit before."""
    if rows.target_shape != previous.target_shape:
        raise ValueError(
            f"Each row of y has shape {rows.target_shape}, but training continues with "
            f"{previous.target_shape} of the first fit. Fit with warm_start=False to "
            "start again."
        )


def check_same_scale(rows, previous):
    """Raise if the steps before the regressor were fitted again, to another scale.

    Where the windower was fitted on other rows, so was a scaler in the same Pipeline.
    The features that hold the past of targets show whether their scale has changed.

    Warns
    -----
    UserWarning
        If there is no such feature.
    """
    ids = previous.windower_fit_id, rows.origin and rows.origin.fit_id
    if None in ids or ids[0] == ids[1]:
        return
    advice = (
        "To continue training on new rows, keep the fitted steps: "
        "pipe[-1].fit(pipe[:-1].transform(X), y). Else set warm_start=False."
    )
    now = find_in_known_features(rows, previous.lagged_targets)
    pairs = list(zip(previous.lagged_targets, now, strict=True))
    if any(before and after and not before.is_like(after) for before, after in pairs):
        raise ValueError(
            "A warm start continues with the scale of X of the first fit, but the "
            f"steps before were fitted again and the scale has changed. {advice}"
        )
    if not all(before and after for before, after in pairs):
        warn_user(
            "A warm start continues with the scale of X of the first fit, but the "
            "steps before were fitted again on other rows, so the scale may have "
            f"changed. {advice}"
        )


def check_same_parameters(estimator, previous):
    """Raise if a parameter asks for another model than that of the fit before."""
    options = AnchorOptions.of(estimator)
    for name, value in vars(options).items():
        before = getattr(previous.anchor_options, name)
        if value != before:
            raise ValueError(
                f"A warm start continues with {name}={before!r} of the first fit; got "
                f"{value!r}. Set it back, or fit with warm_start=False."
            )
    if previous.states and estimator.n_members != len(previous.states):
        raise ValueError(
            f"A warm start continues with the {len(previous.states)} network(s) of the "
            f"first fit, but n_members={estimator.n_members}. Set it back, or fit with "
            "warm_start=False."
        )
    before = previous.architecture
    architecture = estimator._make_architecture(
        before.window_shape, before.n_outputs, before.normalization
    )
    check_same_architecture(architecture, before)


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
    if (
        model.linear_weights == 1
    ).all():  # networks would have no weight in the prediction
        return model
    batch_size = int(estimator.batch_size)
    states = model.states or first_states(estimator, model.architecture)
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
        trained = keep_best(trained, stoppings, len(base.history["loss"]))
    return trained


def first_states(estimator, architecture):
    """Draw seeds and initial weights for each network."""
    rng = check_random_state(estimator.random_state)
    seeds = [rng.randint(SEED_LIMIT) for _ in range(estimator.n_members)]
    if isinstance(architecture, CustomNetwork):  # Keras draws its weights
        return tuple(TrainingState(seed) for seed in seeds)
    # Several BLAS threads would round the orthogonal matrices in another way.
    with one_blas_thread():
        return tuple(
            TrainingState(seed, weights=draw_weights(architecture, seed))
            for seed in seeds
        )


def keep_best(model, stoppings, n_before):
    """Return a model with the weights of the best epoch of each network.

    Parameters
    ----------
    model : FittedModel
        As it was after the last epoch.
    stoppings : list of EarlyStopping
        One for each network.
    n_before : int
        Epochs of trainings before this one.
    """
    pairs = zip(stoppings, model.states, strict=True)
    return replace(
        model,
        states=tuple(stopping.best(state) for stopping, state in pairs),
        best_epochs=tuple(n_before + stopping.best_epoch for stopping in stoppings),
    )


def mean_history(histories):
    """Average the losses of several networks by epoch, over those still trained.

    Parameters
    ----------
    histories : list of dict of str to list of float

    Returns
    -------
    history : dict of str to list of float
    """
    return {
        name: [
            float(np.mean([value for value in values if value is not None]))
            for values in zip_longest(*(history[name] for history in histories))
        ]
        for name in histories[0]
    }


def join_histories(before, after):
    """Join the losses of two trainings, with NaN where only one recorded a loss.

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
