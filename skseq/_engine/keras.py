"""The Keras engine: ``Model.fit`` through SciKeras, on the package's own batch plan.

The only module that knows TensorFlow, Keras or SciKeras, and only inside functions, so
that nothing of them is loaded before it is needed. Who owns which argument: SciKeras
builds, compiles and calls the model; the batch plan, the initial weights, the seeds of
dropout and the decision to stop come from the package; optimizers, losses, metrics and
callbacks are Keras' own.
"""

import copy
import random
import threading
from collections.abc import Callable
from contextlib import contextmanager
from functools import cache, lru_cache
from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from skseq._architecture import OwnNetwork
from skseq._engine import SEED_LIMIT, State
from skseq._engine.schedule import learning_rates

ROWS_AT_ONCE = 64
"""Windows in a call of predict: always as many, so that no other shape is traced."""

N_PREDICTORS = 8
"""Traced networks that are kept to predict with."""

_lock = threading.RLock()
"""Held while weights are lent to a shared predictor, or the global seed is borrowed."""


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
    return [_train_one(architecture, run, n_epochs) for run in runs]


def _train_one(architecture, run, n_epochs):
    recipe, training = run.recipe, run.training
    trainer = _planned_regressor()(
        model=_returning(build_network(architecture, [run.state])),
        optimizer=make_optimizer(
            recipe,
            first_step=_n_steps(run.state),
            n_steps=n_epochs * run.plan.n_steps,
        ),
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


def predict(architecture, states, windows):
    """Answer complete windows with each of some networks.

    Parameters
    ----------
    architecture : Architecture or OwnNetwork
    states : list of State
    windows : Windows

    Returns
    -------
    answers : ndarray of shape (n_members, n_windows, n_outputs)
        Scaled.
    """
    return np.stack([_predict_one(architecture, state, windows) for state in states])


def _predict_one(architecture, state, windows):
    predictor = _predictor(architecture)
    answers = []
    with _lock:
        predictor.hold(state)
        for start in range(0, len(windows), ROWS_AT_ONCE):
            part = windows[start : start + ROWS_AT_ONCE].cut()
            padded = np.zeros((ROWS_AT_ONCE, *part.shape[1:]), dtype=part.dtype)
            padded[: len(part)] = part
            answers.append(predictor.model.predict_on_batch(padded)[: len(part)])
    return np.concatenate(answers)


def build_network(architecture, states):
    """Build the Keras model of an architecture, with the weights of some states.

    Parameters
    ----------
    architecture : Architecture or OwnNetwork
    states : list of State
        The answers of several are averaged.

    Returns
    -------
    model : keras.Model
        Not compiled.

    Raises
    ------
    TypeError, ValueError
        If a user's own builder does not return an uncompiled Keras model of the right
        output shape.
    """
    import keras

    members = [_build_one(architecture, state) for state in states]
    if len(members) == 1:
        return members[0]
    for number, member in enumerate(members):
        member.name = f"member_{number}"
    windows = keras.layers.Input(architecture.window_shape, dtype=architecture.dtype)
    mean = keras.layers.Average(dtype=architecture.dtype, name="mean")
    return keras.Model(windows, mean([member(windows) for member in members]))


def _build_one(architecture, state):
    if isinstance(architecture, OwnNetwork):
        model = _build_own(architecture, state.seed)
    else:
        model = _build_stack(architecture, state.seed)
    if state.weights is not None:
        model.set_weights(list(state.weights.values()))
    return model


def make_scikeras(model, architecture, recipe, encoder):
    """Wrap a fitted model as a fitted SciKeras regressor that answers in y's units.

    Parameters
    ----------
    model : keras.Model
    architecture : Architecture or OwnNetwork
    recipe : Recipe
    encoder : TargetEncoder

    Returns
    -------
    regressor : scikeras.wrappers.KerasRegressor
    """
    from scikeras.wrappers import KerasRegressor

    regressor = KerasRegressor(
        model=model,
        optimizer=make_optimizer(recipe),
        loss=recipe.loss,
        verbose=recipe.verbose,
    )
    # float64 examples, so that float32 and float64 windows are both accepted later.
    shape_of_y = (2,) if encoder.n_dims == 1 else (2, architecture.n_outputs)
    windows = np.zeros((2, *architecture.window_shape))
    regressor.initialize(windows, np.zeros(shape_of_y))
    regressor.target_encoder_ = encoder
    return regressor


class TargetEncoder(TransformerMixin, BaseEstimator):
    """Scale y for a network and bring its answers back, as SciKeras asks for it.

    Parameters
    ----------
    scaler : fitted transformer or None
    n_dims : {1, 2}
        Dimensions of y.
    constants : ndarray of shape (n_outputs,)
        The value of each target that is constant, NaN for the others.
    """

    def __init__(self, scaler, n_dims, constants):
        self.scaler = scaler
        self.n_dims = n_dims
        self.constants = constants

    def fit(self, y):
        """Do nothing: the scaler is fitted."""
        return self

    def transform(self, y):
        """Scale y, of shape (n_rows,) or (n_rows, n_outputs), to two dimensions."""
        columns = np.reshape(y, (len(y), -1))
        return columns if self.scaler is None else self.scaler.transform(columns)

    def inverse_transform(self, y):
        """Bring answers of shape (n_rows, n_outputs) back to y's units and shape."""
        columns = np.reshape(y, (len(y), -1)).astype(np.float64)
        if self.scaler is not None:
            columns = self.scaler.inverse_transform(columns)
        columns = np.where(np.isnan(self.constants), columns, self.constants)
        return columns[:, 0] if self.n_dims == 1 else columns


def make_optimizer(recipe, *, first_step=0, n_steps=None):
    """Make a fresh Keras optimizer: an instance keeps its own settings.

    Parameters
    ----------
    recipe : Recipe
    first_step : int, default=0
        Steps that the optimizer has taken before.
    n_steps : int, default=None
        Steps over which the learning rate follows its schedule; None for no schedule.

    Raises
    ------
    ValueError
        If Keras does not know the optimizer.
    """
    import keras

    given, rate = recipe.optimizer, recipe.learning_rate
    schedule = keras.optimizers.schedules.LearningRateSchedule
    if not isinstance(rate, Real | schedule):
        raise ValueError(
            f"learning_rate must be a number above 0 or a {schedule.__name__} of "
            f"keras.optimizers.schedules; got {rate!r}."
        )
    if isinstance(given, keras.optimizers.Optimizer):
        return type(given).from_config(given.get_config())
    if isinstance(given, type) and issubclass(given, keras.optimizers.Optimizer):
        kind = given
    else:
        kind = _find_optimizer(given)
    if isinstance(rate, Real):
        rate = float(rate)
        if n_steps and recipe.learning_rate_schedule != "constant":
            rate = _planned_rates()(learning_rates(recipe, n_steps), first_step)
    settings = {
        "weight_decay": recipe.weight_decay,
        "global_clipnorm": recipe.global_clipnorm,
    }
    if kind is keras.optimizers.SGD:
        settings["momentum"] = recipe.momentum
    given = {name: value for name, value in settings.items() if value is not None}
    return kind(learning_rate=rate, **given)


def _find_optimizer(name):
    import keras

    try:
        return type(keras.optimizers.get(name))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"optimizer={name!r} is not known to Keras. Take a name such as 'adam', "
            "'rmsprop' or 'sgd', or a keras.optimizers.Optimizer."
        ) from error


def make_loss(given, dtype):
    """Make a Keras loss that computes in the network's dtype.

    Raises
    ------
    ValueError
        If Keras does not know the loss.
    """
    import keras

    if isinstance(given, keras.losses.Loss):
        return given
    try:
        loss = keras.losses.get(given)
    except ValueError as error:
        raise ValueError(
            f"loss={given!r} is not known to Keras. Take a name such as 'mse', 'mae' "
            "or 'huber', a keras.losses.Loss, or a function of (y_true, y_pred)."
        ) from error
    if isinstance(loss, keras.losses.Loss):
        return type(loss).from_config(loss.get_config() | {"dtype": dtype})
    return _plain_loss()(loss, dtype)


def copy_callbacks(callbacks):
    """Copy callbacks for one fit: Keras writes into them, and the user's stay clean.

    Raises
    ------
    TypeError
        If one is no Keras callback.
    """
    import keras

    copies = []
    for callback in callbacks or ():
        made = callback() if isinstance(callback, type) else copy.copy(callback)
        if not isinstance(made, keras.callbacks.Callback):
            raise TypeError(
                "keras_callbacks must hold keras.callbacks.Callback objects; got "
                f"{callback!r}. scikit-learn's own callbacks go to set_callbacks(...)."
            )
        copies.append(made)
    return copies


def _build_stack(architecture, seed):
    import keras

    seeds = _seeds(seed)
    options = {"dtype": architecture.dtype}
    layers = [keras.layers.Input(architecture.window_shape, **options)]
    for number, layer in enumerate(architecture.layers):
        is_last = number == len(architecture.layers) - 1
        name = f"{layer.cell}_{number}"
        recurrent = _cell_layers()[layer.cell](
            layer.units,
            return_sequences=not is_last,
            kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
            recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)),
            dropout=layer.input_dropout,
            recurrent_dropout=layer.recurrent_dropout,
            seed=next(seeds),
            name=name,
            **options,
        )
        if architecture.bidirectional:
            recurrent = keras.layers.Bidirectional(
                recurrent, name=f"both_{name}", **options
            )
        layers.append(recurrent)
        if layer.dropout:
            layers.append(
                keras.layers.Dropout(
                    layer.dropout, seed=next(seeds), name=f"drop_{number}", **options
                )
            )
    *hidden, _ = architecture.dense_shapes
    for number, (_, n_outputs) in enumerate(architecture.dense_shapes):
        is_head = number == len(hidden)
        layers.append(
            keras.layers.Dense(
                n_outputs,
                activation=None if is_head else architecture.dense_activation,
                kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
                name="head" if is_head else f"dense_{number}",
                **options,
            )
        )
    return keras.Sequential(layers, name="network")


def _cell_layers():
    import keras

    return {
        "lstm": keras.layers.LSTM,
        "gru": keras.layers.GRU,
        "rnn": keras.layers.SimpleRNN,
    }


def _build_own(architecture, seed):
    import keras

    with _borrowed_seed(seed):
        model = architecture.build(architecture.window_shape, architecture.n_outputs)
    if not isinstance(model, keras.Model):
        raise TypeError(
            "network(window_shape, n_outputs) must return a keras.Model; it returned "
            f"{type(model).__name__}."
        )
    if model.compiled:
        raise ValueError(
            "network(window_shape, n_outputs) must return an uncompiled keras.Model, "
            "and a new one at every call: the regressor compiles it with its own "
            "optimizer, learning_rate and loss."
        )
    if not model.built:
        try:
            model.build((None, *architecture.window_shape))
        except Exception as error:
            raise ValueError(
                "The model of network(window_shape, n_outputs) could not be built for "
                f"windows of shape {architecture.window_shape}: {error}"
            ) from error
    _refuse_other_input(model, architecture.window_shape)
    if model.output_shape != (None, architecture.n_outputs):
        raise ValueError(
            "network(window_shape, n_outputs) must return a model with outputs of "
            f"shape (None, {architecture.n_outputs}); got {model.output_shape}. End it "
            "with keras.layers.Dense(n_outputs)."
        )
    return model


def _refuse_other_input(model, window_shape):
    """Raise unless a model takes one input, of windows of the given shape."""
    wanted = (None, *window_shape)
    shape = model.input_shape
    is_one = isinstance(shape, tuple) and len(shape) == len(wanted)
    if not is_one or any(
        size is not None and size != w for size, w in zip(shape, wanted, strict=True)
    ):
        raise ValueError(
            "network(window_shape, n_outputs) must return a model with one input of "
            f"shape {wanted}; got {shape}. Begin it with "
            "keras.layers.Input(window_shape)."
        )


@contextmanager
def _borrowed_seed(seed):
    """Seed what Keras draws default seeds from, and put it back after."""
    with _lock:
        python, numpy = random.getstate(), np.random.get_state()
        random.seed(seed)
        np.random.seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)


def _seeds(seed):
    """Yield seeds for the parts of a network, without end."""
    rng = np.random.default_rng(seed)
    while True:
        yield int(rng.integers(SEED_LIMIT))


def _weight_names(model):
    """Name a model's weights: by number and path, so that no two are the same."""
    return [f"{number}:{weight.path}" for number, weight in enumerate(model.weights)]


def _generators(model):
    """Return the variables in which dropout keeps its place in the random stream."""
    return [variable for variable in model.variables if "seed_gen" in variable.path]


def _n_steps(state):
    """Count the steps that a state's optimizer has taken."""
    return int(state.memory["optimizer"][0]) if state.memory else 0


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
            "A warm start continues with the optimizer of the first fit, whose memory "
            "does not fit the one given now. Give the same optimizer again, or fit "
            "with warm_start=False."
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _returning(model):
    """Return a builder as SciKeras wants it: a plain function."""

    def build():
        return model

    return build


class _Predictor:
    """A network that is traced once and lent the weights of one state at a time."""

    def __init__(self, architecture):
        self.model = build_network(architecture, [State(seed=0)])
        self.state = None

    def hold(self, state):
        """Take over the weights of a state, unless they are here already."""
        if self.state is not state:
            self.model.set_weights(list(state.weights.values()))
            self.state = state


@lru_cache(maxsize=N_PREDICTORS)
def _predictor(architecture):
    return _Predictor(architecture)


@cache
def _planned_rates() -> Callable:
    """Define a Keras schedule that reads a table."""
    import keras
    import tensorflow as tf

    class PlannedRates(keras.optimizers.schedules.LearningRateSchedule):
        """The learning rate of every step from ``first_step`` on."""

        def __init__(self, rates, first_step):
            self.rates = rates
            self.first_step = first_step

        def __call__(self, step):
            number = tf.cast(step, tf.int32) - self.first_step
            return tf.gather(self.rates, tf.minimum(number, len(self.rates) - 1))

        def get_config(self):
            return {"rates": self.rates.tolist(), "first_step": self.first_step}

    return PlannedRates


@cache
def _plain_loss() -> Callable:
    """Define a Keras loss that applies a function in a given dtype."""
    import keras

    class PlainLoss(keras.losses.Loss):
        """The mean of ``function(y_true, y_pred)``, computed in ``dtype``."""

        def __init__(self, function, dtype):
            super().__init__(name="loss", dtype=dtype)
            self.call = function

    return PlainLoss


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
                _assign(_moments(self.model_.optimizer), state.memory["optimizer"])
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
                    "optimizer": _arrays(_moments(model.optimizer)),
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
