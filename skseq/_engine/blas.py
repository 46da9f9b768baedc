"""Limit BLAS to one thread while small products are computed.

The products of a recurrent step are too small to be split between threads: the threads
would wait for each other longer than they compute. The number of threads is a setting
of the whole process. The first user sets it to one, the last one restores it, and users
in between are only counted.
"""

import os
import threading
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


class _Limit:
    """Current users of the limit, and the numbers of threads before the first one."""

    def __init__(self):
        # Reentrant, since a signal handler may predict while its thread holds the lock.
        self.lock = threading.RLock()
        self.users = set()
        self.before = []


_limit = _Limit()


@cache
def _blas():
    """Find the BLAS libraries once, because it takes longer than a prediction."""
    return ThreadpoolController().select(user_api="blas").lib_controllers


def _reset_in_child():
    """Restore BLAS and free the lock in a forked child.

    The threads that used the limit or held the lock exist only in the parent.
    """
    _restore()
    _limit.__init__()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_in_child)


@contextmanager
def one_blas_thread():
    """Run a block with one BLAS thread; several threads may enter at once.

    Yields
    ------
    n_threads : int
        Number of threads that the block may start: the number of BLAS threads before,
        divided by the number of users.
    """
    user = object()
    try:
        with _limit.lock:
            n_threads = _enter(user)
        yield n_threads
    finally:
        with _limit.lock:
            _leave(user)


def _enter(user):
    if not _limit.users:
        _limit.before = [(library, library.num_threads) for library in _blas()]
    _limit.users.add(user)
    # Every user sets the limit, because other code may have changed it in between.
    for library in _blas():
        library.set_num_threads(1)
    n_threads = max((n for _, n in _limit.before), default=1)
    return max(n_threads // len(_limit.users), 1)


def _leave(user):
    _limit.users.discard(user)
    if not _limit.users:
        _restore()


def _restore():
    for library, n_threads in _limit.before:
        library.set_num_threads(n_threads)
