"""Training with Keras: ``Model.fit`` through SciKeras, on the package's batch plan."""

from collections.abc import Callable
from functools import cache, partial

from skseq._engine.keras.feeding import in_order
from skseq._engine.keras.forks import refuse_after_fork
from skseq._engine.keras.settings import (
    copy_callbacks,
    copy_metrics,
    refuse_loss_without_rows,
)
from skseq._engine.keras.trainable import lent


def train(architecture, runs, n_epochs):
    """Train networks of one architecture, one after the other.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    runs : list of TrainingRun
    n_epochs : int
        At most; a run's watch may stop it before.

    Returns
    -------
    states : list of TrainingState
        Where each stands then.
    """
    refuse_after_fork()
    return [_train_one(architecture, run, n_epochs) for run in runs]


def _train_one(architecture, run, n_epochs):
    options, training = run.options, run.training
    with lent(architecture, run) as trainable:
        for examples in filter(None, (training, run.validation)):
            refuse_loss_without_rows(trainable.loss, examples)
        trainer = _planned_regressor()(
            model=_returning(trainable.model),
            optimizer=trainable.optimizer,
            loss=trainable.loss,
            metrics=copy_metrics(options.metrics, architecture.dtype),
            callbacks=copy_callbacks(options.callbacks),
            epochs=n_epochs,
            verbose=options.verbose,
        )
        trainer._run, trainer._trainable = run, trainable
        trainer.fit(
            training.windows.cut(), training.targets, sample_weights=training.weights
        )
        return trainable.read_state(run)


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
        """Pass every epoch on to the monitor, and its wish to stop back to Keras."""

        def __init__(self, monitor, read_state):
            super().__init__()
            self.monitor = monitor
            self.read_state = read_state

        def on_epoch_begin(self, epoch, logs=None):
            self.monitor.begin_epoch()

        def on_epoch_end(self, epoch, logs=None):
            losses = {name: float(value) for name, value in logs.items()}
            if self.monitor.end_epoch(losses, self.read_state):
                self.model.stop_training = True

    class PlannedKerasRegressor(KerasRegressor):
        """Trains on the batches of a plan, in its order, from a given state."""

        def _fit_keras_model(self, X, y, sample_weights, **kwargs):
            run, trainable = self._run, self._trainable
            first_epoch = run.state.n_epochs
            trainable.begin(run, self.epochs)
            trainable.feed.fill(run.training, partial(run.plan.batches, first_epoch))
            read_state = partial(trainable.read_state, run)
            self._fit_callbacks.append(Watching(run.monitor, read_state))
            self.model_.fit(
                trainable.training,
                steps_per_epoch=run.plan.n_steps,
                initial_epoch=first_epoch,
                epochs=first_epoch + self.epochs,
                shuffle=False,
                callbacks=self._fit_callbacks,
                verbose=self.verbose,
                **self._validation(),
            )

        def _validation(self):
            """Return what Keras validates on, as arguments."""
            held_out = self._run.validation
            if held_out is None:
                return {}
            batches = in_order(len(held_out))
            self._trainable.held_out.fill(held_out, lambda: batches)
            return {
                "validation_data": self._trainable.validation,
                "validation_steps": len(batches),
            }

    return PlannedKerasRegressor
