"""Interrupts, forks, threads and memory around a fit."""

import copy
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import joblib
import numpy as np
import pytest
from interrupts import Interrupt, contents, interrupted_at
from joblib.externals.loky import BrokenProcessPool
from process_state import global_state, needs_proc, resident
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from training_runs import blas_threads

from skseq import (
    LSTMRegressor,
    RecurrentRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

REGRESSORS = [
    LSTMRegressor(units=2, epochs=2, random_state=0),
    RecurrentRegressor(
        ("gru", "rnn"),
        units=2,
        epochs=2,
        early_stopping=True,
        dropout=0.1,
        n_members=2,
        random_state=0,
    ),
]


@pytest.mark.sample(3)
@pytest.mark.parametrize("regressor", REGRESSORS, ids=lambda r: type(r).__name__)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("is_fitted", [False, True])
def test_an_interrupt_leaves_a_regressor_that_can_be_fitted(
    regressor, method, is_fitted
):
    regressor = clone(regressor)
    if method == "partial_fit":
        regressor.set_params(early_stopping=False)
    y = np.random.default_rng(0).random(25)
    X = np.concatenate([[0.5], y[:-1]])[:, np.newaxis]
    if is_fitted:
        regressor.fit(X[:20], y[:20])
    finished = copy.deepcopy(regressor)
    with interrupted_at(None) as count:
        getattr(finished, method)(X, y)
    before, after = contents(regressor), contents(finished)
    assert before != after
    threads = blas_threads()
    found = []
    for number in np.unique(np.linspace(1, count[0], 15).astype(int)):
        one = copy.deepcopy(regressor)
        with suppress(Interrupt), interrupted_at(number):
            getattr(one, method)(X, y)
        found.append(contents(one))
        assert blas_threads() == threads, number
        if found[-1] == before:
            getattr(one, method)(X, y)
            assert contents(one) == after, number
    # An interrupt of the last lines, which only return, comes when the fit is done.
    n_before = found.count(before)
    assert found == n_before * [before] + (len(found) - n_before) * [after]
    assert n_before >= 0.9 * len(found)


@pytest.mark.parametrize("engine", ["native", "keras"])
def test_a_fit_changes_no_global_state(engine):
    if engine == "keras":
        import keras  # noqa: F401 - what its import changes is not due to the fit
    X, y = np.random.default_rng(0).random((2, 30, 3))
    before = global_state()
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(2),
        LSTMRegressor(units=2, epochs=1, engine=engine, random_state=0),
    )
    pipe.fit(X, y[:, 0]).predict(X)
    assert global_state() == before


def test_a_native_fit_works_in_a_forked_process():
    code = """
        import multiprocessing, numpy as np
        from skseq import LSTMRegressor
        X, y = np.random.default_rng(0).random((2, 30, 3))
        regressor = LSTMRegressor(units=2, epochs=2, random_state=0).fit(X, y)
        expected = regressor.predict(X)

        def again(queue):
            queue.put((regressor.predict(X), regressor.fit(X, y).predict(X)))

        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        child = context.Process(target=again, args=(queue,))
        child.start()
        for predictions in queue.get(timeout=30):
            np.testing.assert_array_equal(predictions, expected)
        child.join(30)
        assert child.exitcode == 0
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


# Python 3.12 warns of a fork of a process with threads, which is what this tests.
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="cannot fork"
)
def test_a_fork_after_keras_raises_at_once():
    X, y = np.random.default_rng(0).random((2, 30, 3))
    keras = LSTMRegressor(units=2, epochs=1, engine="keras").fit(X, y)

    def again(connection):
        begin = time.perf_counter()
        for attempt in (lambda: keras.predict(X), lambda: keras.fit(X, y)):
            try:
                attempt()
            except RuntimeError as error:
                connection.send((str(error), time.perf_counter() - begin))

    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=again, args=(there,))
    child.start()
    for _ in range(2):
        assert here.poll(20)
        message, seconds = here.recv()
        assert "'loky'" in message
        assert "engine='native'" in message
        assert seconds < 1
    child.join(20)
    assert child.exitcode == 0


class KillWorker(TransformerMixin, BaseEstimator):
    """Kill the process that it is fitted in, unless that is a given one."""

    def __init__(self, parent):
        self.parent = parent

    def fit(self, X, y=None):
        if os.getpid() != self.parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return self

    def transform(self, X):
        return X


@pytest.mark.filterwarnings("ignore:A worker stopped")
def test_a_search_can_be_repeated_after_a_worker_was_killed():
    X, y = np.random.default_rng(0).random((2, 40, 3))
    network = LSTMRegressor(units=2, epochs=1, random_state=0)
    pipe = make_pipeline(KillWorker(os.getpid()), SequenceWindower(2), network)
    search = GridSearchCV(pipe, {"lstmregressor__units": [1, 2]}, cv=2, n_jobs=2)
    with pytest.raises(BrokenProcessPool, match="terminated"):
        search.fit(X, y[:, 0])
    search.set_params(n_jobs=1).fit(X, y[:, 0])
    assert np.isfinite(search.predict(X)).all()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_raises_the_error_of_the_system():
    X, y = np.random.default_rng(0).random((2, 20, 3))
    regressor = LSTMRegressor(units=2, epochs=1).fit(X, y)
    with pytest.raises(OSError, match="No space left"):
        joblib.dump(regressor, "/dev/full")
    assert np.isfinite(regressor.predict(X)).all()


@pytest.mark.slow
@needs_proc
def test_fits_of_one_architecture_leave_no_memory_behind():
    X, y = np.random.default_rng(0).random((2, 100, 4))
    readings = []
    for seed in range(300):
        regressor = LSTMRegressor(units=8, epochs=1, random_state=seed).fit(X, y)
        regressor.predict(X)
        readings.append(resident())
    for n_fits in (50, 250):
        growth = np.polyfit(range(n_fits), readings[50 : 50 + n_fits], 1)[0]
        assert growth < 0.05, n_fits


@needs_proc
def test_memory_is_bounded_over_many_architectures():
    X, y = np.random.default_rng(0).random((2, 40, 4))
    readings = []
    for number in range(140):
        sizes = {"units": 10 + number % 20, "dense_units": 1 + number // 20}
        LSTMRegressor(**sizes, epochs=1).fit(X, y).predict(X)
        readings.append(resident())
    assert readings[-1] - readings[35] < 7  # other tests leave memory to reuse


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_epochs_that_are_never_run_take_no_memory(schedule):
    X, y = np.random.default_rng(0).random((2, 200, 4))
    peaks = []
    for epochs in (40, 100_000):
        regressor = LSTMRegressor(
            units=2,
            epochs=epochs,
            batch_size=1,
            learning_rate=1.0,
            learning_rate_schedule=schedule,
            early_stopping=True,
            n_iter_no_change=1,
            random_state=0,
        )
        tracemalloc.start()
        assert regressor.fit(X, y[:, 0]).n_iter_ < 40
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # A rate for each of the 16 million steps would take more than 100 MB.
    assert peaks[1] < peaks[0] + 1e6


def test_fits_and_predictions_in_threads_are_the_same():
    X, y = np.random.default_rng(0).random((2, 30, 3))
    shared = LSTMRegressor(units=3, epochs=2, random_state=0).fit(X, y)
    expected = [
        LSTMRegressor(units=3, epochs=3, random_state=seed).fit(X, y).predict(X)
        for seed in range(6)
    ]
    by_row = [shared.predict(X[row : row + 1]) for row in range(30)]
    predictions, failures = {}, []

    def work(seed):
        try:
            regressor = LSTMRegressor(units=3, epochs=3, random_state=seed).fit(X, y)
            for row in range(30):
                y_pred = shared.predict(X[row : row + 1])
                np.testing.assert_array_equal(y_pred, by_row[row])
            predictions[seed] = regressor.predict(X)
        except BaseException as error:
            failures.append(error)

    before = blas_threads()
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    for seed, y_pred in predictions.items():
        np.testing.assert_array_equal(y_pred, expected[seed])
    assert blas_threads() == before
