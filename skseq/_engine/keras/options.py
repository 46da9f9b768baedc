"""From training options to Keras optimizers, losses, metrics and callbacks."""

import copy
from numbers import Real

import numpy as np

from skseq._engine.keras.startup import start_tensorflow

OPTIMIZER_NAME = "optimizer"
"""The beginning of the names of an optimizer's variables. Keras would number the
optimizers, and TensorFlow keeps some 35 KiB for every new name of a variable.
"""


def make_optimizer(options, schedule=None):
    """Make a new Keras optimizer; an optimizer object is copied with its settings.

    Parameters
    ----------
    options : TrainingOptions
    schedule : StepSchedule or None
        What `make_schedule` made, in place of a learning rate that is a number.

    Returns
    -------
    optimizer : keras.optimizers.Optimizer

    Raises
    ------
    ValueError
        If Keras does not know the optimizer, or the learning rate is no number and no
        Keras schedule.
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
    if isinstance(given, type) and issubclass(given, keras.optimizers.Optimizer):
        optimizer_class = given
    else:
        optimizer_class = _find_optimizer(given)
    settings = {}
    if isinstance(rate, Real):
        rate = schedule or float(rate)
    if options.global_clipnorm is not None:
        settings["global_clipnorm"] = float(options.global_clipnorm)
    if isinstance(given, str):
        settings["name"] = OPTIMIZER_NAME
    return optimizer_class(learning_rate=rate, **settings)


def make_schedule(options):
    """Make a schedule of learning rates, or None where the rate is constant."""
    from skseq._engine.keras.registered_classes import StepSchedule

    name = options.learning_rate_schedule
    is_scheduled = name != "constant" and isinstance(options.learning_rate, Real)
    return StepSchedule(name) if is_scheduled else None


def skip_sum_over_replicas(optimizer):
    """Spare an optimizer the sum of gradients over replicas where there is only one.

    TensorFlow registers a gradient of that sum, which nobody takes, and so keeps the
    graph of the whole training step until the process ends: some 11 MiB.
    """
    import tensorflow as tf

    if not tf.distribute.has_strategy():
        optimizer._all_reduce_sum_gradients = list


def _find_optimizer(name):
    """Return the class of an optimizer by its name, in any case."""
    import keras

    settings = {"class_name": name, "config": {"name": OPTIMIZER_NAME}}
    try:
        return type(keras.optimizers.get(settings))
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(
            f"optimizer={name!r} is not known to Keras. Use a name such as 'adam', "
            "'rmsprop' or 'sgd', or a keras.optimizers.Optimizer."
        ) from error


def make_loss(given, dtype):
    """Make a Keras loss that computes in the network's dtype.

    Parameters
    ----------
    given : str, callable or keras.losses.Loss
    dtype : str

    Returns
    -------
    loss : keras.losses.Loss

    Raises
    ------
    ValueError
        If Keras does not know the loss, or if it computes in another dtype.
    """
    import keras

    from skseq._engine.keras.registered_classes import RowLoss

    try:
        loss = keras.losses.get(spell_loss(given))
    except ValueError:
        loss = None
    if not callable(loss):
        raise ValueError(
            f"loss={given!r} is not known to Keras. Use a name such as 'mse', 'mae' "
            "or 'huber', a keras.losses.Loss, or a function of (y_true, y_pred)."
        )
    if not isinstance(loss, keras.losses.Loss):
        return RowLoss(loss, dtype)
    if isinstance(given, str | type):
        return type(loss).from_config(loss.get_config() | {"dtype": dtype})
    _check_dtype("loss", loss, dtype)
    return loss


def row_losses(given, dtype, targets, predictions):
    """Return the loss of each row.

    Parameters
    ----------
    given : str, callable or keras.losses.Loss
    dtype : str
    targets, predictions : ndarray of shape (n_rows, n_outputs)

    Returns
    -------
    losses : ndarray of float64 of shape (n_rows,), or None
        None if the loss is one number for all rows.
    """
    start_tensorflow()
    import keras

    arrays = [keras.ops.convert_to_tensor(a, dtype) for a in (targets, predictions)]
    losses = keras.ops.convert_to_numpy(make_loss(given, dtype).call(*arrays))
    return losses.astype(np.float64) if losses.shape == (len(targets),) else None


def spell_loss(given):
    """Return the name of a loss as Keras spells it; anything else is returned as is."""
    import keras

    if not isinstance(given, str):
        return given
    # As it is given first: to Keras "Huber" is a class and "huber" a function.
    for spelling in (given, given.lower()):
        try:
            keras.losses.get(spelling)
        except ValueError:
            continue
        return spelling
    return given


def check_loss_by_row(loss, examples):
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
    n_rows = examples.targets.shape[1] + 1  # unlike the number of outputs
    targets = keras.ops.convert_to_tensor(examples.targets[:n_rows])
    wanted, shape = targets.shape[0], tuple(loss.call(targets, targets).shape)
    if shape[:1] != (wanted,):
        raise ValueError(
            "loss must give one number for each row, or sample_weight cannot weight "
            f"them; for {wanted} rows it gave shape {shape}. Average over the "
            "outputs alone, keras.ops.mean(..., axis=-1), or fit without sample_weight."
        )


def copy_metrics(metrics, dtype):
    """Copy metrics for one fit, set back to zero: they sum up in themselves.

    Raises
    ------
    ValueError
        If one computes in another dtype than the network.
    """
    import keras

    # Deep, since metrics count in variables, which a shallow copy would share.
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
            f"{type(given).__name__} of dtype {given.dtype!r}. Make it with "
            f"dtype={dtype!r}, or give its name."
        )


def copy_callbacks(callbacks):
    """Copy callbacks for one fit: Keras writes the model into them.

    Raises
    ------
    TypeError
        If one is no Keras callback.
    """
    import keras

    copies = []
    for callback in callbacks or ():
        # Shallow, so that lists in which a callback collects are those of the user.
        made = callback() if isinstance(callback, type) else copy.copy(callback)
        if not isinstance(made, keras.callbacks.Callback):
            raise TypeError(
                "callbacks must hold keras.callbacks.Callback objects; got "
                f"{callback!r}. Callbacks of scikit-learn go to set_callbacks(...)."
            )
        copies.append(made)
    return copies
