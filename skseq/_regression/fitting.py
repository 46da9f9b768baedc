"""A fit, step by step: from checked rows to a fitted model."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import zip_longest
from numbers import Integral

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
from skseq._network.architecture import CustomNetwork, check_same_architecture
from skseq._network.initial_weights import draw_weights
from skseq._regression.anchors import (
    AnchorOptions,
    choose_linear_weight,
    find_lagged_targets,
    make_normalization,
)
from skseq._regression.diagnostics import (
    range_of,
    warn_of_better_naive,
    widen_range,
)
from skseq._regression.fill_values import mean_of_features
from skseq._regression.fitted import FittedModel
from skseq._regression.linear import fit_linear
from skseq._regression.target_scaling import (
    find_constants,
    fit_target_scaler,
    unscale_targets,
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
    data = make_training_data(rows, model.target_scaler, model.architecture)
    early_stopping = call.early_stopping
    if early_stopping == "auto":
        early_stopping = normalization is not None and len(data) >= MIN_TO_STOP
    fraction = estimator.validation_fraction if early_stopping else 0
    training, validation = split_latest(data, fraction)
    if model.linear_weight and previous is None:
        model = replace(model, linear=fit_linear(normalization, data))
    model = train(estimator, model, training, validation, call)
    if validation:
        check_skill(model, training, validation)
    return model


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
    normalization = make_normalization(
        complete, targets, lagged_targets, scaler, options
    )
    return FittedModel(
        target_scaler=scaler,
        target_shape=rows.target_shape,
        constants=find_constants(targets),
        fill_values=mean_of_features(complete),
        feature_range=range_of(complete),
        anchor_options=options,
        lagged_targets=lagged_targets,
        linear_weight=choose_linear_weight(options, normalization),
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
    has_weight = rows.weights > 0
    windows, targets = rows.windows[has_weight], rows.targets[has_weight]
    constants = update_constants(previous.constants, targets, previous.target_scaler)
    started_to_vary = np.isnan(constants) & ~np.isnan(previous.constants)
    # The linear forecast is not fitted again, and knows nothing of this target.
    if previous.linear_weight and started_to_vary.any():
        raise ValueError(
            "Training continues with the linear forecast of the first fit, in which a "
            "target was constant, but this target varies now. Fit with "
            "warm_start=False to start again, or use linear_weight=0 from the start."
        )
    complete = windows[find_complete(windows)]
    return replace(
        previous,
        constants=constants,
        feature_range=widen_range(previous.feature_range, complete),
    )


def check_same_targets(rows, previous):
    """Raise if y has another shape than in the fit before."""
    if rows.target_shape != previous.target_shape:
        raise ValueError(
            f"Each row of y has shape {rows.target_shape}, but training continues with "
            f"{previous.target_shape} of the first fit. Fit with warm_start=False to "
            "start again."
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
    if model.linear_weight == 1:  # networks would have no weight in the prediction
        return replace(model, options=call.options)
    batch_size = int(estimator.batch_size)
    engine = choose_engine(
        model.engine if model.states else estimator.engine,
        model.architecture,
        call.options,
        batch_size,
        warm_start=bool(model.states),
    )
    states = model.states or first_states(estimator, model.architecture)
    base = replace(model, engine=engine, options=call.options, states=states)

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
    ends = load_engine(engine).train(model.architecture, runs, call.n_epochs)
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


def check_skill(model, training, validation):
    """Warn if a naive forecast beats the model on windows it was not trained on."""
    if model.linear_weight:
        # The linear forecast of the model was fitted on the held-out windows as well.
        normalization = model.architecture.normalization
        model = replace(model, linear=fit_linear(normalization, training))
    persistence = model.anchor_options.persistence
    scaled = model.predict_scaled(validation.windows)
    warn_of_better_naive(
        unscale_targets(model.target_scaler, scaled),
        unscale_targets(model.target_scaler, validation.targets.astype(np.float64)),
        validation.weights,
        validation.windows,
        model.lagged_targets,
        season=int(persistence) if isinstance(persistence, Integral) else None,
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
