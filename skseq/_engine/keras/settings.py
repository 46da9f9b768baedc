"""From a options to Keras' optimizers, losses and callbacks."""

import copy
from collections.abc import Callable
from functools import cache
from numbers import Real

NAME = "optimizer"
"""Begins the names of an optimizer's variables: Keras would number the optimizers, and
TensorFlow keeps some 35 KiB for every name of a variable that it has not seen before.
"""


def make_optimizer(options, rates=None):
    """Make a fresh Keras optimizer: an instance keeps its own settings.

    Parameters
    ----------
    options : TrainingOptions
    rates : PlannedRates or None
        What `make_rates` made, in place of a learning rate that is a number.

    Raises
    ------
    ValueError
        If Keras does not know the optimizer.
    """
    import keras

    given, rate = options.optimizer, options.learning_rate
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
        rate = rates or float(rate)
    settings = {}
    if options.global_clipnorm is not None:
        settings["global_clipnorm"] = float(options.global_clipnorm)
    if isinstance(given, str):
        settings["name"] = NAME
    return kind(learning_rate=rate, **settings)


def make_rates(options):
    """Make a Keras schedule to be given the rates of a run, or None for no schedule."""
    is_planned = options.learning_rate_schedule != "constant"
    is_number = isinstance(options.learning_rate, Real)
    return _planned_rates()() if is_planned and is_number else None


def sum_no_replicas(optimizer):
    """Spare an optimizer the sum of gradients over replicas where there is but one.

    TensorFlow registers a gradient of that sum, which nobody takes, and so keeps the
    graph of the whole training step for good: some 11 MiB.
    """
    import tensorflow as tf

    if not tf.distribute.has_strategy():
        optimizer._all_reduce_sum_gradients = list


def _find_optimizer(name):
    import keras

    try:
        return type(
            keras.optimizers.get({"class_name": name, "config": {"name": NAME}})
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(
            f"optimizer={name!r} is not known to Keras. Take a name such as 'adam', "
            "'rmsprop' or 'sgd', or a keras.optimizers.Optimizer."
        ) from error


def make_loss(given, dtype):
    """Make a Keras loss that computes in the network's dtype.

    Raises
    ------
    ValueError
        If Keras does not know the loss, or if it is one of another dtype.
    """
    import keras

    try:
        loss = keras.losses.get(given)
    except ValueError:
        loss = None
    if not callable(loss):
        raise ValueError(
            f"loss={given!r} is not known to Keras. Take a name such as 'mse', 'mae' "
            "or 'huber', a keras.losses.Loss, or a function of (y_true, y_pred)."
        )
    if not isinstance(loss, keras.losses.Loss):
        return _plain_loss()(loss, dtype)
    if isinstance(given, str | type):
        return type(loss).from_config(loss.get_config() | {"dtype": dtype})
    _refuse_other_dtype("loss", loss, dtype)
    return loss


def refuse_loss_without_rows(loss, examples):
    """Raise if examples differ in weight, but a loss gives no number for each row.

    Parameters
    ----------
    loss : keras.losses.Loss
    examples : TrainingData

    Raises
    ------
    ValueError
        The weights would be ignored.
    """
    import keras

    if (examples.weights == examples.weights[0]).all():
        return
    n_rows = examples.targets.shape[1] + 1  # not to be taken for the outputs
    targets = keras.ops.convert_to_tensor(examples.targets[:n_rows])
    wanted, shape = targets.shape[0], tuple(loss.call(targets, targets).shape)
    if shape[:1] != (wanted,):
        raise ValueError(
            "loss must give one number for each row, or sample_weight cannot weigh "
            f"them; for {wanted} rows it gave shape {shape}. Average over the "
            "outputs alone, keras.ops.mean(..., axis=-1), or fit without sample_weight."
        )


def copy_metrics(metrics, dtype):
    """Copy metrics for one fit: they count in themselves, and would count on.

    Raises
    ------
    ValueError
        If one computes in another dtype than the network's.
    """
    import keras

    copies = copy.deepcopy(metrics)
    for metric in copies or ():
        if isinstance(metric, keras.metrics.Metric):
            _refuse_other_dtype("metrics", metric, dtype)
            metric.reset_state()
    return copies


def _refuse_other_dtype(name, given, dtype):
    if given.dtype != dtype:
        raise ValueError(
            f"{name} must compute in the network's dtype={dtype!r}; got "
            f"{type(given).__name__} of dtype {given.dtype!r}. Make it with "
            f"dtype={dtype!r}, or give its name."
        )


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


@cache
def _planned_rates() -> Callable:
    """Define a Keras schedule that reads a table."""
    import keras
    import tensorflow as tf

    class PlannedRates(keras.optimizers.schedules.LearningRateSchedule):
        """The learning rate of every step of a run, from its first one on."""

        def __init__(self):
            self.rates = tf.Variable([0.0], trainable=False, shape=(None,))
            self.first_step = tf.Variable(0, trainable=False)

        def follow(self, rates, first_step):
            self.rates.assign(rates)
            self.first_step.assign(first_step)

        def __call__(self, step):
            number = tf.cast(step, tf.int32) - self.first_step
            return tf.gather(self.rates, tf.minimum(number, tf.size(self.rates) - 1))

        def get_config(self):
            return {}

    return PlannedRates


@cache
def _plain_loss() -> Callable:
    """Define a Keras loss that applies a function in a given dtype."""
    import keras

    class PlainLoss(keras.losses.Loss):
        """``function(y_true, y_pred)`` by row, computed in ``dtype``."""

        def __init__(self, function, dtype):
            super().__init__(name="loss", dtype=dtype)
            self.function = function

        def call(self, y_true, y_pred):
            losses = keras.ops.convert_to_tensor(self.function(y_true, y_pred))
            of_outputs = tuple(range(1, len(losses.shape)))
            return keras.ops.mean(losses, axis=of_outputs) if of_outputs else losses

    return PlainLoss
