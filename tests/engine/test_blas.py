"""BLAS has one thread while a network trains, and its own number afterwards."""

import pytest
from joblib import Parallel, cpu_count, delayed
from training_runs import blas_threads

from skseq._engine.blas import one_blas_thread


def n_threads_of_a_block(_):
    with one_blas_thread() as n_threads:
        return n_threads


def test_the_number_of_threads_is_restored():
    before = blas_threads()

    def fail_inside():
        with one_blas_thread(), one_blas_thread():
            assert set(blas_threads()) == {1}
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail_inside()
    assert blas_threads() == before


def test_users_at_the_same_time_divide_the_threads():
    n_all = max(blas_threads())
    with one_blas_thread() as first, one_blas_thread() as second:
        assert first == n_all
        assert second == max(n_all // 2, 1)
    assert n_threads_of_a_block(0) == n_all


def test_workers_divide_the_threads():
    n_cores = cpu_count()
    found = Parallel(n_jobs=2)(delayed(n_threads_of_a_block)(n) for n in range(2))
    assert max(found) <= max(n_cores // 2, 1)
