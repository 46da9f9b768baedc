"""Interrupts, forks, threads, memory: what may go wrong around a fit."""

import copy
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path

import joblib
import numpy as np
import pytest
from joblib.externals.loky import BrokenProcessPool
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from training_runs import blas_threads

import skseq
from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    RecurrentRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

HERE = str(Path(skseq.__file__).parent)

BLAS = str(Path(HERE, "_engine", "blas.py"))
"""Not interrupted: these few lines restore BLAS, which no lines can do for them."""


class Interrupt(KeyboardInterrupt):
    """An interrupt that no other code raises."""


@contextmanager
def interrupted_at(number, within=HERE):
    """Raise at the number-th line of a folder or file that is run; count the lines."""
    count = [0]

    def trace(frame, event, argument):
        path = frame.f_code.co_filename
        if path == BLAS or not path.startswith(within):
            return None
        if event == "line":
            count[0] += 1
            if count[0] == number:
                raise Interrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(before)


ESTIMATORS = [
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
    SequenceWindower(2),
    TargetAwareMinMaxScaler(),
    NaiveRegressor(),
]


def contents(estimator):
    """Give the attributes of an estimator, but for scikit-learn's own marks."""
    marks = ("_callback", "_skl_callbacks")
    attributes = estimator.__getstate__()
    # A hash by value: bytes of a pickle also depend on which equal strings are one
    # object, and a copy has other objects.
    return joblib.hash({k: v for k, v in attributes.items() if not k.startswith(marks)})


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("is_fitted", [False, True])
def test_an_interrupt_at_any_line_changes_nothing(estimator, method, is_fitted):
    if not hasattr(estimator, method):
        pytest.skip(f"has no {method}")
    estimator = clone(estimator)
    if method == "partial_fit":
        estimator.set_params(early_stopping=False)
    y = np.random.default_rng(0).random(25)
    X = y[:, np.newaxis]
    if isinstance(estimator, NaiveRegressor):
        X = SequenceWindower(2).fit_transform(X)
    if is_fitted:
        estimator.fit(X[:20], y[:20])
    finished = copy.deepcopy(estimator)
    with interrupted_at(None) as count:
        getattr(finished, method)(X, y)
    states = {"before": contents(estimator), "after": contents(finished)}
    assert states["before"] != states["after"]
    threads = blas_threads()
    left = []
    for number in np.unique(np.linspace(1, count[0], 80).astype(int)):
        one = copy.deepcopy(estimator)
        with suppress(Interrupt), interrupted_at(number):
            getattr(one, method)(X, y)
        left.append(contents(one))
        assert blas_threads() == threads, number
        if left[-1] == states["before"]:
            getattr(one, method)(X, y)  # and nothing stands in its way later
            assert contents(one) == states["after"], number
    # Only an interrupt of the last lines, which return, comes when all is done.
    n_before = left.count(states["before"])
    assert left == [states["before"]] * n_before + [states["after"]] * (
        len(left) - n_before
    )
    assert n_before >= 0.9 * len(left)


def global_state():
    """Snapshot what a fit must leave alone."""
    import random

    state = {
        "python": random.getstate(),
        "numpy": [str(part) for part in np.random.get_state()],
        "errors": np.geterr(),
        "environment": dict(os.environ),
        "filters": list(warnings.filters),
        "blas": blas_threads(),
        "threads": threading.active_count(),
    }
    if "keras" in sys.modules:
        import keras
        import tensorflow as tf

        state |= {
            "float": keras.config.floatx(),
            "policy": keras.config.dtype_policy().name,
            "determinism": tf.config.experimental.is_op_determinism_enabled()
            if hasattr(tf.config.experimental, "is_op_determinism_enabled")
            else None,
            "intra": tf.config.threading.get_intra_op_parallelism_threads(),
            "inter": tf.config.threading.get_inter_op_parallelism_threads(),
        }
    return state


@pytest.mark.parametrize("engine", ["native", "keras"])
def test_no_global_state_is_left_behind(engine):
    if engine == "keras":
        import keras  # noqa: F401 - what its import changes is not ours
    X, y = np.random.default_rng(0).random((2, 30, 3))
    before = global_state()
    pipe = make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(2),
        LSTMRegressor(units=2, epochs=1, engine=engine, random_state=None),
    )
    np.random.get_state()
    pipe[-1].set_params(random_state=0)
    pipe.fit(X, y[:, 0]).predict(X)
    assert global_state() == before


def test_a_native_fit_may_be_forked():
    X, y = np.random.default_rng(0).random((2, 30, 3))
    regressor = LSTMRegressor(units=2, epochs=2, random_state=0).fit(X, y)
    expected = regressor.predict(X)
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
        for answer in queue.get(timeout=30):
            np.testing.assert_array_equal(answer, expected)
        child.join(30)
        assert child.exitcode == 0
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
    assert expected.shape == (30, 3)


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="cannot fork"
)
def test_a_fork_after_keras_raises_at_once():
    code = """
        import multiprocessing, time, warnings, numpy as np
        warnings.simplefilter("ignore")
        from skseq import LSTMRegressor
        X, y = np.random.default_rng(0).random((2, 30, 3))
        keras = LSTMRegressor(units=2, epochs=1, engine="keras").fit(X, y)

        def again(queue):
            begin = time.perf_counter()
            for attempt in (lambda: keras.predict(X), lambda: keras.fit(X, y)):
                try:
                    attempt()
                except RuntimeError as error:
                    queue.put((str(error), time.perf_counter() - begin))

        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        child = context.Process(target=again, args=(queue,))
        child.start()
        for _ in range(2):
            message, seconds = queue.get(timeout=20)
            assert "'loky'" in message and "engine='native'" in message, message
            assert seconds < 1, seconds
        child.join(20)
        assert child.exitcode == 0
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


class Deadly(TransformerMixin, BaseEstimator):
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
def test_the_parent_goes_on_after_a_worker_was_killed():
    X, y = np.random.default_rng(0).random((2, 40, 3))
    network = LSTMRegressor(units=2, epochs=1, random_state=0)
    pipe = make_pipeline(Deadly(os.getpid()), SequenceWindower(2), network)
    search = GridSearchCV(pipe, {"lstmregressor__units": [1, 2]}, cv=2, n_jobs=2)
    with pytest.raises(BrokenProcessPool, match="terminated"):
        search.fit(X, y[:, 0])
    search.set_params(n_jobs=1).fit(X, y[:, 0])
    assert np.isfinite(search.predict(X)).all()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_is_an_error_of_the_system():
    X, y = np.random.default_rng(0).random((2, 20, 3))
    regressor = LSTMRegressor(units=2, epochs=1).fit(X, y)
    with pytest.raises(OSError, match="No space left"):
        joblib.dump(regressor, "/dev/full")
    assert np.isfinite(regressor.predict(X)).all()


def resident():
    """Return the memory of this process in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux tells"
)


@needs_proc
def test_fits_of_one_architecture_leave_no_memory_behind():
    X, y = np.random.default_rng(0).random((2, 100, 4))
    readings = []
    for seed in range(550):
        regressor = LSTMRegressor(units=8, epochs=1, random_state=seed).fit(X, y)
        regressor.predict(X)
        readings.append(resident())
    for n_fits in (50, 500):
        slope = np.polyfit(range(n_fits), readings[50 : 50 + n_fits], 1)[0]
        assert slope < 0.05, n_fits


@needs_proc
def test_memory_is_bounded_over_many_architectures():
    X, y = np.random.default_rng(0).random((2, 40, 4))
    readings = []
    for number in range(200):
        sizes = {"units": 10 + number % 20, "dense_units": 1 + number // 20}
        LSTMRegressor(**sizes, epochs=1).fit(X, y).predict(X)
        readings.append(resident())
    assert readings[-1] - readings[50] < 5


def test_fits_and_predictions_in_threads_are_those_of_one():
    X, y = np.random.default_rng(0).random((2, 30, 3))
    shared = LSTMRegressor(units=3, epochs=2, random_state=0).fit(X, y)
    expected = [
        LSTMRegressor(units=3, epochs=3, random_state=seed).fit(X, y).predict(X)
        for seed in range(6)
    ]
    one = [shared.predict(X[row : row + 1]) for row in range(30)]
    answers, failures = {}, []

    def work(seed):
        try:
            regressor = LSTMRegressor(units=3, epochs=3, random_state=seed).fit(X, y)
            for row in range(30):
                np.testing.assert_array_equal(
                    shared.predict(X[row : row + 1]), one[row]
                )
            answers[seed] = regressor.predict(X)
        except BaseException as error:
            failures.append(error)

    before = blas_threads()
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    for seed, answer in answers.items():
        np.testing.assert_array_equal(answer, expected[seed])
    assert blas_threads() == before
