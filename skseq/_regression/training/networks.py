"""Train the networks of a model, and keep the best or train again on all windows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from sklearn.utils import check_random_state

from skseq._engine.batches import BatchPlan
from skseq._engine.blas import one_blas_thread
from skseq._engine.choice import load_engine
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
from skseq._regression.checks.loss_check import explain_divergence


@dataclass(frozen=True)
class FitCall:
    """The arguments of one call of ``fit`` or ``partial_fit``.

    The report is for scikit-learn's callbacks. These may look at the estimator during
    ``fit``, so ``attributes_so_far`` takes a FittedModel and returns all its fitted
    attributes.
    """

    options: TrainingOptions
    n_epochs: int
    early_stopping: bool | str
    report: FitReport
    attributes_so_far: Callable


def train(estimator, model, training, validation, call):
    """Train the networks of a model, starting from its states."""
    if not model.states:
        return model
    batch_size = int(estimator.batch_size)

    def model_so_far(states, histories):
        history = join_histories(model.history, mean_history(histories))
        return replace(model, states=tuple(states), history=history)

    runs = []
    for state in model.states:
        stopping = EarlyStopping(estimator.n_iter_no_change) if validation else None
        monitor = EpochMonitor(
            stopping,
            call.report,
            lambda *now: call.attributes_so_far(model_so_far(*now)),
            lambda: explain_divergence(model, training),
        )
        plan = BatchPlan(len(training), batch_size, state.seed)
        runs.append(
            TrainingRun(call.options, state, plan, training, validation, monitor)
        )
    ends = load_engine(model.engine).train(model.architecture, runs, call.n_epochs)
    trained = model_so_far(ends, [run.monitor.history for run in runs])
    if not validation:
        return trained
    stoppings = [run.monitor.stopping for run in runs]
    n_before = len(model.history["loss"])
    return replace(
        trained,
        states=tuple(s.best(end) for s, end in zip(stoppings, ends, strict=True)),
        best_epochs=tuple(n_before + stopping.best_epoch for stopping in stoppings),
    )


def check_refit(estimator):
    """Raise if windows would be held out on which the network has been trained."""
    if estimator.refit and estimator.warm_start:
        raise ValueError(
            "refit=True trains the network on all windows, so none could be held out "
            "when warm_start=True continues from it. Set one of them to False."
        )


def train_again(estimator, before, model, data, call):
    """Train networks on all windows, for as many epochs as were best before.

    ``before`` and ``model`` are from before and after the training with early stopping,
    whose history remains. ``data`` includes the windows that were held out.
    """
    if not before.states:
        return model
    n_before = len(before.history["loss"])
    n_epochs = round(np.mean(model.best_epochs)) + 1 - n_before
    n_tasks = n_epochs * len(before.states)
    with call.report.nested_task("all-windows", n_tasks) as report:
        call = replace(call, n_epochs=n_epochs, report=report)
        again = train(estimator, before, data, None, call)
    return replace(model, states=again.states)


def with_initial_states(estimator, model):
    """Return a model with states to train from, if networks have a weight in it."""
    if model.states or (model.linear_weights == 1).all():
        return model
    rng = check_random_state(estimator.random_state)
    seeds = [rng.randint(SEED_LIMIT) for _ in range(estimator.n_members)]
    weights = [None] * len(seeds)
    if not isinstance(model.architecture, CustomNetwork):  # Keras draws its weights
        # The rounding of orthogonal matrices depends on the number of BLAS threads.
        with one_blas_thread():
            weights = [draw_weights(model.architecture, seed) for seed in seeds]
    pairs = zip(seeds, weights, strict=True)
    return replace(model, states=tuple(TrainingState(s, weights=w) for s, w in pairs))


def mean_history(histories):
    """Average the losses in each epoch over the networks that were still training."""
    # Networks may stop in different epochs, so their histories differ in length.
    return {
        name: [
            float(np.mean([value for value in values if value is not None]))
            for values in zip_longest(*(history[name] for history in histories))
        ]
        for name in histories[0]
    }


def join_histories(before, after):
    """Concatenate the losses of two trainings; NaN where one did not record a loss."""
    names = [*after, *(name for name in before if name not in after)]
    return {
        name: [
            *before.get(name, [np.nan] * len(before["loss"])),
            *after.get(name, [np.nan] * len(after["loss"])),
        ]
        for name in names
    }
