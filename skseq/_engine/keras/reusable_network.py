"""Networks that are traced for training once and used for many fits."""

from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from numbers import Real

import numpy as np

from skseq._engine.contract import TrainingState, check_same_optimizer
from skseq._engine.keras.datasets import BatchSource, make_dataset
from skseq._engine.keras.networks import build_member, draw_seeds, without_constants
from skseq._engine.keras.options import (
    make_loss,
    make_optimizer,
    make_schedule,
    skip_sum_over_replicas,
)
from skseq._engine.network_cache import NetworkCache
from skseq._network.architecture import CustomNetwork


@contextmanager
def borrowed_network(architecture, run):
    """Borrow a network to train, which nobody else uses meanwhile.

    After the block it is free for the next run of the same kind. Where the block
    raised it is dropped, since it may be in any state.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    run : TrainingRun

    Yields
    ------
    network : ReusableNetwork
    """
    free = []
    if is_reusable(architecture, run.options):
        free = _free_networks(*_kind(architecture, run.options))
    network = _take(free) or ReusableNetwork(architecture, run)
    try:
        yield network
    finally:
        network.training_source.clear()
        network.validation_source.clear()
    free.append(network)


_free_networks = NetworkCache(lambda *kind: [])
"""The networks of a kind that no run is using: as many as runs were at once."""


def _take(free):
    """Take a network, or None; in one step, since other threads may ask too."""
    try:
        return free.pop()
    except IndexError:
        return None


def is_reusable(architecture, options):
    """Say whether names and numbers describe all of a network and its options.

    An object of the user's may change between two fits.
    """
    import keras

    names = [options.optimizer, options.loss, *(options.metrics or [])]
    return (
        not isinstance(architecture, CustomNetwork)
        and not options.callbacks
        and isinstance(options.learning_rate, Real)
        and all(
            isinstance(name, str) and keras.saving.get_registered_object(name) is None
            for name in names
        )
    )


def _kind(architecture, options):
    """Return all that a traced network depends on and that no run can set."""
    import keras
    import tensorflow as tf

    fixed = replace(
        options,
        learning_rate=None,
        metrics=tuple(options.metrics or ()),
        callbacks=None,
        verbose=0,
    )
    # Settings of Keras and TensorFlow that are built into a traced step.
    surroundings = (
        keras.config.floatx(),
        keras.config.epsilon(),
        keras.config.dtype_policy().name,
        tf.distribute.get_strategy(),
        tf.constant(0.0).device,
        tf.compat.v1.get_default_graph(),  # keras.backend.clear_session() ends it
    )
    return without_constants(architecture), fixed, surroundings


class ReusableNetwork:
    """A network with all that its traced training step refers to.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    run : TrainingRun
        The first.

    Attributes
    ----------
    model : keras.Model
        SciKeras compiles it in its first run.
    optimizer : keras.optimizers.Optimizer
    loss : keras.losses.Loss
    training_source, validation_source : BatchSource
        What ``training`` and ``validation`` read from.
    """

    def __init__(self, architecture, run):
        self.architecture = architecture
        self._network = build_member(architecture, run.state)
        self.model = self._network.model
        self.loss = make_loss(run.options.loss, architecture.dtype)
        self._schedule = make_schedule(run.options)
        self.optimizer = make_optimizer(run.options, self._schedule)
        skip_sum_over_replicas(self.optimizer)
        self.training_source, self.validation_source = BatchSource(), BatchSource()
        self._new_optimizer_state = None

    @cached_property
    def training(self):
        """The data set to train on."""
        # Made only when needed, and once: each data set is traced.
        return make_dataset(self.architecture, self.training_source)

    @cached_property
    def validation(self):
        """The data set to validate on."""
        return make_dataset(self.architecture, self.validation_source)

    def start(self, architecture, run, n_epochs):
        """Set all that a run starts from, whatever was trained before."""
        if self._new_optimizer_state is None:
            self.model.optimizer.build(self.model.trainable_variables)
            self._new_optimizer_state = self._read_optimizer_state()
        if run.state.weights is not None:
            self._network.set_weights(run.state.weights)
        self._network.set_normalization(architecture.normalization)
        # Of an earlier run nothing may be left: neither moments nor random states.
        state = run.state.optimizer_state or self._first_state(run.state.seed)
        check_same_optimizer(state, _name(self.model.optimizer))
        _assign(_moments(self.model.optimizer), state["moments"])
        _assign(_generators(self.model), state["dropout"])
        self._set_learning_rate(run.options, n_epochs * run.plan.n_steps)

    def _first_state(self, seed):
        """Return the state of optimizer and dropout before the first step."""
        state = self._new_optimizer_state
        if isinstance(self.architecture, CustomNetwork):
            return state  # the network was built for this run, with its seed
        seeds = draw_seeds(seed)
        dropout = [np.array([next(seeds), 0], at.dtype) for at in state["dropout"]]
        return state | {"dropout": dropout}

    def _set_learning_rate(self, options, n_steps):
        if self._schedule is not None:
            n_before = int(self.optimizer.iterations.numpy())
            self._schedule.start(float(options.learning_rate), n_steps, n_before)
        elif is_reusable(self.architecture, options):
            self.optimizer.learning_rate = options.learning_rate

    def copy_state(self, run):
        """Return a copy of the state of training.

        Parameters
        ----------
        run : TrainingRun
            The one that this network was started for.

        Returns
        -------
        state : TrainingState
        """
        weights = self._network.core.weights
        # A custom network has no names before. Keras numbers its layers differently
        # in every fit, so the names of layers are left out.
        names = run.state.weights or [f"{n}/{w.name}" for n, w in enumerate(weights)]
        return TrainingState(
            seed=run.state.seed,
            n_epochs=run.state.n_epochs + run.monitor.n_epochs,
            weights=dict(zip(names, _arrays(weights), strict=True)),
            optimizer_state=self._read_optimizer_state(),
        )

    def _read_optimizer_state(self):
        optimizer = self.model.optimizer
        return {
            "optimizer": _name(optimizer),
            "moments": _arrays(_moments(optimizer)),
            "dropout": _arrays(_generators(self.model)),
        }


def _generators(model):
    """Return the variables that hold the random state of dropout."""
    return [variable for variable in model.variables if "seed_gen" in variable.path]


def _name(optimizer):
    """Name an optimizer by its class: users may give it a name or an object."""
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
            "A warm start continues with the state of the optimizer, but its settings "
            f"have changed: it now has {len(shapes)} state arrays, and had "
            f"{len(values)}, or arrays of other shapes. Give the same optimizer again, "
            "or fit with warm_start=False."
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _arrays(variables):
    """Copy the values of variables."""
    return [np.array(variable.numpy()) for variable in variables]
