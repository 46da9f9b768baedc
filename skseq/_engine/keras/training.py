"""Train with Keras: ``Model.fit``, called through SciKeras, on a batch plan."""

from functools import cache, partial

from skseq._engine.keras.datasets import batches_in_order
from skseq._engine.keras.messages import no_retracing_warnings
from skseq._engine.keras.options import (
    check_loss_by_row,
    copy_callbacks,
    copy_metrics,
)
from skseq._engine.keras.reusable_network import reserved_network
from skseq._engine.keras.startup import start_tensorflow


def train(architecture, runs, n_epochs):
    """Train networks one after the other; see `skseq._engine.contract`."""
    start_tensorflow()
    with no_retracing_warnings():
        return [_train_one(architecture, run, n_epochs) for run in runs]


def _train_one(architecture, run, n_epochs):
    options, training = run.options, run.training
    with reserved_network(architecture, run) as network:
        for examples in filter(None, (training, run.validation)):
            check_loss_by_row(network.loss, examples)
        regressor = _regressor_class()(
            model=network.model,
            optimizer=network.optimizer,
            loss=network.loss,
            metrics=copy_metrics(options.metrics, architecture.dtype),
            callbacks=copy_callbacks(options.callbacks),
            epochs=n_epochs,
            verbose=options.verbose,
        )
        # SciKeras takes its parameters only; the run is passed as an attribute.
        regressor._start_and_fit = partial(_start_and_fit, architecture, run, network)
        # SciKeras checks these arrays; the batches come from the plan, see below.
        regressor.fit(
            training.windows.cut(), training.targets, sample_weights=training.weights
        )
        return network.copy_state(run)


@cache
def _regressor_class():
    """Define a SciKeras regressor that trains on the batches of a plan."""
    from scikeras.wrappers import KerasRegressor

    class BatchPlanRegressor(KerasRegressor):
        """SciKeras regressor whose training is `_start_and_fit`."""

        def _fit_keras_model(self, X, y, sample_weights, **kwargs):
            self._start_and_fit(self)

    return BatchPlanRegressor


def _start_and_fit(architecture, run, network, regressor):
    """Set the state that a run starts from, and call ``Model.fit``.

    The SciKeras regressor has compiled the model of the network.
    """
    first_epoch = run.state.n_epochs
    # Not earlier: the optimizer has its variables only after SciKeras has compiled.
    network.start(architecture, run, regressor.epochs)
    network.training_source.set(run.training, partial(run.plan.batches, first_epoch))
    # After the callbacks of the user, which may change the weights.
    regressor._fit_callbacks.append(_monitor_callback(run, network))
    regressor.model_.fit(
        network.training,
        steps_per_epoch=run.plan.n_steps,
        initial_epoch=first_epoch,  # Keras callbacks see it in a warm start
        epochs=first_epoch + regressor.epochs,
        shuffle=False,  # the batch plan has shuffled the windows
        callbacks=regressor._fit_callbacks,
        verbose=regressor.verbose,
        **_validation_arguments(run.validation, network),
    )


def _validation_arguments(held_out, network):
    """Return the arguments of ``Model.fit`` for held-out examples, if there are any."""
    if held_out is None:
        return {}
    batches = batches_in_order(len(held_out))
    network.validation_source.set(held_out, lambda: batches)
    return {"validation_data": network.validation, "validation_steps": len(batches)}


def _monitor_callback(run, network):
    """Make a callback that reports epochs to a monitor, which may stop the fit."""
    import keras

    def end_epoch(epoch, logs):
        losses = {name: float(value) for name, value in logs.items()}
        if run.monitor.end_epoch(losses, partial(network.copy_state, run)):
            network.model.stop_training = True

    return keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: run.monitor.begin_epoch(),
        on_epoch_end=end_epoch,
    )
