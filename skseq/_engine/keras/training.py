"""Training with Keras: ``Model.fit`` through SciKeras, on the package's batch plan."""

from collections.abc import Callable
from functools import cache, partial

from skseq._engine.keras.datasets import batches_in_order
from skseq._engine.keras.messages import no_retracing_warnings
from skseq._engine.keras.options import (
    check_loss_by_row,
    copy_callbacks,
    copy_metrics,
)
from skseq._engine.keras.reusable_network import borrowed_network
from skseq._engine.keras.startup import start_tensorflow


def train(architecture, runs, n_epochs):
    """Train networks of one architecture, one after the other.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    runs : list of TrainingRun
    n_epochs : int
        At most; a run's monitor may stop it before.

    Returns
    -------
    states : list of TrainingState
        The state of each at the end.
    """
    start_tensorflow()
    with no_retracing_warnings():
        return [_train_one(architecture, run, n_epochs) for run in runs]


def _train_one(architecture, run, n_epochs):
    options, training = run.options, run.training
    with borrowed_network(architecture, run) as network:
        for examples in filter(None, (training, run.validation)):
            check_loss_by_row(network.loss, examples)
        regressor = _planned_regressor()(
            model=_returning(network.model),
            optimizer=network.optimizer,
            loss=network.loss,
            metrics=copy_metrics(options.metrics, architecture.dtype),
            callbacks=copy_callbacks(options.callbacks),
            epochs=n_epochs,
            verbose=options.verbose,
        )
        regressor._architecture = architecture
        regressor._run, regressor._network = run, network
        # SciKeras checks these arrays; the batches come from the plan, see below.
        regressor.fit(
            training.windows.cut(), training.targets, sample_weights=training.weights
        )
        return network.copy_state(run)


def _returning(model):
    """Return a function that returns a model, as SciKeras takes one."""

    def build():
        return model

    return build


@cache
def _planned_regressor() -> Callable:
    """Define SciKeras' regressor with training on the batches of a plan."""
    import keras
    from scikeras.wrappers import KerasRegressor

    class EpochCallback(keras.callbacks.Callback):
        """Report every epoch to the monitor, and stop where it says so."""

        def __init__(self, monitor, copy_state):
            super().__init__()
            self.monitor = monitor
            self.copy_state = copy_state

        def on_epoch_begin(self, epoch, logs=None):
            self.monitor.begin_epoch()

        def on_epoch_end(self, epoch, logs=None):
            losses = {name: float(value) for name, value in logs.items()}
            if self.monitor.end_epoch(losses, self.copy_state):
                self.model.stop_training = True

    class PlannedKerasRegressor(KerasRegressor):
        """Trains on the batches of a plan, in its order, from a given state."""

        def _fit_keras_model(self, X, y, sample_weights, **kwargs):
            run, network = self._run, self._network
            first_epoch = run.state.n_epochs
            # Only here, since SciKeras has just compiled the model.
            network.start(self._architecture, run, self.epochs)
            network.training_source.set(
                run.training, partial(run.plan.batches, first_epoch)
            )
            copy_state = partial(network.copy_state, run)
            self._fit_callbacks.append(EpochCallback(run.monitor, copy_state))
            self.model_.fit(
                network.training,
                steps_per_epoch=run.plan.n_steps,
                # Callbacks of Keras count on over warm starts.
                initial_epoch=first_epoch,
                epochs=first_epoch + self.epochs,
                shuffle=False,  # the plan has shuffled
                callbacks=self._fit_callbacks,
                verbose=self.verbose,
                **self._validation(),
            )

        def _validation(self):
            """Return what Keras validates on, as arguments."""
            held_out = self._run.validation
            if held_out is None:
                return {}
            batches = batches_in_order(len(held_out))
            self._network.validation_source.set(held_out, lambda: batches)
            return {
                "validation_data": self._network.validation,
                "validation_steps": len(batches),
            }

    return PlannedKerasRegressor
