"""What a monitor does in every epoch: record, stop, call back, notice divergence."""

import numpy as np
import pytest

from skseq._engine.contract import TrainingState
from skseq._engine.monitor import EpochMonitor
from skseq._engine.stopping import EarlyStopping


class Report:
    """What a monitor reports to, in place of scikit-learn's callbacks."""

    def __init__(self, stops=False):
        self.stops = stops
        self.events = []

    def begin_task(self, name):
        self.events.append(name)

        def end(reconstruction_attributes):
            self.events.append(reconstruction_attributes())
            return self.stops

        return end


def run_epochs(monitor, losses):
    """Run epochs; return what each of them says about stopping."""
    said = []
    for number, loss in enumerate(losses):
        monitor.begin_epoch()
        state = TrainingState(0, number + 1, {"epoch": number})
        said.append(monitor.end_epoch(loss, lambda state=state: state))
    return said


def test_losses_are_recorded_and_epochs_reported():
    report = Report()
    monitor = EpochMonitor(None, report, lambda states, losses: (states, losses))
    assert run_epochs(monitor, [{"loss": 2.0}, {"loss": 1.0}]) == [False, False]
    assert monitor.history == {"loss": [2.0, 1.0]}
    assert monitor.n_epochs == 2
    assert report.events[::2] == ["epoch", "epoch"]
    states, histories = report.events[-1]
    assert [state.n_epochs for state in states] == [2]
    assert histories == [monitor.history]


def test_a_callback_may_stop():
    monitor = EpochMonitor(None, Report(stops=True), lambda *_: {})
    assert run_epochs(monitor, [{"loss": 2.0}]) == [True]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_divergence_is_an_error(value):
    monitor = EpochMonitor(None, Report(), lambda *_: {})
    run_epochs(monitor, [{"loss": 1.0}])
    match = f"diverged: val_loss became {value} in epoch 2.*Use a lower learning_rate"
    with pytest.raises(ValueError, match=match):
        run_epochs(monitor, [{"loss": 1.0, "val_loss": value}])


def test_early_stopping_keeps_the_weights_of_the_best_epoch():
    stopping = EarlyStopping(patience=2)
    monitor = EpochMonitor(stopping, Report(), lambda *_: {})
    losses = [{"loss": 0.0, "val_loss": value} for value in (3.0, 1.0, 2.0, 1.0)]
    assert run_epochs(monitor, losses) == [False, False, False, True]
    assert (stopping.best_epoch, stopping.best_loss) == (1, 1.0)
    end = TrainingState(seed=0, n_epochs=4, weights={"epoch": 3})
    best = stopping.best(end)
    assert (best.weights, best.n_epochs) == ({"epoch": 1}, 4)
