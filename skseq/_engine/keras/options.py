"""Make Keras optimizers, losses, metrics and callbacks from training options."""

import copy
from numbers import Real

import numpy as np

from skseq._engine.keras.startup import start_tensorflow

OPTIMIZER_NAME = "optimizer"
"""Name of every optimizer, which is the start of the names of its variables."""


def make_optimizer(options, schedule=None):
    """Make a Keras optimizer; an optimizer object is copied with its settings.

    Parameters
    ----------
    options : TrainingOptions
    schedule : StepSchedule or None
        From `make_schedule`; replaces a learning rate that is a number.

    Returns
    -------
    optimizer : keras.optimizers.Optimizer

    Raises
    ------
    ValueError
        If Keras does not know the optimizer, or if the learning rate is neither a
        number nor a Keras schedule.
    """
    import keras

    given, rate = options.optimizer, options.learning_rate
    schedule_class = keras.optimizers.schedules.LearningRateSchedule
    if not isinstance(rate, Real | schedule_class):
        raise ValueError(
            "learning_rate must be a number above 0 or a "
            f"{schedule_class.__name__} of keras.optimizers.schedules; got {rate!r}."
        )
    if isinstance(given, keras.optimizers.Optimizer):
        return type(given).from_config(given.get_config())
    is_class = _is_subclass(given, keras.optimizers.Optimizer)
    optimizer_class = given if is_class else _find_optimizer(given)
    if isinstance(rate, Real):
        rate = schedule or float(rate)
    settings = {"learning_rate": rate}
    if options.global_clipnorm is not None:
        settings["global_clipnorm"] = float(options.global_clipnorm)
    if isinstance(given, str):
        settings["name"] = OPTIMIZER_NAME
    return optimizer_class(**settings)


def _is_subclass(given, base):
    """Return whether something is a class that inherits from a base class."""
    return isinstance(given, type) and issubclass(given, base) and given is not base


def make_schedule(options):
    """Make a learning-rate schedule, or return None if the rate is constant."""
    from skseq._engine.keras.registered_classes import StepSchedule

    name = options.learning_rate_schedule
    is_scheduled = name != "constant" and isinstance(options.learning_rate, Real)
    return StepSchedule(name) if is_scheduled else None


def skip_sum_over_replicas(optimizer):
    """Skip an optimizer's sum of gradients over replicas if there is only one.

    TensorFlow registers a gradient function of that sum, which is never called but
    keeps the graph of the training step, about 11 MiB, until the process ends.
    """
    import tensorflow as tf

    if not tf.distribute.has_strategy():
        optimizer._all_reduce_sum_gradients = list


def _find_optimizer(name):
    """Return the optimizer class with a name in any case."""
    import keras

    settings = {"class_name": name, "config": {"name": OPTIMIZER_NAME}}
    try:
        return type(keras.optimizers.get(settings))
    except (AttributeError, NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(
            f"optimizer={name!r} is not known to Keras. Use a name such as 'adam', "
            "'rmsprop' or 'sgd', or an object of keras.optimizers."
        ) from error


def make_loss(given, dtype, quantiles=()):
    """Make a Keras loss that computes in the network's dtype.

    Parameters
    ----------
    given : str, callable or keras.losses.Loss
    dtype : str
    quantiles : sequence of float, default=()
        The quantile of each output; the loss is then the pinball loss.

    Returns
    -------
    loss : keras.losses.Loss

    Raises
    ------
    ValueError
        If Keras does not know the loss or the loss computes in another dtype.
    """
    import keras

    from skseq._engine.keras.registered_classes import PinballLoss, RowLoss

    if quantiles:
        return PinballLoss(quantiles, dtype)
    try:
        loss = keras.losses.get(keras_loss_name(given))
    except (NotImplementedError, TypeError, ValueError):
        loss = None
    # Any class can be called, which makes an object of it and not a loss.
    is_other_class = isinstance(given, type) and not _is_subclass(
        given, keras.losses.Loss
    )
    if is_other_class or not callable(loss):
        raise ValueError(
            f"loss={given!r} is not known to Keras. Use a name such as 'mse', 'mae' "
            "or 'huber', an object of keras.losses, or a function of (y_true, y_pred)."
        )
    if not isinstance(loss, keras.losses.Loss):
        return RowLoss(loss, dtype)
    if isinstance(given, str | type):
        return type(loss).from_config(loss.get_config() | {"dtype": dtype})
    _check_dtype("loss", loss, dtype)
    return loss


def row_losses(given, dtype, targets, predictions, quantiles=()):
    """Return the loss of each row in float64; see `skseq._engine.contract`."""
    start_tensorflow()
    import keras

    arrays = [keras.ops.convert_to_tensor(a, dtype) for a in (targets, predictions)]
    loss = make_loss(given, dtype, quantiles)
    losses = keras.ops.convert_to_numpy(loss.call(*arrays))
    return losses.astype(np.float64) if losses.shape == (len(targets),) else None


def keras_loss_name(given):
    """Return the name of a loss as Keras spells it; anything else is returned as is."""
    import keras

    if not isinstance(given, str):
        return given
    # First as given, because in Keras "Huber" is a class and "huber" a function.
    for spelling in (given, given.lower()):
        try:
            keras.losses.get(spelling)
        except ValueError:
            continue
        return spelling
    return given


def check_loss_by_row(loss, examples):
    """Raise if examples differ in weight but a loss has no value for each row.

    Keras would ignore the weights.
    """
    import keras

    if (examples.weights == examples.weights[0]).all():
        return
    # Unlike the number of outputs, so that no other shape is taken for that of rows.
    n_rows = examples.targets.shape[1] + 1
    targets = keras.ops.convert_to_tensor(examples.targets[:n_rows])
    n_given, shape = targets.shape[0], tuple(loss.call(targets, targets).shape)
    if shape[:1] != (n_given,):
        raise ValueError(
            "loss must return one number for each row, because sample_weight gives "
            f"rows different weights; for {n_given} rows it returned shape {shape}. "
            "Average over outputs only, with keras.ops.mean(..., axis=-1), or fit "
            "without sample_weight."
        )


def copy_metrics(metrics, dtype):
    """Copy metrics for one fit, reset their state and check their dtype."""
    import keras

    # Deep, because metrics store sums in variables, which a shallow copy would share.
    copies = copy.deepcopy(metrics)
    for metric in copies or ():
        if isinstance(metric, keras.metrics.Metric):
            _check_dtype("metrics", metric, dtype)
            metric.reset_state()
    return copies


def _check_dtype(name, given, dtype):
    if given.dtype != dtype:
        raise ValueError(
            f"{name} must compute in the network's dtype={dtype!r}; got "
            f"{type(given).__name__} of dtype {given.dtype!r}. Create it with "
            f"dtype={dtype!r}, or give its name."
        )


def copy_callbacks(callbacks):
    """Copy callbacks for one fit, because Keras stores the model in them."""
    import keras

    copies = []
    for callback in callbacks or ():
        # Shallow, so that a list in which a callback collects values is the user's.
        copied = callback() if isinstance(callback, type) else copy.copy(callback)
        if not isinstance(copied, keras.callbacks.Callback):
            raise TypeError(
                "callbacks must contain keras.callbacks.Callback objects; got "
                f"{callback!r}. Set callbacks of scikit-learn with set_callbacks(...)."
            )
        copies.append(copied)
    return copies
