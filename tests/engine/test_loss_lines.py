"""verbose=1 updates one line, verbose=2 prints a line for each epoch."""

import re

import numpy as np
import pytest

from skseq import LSTMRegressor
from skseq._engine.native import loss_lines
from skseq._engine.native.loss_lines import LossLines


def fit(**options):
    X, y = np.random.default_rng(0).random((2, 20, 3))
    LSTMRegressor(units=2, epochs=3, random_state=0, **options).fit(X, y)


@pytest.mark.parametrize("n_members", [1, 2])
def test_one_line_is_updated(capsys, n_members):
    fit(verbose=1, early_stopping=True, n_members=n_members)
    shown = capsys.readouterr().out
    assert shown.count("\n") == 1
    assert shown.endswith("\n")
    last = shown.rstrip().split("\r")[-1]
    assert re.fullmatch(r"epoch 3/3: loss \S+, val_loss \S+", last)


def test_a_line_for_each_epoch_of_each_member(capsys):
    fit(verbose=2, n_members=2, early_stopping=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        f"member {member}, epoch {epoch}/3" for epoch in (1, 2, 3) for member in (1, 2)
    ]


def test_a_warm_start_counts_on(capsys):
    X, y = np.random.default_rng(0).random((2, 20, 3))
    regressor = LSTMRegressor(
        units=2, epochs=2, verbose=2, warm_start=True, early_stopping=False
    )
    regressor.fit(X, y).fit(X, y)
    epochs = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert epochs == ["epoch 1/2", "epoch 2/2", "epoch 3/4", "epoch 4/4"]


def test_a_diverged_training_ends_its_line(capsys):
    with pytest.raises(ValueError, match="diverged"):
        fit(verbose=1, optimizer="sgd", learning_rate=1e30, linear_weight=0)
    assert capsys.readouterr().out.endswith("\n")


def test_nothing_is_printed_by_default(capsys):
    fit()
    assert capsys.readouterr().out == ""


class Clock:
    """Seconds that pass only when they are set."""

    now = 0.0

    def monotonic(self):
        return self.now


def test_seconds_left_follow_from_the_epochs_done(capsys, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(loss_lines, "time", clock)
    lines = LossLines(1, n_members=2, n_before=0, n_epochs=10)
    clock.now = 4.0
    lines.show(2, {0: {"loss": 1.0}, 1: {"loss": 3.0}})
    assert capsys.readouterr().out == "\repoch 2/10: loss 2, 16 s left"
    lines.show(3, {0: {"loss": 1.0}})
    assert capsys.readouterr().out == ""  # no time has passed
    lines.end()
    assert capsys.readouterr().out.strip() == "epoch 3/10: loss 1, 9 s left"
