"""What a monitor does in every epoch: record, stop, call back, notice divergence."""

import numpy as np
import pytest

from skseq._engine.contract import TrainingState
from skseq._engine.monitor import EpochMonitor
from skseq._engine.stopping import EarlyStopping


class Context:
    """The part of a callback context that a monitor uses."""

    def __init__(self, stops=False):
        self.stops = stops
        self.events = []

    def subcontext(self, task_name):
        self.events.append(task_name)
        return self

    def call_on_fit_task_begin(self, **call):
        self.events.append(("begin", call))

    def call_on_fit_task_end(self, reconstruction_attributes, **call):
        self.events.append(("end", call, reconstruction_attributes()))
        return self.stops


def run_epochs(monitor, losses):
    """Run epochs; return what each of them says about stopping."""
    said = []
    for number, loss in enumerate(losses):
        monitor.begin_epoch()
        state = TrainingState(0, number + 1, {"epoch": number})
        said.append(monitor.end_epoch(loss, lambda state=state: state))
    return said


def test_losses_are_recorded_and_callbacks_called():
    context = Context()
    call = {"estimator": "E", "X": "X", "y": "y", "metadata": {}}
    monitor = EpochMonitor(None, context, call, lambda states, losses: (states, losses))
    assert run_epochs(monitor, [{"loss": 2.0}, {"loss": 1.0}]) == [False, False]
    assert monitor.history == {"loss": [2.0, 1.0]}
    assert monitor.n_epochs == 2
    task, begin, (_, passed, (states, histories)) = context.events[3:]
    assert (task, begin) == ("epoch", ("begin", call))
    assert passed == call
    assert [state.n_epochs for state in states] == [2]
    assert histories == [monitor.history]


def test_a_callback_may_stop():
    monitor = EpochMonitor(None, Context(stops=True), {}, lambda *_: {})
    assert run_epochs(monitor, [{"loss": 2.0}]) == [True]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_divergence_is_an_error(value):
    monitor = EpochMonitor(None, Context(), {}, lambda *_: {})
    run_epochs(monitor, [{"loss": 1.0}])
    match = f"diverged: val_loss became {value} in epoch 2.*Lower learning_rate"
    with pytest.raises(ValueError, match=match):
        run_epochs(monitor, [{"loss": 1.0, "val_loss": value}])


def test_early_stopping_keeps_the_weights_of_the_best_epoch():
    stopping = EarlyStopping(patience=2)
    monitor = EpochMonitor(stopping, Context(), {}, lambda *_: {})
    losses = [{"loss": 0.0, "val_loss": value} for value in (3.0, 1.0, 2.0, 1.0)]
    assert run_epochs(monitor, losses) == [False, False, False, True]
    assert (stopping.best_epoch, stopping.best_loss) == (1, 1.0)
    end = TrainingState(seed=0, n_epochs=4, weights={"epoch": 3})
    best = stopping.best(end)
    assert (best.weights, best.n_epochs) == ({"epoch": 1}, 4)
