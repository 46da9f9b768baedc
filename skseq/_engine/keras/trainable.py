"""Networks that are traced for training once, and begun anew for every run."""

from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from numbers import Real

import numpy as np

from skseq._engine.contract import TrainingState, check_same_optimizer
from skseq._engine.keras.feeding import Feed, make_dataset
from skseq._engine.keras.networks import build_network, draw_seeds
from skseq._engine.keras.settings import (
    make_loss,
    make_optimizer,
    make_rates,
    sum_no_replicas,
)
from skseq._engine.learning_rates import learning_rates
from skseq._engine.network_cache import NetworkCache
from skseq._network.architecture import CustomNetwork


@contextmanager
def lent(architecture, run):
    """Lend a network to train, which nobody else uses meanwhile.

    It is kept for the next run that asks for the same, unless this one fails.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    run : TrainingRun

    Yields
    ------
    trainable : Trainable
    """
    is_kept = _is_said_by_name(architecture, run.options)
    idle = _idle(*_kind(architecture, run.options)) if is_kept else []
    trainable = _take(idle) or Trainable(architecture, run)
    try:
        yield trainable
    finally:
        trainable.feed.empty()
        trainable.held_out.empty()
    idle.append(trainable)


_idle = NetworkCache(lambda *kind: [])
"""The trainables of a kind that no run is using: as many as there were runs at once."""


def _take(idle):
    """Take one, or None; in a single step, since other threads may ask too."""
    try:
        return idle.pop()
    except IndexError:
        return None


def _is_said_by_name(architecture, options):
    """Say whether names and numbers tell all: an object of the user's may change."""
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
    """Return all that a traced network depends on and a run cannot set."""
    import keras
    import tensorflow as tf

    fixed = replace(
        options,
        learning_rate=None,
        metrics=tuple(options.metrics or ()),
        callbacks=None,
        verbose=0,
    )
    surroundings = (
        keras.config.floatx(),
        keras.config.epsilon(),
        keras.config.dtype_policy().name,
        tf.distribute.get_strategy(),
        tf.constant(0.0).device,
        tf.compat.v1.get_default_graph(),  # what keras.backend.clear_session() ends
    )
    return architecture, fixed, surroundings


class Trainable:
    """A network and what its traced steps hold on to.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    run : TrainingRun
        The first.

    Attributes
    ----------
    model : keras.Model
        Compiled by SciKeras in its first run.
    optimizer : keras.optimizers.Optimizer
    loss : keras.losses.Loss
    feed, held_out : Feed
        What ``training`` and ``validation`` read from.
    """

    def __init__(self, architecture, run):
        self.architecture = architecture
        self.model = build_network(architecture, [run.state])
        self.loss = make_loss(run.options.loss, architecture.dtype)
        self._rates = make_rates(run.options)
        self.optimizer = make_optimizer(run.options, self._rates)
        sum_no_replicas(self.optimizer)
        self.feed, self.held_out = Feed(), Feed()
        self._memory_at_birth = None

    @cached_property
    def training(self):
        """The data set to train on."""
        return make_dataset(self.architecture, self.feed)

    @cached_property
    def validation(self):
        """The data set to validate on."""
        return make_dataset(self.architecture, self.held_out)

    def begin(self, run, n_epochs):
        """Stand where a run starts, whatever was trained before."""
        if self._memory_at_birth is None:
            self.model.optimizer.build(self.model.trainable_variables)
            self._memory_at_birth = self._read_memory()
        if run.state.weights is not None:
            self.model.set_weights(list(run.state.weights.values()))
        memory = run.state.optimizer_state or self._first_memory(run.state.seed)
        check_same_optimizer(memory, _name(self.model.optimizer))
        _assign(_moments(self.model.optimizer), memory["moments"])
        _assign(_generators(self.model), memory["dropout"])
        self._set_learning_rate(run.options, n_epochs * run.plan.n_steps)

    def _first_memory(self, seed):
        """Return what is remembered before the first step."""
        memory = self._memory_at_birth
        if isinstance(self.architecture, CustomNetwork):
            return memory
        seeds = draw_seeds(seed)
        dropout = [np.array([next(seeds), 0], at.dtype) for at in memory["dropout"]]
        return memory | {"dropout": dropout}

    def _set_learning_rate(self, options, n_steps):
        if self._rates is not None:
            n_before = self.optimizer.iterations.numpy()
            self._rates.follow(learning_rates(options, 0, n_steps, n_steps), n_before)
        elif _is_said_by_name(self.architecture, options):
            self.optimizer.learning_rate = options.learning_rate

    def read_state(self, run):
        """Copy where training stands."""
        start, model = run.state, self.model
        return TrainingState(
            seed=start.seed,
            n_epochs=start.n_epochs + run.monitor.n_epochs,
            weights=dict(
                zip(
                    start.weights or _weight_names(model),
                    _arrays(model.weights),
                    strict=True,
                )
            ),
            optimizer_state=self._read_memory(),
        )

    def _read_memory(self):
        optimizer = self.model.optimizer
        return {
            "optimizer": _name(optimizer),
            "moments": _arrays(_moments(optimizer)),
            "dropout": _arrays(_generators(self.model)),
        }


def _weight_names(model):
    """Name a model's weights: by number and path, so that no two are the same."""
    return [f"{number}:{weight.path}" for number, weight in enumerate(model.weights)]


def _generators(model):
    """Return the variables in which dropout keeps its place in the random stream."""
    return [variable for variable in model.variables if "seed_gen" in variable.path]


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


def _arrays(variables):
    """Copy the values of variables."""
    return [np.array(variable.numpy()) for variable in variables]
