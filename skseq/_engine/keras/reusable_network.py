"""Networks that are traced for training once and reused in many fits."""

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
from skseq._engine.network_cache import cache_networks
from skseq._network.architecture import CustomNetwork


@contextmanager
def reserved_network(architecture, run):
    """Reserve a network to train, so that no other run uses it in the block.

    After the block, the next run of the same kind may reuse it. If the block raises,
    the network is discarded, because it may be in any state.
    """
    free = []
    if is_reusable(architecture, run.options):
        free = _free_networks(*_reuse_key(architecture, run.options))
    try:
        # One atomic step: a test before it could be outdated by another thread.
        network = free.pop()
    except IndexError:
        network = ReusableNetwork(architecture, run)
    try:
        yield network
    finally:
        network.training_source.clear()
        network.validation_source.clear()
    free.append(network)


_free_networks = cache_networks(lambda *kind: [])
"""The free networks of each kind, as many as there were runs at the same time."""


def is_reusable(architecture, options):
    """Return whether a network is fully described by names and numbers.

    Objects of the user are not reusable, because they may change between two fits.
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


def _reuse_key(architecture, options):
    """Return all that a traced network depends on and that runs cannot set."""
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
    global_state = (
        keras.config.floatx(),
        keras.config.epsilon(),
        keras.config.dtype_policy().name,
        tf.distribute.get_strategy(),
        tf.constant(0.0).device,
        tf.compat.v1.get_default_graph(),  # keras.backend.clear_session() replaces it
    )
    return without_constants(architecture), fixed, global_state


class ReusableNetwork:
    """A network, with the optimizer, loss and data sets of its traced training step.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    run : TrainingRun
        The first run.

    Attributes
    ----------
    model : keras.Model
        SciKeras compiles it in the first run.
    optimizer : keras.optimizers.Optimizer
    loss : keras.losses.Loss
    training_source, validation_source : BatchSource
        The examples that ``training`` and ``validation`` read.
    """

    def __init__(self, architecture, run):
        self.architecture = architecture
        self._network = build_member(architecture, run.state)
        self.model = self._network.model
        self.loss = make_loss(
            run.options.loss, architecture.dtype, architecture.output_quantiles
        )
        self._schedule = make_schedule(run.options)
        self.optimizer = make_optimizer(run.options, self._schedule)
        skip_sum_over_replicas(self.optimizer)
        self.training_source, self.validation_source = BatchSource(), BatchSource()
        self._new_optimizer_state = None

    @cached_property
    def training(self):
        """The data set of training examples."""
        # Made once, and only when needed: TensorFlow traces each data set.
        return make_dataset(self.architecture, self.training_source)

    @cached_property
    def validation(self):
        """The data set of validation examples."""
        return make_dataset(self.architecture, self.validation_source)

    def start(self, architecture, run, n_epochs):
        """Set the weights, states and constants that a run starts from."""
        # Before its first step, so that later runs can reset the optimizer to it.
        if self._new_optimizer_state is None:
            self.model.optimizer.build(self.model.trainable_variables)
            self._new_optimizer_state = self._read_optimizer_state()
        if run.state.weights is not None:
            self._network.set_weights(run.state.weights)
        self._network.set_normalization(architecture.normalization)
        # Nothing of an earlier run may remain: neither moments nor random states.
        state = run.state.optimizer_state or self._first_state(run.state.seed)
        check_same_optimizer(state, _name(self.model.optimizer))
        _assign(_state_variables(self.model.optimizer), state["moments"])
        _assign(_generators(self.model), state["dropout"])
        self._set_learning_rate(run.options, n_epochs * run.plan.n_steps)

    def _first_state(self, seed):
        """Return the state of optimizer and dropout before the first step."""
        state = self._new_optimizer_state
        if isinstance(self.architecture, CustomNetwork):
            return state  # this network was built with the seed of this run
        seeds = draw_seeds(seed)
        dropout = [np.array([next(seeds), 0], at.dtype) for at in state["dropout"]]
        return state | {"dropout": dropout}

    def _set_learning_rate(self, options, n_steps):
        # An optimizer of the user keeps its learning rate.
        if self._schedule is not None:
            n_before = int(self.optimizer.iterations.numpy())
            self._schedule.start(float(options.learning_rate), n_steps, n_before)
        elif is_reusable(self.architecture, options):
            self.optimizer.learning_rate = options.learning_rate

    def copy_state(self, run):
        """Return a copy of the `TrainingState` of the run that it was started for."""
        weights = self._network.core.weights
        # A custom network has no names in its first state. Keras gives its layers new
        # numbers in every fit, so the names do not contain those of layers.
        names = run.state.weights or [f"{n}/{w.name}" for n, w in enumerate(weights)]
        return TrainingState(
            seed=run.state.seed,
            n_epochs=run.state.n_epochs + run.monitor.n_epochs,
            weights=dict(zip(names, _copy_values(weights), strict=True)),
            optimizer_state=self._read_optimizer_state(),
        )

    def _read_optimizer_state(self):
        optimizer = self.model.optimizer
        return {
            "optimizer": _name(optimizer),
            "moments": _copy_values(_state_variables(optimizer)),
            "dropout": _copy_values(_generators(self.model)),
        }


def _generators(model):
    """Return the variables that contain the random state of dropout."""
    return [variable for variable in model.variables if "seed_gen" in variable.path]


def _name(optimizer):
    """Return the class name of an optimizer, which a user may give as an object."""
    return type(optimizer).__name__


def _state_variables(optimizer):
    """Return an optimizer's variables except for the learning rate, which runs set.

    The first one is the number of steps.
    """
    variables = optimizer.variables
    return [variable for variable in variables if "learning_rate" not in variable.path]


def _assign(variables, values):
    """Write values into variables, unless the values belong to another optimizer."""
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [value.shape for value in values]:
        raise ValueError(
            "A warm start continues with the optimizer state of the previous fit, but "
            f"the settings of the optimizer have changed: it needs {len(shapes)} state "
            f"arrays; got {len(values)}, or arrays of other shapes. Pass the same "
            "optimizer again, or fit with warm_start=False."
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _copy_values(variables):
    """Copy the values of variables to NumPy arrays."""
    return [np.array(variable.numpy()) for variable in variables]
