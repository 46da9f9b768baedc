"""Training with the native engine: members, parts of batches, threads, divergence."""

import threading
import time

import numpy as np
import pytest
from training_runs import (
    CELLS,
    DROPOUTS,
    STACK,
    blas_threads,
    examples,
    make_run,
    network,
    same_weights,
    train,
)

from skseq import LSTMRegressor
from skseq._engine import native
from skseq._engine.native import parts, training
from skseq._engine.native.threads import WorkerThreads

pytestmark = pytest.mark.usefixtures("implementation")

OPTIONS = [
    {},
    {"optimizer": "nadam", "learning_rate_schedule": "linear"},
    {"optimizer": "sgd", "global_clipnorm": 0.1},
    {"optimizer": "adamw"},
]


@pytest.fixture
def split_batches(monkeypatch):
    """Split batches of 8 and 4 windows into 4 and 2 parts."""
    monkeypatch.setattr(parts, "MIN_VALUES_PER_DRAW", 1)
    monkeypatch.setattr(parts, "MIN_WINDOWS_PER_DRAW", 2)
    monkeypatch.setattr(parts, "max_parallel", lambda: 16)


def train_in_threads(n_threads, n_epochs, run, architecture):
    """Train one network in some number of threads."""
    with WorkerThreads(lambda: n_threads) as workers:
        return training.Trainer(architecture, [run], n_epochs, workers).train()


@pytest.mark.sample(4)
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("dropout", DROPOUTS, ids=str)
@pytest.mark.parametrize(
    ("options", "is_split"), [(OPTIONS[0], False), *((one, True) for one in OPTIONS)]
)
def test_members_train_together_as_they_do_alone(
    cell, dropout, options, is_split, request
):
    if is_split:
        request.getfixturevalue("split_batches")
    architecture = network(cell, bidirectional=True, dtype="float32", **dropout)
    members = [
        options | {"seed": 1},
        options | {"seed": 2, "learning_rate": 0.05},
        options | {"seed": 3, "data": examples("float32", seed=5)},
    ]
    runs = [make_run(architecture, **member) for member in members]
    together = native.train(architecture, runs, 3)
    for member, run, end in zip(members, runs, together, strict=True):
        alone, losses = train(native, architecture, 3, **member)
        assert same_weights(end, alone)
        np.testing.assert_equal(end.optimizer_state, alone.optimizer_state)
        assert run.monitor.losses == losses


def test_a_member_may_stop_before_the_others():
    architecture = network()
    runs = [make_run(architecture, seed=seed, last=seed) for seed in (1, 3, 2)]
    ends = native.train(architecture, runs, 5)
    assert [end.n_epochs for end in ends] == [1, 3, 2]
    for seed, end in zip((1, 3, 2), ends, strict=True):
        assert same_weights(end, train(native, architecture, seed, seed=seed)[0])


@pytest.mark.usefixtures("split_batches")
@pytest.mark.parametrize("dropout", DROPOUTS, ids=str)
def test_the_number_of_threads_changes_no_bit(monkeypatch, dropout):
    architecture = network(STACK, dtype="float32", **dropout)
    compute = parts.PartWorker.compute
    ends, losses = [], []

    def watched(self, *args):
        idents.add(threading.get_ident())
        time.sleep(0.001)  # so that other threads get parts too
        return compute(self, *args)

    monkeypatch.setattr(parts.PartWorker, "compute", watched)
    for n_threads in (1, 2, 3, 8):
        idents = set()
        run = make_run(architecture, validation=examples("float32", seed=8))
        ends += train_in_threads(n_threads, 3, run, architecture)
        losses.append(run.monitor.losses)
        assert len(idents) <= n_threads
        assert (len(idents) > 1) == (n_threads > 1)
    for end in ends:
        assert same_weights(end, ends[0])
        np.testing.assert_equal(end.optimizer_state, ends[0].optimizer_state)
    assert all(one == losses[0] for one in losses)


@pytest.mark.usefixtures("split_batches")
@pytest.mark.parametrize("dropout", DROPOUTS, ids=str)
def test_dropout_masks_do_not_depend_on_the_number_of_parts(monkeypatch, dropout):
    architecture = network(STACK, **dropout)
    many, _ = train(native, architecture)
    for n_parts in (1, 2, 3):
        monkeypatch.setattr(parts, "max_parallel", lambda n=n_parts: n)
        few, _ = train(native, architecture)
        for name, weight in many.weights.items():
            np.testing.assert_allclose(few.weights[name], weight, rtol=0, atol=1e-11)


@pytest.mark.usefixtures("split_batches")
@pytest.mark.parametrize("n_threads", [1, 2])
def test_an_overflow_in_any_part_is_no_warning(n_threads):
    architecture = network(dtype="float32")
    run = make_run(architecture, optimizer="sgd", learning_rate=1e30)
    with np.errstate(over="ignore", invalid="ignore"):
        train_in_threads(n_threads, 4, run, architecture)
    assert not np.isfinite(run.monitor.losses[-1]["loss"])


class BrokenError(Exception):
    """An error that no other code raises."""


@pytest.mark.usefixtures("split_batches")
def test_an_error_in_another_thread_is_raised(monkeypatch):
    compute = parts.PartWorker.compute

    def breaking(self, part, *args):
        if part.windows.start:
            raise BrokenError
        return compute(self, part, *args)

    monkeypatch.setattr(parts.PartWorker, "compute", breaking)
    before = blas_threads(), threading.active_count()
    architecture = network()
    with pytest.raises(BrokenError):
        native.train(architecture, [make_run(architecture)], 2)
    assert (blas_threads(), threading.active_count()) == before


def test_parts_of_a_batch_add_up_to_the_whole(request):
    architecture = network("gru")
    whole, losses = train(native, architecture)
    request.getfixturevalue("split_batches")
    split, losses_of_parts = train(native, architecture)
    assert not same_weights(split, whole)  # sums are rounded in another order
    for name, weight in whole.weights.items():
        np.testing.assert_allclose(split.weights[name], weight, rtol=0, atol=1e-12)
    for one, other in zip(losses_of_parts, losses, strict=True):
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-12)


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_epochs_that_are_never_run_change_nothing_but_the_schedule(schedule):
    architecture = network()
    options = {"learning_rate_schedule": schedule, "last": 3}
    few, _ = train(native, architecture, 3, **options)
    many, _ = train(native, architecture, 10**12, **options)
    assert many.n_epochs == 3
    assert same_weights(few, many) == (schedule == "constant")


def test_fits_in_threads_are_the_same():
    X, y = np.random.default_rng(0).random((2, 30, 3))
    before = blas_threads()
    expected = LSTMRegressor(units=3, epochs=5, random_state=0).fit(X, y).predict(X)
    predictions = [None] * 4

    def fit(number):
        regressor = LSTMRegressor(units=3, epochs=5, random_state=0).fit(X, y)
        predictions[number] = regressor.predict(X)

    threads = [threading.Thread(target=fit, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for prediction in predictions:
        np.testing.assert_array_equal(prediction, expected)
    assert blas_threads() == before
