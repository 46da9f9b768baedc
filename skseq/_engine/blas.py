"""Limit BLAS to one thread while small products are computed.

The products of a recurrent step are too small to be split between threads: the threads
would wait for each other longer than they compute. The number of threads is a setting
of the whole process. The first user sets it to one, the last one restores it, and users
in between are only counted. The threads that BLAS does not use any more are divided
among the users, who may start threads of their own (see `native.threads`).
"""

import os
import threading
from contextlib import contextmanager
from functools import cache

from joblib import cpu_count
from threadpoolctl import ThreadpoolController


class _Limit:
    """Current users of the limit, and what held before the first one.

    ``n_threads`` is the number of threads that all users together may start.
    """

    def __init__(self):
        # Reentrant, since a signal handler may predict while its thread holds the lock.
        self.lock = threading.RLock()
        self.users = set()
        self.before = []
        self.n_threads = 1


_limit = _Limit()


@cache
def _blas():
    """Find the BLAS libraries once, because it takes longer than a prediction."""
    return ThreadpoolController().select(user_api="blas").lib_controllers


# BLAS counts the cores of the machine, of which a container may use a part only.
_n_cores = cache(cpu_count)


def _reset_in_child():
    """Restore BLAS and free the lock in a forked child.

    The threads that used the limit or held the lock exist only in the parent.
    """
    _restore()
    _limit.__init__()
    _n_cores.cache_clear()  # workers may be bound to a part of the cores


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_in_child)


@contextmanager
def one_blas_thread():
    """Run a block with one BLAS thread; several threads may enter at once.

    In the block, `usable_threads` returns how many threads it may start.
    """
    user = object()
    try:
        with _limit.lock:
            _enter(user)
        yield
    finally:
        with _limit.lock:
            _leave(user)


def usable_threads():
    """Return how many threads a user of `one_blas_thread` may currently run.

    These are as many threads as BLAS had before, at most one for each core of this
    process, divided by the number of users. They change when users come and go. The
    number of BLAS threads is what the environment (``OMP_NUM_THREADS`` and others),
    ``threadpoolctl.threadpool_limits`` and joblib's workers limit.
    """
    return max(_limit.n_threads // max(len(_limit.users), 1), 1)


def _enter(user):
    if not _limit.users:
        _limit.before = [(library, library.num_threads) for library in _blas()]
        n_threads = max((n for _, n in _limit.before), default=_n_cores())
        _limit.n_threads = min(n_threads, _n_cores())
    _limit.users.add(user)
    # Every user sets the limit, because other code may have changed it in between.
    limit_blas()


def _leave(user):
    _limit.users.discard(user)
    if not _limit.users:
        _restore()


def _restore():
    for library, n_threads in _limit.before:
        # If other code has changed the number in between, do not restore the old one.
        if library.num_threads == 1:
            _set_n_threads(library, n_threads)


def limit_blas():
    """Set one BLAS thread.

    With OpenMP the limit holds for the calling thread only, so each helper of a user of
    `one_blas_thread` must call this.
    """
    for library in _blas():
        _set_n_threads(library, 1)


def _set_n_threads(library, n_threads):
    """Set the number of threads, from whichever thread."""
    # threadpoolctl ignores all threads but the first one that has set a number of
    # threads, until its control is cleared. Ours agree among themselves.
    clear_control = getattr(library, "clear_controlling_thread", None)
    if clear_control is None:  # not OpenBLAS, or an older threadpoolctl
        library.set_num_threads(n_threads)
        return
    clear_control(force=True)
    library.set_num_threads(n_threads)
    clear_control(force=True)
