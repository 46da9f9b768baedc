"""BLAS has one thread while a network trains, and its own number afterwards."""

import os
import subprocess
import sys
import threading

import pytest
from joblib import Parallel, cpu_count, delayed
from threadpoolctl import threadpool_limits
from training_runs import blas_threads

from skseq._engine import blas
from skseq._engine.blas import one_blas_thread, usable_threads


def n_threads_of_a_block(_):
    with one_blas_thread():
        return usable_threads()


@pytest.fixture
def eight_cores(monkeypatch):
    monkeypatch.setattr(blas, "_n_cores", lambda: 8)
    with threadpool_limits(8):
        yield


def test_the_number_of_threads_is_restored():
    before = blas_threads()

    def fail_inside():
        with one_blas_thread(), one_blas_thread():
            assert set(blas_threads()) == {1}
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail_inside()
    assert blas_threads() == before


@pytest.mark.usefixtures("eight_cores")
def test_users_at_the_same_time_divide_the_threads():
    with one_blas_thread():
        assert usable_threads() == 8
        with one_blas_thread():
            assert usable_threads() == 4
            with one_blas_thread():
                assert usable_threads() == 2
        # Those that stay take over the threads of those that leave.
        assert usable_threads() == 8
    assert set(blas_threads()) == {8}


def run_in_thread(function):
    """Run a function in another thread, and return its result."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


@pytest.mark.usefixtures("eight_cores")
@pytest.mark.parametrize("is_limited_before", [False, True])
def test_each_thread_can_limit_and_restore(is_limited_before):
    def threads_inside():
        with one_blas_thread():
            return set(blas_threads())

    # The thread that sets a limit first must not be the only one that can.
    if is_limited_before:
        assert threads_inside() == {1}
    assert run_in_thread(threads_inside) == {1}
    assert set(blas_threads()) == {8}
    assert threads_inside() == {1}
    assert set(blas_threads()) == {8}


def test_the_number_that_other_code_sets_is_not_restored():
    before = blas_threads()
    with threadpool_limits(4):
        with one_blas_thread():
            other = threadpool_limits(3)
        assert set(blas_threads()) == {3}
        other.unregister()
    threadpool_limits(limits=before[0])
    assert blas_threads() == before


@pytest.mark.usefixtures("eight_cores")
def test_limits_of_the_caller_hold():
    with threadpool_limits(3):
        assert n_threads_of_a_block(0) == 3
    with threadpool_limits(1, user_api="blas"):
        assert n_threads_of_a_block(0) == 1
    assert n_threads_of_a_block(0) == 8


def test_a_process_with_few_cores_starts_few_threads(monkeypatch):
    monkeypatch.setattr(blas, "_n_cores", lambda: 2)
    with threadpool_limits(8):
        assert n_threads_of_a_block(0) == 2


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "LOKY_MAX_CPU_COUNT"])
def test_limits_of_the_environment_hold(name):
    code = """if True:
        import numpy
        from skseq._engine.blas import one_blas_thread, usable_threads
        with one_blas_thread():
            print(usable_threads())
    """
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {name: "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout == "1\n"


def test_workers_divide_the_threads():
    n_cores = cpu_count()
    found = Parallel(n_jobs=2)(delayed(n_threads_of_a_block)(n) for n in range(2))
    assert max(found) <= max(n_cores // 2, 1)
