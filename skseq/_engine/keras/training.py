"""Training with Keras: ``Model.fit`` through SciKeras, on the package's batch plan."""

from collections.abc import Callable
from functools import cache

import numpy as np

from skseq._engine import State, refuse_other_optimizer
from skseq._engine.keras.forks import refuse_after_fork
from skseq._engine.keras.networks import build_network
from skseq._engine.keras.settings import (
    copy_callbacks,
    make_loss,
    make_optimizer,
    sum_no_replicas,
)


def train(architecture, runs, n_epochs):
    """Train networks of one architecture, one after the other.

    Parameters
    ----------
    architecture : Architecture or OwnNetwork
    runs : list of Run
    n_epochs : int
        At most; a run's watch may stop it before.

    Returns
    -------
    states : list of State
        Where each stands then.
    """
    refuse_after_fork()
    return [_train_one(architecture, run, n_epochs) for run in runs]


def _train_one(architecture, run, n_epochs):
    recipe, training = run.recipe, run.training
    optimizer = make_optimizer(
        recipe,
        first_step=_n_steps(run.state),
        n_steps=n_epochs * run.plan.n_steps,
    )
    sum_no_replicas(optimizer)
    trainer = _planned_regressor()(
        model=_returning(build_network(architecture, [run.state])),
        optimizer=optimizer,
        loss=make_loss(recipe.loss, architecture.dtype),
        metrics=recipe.metrics,
        callbacks=copy_callbacks(recipe.callbacks),
        epochs=n_epochs,
        verbose=recipe.verbose,
    )
    trainer._run = run
    trainer.fit(
        training.windows.cut(), training.targets, sample_weights=training.weights
    )
    return trainer._read_state()


def _weight_names(model):
    """Name a model's weights: by number and path, so that no two are the same."""
    return [f"{number}:{weight.path}" for number, weight in enumerate(model.weights)]


def _generators(model):
    """Return the variables in which dropout keeps its place in the random stream."""
    return [variable for variable in model.variables if "seed_gen" in variable.path]


def _n_steps(state):
    """Count the steps that a state's optimizer has taken."""
    return int(state.memory["moments"][0]) if state.memory else 0


def _name(optimizer):
    """Name an optimizer by its class: users may give it a name or an instance."""
    return type(optimizer).__name__


def _moments(optimizer):
    """Return an optimizer's variables but for the learning rate, a parameter.

    The first is the number of steps.
    """
    variables = optimizer.variables
    return [variable for variable in variables if "learning_rate" not in variable.path]


def _assign(variables, values):
    """Write values into variables.

    Raises
    ------
    ValueError
        If they do not fit: the values are those of another optimizer.
    """
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [value.shape for value in values]:
        raise ValueError(
            "A warm start continues with what the optimizer remembers, which does not "
            "fit the settings given now (momentum?). Set them back, or fit with "
            "warm_start=False."
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _returning(model):
    """Return a builder as SciKeras wants it: a plain function."""

    def build():
        return model

    return build


@cache
def _planned_regressor() -> Callable:
    """Define SciKeras' regressor with training fed by a batch plan."""
    import keras
    from scikeras.wrappers import KerasRegressor

    class Watching(keras.callbacks.Callback):
        """Pass every epoch on to the watch, and its wish to stop back to Keras."""

        def __init__(self, watch, read_state):
            super().__init__()
            self.watch = watch
            self.read_state = read_state

        def on_epoch_begin(self, epoch, logs=None):
            self.watch.begin_epoch()

        def on_epoch_end(self, epoch, logs=None):
            losses = {name: float(value) for name, value in logs.items()}
            if self.watch.end_epoch(losses, self.read_state):
                self.model.stop_training = True

    class PlannedKerasRegressor(KerasRegressor):
        """Trains on the batches of a plan, in its order, from a given state."""

        def _fit_keras_model(self, X, y, sample_weights, **kwargs):
            start, plan = self._run.state, self._run.plan
            self._restore(start)
            self._fit_callbacks.append(Watching(self._run.watch, self._read_state))
            examples = (X, y.reshape(len(X), -1), sample_weights)
            held_out = self._run.validation
            self.model_.fit(
                _feed(examples, plan.batches(start.n_epochs)),
                steps_per_epoch=plan.n_steps,
                initial_epoch=start.n_epochs,
                epochs=start.n_epochs + self.epochs,
                shuffle=False,
                callbacks=self._fit_callbacks,
                validation_data=held_out
                and (held_out.windows.cut(), held_out.targets, held_out.weights),
                verbose=self.verbose,
            )

        def _restore(self, state):
            """Give the optimizer and dropout their memory back."""
            if state.memory:
                self.model_.optimizer.build(self.model_.trainable_variables)
                refuse_other_optimizer(state.memory, _name(self.model_.optimizer))
                _assign(_moments(self.model_.optimizer), state.memory["moments"])
                _assign(_generators(self.model_), state.memory["dropout"])

        def _read_state(self):
            """Copy where training stands."""
            model, start = self.model_, self._run.state
            names = start.weights or _weight_names(model)
            return State(
                seed=start.seed,
                n_epochs=start.n_epochs + self._run.watch.n_epochs,
                weights=dict(zip(names, _arrays(model.weights), strict=True)),
                memory={
                    "optimizer": _name(model.optimizer),
                    "moments": _arrays(_moments(model.optimizer)),
                    "dropout": _arrays(_generators(model)),
                },
            )

    return PlannedKerasRegressor


def _arrays(variables):
    """Copy the values of variables."""
    return [np.array(variable.numpy()) for variable in variables]


def _feed(examples, batches):
    """Make the data set of a plan: the examples of one batch after the other."""
    import tensorflow as tf

    indices = tf.data.Dataset.from_generator(
        lambda: batches, output_signature=tf.TensorSpec((None,), tf.int32)
    )
    held = [tf.constant(array) for array in examples]
    return indices.map(lambda rows: tuple(tf.gather(array, rows) for array in held))
